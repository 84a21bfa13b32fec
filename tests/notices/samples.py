"""Sample contexts of every kind of letter, in each of its forms."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from exchange.notices import contexts
from exchange.notices.contexts import Contact, Line
from exchange.notices.links import PLACEHOLDER

DEADLINE = datetime(2003, 7, 25, 0, 0, tzinfo=UTC)
RECEIVED = datetime(2003, 7, 8, 17, 20, 31, 250000, tzinfo=UTC)
ACCEPTED = datetime(2003, 7, 25, 16, 0, tzinfo=UTC)
RECORDED = datetime(2003, 7, 25, 18, 30, tzinfo=UTC)

REFERENCE = "5f0c8e0a-6f5f-5c40-9a3e-2f1a8f0f7c11"

COMMON: dict[str, Any] = {
    "company": "Capstone Turbine Corporation",
    "offer_title": "Offer to Exchange Certain Outstanding Options for New Options",
    "offer_code": "CPST-2003",
    "time_zone": "America/Los_Angeles",
    "portal_url": "https://options.example.com",
    "holder_name": "Siobhán O’Brien & Co <b>",
    "offer_dated": date(2003, 6, 25),
    "offer_amended_on": (date(2003, 7, 9),),
    "contacts": (
        Contact("Susan Cayley", "General Counsel", "(818) 734-5136", "scayley@capstoneturbine.example"),
        Contact("Debbie Bernard", "Human Resources", "(818) 734-5431"),
    ),
}
LINES = (
    Line(grant_number="G001000", shares=1200, grant_date=date(2000, 6, 29), exercise_price=Decimal("6.4375")),
    Line(grant_number="G001001", shares=24000, grant_date=date(2000, 8, 18), exercise_price=Decimal("41.1875")),
)
REFUSED = (
    Line(
        grant_number="G001009",
        shares=500,
        grant_date=date(2001, 2, 1),
        exercise_price=Decimal("1.75"),
        reason="Its exercise price is below $2.00.",
    ),
)
FORM = {"form_number": "E-000217", "received_at": RECEIVED}


def made(kind: str, **values: Any) -> tuple[str, contexts.Common]:
    return kind, contexts.KINDS[kind](**{**COMMON, **values})


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
ELECTION = made(
    "election_received",
    **FORM,
    deadline=DEADLINE,
    replaces="E-000198",
    tendered=LINES,
    total_shares=25200,
    kept_count=1,
    not_tendered=REFUSED,
)

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

MENDED: dict[str, Any] = {
    "entry_number": "P-0007.2",
    "is_withdrawal": False,
    "was_theirs": True,
    "is_theirs": True,
    "changes": (contexts.Change("Name signed", "Siobhan O'Brian", "Siobhan O'Brien"),),
    "problems": (),
    "is_in_force": True,
    "tendered": LINES,
    "in_force_before": "P-0007",
    "in_force": "P-0007.2",
    "has_ended": False,
    "may_sign": True,
}

ADJUSTED: dict[str, Any] = {
    "statement_number": "P-000088-A1",
    "promise_number": "P-000088",
    "effective_on": date(2003, 9, 2),
    "total_promised": 25_200,
    "total_now": 37_800,
    "earliest_grant_on": date(2004, 1, 26),
}

WAIVED: dict[str, Any] = {
    "condition": "Section 7(c): no fall of the market by more than a tenth",
    "previous_deadline": None,
    "deadline": DEADLINE,
    "is_open": True,
    "tendered_shares": 734_000,
    "has_tendered": True,
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
    ),
    "extended, nothing tendered": made(
        "offer_extended",
        previous_deadline=DEADLINE,
        deadline=datetime(2003, 8, 1, 0, 0, tzinfo=UTC),
        tendered_shares=734_000,
        has_tendered=False,
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
    "election": ELECTION,
    "first election": made(
        "election_received",
        **FORM,
        deadline=DEADLINE,
        replaces="",
        tendered=LINES[:1],
        total_shares=1200,
        kept_count=0,
    ),
    "election none of whose lines stands": made(
        "election_received",
        **FORM,
        deadline=DEADLINE,
        replaces="",
        tendered=(),
        total_shares=0,
        kept_count=3,
        not_tendered=REFUSED,
    ),
    "withdrawal": made("withdrawal_received", **FORM, deadline=DEADLINE, may_tender_again=True),
    "withdrawal after expiration": made("withdrawal_received", **FORM, deadline=DEADLINE, may_tender_again=False),
    "late election": made(
        "form_late", **FORM, is_withdrawal=False, ended_at=DEADLINE, may_withdraw=True, had_tendered=True
    ),
    "late election, nothing in force": made(
        "form_late", **FORM, is_withdrawal=False, ended_at=DEADLINE, may_withdraw=False, had_tendered=False
    ),
    "late election, the offer extended since": made(
        "form_late",
        **FORM,
        is_withdrawal=False,
        ended_at=DEADLINE,
        may_withdraw=False,
        had_tendered=False,
        deadline=datetime(2003, 7, 26, 0, 0, tzinfo=UTC),
    ),
    "late election that changed one in force, the offer extended since": made(
        "form_late",
        **FORM,
        is_withdrawal=False,
        ended_at=DEADLINE,
        may_withdraw=True,
        had_tendered=True,
        deadline=datetime(2003, 7, 26, 0, 0, tzinfo=UTC),
    ),
    "late notice": made(
        "form_late", **FORM, is_withdrawal=True, ended_at=ACCEPTED, may_withdraw=False, had_tendered=True
    ),
    "recorded after acceptance": made(
        "form_recorded_after",
        **FORM,
        is_withdrawal=True,
        recorded_at=RECORDED,
        is_terminated=False,
        ended_at=ACCEPTED,
    ),
    "recorded after termination": made(
        "form_recorded_after",
        **FORM,
        is_withdrawal=False,
        recorded_at=RECORDED,
        is_terminated=True,
        ended_at=ACCEPTED,
    ),
    "mended": made("form_mended", **FORM, **MENDED),
    "mended, it withdraws": made(
        "form_mended", **FORM, **{**MENDED, "is_withdrawal": True, "tendered": (), "may_sign": False}
    ),
    "mended, defective now, another form in force as before": made(
        "form_mended",
        **FORM,
        **{
            **MENDED,
            "problems": ("The form is not signed.",),
            "is_in_force": False,
            "tendered": (),
            "in_force_before": "E-000198",
            "in_force": "E-000198",
        },
    ),
    "mended, after the end": made("form_mended", **FORM, **{**MENDED, "has_ended": True, "may_sign": False}),
    "found to be yours": made("form_mended", **FORM, **{**MENDED, "was_theirs": False, "changes": ()}),
    "found to be another's": made(
        "form_mended",
        **FORM,
        **{
            **MENDED,
            "entry_number": "",
            "is_theirs": False,
            "changes": (),
            "is_in_force": False,
            "tendered": (),
            "in_force": "",
        },
    ),
    "defective": made(
        "form_defective",
        **FORM,
        is_withdrawal=False,
        is_rejected=False,
        defects=("It bears no signature.", "It bears no date."),
        deadline=DEADLINE,
        is_open=True,
        cure_by=date(2003, 7, 22),
    ),
    "rejected notice": made(
        "form_defective",
        **FORM,
        is_withdrawal=True,
        is_rejected=True,
        defects=("You had no Election Form in force to withdraw.",),
        deadline=DEADLINE,
        is_open=False,
    ),
    "a day to cure": made(
        "cure_asked",
        **FORM,
        is_withdrawal=False,
        grant_number="",
        defect="The form does not say when it was signed.",
        asked="A letter that says on which day you signed it.",
        cure_by=date(2003, 7, 22),
        deadline=DEADLINE,
        is_open=True,
    ),
    "rejected defect": made(
        "defect_decided",
        **FORM,
        is_withdrawal=False,
        verdict="rejected",
        grants=(),
        defect="The form does not say when it was signed.",
        reason="No letter came by the day that was set.",
        is_effective=False,
        remaining=("The form sets conditions.",),
        tendered=(),
        total_shares=0,
        deadline=DEADLINE,
        is_open=True,
        may_withdraw=True,
    ),
    "waived on a line": made(
        "defect_decided",
        **FORM,
        is_withdrawal=False,
        verdict="waived",
        grants=("00010003",),
        defect="The grant date, price or number of shares is not the option's.",
        reason="",
        is_effective=True,
        remaining=(),
        tendered=LINES,
        total_shares=6200,
        deadline=DEADLINE,
        is_open=False,
        may_withdraw=True,
    ),
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
    "agreements on paper": made(
        "agreement_signed", grants=LINES, total_shares=25200, signed_on=date(2004, 1, 27), unsigned_count=2
    ),
    "reminder to sign": made("agreement_reminder", granted_on=date(2004, 1, 26), grants=LINES, total_shares=25200),
    "an option excluded": made(
        "holder_excluded", grants=LINES[:1], effective_on=date(2003, 7, 10), told="A court order forbids it."
    ),
    "a person excluded": made(
        "holder_excluded",
        grants=(),
        effective_on=date(2003, 7, 10),
        told="The law of the place you live in forbids it.",
    ),
    "an option put back": made(
        "exclusion_lifted", grants=LINES[:1], excluded_from=date(2003, 7, 10), effective_on=date(2003, 7, 15)
    ),
    "a person put back": made(
        "exclusion_lifted", grants=(), excluded_from=date(2003, 7, 10), effective_on=date(2003, 7, 15)
    ),
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
    "lapsed": made(
        "promise_lapsed",
        promise_number="P-000088",
        lapsed_on=date(2004, 1, 26),
        lapsed=(Line(grant_number="G001000", shares=1200, reason="You were not an employee on the date of grant."),),
    ),
}
