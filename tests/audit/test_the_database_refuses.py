"""What no action would write, the database refuses too: rows that come round the ORM meet every constraint.

Each case is named by its constraint, or by its table and column; a constraint without a case fails the last test.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from exchange.elections.models import ElectronicConsent, Form, FormLine, Judgement, ProofDecision, Scan
from exchange.elections.models.decisions import CureEvidence, CureRequest, Decision, Waiver
from exchange.elections.models.mends import Mend, MendDecision, Mending
from exchange.elections.models.reminders import ReminderChange
from exchange.grants.models import Cancellation, Grant, Plan, PoolEntry
from exchange.market.models import CalendarOverride, CorporateAction
from exchange.offers.condition_models import ConditionDecision, ConditionEvent, Postponement
from exchange.offers.models import (
    Amendment,
    Attempt,
    ContentApproval,
    CounselFlag,
    Exclusion,
    ExclusionLifted,
    FindingAcceptance,
    Offer,
    OfferDocument,
    OfferEvent,
    OfferVersion,
    OfferWording,
)
from exchange.offers.proposal_models import Proposal, ProposalFile, ProposalOutcome
from exchange.people.models import EmploymentEvent, Holder, Invitation, InvitationUse, Report, ReportAnswer, User
from exchange.settlement.models import (
    Acceptance,
    AgreementMistake,
    AgreementSignature,
    Lapse,
    NewGrant,
    NotAccepted,
    Prohibition,
    Promise,
    PromiseLine,
)
from tests.support.raw import Raw, change, insert_copy
from tests.support.world import a_holder

NAN = Raw("NaN")


def a_portal_form() -> Form:
    return Form.objects.filter(key__isnull=False, holder__isnull=False).latest("sequence")


def another_holder() -> Holder:
    return Holder.objects.exclude(pk=a_portal_form().holder_id).first()


def an_untouched_grant() -> Grant:
    """Of nobody's tender, so that only the constraint in question can be broken."""
    row = Grant.objects.first()
    return Grant.objects.create(
        grant_number="UNTOUCHED",
        **{
            field.name: getattr(row, field.name)
            for field in Grant._meta.fields
            if field.name not in {"id", "grant_number"}
        },
    )


def a_mend() -> Mend:
    """Another prepared entry than the one on record."""
    insert_copy(Mend.objects.get(), number=2)
    return Mend.objects.get(number=2)


def a_second_offer() -> Offer:
    return Offer.objects.create(code="SECOND", is_running=True)


def an_open_line() -> PromiseLine:
    """A promise line with neither outcome: a copy, of a cancellation copied for it."""
    grant = an_untouched_grant()
    insert_copy(Cancellation.objects.first(), grant=grant, grant_number="UNTOUCHED")
    insert_copy(PromiseLine.objects.first(), cancellation=grant.cancellation, grant_number="UNTOUCHED")
    return PromiseLine.objects.get(grant_number="UNTOUCHED")


def a_signature() -> AgreementSignature:
    return AgreementSignature.objects.get(channel="portal")


def the_second_signature() -> AgreementSignature:
    """The one that took the place of one recorded by mistake."""
    return AgreementSignature.objects.get(replaces__isnull=False)


def an_unsigned_grant() -> NewGrant:
    insert_copy(NewGrant.objects.first(), number="UNSIGNED", line=an_open_line())
    return NewGrant.objects.get(number="UNSIGNED")


def event(kind: str) -> OfferEvent:
    return OfferEvent.objects.get(kind=kind)


def an_amendment(**changed: Any) -> None:
    insert_copy(Amendment.objects.first(), **changed)


def a_version_of_no_amendment() -> OfferVersion:
    return OfferVersion.objects.filter(amendment=None).first()


def another_exclusion() -> Exclusion:
    """One that nobody has lifted."""
    insert_copy(Exclusion.objects.first(), number=99)
    return Exclusion.objects.get(number=99)


def another_offer() -> Offer:
    """One that nobody has accepted: decisions end at acceptance."""
    return Offer.objects.filter(code="SECOND").first() or a_second_offer()


