"""Whom a message of the offer goes to: every eligible person, with an eligible option, as of an instant."""

from datetime import datetime

from exchange.grants.models import Grant
from exchange.grants.reads import facts_of as grant_facts
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers import eligibility
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.people.reads import facts_of as person_facts


def eligible_holders(loaded: Loaded, at: datetime) -> list[Holder]:
    """Every person who may tender something at `at`, by employee number; a constant number of queries."""
    day = loaded.date_of(at)
    factor = split_factor(corporate_actions(), loaded.commencement_date, day)
    eligible: set[int] = set()
    grants = Grant.objects.select_related("cancellation").filter(plan__in=loaded.terms.plans)
    for grant in grants.iterator(chunk_size=2000):
        if grant.holder_id in eligible:
            continue
        facts = grant_facts(grant, "")
        if not eligibility.option_reasons(
            loaded.terms, facts, day, loaded.commencement_date, facts.outstanding(factor)
        ):
            eligible.add(grant.holder_id)
    holders = Holder.objects.prefetch_related("employment_events").order_by("employee_number")
    return [
        holder
        for holder in holders
        if holder.pk in eligible and not eligibility.person_reasons(loaded.terms, person_facts(holder), day)
    ]
