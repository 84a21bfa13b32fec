"""Checking forms, their columns and their lines against the record that was signed."""

from collections.abc import Iterator

from exchange.elections.models import Form
from exchange.elections.records import submission_of
from exchange.elections.rules import LineFacts, Signed
from exchange.kernel import canonical
from exchange.offers.models import OfferVersion

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