def an_account(name: str, **said: Any) -> User:
    return User.objects.create_user(f"{name}@company.example", None, is_staff=True, **said)


def a_waiting_proposal() -> Proposal:
    return Proposal.objects.get(outcome=None)


def an_outcome(**changed: Any) -> None:
    """What became of the proposal that waits, by the person who settled the other one."""
    settled = ProposalOutcome.objects.get(kind="declined")
    insert_copy(
        settled,
        **{"proposal": a_waiting_proposal(), "proposer": a_waiting_proposal().proposed_by, "preview_digest": "0" * 64}
        | changed,
    )


def an_attempt(**changed: Any) -> Attempt:
    """A step that waits for the worker."""
    proposal = a_waiting_proposal()
    wanted = {"step": "accept", "kind": "try_out", "place": "/here/", "wanted": b"x", "asked_at": proposal.proposed_at}
    return Attempt.objects.create(offer=proposal.offer, asked_by=proposal.proposed_by, **{**wanted, **changed})


def another_condition() -> ConditionEvent:
    insert_copy(ConditionEvent.objects.first(), number=98)
    return ConditionEvent.objects.get(number=98)


def a_verdict(**changed: Any) -> None:
    """Another decision of the condition on record, by a step that decided none."""
    insert_copy(ConditionDecision.objects.first(), **{"number": 99, "step": event("opened")} | changed)


def a_waiver(defect: str, **changed: Any) -> None:
    insert_copy(Waiver.objects.get(offer__code="TEST"), offer=another_offer(), defect=defect, **changed)


def a_decision(verdict: str, **changed: Any) -> None:
    insert_copy(
        Decision.objects.filter(verdict=verdict).first(), **{"offer": another_offer(), "number": 99, **changed}
    )


def a_request(**changed: Any) -> None:
    insert_copy(CureRequest.objects.get(), **{"offer": another_offer(), "number": 99, **changed})


