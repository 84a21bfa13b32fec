"""Documents written in the desk's editor: a small part of HTML, checked and never cleaned, kept as a whole page."""

import re
from html import escape

from exchange.kernel import markup
from exchange.kernel.results import Refusal
from exchange.offers import content
from exchange.offers.approving import markup_refusals
from exchange.offers.terms import Terms

MOST_CHARACTERS = 500_000
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.S | re.I)


def refusals(title: str, body: str, terms: Terms) -> list[Refusal]:
    """All that stands against a document as written."""
    if not body.strip():
        return [Refusal("document_empty", {"title": title})]
    found = markup_refusals(body, title, markup.DOCUMENT, own=content.own_addresses(terms))
    if len(body) > MOST_CHARACTERS:
        found.append(Refusal("wording_too_long", {"part": title, "longest": MOST_CHARACTERS}))
    return found


def page_of(title: str, body: str) -> bytes:
    """The document as the offer keeps it."""
    head = f'<head><meta charset="utf-8"><title>{escape(title)}</title></head>'
    return f'<!doctype html>\n<html lang="en">\n{head}\n<body>\n{body.strip()}\n</body>\n</html>\n'.encode()


def body_of(page: bytes) -> str:
    """What stands in the body of a page: what the editor shows of one that is there already."""
    text = page.decode("utf-8-sig", errors="replace")
    found = _BODY.search(text)
    return (found.group(1) if found else text).strip()
