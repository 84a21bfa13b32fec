"""What acceptance would take at an instant, line by line and why, read as plain values: for 10,000 holders at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from exchange.elections.everyone import everyone
from exchange.elections.models import Form
from exchange.grants.models import Grant
from exchange.grants.reads import every_grant
from exchange.grants.rules import GrantFacts
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers import eligibility
from exchange.offers.reads import Loaded
from exchange.people.reads import everyone as everyone_on_file
from exchange.settlement.rules import judge_acceptance


@dataclass(frozen=True, slots=True)
class PlainTender:
    """One tendered line: by which form, how many shares, and why it would not be taken; '' where it would."""

    holder_id: int
    form: str
    grant: GrantFacts
    shares: int
    reason: str


def plain_tenders(loaded: Loaded, at: datetime) -> list[PlainTender]:
    """Every line in force among forms received before `at`, by holder. A constant number of queries."""
    offer, day = loaded.offer, loaded.date_of(at)
    in_force = {holder_id: found for holder_id, found in everyone(offer, before=at).in_force() if found.tendered}
    senders = Form.objects.filter(offer=offer, holder__isnull=False).order_by().values("holder")
    grants: dict[int, dict[str, GrantFacts]] = {holder_id: {} for holder_id in in_force}
    for holder_id, grant in every_grant(Grant.objects.filter(holder__in=senders)):
        if holder_id in grants:
            grants[holder_id][grant.grant_number] = grant
    people = everyone_on_file()
    terms, exclusions, commenced = loaded.terms, loaded.exclusions, loaded.commencement_date
    factor = split_factor(corporate_actions(), commenced, day)

    def is_eligible(grant: GrantFacts) -> bool:
        return not eligibility.option_reasons(terms, exclusions, grant, day, commenced, grant.outstanding(factor))

    result = []
    for holder_id, found in sorted(in_force.items(), key=lambda item: item[0]):
        facts = grants[holder_id]
        reasons = judge_acceptance(
            found.tendered,
            grants=facts,
            factor=factor,
            person_is_eligible=not eligibility.person_reasons(terms, exclusions, people[holder_id], day),
            is_option_eligible=is_eligible,
            keep_split_pairs=loaded.terms.keep_split_pairs,
        )
        for number, reason in reasons.items():
            shares = facts[number].outstanding(factor)
            result.append(PlainTender(holder_id, found.standing.number, facts[number], shares, reason))
    return result


@dataclass(frozen=True, slots=True)
class HolderTenders:
    """What acceptance would take of one holder's."""

    holder_id: int
    form: str
    taken: int
    taken_shares: int
    left: int
    reasons: Sequence[str]


def by_holder(lines: Sequence[PlainTender]) -> list[HolderTenders]:
    """The same lines, a holder each; they come by holder already."""
    result = []
    for holder_id, group in groupby(lines, key=lambda line: line.holder_id):
        own = list(group)
        taken = [line for line in own if not line.reason]
        reasons = list(dict.fromkeys(line.reason for line in own if line.reason))
        shares = sum(line.shares for line in taken)
        result.append(HolderTenders(holder_id, own[0].form, len(taken), shares, len(own) - len(taken), reasons))
    return result
