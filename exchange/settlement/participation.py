"""How many of those the offer reaches take part: people, options and shares, by plan, price, department and day.

Computed from the register and the forms, never stored. `figures_of` keeps an answer for a minute at most, under the
newest event of the log: whatever anyone does in between makes it anew. Its instant is part of the answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.cache import cache

from exchange.audit.models import AuditEvent
from exchange.elections import rules
from exchange.elections.everyone import Placed, everyone, in_force
from exchange.grants.models import Grant
from exchange.grants.reads import every_grant
from exchange.grants.rules import GrantFacts
from exchange.kernel import canonical
from exchange.kernel.collecting import no_collecting
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers import eligibility
from exchange.offers.reads import Loaded, ended_by
from exchange.people.models import Holder, Invitation, User
from exchange.people.reads import everyone as everyone_on_file

KEPT_SECONDS = 60
MOST_PRICES = 12  # so many prices are a band each
# What changes no figure: looks at records, and what is written of sign-ins (counted anew within the minute).
_NO_MATTER = ("looks:", "sign-in:", "exports")

# From, and up to but without; the second is None where the band is one price.
Band = tuple[Decimal, Decimal | None]
# One holder's eligible options and shares, and those of them tendered.
Counts = list[int]
Holding = dict[tuple[str, Decimal], Counts]  # by plan and price


@dataclass
class Part:
    """One part of the whole, such as a plan: those whom the offer reaches, and those of them who tender."""

    eligible_holders: int = 0
    eligible_options: int = 0
    eligible_shares: int = 0
    holders: int = 0
    options: int = 0
    shares: int = 0

    def add(self, counts: "Counts") -> None:
        """One holder's options and shares in this part."""
        eligible_options, eligible_shares, options, shares = counts
        self.eligible_holders += eligible_options > 0
        self.eligible_options += eligible_options
        self.eligible_shares += eligible_shares
        self.holders += options > 0
        self.options += options
        self.shares += shares


@dataclass(frozen=True)
class Day:
    """One day in the offer's zone: forms received on it, and what was in force when it ended."""

    on: date
    elections: int
    withdrawals: int
    holders: int
    shares: int


@dataclass(frozen=True)
class Figures:
    """The figures of an offer at `at`; once it was accepted or terminated, those that it ended with.

    Eligible is who and what could tender then. `elected` counts those whose Election Form in force tenders something,
    `withdrew` those whose Notice is; both among everyone on file, as are the totals tendered. `signed_in` and
    `invited` are of the eligible. Departments and plans are as the company's file names them. A price band is
    each price by itself where there are few, else an even width of dollars.
    """

    at: datetime
    eligible: int
    invited: int
    signed_in: int
    elected: int
    withdrew: int
    statuses: Mapping[str, int]
    whole: Part
    by_plan: Mapping[str, Part]
    by_price: Mapping[Decimal, Part]
    by_band: Mapping["Band", Part]
    by_department: Mapping[str, Part]
    by_day: Sequence[Day]

    @property
    def forms(self) -> int:
        return sum(self.statuses.values())


def figures_of(loaded: Loaded, at: datetime) -> Figures:
    """The figures at `at`, or as they were less than a minute before where nothing was written since."""
    newest = AuditEvent.objects.all()
    for chain in _NO_MATTER:
        newest = newest.exclude(chain__startswith=chain)
    last = newest.order_by("-pk").values_list("pk", flat=True).first()
    # A replay's clock can be stated anew; another installation may share the cache.
    stated = at if loaded.offer.is_replay else None
    state = [last, loaded.version.digest, loaded.date_of(at), str(loaded.timeline.state(at)), stated]
    key = f"figures:{canonical.digest(canonical.dumps(state))}"
    kept = cache.get(key)
    if isinstance(kept, Figures) and kept.at <= at < kept.at + timedelta(seconds=KEPT_SECONDS):
        return kept
    found = compute(loaded, at)
    cache.set(key, found, KEPT_SECONDS)
    return found