CASES: dict[str, Callable[[], Any]] = {
    # One form, one number, one place, one key.
    "form_number_once": lambda: insert_copy(a_portal_form(), sequence=99, key=None),
    "form_sequence_once": lambda: insert_copy(a_portal_form(), number="OTHER", key=None),
    "form_key_once": lambda: insert_copy(a_portal_form(), number="OTHER", sequence=99),
    "form_signed_at_or_on": lambda: insert_copy(
        a_portal_form(), number="OTHER", sequence=99, key=None, signed_on=a_portal_form().received_at.date()
    ),
    "form_sequence_with_holder": lambda: insert_copy(a_portal_form(), number="OTHER", sequence=None, key=None),
    "form_line_once": lambda: insert_copy(FormLine.objects.first()),
    "judgement_once": lambda: insert_copy(Judgement.objects.first()),
    "scan_once": lambda: insert_copy(Scan.objects.first()),
    "scan_proof_salted": lambda: insert_copy(Scan.objects.exclude(salt="").get(), sha256="0" * 64, salt=""),
    # What staff found of a proof, and each step of consent: one of a number, with its reason or its wording.
    "proof_decision_once": lambda: insert_copy(ProofDecision.objects.first()),
    "proof_decision_reasoned": lambda: insert_copy(ProofDecision.objects.first(), number=99, reason=""),
    "consent_number_once": lambda: insert_copy(ElectronicConsent.objects.first()),
    "consent_given_with_wording": lambda: insert_copy(
        ElectronicConsent.objects.filter(kind="given").first(), number=99, wording=""
    ),
    # Decisions: one at a time of a defect, with a reason; never of what is final, no waiver of what may not be waived.
    "waiver_once": lambda: (a_waiver("conditional"), a_waiver("conditional")),
    "waiver_reasoned": lambda: a_waiver("conditional", reason=""),
    "waiver_of_what_may_be": lambda: a_waiver("unsigned"),
    "decision_once": lambda: a_decision("cured", number=1),
    "decision_reasoned": lambda: a_decision("cured", reason=""),
    "decision_never_on_rejecting": lambda: a_decision("cured", defect="late"),
    "decision_waived_by_waiver": lambda: a_decision("waived", waiver=None),
    "decision_waived_what_may_be": lambda: a_decision("waived", defect="unsigned"),
    "decision_cured_on_a_day": lambda: a_decision("cured", cured_on=None),
    "cure_request_once": lambda: a_request(number=1),
    "cure_request_reasoned": lambda: a_request(reason=""),
    "cure_request_never_on_rejecting": lambda: a_request(defect="late"),
    "cure_evidence_once": lambda: insert_copy(CureEvidence.objects.first()),
    "reminder_change_once": lambda: insert_copy(ReminderChange.objects.first()),
    "reminder_added_for_somebody": lambda: insert_copy(
        ReminderChange.objects.get(kind="added"), number=99, audience=""
    ),
    # A mended entry: one a form, prepared and confirmed by two people, each with what they must say.
    "mend_once": lambda: insert_copy(Mend.objects.first()),
    "mend_reasoned": lambda: insert_copy(Mend.objects.first(), number=99, reason=""),
    "elections_menddecision.mend_id": lambda: insert_copy(MendDecision.objects.first()),
    "mend_by_two_people": lambda: insert_copy(
        MendDecision.objects.first(), mend=a_mend(), actor=MendDecision.objects.first().prepared_by
    ),
    "mend_declined_with_reason": lambda: insert_copy(
        MendDecision.objects.first(), mend=a_mend(), verdict="declined", reason=""
    ),
    "elections_mending.form_id": lambda: insert_copy(Mending.objects.first(), entry=a_portal_form(), mend=a_mend()),
    "elections_mending.entry_id": lambda: insert_copy(Mending.objects.first(), form=a_portal_form(), mend=a_mend()),
    "elections_mending.mend_id": lambda: insert_copy(
        Mending.objects.first(), form=a_portal_form(), entry=Form.objects.get(number="F1")
    ),
    "mending_by_another_entry": lambda: insert_copy(
        Mending.objects.first(), form=a_portal_form(), entry=a_portal_form(), mend=a_mend()
    ),
    # Options: never fewer than none, cancelled at most once.
    "grants_grant.grant_number": lambda: insert_copy(Grant.objects.first()),
    "grant_outstanding_never_negative": lambda: change(an_untouched_grant(), shares_exercised=1201),
    "grant_price_positive": lambda: change(an_untouched_grant(), exercise_price=0),
    "grants_cancellation.grant_id": lambda: insert_copy(Cancellation.objects.first()),
    "cancellation_of_something": lambda: insert_copy(
        Cancellation.objects.first(), grant=an_untouched_grant(), shares=0
    ),
    "grants_plan.code": lambda: insert_copy(Plan.objects.first()),
    "grants_poolentry.source": lambda: insert_copy(PoolEntry.objects.first()),
    # Offers: one at a time, each step once, one end.
    "offers_offer.code": lambda: insert_copy(Offer.objects.first()),
    "one_running_offer": lambda: (a_second_offer(), insert_copy(Offer.objects.get(code="SECOND"), code="THIRD")),
    "offer_version_once": lambda: insert_copy(OfferVersion.objects.first()),
    "offer_document_once": lambda: insert_copy(OfferDocument.objects.first()),
    "offer_event_once": lambda: insert_copy(event("extended")),
    "offer_opened_accepted_terminated_closed_once": lambda: insert_copy(event("opened"), number=99),
    "offer_ends_once": lambda: insert_copy(event("accepted"), number=99, kind="terminated"),
    # An amendment makes one version by one step, says what kind of change it is, and what changed.
    "offers_amendment.version_id": lambda: an_amendment(step=event("opened")),
    "offers_amendment.step_id": lambda: an_amendment(version=a_version_of_no_amendment()),
    "amendment_is_classified": lambda: an_amendment(
        step=event("opened"), version=a_version_of_no_amendment(), classification="whatever"
    ),
    "amendment_says_what_changed": lambda: an_amendment(
        step=event("opened"), version=a_version_of_no_amendment(), summary=""
    ),
    # What an offer says: one wording of a number, one approval of a content, never by whoever made it.
    "offer_wording_once": lambda: insert_copy(OfferWording.objects.first()),
    "offer_wording_area_known": lambda: insert_copy(OfferWording.objects.first(), area="documents"),
    "content_approved_once": lambda: insert_copy(ContentApproval.objects.first()),
    "content_approval_area_known": lambda: insert_copy(ContentApproval.objects.first(), area="whatever"),
    "content_approved_by_another": lambda: insert_copy(
        ContentApproval.objects.first(), content_digest="1" * 64, approved_by="an editor"
    ),
    "finding_accepted_with_a_reason": lambda: insert_copy(FindingAcceptance.objects.first(), reason=""),
    # Two people: a proposal once, settled once, by another than its proposer, who has seen what they approve.
    "proposal_once": lambda: insert_copy(Proposal.objects.first()),
    "proposal_file_once": lambda: insert_copy(ProposalFile.objects.first()),
    "offers_proposaloutcome.proposal_id": lambda: insert_copy(ProposalOutcome.objects.first()),
    "account_number_once": lambda: [an_account("n1", employee_number="N-1"), an_account("n2", employee_number="n-1")],
    "account_says_one_thing_of_its_owner": lambda: an_account("n3", employee_number="N-3", is_no_employee=True),
    "proposal_salted": lambda: insert_copy(a_waiting_proposal(), number=98, salt=""),
    # The worker: one attempt at a time, which says when it was finished; only what was carried out is done.
    "attempt_tried_out_one_at_a_time": lambda: insert_copy(an_attempt()),
    "attempt_carried_out_one_at_a_time": lambda: insert_copy(an_attempt(kind="confirm")),
    "attempt_finished_says_when": lambda: change(an_attempt(), state="finished"),
    "attempt_done_is_finished": lambda: change(an_attempt(kind="confirm"), is_done=True),
    "nobody_approves_their_own_proposal": lambda: an_outcome(kind="approved", by=a_waiting_proposal().proposed_by),
    "only_its_proposer_takes_it_back": lambda: an_outcome(kind="taken_back"),
    "a_declined_proposal_says_why": lambda: an_outcome(kind="declined", reason=""),
    "an_approval_has_seen_a_preview": lambda: an_outcome(kind="approved", preview_digest=""),
    # Conditions: recorded whole, each decision a step of the offer's, settled once; acceptance put off by one step.
    "condition_event_once": lambda: insert_copy(ConditionEvent.objects.first()),
    "condition_event_is_complete": lambda: insert_copy(ConditionEvent.objects.first(), number=99, evidence=""),
    "condition_decision_once": lambda: a_verdict(number=1),
    "condition_decision_says_why": lambda: a_verdict(condition=another_condition(), reason=""),
    "a_condition_is_settled_once": lambda: a_verdict(),
    "offers_conditiondecision.step_id": lambda: insert_copy(
        ConditionDecision.objects.first(), condition=another_condition(), number=99
    ),
    "offers_postponement.step_id": lambda: insert_copy(Postponement.objects.first()),
    "counsel_flag_once": lambda: insert_copy(CounselFlag.objects.first()),
    # An exclusion has a number of its own, says whom, why and in what words, and is made and lifted once, by two.
    "exclusion_once": lambda: insert_copy(Exclusion.objects.first()),
    "exclusion_is_complete": lambda: insert_copy(Exclusion.objects.first(), number=99, told=""),
    "nobody_excludes_alone": lambda: insert_copy(Exclusion.objects.first(), number=99, approved_by="one"),
    "offers_exclusionlifted.exclusion_id": lambda: insert_copy(ExclusionLifted.objects.first()),
    "exclusion_lifted_with_a_reason": lambda: insert_copy(
        ExclusionLifted.objects.first(), exclusion=another_exclusion(), reason=""
    ),
    "nobody_lifts_an_exclusion_alone": lambda: insert_copy(
        ExclusionLifted.objects.first(), exclusion=another_exclusion(), approved_by="one"
    ),
    # Settlement: one acceptance, one promise to a holder, one outcome of a line.
    "settlement_acceptance.offer_id": lambda: insert_copy(Acceptance.objects.first()),
    "not_accepted_once": lambda: insert_copy(NotAccepted.objects.first()),
    "one_promise_per_holder": lambda: insert_copy(Promise.objects.first(), number="OTHER"),
    "settlement_promise.number": lambda: insert_copy(Promise.objects.first(), offer=a_second_offer()),
    "settlement_promiseline.cancellation_id": lambda: insert_copy(PromiseLine.objects.first()),
    "prohibition_once": lambda: insert_copy(Prohibition.objects.first()),
    "settlement_newgrant.line_id": lambda: insert_copy(NewGrant.objects.first(), number="OTHER"),
    "settlement_newgrant.number": lambda: insert_copy(NewGrant.objects.first(), line=an_open_line()),
    "new_grant_of_something": lambda: insert_copy(
        NewGrant.objects.first(), number="OTHER", line=an_open_line(), shares=0
    ),
    "new_grant_price_positive": lambda: insert_copy(
        NewGrant.objects.first(), number="OTHER", line=an_open_line(), exercise_price=0
    ),
    "settlement_lapse.line_id": lambda: insert_copy(Lapse.objects.first()),
    # One signature under each option agreement, whole, in the portal or on paper.
    "agreement_first_signed_once": lambda: insert_copy(a_signature(), key=uuid.uuid4()),
    "agreement_signature_key_once": lambda: insert_copy(a_signature(), grant=an_unsigned_grant()),
    "agreement_signature_has_a_name": lambda: insert_copy(
        a_signature(), grant=an_unsigned_grant(), key=uuid.uuid4(), signature_name=""
    ),
    "agreement_signature_in_the_portal_or_on_paper": lambda: insert_copy(
        a_signature(), grant=an_unsigned_grant(), key=uuid.uuid4(), pdf_sha256=""
    ),
    # A recording by mistake is said once, by two, with a reason; one signature takes its place.
    "settlement_agreementsignature.replaces_id": lambda: insert_copy(the_second_signature()),
    "settlement_agreementmistake.signature_id": lambda: insert_copy(AgreementMistake.objects.get()),
    "agreement_mistake_with_a_reason": lambda: insert_copy(
        AgreementMistake.objects.get(), signature=the_second_signature(), reason=""
    ),
    "nobody_unsigns_an_agreement_alone": lambda: insert_copy(
        AgreementMistake.objects.get(), signature=the_second_signature(), approved_by="one"
    ),
    # Facts.
    "corporate_action_once": lambda: insert_copy(CorporateAction.objects.first(), number=99),
    "market_corporateaction.number": lambda: insert_copy(CorporateAction.objects.first(), note="x", new=7),
    "corporate_action_positive": lambda: insert_copy(CorporateAction.objects.first(), number=99, new=0),
    "calendar_override_once": lambda: insert_copy(
        CalendarOverride.objects.create(which="business", day="2003-07-04", is_open=True, reason="a test")
    ),
    "people_holder.employee_number": lambda: insert_copy(Holder.objects.filter(user=None).first()),
    "invitation_once": lambda: insert_copy(Invitation.objects.first()),
    "invitation_expires_after_it_is_made": lambda: insert_copy(
        Invitation.objects.first(), holder=a_holder("E9"), expires_at=Invitation.objects.first().invited_at
    ),
    "people_invitationuse.invitation_id": lambda: insert_copy(InvitationUse.objects.first()),
    # Reports: each says something, from whom its kind names; nobody answers their own.
    "people_report.number": lambda: insert_copy(Report.objects.first()),
    "report_says_something": lambda: insert_copy(Report.objects.get(kind="wrong"), number=99, text=""),
    "report_about_what_is_wrong": lambda: insert_copy(Report.objects.get(kind="wrong"), number=99, about=""),
    "report_from_whom_its_kind_names": lambda: insert_copy(Report.objects.get(kind="wrong"), number=99, holder=None),
    "report_answer_once": lambda: insert_copy(ReportAnswer.objects.first()),
    "report_answer_has_a_reason": lambda: insert_copy(ReportAnswer.objects.first(), number=99, text=""),
    "nobody_answers_their_own_report": lambda: insert_copy(
        ReportAnswer.objects.first(), number=99, answered_by=Report.objects.first().user
    ),
    "employment_event_once": lambda: insert_copy(EmploymentEvent.objects.first()),
}
ROOMS = {"people", "market", "grants", "offers", "elections", "settlement"}
# Which login a holder has is no matter of record.
ELSEWHERE = {"people_holder.user_id", "people_user.email"}


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_refuses(life, name: str):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        CASES[name]()
    assert _names(name, str(refusal.value)), refusal.value


