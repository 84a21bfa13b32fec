"""Rendering a letter from its context: subject, text and HTML, each escaped as its part needs.

A kind's wording is `templates/letters/<kind>.subject.txt`, `.txt` and `.html`. A change of wording that has gone out
raises the kind's number in `VERSIONS`, which every letter keeps.
"""

import re
from dataclasses import fields
from typing import NamedTuple

from django.template import Context
from django.template.loader import get_template
from django.utils.translation import gettext

from exchange.notices.contexts import KINDS, Common

REVISED = ("options_granted", "election_received", "withdrawal_received")
VERSIONS: dict[str, int] = {**dict.fromkeys(KINDS, 1), **dict.fromkeys(REVISED, 2)}


class Rendered(NamedTuple):
    subject: str
    text: str
    html: str


def render(kind: str, context: Common) -> Rendered:
    """The three parts of a letter; refuses (TypeError) a context that is not the kind's own.

    The subject is one line, whatever its values hold. Text parts are not HTML and are not escaped; the HTML part is.
    """
    if type(context) is not KINDS[kind]:
        raise TypeError(f"{kind} is filled from {KINDS[kind].__name__}")
    values = {field.name: getattr(context, field.name) for field in fields(context)}
    subject = " ".join(_part(f"letters/{kind}.subject.txt", values, autoescape=False).split())
    if context.is_replay:
        subject = gettext("Replay: %(subject)s") % {"subject": subject}
    text = _part(f"letters/{kind}.txt", values, autoescape=False)
    html = _part(f"letters/{kind}.html", {**values, "subject": subject}, autoescape=True)
    return Rendered(subject, re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n", html)


def _part(name: str, values: dict[str, object], *, autoescape: bool) -> str:
    # The engine's own template: Django's wrapper offers no way to switch escaping off for a text part.
    template = get_template(name).template  # type: ignore[attr-defined]
    rendered: str = template.render(Context(values, autoescape=autoescape))
    return rendered