@dataclass(frozen=True, slots=True)
class Option:
    """One option under an eligible plan, as of a day: its whole shares outstanding, and whether it may be tendered."""

    holder_id: int
    grant: GrantFacts
    outstanding: int
    is_eligible: bool


def every_option(loaded: Loaded, on: date) -> Iterator[Option]:
    """Every option under an eligible plan, as of `on`; the offer's own cancellations passed by. Five queries."""
    ended_at = loaded.timeline.accepted_at or loaded.timeline.terminated_at
    before = loaded.date_of(ended_at) if ended_at is not None else None
    factor = split_factor(corporate_actions(), loaded.commencement_date, on)
    commencement, terms, exclusions = loaded.commencement_date, loaded.terms, loaded.exclusions
    everyone = everyone_on_file()
    reached = {pk for pk, facts in everyone.items() if not eligibility.person_reasons(terms, exclusions, facts, on)}
    for holder_id, grant in every_grant(Grant.objects.filter(plan__in=terms.plans), as_before=before):
        outstanding = grant.outstanding(factor)
        is_eligible = holder_id in reached and not eligibility.option_reasons(
            terms, exclusions, grant, on, commencement, outstanding
        )
        yield Option(holder_id, grant, outstanding, is_eligible)


def until_of(loaded: Loaded, at: datetime) -> datetime:
    """The instant that figures at `at` are of: that of acceptance or termination, once there was one."""
    ended_at = loaded.timeline.accepted_at or loaded.timeline.terminated_at
    return ended_at if ended_at is not None and ended_at <= at else at


def compute(loaded: Loaded, at: datetime) -> Figures:
    """The figures from the rows. A constant number of queries."""
    with no_collecting():
        return _compute(loaded, at)


def _compute(loaded: Loaded, at: datetime) -> Figures:
    until = until_of(loaded, at)
    forms = everyone(loaded.offer, ended_by=ended_by(loaded))
    in_force_now = dict(forms.in_force())
    tendered = {number for form in in_force_now.values() for number in form.tendered}
    shares: dict[str, int] = {}
    holdings: dict[int, Holding] = defaultdict(dict)
    for option in every_option(loaded, loaded.date_of(until)):
        grant, outstanding = option.grant, option.outstanding
        shares[grant.grant_number] = outstanding
        is_tendered = grant.grant_number in tendered
        if option.is_eligible or is_tendered:
            counts = holdings[option.holder_id].setdefault((grant.plan, grant.exercise_price), [0, 0, 0, 0])
            if option.is_eligible:
                counts[0] += 1
                counts[1] += outstanding
            if is_tendered:
                counts[2] += 1
                counts[3] += outstanding
    parts = _parts(holdings)
    eligible = {pk for pk, holding in holdings.items() if any(counts[0] for counts in holding.values())}
    return Figures(
        at=at,
        eligible=len(eligible),
        invited=len(eligible & set(Invitation.objects.order_by().values_list("holder_id", flat=True))),
        signed_in=len(eligible & _signed_in()),
        elected=sum(bool(form.tendered) for form in in_force_now.values()),
        withdrew=sum(form.standing.kind == rules.WITHDRAWAL for form in in_force_now.values()),
        statuses={status: forms.statuses.count(status) for status in sorted(set(forms.statuses))},
        whole=parts.whole,
        by_plan=dict(sorted(parts.by_plan.items())),
        by_price=dict(sorted(parts.by_price.items())),
        by_band=dict(sorted(parts.by_band.items(), key=lambda item: item[0][0])),
        by_department=dict(sorted(parts.by_department.items())),
        by_day=_days(loaded, forms.forms.values(), shares, until),
    )


@dataclass
class _Parts:
    whole: Part = field(default_factory=Part)
    by_plan: dict[str, Part] = field(default_factory=lambda: defaultdict(Part))
    by_price: dict[Decimal, Part] = field(default_factory=lambda: defaultdict(Part))
    by_band: dict[Band, Part] = field(default_factory=lambda: defaultdict(Part))
    by_department: dict[str, Part] = field(default_factory=lambda: defaultdict(Part))


