"""Questions about the calendars and about corporate actions."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from exchange.kernel.calendars import Calendar
from exchange.kernel.shares import product
from exchange.market.models import CalendarOverride, CorporateAction


def calendar() -> Calendar:
    """Both calendars with this installation's overrides."""
    overrides: dict[str, dict[date, bool]] = {"business": {}, "trading": {}}
    for row in CalendarOverride.objects.all():
        overrides[row.which][row.day] = row.is_open
    return Calendar(overrides["business"], overrides["trading"])


def corporate_actions() -> Sequence[CorporateAction]:
    return list(CorporateAction.objects.all())


def factor_of(action: CorporateAction) -> Fraction:
    """What one share becomes: new/old. For a cash merger, cash per share over the acquirer's price."""
    return Fraction(action.new) / Fraction(action.old)


def split_factor(actions: Iterable[CorporateAction], first: date, last: date) -> Fraction:
    """What one share outstanding on `first` has become by splits effective from `first` through `last`, exactly."""
    return product(
        factor_of(action)
        for action in actions
        if action.kind == CorporateAction.Kind.SPLIT and first <= action.effective_on <= last
    )


def factor_between(actions: Iterable[CorporateAction], after: date, through: date) -> Fraction:
    """What one promised share has become by every action effective after `after` and no later than `through`."""
    return product(factor_of(action) for action in actions if after < action.effective_on <= through)
