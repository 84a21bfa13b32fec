"""The people of the demonstration, their options and their company. All of it is invented."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from exchange.interchange.schemas import GrantRow, PersonRow

PASSWORD = "larkfield-demo-2026"  # noqa: S105 - printed at every start of a demonstration, and good for nothing else


@dataclass(frozen=True)
class SignIn:
    """Who can sign in, and what they will see."""

    name: str
    email: str
    password: str
    sees: str


@dataclass(frozen=True)
class Staff:
    email: str
    name: str
    group: str
    sees: str
    employee_number: str = ""  # empty: no employee's


LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 40" width="64" height="40">'
    '<path d="M4 36 L24 6 L34 21 L28 30 L24 24 L16 36 Z" fill="#14507a"/>'
    '<path d="M30 36 L44 14 L60 36 Z" fill="#7fb0d3"/></svg>'
)

COMPANY: dict[str, Any] = {
    "name": "Larkfield Instruments, Inc.",
    "short_name": "Larkfield",
    "stock_symbol": "LRKF",
    "market": "Nasdaq Global Market",
    "address": ["1200 Foundry Way", "Petaluma, California 94952"],
    "contacts": [
        {
            "purpose": "forms",
            "name": "Hannah Sorensen",
            "title": "Human Resources",
            "phone": "(707) 555-0142",
            "fax": "(707) 555-0143",
            "hours": "Monday to Friday, 9 a.m. to 5 p.m. Pacific Time",
        },
        {
            "purpose": "questions",
            "name": "Ruth Adeyemi",
            "title": "General Counsel",
            "phone": "(707) 555-0117",
            "email": "counsel@larkfield.example",
            "hours": "Monday to Friday, 8 a.m. to 6 p.m. Pacific Time",
        },
    ],
    "logo": LOGO,
    "signatory": {"name": "Owen Marchetti", "title": "Chief Financial Officer"},
}

HOLDERS = {
    "L101": "an eligible employee: a split pair, a partly exercised option, one option priced too low",
    "L102": "an eligible employee with a single option",
    "L103": "an employee who has tendered already",
    "L104": "an executive officer, who is not eligible, and why",
}

COUNSEL = "ruth@larkfield.example"
STAFF = (
    Staff(
        "hannah@larkfield.example",
        "Hannah Sorensen",
        "HR",
        "Human Resources: runs the offer, records paper forms",
        "L201",
    ),
    Staff(COUNSEL, "Ruth Adeyemi", "Counsel", "counsel: overrides, terminates, decides", "L202"),
    Staff("amir@larkfield.example", "Amir Haddad", "Auditor", "an auditor: reads everything, writes nothing"),
    Staff(
        "ines@larkfield.example", "Ines Moreau", "Help desk", "the help desk: sees the portal as a holder does", "L203"
    ),
)


def _person(number: str, name: str, role: str, hired_on: date, department: str) -> PersonRow:
    first = unicodedata.normalize("NFKD", name.split()[0]).encode("ascii", "ignore").decode().lower()
    return PersonRow(0, number, name, name, f"{first}@larkfield.example", "US", "CA", role, hired_on, None, department)


PEOPLE = (
    _person("L101", "Maya Okafor", "employee", date(2017, 3, 6), "Engineering"),
    _person("L102", "Daniel Reyes", "employee", date(2020, 9, 14), "Manufacturing"),
    _person("L103", "Priya Raman", "employee", date(2018, 1, 22), "Engineering"),
    _person("L104", "Victor Lindqvist", "executive_officer", date(2015, 6, 1), "Executive"),
    _person("L105", "Grace Whitfield", "employee", date(2016, 11, 7), "Sales"),
    _person("L106", "Tomás Herrera", "employee", date(2019, 4, 29), "Manufacturing"),
    _person("L107", "Nguyễn Thị Hoa", "employee", date(2018, 8, 13), "Quality"),
    _person("L108", "Katarzyna Wójcik", "employee", date(2021, 2, 1), "Engineering"),
)


def _grant(
    number: str, holder: str, kind: str, granted_on: date, price: str, shares: int, exercised: int = 0, pair: str = ""
) -> GrantRow:
    expires_on = granted_on.replace(year=granted_on.year + 10)
    return GrantRow(
        0, number, holder, "2016-EIP", kind, granted_on, Decimal(price), shares, exercised, 0, expires_on, pair,
        None, None,
    )  # fmt: skip


# What the register says vested by 2 January, of all that was granted; of the others it does not say.
VESTED = {"LK-1001": 3396, "LK-1002": 2853, "LK-1003": 2700}


def grants(year: int, suffix: str = "") -> list[GrantRow]:
    """Everyone's options, granted in the years before `year`; `suffix` tells a later round's numbers apart."""
    rows = [
        _grant("LK-1001", "L101", "ISO", date(year - 3, 2, 14), "18.40", 5434, pair="LK-P1"),
        _grant("LK-1002", "L101", "NSO", date(year - 3, 2, 14), "18.40", 4566, pair="LK-P1"),
        _grant("LK-1003", "L101", "ISO", date(year - 5, 6, 3), "7.25", 3000, exercised=1250),
        _grant("LK-1004", "L101", "NSO", date(year - 2, 9, 16), "3.10", 800),
        _grant("LK-1011", "L102", "ISO", date(year - 4, 10, 1), "12.75", 2400),
        _grant("LK-1021", "L103", "ISO", date(year - 3, 2, 14), "18.40", 6000),
        _grant("LK-1022", "L103", "NSO", date(year - 4, 5, 20), "11.00", 1500),
        _grant("LK-1031", "L104", "NSO", date(year - 3, 2, 14), "18.40", 40000),
        _grant("LK-1041", "L105", "ISO", date(year - 5, 6, 3), "7.25", 1200),
        _grant("LK-1051", "L106", "ISO", date(year - 4, 10, 1), "12.75", 900),
        _grant("LK-1061", "L107", "NSO", date(year - 3, 8, 8), "15.50", 1800),
        _grant("LK-1071", "L108", "ISO", date(year - 2, 3, 3), "9.80", 2100),
    ]
    rows = [
        replace(row, vested_shares=VESTED[row.grant_number], vested_as_of=date(year, 1, 2))
        if row.grant_number in VESTED
        else row
        for row in rows
    ]
    if not suffix:
        return rows
    return [
        replace(
            row,
            grant_number=f"{row.grant_number}{suffix}",
            split_pair=f"{row.split_pair}{suffix}" if row.split_pair else "",
        )
        for row in rows
    ]


def terms(code: str, commences_at: str, expires_at: str, zone: str, *, is_replay: bool) -> dict[str, Any]:
    """The terms of the demonstration's offer, shaped like `offer.toml`."""
    return {
        "company": COMPANY,
        "offer": {
            "code": code,
            "title": "Offer to Exchange Certain Outstanding Options for New Options",
            "dated": commences_at[:10],
            "commences_at": commences_at,
            "expires_at": expires_at,
            "time_zone": zone,
            "replay": is_replay,
        },
        "eligibility": {
            "roles": ["employee"],
            "residence_countries": ["US"],
            "plans": ["2016-EIP"],
            "minimum_exercise_price": "5.00",
            "all_or_none": True,
            "keep_split_pairs": True,
        },
        "new_award": {
            "kind": "NSO",
            "plan": "2016-EIP",
            "wait": {"months": 6, "days": 1},
            "exercise_price": "closing_price_on_grant_date",
            "term_years": 10,
            "ratio": [{"from": "5.00", "old": "1", "new": "1"}],
            "vesting": {"at_grant": "6/48", "each_month": "1/48"},
        },
        "plans": [{"code": "2016-EIP", "name": "2016 Equity Incentive Plan", "shares_available": 400000}],
        "deadlines": {"confirm_within_business_days": 2, "promise_within_business_days": 3},
        "reminders": {"business_days_before_expiry": [10, 5, 2, 1, 0]},
        "channels": ["portal", "fax", "hand"],
    }