def _parts(holdings: Mapping[int, Holding]) -> _Parts:
    """Each holder counted once in the whole, once in each plan, at each price and in their department."""
    parts = _Parts()
    departments = dict(Holder.objects.order_by().values_list("pk", "department"))
    band_of = bands({price for holding in holdings.values() for _plan, price in holding})
    for pk, holding in holdings.items():
        everything: Counts = [0, 0, 0, 0]
        by_plan: dict[str, Counts] = {}
        by_price: dict[Decimal, Counts] = {}
        by_band: dict[Band, Counts] = {}
        for (plan, price), counts in holding.items():
            sums = (
                everything,
                by_plan.setdefault(plan, [0, 0, 0, 0]),
                by_price.setdefault(price, [0, 0, 0, 0]),
                by_band.setdefault(band_of[price], [0, 0, 0, 0]),
            )
            for place, count in enumerate(counts):
                if count:
                    for one in sums:
                        one[place] += count
        parts.whole.add(everything)
        parts.by_department[departments[pk]].add(everything)
        for plan, counts in by_plan.items():
            parts.by_plan[plan].add(counts)
        for price, counts in by_price.items():
            parts.by_price[price].add(counts)
        for band, counts in by_band.items():
            parts.by_band[band].add(counts)
    return parts


def bands(prices: Collection[Decimal]) -> dict[Decimal, Band]:
    """The band of each price; many prices share bands of 1, 2 or 5 times a power of ten dollars, or part of one."""
    if len(prices) <= MOST_PRICES:
        return {price: (price, None) for price in prices}
    span = max(prices) - min(prices)
    widths = (factor.scaleb(power) for power in range(-4, 12) for factor in (Decimal(1), Decimal(2), Decimal(5)))
    width = next(width for width in widths if span / width <= MOST_PRICES - 1)
    floors = {price: price // width * width for price in prices}
    return {price: (floor, floor + width) for price, floor in floors.items()}


def _signed_in() -> set[int]:
    """Holders whose account has been signed in to, once their sign-in was secured."""
    users = User.objects.filter(last_login__isnull=False, must_set_up=False, holder__isnull=False)
    return set(users.order_by().values_list("holder__pk", flat=True))


def _days(
    loaded: Loaded, held: Iterable[Sequence[Placed]], shares: Mapping[str, int], until: datetime
) -> Sequence[Day]:
    """Every day from commencement: what came in on it, and what was in force at its end, by what is known now."""
    elections: dict[date, int] = defaultdict(int)
    withdrawals: dict[date, int] = defaultdict(int)
    moved: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for placed in held:
        standing = [0, 0]
        for count, form in enumerate(placed, start=1):
            on = loaded.date_of(form.standing.received_at)
            (withdrawals if form.standing.kind == rules.WITHDRAWAL else elections)[on] += 1
            found = in_force(placed[:count])
            now = [1, sum(shares.get(number, 0) for number in found.tendered)] if found and found.tendered else [0, 0]
            moved[on][0] += now[0] - standing[0]
            moved[on][1] += now[1] - standing[1]
            standing = now
    last = max([loaded.date_of(until), *elections, *withdrawals])
    first = min([loaded.commencement_date, *elections, *withdrawals])
    days, holders, total = [], 0, 0
    for place in range((last - first).days + 1):
        on = first + timedelta(days=place)
        holders, total = holders + moved[on][0], total + moved[on][1]
        days.append(Day(on, elections[on], withdrawals[on], holders, total))
    return days


def part_of(of: int, whole: int) -> Decimal:
    """A percentage with one decimal, half up; 0 of nothing."""
    if not whole:
        return Decimal("0.0")
    tenths = (2 * 1000 * of + whole) // (2 * whole)
    return Decimal(tenths).scaleb(-1)
