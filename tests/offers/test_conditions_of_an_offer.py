"""The event of a condition is recorded, then waived or acted on; acceptance is put off, and told (domain §2)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from exchange.elections.actions import extend_offer, postpone_acceptance, terminate_offer, waive_condition
from exchange.elections.models import Form
from exchange.kernel.results import Refused
from exchange.market.reads import calendar
from exchange.notices.models import Message
from exchange.offers.actions import Override
from exchange.offers.conditions import waiting
from exchange.offers.ledger import faults
from exchange.offers.models import ConditionDecision
from exchange.offers.reads import load, timeline_of
from exchange.offers.rules import (
    ACCEPTED_AS_ANNOUNCED,
    ACCEPTED_PROMPTLY,
    FIVE_DAYS_AFTER_MATERIAL_CHANGE,
    UNDER_THIRTY_DAYS,
    State,
    withdrawal_from,
)
from exchange.offers.waiving import record_condition
from exchange.people.models import EmploymentEvent, Holder
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.dates import dates_of
from exchange.settlement.reads import HolderOutcome
from tests.support.world import (
    COMMENCES_AT,
    EXPIRES_AT,
    an_offer,
    election,
    holders_with_grants,
    notice,
    paper,
    record,
    value,
)

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)
EARLY = datetime(2003, 7, 14, 16, tzinfo=UTC)
FALL = {"condition": "Section 7(c): no fall of the market", "facts": "It fell by 11 %.", "evidence": "The index."}
AFTER = EXPIRES_AT + timedelta(hours=1)
BEGIN_28_JULY = datetime(2003, 7, 28, 7, tzinfo=UTC)
MORE_THAN_THIRTY = Override(UNDER_THIRTY_DAYS, "Counsel has weighed it.")


@pytest.fixture
def offer():
    """Ana tenders; Bo does nothing."""
    made = an_offer()
    ana, _bo = holders_with_grants(2)
    record(made, [paper(election(ana), "F1", EARLY - timedelta(days=3))], EARLY - timedelta(days=2))
    return made


def the_fall(offer, at=EARLY, **facts):
    stated = {**FALL, "occurred_on": date(2003, 7, 10), **facts}
    return record_condition(code=offer.code, actor="hr", at=at, **stated)


def waived(offer, event, at, *, is_material=True, to=None, reason="It recovered.", overrides=()):
    said = {"is_material": is_material, "to": to, "reason": reason, "overrides": overrides}
    return waive_condition(code=offer.code, condition=event.pk, actor="counsel", at=at, **said)


def postponed(offer, on, at=AFTER, *, reason="The auditors ask for a day.", overrides=()):
    said = {"intended_on": on, "reason": reason, "overrides": overrides}
    return postpone_acceptance(code=offer.code, actor="counsel", at=at, **said)


def accepted(offer, at, overrides=()):
    return accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor="hr", at=at, overrides=overrides)


def codes(result):
    assert isinstance(result, Refused)
    return [reason.code for reason in result.reasons]


# Recording


def test_the_event_of_a_condition_is_recorded_once_and_changes_nothing(offer):
    before = timeline_of(offer)
    event = value(the_fall(offer))
    assert value(the_fall(offer)).pk == event.pk
    assert timeline_of(offer) == before
    assert [found.condition for found in waiting(offer)] == [FALL["condition"]]
    assert list(faults()) == []


def test_what_is_left_out_or_still_to_come_is_refused(offer):
    assert codes(the_fall(offer, evidence=" ")) == ["condition_incomplete"]
    assert codes(the_fall(offer, occurred_on=date(2003, 7, 15))) == ["condition_in_the_future"]
    assert not isinstance(the_fall(offer, occurred_on=date(2003, 7, 14)), Refused)


# Waiving


def test_an_immaterial_waiver_moves_nothing_and_writes_to_nobody(offer):
    event, letters = value(the_fall(offer)), Message.objects.count()
    step = value(waived(offer, event, EARLY, is_material=False))
    assert (step.kind, step.reason) == ("waived", "It recovered.")
    assert timeline_of(offer).expires_at == EXPIRES_AT
    assert not waiting(offer).exists()
    assert Message.objects.count() == letters
    assert codes(waived(offer, event, EARLY, is_material=False)) == ["condition_not_waiting"]
    assert list(faults()) == []


def test_an_immaterial_waiver_takes_no_new_expiration(offer):
    event, later = value(the_fall(offer)), EXPIRES_AT + timedelta(hours=2)
    assert codes(waived(offer, event, EARLY, is_material=False, to=later)) == ["waiver_moves_nothing"]


def test_a_material_waiver_tells_everyone_and_leaves_who_tendered_in(offer):
    step = value(waived(offer, value(the_fall(offer)), EARLY))
    told = {message.owner_key: message.text for message in Message.objects.filter(kind="condition_waived")}
    assert set(told) == {"holder:E1", "holder:E2"}
    assert all(FALL["condition"] in text and "options for about 1,200 shares" in text for text in told.values())
    assert "Your election stands" in told["holder:E1"]
    assert "You have tendered nothing" in told["holder:E2"]
    assert step.condition_decision.required_until == calendar().end_of_period(EARLY, 5)


def test_five_business_days_are_left_from_the_notice_of_a_material_waiver_to_the_microsecond(offer):
    """The offer closes at 8 p.m. Eastern on the 24th: the fifth day must end before that, so it is the 23rd."""
    last = datetime(2003, 7, 18, 4, tzinfo=UTC)  # midnight Eastern: the 17th ends, five days before the 23rd does
    event = value(the_fall(offer))
    assert codes(waived(offer, event, last)) == ["waived_late"]
    assert not isinstance(waived(offer, event, last - MICRO), Refused)


def test_too_late_a_material_waiver_moves_the_expiration_or_counsel_overrides(offer):
    event, at = value(the_fall(offer)), EXPIRES_AT - timedelta(days=2)
    assert codes(waived(offer, event, at)) == ["waived_late"]
    to = EXPIRES_AT + timedelta(days=5)
    step = value(waived(offer, event, at, to=to, overrides=[MORE_THAN_THIRTY]))
    assert timeline_of(offer).expires_at == step.expires_at == to
    text = Message.objects.get(kind="condition_waived", owner_key="holder:E1").text
    assert "The offer was to expire: 24 July 2003, 5:00 p.m." in text
    assert "It now expires: 29 July 2003, 5:00 p.m." in text


def test_a_waiver_that_revives_the_offer_makes_late_paper_forms_timely(offer):
    bo = Holder.objects.get(employee_number="E2")
    record(offer, [paper(election(bo), "F2", EXPIRES_AT + timedelta(minutes=5))], EXPIRES_AT + timedelta(minutes=9))
    event = value(the_fall(offer, EXPIRES_AT + timedelta(minutes=20)))
    overrides = [MORE_THAN_THIRTY]
    value(waived(offer, event, AFTER, to=EXPIRES_AT + timedelta(days=7), overrides=overrides))
    assert Form.objects.get(number="F2").judgements.latest("number").status == "effective"


def test_after_the_expiration_it_is_waived_without_reviving_only_by_counsels_override(offer):
    event = value(the_fall(offer, AFTER))
    assert codes(waived(offer, event, AFTER)) == ["waived_late"]
    override = Override(FIVE_DAYS_AFTER_MATERIAL_CHANGE, "It favours every holder alike.")
    value(waived(offer, event, AFTER, overrides=[override]))
    texts = [message.text for message in Message.objects.filter(kind="condition_waived")]
    assert all("The offer expired: 24 July 2003" in text for text in texts)
    assert any("You may withdraw it until the company accepts" in text for text in texts)


# Acting on it


def test_an_extension_because_of_a_condition_names_it_and_leaves_it_to_be_decided(offer):
    event = value(the_fall(offer))
    said = {"code": offer.code, "condition": event.pk, "actor": "counsel", "overrides": [MORE_THAN_THIRTY]}
    value(extend_offer(to=EXPIRES_AT + timedelta(days=1), at=EARLY, **said))
    assert ConditionDecision.objects.get().verdict == "extended"
    assert waiting(offer).exists()
    reason = "The market did not recover."
    ended = terminate_offer(code=offer.code, reason=reason, condition=event.pk, actor="counsel", at=EARLY)
    step = value(ended)
    assert (step.condition_decision.verdict, step.condition_decision.number) == ("terminated", 2)
    assert not waiting(offer).exists()
    assert '"condition":1' in step.event.payload
    assert list(faults()) == []


def test_the_database_keeps_a_condition_settled_once(offer):
    step = value(waived(offer, value(the_fall(offer)), EARLY, is_material=False))
    decision = step.condition_decision
    with pytest.raises(IntegrityError), transaction.atomic():
        ConditionDecision.objects.create(
            condition=decision.condition, number=2, verdict="amended", step=offer.events.first(), event=step.event
        )


def test_a_termination_tells_those_who_tendered_that_all_is_returned_though_they_are_eligible_no_more(offer):
    ana = Holder.objects.get(employee_number="E1")
    EmploymentEvent.objects.create(holder=ana, effective_on=date(2003, 7, 12), position=1, event="terminated")
    value(terminate_offer(code=offer.code, reason="Given up.", actor="counsel", at=EARLY))
    told = {message.owner_key: message.text for message in Message.objects.filter(kind="offer_terminated")}
    assert "What you tendered is returned to you." in told["holder:E1"]
    assert "returned" not in told["holder:E2"]


# Postponing


def test_acceptance_is_put_off_once_the_offer_has_expired_and_not_an_instant_before(offer):
    assert codes(postponed(offer, date(2003, 7, 28), EXPIRES_AT - MICRO)) == ["postponed_before_expiration"]
    step = value(postponed(offer, date(2003, 7, 28), EXPIRES_AT))
    assert step.postponement.intended_on == date(2003, 7, 28)
    assert timeline_of(offer).acceptance_intended_on == date(2003, 7, 28)
    assert timeline_of(offer).state(AFTER) is State.EXPIRED
    assert list(faults()) == []


def test_the_day_is_later_a_business_day_and_prompt_unless_counsel_says_otherwise(offer):
    assert codes(postponed(offer, date(2003, 7, 24))) == ["postponed_to_no_later_day"]
    assert codes(postponed(offer, date(2003, 7, 26))) == ["not_a_business_day"]
    assert codes(postponed(offer, date(2003, 7, 30))) == ["postponed_too_long"]
    assert not isinstance(postponed(offer, date(2003, 7, 29)), Refused)  # the third business day after the 24th
    override = Override(ACCEPTED_PROMPTLY, "The exchange is closed.")
    assert codes(postponed(offer, date(2003, 7, 28))) == ["postponed_to_no_later_day"]
    assert value(postponed(offer, date(2003, 7, 30), overrides=[override])).overrides
    assert codes(postponed(offer, date(2003, 7, 31), reason=" ", overrides=[override])) == ["reason_missing"]
    assert value(postponed(offer, date(2003, 7, 30))) is None  # it is intended for that day already


def test_everyone_with_a_tender_is_told_until_when_they_can_withdraw_and_nobody_else(offer):
    value(postponed(offer, date(2003, 7, 28)))
    letter = Message.objects.get(kind="acceptance_postponed")
    assert letter.owner_key == "holder:E1"
    assert "Acceptance is now intended for: 28 July 2003" in letter.text
    assert "The auditors ask for a day." in letter.text
    assert "You may withdraw it at any time until the company accepts" in letter.text
    # 25 June is the first business day and 4 July none: the fortieth ends with 20 August.
    assert withdrawal_from(COMMENCES_AT, calendar()) == datetime(2003, 8, 21, 4, tzinfo=UTC)
    assert "20 August 2003, 9:00 p.m. Pacific Time" in letter.text


def test_it_is_a_dated_fact_of_the_offer_and_holders_can_withdraw_meanwhile(offer):
    value(postponed(offer, date(2003, 7, 28)))
    facts = {fact.code: fact for fact in dates_of(load(offer), HolderOutcome(None), AFTER)}
    assert facts["acceptance"].text == "Postponed; intended for 28 July 2003"
    assert facts["earliest_grant"].on == date(2004, 1, 29)
    ana = Holder.objects.get(employee_number="E1")
    at = AFTER + timedelta(hours=2)
    record(offer, [paper(notice(ana), "N1", at)], at)  # still withdrawn
    assert value(accepted(offer, BEGIN_28_JULY)).cancelled_shares == 0


def test_acceptance_waits_for_the_day_that_holders_were_told_unless_counsel_says_otherwise(offer):
    value(postponed(offer, date(2003, 7, 28)))
    assert codes(accepted(offer, AFTER + MICRO)) == ["accepted_before_announced"]
    assert codes(accepted(offer, BEGIN_28_JULY - MICRO)) == ["accepted_before_announced"]
    assert codes(accepted(offer, AFTER, [Override(ACCEPTED_PROMPTLY, "Another rule.")])) == [
        "accepted_before_announced"
    ]
    override = Override(ACCEPTED_AS_ANNOUNCED, "Everyone was told anew.")
    value(accepted(offer, AFTER, [override]))
    assert "Everyone was told anew." in offer.events.get(kind="accepted").overrides


def test_acceptance_on_the_day_that_holders_were_told_asks_nobody(offer):
    value(postponed(offer, date(2003, 7, 28)))
    value(accepted(offer, BEGIN_28_JULY))
    assert offer.events.get(kind="accepted").overrides == ""


def test_an_offer_revived_after_a_postponement_forgets_the_day(offer):
    value(postponed(offer, date(2003, 7, 28)))
    to = EXPIRES_AT + timedelta(hours=3)
    value(extend_offer(code=offer.code, to=to, actor="counsel", at=AFTER + MICRO, overrides=[MORE_THAN_THIRTY]))
    assert timeline_of(offer).acceptance_intended_on is None
