"""How a promise stands on a day: what splits and mergers made of it, and whether its holder is an employee. Pure.

Only facts that hold on that day count; nothing is foreseen (domain §6, §7).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from exchange.market.models import CorporateAction
from exchange.market.reads import factor_of
from exchange.people.rules import PersonFacts, Status, country_changed, is_employed_throughout, status_on

# Promotion to executive after cancellation keeps the promise; these end it, as leaving does.
NOT_EMPLOYEES = frozenset({"consultant", "director"})
EXECUTIVES = frozenset({"executive_officer", "executive_management"})


def keeps_promise(status: Status) -> bool:
    """Whether someone of this status, on the grant date, receives what was promised."""
    return status.is_employed and status.role not in NOT_EMPLOYEES


class Employment(StrEnum):
    EMPLOYED = "employed"
    REHIRED = "rehired"
    LEFT = "left"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class EmploymentStanding:
    """The employment condition on a day.

    `since` is the day of the fact that decides: the last day they left, were rehired or changed role; None where no
    such fact is dated. `left_on` is the day before the rehiring on which they had left. A role as an executive and a
    move abroad since the cancellation change nothing by themselves; the days they came are there to be told.
    """

    code: Employment
    role: str
    country: str
    since: date | None = None
    left_on: date | None = None
    executive_since: date | None = None
    moved_on: date | None = None

    @property
    def is_met(self) -> bool:
        return self.code in {Employment.EMPLOYED, Employment.REHIRED}


def employment_standing(person: PersonFacts, cancelled_on: date, on: date) -> EmploymentStanding:
    """The condition as it stands on `on`, by the facts since the cancellation."""
    status, before = status_on(person, on), status_on(person, cancelled_on)
    employed = _changes(person, on, lambda found: found.is_employed)
    roles = _changes(person, on, lambda found: found.role)
    moves = _changes(person, on, lambda found: found.residence_country)
    became_executive = status.role in EXECUTIVES and before.role not in EXECUTIVES
    code, since, left_on = Employment.EMPLOYED, None, None
    if not status.is_employed:
        code, since = Employment.LEFT, _last(employed)
    elif status.role in NOT_EMPLOYEES:
        code, since = Employment.ROLE, _last(roles)
    elif not is_employed_throughout(person, cancelled_on, on):
        code, since, left_on = Employment.REHIRED, _last(employed), _last(employed[:-1])
    return EmploymentStanding(
        code,
        status.role,
        status.residence_country,
        since,
        left_on,
        _last(roles) if became_executive else None,
        _last(moves) if country_changed(person, cancelled_on, on) else None,
    )


def _changes(person: PersonFacts, on: date, of: Callable[[Status], object]) -> list[date]:
    """Every day up to `on` whose state, in the respect that `of` picks, is not that of the day before."""
    days = {person.hired_on, person.terminated_on, *(fact.effective_on for fact in person.events)}
    return [
        day
        for day in sorted(day for day in days if day is not None and day <= on)
        if of(status_on(person, day)) != of(status_on(person, day - timedelta(days=1)))
    ]


def _last(days: Sequence[date]) -> date | None:
    return days[-1] if days else None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One split or merger, and what it made of each line: exact shares before and after, in the order asked."""

    action: CorporateAction
    factor: Fraction
    before: tuple[Fraction, ...]
    after: tuple[Fraction, ...]


def adjustments(
    promised: Sequence[Fraction], actions: Iterable[CorporateAction], cancelled_on: date, through: date
) -> list[Adjustment]:
    """Each action effective after the cancellation and by `through`, one after the other; fractions kept."""
    found, now = [], tuple(promised)
    for action in sorted(actions, key=lambda action: (action.effective_on, action.number)):
        if not cancelled_on < action.effective_on <= through:
            continue
        factor = factor_of(action)
        after = tuple(shares * factor for shares in now)
        found.append(Adjustment(action, factor, now, after))
        now = after
    return found
