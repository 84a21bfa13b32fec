"""What to watch between promise and grant: who left, changed role, moved, came back, and grants made too early.

Read as of a day that the grant may fall on: facts on file that take effect by then count, nothing else is foreseen.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, Q, Sum

from exchange.grants.models import Grant
from exchange.offers.models import CounselFlag
from exchange.offers.reads import Loaded
from exchange.people.models import EmploymentEvent, Holder
from exchange.people.reads import facts_of, holders_by_id
from exchange.settlement.models import Acceptance, Prohibition, Promise, PromiseLine
from exchange.settlement.promised import Employment, EmploymentStanding, employment_standing

OTHER_GRANT = "other_grant_to_participant"  # the flag that an import raises


class Watched(StrEnum):
    """What happened to someone who holds a promise."""

    LEFT = "left"
    ROLE = "role"
    EXECUTIVE = "executive"
    REHIRED = "rehired"
    MOVED = "moved"
    OTHER_GRANT = "other_grant"
    HELD = "held"
    PROHIBITED = "prohibited"


class Means(StrEnum):
    """What it comes to on the grant date. `COUNSEL`: it grants, and goes before counsel."""

    LAPSES = "lapses"
    COUNSEL = "counsel"
    GRANTS = "grants"
    HELD = "held"


MEANS = {
    Watched.LEFT: Means.LAPSES,
    Watched.ROLE: Means.LAPSES,
    Watched.EXECUTIVE: Means.GRANTS,
    Watched.REHIRED: Means.COUNSEL,
    Watched.MOVED: Means.COUNSEL,
    Watched.OTHER_GRANT: Means.COUNSEL,
    Watched.HELD: Means.HELD,
    Watched.PROHIBITED: Means.LAPSES,
}


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that happened, from `on` on; `known_at` is since when it is on file, None where that is not kept.

    `detail` is the role, the country or the grant's number. `shares` are the promise's, as promised.
    """

    kind: Watched
    promise: Promise
    on: date | None
    known_at: datetime | None
    detail: str = ""

    @property
    def means(self) -> Means:
        return MEANS[self.kind]


@dataclass(frozen=True)
class Watching:
    """Everything to watch as of `on`; `promises` and `shares` are those without an outcome yet, as promised."""

    on: date
    found: Sequence[Watch]
    promises: int
    shares: int

    def lapsing(self) -> tuple[int, int]:
        """How many promises would lapse on that day by these facts, and their shares."""
        lost = {watch.promise.pk: watch.promise.shares for watch in self.found if watch.means is Means.LAPSES}
        return len(lost), sum(lost.values())


def watching(loaded: Loaded, acceptance: Acceptance, today: date) -> Watching:
    """What is to be watched of the promises that have no outcome, newest first; a constant number of queries.

    As of the earliest grant date, or today once that is past.
    """
    on = max(today, acceptance.earliest_grant_on)
    open_lines = PromiseLine.objects.filter(
        promise__offer=loaded.offer, new_grant__isnull=True, lapse__isnull=True
    ).order_by()
    total = open_lines.aggregate(promises=Count("promise", distinct=True), shares=Sum("shares"))
    laws = _last_words(loaded)
    early = _early_grants(loaded)
    touched = (
        Q(holder__in=EmploymentEvent.objects.values("holder"))
        | Q(holder__terminated_on__isnull=False)
        | Q(holder__in=[grant.holder_id for grant, _flag in early])
        | Q(pk__in=list(laws))
    )
    promises = list(
        Promise.objects.filter(touched, pk__in=open_lines.values("promise"), offer=loaded.offer).order_by("number")
    )
    holders = holders_by_id(promise.holder_id for promise in promises)
    grants: dict[int, list[tuple[Grant, CounselFlag]]] = defaultdict(list)
    for grant, flag in early:
        grants[grant.holder_id].append((grant, flag))
    found: list[Watch] = []
    for promise in promises:
        promise.holder = holder = holders[promise.holder_id]
        found += _employment(promise, holder, employment_standing(facts_of(holder), acceptance.on, on))
        found += [
            Watch(Watched.OTHER_GRANT, promise, grant.grant_date, flag.at, grant.grant_number)
            for grant, flag in grants[promise.holder_id]
        ]
        law = laws.get(promise.pk)
        if law is not None and law.verdict != Prohibition.Verdict.RELEASED:
            found.append(Watch(Watched(law.verdict), promise, loaded.date_of(law.at), law.at, law.reason))
    found.sort(key=lambda watch: (watch.on or date.min, watch.promise.number), reverse=True)
    return Watching(on, found, total["promises"] or 0, total["shares"] or 0)


def _employment(promise: Promise, holder: Holder, standing: EmploymentStanding) -> Iterable[Watch]:
    """What the employment condition says; of one who is no employee nothing else matters."""
    if standing.code is Employment.LEFT:
        yield Watch(Watched.LEFT, promise, standing.since, _known(holder, standing.since, "terminated"))
        return
    if standing.code is Employment.ROLE:
        known = _known(holder, standing.since, "role")
        yield Watch(Watched.ROLE, promise, standing.since, known, standing.role)
        return
    if standing.code is Employment.REHIRED:
        known = _known(holder, standing.since, "rehired")
        left = standing.left_on.isoformat() if standing.left_on else ""
        yield Watch(Watched.REHIRED, promise, standing.since, known, left)
    if standing.executive_since is not None:
        known = _known(holder, standing.executive_since, "role")
        yield Watch(Watched.EXECUTIVE, promise, standing.executive_since, known, standing.role)
    if standing.moved_on is not None:
        known = _known(holder, standing.moved_on, "residence_country")
        yield Watch(Watched.MOVED, promise, standing.moved_on, known, standing.country)


def _known(holder: Holder, on: date | None, event: str) -> datetime | None:
    """Since when the fact of that day is on file; None for one of the people's file, which is not dated so."""
    found = [
        fact.recorded_at for fact in holder.employment_events.all() if fact.effective_on == on and fact.event == event
    ]
    return found[-1] if found else None


def _early_grants(loaded: Loaded) -> list[tuple[Grant, CounselFlag]]:
    """Other grants made to a participant before the new options, as imports flagged them."""
    flags = CounselFlag.objects.filter(offer=loaded.offer, kind=OTHER_GRANT)
    by_number = {flag.subject.removeprefix("grant:"): flag for flag in flags}
    found = Grant.objects.filter(grant_number__in=list(by_number)).order_by("grant_number")
    return [(grant, by_number[grant.grant_number]) for grant in found]


def _last_words(loaded: Loaded) -> dict[object, Prohibition]:
    """Counsel's last word on each promise that has one."""
    found = Prohibition.objects.filter(promise__offer=loaded.offer).order_by("number")
    return {row.promise_id: row for row in found}
