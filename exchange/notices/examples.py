"""Examples of what a letter is filled from: for a preview, where a value is not on record yet, and for specimens."""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_type_hints

from django.utils.translation import gettext as _

from exchange.notices.contexts import KINDS, Change, Common, Line

# Values that may be missing, of which the letter has one or another.
NEEDED = {("agreement_signed", "signed_at")}
# Values that are one of a few words.
CHOSEN: Mapping[tuple[str, str], Any] = {
    ("sign_in_notice", "what"): "passkey_added",
    ("defect_decided", "verdict"): "cured",
    ("promise_adjusted", "event"): "split",
    ("invitation", "link"): "https://…",
}


def example_of(kind: str, name: str, at: datetime) -> Any:
    """An example of one value of a kind of letter; None where the letter may do without it."""
    hint = get_type_hints(KINDS[kind])[name]
    if (kind, name) in NEEDED:
        hint = typing.get_args(hint)[0]
    return CHOSEN.get((kind, name)) or example(hint, name, at)


def specimen(kind: str, known: Mapping[str, Any], at: datetime) -> Common:
    """What a letter to nobody in particular is filled from: these values where it has them, and examples."""
    return KINDS[kind](
        **{
            field.name: known[field.name] if field.name in known else example_of(kind, field.name, at)
            for field in fields(KINDS[kind])
        }
    )


def example(hint: Any, name: str, at: datetime) -> Any:
    """An example of a type: a text says which value it stands for."""
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        return None if type(None) in typing.get_args(hint) else example(typing.get_args(hint)[0], name, at)
    if origin is tuple:
        inner = example(typing.get_args(hint)[0], name, at)
        return (inner,) if inner is not None else ()
    made: Mapping[Any, Any] = {
        str: f"[{name.replace('_', ' ')}]",
        int: 1,
        bool: False,
        date: at.date(),
        datetime: at.replace(microsecond=0),
        Decimal: Decimal("1.00"),
        Fraction: Fraction(1, 8),
        Line: Line(grant_number=_("[grant]"), shares=1, reason=""),
        Change: Change(_("[what changes]"), _("[before]"), _("[now]")),
    }
    return made.get(hint)
