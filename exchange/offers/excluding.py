"""Excluding a person or one option from an offer for a stated legal reason, and lifting that again; two persons each.

An exclusion only takes away. To include somebody is to correct the facts on file, which the imports do.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from exchange.audit.actions import append
from exchange.audit.models import SealedRow
from exchange.grants.models import Grant
from exchange.kernel import clock
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers import exclusion_letters, reads
from exchange.offers.actions import check_not_before_latest, flag_for_counsel, locked_offer
from exchange.offers.models import Exclusion, ExclusionLifted, Offer
from exchange.offers.rules import State
from exchange.people.models import Holder

UNTIL_ACCEPTANCE = frozenset({State.DRAFT, State.SCHEDULED, State.OPEN, State.EXPIRED})


def exclude(
    *,
    code: str,
    employee_number: str,
    grant_number: str = "",
    effective_on: date,
    reason: str,
    told: str,
    proposed_by: str,
    approved_by: str,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[Exclusion]:
    """Exclude a person, or one option of theirs, from the start of a day in the offer's zone.

    It is a dated fact: forms judged before are not judged again, those recorded later are by the day they were
    received, and every tender is asked again at acceptance. In an offer that runs it is flagged for counsel, and the
    holder is told by letter. Refuses one person alone, a person or option not on file, a text left out, what is
    excluded already, and any of it once the offer was accepted or terminated. The same again changes nothing.
    """

    def work() -> Exclusion | Done[Exclusion]:
        offer, instant, is_running = _locked(code, at, proposed_by, approved_by)
        _check_on_file(employee_number, grant_number)
        said = {"effective_on": effective_on, "reason": reason.strip(), "told": told.strip()}
        if not said["reason"] or not said["told"]:
            raise refuse(Refusal("reason_missing"))
        of = {"employee_number": employee_number, "grant_number": grant_number}
        known = Exclusion.objects.filter(offer=offer, lifted__isnull=True, **of).first()
        if known is not None:
            if all(getattr(known, name) == value for name, value in said.items()):
                return Done(known, [Refusal("nothing_to_do")])
            raise refuse(Refusal("excluded_already", {"what": known.subject, "since": known.effective_on}))
        row = Exclusion(
            offer=offer,
            number=offer.exclusions.count() + 1,
            proposed_by=proposed_by,
            approved_by=approved_by,
            at=instant,
            **of,
            **said,
        )
        flagged = (
            "excluded_while_running",
            f"{row.subject} is excluded from the offer from {effective_on.isoformat()}: {row.reason}",
        )
        _append("exclusion.made", row, of=row, flagged=flagged if is_running else None, actor=actor, payload=of)
        if is_running:
            exclusion_letters.queue_excluded(row, at=instant)
        return row

    return in_one_transaction(work, dry_run=dry_run)


def lift_exclusion(
    *,
    exclusion: UUID,
    effective_on: date,
    reason: str,
    proposed_by: str,
    approved_by: str,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[ExclusionLifted]:
    """End an exclusion from the start of a day; what was judged meanwhile stays as it was judged. The holder is told.

    Refuses one person alone, an exclusion that was lifted already, a day before it began, a reason left out, and any
    of it once the offer was accepted or terminated.
    """

    def work() -> ExclusionLifted | Done[ExclusionLifted]:
        found = Exclusion.objects.select_related("offer").filter(pk=exclusion).first()
        if found is None:
            raise refuse(Refusal("exclusion_unknown"))
        _offer, instant, is_running = _locked(found.offer.code, at, proposed_by, approved_by)
        said = reason.strip()
        known = ExclusionLifted.objects.filter(exclusion=found).first()
        if known is not None:
            if (known.effective_on, known.reason) == (effective_on, said):
                return Done(known, [Refusal("nothing_to_do")])
            raise refuse(Refusal("exclusion_lifted_already", {"on": known.effective_on}))
        if effective_on < found.effective_on:
            raise refuse(Refusal("lifted_before_excluded", {"on": effective_on, "since": found.effective_on}))
        if not said:
            raise refuse(Refusal("reason_missing"))
        row = ExclusionLifted(
            exclusion=found,
            effective_on=effective_on,
            reason=said,
            proposed_by=proposed_by,
            approved_by=approved_by,
            at=instant,
        )
        flagged = (
            "exclusion_lifted_while_running",
            f"The exclusion of {found.subject} is lifted from {effective_on.isoformat()}: {said}",
        )
        _append("exclusion.lifted", row, of=found, flagged=flagged if is_running else None, actor=actor)
        if is_running:
            exclusion_letters.queue_lifted(row, at=instant)
        return row

    return in_one_transaction(work, dry_run=dry_run)


def _locked(code: str, at: datetime | None, proposed_by: str, approved_by: str) -> tuple[Offer, datetime, bool]:
    """The offer, locked; the instant; whether it is past its draft. Refuses one person alone, and what is too late."""
    offer = locked_offer(code)
    instant = at or clock.now()
    check_not_before_latest(offer, instant)
    if not proposed_by or not approved_by or proposed_by == approved_by:
        raise refuse(Refusal("proposal_own"))
    state = reads.timeline_of(offer).state(instant)
    if state not in UNTIL_ACCEPTANCE:
        raise refuse(Refusal("exclusion_after_acceptance", {"state": state}))
    return offer, instant, state is not State.DRAFT


def _append(
    kind: str,
    row: Exclusion | ExclusionLifted,
    *,
    of: Exclusion,
    flagged: tuple[str, str] | None,
    actor: str,
    payload: Mapping[str, str] | None = None,
) -> None:
    """Write the row with its event and, for counsel, the flag `flagged` (kind and text) about the exclusion `of`."""
    rows: list[SealedRow] = [row]
    if flagged is not None:
        about, text = flagged
        subject = f"exclusion:{of.number}:{of.employee_number}"
        flag = flag_for_counsel(of.offer, kind=about, subject=subject, text=text, at=row.at)
        rows += [flag] if flag else []
    append(
        chain=reads.chain_of(of.offer),
        kind=kind,
        actor=actor,
        at=row.at,
        payload={
            "offer": of.offer.code,
            "number": of.number,
            **(payload or {}),
            "effective_on": row.effective_on,
            "proposed_by": row.proposed_by,
            "approved_by": row.approved_by,
        },
        rows=rows,
    )


def _check_on_file(employee_number: str, grant_number: str) -> None:
    if not Holder.objects.filter(employee_number=employee_number).exists():
        raise refuse(Refusal("exclude_unknown_employee", {"number": employee_number}))
    if (
        grant_number
        and not Grant.objects.filter(grant_number=grant_number, holder__employee_number=employee_number).exists()
    ):
        raise refuse(Refusal("exclude_unknown_option", {"number": grant_number, "holder": employee_number}))
