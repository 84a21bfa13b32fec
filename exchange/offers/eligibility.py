"""Who and what the offer reaches (domain §3). Pure: terms and facts in, reasons out; no reason means eligible.

An exclusion is a dated fact like the others: it only takes away, and holds from the start of its day until the day on
which it was lifted. It may be of a person or of one option. Of a split pair one half may be excluded: that half is not
eligible, and the other goes with it as the mate of any ineligible half does: it stays eligible by itself, cannot be
chosen alone, and a form that lists it has it `pair_broken` (`elections.rules`, `settlement.rules`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from exchange.grants.rules import GrantFacts
from exchange.offers.terms import Terms
from exchange.people.rules import PersonFacts, status_on


@dataclass(frozen=True, slots=True)
class ExclusionFact:
    """That someone or something was excluded: from the start of a day, up to another that is no longer part of it."""

    employee_number: str
    grant_number: str  # empty: of the person, with every option
    since: date
    until: date | None
    told: str  # the reason, as the holder reads it

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Every exclusion of an offer, to be asked about a person or an option on a day."""

    people: Mapping[str, Sequence[ExclusionFact]] = field(default_factory=dict)
    options: Mapping[str, Sequence[ExclusionFact]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[ExclusionFact]) -> "Exclusions":
        people: dict[str, list[ExclusionFact]] = defaultdict(list)
        options: dict[str, list[ExclusionFact]] = defaultdict(list)
        for fact in facts:
            (options[fact.grant_number] if fact.grant_number else people[fact.employee_number]).append(fact)
        return cls(dict(people), dict(options))

    def of_person(self, employee_number: str, day: date) -> ExclusionFact | None:
        return next((fact for fact in self.people.get(employee_number, ()) if fact.holds_on(day)), None)

    def of_option(self, grant_number: str, day: date) -> ExclusionFact | None:
        return next((fact for fact in self.options.get(grant_number, ()) if fact.holds_on(day)), None)


def person_reasons(terms: Terms, exclusions: Exclusions, person: PersonFacts, day: date) -> list[str]:
    """Why the person is not eligible on `day` (a date in the offer's zone); empty when they are."""
    status = status_on(person, day)
    reasons = []
    if not status.is_employed:
        reasons.append("not_employed")
    if status.role not in terms.roles:
        reasons.append("role_not_eligible")
    if status.residence_country not in terms.residence_countries:
        reasons.append("residence_not_eligible")
    if exclusions.of_person(person.employee_number, day) is not None:
        reasons.append("person_excluded")
    return reasons


def option_reasons(
    terms: Terms, exclusions: Exclusions, grant: GrantFacts, day: date, commencement_date: date, outstanding: int
) -> list[str]:
    """Why the option is not eligible on `day`; empty when it is.

    The price is the one at commencement, before splits (domain §3). On `expires_on` it can no longer be exercised.
    """
    reasons = []
    if outstanding == 0:
        reasons.append("nothing_outstanding")
    if grant.plan not in terms.plans:
        reasons.append("plan_not_eligible")
    if grant.grant_date > commencement_date:
        reasons.append("granted_after_commencement")
    if day >= grant.expires_on:
        reasons.append("expired")
    if grant.exercise_price < terms.minimum_exercise_price or terms.tier_for(grant.exercise_price) is None:
        reasons.append("price_below_threshold")
    if exclusions.of_option(grant.grant_number, day) is not None:
        reasons.append("option_excluded")
    return reasons