def _names(constraint: str, message: str) -> bool:
    """Whether the database's message is about this constraint; SQLite names the columns of a unique one."""
    if connection.vendor == "postgresql":
        return constraint.replace(".", "_") in message
    if constraint in message:
        return True
    found = _declared()[constraint]
    return isinstance(found, models.UniqueConstraint) and message.startswith("UNIQUE constraint failed")


def _declared() -> dict[str, Any]:
    """Every constraint and unique column of the rooms that keep the record."""
    found: dict[str, Any] = {}
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            found |= {constraint.name: constraint for constraint in model._meta.constraints}
            for field in model._meta.concrete_fields:
                if field.unique and not field.primary_key:
                    found[f"{model._meta.db_table}.{field.column}"] = field
    return {name: value for name, value in found.items() if name not in ELSEWHERE}


def test_every_constraint_has_its_case():
    assert set(CASES) == set(_declared())


@pytest.mark.parametrize(
    "insert",
    [
        lambda: change(an_untouched_grant(), exercise_price=NAN),
        lambda: insert_copy(NewGrant.objects.first(), number="OTHER", line=an_open_line(), exercise_price=NAN),
        lambda: insert_copy(CorporateAction.objects.first(), number=99, new=NAN),
        lambda: insert_copy(CorporateAction.objects.first(), number=99, old=NAN),
    ],
)
def test_what_is_no_number_is_no_price_and_no_ratio(life, insert: Callable[[], None]):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert()


