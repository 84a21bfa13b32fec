"""A small part of HTML that people may write: what is in it and what is not, said of a text as it stands. Pure.

Nothing is cleaned away in silence: who wrote it is told what cannot stand, and what is kept is what was written.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html as lxml_html

# Tags of a document; the attributes that each may have.
DOCUMENT: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            *("h1", "h2", "h3", "h4", "p", "br", "hr", "strong", "em", "b", "i", "u", "sub", "sup"),
            *("ul", "li", "dl", "dt", "dd", "blockquote", "table", "thead", "tbody", "tfoot", "tr", "caption"),
        ),
        frozenset(),
    ),
    "ol": frozenset({"start", "type"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "a": frozenset({"href"}),
}
# A block of a paper: no headings, links or tables, which the paper has itself.
PAPER_TEXT: dict[str, frozenset[str]] = {
    tag: DOCUMENT[tag] for tag in ("p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "sub", "sup")
}
_EVERYWHERE = frozenset({"id", "lang", "dir"})
_PLAIN_VALUE = re.compile(r"[\w .:-]*")
# A tag as a browser would see one; what lxml would quietly drop is found as it was written.
_TAG = re.compile(r"<\s*/?\s*([a-zA-Z][\w:-]*)")
_DECLARED = re.compile(r"<\s*[!?]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot stand: its code (of a refusal) and what it names."""

    code: str
    what: str


def faults(text: str, allowed: dict[str, frozenset[str]], *, own: Collection[str] = ()) -> list[Fault]:
    """All that cannot stand in a fragment of HTML: tags, attributes, and links that lead away from `own` addresses.

    A link within the document (`#section`) may stand. Every tag must be closed, so that what counsel saw is what is.
    """
    tags = [name.lower() for name in _TAG.findall(text)]
    found = [Fault("markup_tag", name) for name in dict.fromkeys(tags) if name not in allowed]
    if _DECLARED.search(text):
        found.append(Fault("markup_tag", "!"))
    if found:
        return found  # what a browser makes of such a text is not worth saying
    root = lxml_html.fragment_fromstring(text, create_parent="div")
    for element in root.iterdescendants():
        found += _attributes(element, allowed, own)
    return found + list(_unclosed(text))


def _attributes(element: Any, allowed: dict[str, frozenset[str]], own: Collection[str]) -> Iterator[Fault]:
    if not isinstance(element.tag, str):
        yield Fault("markup_tag", "!")
        return
    for name, value in element.attrib.items():
        if name == "href" and "href" in allowed[element.tag]:
            if not value.startswith("#") and not is_own(value, own):
                yield Fault("markup_link", value)
        elif name not in allowed[element.tag] | _EVERYWHERE or not _PLAIN_VALUE.fullmatch(value):
            yield Fault("markup_attribute", f"{element.tag} {name}")


def is_own(address: str, own: Collection[str]) -> bool:
    """Whether an address is one of ours: a page of the site, or the e-mail address of a contact."""
    address = address.strip().lower()
    known = {one.lower().rstrip("/") for one in own if one}
    pages = {one for one in known if one.startswith(("https://", "http://"))}
    return address.removeprefix("mailto:") in known or any(
        address == page or address.startswith((f"{page}/", f"{page}?", f"{page}#")) for page in pages
    )


_EMPTY = {"br", "hr"}


def _unclosed(text: str) -> Iterator[Fault]:
    """Tags that are not closed in the order in which they were opened."""
    opened: list[str] = []
    for end, raw in re.findall(r"<\s*(/?)\s*([a-zA-Z][\w:-]*)", text):
        name = raw.lower()
        if name in _EMPTY:
            continue
        if not end:
            opened.append(name)
        elif not opened or opened.pop() != name:
            yield Fault("markup_unclosed", name)
            return
    if opened:
        yield Fault("markup_unclosed", opened[-1])
