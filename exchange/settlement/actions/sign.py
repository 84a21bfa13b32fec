"""Signing the option agreement of a new option: by its holder in the portal, or on paper as HR records it (domain §7).

The option is granted on its date whether or not its agreement is signed; the signature releases it to the holder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from exchange.audit.actions import append
from exchange.documents.models import Paper
from exchange.documents.reads import paper_for, pdf_of
from exchange.kernel.names import folded, is_blank
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.reads import load
from exchange.people.models import Holder
from exchange.settlement import agreements
from exchange.settlement.agreement_letters import queue_signed
from exchange.settlement.agreements import Signing
from exchange.settlement.letters import new_grant_key
from exchange.settlement.models import AgreementSignature, NewGrant


@dataclass(frozen=True)
class Signed:
    """An agreement's signature; `is_new` is false for the second press of one button."""

    signature: AgreementSignature
    is_new: bool


def sign_agreement(*, holder: Holder, grant_id: UUID, signing: Signing, actor: str, at: datetime) -> Result[Signed]:
    """Keep the holder's signature under the agreement whose PDF the page offered; the option is released by it.

    Pressed twice (the same key) it is one signature. Refuses an option that is not theirs, an agreement that is signed
    already, or whose PDF is not the one the page offered; a name that is not the one on the agreement; a signature
    without its acknowledgments.
    """

    def work() -> Signed:
        grant = _locked(holder.pk, grant_id)
        known = AgreementSignature.objects.filter(grant=grant).first()
        if known is not None and known.key == signing.key:
            return Signed(known, False)
        if known is not None:
            raise refuse(Refusal("agreement_signed_already", {"grant": grant.number}))
        if AgreementSignature.objects.filter(key=signing.key).exists():
            raise refuse(Refusal("key_of_another"))
        paper = _agreement(grant)
        rendered = pdf_of(paper.pk)
        if rendered is None or rendered.sha256 != signing.pdf_sha256:
            raise refuse(Refusal("agreement_not_shown", {"grant": grant.number}))
        if not signing.acknowledgments:
            raise refuse(Refusal("agreement_not_acknowledged"))
        if folded(signing.signature_name) != folded(grant.holder.name_on_agreement):
            raise refuse(Refusal("form_name_mismatch"))
        return Signed(_keep(signing, grant, paper, pdf_sha256=rendered.sha256, actor=actor, at=at), True)

    return in_one_transaction(work)


def record_paper_agreement(
    *, grant: NewGrant, signing: Signing, actor: str, at: datetime, dry_run: bool = False
) -> Result[AgreementSignature]:
    """Keep that a holder signed the agreement on paper, by the date that it bears and the way it came.

    Recorded again with the same content it changes nothing. Refuses an agreement that is signed already; a date before
    the grant or after today; an empty signature; a name that is not the one on the agreement, without a note why.
    """

    def work() -> AgreementSignature | Done[AgreementSignature]:
        found = _locked(grant.holder_id, grant.pk)
        known = AgreementSignature.objects.filter(grant=found).first()
        if known is not None:
            same = (signing.channel, signing.signed_on, signing.signature_name)
            if (known.channel, known.signed_on, known.signature_name) == same:
                return Done(known, [Refusal("nothing_to_do")])
            raise refuse(Refusal("agreement_signed_already", {"grant": found.number}))
        wrong = _wrong_on_paper(signing, found, at)
        if wrong:
            raise refuse(*wrong)
        paper = _agreement(found)
        rendered = pdf_of(paper.pk)
        return _keep(signing, found, paper, pdf_sha256=rendered.sha256 if rendered else "", actor=actor, at=at)

    return in_one_transaction(work, dry_run=dry_run)


def _wrong_on_paper(signing: Signing, grant: NewGrant, at: datetime) -> list[Refusal]:
    today = load(grant.line.promise.offer).date_of(at)
    signed_on = signing.signed_on
    checks: list[tuple[Callable[[], bool], Refusal]] = [
        (lambda: signed_on is None, Refusal("agreement_undated")),
        (
            lambda: signed_on is not None and not grant.granted_on <= signed_on <= today,
            Refusal("agreement_date_off", {"on": signed_on, "granted_on": grant.granted_on, "today": today}),
        ),
        (lambda: is_blank(signing.signature_name), Refusal("agreement_unsigned")),
        (
            lambda: (
                folded(signing.signature_name) != folded(grant.holder.name_on_agreement) and is_blank(signing.note)
            ),
            Refusal("agreement_name_differs", {"name": grant.holder.name_on_agreement}),
        ),
    ]
    return [refusal for is_wrong, refusal in checks if is_wrong()]


def _locked(holder_id: int, grant_id: UUID) -> NewGrant:
    """The holder's own new option; their row is locked, so that two presses come one after the other."""
    holder = Holder.objects.select_for_update().filter(pk=holder_id).first()
    grants = NewGrant.objects.select_related("line__promise__offer").filter(pk=grant_id, holder_id=holder_id)
    grant = grants.first()
    if holder is None or grant is None:
        raise refuse(Refusal("unknown_new_grant"))
    grant.holder = holder
    return grant


def _agreement(grant: NewGrant) -> Paper:
    paper = paper_for("new_option", new_grant_key(grant))
    if paper is None:
        raise RuntimeError(f"new grant {grant.number} has no option agreement")
    return paper


def _keep(
    signing: Signing, grant: NewGrant, paper: Paper, *, pdf_sha256: str, actor: str, at: datetime
) -> AgreementSignature:
    is_portal = signing.channel == AgreementSignature.Channel.PORTAL
    row = agreements.write(
        signing,
        grant=grant,
        paper=paper,
        pdf_sha256=pdf_sha256,
        signed_at=at if is_portal else None,
        recorded_at=at,
        recorded_by=actor,
    )
    append(
        chain=f"holder:{grant.holder.employee_number}",
        kind="agreement.signed" if is_portal else "agreement.recorded",
        actor=actor,
        at=at,
        payload={"offer": grant.line.promise.offer.code, "grant": grant.number, "record": row.record_digest},
        rows=[row],
    )
    queue_signed(row, paper, at=at)
    return row
