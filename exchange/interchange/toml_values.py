"""What may stand behind one key of `offer.toml`: exact values, never converted by guess; refusals say what would do.

TOML has its own dates, instants, whole numbers and yes/no; money and ratios are text in quotes, so that no figure
passes through a float. Each check is a `Leaf`, used as a pydantic validator.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from pydantic_core import PydanticCustomError

from exchange.interchange import cells
from exchange.interchange.cells import CellError, refuse
from exchange.interchange.logo import parse_logo

_OFFER_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FRACTION = re.compile(r"([0-9]{1,6})(?:/([0-9]{1,6}))?")


def toml_text(value: object) -> str:
    """A TOML value as it may have been written in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def custom_error(message: str, expected: str = "", below: str = "") -> PydanticCustomError:
    """The refusal of a value as pydantic carries it. `below` is the rest of the path, for an item of a list."""
    return PydanticCustomError("refused", "{message}", {"message": message, "expected": expected, "below": below})


def not_built(message: str) -> PydanticCustomError:
    """The refusal of a term that other offers have and this version cannot carry out."""
    return custom_error(message, _("a term that is built; this kind of term is not yet built"))


class Leaf:
    """A check of one value: `expected()` says what would do, `check` answers the typed value or raises CellError."""

    def __init__(self, check: Callable[[object], object], expected: Callable[[], str]) -> None:
        self.check = check
        self.expected = expected

    def __call__(self, value: object) -> object:
        try:
            return self.check(value)
        except CellError as error:
            raise custom_error(error.message, error.expected or self.expected()) from None


def text_leaf(parse: Callable[[str], object], expected: Callable[[], str]) -> Leaf:
    """Text in quotes, read by a parser of `cells`."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            raise refuse(toml_text(value), _("{value} is not text"), _("{what}, in quotes").format(what=expected()))
        if not value.strip():
            raise CellError(_("the text is empty"), expected())
        return parse(value)

    return Leaf(check, expected)


def _exact(parse: Callable[[str], object], expected: Callable[[], str]) -> Leaf:
    """An exact decimal: text in quotes, or a whole number. A float is refused: it is not what was written."""

    def check(value: object) -> object:
        if isinstance(value, float):
            raise refuse(value, _("{value} is a floating-point number"), _('the figure in quotes, such as "2.50"'))
        if isinstance(value, int) and not isinstance(value, bool):
            return parse(str(value))
        if not isinstance(value, str):
            raise refuse(toml_text(value), _("{value} is not a figure"), expected())
        return parse(value)

    return Leaf(check, expected)


def whole(least: int, most: int) -> Leaf:
    """A whole number within bounds, both included."""

    def expected() -> str:
        return _("a whole number from {least} to {most}").format(least=least, most=most)

    def check(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse(toml_text(value), _("{value} is not a whole number"), expected())
        if not least <= value <= most:
            raise refuse(value, _("{value} is out of range"), expected())
        return value

    return Leaf(check, expected)


def _check_flag(value: object) -> object:
    if not isinstance(value, bool):
        raise refuse(toml_text(value), _("{value} is neither true nor false"))
    return value


def _check_day(value: object) -> object:
    if isinstance(value, str):
        return cells.parse_date(value)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise refuse(toml_text(value), _("{value} is not a date"))
    return cells.parse_date(value.isoformat())


def _check_instant(value: object) -> object:
    if isinstance(value, str):
        return cells.parse_instant(value)
    if not isinstance(value, datetime):
        raise refuse(toml_text(value), _("{value} is not an instant"))
    if value.tzinfo is None:
        raise refuse(toml_text(value), _("{value} has no offset from UTC"))
    if not cells.FIRST_YEAR <= value.year <= cells.LAST_YEAR:
        message = _("{value} is not in the years {first} to {last}")
        raise refuse(toml_text(value), message, first=cells.FIRST_YEAR, last=cells.LAST_YEAR)
    return value.astimezone(UTC)


def _parse_offer_code(text: str) -> str:
    if not _OFFER_CODE.fullmatch(text):
        raise refuse(text, _("{value} is not a code"))
    return text


def _parse_kind(text: str) -> str:
    if not _KIND.fullmatch(text):
        raise refuse(text, _("{value} is not a kind"))
    return text


def _parse_zone(text: str) -> str:
    if text not in available_timezones():
        raise refuse(text, _("{value} is not a time zone"))
    return text


def _parse_fraction(text: str) -> Fraction:
    found = _FRACTION.fullmatch(text)
    if not found or (found.group(2) is not None and int(found.group(2)) == 0):
        raise refuse(text, _("{value} is not a fraction"))
    return Fraction(int(found.group(1)), int(found.group(2) or 1))


def _parse_share_at_grant(text: str) -> str:
    if _parse_fraction(text) > 1:
        raise refuse(text, _("{value} is more than the whole"))
    return text


def _parse_share_each_month(text: str) -> str:
    if not 0 < _parse_fraction(text) <= 1:
        raise refuse(text, _("{value} is not more than 0 and at most 1"))
    return text


def choice(*choices: str, refused: Callable[[str], str | None] = lambda text: None) -> Leaf:
    """Exactly one of these words."""
    parse = cells.one_of(*choices, refused=refused)

    def expected() -> str:
        return _("one of {choices}").format(choices=", ".join(choices))

    return text_leaf(parse, expected)


LINE = text_leaf(cells.parse_line, lambda: _("one line of text"))
LOGO = text_leaf(parse_logo, lambda: _("a drawing of shapes in SVG"))
CODE = text_leaf(cells.parse_code, lambda: _("a code of at most {most} characters").format(most=cells.CODE_LENGTH))
OFFER_CODE = text_leaf(
    _parse_offer_code,
    lambda: _("at most 40 letters, digits, hyphens, full stops and underscores, a letter or digit first"),
)
KIND = text_leaf(_parse_kind, lambda: _("a word in small letters, such as offer_to_exchange"))
EMAIL = text_leaf(cells.parse_email, lambda: _("an e-mail address such as name@company.example"))
COUNTRY = text_leaf(cells.parse_country, lambda: _("two capital letters, such as US"))
ZONE = text_leaf(_parse_zone, lambda: _("a time zone of the IANA database, such as America/Los_Angeles"))
PRICE = _exact(cells.parse_price, lambda: _('a price in quotes, such as "2.50"'))
RATIO_PART = _exact(cells.parse_ratio_part, lambda: _('a number in quotes, such as "1.5"'))
AT_GRANT = text_leaf(_parse_share_at_grant, lambda: _('a fraction from 0 to 1 in quotes, such as "6/48"'))
EACH_MONTH = text_leaf(
    _parse_share_each_month, lambda: _('a fraction more than 0, at most 1, in quotes, such as "1/48"')
)
FLAG = Leaf(_check_flag, lambda: _("true or false"))
DAY = Leaf(_check_day, lambda: _("a date as YYYY-MM-DD"))
INSTANT = Leaf(_check_instant, lambda: _("an instant with its offset, such as 2003-07-24T17:00:00-07:00"))