def test_no_count_of_shares_is_ever_negative(life):
    counts = 0
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            row = model._default_manager.first()
            for field in model._meta.concrete_fields:
                if row is None or "shares" not in field.name or not isinstance(field, models.BigIntegerField):
                    continue
                if model is PoolEntry:  # a pool is drawn on: its entries have a sign
                    continue
                counts += 1
                with pytest.raises(IntegrityError, match=r"CHECK|check"), transaction.atomic():
                    insert_copy(row, **{field.name: Raw(-1)})
    assert counts >= 9


def test_a_line_of_a_promise_is_granted_or_lapses_never_both(life):
    granted, lapsed = NewGrant.objects.first(), Lapse.objects.first()
    with pytest.raises(IntegrityError, match="beside a row of"), transaction.atomic():
        insert_copy(lapsed, line=granted.line)
    with pytest.raises(IntegrityError, match="beside a row of"), transaction.atomic():
        insert_copy(granted, line=lapsed.line, number="OTHER")
    insert_copy(lapsed, line=an_open_line())


def test_two_forms_of_one_key_are_refused_whoever_holds_them(life):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_copy(a_portal_form(), number="OTHER", sequence=99, holder=another_holder())
    insert_copy(a_portal_form(), number="OTHER", sequence=99, key=uuid.uuid4())


@pytest.mark.parametrize("model", [Waiver, Decision, CureRequest])
def test_nothing_is_decided_beside_an_acceptance(life, model):
    with pytest.raises(IntegrityError, match="beside a row of settlement_acceptance"), transaction.atomic():
        insert_copy(
            model._default_manager.first(),
            defect="dated_after_receipt",
            **{"number": 99} if model is not Waiver else {},
        )
