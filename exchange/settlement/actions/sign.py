"""Signing the option agreement of a new option: by its holder in the portal, or on paper as HR records it (domain §7).

The option is granted on its date whether or not its agreement is signed; the signature releases it to the holder.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from exchange.audit.actions import append
from exchange.documents.models import Paper
from exchange.documents.reads import paper_for, pdf_of
from exchange.elections.consent import VERSION, consent_of
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
from exchange.settlement.signatures import mistakes_of, standing_signatures


@dataclass(frozen=True)
class Signed:
    """The signatures of one page, one an agreement; `is_new` is false for the second press of one button."""

    signatures: Sequence[AgreementSignature]
    is_new: bool


def sign_agreements(*, holder: Holder, signings: Mapping[UUID, Signing], actor: str, at: datetime) -> Result[Signed]:
    """Keep the holder's signature under each agreement whose PDF the page offered; it releases the option.

    `signings` is by the new option. One page may sign several, all or none. Pressed twice (the same keys) it is done
    once. Refuses an option that is not theirs, an agreement that is signed already, or whose PDF is not the one the
    page offered; a name that is not the one on the agreement; a signature without its acknowledgments, or without
    standing consent to electronic records.
    """

    def work() -> Signed:
        grants = _locked(holder.pk, list(signings))
        known = AgreementSignature.objects.filter(key__in=[signing.key for signing in signings.values()])
        pressed = {row.grant_id: row for row in known.select_related("grant")}
        if pressed.keys() == signings.keys() and all(pressed[pk].key == one.key for pk, one in signings.items()):
            return Signed(sorted(pressed.values(), key=lambda row: row.grant_number), False)
        if pressed:
            raise refuse(Refusal("key_of_another"))
        signed = standing_signatures().filter(grant__in=grants).values_list("grant_number", flat=True)
        if signed:
            raise refuse(*[Refusal("agreement_signed_already", {"grant": number}) for number in signed])
        consent = consent_of(grants[0].line.promise.offer, grants[0].holder)
        if not consent.stands:
            raise refuse(Refusal("consent_withdrawn" if consent.is_withdrawn else "consent_missing"))
        kept = [_checked(signings[grant.pk], grant) for grant in grants]
        rows = [_row(signing, grant, paper, actor=actor, at=at) for signing, grant, paper in kept]
        return Signed(_keep(rows, [paper for _signing, _grant, paper in kept], actor=actor, at=at), True)

    return in_one_transaction(work)


def _checked(signing: Signing, grant: NewGrant) -> tuple[Signing, NewGrant, Paper]:
    """What may be signed: the very PDF that was shown, acknowledged, in the name on the agreement."""
    paper = _agreement(grant)
    rendered = pdf_of(paper.pk)
    if rendered is None or rendered.sha256 != signing.pdf_sha256:
        raise refuse(Refusal("agreement_not_shown", {"grant": grant.number}))
    if not signing.acknowledgments:
        raise refuse(Refusal("agreement_not_acknowledged"))
    if folded(signing.signature_name) != folded(grant.holder.name_on_agreement):
        raise refuse(Refusal("form_name_mismatch"))
    return replace(signing, consent_version=VERSION), grant, paper


def record_paper_agreement(
    *, grant: NewGrant, signing: Signing, actor: str, at: datetime, dry_run: bool = False
) -> Result[AgreementSignature]:
    """Keep that a holder signed the agreement on paper, by the date that it bears and the way it came.

    Recorded again with the same content it changes nothing. A recording made by mistake is mended by `unsign`, and the
    agreement can be recorded again. Refuses an agreement that is signed already; a date before the grant or after
    today; an empty signature; a name that is not the one on the agreement, without a note why.
    """

    def work() -> AgreementSignature | Done[AgreementSignature]:
        found = _locked(grant.holder_id, [grant.pk])[0]
        known = standing_signatures().filter(grant=found).first()
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
        on_paper = replace(signing, pdf_sha256=rendered.sha256 if rendered else "")
        return _keep([_row(on_paper, found, paper, actor=actor, at=at)], [paper], actor=actor, at=at)[0]

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


def _locked(holder_id: int, grant_ids: Sequence[UUID]) -> list[NewGrant]:
    """The holder's own new options, by number; their row is locked, so that two presses come one after the other."""
    holder = Holder.objects.select_for_update().filter(pk=holder_id).first()
    found = NewGrant.objects.select_related("line__promise__offer").filter(pk__in=grant_ids, holder_id=holder_id)
    grants = list(found.order_by("number"))
    if holder is None or not grants or len(grants) != len(grant_ids):
        raise refuse(Refusal("unknown_new_grant"))
    for grant in grants:
        grant.holder = holder
    return grants


def _agreement(grant: NewGrant) -> Paper:
    paper = paper_for("new_option", new_grant_key(grant))
    if paper is None:
        raise RuntimeError(f"new grant {grant.number} has no option agreement")
    return paper


def _row(signing: Signing, grant: NewGrant, paper: Paper, *, actor: str, at: datetime) -> AgreementSignature:
    return agreements.write(
        signing,
        grant=grant,
        paper=paper,
        signed_at=at if signing.channel == AgreementSignature.Channel.PORTAL else None,
        recorded_at=at,
        recorded_by=actor,
        replaces=mistakes_of(grant).filter(signed_again__isnull=True).first(),
    )


def _keep(
    rows: Sequence[AgreementSignature], papers: Sequence[Paper], *, actor: str, at: datetime
) -> Sequence[AgreementSignature]:
    """Seal the signatures of one holder with one event; their copies and one letter follow."""
    grant = rows[0].grant
    is_portal = rows[0].channel == AgreementSignature.Channel.PORTAL
    append(
        chain=f"holder:{grant.holder.employee_number}",
        kind="agreement.signed" if is_portal else "agreement.recorded",
        actor=actor,
        at=at,
        payload={
            "offer": grant.line.promise.offer.code,
            "grants": [[row.grant_number, row.record_digest] for row in rows],
        },
        rows=rows,
    )
    queue_signed(rows, papers, at=at)
    return rows
