"""Making the audit certificate of one form, from the facts as of the instant it is asked for."""

from datetime import datetime

from django.db import transaction

from exchange.audit.actions import append
from exchange.documents.actions import request_paper
from exchange.documents.models import Paper
from exchange.elections.models import Form
from exchange.kernel import canonical
from exchange.offers.reads import load
from exchange.settlement.certificates import certificate

KIND = "audit_certificate"


def certify_form(*, form: Form, actor: str, at: datetime) -> Paper:
    """Owe the certificate of a form as of `at`; the same paper again on the same day while no fact has changed.

    Nothing about the form is written. The event names the digest of what the certificate says.
    """

    with transaction.atomic():
        loaded = load(form.offer)
        snapshot = certificate(loaded, form, at)
        facts = {name: value for name, value in snapshot.items() if name != "issued_at"}
        as_of = f"{loaded.date_of(at):%Y%m%d}-{canonical.digest(canonical.dumps(facts))[:12]}"
        subject = f"certificate:{loaded.offer.code}:{as_of}:{form.number}"
        known = Paper.objects.filter(kind=KIND, subject_key=subject).first()
        if known is not None:
            return known
        paper = request_paper(
            kind=KIND,
            owner_key=f"holder:{form.employee_number}",
            subject_key=subject,
            offer_key=loaded.offer.code,
            snapshot=snapshot,
            at=at,
            is_replay=loaded.offer.is_replay,
        )
        append(
            chain=f"certificates:{form.employee_number}",
            kind="form.certified",
            actor=actor,
            at=at,
            payload={"offer": loaded.offer.code, "form": form.number, "paper": str(paper.pk), "sha256": paper.sha256},
        )
        return paper
