"""Carrying out what was proposed, on the word of two people, in one transaction; and what moved since the proposal."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.kernel.results import Refused, Result, RolledBack
from exchange.offers.models import Proposal
from exchange.offers.proposals import approve, overtake, waiting
from exchange.offers.reads import load, now_for
from exchange.people.models import User
from exchange.staff.attempt import KeptRows, Outcome, Preview, carry_out
from exchange.staff.parts import Cell, Section, Table, table
from exchange.staff.standing import STEP, against, passed_by
from exchange.staff.steps import is_possible

MOST_ROWS = 200


def carry_out_approved(
    proposal: Proposal,
    *,
    act: Callable[[], Result[Any]],
    describe: Callable[[Any], Preview],
    shown: str,
    approved_by: User,
    actor: str,
    at: datetime,
    true_at: datetime,
) -> Outcome[Any]:
    """Approve a proposal and do it; nothing at all unless it does exactly what its approver was shown.

    Refuses what stands no more (`standing`), asked once nothing else can change the offer. Other
    proposals for the offer that can work no more are settled with it, as overtaken.
    """

    def work() -> Outcome[Any]:
        reasons = against(proposal, load(proposal.offer), true_at)
        if reasons:
            raise RolledBack(Outcome(Refused(reasons), None))
        outcome = carry_out(act, describe, shown)
        if not outcome.is_done or outcome.is_empty:
            raise RolledBack(outcome)
        return outcome

    try:
        with transaction.atomic():
            outcome = approve(
                proposal=proposal,
                preview_digest=shown,
                carry_out=work,
                approved_by=approved_by,
                actor=actor,
                at=at,
                true_at=true_at,
            )
            overtake(
                proposals=_overtaken_by(proposal),
                reason=_("Proposal {number} was approved: {headline}").format(
                    number=proposal.number, headline=proposal.headline
                ),
                by=approved_by,
                actor=actor,
                at=at,
            )
            return outcome
    except RolledBack as undone:
        result: Any = undone.result
        if isinstance(result, Outcome):
            return Outcome(result.result, result.preview)
        return Outcome(result, None)


def _overtaken_by(done: Proposal) -> list[Proposal]:
    """What waits for the same offer and can work no more: the offer is or was past it, or it is the very same."""
    offer = done.offer
    loaded = load(offer)
    state = loaded.timeline.state(now_for(offer))
    return [
        other
        for other in waiting().filter(offer=offer).exclude(pk=done.pk)
        if not is_possible(STEP[other.step], loaded, state)
        or passed_by(other, loaded) is not None
        or (other.step, other.wanted) == (done.step, done.wanted)
    ]


def moved(before: Preview, after: Preview) -> list[Section]:
    """What differs between what the proposer was shown and what would happen now; nothing where they read alike."""
    found = []
    facts = _facts(before, after)
    if facts.rows:
        found.append(Section(_("What moved since it was proposed"), table=facts))
    earlier = {one.caption: one for one in before.tables}
    for now in after.tables:
        differing = _rows(earlier.pop(now.caption, None), now)
        if differing is not None:
            found.append(Section(now.caption, table=differing))
    for gone in earlier.values():
        differing = _rows(gone, Table(gone.caption, gone.heads, ()))
        if differing is not None:
            found.append(Section(gone.caption, table=differing))
    return found


def _facts(before: Preview, after: Preview) -> Table:
    then, now = _numbered(before), _numbered(after)
    rows = [
        [Cell(key[0]), _said(then.get(key)), _said(now.get(key))]
        for key in dict.fromkeys([*then, *now])
        if then.get(key) != now.get(key)
    ]
    return table(_("What reads otherwise now"), [_("What"), _("As proposed"), _("Now")], rows)


def _numbered(preview: Preview) -> dict[tuple[str, int], tuple[str, str]]:
    """Facts by name, those of one name by their place among them: there may be two people to ask."""
    found: dict[tuple[str, int], tuple[str, str]] = {}
    seen: Counter[str] = Counter()
    for fact in preview.facts:
        found[(fact.name, seen[fact.name])] = (fact.value, fact.more)
        seen[fact.name] += 1
    return found


def _said(pair: tuple[str, str] | None) -> Cell:
    return Cell(pair[0], more=pair[1]) if pair else Cell("–")


def _rows(before: Table | None, after: Table) -> Table | None:
    """Rows that came and rows that went, each with a word for which it is."""
    then, now = _counted(before.rows if before else ()), _counted(after.rows)
    rows = [[Cell(_("No longer")), *_cells(row)] for row in (then - now).elements()]
    rows += [[Cell(_("New")), *_cells(row)] for row in (now - then).elements()]
    if not rows:
        return None
    heads = [_("Since then"), *[head.text for head in after.heads]]
    return table(_("Rows that came or went since it was proposed"), heads, rows, most=MOST_ROWS)


def _counted(rows: Sequence[Sequence[Cell]]) -> Counter[tuple[tuple[str, str, bool], ...]]:
    if isinstance(rows, KeptRows):
        return Counter(tuple((text, more, is_number) for text, more, is_number in row) for row in rows.plain)
    return Counter(tuple((item.text, item.more, item.is_number) for item in row) for row in rows)


def _cells(row: Sequence[tuple[str, str, bool]]) -> list[Cell]:
    return [Cell(text, more=more, is_number=is_number) for text, more, is_number in row]
