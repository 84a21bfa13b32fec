"""What one visit compares: each choice with what keeping and what exchanging it would come to in shares and price."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from exchange.elections.reads import OptionView
from exchange.elections.units import units_of
from exchange.market.reads import calendar, corporate_actions, split_factor
from exchange.portal.compare_form import CompareForm
from exchange.portal.present.options import title_of
from exchange.portal.present.whatif import Counted
from exchange.portal.visit import Visit
from exchange.settlement.rules import earliest_grant_date, promised_exactly
from exchange.settlement.whatif import Holding, new_shares


@dataclass(frozen=True)
class Side:
    """One grant as it is compared: as outstanding now, or as it was when this offer cancelled it."""

    view: OptionView
    shares: int
    price: Decimal
    new_shares: int
    exactly: Fraction

    @property
    def number(self) -> str:
        return self.view.grant.grant_number


@dataclass(frozen=True)
class Comparing:
    """What one visit compares; read once for the page, its form and its figures."""

    visit: Visit

    @cached_property
    def units(self) -> list[tuple[Side, ...]]:
        """What may be tendered as one; after acceptance also what this offer cancelled, as it was then."""
        visit = self.visit
        units = [
            tuple(self._side(option, option.outstanding, option.price) for option in unit)
            for unit in units_of(visit.view)
        ]
        cancelled = {row.grant_number: row.shares for row in visit.outcome.cancelled}
        if not cancelled or visit.outcome.acceptance is None:
            return units
        factor = split_factor(corporate_actions(), visit.loaded.commencement_date, visit.outcome.acceptance.on)
        together: dict[tuple[str, str], list[Side]] = defaultdict(list)
        for option in visit.view.options:
            grant = option.grant
            if grant.grant_number in cancelled:
                pair = grant.split_pair if visit.loaded.terms.keep_split_pairs else ""
                key = ("pair", pair) if pair else ("grant", grant.grant_number)
                side = self._side(option, cancelled[grant.grant_number], grant.adjusted_price(factor))
                together[key].append(side)
        return [*(tuple(sides) for sides in together.values()), *units]

    def _side(self, option: OptionView, shares: int, price: Decimal) -> Side:
        """The ratio goes by the price at commencement, before any split since (domain §3)."""
        terms, commenced_at = self.visit.loaded.terms, option.grant.exercise_price
        exactly = promised_exactly(terms, commenced_at, shares)
        return Side(option, shares, price, new_shares(terms, commenced_at, shares), exactly)

    @cached_property
    def counted(self) -> list[Counted]:
        return [
            Counted(
                unit[0].number,
                title_of([side.number for side in unit]),
                tuple(Holding(side.shares, side.price, side.new_shares) for side in unit),
            )
            for unit in self.units
        ]

    @cached_property
    def earliest_on(self) -> date:
        """The earliest grant date: fixed by acceptance, before that as if it were on the day of expiration."""
        acceptance = self.visit.outcome.acceptance
        if acceptance is not None:
            return acceptance.earliest_grant_on
        on = self.visit.loaded.date_of(self.visit.expires_at)
        return earliest_grant_date(self.visit.loaded.terms, on, calendar())

    def form(self) -> CompareForm:
        return CompareForm.asked([(each.value, each.title) for each in self.counted], self.visit.request.GET)
