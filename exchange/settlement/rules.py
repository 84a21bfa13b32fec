"""Which tendered lines are taken, what a promise comes to, and when. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from exchange.elections.rules import mates_of
from exchange.grants.rules import GrantFacts
from exchange.kernel.calendars import Calendar
from exchange.kernel.dates import add_months, add_wait
from exchange.offers.terms import Terms


def judge_acceptance(
    tendered: Sequence[str],
    *,
    grants: Mapping[str, GrantFacts],
    factor: Fraction,
    person_is_eligible: bool,
    is_option_eligible: Callable[[GrantFacts], bool],
    keep_split_pairs: bool,
) -> dict[str, str]:
    """Reason by grant number why a tendered line is not taken; '' for one that is (domain §5).

    A split pair is taken whole or not at all: the half that could have been is `pair_broken`.
    """
    if not person_is_eligible:
        return dict.fromkeys(tendered, "person_not_eligible")
    reasons = {
        number: "" if number in grants and is_option_eligible(grants[number]) else "option_not_eligible"
        for number in tendered
    }
    if keep_split_pairs:
        broken = [
            number
            for number, reason in reasons.items()
            if not reason and any(reasons.get(mate, "absent") for mate in mates_of(grants[number], grants, factor))
        ]
        reasons.update(dict.fromkeys(broken, "pair_broken"))
    return reasons


def earliest_grant_date(terms: Terms, cancelled_on: date, calendar: Calendar) -> date:
    """First business day on or after the cancellation date and the waiting period (domain §5)."""
    return calendar.first_business_day_on_or_after(
        add_wait(cancelled_on, months=terms.wait_months, days=terms.wait_days)
    )


def promises_due_on(terms: Terms, cancelled_on: date, calendar: Calendar) -> date:
    """The last business day for promises, the cancellation date not counted (domain §5)."""
    return calendar.add_business_days(cancelled_on, terms.promise_within_business_days)


def expires_on(terms: Terms, granted_on: date) -> date:
    """The same day `term_years` on; 28 February for a 29th that the year does not have."""
    return add_months(granted_on, 12 * terms.term_years)


def promised_exactly(terms: Terms, price: Decimal, cancelled_shares: int) -> Fraction:
    """New shares for a cancelled grant by the tier of its exercise price, exactly."""
    ratio = terms.ratio_for(price)
    if ratio is None:
        raise ValueError(f"no ratio for a price of {price}")
    return cancelled_shares * ratio
