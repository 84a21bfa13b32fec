"""What the sample letters have in common."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from exchange.notices import contexts
from exchange.notices.contexts import Contact, Line

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
MANY = tuple(Line(grant_number=f"CPST-2003-G001{n:03}", shares=1200) for n in range(12))
REFUSED = (
    Line(
        grant_number="G001009",
        shares=500,
        grant_date=date(2001, 2, 1),
        exercise_price=Decimal("1.75"),
        reason="Its exercise price is below $2.00.",
    ),
)


def made(kind: str, **values: Any) -> tuple[str, contexts.Common]:
    return kind, contexts.KINDS[kind](**{**COMMON, **values})
