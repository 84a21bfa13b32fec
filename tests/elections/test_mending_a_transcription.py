"""Domain §4, Paper: staff's entry is a transcription; two people mend it by a new one, judged at the same receipt."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from exchange.audit.models import AuditEvent
from exchange.documents.models import Paper
from exchange.elections.actions import confirm_mend, decide_defect, decline_mend, prepare_mend
from exchange.elections.everyone import everyone
from exchange.elections.mends import scans_of
from exchange.elections.models import Form, Judgement
from exchange.elections.models.mends import Mend, MendDecision
from exchange.elections.reads import forms_of
from exchange.elections.records import submission_of
from exchange.elections.rules import LineFacts, Signed
from exchange.elections.scans import ScanFile, attach_scan, open_scan
from exchange.interchange.export import results
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.notices.models import Message, State
from exchange.offers.models import CounselFlag
from exchange.people.models import User
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.promise import issue_promises
from tests.support import raw
from tests.support.world import (
    ACTOR,
    EXPIRES_AT,
    a_grant,
    a_holder,
    an_offer,
    election,
    notice,
    paper,
    record,
    value,
)

pytestmark = pytest.mark.django_db
HANNAH, OWEN = "staff:hannah@company.example", "staff:owen@company.example"
RECEIVED = EXPIRES_AT - timedelta(days=3)
MENDED_AT = EXPIRES_AT - timedelta(days=1)
PDF = ScanFile(b"%PDF-1.7 what Ana signed", "application/pdf")


@pytest.fixture
def offer() -> Any:
    return an_offer()


@pytest.fixture
def ana(offer: Any) -> Any:
    holder = a_holder("E1", legal_name="Ana Lopes", name_on_agreement="Ana Lopes")
    a_grant(holder, "G1")
    a_grant(holder, "G2", shares_granted=500)
    return holder


def entered(offer: Any, holder: Any, number: str = "P-1", *, scanned: bool = True, **facts: Any) -> Form:
    """A paper form as it was first copied: one of the two options, unless said otherwise."""
    received = facts.pop("received_at", RECEIVED)
    first = holder.grants.order_by("grant_number").first()
    record(offer, [replace(paper(election(holder, first), number, received), **facts)], received)
    form = Form.objects.get(number=number)
    if scanned:
        value(attach_scan(form=form, file=PDF, actor=HANNAH, at=received))
    return form


def as_it_reads(form: Form, *grants: Any, **facts: Any) -> Any:
    """The entry as it should be: the same form, listing these options."""
    lines = tuple(LineFacts(g.grant_number, g.grant_date, g.exercise_price, g.outstanding) for g in grants)
    return replace(submission_of(form), **({"lines": lines} if grants else {}), **facts)


def prepared(form: Form, wanted: Any, at: Any = MENDED_AT) -> Mend:
    done = prepare_mend(
        code=form.offer.code, number=form.number, wanted=wanted, reason="One option was missed.", actor=HANNAH, at=at
    )
    return value(done).mend


def confirmed(mend: Mend, at: Any = MENDED_AT) -> Form:
    for scan in scans_of(mend.form):
        value(open_scan(scan=scan, actor=OWEN, at=at))
    return value(confirm_mend(mend=mend, actor=OWEN, at=at)).entry


def mended(form: Form, wanted: Any, at: Any = MENDED_AT) -> Form:
    return confirmed(prepared(form, wanted, at), at)


def codes(result: Any) -> list[str]:
    assert isinstance(result, Refused)
    return [reason.code for reason in result.reasons]


def in_force(offer: Any, holder: Any) -> tuple[str, list[str]]:
    found = forms_of(offer, holder)
    return (found.form_in_force.number if found.form_in_force else ""), found.tendered


def test_the_new_entry_stands_in_the_place_of_the_first_which_stays_on_record(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    assert in_force(offer, ana) == ("P-1", ["G1"])
    mend = prepared(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    assert in_force(offer, ana) == ("P-1", ["G1"]), "nothing counts until a second person confirms"
    entry = confirmed(mend)
    assert (entry.number, entry.received_at) == ("P-1.2", RECEIVED)
    assert in_force(offer, ana) == ("P-1.2", ["G1", "G2"])
    assert [line.grant_number for line in Form.objects.get(number="P-1").lines.all()] == ["G1"]
    event = AuditEvent.objects.get(kind="form.mended")
    assert event.actor == OWEN
    assert HANNAH in event.payload
    call_command("verify_ledger")


def test_the_export_has_the_paper_form_once_as_its_newest_entry_reads(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    outcome = results(offer)
    (exported,) = outcome["forms"]
    assert exported["form_id"] == "P-1"
    assert [line["grant_number"] for line in exported["lines"]] == ["G1", "G2"]
    assert outcome["totals"]["forms"] == 1


def test_recording_the_same_file_again_finds_either_entry(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    entry = mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    for content in (submission_of(form), replace(submission_of(entry), number="P-1")):
        assert record(offer, [content], EXPIRES_AT).already == ["P-1"]


def test_acceptance_takes_what_the_newest_entry_tenders(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    at = EXPIRES_AT + timedelta(hours=16)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at))
    assert set(results(offer)["cancelled"]) == {"G1", "G2"}
    call_command("verify_ledger")


def test_the_holder_is_told_what_had_been_copied_wrongly_and_what_is_in_force(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    first = Message.objects.get(kind="election_received")
    mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    letter = Message.objects.get(kind="form_mended")
    assert "Option G2: copied as “Nothing”" in letter.text
    assert "Your Election Form, P-1.2, is in force." in letter.text
    assert len(letter.attachments) == 1
    first.refresh_from_db()
    assert first.state == State.CANCELLED, "a receipt that had not gone out would say what is not so"


def test_the_paper_of_a_mended_form_that_another_has_overtaken_tenders_nothing(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    entered(offer, ana, "P-2", received_at=RECEIVED + timedelta(hours=1))
    mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    letter = Message.objects.get(kind="form_mended")
    assert "Form P-2 is in force." in letter.text
    (paper,) = Paper.objects.filter(pk__in=letter.attachments)
    assert paper.kind == "form_not_in_force"
    assert "Form P-2 is in force." in paper.snapshot
    assert "an earlier one had been copied from it wrongly" in paper.snapshot


def test_a_form_that_is_anothers_counts_for_them_and_both_are_told(offer: Any, ana: Any) -> None:
    ben = a_holder("E2", legal_name="Ben Ode", name_on_agreement="Ben Ode")
    own = a_grant(ben, "G9")
    form = entered(offer, ana)
    mended(form, as_it_reads(form, own, employee_number="E2", signature_name="Ben Ode"))
    assert in_force(offer, ana) == ("", [])
    assert in_force(offer, ben) == ("P-1.2", ["G9"])
    told = {letter.owner_key: letter.text for letter in Message.objects.filter(kind="form_mended")}
    assert "recorded as yours by mistake" in told["holder:E1"]
    assert "G9" not in told["holder:E1"], "what another person tendered is not theirs to read"
    assert "recorded as another person’s by mistake" in told["holder:E2"]
    call_command("verify_ledger")


def test_a_form_of_nobody_on_file_can_be_given_to_whom_it_is_of(offer: Any, ana: Any) -> None:
    form = entered(offer, ana, employee_number="E77")
    assert form.holder is None
    entry = mended(form, as_it_reads(form, employee_number="E1"))
    assert (entry.holder, in_force(offer, ana)) == (ana, ("P-1.2", ["G1"]))


def test_later_forms_are_not_judged_again(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    record(offer, [paper(notice(ana), "N-1", RECEIVED + timedelta(hours=1))], RECEIVED + timedelta(hours=1))
    mended(form, as_it_reads(form, signature_name=""))
    assert in_force(offer, ana) == ("N-1", [])
    assert Judgement.objects.filter(form__number="N-1").count() == 1


def test_a_mended_address_ends_no_tender_because_of_a_notice_that_was_defective(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    at = RECEIVED + timedelta(hours=1)
    record(offer, [replace(paper(notice(ana), "N-1", at), signature_name="Somebody Else")], at)
    assert in_force(offer, ana) == ("P-1", ["G1"])
    mended(form, as_it_reads(form, address="12 Foundry Way"))
    assert in_force(offer, ana) == ("P-1.2", ["G1"])


def test_an_entry_effective_only_now_is_not_put_in_force_after_a_signed_notice(offer: Any, ana: Any) -> None:
    form = entered(offer, ana, signature_name="")
    record(offer, [paper(notice(ana), "N-1", RECEIVED + timedelta(hours=1))], RECEIVED + timedelta(hours=1))
    entry = mended(form, as_it_reads(form, signature_name="Ana Lopes"))
    assert entry.judgements.latest("number").status == "effective"
    assert in_force(offer, ana) == ("", [])


def test_what_was_in_force_before_comes_back_when_the_later_form_turns_out_unsigned(offer: Any, ana: Any) -> None:
    entered(offer, ana)
    later = entered(offer, ana, "P-2", received_at=RECEIVED + timedelta(hours=2))
    mended(later, as_it_reads(later, signature_name=""))
    assert in_force(offer, ana) == ("P-1", ["G1"])


def test_at_one_instant_of_receipt_a_mended_entry_keeps_the_place_of_its_first(offer: Any, ana: Any) -> None:
    one = entered(offer, ana)
    entered(offer, ana, "P-2", signed=Signed(at=RECEIVED), scanned=False)
    assert in_force(offer, ana)[0] == "P-2"
    mended(one, as_it_reads(one, address="Elsewhere"))
    assert in_force(offer, ana)[0] == "P-2"


def test_what_was_decided_of_the_form_goes_with_it(offer: Any, ana: Any) -> None:
    form = entered(offer, ana, signed=Signed())
    cured = {"verdict": "cure", "reason": "She dated it.", "evidence": "A letter.", "cured_on": date(2003, 7, 21)}
    value(decide_defect(code=offer.code, number="P-1", defect="undated", actor=HANNAH, at=RECEIVED, **cured))
    entry = mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    assert in_force(offer, ana) == ("P-1.2", ["G1", "G2"])
    assert [row.evidence for row in entry.decisions.all()] == ["A letter."]
    assert results(offer)["forms"][0]["status"] == "defective", "the export has what its receipt gives"
    call_command("verify_ledger")


def test_a_waiver_reaches_the_newest_entry_and_no_mended_one(offer: Any, ana: Any) -> None:
    form = entered(offer, ana, signed=Signed())
    entry = mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    waived = {"verdict": "waive", "reason": "For all alike.", "actor": OWEN, "at": MENDED_AT}
    decided = value(decide_defect(code=offer.code, number="P-1", defect="undated", **waived))
    assert [item.form for item in decided.reached] == [entry], "by the paper's own number its newest entry is meant"
    assert in_force(offer, ana) == ("P-1.2", ["G1", "G2"])
    assert not form.decisions.exists()
    call_command("verify_ledger")


def test_mended_after_acceptance_it_changes_nothing_and_goes_before_counsel(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    at = EXPIRES_AT + timedelta(hours=16)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at))
    mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")), at)
    assert set(results(offer)["cancelled"]) == {"G1"}
    ended = AuditEvent.objects.get(kind="tenders.accepted").pk
    assert forms_of(offer, ana).until(ended).tendered == ["G1"]
    ((_holder, placed),) = everyone(offer, ended_by=ended).in_force()
    assert (placed.standing.number, list(placed.tendered)) == ("P-1", ["G1"])
    assert [flag.kind for flag in CounselFlag.objects.all()] == ["mended_after_the_end"]
    (exported,) = results(offer)["forms"]
    assert [line["grant_number"] for line in exported["lines"]] == ["G1"], "the export says what was accepted"
    assert "This changes nothing that was accepted" in Message.objects.get(kind="form_mended").text
    call_command("verify_ledger")


def test_acceptance_names_an_entry_that_waits_and_is_refused_unless_it_is_expressly_left(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    prepared(form, as_it_reads(form, ana.grants.get(grant_number="G2")))
    said = {"code": offer.code, "attested": True, "actor": ACTOR, "at": EXPIRES_AT + timedelta(hours=16)}
    refused = accept_tenders(leave_undecided=False, **said)
    assert codes(refused) == ["mend_undecided"]
    assert "Form P-1 has a new entry that waits for a second person" in sentence(refused.reasons[0])
    assert results(offer)["cancelled"] == {}
    accepted = value(accept_tenders(leave_undecided=True, **said))
    assert [(left.number, code) for left, code in accepted.left] == [("P-1", "mend_waiting")]
    assert accepted.acceptance.left_undecided == 1
    assert set(results(offer)["cancelled"]) == {"G1"}
    call_command("verify_ledger")


@pytest.mark.parametrize("verdict", ["confirmed", "declined"])
def test_once_a_second_person_has_seen_to_it_nothing_is_left_undecided(offer: Any, ana: Any, verdict: str) -> None:
    form = entered(offer, ana)
    mend = prepared(form, as_it_reads(form, ana.grants.get(grant_number="G2")))
    if verdict == "confirmed":
        confirmed(mend)
    else:
        value(decline_mend(mend=mend, reason="The fax lists G1.", actor=OWEN, at=MENDED_AT))
    at = EXPIRES_AT + timedelta(hours=16)
    done = accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at)
    assert value(done).left == []
    assert set(results(offer)["cancelled"]) == {"G2" if verdict == "confirmed" else "G1"}


@pytest.mark.parametrize("what", ["mended", "recorded"])
def test_the_promise_names_the_form_that_was_accepted_whatever_came_after(offer: Any, ana: Any, what: str) -> None:
    form = entered(offer, ana)
    at = EXPIRES_AT + timedelta(hours=16)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at))
    if what == "mended":
        mended(form, as_it_reads(form, ana.grants.get(grant_number="G2")), at)
    else:
        late = RECEIVED + timedelta(hours=2)
        record(offer, [paper(election(ana, ana.grants.get(grant_number="G2")), "P-2", late)], at)
    value(issue_promises(code=offer.code, actor=ACTOR, at=at))
    (promise,) = Paper.objects.filter(kind="promise_to_grant")
    assert promise.values()["form_number"] == "P-1"
    assert [line["grant_number"] for line in promise.values()["lines"]] == ["G1"]


def test_the_export_has_the_entry_that_was_in_place_when_the_offer_ended(offer: Any, ana: Any) -> None:
    one, two = ana.grants.order_by("grant_number")
    first = entered(offer, ana)
    second = mended(first, as_it_reads(first, two))
    at = EXPIRES_AT + timedelta(hours=16)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at))
    third = mended(second, as_it_reads(second, one), at)
    mended(third, as_it_reads(third, one, two), at)
    found = results(offer)
    assert list(found["cancelled"]) == ["G2"]
    assert [(f["form_id"], [line["grant_number"] for line in f["lines"]]) for f in found["forms"]] == [("P-1", ["G2"])]


def test_the_export_has_the_newest_entry_of_a_form_recorded_only_after_the_end(offer: Any, ana: Any) -> None:
    at = EXPIRES_AT + timedelta(hours=16)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at))
    record(offer, [paper(election(ana, ana.grants.get(grant_number="G1")), "P-1", RECEIVED)], at)
    form = Form.objects.get()
    value(attach_scan(form=form, file=PDF, actor=HANNAH, at=at))
    second = mended(form, as_it_reads(form, ana.grants.get(grant_number="G2")), at)
    mended(second, as_it_reads(second, *ana.grants.order_by("grant_number")), at)
    (exported,) = results(offer)["forms"]
    assert (exported["form_id"], [line["grant_number"] for line in exported["lines"]]) == ("P-1", ["G1", "G2"])


def test_an_entry_can_be_mended_again(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    entry = mended(form, as_it_reads(form, *ana.grants.order_by("grant_number")))
    third = mended(entry, as_it_reads(entry, address="1 New Street"))
    assert (third.number, in_force(offer, ana)) == ("P-1.3", ("P-1.3", ["G1", "G2"]))
    assert results(offer)["forms"][0]["form_id"] == "P-1"
    call_command("verify_ledger")


def test_the_second_person_is_another_one_who_has_opened_the_scan_since(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    scan = form.scans.get()
    value(open_scan(scan=scan, actor=OWEN, at=MENDED_AT))
    mend = prepared(form, as_it_reads(form, *ana.grants.all()))
    assert codes(confirm_mend(mend=mend, actor=HANNAH, at=MENDED_AT)) == ["mend_same_person"]
    assert codes(confirm_mend(mend=mend, actor=OWEN, at=MENDED_AT)) == ["mend_scan_not_seen"]
    value(open_scan(scan=scan, actor=OWEN, at=MENDED_AT))
    value(confirm_mend(mend=mend, actor=OWEN, at=MENDED_AT))
    assert codes(confirm_mend(mend=mend, actor=OWEN, at=MENDED_AT)) == ["mend_decided", "form_mended"]


def test_nobody_mends_their_own_form(offer: Any, ana: Any) -> None:
    ana.user = User.objects.create_user("ana@company.example", "a long password")
    ana.save()
    form = entered(offer, ana)
    wanted = as_it_reads(form, *ana.grants.all())
    own = prepare_mend(
        code=offer.code, number="P-1", wanted=wanted, reason="So.", prepared_by=ana.user, actor="x", at=MENDED_AT
    )
    assert codes(own) == ["mend_own"]
    mend = prepared(form, wanted)
    value(open_scan(scan=form.scans.get(), actor="staff:ana", at=MENDED_AT))
    again = confirm_mend(mend=mend, confirmed_by=ana.user, actor="staff:ana", at=MENDED_AT)
    assert codes(again) == ["mend_own"]


def test_what_cannot_be_mended_is_refused(offer: Any, ana: Any) -> None:
    form = entered(offer, ana, scanned=False)
    wanted = as_it_reads(form, *ana.grants.all())

    def refused(wanted: Any, reason: str = "So.") -> list[str]:
        made = prepare_mend(code=offer.code, number="P-1", wanted=wanted, reason=reason, actor=HANNAH, at=MENDED_AT)
        return codes(made)

    assert refused(wanted) == ["mend_without_scan"]
    value(attach_scan(form=form, file=PDF, actor=HANNAH, at=RECEIVED))
    assert refused(submission_of(form)) == ["mend_says_the_same"]
    assert refused(replace(submission_of(form), received_at=None)) == ["mend_says_the_same"]
    assert refused(wanted, " ") == ["reason_missing"]
    mend = prepared(form, wanted)
    assert refused(wanted) == ["mend_waiting"]
    assert codes(decline_mend(mend=mend, reason="", actor=OWEN, at=MENDED_AT)) == ["reason_missing"]
    assert value(decline_mend(mend=mend, reason="", actor=HANNAH, at=MENDED_AT)).verdict == "taken_back"
    assert in_force(offer, ana) == ("P-1", ["G1"])
    prepared(form, wanted)


def test_prices_and_dates_are_mended_to_the_figure(offer: Any, ana: Any) -> None:
    grant = ana.grants.get(grant_number="G1")
    wrong = LineFacts("G1", grant.grant_date, Decimal("24.05"), grant.outstanding)
    form = entered(offer, ana, lines=(wrong,))
    assert in_force(offer, ana) == ("P-1", [])
    mended(form, as_it_reads(form, grant))
    assert in_force(offer, ana) == ("P-1.2", ["G1"])


def test_the_database_refuses_one_person_in_both_parts(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    entry = mended(form, as_it_reads(form, *ana.grants.all()))
    waiting = prepared(entry, as_it_reads(entry, address="1 New Street"))
    with pytest.raises(IntegrityError, match="mend_by_two_people"), transaction.atomic():
        raw.insert_copy(MendDecision.objects.get(), mend=waiting, actor=HANNAH)
