"""Who and what the offer reaches (domain §3). Pure: terms and facts in, reasons out; no reason means eligible."""

from datetime import date

from exchange.grants.rules import GrantFacts
from exchange.offers.terms import Terms
from exchange.people.rules import PersonFacts, status_on


def person_reasons(terms: Terms, person: PersonFacts, day: date) -> list[str]:
    """Why the person is not eligible on `day` (a date in the offer's zone); empty when they are."""
    status = status_on(person, day)
    reasons = []
    if not status.is_employed:
        reasons.append("not_employed")
    if status.role not in terms.roles:
        reasons.append("role_not_eligible")
    if status.residence_country not in terms.residence_countries:
        reasons.append("residence_not_eligible")
    return reasons


def option_reasons(terms: Terms, grant: GrantFacts, day: date, commencement_date: date, outstanding: int) -> list[str]:
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
    if grant.exercise_price < terms.minimum_exercise_price or terms.ratio_for(grant.exercise_price) is None:
        reasons.append("price_below_threshold")
    return reasons
