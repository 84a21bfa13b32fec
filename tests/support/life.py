"""One replayed offer from its draft to its new grants, with at least one row in every table that may never change."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from exchange.audit import guards
from exchange.documents.models import Paper, RenderedPaper
from exchange.elections.actions import (
    ask_for_cure,
    confirm_mend,
    decide_defect,
    judge_proof,
    postpone_acceptance,
    prepare_mend,
    upload_proof,
    waive_condition,
)
from exchange.elections.models import Form, Purpose
from exchange.elections.reads import forms_of
from exchange.elections.records import submission_of
from exchange.elections.reminders import change_reminder
from exchange.elections.rules import Signed
from exchange.elections.scans import ScanFile, attach_scan, open_scan
from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.market.models import CorporateAction
from exchange.offers.accepting import accept_findings
from exchange.offers.actions import DocumentFile
from exchange.offers.approving import approve_content, edit_wording
from exchange.offers.excluding import exclude, lift_exclusion
from exchange.offers.invitations import invite_holders
from exchange.offers.models import Offer
from exchange.offers.preflight import preflight
from exchange.offers.proposals import decline, propose
from exchange.offers.reads import load_by_code
from exchange.offers.reports import answer_report, report_facts
from exchange.offers.waiving import record_condition
from exchange.people.invitations import use_invitation
from exchange.people.models import EmploymentEvent, Holder, User
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import decide_prohibition, issue_promises
from exchange.settlement.actions.sign import record_paper_agreement, sign_agreements
from exchange.settlement.actions.unsign import unsign_agreement
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
ANOTHER = "a second tester"


def _accept_placeholders(code: str, at: datetime) -> None:
    """Counsel knows that the addresses of these tests lead nowhere."""
    (check,) = preflight(load_by_code(code), at, only="placeholder_addresses")
    accepted = {"check": check.code, "shown": check.digest, "reason": "All of them are made up."}
    value(accept_findings(code=code, actor=ACTOR, at=at, **accepted))


def live() -> Offer:
    """Forms of every kind, a revival, acceptance with something not accepted, promises, a split, grants and lapses."""
    ana, ben, cem, dora, eve, fay = (a_holder(number) for number in ("E1", "E2", "E3", "E4", "E5", "E6"))
    offer = an_offer(before_opening=_accept_placeholders)
    day = timedelta(days=1)
    start = EXPIRES_AT - 20 * day
    for holder in (ana, ben, cem, dora, eve, fay):
        a_grant(holder, f"{holder.employee_number}-1")
        a_grant(holder, f"{holder.employee_number}-2", exercise_price=Decimal("11.25"), shares_granted=7)
    a_grant(ana, "E1-3")
    words = {"code": offer.code, "area": "letter", "kind": "reminder", "at": start}
    piece = value(edit_wording(**words, parts={"opening": "Before it is too late."}, based_on=0, actor="an editor"))
    shown = [(piece.area, piece.kind, piece.digest)]
    value(approve_content(code=offer.code, wanted=shown, actor=ACTOR, at=start))
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
    for audience in ("without_form", ""):
        value(change_reminder(code=offer.code, business_days=7, audience=audience, actor=ACTOR, at=start))
    # On paper: one form in time, one in time that the extension makes so, an unknown person's.
    record(offer, [paper(election(dora), "F1", start)], start + day)
    scan = ScanFile(b"%PDF-1.7 a scan", "application/pdf")
    value(attach_scan(form=Form.objects.get(number="F1"), file=scan, actor=ACTOR, at=start + day))
    # The offer's document is amended while forms stand.
    text = DocumentFile("offer_to_exchange", "Offer to Exchange", "text/plain", b"the offer, as amended")
    value(amend(offer, EXPIRES_AT - 2 * day, documents=[text], classification="immaterial"))
    _excluded(offer, EXPIRES_AT - day)
    late = paper(election(eve), "F2", EXPIRES_AT + timedelta(minutes=5))
    stranger = Holder(employee_number="E404", legal_name="Nobody", name_on_agreement="Nobody")
    nobody = paper(election(stranger, *eve.grants.all()), "F3", EXPIRES_AT + timedelta(minutes=6))
    record(offer, [late, nobody], EXPIRES_AT + timedelta(minutes=10))
    extend(offer, EXTENDED_TO, EXPIRES_AT + timedelta(minutes=20))
    _condition(offer, EXPIRES_AT + timedelta(minutes=25))
    _decisions(offer, EXPIRES_AT + timedelta(minutes=30))
    _mended(offer, EXPIRES_AT + timedelta(minutes=40))
    # E4 leaves the country before acceptance; E5 leaves the company before the grants.
    _event(dora, ACCEPTED_AT.date(), "residence_country", "FR")
    _event(eve, date(2003, 12, 1), "terminated", "")
    _proposals(offer, EXPIRES_AT + timedelta(hours=2))
    postponed = {"intended_on": date(2003, 7, 25), "reason": "The auditors ask for a day.", "actor": ACTOR}
    value(postpone_acceptance(code=offer.code, at=EXPIRES_AT + timedelta(hours=3), **postponed))
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
    form = Form.objects.get(number="F5")
    letter = ScanFile(b"%PDF-1.7 a letter that says when", "application/pdf")
    shown = value(attach_scan(form=form, file=letter, purpose=Purpose.CURE, actor=ACTOR, at=at))
    cured = {"verdict": "cure", "reason": "He wrote when.", "evidence": "A letter", "files": [shown]}
    value(decide_defect(number="F5", defect="undated", **cured, **said))
    rejected = {"verdict": "reject", "reason": "He did not say which options he meant."}
    value(decide_defect(number="F7", defect="no_options_listed", **rejected, **said))
    waived = {"verdict": "waive", "reason": "The signatures agree."}
    value(decide_defect(number="F6", defect="name_mismatch", **waived, **said))


def _condition(offer: Offer, at: datetime) -> None:
    """The event of a condition, which the company waived."""
    said = {"code": offer.code, "actor": ACTOR, "at": at}
    facts = {"condition": "No fall of the market", "facts": "It fell.", "evidence": "The index."}
    event = value(record_condition(**facts, occurred_on=(at - timedelta(days=1)).date(), **said))
    value(waive_condition(condition=event.pk, is_material=False, reason="It recovered.", **said))


def _excluded(offer: Offer, at: datetime) -> None:
    """An option excluded by two people, and by two people put back from the same day."""
    day, two = EXPIRES_AT.date(), {"proposed_by": "one", "approved_by": "another", "actor": "another", "at": at}
    said = {"employee_number": "E6", "grant_number": "E6-2", "reason": "A transfer order.", "told": "An order."}
    row = value(exclude(code=offer.code, effective_on=day, **said, **two))
    value(lift_exclusion(exclusion=row.pk, effective_on=day, reason="The order was set aside.", **two))


def _proposals(offer: Offer, at: datetime) -> None:
    """An amendment that one person proposed, with its file, and another declined; a step that waits."""
    one, other = (User.objects.create_user(f"{who}@company.example", None, is_staff=True) for who in ("one", "other"))
    said = {"code": offer.code, "preview": '{"facts":[],"finality":[],"tables":[]}', "actor": ACTOR, "at": at}
    files = [("offer.toml", b"no terms")]
    asked = {"step": "amend", "headline": "Amend the offer", "wanted": {"classification": "immaterial"}}
    proposal = value(propose(**asked, files=files, proposed_by=one, **said))
    value(decline(proposal=proposal, reason="Not now.", declined_by=other, actor=ACTOR, at=at))
    wanted = {"attested": "on", "at": "2003-07-25T09:00:00"}
    value(propose(step="accept", headline="Accept the tenders", wanted=wanted, proposed_by=one, **said))


def _mended(offer: Offer, at: datetime) -> None:
    """A paper form whose address was copied wrongly: its entry is mended by two people."""
    form = Form.objects.get(number="F5")
    scan = value(attach_scan(form=form, file=ScanFile(b"%PDF-1.7 F5", "application/pdf"), actor=ACTOR, at=at))
    wanted = replace(submission_of(form), address="12 Foundry Way")
    said = {"code": offer.code, "number": "F5", "wanted": wanted, "reason": "The street was missed."}
    mend = value(prepare_mend(**said, actor=ACTOR, at=at)).mend
    value(open_scan(scan=scan, actor=ANOTHER, at=at))
    value(confirm_mend(mend=mend, actor=ANOTHER, at=at))


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
    """Of the new options one agreement is signed in the portal, another on paper; others are left open.

    The one on paper was recorded before it was signed: two people said so, and it was recorded again.
    """
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
    early = value(record_paper_agreement(grant=second, signing=on_paper, actor=ACTOR, at=at))
    two = {"proposed_by": "one", "approved_by": "another", "actor": "another", "at": at}
    value(unsign_agreement(signature=early.pk, reason="It was the cover letter that came.", **two))
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
