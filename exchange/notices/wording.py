"""Counsel's own words in a letter: a subject, an opening and a closing, as plain text with named fields. Pure.

The words are never a template. A field stands in braces, `{deadline}`; each kind of letter has those of its values
that it always has. The rest of a letter is the product's own.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any, get_type_hints

from django.utils.translation import gettext_lazy as _

from exchange.kernel import wording as say
from exchange.kernel.results import Refusal
from exchange.notices.contexts import KINDS, Common

LONGEST = {"subject": 150, "opening": 2000, "closing": 2000}
PARTS: Mapping[str, Any] = {
    "subject": _("Subject"),
    "opening": _("Opening paragraph"),
    "closing": _("Closing paragraph"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """What stands in a letter in place of the product's subject, after its greeting and before its contacts.

    An empty part leaves the letter as the product has it.
    """

    subject: str = ""
    opening: str = ""
    closing: str = ""


def _text(value: Any, zone: str) -> str:
    return str(value)


def _shares(value: Any, zone: str) -> str:
    return say.shares_text(value)


def _day(value: Any, zone: str) -> str:
    return say.date_text(value)


def _instant(value: Any, zone: str) -> str:
    return say.instant_text(value, zone)


@dataclass(frozen=True, slots=True)
class Field:
    """One named field: what it says, to whoever writes the wording, and how its value reads."""

    title: Any
    type: type
    reads: Callable[[Any, str], str]


FIELDS: Mapping[str, Field] = {
    "holder_name": Field(_("The holder’s name"), str, _text),
    "company": Field(_("The company’s name"), str, _text),
    "offer_title": Field(_("The offer’s title"), str, _text),
    "offer_code": Field(_("The offer’s code"), str, _text),
    "portal_url": Field(_("The address of the site"), str, _text),
    "deadline": Field(_("When the offer expires, with its zone"), datetime, _instant),
    "previous_deadline": Field(_("When it was to expire before"), datetime, _instant),
    "eligible_count": Field(_("How many eligible options they have"), int, _shares),
    "eligible_shares": Field(_("The shares of their eligible options"), int, _shares),
    "tendered_shares": Field(_("About how many shares have been tendered so far"), int, _shares),
    "business_days_left": Field(_("Business days left"), int, _shares),
    "form_number": Field(_("The form’s number"), str, _text),
    "received_at": Field(_("When the form was received"), datetime, _instant),
    "cure_by": Field(_("By which day to cure"), date, _day),
    "accepted_at": Field(_("When the tenders were accepted"), datetime, _instant),
    "terminated_at": Field(_("When the offer was terminated"), datetime, _instant),
    "promise_number": Field(_("The number of the Promise to Grant"), str, _text),
    "granted_on": Field(_("The date of grant"), date, _day),
    "lapsed_on": Field(_("The day of the lapse"), date, _day),
}
_FIELD = re.compile(r"\{([^{}]*)\}")
_MARKUP = re.compile(r"<\s*[a-zA-Z/!?]|&(?:#\w+|[a-zA-Z]+);|\{[%#]|[%#]\}")
# Mail programs make a link of a bare name, too.
_LINK = re.compile(
    r"(?i)\b(?:https?|ftp|file|mailto|javascript|data|tel):|//|\bwww\.|[\w-]+@[\w-]+|[\w-]{2,}\.[a-z]{2,}\b"
)


@cache
def fields_of(kind: str) -> dict[str, Field]:
    """The named fields that a kind of letter has, in their order."""
    known = get_type_hints(KINDS[kind])
    return {name: field for name, field in FIELDS.items() if known.get(name) is field.type}


def refusals(kind: str, wording: Wording, *, own: Collection[str] = ()) -> list[Refusal]:
    """All that stands against a wording. `own` are the addresses that may stand in it: our site's, the contacts'."""
    found = []
    for part in fields(wording):
        text = getattr(wording, part.name)
        found += refusals_of(text, PARTS[part.name], fields_of(kind), LONGEST[part.name], own=own)
        if part.name == "subject" and len(text.splitlines()) > 1:
            found.append(Refusal("wording_subject_lines"))
    return found


def refusals_of(
    text: str, part: Any, known: Collection[str], longest: int, *, own: Collection[str] = ()
) -> list[Refusal]:
    """All that stands against one plain text with named fields."""
    said: dict[str, Any] = {"part": str(part)}
    found = []
    if len(text) > longest:
        found.append(Refusal("wording_too_long", {**said, "longest": longest}))
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} for letter in text if letter != "\n"):
        found.append(Refusal("wording_control", said))
    plain = unicodedata.normalize("NFKC", text)
    if _MARKUP.search(plain):
        found.append(Refusal("wording_markup", said))
    found += field_refusals(text, part, known)
    link = _LINK.search(without_own(_FIELD.sub(" ", plain), own))
    if link:
        found.append(Refusal("wording_link", {**said, "link": link.group()}))
    return found


def field_refusals(text: str, part: Any, known: Collection[str]) -> list[Refusal]:
    """Fields that the text names and there are not, and braces that are no field's."""
    said: dict[str, Any] = {"part": str(part)}
    found = [
        Refusal("wording_unknown_field", {**said, "field": name, "known": ", ".join(known)})
        for name in dict.fromkeys(_FIELD.findall(text))
        if name not in known
    ]
    if re.search(r"[{}]", _FIELD.sub("", text)):
        found.append(Refusal("wording_brace", said))
    return found


def without_own(text: str, own: Collection[str]) -> str:
    """The text without these addresses, where each stands by itself."""
    for address in sorted(filter(None, own), key=len, reverse=True):
        text = re.sub(rf"(?i)(?<![\w.@/-]){re.escape(address.rstrip('/'))}/?(?![\w@/-]|\.\w)", " ", text)
    return text


def values_of(context: Common) -> dict[str, str]:
    """What the fields of a letter say."""
    kind = next(name for name, made in KINDS.items() if made is type(context))
    return {name: field.reads(getattr(context, name), context.time_zone) for name, field in fields_of(kind).items()}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields' values; a field that there is not is an error."""
    return _FIELD.sub(lambda found: values[found.group(1)], text)


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
