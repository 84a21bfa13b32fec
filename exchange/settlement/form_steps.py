"""Every step of one signed form with its instant, as its audit certificate tells them; nothing is decided here."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from exchange.audit.models import SealedRow
from exchange.documents.models import Paper
from exchange.documents.snapshots.forms import CertifiedStep
from exchange.elections import rules
from exchange.elections.letters import subject_key
from exchange.elections.models import Channel, ElectronicConsent, Form, FormKind, Judgement, ProofDecision
from exchange.elections.models.decisions import Decision
from exchange.elections.reads import forms_of, judged_of
from exchange.elections.words import form_defect_text, line_defect_text, recorded_after_text
from exchange.grants.models import Cancellation
from exchange.notices.models import Message, State
from exchange.offers.letters import owner_key
from exchange.offers.reads import Loaded, ended_by
from exchange.settlement.models import NotAccepted
from exchange.settlement.reads import acceptance_of
from exchange.settlement.words import not_accepted_text

LETTERS = (
    *("election_received", "withdrawal_received", "form_late", "form_recorded_after", "form_defective"),
    "form_mended",
)


def consent_of(form: Form) -> ElectronicConsent | None:
    """The consent to electronic records that stood when the form was signed in the portal."""
    if form.channel != Channel.PORTAL or form.holder_id is None:
        return None
    steps = ElectronicConsent.objects.filter(
        offer_id=form.offer_id, holder_id=form.holder_id, at__lte=form.received_at
    )
    return steps.filter(kind=ElectronicConsent.Kind.GIVEN).select_related("event").order_by("-number").first()


def steps_of(loaded: Loaded, form: Form) -> tuple[list[CertifiedStep], list[SealedRow]]:
    """Every step with its instant, in no order yet, and the rows of record that they were read from."""
    steps: list[CertifiedStep] = []
    rows: list[SealedRow] = []

    def add(at: datetime, what: str, more: str = "", row: SealedRow | None = None) -> None:
        steps.append({"at": at, "what": what, "more": more})
        if row is not None:
            rows.append(row)

    consent = consent_of(form)
    if consent is not None:
        more = _("Version {version} of its wording.").format(version=consent.version)
        add(consent.at, _("Consent to electronic records given"), more, consent)
    add(
        form.received_at,
        _("Received: our server had the whole signed form")
        if form.channel == Channel.PORTAL
        else _("Received on paper"),
        row=form,
    )
    if form.recorded_at != form.received_at:
        add(form.recorded_at, _("Recorded by staff"))
    for file in form.scans.defer("content").select_related("event"):
        add(file.attached_at, _("Kept with the form: {what}").format(what=file.get_purpose_display()), row=file)
    for judgement in form.judgements.select_related("event"):
        add(judgement.at, _judged(judgement), " ".join(_why(judgement)), judgement)
    for decision in Decision.objects.filter(form=form).select_related("event"):
        what = _("Decided by staff: {defect} {verdict}").format(
            defect=f"{decision.defect} {decision.grant_number}".rstrip(),
            verdict=decision.get_verdict_display().lower(),
        )
        add(decision.at, what, decision.reason, decision)
    for finding in ProofDecision.objects.filter(form=form).select_related("event"):
        add(
            finding.at,
            _("Proof judged by staff: {verdict}").format(verdict=finding.get_verdict_display().lower()),
            finding.reason,
            finding,
        )
    for at, what, more in _receipts(form, loaded.offer.code):
        add(at, what, more)
    for at, what, more, row in _outcome(loaded, form):
        add(at, what, more, row)
    return steps, rows


def _judged(judgement: Judgement) -> str:
    status = judgement.get_status_display()
    return _("Judged: {status}").format(status=status.lower())


def _why(judgement: Judgement) -> Iterator[str]:
    if judgement.cause != Judgement.Cause.RECORDED:
        yield f"{judgement.get_cause_display()}."
    judged = judged_of(judgement)
    yield from (form_defect_text(code) for code in judged.defects)
    for line in judged.lines:
        if line.defects:
            yield f"{line.grant_number}: " + " ".join(line_defect_text(code) for code in line.defects)


def _receipts(form: Form, code: str) -> Iterator[tuple[datetime, str, str]]:
    """The receipt, made and sent. What a letter says is not told again here, nor its address."""
    papers = Paper.objects.filter(subject_key=subject_key(form, code)).select_related("rendered")
    for paper in papers.defer("snapshot", "rendered__pdf"):
        made = getattr(paper, "rendered", None)
        if made is not None:
            seal = _("Sealed ({level}).").format(level=made.seal_level) if made.seal_level else ""
            yield (
                made.rendered_at,
                _("Paper made: {title}").format(title=paper.title),
                f"SHA-256 {made.sha256}. {seal}".rstrip(),
            )
    if form.holder is None:
        return
    keys = Q()
    for kind in LETTERS:
        keys |= Q(key=f"{kind}:{code}:{form.number}") | Q(key__startswith=f"{kind}:{code}:{form.number}:")
    for letter in Message.objects.filter(keys, offer_key=code, owner_key=owner_key(form.holder)):
        if letter.state == State.SENT and letter.sent_at is not None:
            yield letter.sent_at, _("Confirmation sent by e-mail"), _("Message-ID {id}").format(id=letter.message_id)
        else:
            yield (
                letter.queued_at,
                _("Confirmation by e-mail written"),
                _("{state}.").format(state=letter.get_state_display()),
            )


def _outcome(loaded: Loaded, form: Form) -> Iterator[tuple[datetime, str, str, SealedRow | None]]:
    """What became of an effective form: replaced, withdrawn, accepted, or returned with the offer."""
    if form.holder is None:
        return
    forms = forms_of(loaded.offer, form.holder).until(ended_by(loaded))
    judged = forms.judged(form)
    if judged.status != rules.EFFECTIVE:
        return
    if forms.is_recorded_after(form):
        is_terminated = loaded.timeline.accepted_at is None
        yield form.recorded_at, _("Changed nothing"), recorded_after_text(is_terminated=is_terminated), None
        return
    place = forms.place_of(form)
    for later in forms.forms:
        if forms.is_recorded_after(later):
            continue
        if forms.place_of(later) > place and forms.judged(later).status == rules.EFFECTIVE:
            is_notice = later.kind == FormKind.WITHDRAWAL and form.kind == FormKind.ELECTION
            what = _("Withdrawn by Notice {number}") if is_notice else _("Replaced, whole, by form {number}")
            yield later.received_at, what.format(number=later.number), "", later
            break
    acceptance = acceptance_of(loaded.offer)
    in_force = forms.election_in_force
    if acceptance is not None and in_force is not None and in_force.pk == form.pk:
        numbers = set(judged.tendered)
        taken = Cancellation.objects.filter(grant__holder=form.holder, grant_number__in=numbers, on=acceptance.on)
        accepted = ", ".join(row.grant_number for row in taken)
        not_taken = NotAccepted.objects.filter(acceptance=acceptance, holder=form.holder, grant_number__in=numbers)
        refused = " ".join(f"{row.grant_number}: {not_accepted_text(row.reason)}" for row in not_taken)
        what = _("Tenders accepted, options cancelled") if accepted else _("Tenders decided: none accepted")
        yield acceptance.at, what, f"{accepted}. {refused}".strip(" ."), acceptance
    terminated_at = loaded.timeline.terminated_at
    if terminated_at is not None and terminated_at > form.received_at:
        yield terminated_at, _("Offer terminated: whatever was tendered is returned"), "", None
