"""Whom a message of the offer goes to: every eligible person, with an eligible option, as of an instant."""

from datetime import date, datetime

from exchange.grants.models import Grant
from exchange.grants.reads import every_grant, facts_of, grants_of
from exchange.kernel.collecting import no_collecting
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers import eligibility
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.people.reads import everyone
from exchange.people.reads import facts_of as person_of


def eligible_counts(loaded: Loaded, at: datetime) -> dict[int, tuple[int, int]]:
    """Every person who may tender something at `at`, by key in order of employee number: how many options and shares.

    Read as plain values; a constant number of queries.
    """
    terms, exclusions, commencement = loaded.terms, loaded.exclusions, loaded.commencement_date
    day: date = loaded.date_of(at)
    factor = split_factor(corporate_actions(), commencement, day)
    with no_collecting():
        people = everyone()
        reached = {pk for pk, facts in people.items() if not eligibility.person_reasons(terms, exclusions, facts, day)}
        found: dict[int, tuple[int, int]] = {}
        for holder_id, facts in every_grant(Grant.objects.filter(plan__in=terms.plans)):
            if holder_id not in reached:
                continue
            outstanding = facts.outstanding(factor)
            if not eligibility.option_reasons(terms, exclusions, facts, day, commencement, outstanding):
                options, shares = found.get(holder_id, (0, 0))
                found[holder_id] = (options + 1, shares + outstanding)
    return {pk: found[pk] for pk in sorted(found, key=lambda pk: people[pk].employee_number)}


def is_reached(loaded: Loaded, holder: Holder, day: date) -> bool:
    """Whether the offer reaches this one person on `day`, with an option at least."""
    terms, exclusions, commencement = loaded.terms, loaded.exclusions, loaded.commencement_date
    if eligibility.person_reasons(terms, exclusions, person_of(holder), day):
        return False
    factor = split_factor(corporate_actions(), commencement, day)
    options = [facts_of(grant, holder.employee_number) for grant in grants_of([holder.pk])[holder.pk]]
    return any(
        not eligibility.option_reasons(terms, exclusions, one, day, commencement, one.outstanding(factor))
        for one in options
    )


def eligible_holders(loaded: Loaded, at: datetime) -> list[tuple[Holder, int, int]]:
    """The same with the holders themselves and their dated facts, for those who write to them."""
    counts = eligible_counts(loaded, at)
    holders = {
        holder.pk: holder
        for holder in Holder.objects.prefetch_related("employment_events").order_by("employee_number")
        if holder.pk in counts
    }
    return [(holders[pk], *counts[pk]) for pk in counts]
