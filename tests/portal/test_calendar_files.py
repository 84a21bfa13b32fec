"""Calendar files: what vests when, and the dates of the offer, as RFC 5545 has them."""

import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from exchange.elections.actions import extend_offer
from exchange.interchange.calendars import vesting_calendar
from exchange.settlement.models import NewGrant
from tests.portal.conftest import DURING, EXPIRES, GRANTS


@pytest.fixture
def granted(stage):
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    stage.grant()
    return stage


def entries(answer):
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def lines(answer):
    """The file's lines, unfolded."""
    return re.sub(rb"\r\n[ \t]", b"", answer.content).decode().split("\r\n")


def test_each_part_that_vests_is_an_all_day_entry_and_so_is_the_expiry(granted):
    grant = NewGrant.objects.get(old_grant_number="LK-1003")
    answer = granted.client().get(granted.url(f"new-options/{grant.pk}/vesting.ics"))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="vesting-{grant.number}.ics"'
    found = sorted(entries(answer).values(), key=lambda event: event["dtstart"].dt)
    assert len(found) == 43 + 1
    assert (found[0]["dtstart"].dt, found[0]["dtend"].dt) == (date(2027, 1, 4), date(2027, 1, 5))
    assert found[0]["summary"] == "218 shares vest (Larkfield)"
    assert "Vested in all: 218 of 1,750 shares" in found[0]["description"]
    assert "1,750 of 1,750" in found[-2]["description"]
    assert (found[-1]["dtstart"].dt, found[-1]["summary"]) == (date(2037, 1, 4), "Option expires (Larkfield)")
    assert "DTSTART;VALUE=DATE:20270104" in lines(answer)
    assert {event["class"] for event in found} == {"PRIVATE"}
    assert {event["dtstamp"].dt for event in found} == {GRANTS}


def test_the_file_is_folded_escaped_and_ends_its_lines_as_the_standard_says(granted):
    body = granted.client().get(granted.url("new-options/vesting.ics")).content
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert rb"1\,750" in body.replace(b"\r\n ", b"")


def test_a_hostile_name_ends_no_line_and_opens_no_entry():
    grant = NewGrant(number="N;1", shares=8, expires_on=date(2037, 1, 4), vesting='[["2027-01-04",8]]')
    body = vesting_calendar(
        [grant], company="A, B; C\nEND:VEVENT\\x " + "Łódź" * 40, url="https://x.example/", stamped_at=GRANTS
    )
    events = Calendar.from_ical(body).walk("VEVENT")
    assert len(events) == 2
    assert "A, B; C\nEND:VEVENT\\x Łódź" in events[0]["summary"]


def test_the_same_entry_keeps_its_uid_and_no_two_share_one(granted):
    first = entries(granted.client().get(granted.url("new-options/vesting.ics")))
    granted.go(GRANTS + timedelta(days=9))
    assert set(entries(granted.client().get(granted.url("new-options/vesting.ics")))) == set(first)
    assert len(first) == 3 * 44


def test_the_deadline_stands_at_its_instant_in_the_offers_zone(stage):
    answer = stage.client().get(stage.url("dates.ics"))
    found = next(event for event in entries(answer).values() if "expires" in event["summary"])
    assert found["dtstart"].dt == EXPIRES
    assert "DTSTART;TZID=America/Los_Angeles:20260630T170000" in lines(answer)
    assert "BEGIN:VTIMEZONE" in lines(answer)
    assert "1 July, 00:00 UTC" in found["description"]


def test_what_is_not_fixed_is_tentative_and_says_so(stage):
    found = entries(stage.client().get(stage.url("dates.ics"))).values()
    grant = next(event for event in found if event["summary"].startswith("New options"))
    assert (grant["status"], grant["dtstart"].dt) == ("TENTATIVE", date(2026, 12, 31))
    assert grant["summary"].endswith("not fixed yet")


def test_an_extension_moves_the_entry_that_was_there(stage):
    before = entries(stage.client().get(stage.url("dates.ics")))
    to = EXPIRES + timedelta(hours=10)
    stage.done(extend_offer(code=stage.code, to=to, actor="test", at=DURING, overrides=()))
    after = entries(stage.client().get(stage.url("dates.ics")))
    moved = [uid for uid in before if after[uid]["dtstart"].dt != before[uid]["dtstart"].dt]
    assert to in [after[uid]["dtstart"].dt for uid in moved]


def test_before_the_grant_there_is_no_vesting_to_take_along(stage):
    assert stage.client().get(stage.url("new-options/vesting.ics")).status_code == 404


def test_the_pages_lead_there(granted):
    client = granted.client()
    assert granted.url("dates.ics") in client.get(granted.url()).content.decode()
    page = client.get(granted.url("new-options/")).content.decode()
    assert granted.url("new-options/vesting.ics") in page
    assert page.count("vesting.ics") == 4
