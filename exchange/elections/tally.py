"""How an offer stands, in numbers: forms by status, who tenders, what is in force. A constant number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.elections import rules
from exchange.elections.everyone import everyone
from exchange.elections.models import Channel, Form, FormKind
from exchange.grants.models import Grant
from exchange.grants.reads import every_grant
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers.reads import Loaded, ended_by


@dataclass(frozen=True)
class Tally:
    """`by_status` counts all forms by the judgement that counts; the rest is of forms in force.

    Shares are outstanding shares at the instant asked about, splits counted; once it was
    accepted, what was outstanding before that.
    """

    forms: int
    by_status: dict[str, int]
    tendering_holders: int
    withdrawn_holders: int
    tendered_grants: int
    tendered_shares: int


def tally(loaded: Loaded, at: datetime) -> Tally:
    """The numbers of an offer at `at`; of one that was accepted or terminated, those that it ended with."""
    found = everyone(loaded.offer, ended_by=ended_by(loaded))
    standing = dict(found.in_force())
    tendered = {holder_id: form.tendered for holder_id, form in standing.items() if form.tendered}
    ended_at = loaded.timeline.accepted_at or loaded.timeline.terminated_at
    factor = split_factor(corporate_actions(), loaded.commencement_date, loaded.date_of(at))
    options = {number for numbers in tendered.values() for number in numbers}
    senders = Form.objects.filter(offer=loaded.offer, holder__isnull=False).values("holder_id")
    grants = every_grant(
        Grant.objects.filter(holder__in=senders), as_before=loaded.date_of(ended_at) if ended_at else None
    )
    outstanding = [
        facts.outstanding(factor)
        for holder_id, facts in grants
        if facts.grant_number in options and holder_id in tendered
    ]
    return Tally(
        forms=len(found.statuses),
        by_status=dict(Counter(found.statuses)),
        tendering_holders=len(tendered),
        withdrawn_holders=sum(form.standing.kind == rules.WITHDRAWAL for form in standing.values()),
        tendered_grants=len(outstanding),
        tendered_shares=sum(outstanding),
    )


def late_paper_elections(loaded: Loaded, *, since: datetime, before: datetime) -> Sequence[str]:
    """Numbers of paper Election Forms received in a window: those that an extension to its end makes timely."""
    found = Form.objects.filter(
        offer=loaded.offer,
        kind=FormKind.ELECTION,
        received_at__gte=since,
        received_at__lt=before,
        mending__isnull=True,
    ).exclude(channel=Channel.PORTAL)
    return list(found.order_by("received_at").values_list("number", flat=True))
