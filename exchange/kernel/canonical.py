"""Exact bytes for what is signed or chained: one text for one value, and its SHA-256.

JSON with sorted keys, no spaces and no escapes beyond JSON's own. Decimals and fractions become strings, dates and
instants ISO 8601 (instants in UTC, always with microseconds), so that a figure never passes through a float.
"""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

# Nearly every value is one of these; asking for its type alone, where it stands, halves the time of a large record.
_AS_IT_IS = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, dict):
        return {str(key): item if type(item) in _AS_IT_IS else _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if type(item) in _AS_IT_IS else _plain(item) for item in value]
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no exact text")


def decimal_text(value: Decimal) -> str:
    """The shortest plain decimal: 24.50 and 24.5 are one value and one text."""
    if not value.is_finite():
        raise ValueError("only finite decimals have an exact text")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def instant_text(value: datetime) -> str:
    """An instant as UTC ISO 8601 with microseconds; a naive datetime is refused."""
    if value.tzinfo is None:
        raise ValueError("a naive datetime is no instant")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def dumps(value: Any) -> str:
    """The canonical JSON text of a value; floats are refused."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def salted(text: str, salt: str) -> str:
    """HMAC-SHA-256 of the text under a salt that is kept secret: says nothing of a text that could be guessed."""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()


def root(digests: list[str]) -> str:
    """One digest over many, whatever order they come in."""
    return digest("\n".join(sorted(digests)))
