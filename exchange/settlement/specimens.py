"""A paper with a text of the offer's own, as a holder would have it: looked at before counsel approves the text.

Nothing of it is kept. It takes the holder's options as they stand, as if all that can be were tendered and accepted at
the offer's expiration; what nobody can know yet, such as the price on the date of grant, is an example.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from exchange.documents.actions import specimen_pdf
from exchange.elections.reads import holder_view
from exchange.grants.models import Grant, Plan
from exchange.grants.reads import grants_of
from exchange.market.reads import calendar
from exchange.offers.letters import paper_common
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.settlement.letters import award
from exchange.settlement.rules import earliest_grant_date, expires_on
from exchange.settlement.whatif import new_shares

NUMBER: Final = "SPECIMEN"
PRICE: Final = Decimal("1.00")


def specimen(loaded: Loaded, holder: Holder, kind: str, *, text: str, at: datetime) -> bytes | None:
    """The PDF, with this text of the offer's own; None for a holder without an option it could be about."""
    lines = _lines(loaded, holder, at)
    if not lines:
        return None
    cancelled_on = loaded.date_of(loaded.timeline.expires_at or loaded.terms.expires_at)
    granted_on = earliest_grant_date(loaded.terms, cancelled_on, calendar())
    own = SAYS[kind](loaded, lines, cancelled_on, granted_on, at)
    common = {
        **paper_common(loaded, holder, number=NUMBER, issued_at=at),
        **award(loaded, Plan.objects.filter(code=loaded.terms.award_plan).first()),
        "offer_text": text,
        "signatory": None,
    }
    return specimen_pdf(kind=kind, snapshot={**common, **own}, at=at)


def _lines(loaded: Loaded, holder: Holder, at: datetime) -> list[dict[str, Any]]:
    """A promised line for each option that the holder could tender; where there is none, for each that has a ratio."""
    view = holder_view(loaded.offer, holder, at, loaded)
    rows: Mapping[str, Grant] = {grant.grant_number: grant for grant in grants_of([holder.pk])[holder.pk]}
    lines = []
    for option in view.eligible or view.options:
        grant = rows[option.grant.grant_number]
        tier = loaded.terms.tier_for(grant.exercise_price)
        if tier is None or not option.outstanding:
            continue
        lines.append(
            {
                "grant_number": grant.grant_number,
                "grant_date": grant.grant_date,
                "exercise_price": option.price,
                "plan": grant.plan,
                "option_type": grant.option_type,
                "cancelled": option.outstanding,
                "old": tier.old,
                "new": tier.new,
                "promised": new_shares(loaded.terms, grant.exercise_price, option.outstanding),
            }
        )
    return lines


def _promise(
    loaded: Loaded, lines: Sequence[dict[str, Any]], cancelled_on: date, granted_on: date, at: datetime
) -> dict[str, Any]:
    return {
        "cancelled_on": cancelled_on,
        "form_number": NUMBER,
        "form_received_at": at,
        "lines": lines,
        "total_cancelled": sum(line["cancelled"] for line in lines),
        "total_promised": sum(line["promised"] for line in lines),
        "earliest_grant_on": granted_on,
        "wait_months": loaded.terms.wait_months,
        "wait_days": loaded.terms.wait_days,
    }


def _agreement(
    loaded: Loaded, lines: Sequence[dict[str, Any]], cancelled_on: date, granted_on: date, at: datetime
) -> dict[str, Any]:
    """Of the first option: each has an agreement of its own."""
    first, schedule, total = lines[0], [], 0
    for day, shares in loaded.terms.vesting.schedule(first["promised"], granted_on):
        total += shares
        schedule.append({"on": day, "shares": shares, "total": total})
    return {
        "promise_number": NUMBER,
        "old_grant_number": first["grant_number"],
        "granted_on": granted_on,
        "expires_on": expires_on(loaded.terms, granted_on),
        "shares": first["promised"],
        "exercise_price": PRICE,
        "price_source": "",
        "schedule": schedule,
    }


SAYS: Mapping[str, Callable[[Loaded, Sequence[dict[str, Any]], date, date, datetime], dict[str, Any]]] = {
    "promise_to_grant": _promise,
    "new_option": _agreement,
}
