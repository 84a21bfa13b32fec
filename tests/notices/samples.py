"""Sample contexts of every kind of letter, in each of its forms."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from exchange.notices import contexts
from exchange.notices.contexts import Line
from exchange.notices.links import PLACEHOLDER
from tests.notices.sample_values import ACCEPTED, DEADLINE, LINES, RECEIVED, REFUSED, made
from tests.notices.samples_of_forms import OF_FORMS

AMENDED: dict[str, Any] = {
    "summary": "",
    "changes": (
        contexts.Change("New options for old ones", "1 for 1 (exercise price $2.00 or more)", "1.5 for 1"),
        contexts.Change("Offer to Exchange", "As it was", "A new version of the document"),
    ),
    "has_marked_copies": True,
    "has_attached_copies": True,
    "previous_deadline": None,
    "deadline": DEADLINE,
    "tendered_shares": 734_000,
    "has_tendered": True,
    "eligible_count": 2,
    "eligible_shares": 25200,
}
OPENED = made("offer_opened", deadline=DEADLINE, eligible_count=2, eligible_shares=25200)
REMINDER = made("reminder", deadline=DEADLINE, business_days_left=5, has_tendered=False)
INVITATION: dict[str, Any] = {
    "link": PLACEHOLDER,
    "link_ends_at": datetime(2003, 7, 10, 16, 0, tzinfo=UTC),
    "address": "siobhan@capstoneturbine.example",
}

REPORT: dict[str, Any] = {
    "report_number": 17,
    "reported_at": RECEIVED,
    "about": "A grant’s number of shares",
}

ADJUSTED: dict[str, Any] = {
    "statement_number": "P-000088-A1",
    "promise_number": "P-000088",
    "effective_on": date(2003, 9, 2),
    "total_promised": 25_200,
    "total_now": 37_800,
    "earliest_grant_on": date(2004, 1, 26),
}

LIFTED: dict[str, Any] = {
    "grants": (),
    "excluded_from": date(2003, 7, 10),
    "effective_on": date(2003, 7, 15),
    "deadline": DEADLINE,
}

WAIVED: dict[str, Any] = {
    "condition": "Section 7(c): no fall of the market by more than a tenth",
    "previous_deadline": None,
    "deadline": DEADLINE,
    "is_open": True,
    "tendered_shares": 734_000,
    "has_tendered": True,
    "reaches_none": False,
}

EVERY: dict[str, tuple[str, contexts.Common]] = {
    "invited": made("invitation", **INVITATION, deadline=DEADLINE, has_account=False),
    "invited before the offer, staff": made("invitation", **INVITATION, deadline=None, has_account=True),
    "report answered": made("report_answered", **REPORT, outcome="Corrected", is_closed=True),
    "report looked into": made("report_answered", **REPORT, outcome="We are looking into it", is_closed=False),
    **{
        f"sign-in, {what}": made("sign_in_notice", what=what, happened_at=RECEIVED)
        for what in (
            "by_code",
            "passkey_added",
            "passkey_removed",
            "app_added",
            "app_removed",
            "codes_made",
            "password_set",
            "moved",
        )
    },
    "condition waived, expiration moved": made(
        "condition_waived",
        **{**WAIVED, "previous_deadline": DEADLINE, "deadline": datetime(2003, 8, 1, 0, 0, tzinfo=UTC)},
    ),
    "condition waived, nothing tendered": made("condition_waived", **{**WAIVED, "has_tendered": False}),
    "condition waived, to one it reaches no more": made("condition_waived", **{**WAIVED, "reaches_none": True}),
    "condition waived after the expiration": made("condition_waived", **{**WAIVED, "is_open": False}),
    "condition waived after the expiration, nothing tendered": made(
        "condition_waived", **{**WAIVED, "is_open": False, "has_tendered": False}
    ),
    "acceptance postponed": made(
        "acceptance_postponed",
        expired_at=DEADLINE,
        intended_on=date(2003, 7, 29),
        reason="The stock exchange was closed.",
        withdrawal_by_law_from=datetime(2003, 8, 21, 4, 0, tzinfo=UTC),
    ),
    "opened": OPENED,
    "opened to the holder of one option": made(
        "offer_opened", deadline=DEADLINE, eligible_count=1, eligible_shares=100
    ),
    "extended": made(
        "offer_extended",
        previous_deadline=DEADLINE,
        deadline=datetime(2003, 8, 1, 0, 0, tzinfo=UTC),
        tendered_shares=734_000,
        has_tendered=True,
        reaches_none=False,
    ),
    "extended, to one it reaches no more": made(
        "offer_extended",
        previous_deadline=DEADLINE,
        deadline=datetime(2003, 8, 1, 0, 0, tzinfo=UTC),
        tendered_shares=734_000,
        has_tendered=True,
        reaches_none=True,
    ),
    "extended, nothing tendered": made(
        "offer_extended",
        previous_deadline=DEADLINE,
        deadline=datetime(2003, 8, 1, 0, 0, tzinfo=UTC),
        tendered_shares=734_000,
        has_tendered=False,
        reaches_none=False,
    ),
    "amended": made("offer_amended", **AMENDED),
    "amended and extended, in the company's words, to one it reaches no more": made(
        "offer_amended",
        **{
            **AMENDED,
            "summary": "The ratio is now 1.5 new options for each old one.\nRead Section 8 again.",
            "has_marked_copies": False,
            "has_attached_copies": False,
            "previous_deadline": DEADLINE,
            "deadline": datetime(2003, 8, 1, 0, 0, tzinfo=UTC),
            "has_tendered": False,
            "eligible_count": 0,
            "eligible_shares": 0,
        },
    ),
    "terminated": made(
        "offer_terminated", terminated_at=ACCEPTED, reason="A condition of the offer was not met.", has_tendered=True
    ),
    "terminated, nothing tendered": made(
        "offer_terminated", terminated_at=ACCEPTED, reason="A condition of the offer was not met.", has_tendered=False
    ),
    "reminder": REMINDER,
    "reminder on the day, tendered": made("reminder", deadline=DEADLINE, business_days_left=0, has_tendered=True),
    **OF_FORMS,
    "accepted": made(
        "options_accepted",
        accepted_at=ACCEPTED,
        cancelled_on=date(2003, 7, 25),
        accepted=LINES,
        total_shares=25200,
        not_accepted=REFUSED,
        promise_due_on=date(2003, 7, 30),
        earliest_grant_on=date(2004, 1, 26),
    ),
    "none accepted": made(
        "options_accepted",
        accepted_at=ACCEPTED,
        cancelled_on=date(2003, 7, 25),
        accepted=(),
        total_shares=0,
        not_accepted=REFUSED,
        promise_due_on=date(2003, 7, 30),
        earliest_grant_on=date(2004, 1, 26),
    ),
    "promise": made(
        "promise_ready", promise_number="P-000088", total_shares=25200, earliest_grant_on=date(2004, 1, 26)
    ),
    "agreement": made("agreement_signed", grants=LINES[:1], total_shares=1200, signed_at=ACCEPTED),
    "agreements, more than go along": made(
        "agreement_signed", grants=LINES * 4, total_shares=100800, signed_at=ACCEPTED, are_in_portal_only=True
    ),
    "agreements on paper": made(
        "agreement_signed", grants=LINES, total_shares=25200, signed_on=date(2004, 1, 27), unsigned_count=2
    ),
    "agreement not signed after all": made(
        "agreement_mistaken", grants=LINES[:1], total_shares=1200, signed_on=date(2004, 1, 27)
    ),
    "reminder to sign": made("agreement_reminder", granted_on=date(2004, 1, 26), grants=LINES, total_shares=25200),
    "an option excluded": made(
        "holder_excluded",
        grants=LINES[:1],
        effective_on=date(2003, 7, 10),
        told="A court order forbids it.",
        reaches_none=False,
    ),
    "the only eligible option excluded": made(
        "holder_excluded",
        grants=LINES[:1],
        effective_on=date(2003, 7, 10),
        told="A court order forbids it.",
        reaches_none=True,
    ),
    "a person excluded": made(
        "holder_excluded",
        grants=(),
        effective_on=date(2003, 7, 10),
        told="The law of the place you live in forbids it.",
        reaches_none=True,
    ),
    "an option put back": made("exclusion_lifted", **{**LIFTED, "grants": LINES[:1]}),
    "a person put back": made("exclusion_lifted", **LIFTED),
    "a person put back after the expiration": made("exclusion_lifted", **{**LIFTED, "deadline": None}),
    "adjusted by a split": made("promise_adjusted", **ADJUSTED, event="split", successor=""),
    "adjusted by a merger": made(
        "promise_adjusted", **ADJUSTED, event="stock_merger", successor="Meridian Power, Inc."
    ),
    "final statement": made(
        "final_statement",
        statement_number="CPST-2003-S-10042",
        outcome="No decision was registered for you. You keep all your options.",
        replaces="",
    ),
    "final statement made anew": made(
        "final_statement",
        statement_number="CPST-2003-S-10042-2",
        outcome="Capstone accepted what you tendered, and those options were cancelled.",
        replaces="CPST-2003-S-10042",
    ),
    "granted": made(
        "options_granted",
        granted_on=date(2004, 1, 26),
        exercise_price=Decimal("2.03"),
        grants=LINES,
        total_shares=25200,
        vested_at_grant=Fraction(6, 48),
        expires_on=date(2014, 1, 26),
    ),
    "granted, with more agreements than go along": made(
        "options_granted",
        granted_on=date(2004, 1, 26),
        exercise_price=Decimal("2.03"),
        grants=LINES * 4,
        total_shares=100800,
        vested_at_grant=Fraction(6, 48),
        expires_on=date(2014, 1, 26),
        are_in_portal_only=True,
    ),
    "lapsed": made(
        "promise_lapsed",
        promise_number="P-000088",
        lapsed_on=date(2004, 1, 26),
        lapsed=(Line(grant_number="G001000", shares=1200, reason="You were not an employee on the date of grant."),),
    ),
}
