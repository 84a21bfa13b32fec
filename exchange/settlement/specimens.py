"""A paper of settlement as a holder would have it: a text looked at before counsel approves it, or an exhibit.

Nothing of it is kept. It takes the holder's options as they stand, as if all that can be were tendered and accepted at
the offer's expiration; what nobody can know yet, such as the price on the date of grant, is an example.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from exchange.documents.actions import specimen_pdf
from exchange.elections.reads import holder_view
from exchange.grants.models import Cancellation, Grant, Plan
from exchange.grants.reads import facts_of as grant_facts
from exchange.grants.reads import grants_of
from exchange.market.models import CorporateAction
from exchange.market.reads import calendar
from exchange.offers.letters import paper_common
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.people.reads import facts_of as person_facts
from exchange.settlement.adjusting import said_of
from exchange.settlement.letters import award
from exchange.settlement.models import Acceptance, Promise, PromiseLine
from exchange.settlement.rules import earliest_grant_date, expires_on
from exchange.settlement.statements import as_if_granted
from exchange.settlement.whatif import new_shares
from exchange.settlement.wording import agreement_acknowledgments

NUMBER: Final = "SPECIMEN"
NO_DIGEST: Final = "0" * 64
PRICE: Final = Decimal("1.00")


@dataclass(frozen=True)
class _Case:
    """What a specimen is made from: a holder's options, promised as `lines`, each granted on the earliest day."""

    loaded: Loaded
    holder: Holder
    at: datetime
    accepted_at: datetime
    cancelled_on: date
    granted_on: date
    lines: Sequence[dict[str, Any]]


def specimen(loaded: Loaded, holder: Holder, kind: str, *, text: str = "", at: datetime) -> bytes | None:
    """The PDF, with this text of the offer's own; None for a holder without an option it could be about."""
    lines = _lines(loaded, holder, at)
    if not lines:
        return None
    accepted_at = loaded.timeline.expires_at or loaded.terms.expires_at
    cancelled_on = loaded.date_of(accepted_at)
    granted_on = earliest_grant_date(loaded.terms, cancelled_on, calendar())
    case = _Case(loaded, holder, at, accepted_at, cancelled_on, granted_on, lines)
    own = {"offer_text": text, **SAYS[kind](case)}
    return specimen_pdf(
        kind=kind, snapshot={**paper_common(loaded, holder, number=NUMBER, issued_at=at), **own}, at=at
    )


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


def _award(case: _Case) -> dict[str, Any]:
    plan = Plan.objects.filter(code=case.loaded.terms.award_plan).first()
    return {**award(case.loaded, plan), "signatory": None}


def _promise(case: _Case) -> dict[str, Any]:
    terms = case.loaded.terms
    return {
        **_award(case),
        "cancelled_on": case.cancelled_on,
        "form_number": NUMBER,
        "form_received_at": case.at,
        "lines": case.lines,
        "total_cancelled": sum(line["cancelled"] for line in case.lines),
        "total_promised": sum(line["promised"] for line in case.lines),
        "earliest_grant_on": case.granted_on,
        "wait_months": terms.wait_months,
        "wait_days": terms.wait_days,
    }


def _agreement(case: _Case) -> dict[str, Any]:
    """Of the first option: each has an agreement of its own."""
    terms, first = case.loaded.terms, case.lines[0]
    schedule, total = [], 0
    for day, shares in terms.vesting.schedule(first["promised"], case.granted_on):
        total += shares
        schedule.append({"on": day, "shares": shares, "total": total})
    return {
        **_award(case),
        "promise_number": NUMBER,
        "old_grant_number": first["grant_number"],
        "granted_on": case.granted_on,
        "expires_on": expires_on(terms, case.granted_on),
        "shares": first["promised"],
        "exercise_price": PRICE,
        "price_source": "",
        "schedule": schedule,
    }


def _signed(case: _Case) -> dict[str, Any]:
    """The same, signed in the portal; the digests of a record that there is not are zeros."""
    said = agreement_acknowledgments(case.loaded.terms, 1)
    return {
        **_agreement(case),
        "holder_signature": {
            "name": case.holder.name_on_agreement,
            "printed_name": case.holder.legal_name,
            "capacity": "self",
            "title": "",
            "signed_at": case.at,
            "email": "",
            "address": "",
        },
        "channel": "portal",
        "received_at": case.at,
        "note": "",
        "acknowledgments": [{"code": code, "text": text} for code, text in said],
        "signed_record": {"digest": NO_DIGEST, "agreement_sha256": NO_DIGEST, "pdf_sha256": NO_DIGEST},
    }


def _adjusted(case: _Case) -> dict[str, Any]:
    """A split of two for one, on the day after the cancellation."""
    promise = Promise(holder=case.holder, number=NUMBER, earliest_grant_on=case.granted_on)
    lines = [
        PromiseLine(
            promise=promise,
            cancellation=Cancellation(grant=Grant(grant_date=line["grant_date"])),
            grant_number=line["grant_number"],
            shares=line["promised"],
            exact=str(line["promised"]),
        )
        for line in case.lines
    ]
    split = CorporateAction(
        number=1,
        effective_on=case.cancelled_on + timedelta(days=1),
        kind=CorporateAction.Kind.SPLIT,
        new=Decimal(2),
        old=Decimal(1),
    )
    return said_of(Acceptance(on=case.cancelled_on), promise, lines, split, [split])


def _final(case: _Case) -> dict[str, Any]:
    """What the offer has come to once the new options are granted."""
    rows = grants_of([case.holder.pk])[case.holder.pk]
    facts = as_if_granted(
        case.loaded,
        person=person_facts(case.holder),
        grants=[grant_facts(grant, case.holder.employee_number) for grant in rows],
        lines=[{**line, "number": NUMBER, "price": PRICE, "on": case.granted_on} for line in case.lines],
        number=NUMBER,
        received_at=min(case.at, case.accepted_at - timedelta(minutes=1)),
        accepted_at=case.accepted_at,
    )
    return {**facts, "replaces": ""}


SAYS: Final[Mapping[str, Callable[[_Case], dict[str, Any]]]] = {
    "promise_to_grant": _promise,
    "adjustment_statement": _adjusted,
    "new_option": _agreement,
    "signed_agreement": _signed,
    "final_statement": _final,
}
