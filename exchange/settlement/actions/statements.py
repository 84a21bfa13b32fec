"""Final statements: one paper and one letter to every holder, made anew only for those whose facts have changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from exchange.audit.actions import append
from exchange.documents.actions import PaperRequest, request_papers
from exchange.kernel import clock, rehearsal
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import check_not_before_latest, locked_offer
from exchange.offers.reads import Loaded, chain_of, load
from exchange.people.models import Holder
from exchange.settlement.reads import unsettled
from exchange.settlement.statement_letters import (
    census_of_statements,
    digest_of,
    newest_statements,
    queue_statement_letters,
    statement_of,
)
from exchange.settlement.statements import statements


@dataclass(frozen=True)
class Stated:
    """What a run made: how many statements, how many of them replace one, and how often each outcome is stated."""

    made: int
    replacing: int
    unchanged: int
    outcomes: Mapping[str, int]


def issue_statements(*, code: str, actor: str, at: datetime | None, dry_run: bool = False) -> Result[Stated]:
    """State to every holder what the offer has come to for them: a paper, and a letter with it.

    After termination, or once every promise has its outcome or is held by counsel; refuses earlier. Repeated, it makes
    only what is missing, and a new statement for those whose facts are others now; the one before stays on record.
    """

    def work() -> Done[Stated]:
        offer = locked_offer(code)
        instant = at or clock.now()
        loaded = load(offer)
        _check_over(loaded)
        newest, holders = newest_statements(code), Holder.objects.in_bulk()
        requests: list[tuple[Holder, PaperRequest]] = []
        outcomes: Counter[str] = Counter()
        replacing = unchanged = 0
        for holder_id, facts in statements(loaded):
            holder = holders[holder_id]
            outcomes[str(facts["outcome"])] += 1
            before = newest.get(holder.employee_number)
            if before is not None and before.digest == digest_of(facts):
                unchanged += 1
                continue
            replacing += before is not None
            requests.append((holder, statement_of(loaded, holder, facts, before=before, at=instant)))
        stated = Stated(len(requests), replacing, unchanged, dict(outcomes))
        if not requests:
            return Done(stated, [Refusal("nothing_to_do")])
        check_not_before_latest(offer, instant)
        if rehearsal.is_on():
            return Done(stated)
        papers = request_papers([request for _holder, request in requests], at=instant)
        append(
            chain=chain_of(offer),
            kind="statements.issued",
            actor=actor,
            at=instant,
            payload={
                "offer": code,
                "statements": len(papers),
                "replacing": replacing,
                "all": census_of_statements(code),
            },
        )
        queue_statement_letters(loaded, requests, papers, at=instant)
        return Done(stated)

    return in_one_transaction(work, dry_run=dry_run)


def _check_over(loaded: Loaded) -> None:
    """Whether there is something final to state."""
    timeline = loaded.timeline
    if timeline.accepted_at is None and timeline.terminated_at is None:
        raise refuse(Refusal("offer_not_over", {"offer": loaded.offer.code}))
    left = unsettled(loaded.offer)
    if left.unpromised:
        raise refuse(Refusal("promises_missing", {"count": left.unpromised}))
    if left.open:
        raise refuse(Refusal("promises_not_settled", {"count": left.open}))
