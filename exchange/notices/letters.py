"""Rendering a letter from its context: subject, text and HTML, each escaped as its part needs.

A kind's wording is `templates/letters/<kind>.subject.txt`, `.txt` and `.html`. A change of wording that has gone out
raises the kind's number in `VERSIONS`, which every letter keeps: counsel approves that number, with the offer's own
words. A change that says nothing else (a style, a part that all share) raises none, and asks nobody again.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NamedTuple

from django.template import Context
from django.template.loader import get_template
from django.utils.translation import gettext

from exchange.kernel import canonical
from exchange.notices import deadline_files
from exchange.notices.contexts import KINDS, Common
from exchange.notices.wording import Wording, filled, paragraphs, values_of

SECOND = (
    *("offer_opened", "offer_extended", "offer_amended", "condition_waived", "holder_excluded", "exclusion_lifted"),
    *("form_defective", "form_mended", "cure_asked", "defect_decided", "acceptance_postponed"),
    *("agreement_signed", "sign_in_notice", "reminder", "options_accepted", "offer_terminated", "report_answered"),
    "promise_lapsed",
)
THIRD = ("options_granted", "election_received", "withdrawal_received", "form_late")
REVISED = {**dict.fromkeys(SECOND, 2), **dict.fromkeys(THIRD, 3)}
VERSIONS: dict[str, int] = {**dict.fromkeys(KINDS, 1), **REVISED}


_PARTS = (".subject.txt", ".txt", ".html")
_USED = re.compile(r"""\{%\s*(?:include|extends)\s+["'](letters/[^"']+)["']""")


class Rendered(NamedTuple):
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter is made of: counsel's words (and their number, 0 for none) and the digest of it all."""

    wording: Wording
    number: int
    digest: str


def content_of(kind: str, wording: Wording, number: int) -> Content:
    """A kind's templates as they are, with these words. The digest is of what was shown when it was approved."""
    parts = {field.name: getattr(wording, field.name) for field in fields(wording)}
    text = canonical.dumps(
        {"templates": template_digest(kind), "version": VERSIONS[kind], "wording": parts, "number": number}
    )
    return Content(wording, number, canonical.digest(text))


@cache
def template_digest(kind: str) -> str:
    """One digest of every file that a kind of letter is made from."""
    sources: dict[str, str] = {}
    waiting = [f"letters/{kind}{part}" for part in _PARTS]
    while waiting:
        name = waiting.pop()
        if name not in sources:
            sources[name] = _engines_own(name).source
            waiting += _USED.findall(sources[name])
    return canonical.digest(canonical.dumps(sources))


def render(kind: str, context: Common, *, content: Content | None = None, reference: str = "") -> Rendered:
    """The three parts of a letter; refuses (TypeError) a context that is not the kind's own.

    The subject is one line, whatever its values hold. Text parts are not HTML and are not escaped; the HTML part is.
    `content` has the words that counsel approved; `reference` is the notice's id, for its foot.
    """
    if type(context) is not KINDS[kind]:
        raise TypeError(f"{kind} is filled from {KINDS[kind].__name__}")
    values: dict[str, object] = {field.name: getattr(context, field.name) for field in fields(context)}
    words = content.wording if content else Wording()
    said = values_of(context) if words != Wording() else {}
    values |= {
        "reference": reference,
        "has_calendar": deadline_files.comes_with(kind, context),
        "takes_deadline_back": deadline_files.takes_back(kind, context),
        "opening": paragraphs(filled(words.opening, said)),
        "closing": paragraphs(filled(words.closing, said)),
    }
    subject = filled(words.subject, said) or _part(f"letters/{kind}.subject.txt", values, autoescape=False)
    subject = " ".join(subject.split())
    if context.is_replay:
        subject = gettext("Replay: %(subject)s") % {"subject": subject}
    text = _part(f"letters/{kind}.txt", values, autoescape=False)
    html = _part(f"letters/{kind}.html", {**values, "subject": subject}, autoescape=True)
    return Rendered(subject, re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n", html)


def _part(name: str, values: dict[str, object], *, autoescape: bool) -> str:
    rendered: str = _engines_own(name).render(Context(values, autoescape=autoescape))
    return rendered


def _engines_own(name: str) -> Any:
    """Django's own template inside its wrapper, which has neither its source nor a switch for escaping."""
    wrapped: Any = get_template(name)
    return wrapped.template
