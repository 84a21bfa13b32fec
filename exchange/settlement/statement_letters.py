"""The final statement as a paper, its letter, and which statements there are already."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exchange.documents.actions import PaperRequest
from exchange.documents.models import Paper
from exchange.kernel import canonical
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.offers.letters import common, letter, owner_key, paper_common
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.settlement.words import outcome_text

KIND = "final_statement"
# What a statement says beside who and when: another digest of these is another statement.
FACTS = (
    *("outcome", "ended_at", "is_terminated", "reasons", "forms", "options", "promise_number", "promised_at", "lines"),
    *("total_cancelled", "total_promised", "total_granted", "total_lapsed", "total_held", "total_open"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """The newest statement of a holder: how many there were, its number, and the digest of what it says."""

    count: int
    number: str
    digest: str


def digest_of(facts: Mapping[str, Any]) -> str:
    return canonical.digest(canonical.dumps({name: facts[name] for name in FACTS}))


def newest_statements(code: str) -> dict[str, Known]:
    """The statement that stands of each holder of an offer, by employee number; one query, little of it kept."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for snapshot in Paper.objects.filter(kind=KIND, offer_key=code).values_list("snapshot", flat=True).iterator(500):
        values = json.loads(snapshot)
        found[values["employee_number"]].append((values["number"], values["replaces"], digest_of(values)))
    result = {}
    for employee_number, own in found.items():
        number = _standing((number, replaces) for number, replaces, _digest in own)
        digest = next(digest for name, _replaces, digest in own if name == number)
        result[employee_number] = Known(len(own), number, digest)
    return result


def _standing(own: Iterable[tuple[str, str]]) -> str:
    """Of one holder's statements, each with the one it replaces, the one that none replaces.

    Their instants do not tell: a replay's clock may stand.
    """
    pairs = list(own)
    replaced = {replaces for _number, replaces in pairs}
    return next(number for number, _replaces in pairs if number not in replaced)


def census_of_statements(code: str) -> dict[str, object]:
    """How many statements an offer has, and one digest over all: what the log knows of them."""
    sums = list(Paper.objects.filter(kind=KIND, offer_key=code).values_list("sha256", flat=True))
    return {"count": len(sums), "root": canonical.root(sums)}


def statement_of(
    loaded: Loaded, holder: Holder, facts: Mapping[str, Any], *, before: Known | None, at: datetime
) -> PaperRequest:
    """The paper of one holder; it names the one that it replaces."""
    number = f"{loaded.offer.code}-S-{holder.employee_number}"
    if before is not None:
        number = f"{number}-{before.count + 1}"
    return PaperRequest(
        kind=KIND,
        owner_key=owner_key(holder),
        subject_key=f"statement:{number}",
        offer_key=loaded.offer.code,
        is_replay=loaded.offer.is_replay,
        snapshot={
            **paper_common(loaded, holder, number=number, issued_at=at),
            **facts,
            "replaces": before.number if before else "",
        },
    )


def queue_statement_letters(
    loaded: Loaded, requests: Sequence[tuple[Holder, PaperRequest]], papers: Sequence[Paper], *, at: datetime
) -> None:
    """Queue the letter that each statement comes with, in the caller's transaction."""
    company = loaded.terms.company.short_name
    queue_letters(
        (
            letter(
                loaded,
                holder,
                KIND,
                contexts.FinalStatement(
                    **common(loaded, holder),
                    statement_number=str(request.snapshot["number"]),
                    replaces=str(request.snapshot["replaces"]),
                    outcome=outcome_text(str(request.snapshot["outcome"]), company),
                ),
                about=str(request.snapshot["number"]),
                papers=[paper.pk],
            )
            for (holder, request), paper in zip(requests, papers, strict=True)
        ),
        at=at,
    )


def newest_statement_of(code: str, holder: Holder) -> Paper | None:
    """The statement that stands for one holder; None before there is one."""
    papers = list(Paper.objects.filter(kind=KIND, offer_key=code, owner_key=owner_key(holder)))
    if not papers:
        return None
    values = {paper.pk: paper.values() for paper in papers}
    number = _standing((one["number"], one["replaces"]) for one in values.values())
    return next(paper for paper in papers if values[paper.pk]["number"] == number)
