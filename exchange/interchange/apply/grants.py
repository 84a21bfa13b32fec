"""Checked rows of options into the table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from exchange.audit.models import SealedRow
from exchange.grants.models import Grant
from exchange.interchange.apply.common import (
    Applied,
    Correction,
    Own,
    Progress,
    Source,
    Touched,
    create,
    differences_of,
    rows_by,
    update,
    write_log,
)
from exchange.interchange.apply.people import unknown_among
from exchange.interchange.judged import judged
from exchange.interchange.schemas import GrantRow
from exchange.kernel import locks
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import flag_for_counsel
from exchange.people.models import Holder, User
from exchange.settlement.models import Acceptance

_PAIRING = {"shares_granted", "shares_exercised", "shares_cancelled", "split_pair"}


def import_grants(
    rows: Sequence[GrantRow],
    *,
    source: Source,
    actor: str,
    at: datetime,
    brought_by: User | None = None,
    correction: Correction | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result[Applied]:
    """Load options held. A grant does not change hands; one made to a participant before its time is flagged."""

    def work() -> Done[Applied]:
        locks.own("imports")
        own = Own(source, brought_by)
        applied, touched, used = Applied(), Touched(source, correction), judged()
        holders = rows_by(Holder, "employee_number", {row.employee_number for row in rows})
        unknown = unknown_among(source, rows, holders)
        existing = rows_by(Grant, "grant_number", [row.grant_number for row in rows])
        numbers = {holder.pk: number for number, holder in holders.items()}
        for row in rows:
            grant = existing.get(row.grant_number)
            if grant is not None and row.employee_number in holders and grant.holder_id not in numbers:
                numbers[grant.holder_id] = Holder.objects.get(pk=grant.holder_id).employee_number
            if grant is not None and numbers.get(grant.holder_id) != row.employee_number:
                unknown.append(
                    Refusal(
                        "grant_held_by_another",
                        {
                            "file": source.name,
                            "row": row.row,
                            "grant": row.grant_number,
                            "other": numbers.get(grant.holder_id, ""),
                            "value": row.employee_number,
                        },
                    )
                )
        if unknown:
            raise refuse(*unknown)
        fresh, updates = [], []
        for row in rows:
            values = _grant_values(row)
            grant = existing.get(row.grant_number)
            if grant is None:
                holder = holders[row.employee_number]
                own.add(row.row, holder)
                fresh.append(Grant(grant_number=row.grant_number, holder=holder, **values))
                applied.fresh.append(row.row)
                found = used.by_grant(row.grant_number, holder.pk, {row.split_pair} - {""})
                touched.add(row.row, f"grant {row.grant_number}", found)
                continue
            differences = differences_of(grant, values)
            if not differences:
                applied.unchanged += 1
                continue
            own.add(row.row, holders[row.employee_number])
            pairs = {grant.split_pair, row.split_pair} - {""} if _PAIRING & set(differences) else set()
            for name, value in values.items():
                setattr(grant, name, value)
            if set(differences) - {"vested_shares", "vested_as_of", "option_type"}:
                found = used.by_grant(row.grant_number, grant.holder_id, pairs)
                touched.add(row.row, f"grant {row.grant_number}", found)
            applied.changes[row.grant_number] = differences
            updates.append(grant)
        own.check()
        remarks = touched.remarks()
        applied.added, applied.changed, applied.touched = len(fresh), len(updates), touched.plain()
        create(Grant, fresh, progress)
        fields = [f.name for f in Grant._meta.fields if f.name not in {"id", "grant_number", "holder"}]
        update(Grant, updates, fields, progress, len(fresh))
        flags, told = _grants_to_participants([*fresh, *updates], at)
        if fresh or updates:
            write_log("grants.imported", source, applied, actor=actor, at=at, correction=correction, rows=flags)
        return Done(applied, [*remarks, *told])

    return in_one_transaction(work, dry_run=dry_run)


def _grant_values(row: GrantRow) -> dict[str, Any]:
    return {
        "plan": row.plan,
        "option_type": row.option_type,
        "grant_date": row.grant_date,
        "exercise_price": row.exercise_price,
        "shares_granted": row.shares_granted,
        "shares_exercised": row.shares_exercised,
        "shares_cancelled": row.shares_cancelled,
        "expires_on": row.expires_on,
        "split_pair": row.split_pair,
        "vested_shares": row.vested_shares,
        "vested_as_of": row.vested_as_of,
    }


def _grants_to_participants(grants: Sequence[Grant], at: datetime) -> tuple[list[SealedRow], list[Refusal]]:
    """Grants made to a participant between cancellation and the new grants (domain §5)."""
    flags: list[SealedRow] = []
    remarks: list[Refusal] = []
    for acceptance in Acceptance.objects.select_related("offer"):
        offer = acceptance.offer
        participants = set(
            Grant.objects.filter(cancellation__source=f"offer:{offer.code}").values_list("holder_id", flat=True)
        )
        for grant in grants:
            if grant.holder_id in participants and acceptance.on <= grant.grant_date < acceptance.earliest_grant_on:
                remarks.append(
                    Refusal("other_grant_to_participant", {"grant": grant.grant_number, "on": grant.grant_date})
                )
                flag = flag_for_counsel(
                    offer,
                    kind="other_grant_to_participant",
                    subject=f"grant:{grant.grant_number}",
                    text=f"Grant {grant.grant_number} of {grant.grant_date} was made to a participant too early.",
                    at=at,
                )
                flags += [flag] if flag else []
    return flags, remarks
