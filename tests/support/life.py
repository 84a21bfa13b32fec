"""One replayed offer from its draft to its new grants, with at least one row in every table that may never change."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from exchange.audit import guards
from exchange.documents.models import Paper, RenderedPaper
from exchange.elections.actions import ask_for_cure, decide_defect, judge_proof, upload_proof
from exchange.elections.models import Form, Purpose
from exchange.elections.reads import forms_of
from exchange.elections.rules import Signed
from exchange.elections.scans import ScanFile, attach_scan
from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.market.models import CorporateAction
from exchange.offers.actions import DocumentFile
from exchange.offers.invitations import invite_holders
from exchange.offers.models import Offer
from exchange.offers.reports import answer_report, report_facts
from exchange.people.invitations import use_invitation
from exchange.people.models import EmploymentEvent, Holder, User
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import decide_prohibition, issue_promises
from exchange.settlement.actions.sign import record_paper_agreement, sign_agreements
from exchange.settlement.agreements import Signing
from exchange.settlement.models import NewGrant, Promise
from tests.support.world import (
    ACTOR,
    EXPIRES_AT,
    a_grant,
    a_holder,
    amend,
    an_offer,
    election,
    extend,
    notice,
    paper,
    record,
    submit,
    value,
)

EXTENDED_TO = EXPIRES_AT + timedelta(hours=1)
ACCEPTED_AT = datetime(2003, 7, 25, 16, tzinfo=UTC)
GRANTED_ON = date(2004, 1, 26)


def live() -> Offer:
    """Forms of every kind, a revival, acceptance with something not accepted, promises, a split, grants and lapses."""
    offer = an_offer()
    day = timedelta(days=1)
    start = EXPIRES_AT - 20 * day
    ana, ben, cem, dora, eve, fay = (a_holder(number) for number in ("E1", "E2", "E3", "E4", "E5", "E6"))
    for holder in (ana, ben, cem, dora, eve, fay):
        a_grant(holder, f"{holder.employee_number}-1")
        a_grant(holder, f"{holder.employee_number}-2", exercise_price=Decimal("11.25"), shares_granted=7)
    a_grant(ana, "E1-3")
    value(invite_holders(code=offer.code, employee_numbers=["E1", "E2"], actor=ACTOR, at=start))
    value(use_invitation(invitation_id=ana.invitations.get().pk, actor=ACTOR, at=start))
    ana.refresh_from_db()
    said = {"text": "I left in May, not in June.", "actor": ACTOR, "at": start}
    value(report_facts(kind="missing", user=ana.user, holder=ana, **said))
    report = value(report_facts(kind="wrong", about="employment", user=ana.user, holder=ana, **said))
    staff = User.objects.create_user("desk@company.example", None, is_staff=True)
    answer = {"text": "It was June.", "answered_by": staff, "actor": ACTOR, "at": start}
    value(answer_report(report_id=report.pk, outcome="stands", **answer))
    # E1 tenders, withdraws and tenders again; E2 withdraws; E3's tender is never touched.
    first = submit(offer, ana, election(ana), start)
    withdrawn = submit(offer, ana, notice(ana, against=first.form.number), start + day)
    submit(offer, ana, election(ana, against=withdrawn.form.number), start + 2 * day)
    second = submit(offer, ben, election(ben), start)
    submit(offer, ben, notice(ben, against=second.form.number), start + day)
    submit(offer, cem, election(cem), start)
    _by_attorney(offer, fay, start)
    # On paper: one form in time, one in time that the extension makes so, an unknown person's.
    record(offer, [paper(election(dora), "F1", start)], start + day)
    scan = ScanFile(b"%PDF-1.7 a scan", "application/pdf")
    value(attach_scan(form=Form.objects.get(number="F1"), file=scan, actor=ACTOR, at=start + day))
    # The offer's document is amended while forms stand.
    text = DocumentFile("offer_to_exchange", "Offer to Exchange", "text/plain", b"the offer, as amended")
    value(amend(offer, EXPIRES_AT - 2 * day, documents=[text], classification="immaterial"))
    late = paper(election(eve), "F2", EXPIRES_AT + timedelta(minutes=5))
    stranger = Holder(employee_number="E404", legal_name="Nobody", name_on_agreement="Nobody")
    nobody = paper(election(stranger, *eve.grants.all()), "F3", EXPIRES_AT + timedelta(minutes=6))
    record(offer, [late, nobody], EXPIRES_AT + timedelta(minutes=10))
    extend(offer, EXTENDED_TO, EXPIRES_AT + timedelta(minutes=20))
    _decisions(offer, EXPIRES_AT + timedelta(minutes=30))
    # E4 leaves the country before acceptance; E5 leaves the company before the grants.
    _event(dora, ACCEPTED_AT.date(), "residence_country", "FR")
    _event(eve, date(2003, 12, 1), "terminated", "")
    late_notice = notice(cem, against=forms_of(offer, cem).form_in_force.number)
    submit(offer, cem, late_notice, ACCEPTED_AT + timedelta(seconds=1))
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=ACCEPTED_AT))
    forgotten = paper(election(dora), "F4", EXPIRES_AT - 3 * day)
    forgotten = replace(forgotten, signed=Signed(on=(forgotten.received_at - day).date()))
    record(offer, [forgotten], ACCEPTED_AT + timedelta(hours=1))
    value(issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT + day))
    value(
        decide_prohibition(
            promise=Promise.objects.get(holder=fay),
            verdict="prohibited",
            reason="The law of her state.",
            actor=ACTOR,
            at=ACCEPTED_AT + 2 * day,
        )
    )
    split = CorporateActionRow(2, date(2003, 11, 3), CorporateAction.Kind.SPLIT, Decimal(1), Decimal(10), "", "")
    value(apply_corporate_actions([split], source=Source("actions.csv", ""), actor=ACTOR, at=ACCEPTED_AT + 3 * day))
    granted_at = datetime(2004, 1, 26, 23, tzinfo=UTC)
    price = Decimal("2.03")
    value(grant_new_options(code=offer.code, on=GRANTED_ON, closing_price=price, actor=ACTOR, at=granted_at))
    _sign_agreements()
    # The offer's own chain has the last word: it saw the end of every other.
    last = ScanFile(b"%PDF-1.7 a scan found later", "application/pdf")
    value(attach_scan(form=Form.objects.get(number="F2"), file=last, actor=ACTOR, at=granted_at + 2 * day))
    empty = [model.__name__ for model in guards.guarded_models() if not model._default_manager.exists()]
    assert not empty, f"this life leaves {empty} without a row; give it one"
    return offer


def _decisions(offer: Offer, at: datetime) -> None:
    """A defect that its holder was asked to cure, and did; one that was rejected; one that is waived for all."""
    gus = a_holder("E7")
    a_grant(gus, "E7-1")
    undated = replace(paper(election(gus), "F5", EXPIRES_AT - timedelta(days=15)), signed=Signed())
    unlike = replace(paper(election(gus), "F6", EXPIRES_AT - timedelta(days=14)), signature_name="Another")
    bare = replace(paper(election(gus), "F7", EXPIRES_AT - timedelta(days=13)), lines=())
    record(offer, [undated, unlike, bare], at)
    said = {"code": offer.code, "actor": ACTOR, "at": at}
    value(ask_for_cure(number="F5", defect="undated", by=at.date(), reason="Say when you signed it.", **said))
    cured = {"verdict": "cure", "reason": "He wrote when.", "evidence": "A letter"}
    value(decide_defect(number="F5", defect="undated", **cured, **said))
    rejected = {"verdict": "reject", "reason": "He did not say which options he meant."}
    value(decide_defect(number="F7", defect="no_options_listed", **rejected, **said))
    waived = {"verdict": "waive", "reason": "The signatures agree."}
    value(decide_defect(number="F6", defect="name_mismatch", **waived, **said))


def _by_attorney(offer: Offer, holder: Holder, at: datetime) -> None:
    """A form signed for its holder; staff found the proof sufficient."""
    file = ScanFile(b"%PDF-1.7 a power of attorney", "application/pdf")
    proof = value(upload_proof(offer=offer, holder=holder, purpose=Purpose.AUTHORITY, file=file, actor=ACTOR, at=at))
    signed = election(
        holder,
        signature_name="An Attorney",
        signer_capacity="attorney_in_fact",
        signer_title="Attorney in fact",
        has_authority_evidence=True,
        proof=proof,
    )
    received = submit(offer, holder, signed, at)
    reason = "A notary certified it."
    value(judge_proof(form=received.form, verdict="sufficient", reason=reason, actor=ACTOR, at=at))


def _event(holder: Holder, on: date, event: str, fact: str) -> None:
    EmploymentEvent.objects.create(holder=holder, effective_on=on, position=1, event=event, value=fact)


def _sign_agreements() -> None:
    """Of the new options one agreement is signed in the portal, another on paper; others are left open."""
    first, second = NewGrant.objects.order_by("number").select_related("holder")[:2]
    at = datetime(2004, 1, 27, 18, tzinfo=UTC)
    signing = Signing(
        signature_name=first.holder.name_on_agreement,
        key=uuid4(),
        pdf_sha256=_render(Paper.objects.get(kind="new_option", subject_key=f"new_grant:{first.number}")),
        acknowledgments=(("received", "I have received the agreement."),),
    )
    value(sign_agreements(holder=first.holder, signings={first.pk: signing}, actor=ACTOR, at=at))
    on_paper = Signing(second.holder.name_on_agreement, channel="hand", signed_on=date(2004, 1, 27))
    value(record_paper_agreement(grant=second, signing=on_paper, actor=ACTOR, at=at))


def _render(paper_asked_for: Paper) -> str:
    """A PDF as the worker would keep it; what is in it does not matter here. Its digest."""
    body = b"%PDF-1.7 a paper"
    sha256 = hashlib.sha256(body).hexdigest()
    RenderedPaper.objects.create(
        paper=paper_asked_for,
        pdf=body,
        sha256=sha256,
        size=len(body),
        rendered_at=paper_asked_for.requested_at,
    )
    return sha256
