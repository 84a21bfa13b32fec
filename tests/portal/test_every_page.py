"""On every page: the deadline with its zones, the state of the election, a named contact, the documents."""

import logging
from datetime import timedelta

import pytest

from exchange.elections.actions import extend_offer, terminate_offer
from tests.portal.conftest import DURING, EXPIRES, OPENS

PAGES = ["", "options/", "choose/", "review/?grant=LK-1003", "withdraw/", "forms/", "documents/", "outcome/"]
PAGES += ["notices/", "reports/", "reports/wrong/", "reports/missing/"]
PAGES += ["compare/", "signer/", "consent/", "consent/withdraw/", "on-paper/"]
DECIDING = ["", "options/", "compare/", "choose/", "review/?grant=LK-1003", "withdraw/", "documents/"]


@pytest.mark.parametrize("path", PAGES)
def test_the_deadline_strip_and_the_contact_stand_on_every_page(stage, text, path):
    answer = stage.client().get(stage.url(path))
    page = text(answer)
    assert "Time left 20 days 6 hours Server’s clock: 17:30 UTC" in page
    assert "The offer expires 30 June 2026, 5:00 p.m. Pacific Time (1 July, 00:00 UTC)" in page
    assert "Your election Nothing tendered" in page
    assert "Ruth Adeyemi General Counsel (707) 555-0117 Monday to Friday, 8 a.m. to 6 p.m. Pacific Time" in page
    assert "Fax (707) 555-0143" in page
    html = answer.content.decode()
    assert stage.url("documents/") in html
    assert 'data-closes-at="2026-07-01T00:00:00Z"' in html
    assert 'data-server-now="2026-06-10T17:30:00Z"' in html
    assert 'href="#main"' in html


@pytest.mark.parametrize("path", PAGES)
def test_no_page_leaves_out_a_value_that_its_words_ask_for(stage, caplog, path):
    """A template names a value that its page does not have, and the sentence goes on without it."""
    # What a page may go without: parts of the frame that only some pages fill.
    optional = {"viewed_holder", "errors", "asks_for_help", "problem", "reason", "0"}
    names = logging.getLogger("django.template")
    names.addHandler(caplog.handler)
    try:
        with caplog.at_level(logging.DEBUG, logger="django.template"):
            stage.client().get(stage.url(path))
    finally:
        names.removeHandler(caplog.handler)
    asked = {str(record.args[0]) for record in caplog.records if "resolving variable" in record.msg}
    assert asked <= optional | {"wrapper_class"}


@pytest.mark.parametrize("path", DECIDING)
def test_every_page_where_one_decides_says_that_nobody_recommends_anything(stage, text, path):
    assert "make no recommendation" in text(stage.client().get(stage.url(path)))


def test_the_strip_tells_what_is_tendered(stage, text):
    form = stage.elect("L101", "LK-1001")
    page = text(stage.client().get(stage.url("documents/")))
    assert f"Your election Tendered: 2 grants, 10,000 shares Form {form.number} is in force." in page


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (timedelta(days=2, hours=3), "2 days 3 hours"),
        (timedelta(days=1), "1 day 0 hours"),
        (timedelta(hours=1, minutes=1, seconds=59), "1 hour 1 minute"),
        (timedelta(minutes=10), "10 minutes"),
        (timedelta(minutes=9, seconds=1), "9 minutes 1 second"),
        (timedelta(seconds=30), "30 seconds"),
    ],
)
def test_the_time_left_in_words(stage, text, before, left):
    stage.go(EXPIRES - before)
    assert f"Time left {left} Server’s clock" in text(stage.client().get(stage.url()))


def test_the_last_day_is_marked(stage):
    client = stage.client()
    assert 'data-urgency=""' in client.get(stage.url()).content.decode()
    stage.go(EXPIRES - timedelta(hours=23))
    assert 'data-urgency="soon"' in client.get(stage.url()).content.decode()


def test_after_the_deadline_nothing_counts_down(stage, text):
    stage.go(EXPIRES)
    answer = stage.client().get(stage.url())
    assert "Time left None Server’s clock" in text(answer)
    assert "data-closes-at" not in answer.content.decode()


def test_after_the_deadline_who_tendered_is_told_that_they_can_still_withdraw(stage, text):
    stage.elect("L101", "LK-1003")
    stage.go(EXPIRES)
    assert "Time left None. You can still withdraw." in text(stage.client().get(stage.url()))


def test_a_replay_is_marked_on_every_page_and_its_clock_stands_still(bare_stage, text):
    stage = bare_stage.build(is_replay=True)
    for path in PAGES:
        answer = stage.client().get(stage.url(path))
        assert "Replay." in text(answer)
        assert "The replay’s clock: 1 June 2026, 6:00 a.m. Pacific Time" in text(answer)
        assert "data-closes-at" not in answer.content.decode()


def test_a_live_offer_is_no_replay(stage, text):
    assert "Replay." not in text(stage.client().get(stage.url()))


def test_an_extension_is_told_on_the_home_page_with_both_deadlines(stage, text):
    stage.done(extend_offer(code=stage.code, to=EXPIRES + timedelta(hours=10), actor="test", at=DURING, overrides=()))
    page = text(stage.client().get(stage.url()))
    assert "The offer was extended" in page
    assert "It now expires on 1 July 2026, 3:00 a.m. Pacific Time" in page
    assert "would have expired on 30 June 2026, 5:00 p.m. Pacific Time" in page
    assert "The offer expires 1 July 2026, 3:00 a.m." in page


def test_a_terminated_offer_says_that_everything_is_returned(stage, text):
    stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(days=1))
    stage.done(terminate_offer(code=stage.code, reason="A condition failed.", actor="test", at=stage.now))
    client = stage.client()
    assert "Everything you tendered is returned" in text(client.get(stage.url()))
    for path in ("choose/", "withdraw/"):
        assert "The offer was terminated" in text(client.get(stage.url(path)))


def test_the_home_page_lists_what_is_done_and_what_is_left(stage, text):
    client = stage.client()
    page = text(client.get(stage.url()))
    assert "3 of 4 eligible" in page
    assert "Not signed" in page
    assert "Before 30 June 2026, 5:00 p.m. Pacific Time" in page
    form = stage.elect("L101", "LK-1003")
    page = text(client.get(stage.url()))
    assert "Not signed" not in page
    assert f"Form {form.number}, received on 10 June 2026, 10:30 a.m. Pacific Time (17:30 UTC)." in page
    assert "You tendered 1 grant" in page


def test_dates_that_are_not_fixed_yet_are_said_as_such(stage, text):
    page = text(stage.client().get(stage.url()))
    assert "The offer began 1 June 2026, 6:00 a.m. Pacific Time (13:00 UTC)" in page
    assert "Within 3 business days after the cancellation" in page
    assert "31 December 2026 at the earliest" in page


def test_before_commencement_the_offer_says_when_it_begins_and_takes_no_form(bare_stage, text):
    stage = bare_stage.build(opened_at=OPENS - timedelta(days=2)).go(OPENS - timedelta(hours=1))
    client = stage.client()
    page = text(client.get(stage.url()))
    assert "Opens in 1 hour 0 minutes" in page
    assert "Time left" not in page
    assert "The offer opens 1 June 2026, 6:00 a.m. Pacific Time (13:00 UTC)" in page
    assert "It expires 30 June 2026, 5:00 p.m. Pacific Time (1 July, 00:00 UTC)." in page
    for path in ("choose/", "review/?grant=LK-1003", "withdraw/"):
        assert "The offer has not begun" in text(client.get(stage.url(path))), path
