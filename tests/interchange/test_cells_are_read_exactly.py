"""One cell: what is exactly of its kind is read exactly, everything else is refused with the reason."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from exchange.interchange import cells
from exchange.interchange.cells import CellError


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (cells.parse_code, " 00010003 ", "00010003"),
        (cells.parse_code, "e\u0301-1", "\u00e9-1"),
        (cells.parse_code, "x" * 64, "x" * 64),
        (cells.parse_line, "  Zoë\u200d O’Néill ", "  Zoë\u200d O’Néill "),
        (cells.parse_line, "e\u0301", "e\u0301"),
        (cells.parse_block, "1 Main St\r\nTown", "1 Main St\r\nTown"),
        (cells.parse_email, " a@b.example ", "a@b.example"),
        (cells.parse_country, "US", "US"),
        (cells.parse_yes_no, "yes", True),
        (cells.parse_yes_no, "no", False),
        (cells.parse_date, "2004-02-29", date(2004, 2, 29)),
        (cells.parse_date, "1900-01-01", date(1900, 1, 1)),
        (cells.parse_date, "2200-12-31", date(2200, 12, 31)),
        (cells.parse_instant, "2003-07-24T17:00:00-07:00", datetime(2003, 7, 25, tzinfo=UTC)),
        (cells.parse_instant, "2003-07-25T00:00Z", datetime(2003, 7, 25, tzinfo=UTC)),
        (
            cells.parse_instant,
            "2003-07-24T16:59:59.999999-07:00",
            datetime(2003, 7, 24, 23, 59, 59, 999999, tzinfo=UTC),
        ),
        (cells.parse_instant_or_date, "2003-07-24", date(2003, 7, 24)),
        (cells.parse_instant_or_date, "2003-07-24T17:00:00-07:00", datetime(2003, 7, 25, tzinfo=UTC)),
        (cells.parse_price, "24.3125", Decimal("24.3125")),
        (cells.parse_price, "0.0001", Decimal("0.0001")),
        (cells.parse_price, "99999999.9999", Decimal("99999999.9999")),
        (cells.parse_ratio_part, "0.00000001", Decimal("0.00000001")),
        (cells.parse_ratio_part, "9999999.99999999", Decimal("9999999.99999999")),
        (cells.parse_shares, "0", 0),
        (cells.parse_shares, "9999999999", 9999999999),
        (cells.parse_some_shares, "1", 1),
    ],
)
def test_it_reads(parse: Callable[[str], object], text: str, value: object) -> None:
    result = parse(text)
    assert result == value
    assert type(result) is type(value)


def test_instants_come_in_utc() -> None:
    assert cells.parse_instant("2003-07-24T17:00:00-07:00").tzinfo is UTC


REFUSED = [
    (cells.parse_code, "x" * 65, "has 65 characters"),
    (cells.parse_code, "00\x0001", "cannot be seen"),
    (cells.parse_code, "1\u200b2", "cannot be seen"),
    (cells.parse_line, "a\nb", "control character"),
    (cells.parse_line, "a\x00b", "control character"),
    (cells.parse_line, "a\x85b", "control character"),
    (cells.parse_line, "a\u2028b", "control character"),
    (cells.parse_line, "a\u202eb", "changes the order"),
    (cells.parse_line, "x" * 201, "has 201 characters"),
    (cells.parse_block, "a\x1bb", "control character"),
    (cells.parse_block, "x" * 2001, "has 2001 characters"),
    (cells.parse_email, "ana", "not an e-mail address"),
    (cells.parse_email, "a@b@c", "not an e-mail address"),
    (cells.parse_email, "@b.example", "not an e-mail address"),
    (cells.parse_email, "a b@c.example", "not an e-mail address"),
    (cells.parse_email, "a@c.example\nBcc: x@y.example", "not an e-mail address"),
    (cells.parse_email, "a" * 250 + "@c.de", "not an e-mail address"),
    (cells.parse_country, "us", "not a country code"),
    (cells.parse_country, "USA", "not a country code"),
    (cells.parse_yes_no, "Yes", "neither yes nor no"),
    (cells.parse_yes_no, "TRUE", "neither yes nor no"),
    (cells.parse_date, "31-Apr-2003", "not a date"),
    (cells.parse_date, "2003-04-31", "not a day of the calendar"),
    (cells.parse_date, "2003-02-29", "not a day of the calendar"),
    (cells.parse_date, "2003-W01-1", "not a date"),
    (cells.parse_date, "20030430", "not a date"),
    (cells.parse_date, "4/30/2003", "not a date"),
    (cells.parse_date, "2003-4-30", "not a date"),
    (cells.parse_date, "2003-04-30T00:00:00Z", "not a date"),
    (cells.parse_date, " 2003-04-30", "not a date"),
    (cells.parse_date, "２００３-04-30", "not a date"),
    (cells.parse_date, "0203-04-30", "not in the years"),
    (cells.parse_date, "1899-12-31", "not in the years"),
    (cells.parse_date, "2201-01-01", "not in the years"),
    (cells.parse_instant, "2003-07-24T17:00:00", "no offset"),
    (cells.parse_instant, "2003-07-24", "not an instant"),
    (cells.parse_instant, "2003-07-24 17:00:00-07:00", "not an instant"),
    (cells.parse_instant, "2003-07-24T17:00:00.0000001-07:00", "not an instant"),
    (cells.parse_instant, "2003-07-24T25:00:00-07:00", "not an instant of the calendar"),
    (cells.parse_instant, "2003-07-24T23:59:60Z", "not an instant of the calendar"),
    (cells.parse_instant, "2003-07-24T17:00:00+99:00", "not an instant of the calendar"),
    (cells.parse_instant, "9999-12-31T23:59:59-07:00", "not in the years"),
    (cells.parse_instant_or_date, "yesterday", "not an instant"),
    (cells.parse_instant_or_date, "2003-02-30", "not a day of the calendar"),
    (cells.parse_price, "1,000", "has a comma"),
    (cells.parse_price, "1e3", "written with an exponent"),
    (cells.parse_price, "NaN", "not a plain number"),
    (cells.parse_price, "Infinity", "not a plain number"),
    (cells.parse_price, "$2.00", "not a plain number"),
    (cells.parse_price, "+1", "not a plain number"),
    (cells.parse_price, "-1.5", "is negative"),
    (cells.parse_price, "0", "not more than zero"),
    (cells.parse_price, "0.0000", "not more than zero"),
    (cells.parse_price, ".5", "not a plain number"),
    (cells.parse_price, "5.", "not a plain number"),
    (cells.parse_price, "1_000", "not a plain number"),
    (cells.parse_price, "２.00", "not a plain number"),
    (cells.parse_price, "2.00\n", "not a plain number"),
    (cells.parse_price, "2.00001", "more than 4 decimal places"),
    (cells.parse_price, "100000000", "too large"),
    (cells.parse_price, "9" * 5000, "not a plain number"),
    (cells.parse_ratio_part, "0.000000001", "more than 8 decimal places"),
    (cells.parse_ratio_part, "0", "not more than zero"),
    (cells.parse_ratio_part, "10000000", "too large"),
    (cells.parse_shares, "-5", "shares are never negative"),
    (cells.parse_shares, "1.5", "shares are whole"),
    (cells.parse_shares, "1,000", "has a comma"),
    (cells.parse_shares, "1e3", "written with an exponent"),
    (cells.parse_shares, "+5", "not a plain number"),
    (cells.parse_shares, "５", "not a plain number"),
    (cells.parse_shares, "10000000000", "more than 10 digits"),
    (cells.parse_shares, "9" * 100_000, "more than 10 digits"),
    (cells.parse_some_shares, "0", "not more than zero"),
]


@pytest.mark.parametrize(("parse", "text", "reason"), REFUSED)
def test_it_refuses(parse: Callable[[str], object], text: str, reason: str) -> None:
    with pytest.raises(CellError) as caught:
        parse(text)
    assert reason in caught.value.message
    assert caught.value.expected
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("parse", sorted({row[0] for row in REFUSED}, key=lambda parse: parse.__name__))
def test_no_parser_accepts_nothing_at_all(parse: Callable[[str], object]) -> None:
    for text in ("", " ", "\t"):
        with pytest.raises(CellError):
            parse(text)
