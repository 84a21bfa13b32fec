"""Sample values of every kind of paper: one grant or many, plain names or long ones."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from exchange.documents.snapshots import parts, statements
from exchange.elections.models import FormKind
from exchange.elections.wording import acknowledgments
from exchange.interchange.terms import load_terms
from exchange.kernel.shares import VestingTerms
from exchange.offers.terms import from_plain
from tests.support.tables import CAPSTONE

LONG_NAME = "Maria-Magdalena Wołodyjowska-Nguyễn Papadopoulou-Ξενάκη Александрова-Featherstonehaugh van der Westhuizen"

ARABIC_NAME = "ليلى عبد الرحمن"
HEBREW_NAME = "יעל בן־דוד"
CHINESE_NAME = "欧阳镕基 陳玥"

DIGEST = "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b"


def paper(number: str, *, name: str = "Alex Rivera") -> parts.Paper:
    return {
        "number": number,
        "issued_at": datetime.fromisoformat("2003-07-08T17:20:31.250000+00:00"),
        "company": {
            "name": "Capstone Turbine Corporation",
            "short_name": "Capstone",
            "stock_symbol": "CPST",
            "market": "Nasdaq National Market",
            "address": ["21211 Nordhoff Street", "Chatsworth, California 91311"],
        },
        "offer": {
            "code": "CPST-2003",
            "title": "Offer to Exchange Certain Outstanding Options for New Options",
            "dated": date(2003, 6, 25),
            "amended_on": [date(2003, 7, 9)],
            "time_zone": "America/Los_Angeles",
            "version": 2,
            "channels": ["fax", "hand", "portal"],
        },
        "contacts": [
            {
                "purpose": "forms",
                "name": "Debbie Bernard",
                "title": "Human Resources",
                "phone": "(818) 734-5431",
                "fax": "(818) 734-5381",
                "email": "",
            },
            {
                "purpose": "questions",
                "name": "Susan Cayley",
                "title": "General Counsel",
                "phone": "(818) 734-5136",
                "fax": "",
                "email": "scayley@capstoneturbine.example",
            },
        ],
        "holder_name": name,
        "employee_number": "E-10042",
    }


def grants(count: int) -> list[parts.GrantLine]:
    prices = ("2.00", "2.875", "6.4375", "24.50", "41.1875")
    return [
        {
            "grant_number": f"G{1000 + index:06d}",
            "grant_date": (date(2000, 6, 29) + timedelta(days=17 * index)),
            "exercise_price": Decimal(prices[index % len(prices)]),
            "shares": 1200 + 337 * index,
            "plan": "2000-EIP" if index % 3 else "1993-ISP",
            "option_type": "NSO" if index % 2 else "ISO",
        }
        for index in range(count)
    ]


def _wording(kind: str) -> list[parts.Acknowledgment]:
    """What is shown to signers, so that what is looked at is as long as what is sent."""
    read, problems = load_terms(CAPSTONE / "offer.toml")
    assert read is not None, problems
    return [{"code": code, "text": text} for code, text in acknowledgments(from_plain(read.as_plain()), kind)]


ACKNOWLEDGMENTS = _wording(FormKind.ELECTION)
OF_A_NOTICE = _wording(FormKind.WITHDRAWAL)


def _receipt(number: str, name: str) -> dict[str, Any]:
    return {
        **paper(number, name=name),
        "received_at": datetime.fromisoformat("2003-07-08T17:20:31.250000+00:00"),
        "channel": "portal",
        "expires_at": datetime.fromisoformat("2003-07-25T00:00:00+00:00"),
        "portal_url": "https://options.example.com",
        "remarks": [],
        "acknowledgments": ACKNOWLEDGMENTS,
        "signature": {
            "name": name,
            "printed_name": name,
            "capacity": "self",
            "title": "",
            "signed_at": datetime.fromisoformat("2003-07-08T17:20:31.250000+00:00"),
            "email": "alex.rivera@example.com",
            "address": "400 Elm Street, Chatsworth, California 91311",
        },
        "record": {
            "sequence": 2,
            "digest": DIGEST,
            "previous_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "consent_version": "2003-07",
            "documents": [
                {
                    "title": "Offer to Exchange, 9 July 2003",
                    "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
                }
            ],
        },
    }


def election_receipt(count: int = 3, *, name: str = "Alex Rivera") -> dict[str, Any]:
    lines = grants(count + 2)
    kept = [{**lines[-2], "reason": ""}, {**lines[-1], "reason": "Not eligible: the exercise price is below $2.00."}]
    tendered = lines[:-2]
    return {
        **_receipt("E-000217", name),
        "replaces": "E-000198",
        "tendered": tendered,
        "total_tendered": sum(line["shares"] for line in tendered),
        "kept": kept,
        "total_kept": sum(int(line["shares"]) for line in kept),
    }


def withdrawal_receipt(count: int = 3, *, name: str = "Alex Rivera") -> dict[str, Any]:
    kept = grants(count)
    return {
        **_receipt("W-000031", name),
        "acknowledgments": OF_A_NOTICE,
        "withdrawn": "E-000217",
        "overtaken_by": "",
        "kept": kept,
        "total_kept": sum(line["shares"] for line in kept),
    }


def form_not_in_force(count: int = 3, *, name: str = "Alex Rivera") -> dict[str, Any]:
    listed = [{**line, "reason": ""} for line in grants(count)]
    return {
        **_receipt("E-000219", name),
        "remarks": ["The form was received too late."],
        "is_withdrawal": False,
        "stands": "E-000217",
        "listed": listed,
        "total_listed": sum(line["shares"] for line in listed),
    }


def sample() -> dict[str, Any]:
    lines = grants(2)
    return {**paper("0000-0000", name="Alex Example"), "lines": lines, "total": sum(line["shares"] for line in lines)}


VESTING: parts.Vesting = {"at_grant": Fraction(6, 48), "each_month": Fraction(1, 48), "months": 42}
SIGNATORY: parts.Signatory = {
    "name": "Karen Clark",
    "title": "Chief Financial Officer",
    "signed_on": date(2003, 7, 28),
}


def promise_to_grant(count: int = 3, *, name: str = "Alex Rivera", signed: bool = True) -> dict[str, Any]:
    lines = [
        {
            **{key: value for key, value in line.items() if key != "shares"},
            "cancelled": line["shares"],
            "old": Decimal(1),
            "new": Decimal(1),
            "promised": line["shares"],
        }
        for line in grants(count)
    ]
    total = sum(line["shares"] for line in grants(count))
    return {
        **paper("P-000088", name=name),
        "cancelled_on": date(2003, 7, 25),
        "form_number": "E-000217",
        "form_received_at": datetime.fromisoformat("2003-07-08T17:20:31.250000+00:00"),
        "lines": lines,
        "total_cancelled": total,
        "total_promised": total,
        "earliest_grant_on": date(2004, 1, 26),
        "wait_months": 6,
        "wait_days": 1,
        "award_plan": "2000-EIP",
        "award_plan_name": "2000 Equity Incentive Plan",
        "term_years": 10,
        "vesting": VESTING,
        "signatory": SIGNATORY if signed else None,
    }


def new_option(shares: int = 2400, *, name: str = "Alex Rivera", signed: bool = True) -> dict[str, Any]:
    terms = VestingTerms(VESTING["at_grant"], VESTING["each_month"])
    schedule, total = [], 0
    for on, vests in terms.schedule(shares, date(2004, 1, 26)):
        total += vests
        schedule.append({"on": on, "shares": vests, "total": total})
    return {
        **paper("N-000312", name=name),
        "promise_number": "P-000088",
        "old_grant_number": "G001000",
        "granted_on": date(2004, 1, 26),
        "expires_on": date(2014, 1, 26),
        "shares": shares,
        "exercise_price": Decimal("2.03"),
        "price_source": "",
        "award_plan": "2000-EIP",
        "award_plan_name": "2000 Equity Incentive Plan",
        "term_years": 10,
        "vesting": VESTING,
        "schedule": schedule,
        "signatory": SIGNATORY if signed else None,
    }


def signed_agreement(shares: int = 2400, *, name: str = "Alex Rivera", channel: str = "portal") -> dict[str, Any]:
    signed_at = datetime.fromisoformat("2003-07-08T17:20:31+00:00")
    return {
        **new_option(shares, name=name),
        "holder_signature": {
            "name": name,
            "printed_name": name,
            "capacity": "self",
            "title": "",
            "signed_at": signed_at if channel == "portal" else signed_at.date(),
            "email": "",
            "address": "",
        },
        "channel": channel,
        "received_at": signed_at,
        "note": "",
        "acknowledgments": ACKNOWLEDGMENTS if channel == "portal" else [],
        "signed_record": {"digest": DIGEST, "agreement_sha256": DIGEST, "pdf_sha256": DIGEST},
    }


def audit_certificate(count: int = 3, *, name: str = "Alex Rivera") -> dict[str, Any]:
    receipt = _receipt("E-000217", name)
    received = receipt["received_at"]
    steps = [
        (received - timedelta(days=2), "Consent to electronic records given", "Version 1 of its wording."),
        (received, "Received: our server had the whole signed form", ""),
        (received, "Judged: effective", ""),
        (received + timedelta(seconds=9), "Paper made: Receipt for Election Form E-000217", f"SHA-256 {DIGEST}."),
        (received + timedelta(days=17), "Tenders accepted, options cancelled", ""),
    ]
    lines = [{**line, "reason": ""} for line in grants(count)]
    return {
        **{key: receipt[key] for key in paper("x")},
        **{key: receipt[key] for key in ("channel", "received_at", "acknowledgments", "signature")},
        "is_withdrawal": False,
        "language": "English",
        "offer_version": 2,
        "against": "",
        "identified": [
            "It was signed in the portal by the account of employee number E-10042.",
            "In the session in which it was signed, the signer had shown who they are by a password, "
            "on 8 July 2003, 10:02:17 a.m. Pacific Time (17:02:17 UTC).",
            "Asked again before the signature, the signer showed it by a passkey, "
            "on 8 July 2003, 10:18:40 a.m. Pacific Time (17:18:40 UTC).",
        ],
        "lines": lines,
        "total": sum(line["shares"] for line in lines),
        "steps": [{"at": at, "what": what, "more": more} for at, what, more in steps],
        "consent": {"version": "1", "wording": "What you agree to\n\nYour records are kept and sent electronically."},
        "digests": [{"title": "This form, exactly as signed", "sha256": DIGEST}],
        "events": [
            {
                "chain": "holder:E-10042",
                "event": 7,
                "kind": "form.received",
                "recorded_at": received,
                "sha256": DIGEST,
            }
        ],
    }


def final_statement(
    count: int = 4, *, outcome: str = "in_part", name: str = "Alex Rivera"
) -> statements.FinalStatement:
    """Of each four options one is granted anew, one lapsed, one held, and one was kept."""
    ended_at = datetime.fromisoformat("2003-07-25T16:00:00+00:00")
    options: list[statements.StatedOption] = [
        {**line, "became": "cancelled" if index % 4 < 3 else "not_accepted", "reason": ""}
        for index, line in enumerate(grants(count))
    ]
    for line in options:
        if line["became"] == "not_accepted":
            line["reason"] = "The option was no longer eligible on the day the tenders were accepted."
    lines = [_promised(index, line) for index, line in enumerate(options) if line["became"] == "cancelled"]
    return {
        **paper("CPST-2003-S-10042", name=name),
        "outcome": outcome,
        "ended_at": ended_at,
        "is_terminated": False,
        "reasons": [],
        "forms": [
            {"number": "E-000217", "is_withdrawal": False, "received_at": ended_at, "status": "effective"},
            {"number": "N-000009", "is_withdrawal": True, "received_at": ended_at, "status": "rejected"},
        ],
        "options": options,
        "promise_number": "CPST-2003-P-10042",
        "promised_at": ended_at + timedelta(days=3),
        "lines": lines,
        "total_cancelled": sum(line["cancelled"] for line in lines),
        "total_promised": sum(line["promised"] for line in lines),
        "total_granted": sum(line["shares"] for line in lines),
        "total_lapsed": sum(line["promised"] for line in lines if line["became"] == "lapsed"),
        "total_held": sum(line["promised"] for line in lines if line["became"] == "held"),
        "total_open": 0,
        "replaces": "CPST-2003-S-10041",
    }


def _promised(index: int, line: statements.StatedOption) -> statements.StatedPromise:
    became = ("granted", "lapsed", "held")[index % 4]
    is_granted = became == "granted"
    return {
        "grant_number": line["grant_number"],
        "cancelled": line["shares"],
        "promised": line["shares"],
        "became": became,
        "new_number": f"CPST-2003-{line['grant_number']}" if is_granted else "",
        "shares": line["shares"] if is_granted else 0,
        "on": None if became == "held" else date(2004, 1, 26),
        "exercise_price": Decimal("2.03") if is_granted else None,
        "reason": "You were not an employee on the grant date." if became == "lapsed" else "",
    }


def _paper_form(name: str) -> dict[str, Any]:
    return {
        **paper("CPST-2003-E-10042", name=name),
        "name_on_agreement": name,
        "expires_at": datetime.fromisoformat("2003-07-25T00:00:00+00:00"),
        "takers": [
            {
                "name": "Debbie Bernard",
                "title": "Human Resources",
                "phone": "(818) 734-5431",
                "fax": "(818) 734-5381",
            }
        ],
        "portal_url": "https://options.example.com/",
        "in_force": "E-000198",
        "choices": [],
        "total": 0,
        "tendered": [],
        "total_tendered": 0,
        "minimum_exercise_price": Decimal("2.00"),
        "confirm_within_business_days": 2,
        "acknowledgments": ACKNOWLEDGMENTS,
    }


def election_form(count: int = 3, *, name: str = "Alex Rivera") -> dict[str, Any]:
    """The last two of three or more are a split pair."""
    lines = grants(count)
    units = [*([line] for line in lines[:-2]), lines[-2:]] if count > 2 else [[line] for line in lines]
    return {
        **_paper_form(name),
        "choices": [
            {"lines": unit, "box": "Box to tick: tender " + " and ".join(line["grant_number"] for line in unit)}
            for unit in units
        ],
        "total": sum(line["shares"] for line in lines),
    }


def notice_form(count: int = 3, *, name: str = "Alex Rivera") -> dict[str, Any]:
    lines = grants(count)
    return {
        **_paper_form(name),
        "acknowledgments": OF_A_NOTICE,
        "tendered": lines,
        "total_tendered": sum(line["shares"] for line in lines),
    }


def option_statement(count: int = 3, *, name: str = "Alex Rivera") -> dict[str, Any]:
    lines = [
        {
            **line,
            "granted": line["shares"] + 300,
            "exercised": 300,
            "expires_on": line["grant_date"].replace(year=line["grant_date"].year + 10, day=1),
            "pair": "",
            "is_eligible": True,
            "reason": "",
        }
        for line in grants(count + 1)
    ]
    last: dict[str, Any] = {**lines.pop(), "is_eligible": False, "reason": "Its exercise price is below $2.00."}
    eligible = sum(int(str(line["shares"])) for line in lines)
    return {
        **paper("CPST-2003-E-10042", name=name),
        "as_of": date(2003, 7, 8),
        "expires_at": datetime.fromisoformat("2003-07-25T00:00:00+00:00"),
        "portal_url": "https://options.example.com/",
        "person_reasons": [],
        "eligible": lines,
        "total_eligible": eligible,
        "others": [last],
        "total": eligible + int(last["shares"]),
        "count": count + 1,
    }


def adjustment_statement(count: int = 3, *, name: str = "Alex Rivera", merged: bool = False) -> dict[str, Any]:
    """A split of three for two; `merged`: and an acquisition for cash after it."""
    split = {
        "kind": "split",
        "effective_on": date(2003, 9, 2),
        "new": Decimal(3),
        "old": Decimal(2),
        "factor": Fraction(3, 2),
        "successor": "",
        "note": "",
    }
    merger = {
        "kind": "cash_merger",
        "effective_on": date(2003, 11, 3),
        "new": Decimal("4.10"),
        "old": Decimal("31.70"),
        "factor": Fraction(41, 317),
        "successor": "Northern Dynamics",
        "note": "",
    }
    lines = []
    for line in grants(count):
        after = Fraction(line["shares"]) * Fraction(3, 2)
        in_all = after * Fraction(41, 317) if merged else after
        lines.append(
            {
                "grant_number": line["grant_number"],
                "grant_date": line["grant_date"],
                "promised": line["shares"],
                "before": Fraction(line["shares"]),
                "after": after,
                "in_all": in_all,
                "whole": in_all.numerator // in_all.denominator,
            }
        )
    return {
        **paper("P-000088-A1", name=name),
        "promise_number": "P-000088",
        "cancelled_on": date(2003, 7, 25),
        "earliest_grant_on": date(2004, 1, 26),
        "event": split,
        "others": [merger] if merged else [],
        "is_last": not merged,
        "lines": lines,
        "total_promised": sum(line["shares"] for line in grants(count)),
        "total_whole": sum(int(str(line["whole"])) for line in lines),
    }


def marked_copy() -> statements.MarkedCopy:
    return {
        **paper("Offer to Exchange v2", name=""),
        "employee_number": "",
        "document_title": "Offer to Exchange",
        "previous_version": 1,
        "body": (
            "<h2>1. The offer</h2><p>You may tender <del>[removed: all]</del> <ins>[added: any]</ins> of them.</p>"
            "<table><tr><th>Plan</th><td><ins>[added: 2016]</ins></td></tr></table>"
        ),
    }
