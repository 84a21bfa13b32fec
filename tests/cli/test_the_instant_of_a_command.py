"""Contract: `--at` is the instant at which a command acts; what a live offer and a replay take of it."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from exchange.audit.models import AuditEvent
from exchange.kernel.clock import now
from exchange.offers.models import Offer
from exchange.offers.reads import now_for
from tests.support.company import COMMENCES, EXPIRES, Company, beside, refusal, run

MINUTE = timedelta(minutes=1)


@pytest.fixture
def live(db: None, tmp_path: Path) -> Company:
    return Company(tmp_path, {"replay = true": "replay = false"})


@pytest.fixture
def replay(db: None, tmp_path: Path) -> Company:
    company = Company(tmp_path)
    company.person("ana")
    company.grant("A1", "ana")
    return company


@pytest.mark.parametrize("gap", [-MINUTE, MINUTE])
def test_a_live_offer_takes_an_instant_within_a_minute_of_the_true_time(live: Company, gap: timedelta) -> None:
    with time_machine.travel(COMMENCES, tick=False):
        live.open(beside(COMMENCES, gap))


@pytest.mark.parametrize("gap", [-MINUTE - timedelta.resolution, MINUTE + timedelta.resolution])
def test_a_live_offer_refuses_one_further_away(live: Company, gap: timedelta) -> None:
    with time_machine.travel(COMMENCES, tick=False):
        assert "minute" in refusal("open_offer", live.code, "--at", beside(COMMENCES, gap))


def test_without_it_a_live_offer_acts_now(live: Company) -> None:
    with time_machine.travel(beside(COMMENCES, MINUTE), tick=False):
        assert run("open_offer", live.code)["at"] == "2003-06-25T13:01:00.000000Z"


def test_a_live_offer_records_no_form_from_the_future(live: Company) -> None:
    with time_machine.travel(COMMENCES, tick=False):
        live.person("ana")
        live.grant("A1", "ana")
        live.open()
        paper = live.election("F1", "ana", beside(COMMENCES, MINUTE), "A1")
        with pytest.raises(CommandError, match="F1"):
            live.record(paper)
        live.record(live.election("F2", "ana", COMMENCES, "A1"))


def test_a_replay_takes_any_instant_but_none_before_what_was_done(replay: Company) -> None:
    replay.open()
    assert "before" in refusal(
        "terminate_offer", replay.code, "--reason", "x", "--at", beside(COMMENCES, -timedelta.resolution)
    )
    run("terminate_offer", replay.code, "--reason", "x", "--at", COMMENCES)


def test_the_now_of_a_replay_is_the_instant_of_its_latest_action(replay: Company) -> None:
    offer = Offer.objects.get(code=replay.code)
    replay.open()
    assert now_for(offer) == datetime.fromisoformat(COMMENCES)
    replay.record(replay.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"), at=EXPIRES)
    assert now_for(offer) == datetime.fromisoformat(EXPIRES)
    assert run("accept_offer", replay.code, "--attest")["at"] == "2003-07-25T00:00:00.000000Z"


def test_the_log_keeps_the_true_instant_beside_the_stated_one(replay: Company) -> None:
    before = now()
    replay.open()
    event = AuditEvent.objects.get(kind="offer.opened")
    assert event.at == datetime.fromisoformat(COMMENCES)
    assert before <= event.recorded_at <= now()


@pytest.mark.parametrize("at", ["2003-06-25T06:00:00", "2003-06-25", "yesterday", "2003-06-31T06:00:00Z"])
def test_what_is_no_instant_with_an_offset_is_wrong_usage(replay: Company, at: str) -> None:
    with pytest.raises(CommandError, match="--at"):
        call_command("open_offer", replay.code, "--at", at)


def test_the_same_instant_in_another_offset_is_the_same(replay: Company) -> None:
    assert replay.open("2003-06-25T22:00:00+09:00")["at"] == "2003-06-25T13:00:00.000000Z"


def test_a_refusal_prints_one_json_object_too(replay: Company) -> None:
    output = io.StringIO()
    with pytest.raises(CommandError):
        call_command("accept_offer", replay.code, "--json", stdout=output, stderr=io.StringIO())
    document = json.loads(output.getvalue())
    assert set(document) == {"command", "refused"}
    assert len(document["refused"]) == 2  # not expired, not attested: every reason


def test_facts_in_files_carry_their_own_dates(live: Company) -> None:
    """A status from next month is loaded today and counts from its day."""
    with time_machine.travel(datetime(2003, 6, 25, 13, tzinfo=UTC), tick=False):
        live.person("ana")
        live.grant("A1", "ana")
        live.event("ana", "2003-07-18", "terminated")
        live.open()
    with time_machine.travel("2003-07-18T12:00:00-07:00", tick=False):
        live.record(
            live.election("F1", "ana", "2003-07-17T12:00:00-07:00", "A1"),
            live.election("F2", "ana", "2003-07-18T11:00:00-07:00", "A1"),
        )
    assert [live.status(number)[1] for number in ("F1", "F2")] == [[], ["person_not_eligible"]]
