"""What may stand in one cell: from the text of it to an exact value, or the reason why not.

Each parser takes the text as it stands and refuses what is not exactly of its kind: nothing is guessed, rounded or
repaired. None accepts an empty text; whether a cell may be empty is the column's affair (`schemas`).
Money and shares become Decimal and int, never float; instants become aware UTC.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from exchange.interchange.problems import shown

CODE_LENGTH = 64
LINE_LENGTH = 200
BLOCK_LENGTH = 2000
EMAIL_LENGTH = 254
SHARE_DIGITS = 10
# Fifteen digits in all: SQLite keeps a decimal as a double, which holds no more of them exactly.
NUMBER_DIGITS = 15
NumberParser = Callable[[str], Decimal] | Callable[[str], int]

FIRST_YEAR, LAST_YEAR = 1900, 2200

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DECIMAL = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
_SHARES = re.compile(rf"[0-9]{{1,{SHARE_DIGITS}}}")
_INTEGER = re.compile(r"[0-9]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_EXPONENT = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]+")
# Control characters, halves of characters, and the two separators that some programs take for a new line.
_CONTROLS = {"Cc", "Cs", "Zl", "Zp"}
# Marks that reorder the text around them: a name or number that reads otherwise than it is stored.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")


class CellError(ValueError):
    """A value is refused: a clause that says why, and what would have done."""

    def __init__(self, message: str, expected: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


def refuse(value: object, message: str, expected: str = "", **more: object) -> CellError:
    """The refusal of a value whose message names it as {value}."""
    return CellError(message.format(value=shown(value), **more), expected)


# Text


def parse_code(text: str) -> str:
    """An employee, grant or form number, a plan's code: one line, trimmed, 64 characters at most, nothing invisible.

    Composed to Unicode NFC, so that one number typed on two machines is one number.
    """
    code = text.strip()
    if not code.isascii():
        code = unicodedata.normalize("NFC", code)
    if code and len(code) <= CODE_LENGTH and code.isprintable():
        return code
    expected = _("a number or code of at most {most} characters").format(most=CODE_LENGTH)
    if not code:
        raise CellError(_("the cell is empty"), expected)
    if len(code) > CODE_LENGTH:
        raise refuse(text, _("{value} has {length} characters"), expected, length=len(code))
    raise refuse(text, _("{value} holds a character that cannot be seen"), expected)


def _refuse_text(text: str, most: int, allowed: str, expected: str) -> None:
    if not text.strip():
        raise CellError(_("the cell is empty"), expected)
    if len(text) > most:
        raise refuse(text, _("{value} has {length} characters"), expected, length=len(text))
    if any(unicodedata.category(char) in _CONTROLS and char not in allowed for char in text):
        raise refuse(text, _("{value} holds a control character"), expected)
    if _REORDERING.search(text):
        raise refuse(text, _("{value} holds a mark that changes the order in which it is read"), expected)


def _is_plain(text: str, most: int) -> bool:
    """Certainly nothing to refuse: the common case, decided quickly."""
    return len(text) <= most and text.isprintable() and bool(text.strip())


def parse_line(text: str, most: int = LINE_LENGTH) -> str:
    """A name or title, kept exactly as given: one line of at most 200 characters, no control characters."""
    if not _is_plain(text, most):
        _refuse_text(text, most, "", _("one line of at most {most} characters").format(most=most))
    return text


def parse_block(text: str) -> str:
    """An address or a note, kept exactly as given: it may run over lines, at most 2,000 characters."""
    if not _is_plain(text, BLOCK_LENGTH):
        _refuse_text(text, BLOCK_LENGTH, "\n\r\t", _("text of at most {most} characters").format(most=BLOCK_LENGTH))
    return text


def parse_email(text: str) -> str:
    """An e-mail address by its shape only: one @ with something on either side, no spaces. Trimmed."""
    address = text.strip()
    if not _EMAIL.fullmatch(address) or len(address) > EMAIL_LENGTH or not address.isprintable():
        expected = _("an e-mail address such as name@company.example")
        raise refuse(text, _("{value} is not an e-mail address"), expected)
    return address


def parse_country(text: str) -> str:
    """A country as the two capital letters of ISO 3166."""
    if not _COUNTRY.fullmatch(text):
        raise refuse(text, _("{value} is not a country code"), _("two capital letters, such as US"))
    return text


def one_of(*choices: str, refused: Callable[[str], str | None] = lambda text: None) -> Callable[[str], str]:
    """A parser that takes exactly one of these words. `refused` may have a reason of its own for another."""
    known = frozenset(choices)

    def parse(text: str) -> str:
        if text in known:
            return text
        expected = (_("one of {choices}") if len(choices) > 2 else _("{choices}")).format(choices=", ".join(choices))
        if len(choices) == 2:
            expected = _("{first} or {second}").format(first=choices[0], second=choices[1])
        raise refuse(text, refused(text) or _("{value} is not known here"), expected)

    return parse


def parse_yes_no(text: str) -> bool:
    """Exactly `yes` or `no`."""
    if text not in {"yes", "no"}:
        raise refuse(text, _("{value} is neither yes nor no"), _("yes or no"))
    return text == "yes"


# Time


def parse_date(text: str) -> date:
    """A day as YYYY-MM-DD, one that the calendar has, from 1900 to 2200."""
    if _DATE.fullmatch(text) and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise refuse(text, _("{value} is not a day of the calendar"), _("a date as YYYY-MM-DD")) from None
    raise _time_refusal(text, _DATE, _("{value} is not a date"), _("a date as YYYY-MM-DD"))


def parse_instant(text: str) -> datetime:
    """An instant as ISO 8601 with its offset from UTC (or Z), to the microsecond; returned in UTC.

    One without an offset is refused: it would be another instant in every time zone.
    """
    found = _INSTANT.fullmatch(text)
    if found and found.group(1) and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            message = _("{value} is not an instant of the calendar")
            raise refuse(text, message, _expected_instant()) from None
    if found and not found.group(1):
        raise refuse(text, _("{value} has no offset from UTC"), _expected_instant())
    raise _time_refusal(text, _INSTANT, _("{value} is not an instant"), _expected_instant())


def _expected_instant() -> str:
    return _("an instant with its offset, such as 2003-07-24T17:00:00-07:00")


def _time_refusal(text: str, pattern: re.Pattern[str], message: str, expected: str) -> CellError:
    if pattern.fullmatch(text):
        message = _("{value} is not in the years {first} to {last}")
    return refuse(text, message, expected, first=FIRST_YEAR, last=LAST_YEAR)


def parse_instant_or_date(text: str) -> datetime | date:
    """What a person writes beside a signature: an instant, or the day alone, which is then kept as a date."""
    try:
        return parse_date(text) if _DATE.fullmatch(text) else parse_instant(text)
    except CellError as error:
        raise CellError(error.message, _("a date as YYYY-MM-DD, or an instant with its offset")) from None


# Numbers


def _number_refusal(text: str, expected: str) -> CellError:
    if "," in text:
        return refuse(text, _("{value} has a comma"), expected)
    if _EXPONENT.fullmatch(text):
        return refuse(text, _("{value} is written with an exponent"), expected)
    if text.startswith("-"):
        return refuse(text, _("{value} is negative"), expected)
    return refuse(text, _("{value} is not a plain number"), expected)


def _parse_decimal(text: str, places: int, whole_digits: int, expected: Callable[[], str]) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise _number_refusal(text, expected())
    whole, _point, fraction = text.partition(".")
    if len(fraction) > places:
        raise refuse(text, _("{value} has more than {places} decimal places"), expected(), places=places)
    if len(whole.lstrip("0")) > whole_digits:
        raise refuse(text, _("{value} is too large"), expected())
    number = Decimal(text)
    if not number:
        raise refuse(text, _("{value} is not more than zero"), expected())
    return number


def parse_price(text: str) -> Decimal:
    """A price in dollars: more than 0, below 100,000,000, four decimal places at most, exact."""
    return _parse_decimal(text, 4, 8, _expected_price)


def _expected_price() -> str:
    return _("a price more than 0 in plain digits, such as 2.50, with at most 4 decimals")


def parse_ratio_part(text: str) -> Decimal:
    """One side of a ratio: more than 0, below 10,000,000, eight decimal places at most, exact."""
    return _parse_decimal(text, 8, NUMBER_DIGITS - 8, _expected_ratio_part)


def _expected_ratio_part() -> str:
    return _("a number more than 0 in plain digits, such as 1.5, with at most 8 decimals")


def parse_shares(text: str) -> int:
    """A count of whole shares: plain digits, 0 or more, ten digits at most."""
    if _SHARES.fullmatch(text):
        return int(text)
    expected = _("a whole number of shares in plain digits, such as 1200")
    if _INTEGER.fullmatch(text):
        raise refuse(text, _("{value} has more than {most} digits"), expected, most=SHARE_DIGITS)
    if re.fullmatch(r"-[0-9]+", text):
        raise refuse(text, _("{value} is negative; shares are never negative"), expected)
    if _DECIMAL.fullmatch(text):
        raise refuse(text, _("{value} is not a whole number; shares are whole"), expected)
    raise _number_refusal(text, expected)


def parse_some_shares(text: str) -> int:
    """A count of whole shares, 1 or more."""
    shares = parse_shares(text)
    if not shares:
        raise refuse(text, _("{value} is not more than zero"), _("a whole number of shares, 1 or more"))
    return shares
