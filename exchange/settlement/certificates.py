"""The audit certificate of one form: who signed, how we know them, every step with its instant, and what proves it.

Read from what is on record; nothing is decided here. Each step names the audit events that vouch for it, by chain,
number and digest, so that `verify_ledger` (or anyone with a copy of the log) can be held against the paper.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from exchange.audit.models import AuditEvent, SealedRow
from exchange.audit.verify import payload_of
from exchange.documents.snapshots.forms import AuditEventNamed
from exchange.elections.models import Channel, ElectronicConsent, Form, FormKind
from exchange.elections.reads import judged_of
from exchange.elections.words import line_defect_text
from exchange.grants.reads import grants_of
from exchange.kernel.wording import instant_text
from exchange.offers.letters import paper_common
from exchange.offers.reads import Loaded
from exchange.people.invitations import sign_in_chain
from exchange.people.models import Holder
from exchange.settlement.form_steps import consent_of, steps_of


def certificate(loaded: Loaded, form: Form, at: datetime) -> dict[str, Any]:
    """What the certificate of a form says (`documents.snapshots.forms.AuditCertificate`) as of `at`.

    A form of nobody on file has one too: what is known of the form alone.
    """
    record = form.content()
    signed = record["form"]
    holder = form.holder or Holder(legal_name=_("Nobody on file"), employee_number=form.employee_number)
    steps, rows = steps_of(loaded, form)
    consent = consent_of(form)
    held = grants_of([form.holder.pk])[form.holder.pk] if form.holder is not None else []
    grants = {grant.grant_number: grant for grant in held}
    reasons = {
        line.grant_number: " ".join(line_defect_text(code) for code in line.defects)
        for line in judged_of(form.judgements.latest("number")).lines
    }
    return {
        **paper_common(loaded, holder, number=form.number, issued_at=at),
        "is_withdrawal": form.kind == FormKind.WITHDRAWAL,
        "channel": form.channel,
        "received_at": form.received_at,
        "language": _language(signed["language"]) if form.channel == Channel.PORTAL else "",
        "offer_version": record["offer_version"],
        "against": record["against"],
        "identified": _identified(form, consent, loaded.zone),
        "signature": {
            "name": form.signature_name,
            "printed_name": signed["printed_name"],
            "capacity": form.signer_capacity,
            "title": signed["signer_title"],
            "signed_at": form.signed_at or form.signed_on,
            "email": signed["email"],
            "address": signed["address"],
        },
        "lines": [
            {
                "grant_number": line["grant_number"],
                "grant_date": line["grant_date"],
                "exercise_price": line["exercise_price"],
                "shares": line["shares"],
                "plan": grants[line["grant_number"]].plan if line["grant_number"] in grants else "",
                "option_type": grants[line["grant_number"]].option_type if line["grant_number"] in grants else "",
                "reason": reasons.get(line["grant_number"], ""),
            }
            for line in signed["lines"]
        ],
        "total": sum(line["shares"] for line in signed["lines"]),
        "steps": sorted(steps, key=lambda step: step["at"]),
        "acknowledgments": [{"code": code, "text": text} for code, text in signed["acknowledgments"]],
        "consent": {"version": consent.version, "wording": consent.wording} if consent is not None else None,
        "digests": [
            {"title": _("This form, exactly as signed"), "sha256": form.record_digest},
            *(
                [{"title": _("The holder’s form before it"), "sha256": record["previous"]}]
                if record["previous"]
                else []
            ),
            {
                "title": _("Terms of the offer, version {n}").format(n=record["offer_version"]),
                "sha256": record["terms"],
            },
            *_documents(loaded, record["documents"]),
            *_files(form),
        ],
        "events": _events(rows),
    }


def _language(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))


def _documents(loaded: Loaded, digests: Sequence[str]) -> list[Any]:
    """The documents the form was signed against, by their titles where the version in force still has them."""
    titles = {document.sha256: document.title for document in loaded.documents}
    return [{"title": titles.get(digest, _("A document of the offer")), "sha256": digest} for digest in digests]


def _files(form: Form) -> list[Any]:
    files = form.scans.defer("content").order_by("attached_at", "pk")
    return [{"title": str(file.get_purpose_display()), "sha256": file.sha256} for file in files]


def _identified(form: Form, consent: ElectronicConsent | None, zone: str) -> list[str]:
    """How we know who signed; says so where it is not on record."""
    if form.channel != Channel.PORTAL:
        came = _("by fax") if form.channel == Channel.FAX else _("by hand")
        return [
            _("The form came on paper, {came}. Staff copied it into the record as it was written.").format(came=came),
            _("Who signed the paper is known from the paper itself."),
        ]
    said = []
    if form.recorded_by == f"holder:{form.employee_number}":
        said.append(
            _("It was signed in the portal by the account of employee number {n}.").format(n=form.employee_number)
        )
    said += _shown(form, zone)
    proof = form.content()["form"].get("proof")
    if proof is not None:
        said.append(_("A proof came with the form; its digest is among the digests below."))
    if consent is None:
        said.append(_("No consent to electronic records from before the signature is on record."))
    return said


def _shown(form: Form, zone: str) -> list[str]:
    """How the signer showed who they are for this form; of one signed before that was recorded, the last sign-in."""
    steps = form.content()["form"].get("shown") or []
    came = _("In the session in which it was signed, the signer had shown who they are by {way}, on {at}.")
    again = _("Asked again before the signature, the signer showed it by {way}, on {at}.")
    if steps:
        return [
            (again if step["again"] else came).format(
                way=_ways([step["by"]]), at=instant_text(datetime.fromisoformat(step["at"]), zone)
            )
            for step in steps
        ]
    entered = _signed_in(form)
    if entered is None:
        return [_("How the signer had signed in is not on record.")]
    ways = _ways(payload_of(entered).get("by") or [])
    return [_("The last sign-in to that account before the signature: {ways}.").format(ways=ways)]


def _signed_in(form: Form) -> AuditEvent | None:
    """By the log's own order: a replay's form is received at an instant of long ago."""
    user_id = form.holder.user_id if form.holder is not None else None
    if user_id is None:
        return None
    entries = AuditEvent.objects.filter(chain=sign_in_chain(user_id), kind="signed_in")
    return entries.filter(pk__lt=form.event_id).order_by("-number").first()


def _ways(steps: Sequence[str]) -> str:
    names = {
        "password": _("a password"),
        "webauthn": _("a passkey"),
        "totp": _("a code of an authenticator app"),
        "recovery_codes": _("a recovery code"),
        "code": _("a code sent to the address on file"),
        "socialaccount": _("the company’s own sign-in"),
        "invitation": _("the link of the invitation"),
    }
    said = [names.get(step, step) for step in steps]
    return _(" and ").join(said) if said else _("by what is not on record")


def _events(rows: Sequence[SealedRow]) -> list[AuditEventNamed]:
    """The audit events that vouch for these rows, each once, in order of recording."""
    events = {row.event_id: row.event for row in rows}
    return [
        {
            "chain": event.chain,
            "event": event.number,
            "kind": event.kind,
            "recorded_at": event.recorded_at,
            "sha256": event.digest,
        }
        for event in sorted(events.values(), key=lambda event: event.pk)
    ]
