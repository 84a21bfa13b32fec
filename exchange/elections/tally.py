"""How an offer stands, in numbers: forms by status, who tenders, what is in force. A constant number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.elections import rules
from exchange.elections.models import Channel, Form, FormKind, Judgement
from exchange.elections.reads import Judge, forms_of_holders
from exchange.offers.reads import Loaded


@dataclass(frozen=True)
class Tally:
    """`by_status` counts all forms by the judgement that counts; the rest is of forms in force.

    Shares are outstanding shares at the instant asked about, splits counted: none any more once they are cancelled.
    """

    forms: int
    by_status: dict[str, int]
    tendering_holders: int
    withdrawn_holders: int
    tendered_grants: int
    tendered_shares: int


def tally(loaded: Loaded, at: datetime) -> Tally:
    """The numbers of an offer at `at`."""
    statuses: dict[object, str] = {}
    judgements = Judgement.objects.filter(form__offer=loaded.offer).order_by("number")
    for form_id, status in judgements.values_list("form_id", "status"):
        statuses[form_id] = status
    held = forms_of_holders(loaded.offer)
    tendered = {holder_id: forms.tendered for holder_id, forms in held.items() if forms.tendered}
    withdrawn = sum(
        forms.form_in_force is not None and forms.form_in_force.kind == rules.WITHDRAWAL for forms in held.values()
    )
    judge = Judge.for_holders(loaded, tendered)
    factor = judge.factor(loaded.date_of(at))
    outstanding = [
        judge.grants[holder_id][number].outstanding(factor)
        for holder_id, numbers in tendered.items()
        for number in numbers
        if number in judge.grants.get(holder_id, {})
    ]
    return Tally(
        forms=len(statuses),
        by_status=dict(Counter(statuses.values())),
        tendering_holders=len(tendered),
        withdrawn_holders=withdrawn,
        tendered_grants=len(outstanding),
        tendered_shares=sum(outstanding),
    )


def late_paper_elections(loaded: Loaded, *, since: datetime, before: datetime) -> Sequence[str]:
    """Numbers of paper Election Forms received in a window: those that an extension to its end makes timely."""
    found = Form.objects.filter(
        offer=loaded.offer, kind=FormKind.ELECTION, received_at__gte=since, received_at__lt=before
    ).exclude(channel=Channel.PORTAL)
    return list(found.order_by("received_at").values_list("number", flat=True))
