"""Whom a message of the offer goes to: every eligible person, with an eligible option, as of an instant."""

from collections import Counter
from datetime import datetime

from exchange.grants.models import Grant
from exchange.grants.reads import facts_of as grant_facts
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers import eligibility
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.people.reads import facts_of as person_facts


def eligible_holders(loaded: Loaded, at: datetime) -> list[tuple[Holder, int, int]]:
    """Every person who may tender something at `at`, by employee number, with how many options and shares.

    A constant number of queries.
    """
    day = loaded.date_of(at)
    factor = split_factor(corporate_actions(), loaded.commencement_date, day)
    options: Counter[int] = Counter()
    shares: Counter[int] = Counter()
    grants = Grant.objects.select_related("cancellation").filter(plan__in=loaded.terms.plans)
    for grant in grants.iterator(chunk_size=2000):
        facts = grant_facts(grant, "")
        outstanding = facts.outstanding(factor)
        if not eligibility.option_reasons(loaded.terms, facts, day, loaded.commencement_date, outstanding):
            options[grant.holder_id] += 1
            shares[grant.holder_id] += outstanding
    holders = Holder.objects.prefetch_related("employment_events").order_by("employee_number")
    return [
        (holder, options[holder.pk], shares[holder.pk])
        for holder in holders
        if holder.pk in options and not eligibility.person_reasons(loaded.terms, person_facts(holder), day)
    ]
