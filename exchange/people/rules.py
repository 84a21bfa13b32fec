"""Who a person was on a day, from dated facts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class EventFact:
    effective_on: date
    event: str
    value: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person's base facts and their events, events of one day in file order."""

    employee_number: str
    name_on_agreement: str
    role: str
    residence_country: str
    hired_on: date
    terminated_on: date | None
    events: Sequence[EventFact] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What matters of a person on one day. Leave of absence counts as employed; death is a termination."""

    is_employed: bool
    role: str
    residence_country: str


def status_on(person: PersonFacts, day: date) -> Status:
    """The state on `day`: the latest dated fact wins; an event holds from the start of its day (domain §3)."""
    employment = [(person.hired_on, 0, True)]
    if person.terminated_on is not None:
        employment.append((person.terminated_on, 1, False))
    role, country = person.role, person.residence_country
    for order, fact in enumerate(sorted(person.events, key=lambda fact: fact.effective_on), start=2):
        if fact.effective_on > day:
            break
        if fact.event == "terminated":
            employment.append((fact.effective_on, order, False))
        elif fact.event == "rehired":
            employment.append((fact.effective_on, order, True))
        elif fact.event == "role":
            role = fact.value
        elif fact.event == "residence_country":
            country = fact.value
    past = [fact for fact in employment if fact[0] <= day]
    return Status(max(past)[2] if past else False, role, country)


def is_employed_throughout(person: PersonFacts, first: date, last: date) -> bool:
    """Whether the person was employed on every day from `first` through `last`."""
    days = {first, last, person.hired_on, person.terminated_on, *(fact.effective_on for fact in person.events)}
    return all(status_on(person, day).is_employed for day in days if day is not None and first <= day <= last) and (
        first <= last
    )


def country_changed(person: PersonFacts, first: date, last: date) -> bool:
    """Whether the country of residence on `last` differs from that on `first`."""
    return status_on(person, first).residence_country != status_on(person, last).residence_country
