"""Checking forms, their columns and their lines against the record that was signed."""

from collections import defaultdict
from collections.abc import Iterator

from exchange.elections import decision_ledger, mend_ledger
from exchange.elections.models import ElectronicConsent, Form, ProofDecision, Scan
from exchange.elections.records import submission_of
from exchange.elections.rules import LineFacts, Signed
from exchange.kernel import canonical
from exchange.offers.models import OfferEvent, OfferVersion

_REPEATED = ("number", "kind", "channel", "employee_number", "signature_name", "signer_capacity")


def faults() -> Iterator[str]:
    """Every form whose columns or lines differ from its signed record, or whose place in its holder's chain is off."""
    terms = {
        (offer, number): digest
        for offer, number, digest in OfferVersion.objects.values_list("offer__code", "number", "terms_digest")
    }
    previous: dict[tuple[object, object], str] = {}
    forms = Form.objects.order_by("offer_id", "holder_id", "sequence", "pk").select_related("offer", "holder")
    for form in forms.prefetch_related("lines").iterator(chunk_size=500):
        if canonical.digest(form.record) != form.record_digest:
            yield f"form {form.number}: its record does not match its digest"
            continue
        differing = _differing(form)
        if differing:
            yield f"form {form.number}: {', '.join(differing)} differ from what was signed"
        record = form.content()
        if terms.get((record["offer"], record["offer_version"])) != record["terms"]:
            yield f"form {form.number}: the terms it was made under are gone, or others now"
        key = (form.offer_id, form.holder_id)
        if form.holder_id is not None:
            if record["previous"] != previous.get(key, ""):
                yield f"form {form.number}: it does not follow its holder's previous form"
            previous[key] = form.record_digest
    yield from _proof_faults()
    yield from _consent_faults()
    yield from decision_ledger.faults()
    yield from mend_ledger.faults()


def _proof_faults() -> Iterator[str]:
    """Proofs that are not what a signed record names, and decisions on them that came too late."""
    proofs: dict[object, list[dict[str, object]]] = defaultdict(list)
    for scan in Scan.objects.exclude(salt="").defer("content"):
        proofs[scan.form_id].append(
            {
                "purpose": scan.purpose,
                "salt": scan.salt,
                "sha256": scan.sha256,
                "content_type": scan.content_type,
                "size": scan.size,
            }
        )
    for form in Form.objects.filter(record__contains='"proof":').only("number", "record"):
        named = form.content()["form"].get("proof")
        if proofs.pop(form.pk, []) != ([named] if named else []):
            yield f"form {form.number}: the proof that its signed record names is not the one on record"
    for form_id in proofs:
        yield f"form {form_id}: a proof is on record that its signed record does not name"
    accepted = dict(OfferEvent.objects.filter(kind=OfferEvent.Kind.ACCEPTED).values_list("offer_id", "at"))
    for decision in ProofDecision.objects.select_related("form"):
        accepted_at = accepted.get(decision.form.offer_id)
        if accepted_at is not None and decision.at >= accepted_at:
            yield f"form {decision.form.number}: what was found of its proof is dated after acceptance"


def _consent_faults() -> Iterator[str]:
    """Steps of consent that do not follow each other, and forms signed where no consent of that version stood."""
    steps: dict[tuple[object, object], list[ElectronicConsent]] = defaultdict(list)
    for step in ElectronicConsent.objects.defer("wording").order_by("offer_id", "holder_id", "number"):
        found = steps[step.offer_id, step.holder_id]
        found.append(step)
        if step.number != len(found):
            yield f"consent {step}: the step before it is missing"
    for form in Form.objects.filter(record__contains='"consent_version":').select_related("holder"):
        version = form.content()["form"].get("consent_version")
        before = [
            step
            for step in steps[form.offer_id, form.holder_id]
            if step.event_id < form.event_id and step.kind != ElectronicConsent.Kind.SAMPLE_OPENED
        ]
        last = before[-1] if before else None
        if last is None or (last.kind, last.version) != (ElectronicConsent.Kind.GIVEN, version):
            yield f"form {form.number}: no consent of version {version} stood when it was signed"


def _differing(form: Form) -> list[str]:
    """The columns, and \"lines\", that are not what the record says."""
    signed, record = submission_of(form), form.content()
    differing = [name for name in _REPEATED if getattr(form, name) != getattr(signed, name)]
    lines = [
        LineFacts(line.grant_number, line.grant_date, line.exercise_price, line.shares) for line in form.lines.all()
    ]
    checks = {
        "received_at": form.received_at == signed.received_at,
        "signed_at": Signed(form.signed_at, form.signed_on) == signed.signed,
        "sequence": form.sequence == record["sequence"],
        "offer": form.offer.code == record["offer"],
        "holder": form.holder is None or form.holder.employee_number == signed.employee_number,
        "lines": lines == list(signed.lines),
    }
    return differing + [name for name, is_same in checks.items() if not is_same]
