"""Reminding holders of the option agreements that they have not signed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.audit.actions import append
from exchange.kernel import clock
from exchange.kernel.results import Done, Refusal, Result
from exchange.kernel.transactions import in_one_transaction
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.offers.actions import check_not_before_latest, locked_offer
from exchange.offers.letters import common, letter
from exchange.offers.reads import chain_of, load
from exchange.settlement.agreement_letters import REMINDER
from exchange.settlement.models import NewGrant
from exchange.settlement.signatures import unsigned


@dataclass(frozen=True)
class Reminded:
    """Whose agreements wait, with the new options of each; `letters` went out, the others had one today already."""

    waiting: Sequence[Sequence[NewGrant]]
    letters: int


def remind_to_sign(*, code: str, actor: str, at: datetime | None, dry_run: bool = False) -> Result[Reminded]:
    """Write to every holder one of whose option agreements is not signed; once a day at most, in the offer's zone."""

    def work() -> Done[Reminded]:
        offer = locked_offer(code)
        instant = at or clock.now()
        loaded = load(offer)
        waiting: dict[int, list[NewGrant]] = defaultdict(list)
        found = unsigned(NewGrant.objects.filter(line__promise__offer=offer))
        for grant in found.select_related("holder").order_by("granted_on", "number"):
            waiting[grant.holder_id].append(grant)
        today = loaded.date_of(instant)
        queued = queue_letters(
            (
                letter(
                    loaded,
                    grants[0].holder,
                    REMINDER,
                    contexts.AgreementReminder(
                        **common(loaded, grants[0].holder),
                        granted_on=grants[0].granted_on,
                        grants=tuple(contexts.Line(grant_number=one.number, shares=one.shares) for one in grants),
                        total_shares=sum(one.shares for one in grants),
                    ),
                    about=f"{today.isoformat()}:{grants[0].holder.employee_number}",
                )
                for grants in waiting.values()
            ),
            at=instant,
        )
        reminded = Reminded(list(waiting.values()), queued)
        if not queued:
            return Done(reminded, [Refusal("nothing_to_do")])
        check_not_before_latest(offer, instant)
        append(
            chain=chain_of(offer),
            kind="agreements.reminded",
            actor=actor,
            at=instant,
            payload={"offer": code, "letters": queued, "agreements": sum(map(len, waiting.values()))},
        )
        return Done(reminded)

    return in_one_transaction(work, dry_run=dry_run)
