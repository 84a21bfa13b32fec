"""Whom and what an offer reaches on a day, each option and person with the reasons why not: for previews and checks.

The rule is `eligibility`'s; this only asks it of everyone, from plain values, in a constant number of queries.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from exchange.grants.models import Grant
from exchange.grants.reads import every_grant
from exchange.grants.rules import GrantFacts
from exchange.kernel.collecting import no_collecting
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers import eligibility
from exchange.offers.reads import Loaded
from exchange.people.reads import everyone

# Why an option cannot be tendered although nothing is wrong with the option itself.
HOLDER_NOT_ELIGIBLE = "holder_not_eligible"
# Why a person who could tender has nothing to tender.
NO_ELIGIBLE_OPTION = "no_eligible_option"
# Where price bands are cut, beside the edges of the offer's own tiers.
_STEPS = tuple(Decimal(step) * 10**power for power in range(4) for step in (1, 2, 5))


class Option(NamedTuple):
    """One option on the day: outstanding shares with splits counted, and every reason why it cannot be tendered.

    `new_shares` is what it would become, whole, rounded down once; 0 for one that is not eligible.
    """

    holder_id: int
    facts: GrantFacts
    outstanding: int
    reasons: tuple[str, ...]
    new_shares: int

    @property
    def is_eligible(self) -> bool:
        return not self.reasons


@dataclass(slots=True)
class Sum:
    """Options and shares of one part, eligible and not, and the new shares that the eligible ones would become."""

    eligible: int = 0
    shares: int = 0
    new_shares: int = 0
    left_out: int = 0
    left_out_shares: int = 0
    holders: set[int] = field(default_factory=set)

    def add(self, option: Option) -> None:
        if not option.reasons:
            self.eligible += 1
            self.shares += option.outstanding
            self.new_shares += option.new_shares
            self.holders.add(option.holder_id)
        else:
            self.left_out += 1
            self.left_out_shares += option.outstanding


@dataclass(frozen=True)
class Reach:
    """Everyone and every option on one day. A person's reasons are their own, whatever they hold."""

    loaded: Loaded
    people: Mapping[int, tuple[str, ...]]
    options: Sequence[Option]

    @cached_property
    def holding(self) -> set[int]:
        """Everyone who has an option on file."""
        return {option.holder_id for option in self.options}

    @cached_property
    def reached(self) -> set[int]:
        """Everyone who could tender something."""
        return {option.holder_id for option in self.options if option.is_eligible}

    def why_not(self, holder_id: int) -> tuple[str, ...]:
        """Why a person cannot tender anything; empty for one who can."""
        own = self.people[holder_id]
        return own or (() if holder_id in self.reached else (NO_ELIGIBLE_OPTION,))

    @cached_property
    def people_by_reason(self) -> Counter[str]:
        return Counter(reason for pk in self.people for reason in self.why_not(pk))

    @cached_property
    def options_by_reason(self) -> Counter[str]:
        return Counter(reason for option in self.options for reason in option.reasons)

    @cached_property
    def shares_by_reason(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for option in self.options:
            for reason in option.reasons:
                found[reason] += option.outstanding
        return found

    @cached_property
    def whole(self) -> Sum:
        return self._sums[0]

    @cached_property
    def by_plan(self) -> dict[str, Sum]:
        return dict(sorted(self._sums[1].items()))

    @cached_property
    def by_band(self) -> dict[tuple[Decimal, Decimal | None], Sum]:
        """By band of exercise price, from its lower edge up to below the next; the last has no upper edge."""
        return dict(sorted(self._sums[2].items(), key=lambda item: item[0][0]))

    @cached_property
    def _sums(self) -> tuple[Sum, dict[str, Sum], dict[tuple[Decimal, Decimal | None], Sum]]:
        """All of it, by plan and by band, in one pass."""
        whole, plans, bands = Sum(), defaultdict[str, Sum](Sum), defaultdict[tuple[Decimal, Decimal | None], Sum](Sum)
        edges = self._edges()
        band_of: dict[Decimal, tuple[Decimal, Decimal | None]] = {}
        for option in self.options:
            price = option.facts.exercise_price
            band = band_of.get(price)
            if band is None:
                band = band_of[price] = _band(edges, price)
            whole.add(option)
            plans[option.facts.plan].add(option)
            bands[band].add(option)
        return whole, plans, bands

    def _edges(self) -> list[Decimal]:
        terms = self.loaded.terms
        own = {terms.minimum_exercise_price, *(tier.price_from for tier in terms.tiers)}
        return sorted(own | {step for step in _STEPS if step > max(own)})


def _band(edges: Sequence[Decimal], price: Decimal) -> tuple[Decimal, Decimal | None]:
    low = max((edge for edge in edges if edge <= price), default=Decimal(0))
    return low, min((edge for edge in edges if edge > price), default=None)


def reach_of(loaded: Loaded, at: datetime) -> Reach:
    """Everyone and everything on file, judged by the day of `at` in the offer's zone."""
    terms, exclusions, commencement = loaded.terms, loaded.exclusions, loaded.commencement_date
    day = max(loaded.date_of(at), commencement)
    factor = split_factor(corporate_actions(), commencement, day)
    people = {pk: tuple(eligibility.person_reasons(terms, exclusions, facts, day)) for pk, facts in everyone().items()}
    ratios: dict[Decimal, Fraction | None] = {}
    options = []
    with no_collecting():
        for holder_id, facts in every_grant(Grant.objects.all()):
            outstanding = facts.outstanding(factor)
            reasons = eligibility.option_reasons(terms, exclusions, facts, day, commencement, outstanding)
            if people[holder_id]:
                reasons.append(HOLDER_NOT_ELIGIBLE)
            new_shares = 0
            if not reasons:
                price = facts.exercise_price
                if price not in ratios:
                    ratios[price] = terms.ratio_for(price)
                ratio = ratios[price]
                new_shares = outstanding * ratio.numerator // ratio.denominator if ratio else 0
            options.append(Option(holder_id, facts, outstanding, tuple(reasons), new_shares))
    return Reach(loaded, people, options)
