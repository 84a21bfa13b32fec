"""Checked splits and mergers into the table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from exchange.audit.models import SealedRow
from exchange.interchange.apply.common import Applied, Source, write_log
from exchange.interchange.schemas import CorporateActionRow
from exchange.kernel import locks
from exchange.kernel.results import Done, Refusal, Result
from exchange.kernel.transactions import in_one_transaction
from exchange.market.models import CorporateAction
from exchange.offers.actions import flag_for_counsel
from exchange.offers.reads import load
from exchange.settlement import adjusting
from exchange.settlement.models import Acceptance


def apply_corporate_actions(
    rows: Sequence[CorporateActionRow],
    *,
    source: Source,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[Applied]:
    """Record splits and mergers; every figure asked for from then on counts them from their effective dates.

    One learnt after an acceptance, effective no later than its cancellation date, changes nothing and goes before
    counsel (domain §3). Every open promise that one touches gets a statement of what it made of it.
    """

    def work() -> Done[Applied]:
        locks.own("imports")
        applied = Applied()
        fresh: list[CorporateAction] = []
        seen: set[tuple[Any, ...]] = set()
        number = CorporateAction.objects.count()
        for row in rows:
            values = {
                "effective_on": row.effective_on,
                "kind": row.kind,
                "new": row.new,
                "old": row.old,
                "successor": row.successor,
            }
            key = tuple(values.values())
            if key in seen or CorporateAction.objects.filter(**values).exists():
                applied.unchanged += 1
                continue
            seen.add(key)
            number += 1
            fresh.append(CorporateAction(number=number, note=row.note, recorded_at=at, **values))
        applied.added = len(fresh)
        flags, remarks = _learnt_late(fresh, at)
        if fresh:
            write_log(
                "corporate_actions.applied",
                source,
                applied,
                actor=actor,
                at=at,
                correction=None,
                rows=[*fresh, *flags],
            )
            adjusting.owe_for_actions(fresh, at=at)
        return Done(applied, remarks)

    return in_one_transaction(work, dry_run=dry_run)


def _learnt_late(actions: Sequence[CorporateAction], at: datetime) -> tuple[list[SealedRow], list[Refusal]]:
    flags: list[SealedRow] = []
    remarks: list[Refusal] = []
    for acceptance in Acceptance.objects.select_related("offer"):
        loaded = load(acceptance.offer)
        for action in actions:
            if not loaded.commencement_date <= action.effective_on <= acceptance.on:
                continue
            remarks.append(Refusal("split_learnt_late", {"on": action.effective_on, "offer": acceptance.offer.code}))
            flag = flag_for_counsel(
                acceptance.offer,
                kind="corporate_action_learnt_late",
                subject=f"corporate_action:{action.number}",
                text=f"A corporate action effective {action.effective_on} was learnt after acceptance.",
                at=at,
            )
            flags += [flag] if flag else []
    return flags, remarks
