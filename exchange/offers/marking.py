"""A copy of a document that shows what changed against the version before. Pure: bytes in, HTML out.

Blocks (paragraphs, headings, list items, table rows) are matched first, words within a matched block after that, so
that the copy has the structure of the new document. Every change is said in words, not by a line or colour alone.
"""

import html
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from lxml import html as lxml_html

Element = Any  # lxml has no types of its own

TEXTS = ("text/html", "text/plain")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _HEADINGS | {
    "p",
    "li",
    "dt",
    "dd",
    "tr",
    "td",
    "th",
    "caption",
    "pre",
    "blockquote",
    "address",
    "div",
    "section",
}
_DROPPED = ("script", "style", "head")
_LIKE = 0.4  # two blocks of one kind with so much in common are one block that changed
# A figure is one word: 1.5 is not 1 with something added.
_WORD = re.compile(r"\s+|\$?\d+(?:[.,]\d+)*|\w+|[^\w\s]")
_PLAIN_WORD = re.compile(r"\w+")


def marked_copy(before: bytes, before_type: str, after: bytes, after_type: str, *, title: str, version: int) -> bytes:
    """The new document as HTML, what was added and removed since the old one marked; a note says how to read it.

    `version` is the number of the old one's version. Takes HTML and plain text (`TEXTS`), in UTF-8.
    """
    old, new = _body(before, before_type), _body(after, after_type)
    _mark(_blocks(old), _blocks(new), new)
    return _page(new, title, version)


# What a paper has no use for, and what would fetch, style or ask for something.
_NOT_ON_PAPER = (
    "object",
    "embed",
    "iframe",
    "video",
    "audio",
    "svg",
    "link",
    "meta",
    "base",
    "input",
    "button",
    "form",
)


def paper_body(page: bytes) -> str:
    """The copy's document as HTML for a paper: without the heading and note that the paper has itself.

    Its headings stand under the paper's own, no level left out; a picture is named by its words; a first row of
    headings is the head of its table, on each page that the table takes.
    """
    body = _body(page, "text/html")
    if _is_ours(body):
        for element in list(body)[:3]:
            element.drop_tree()
    for element in list(body.iter(*_NOT_ON_PAPER)):
        element.drop_tag() if element.tag == "form" else element.drop_tree()
    for image in list(body.iter("img")):
        named = lxml_html.Element("em")
        named.text, named.tail = f"[{image.get('alt') or _('picture')}]", image.tail
        image.getparent().replace(image, named)
    _level(body)
    for table in list(body.iter("table")):
        _give_head(table)
    for element in body.iter():
        for name in list(element.attrib):
            if name not in _ON_PAPER:
                del element.attrib[name]
        if not _LINK.match(element.get("href", "#")):
            del element.attrib["href"]
    return "".join(lxml_html.tostring(child, encoding="unicode", with_tail=True, method="html") for child in body)


def _level(body: Element) -> None:
    """Each heading one step below the one that it stands under, whatever its own number."""
    above: list[int] = []
    for heading in list(body.iter(*_HEADINGS)):
        own = int(heading.tag[1])
        while above and above[-1] >= own:
            above.pop()
        above.append(own)
        heading.tag = f"h{min(len(above) + 1, 6)}"


def _give_head(table: Element) -> None:
    """The first row becomes the table's head where it has none and all cells of the row are headings of one row."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    if len(rows) < 2 or table.find("thead") is not None:
        return
    cells, part = list(rows[0]), rows[0].getparent()
    if not cells or any(cell.tag != "th" or cell.get("rowspan", "1") != "1" for cell in cells):
        return
    head = lxml_html.Element("thead")
    (rows[0] if part is table else part).addprevious(head)
    head.append(rows[0])
    if part is not table and not len(part):
        part.drop_tree()


_ON_PAPER = frozenset({"href", "id", "colspan", "rowspan", "scope", "lang", "dir", "start"})
_LINK = re.compile(r"(?i)#|https?://|mailto:")


_HEADING = "heading-of-the-copy"


def _is_ours(body: Element) -> bool:
    """Whether the page begins with the heading and note that `_page` makes: counsel's own may look like them."""
    first = [element.tag for element in body[:3]]
    return first == ["p", "p", "hr"] and body[0].get("class") == _HEADING


def _body(content: bytes, content_type: str) -> Element:
    text = content.decode("utf-8-sig", errors="replace")
    if content_type == "text/plain":
        paragraphs = [part for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
        text = "".join(f"<p>{html.escape(part.strip()).replace(chr(10), '<br>')}</p>" for part in paragraphs)
    # An empty document is one of no blocks; a declared encoding was read already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    body = lxml_html.document_fromstring(f"<div>{text}</div>" if not text.strip() else text).find("body")
    if body is None:
        body = lxml_html.fromstring("<body></body>")
    etree.strip_tags(body, etree.Comment, etree.ProcessingInstruction)  # nobody reads them; what follows each stays
    for element in list(body.iter(*_DROPPED)):
        element.drop_tree()
    _wrap_loose_text(body)
    return body


def _wrap_loose_text(body: Element) -> None:
    """Text that stands beside blocks becomes a paragraph, so that no change goes unmarked."""
    for parent in [body, *(element for element in body.iter() if element.tag in _BLOCKS)]:
        holds_blocks = any(child.tag in _BLOCKS for child in parent.iterdescendants())
        if parent.tag == "tr" or not (holds_blocks or parent is body):
            continue
        if parent.text and parent.text.strip():
            paragraph = lxml_html.Element("p")
            paragraph.text, parent.text = parent.text, None
            parent.insert(0, paragraph)
        for child in list(parent):
            if child.tail and child.tail.strip():
                paragraph = lxml_html.Element("p")
                paragraph.text, child.tail = child.tail, None
                child.addnext(paragraph)


def _blocks(body: Element) -> list[Element]:
    """The blocks that hold text themselves; a table row is one, whatever its cells hold."""
    found = []
    for element in body.iter():
        if element.tag not in _BLOCKS or any(parent.tag == "tr" for parent in element.iterancestors()):
            continue
        holds_blocks = any(child.tag in _BLOCKS for child in element.iterdescendants())
        if element.tag == "tr" or not holds_blocks:
            found.append(element)
    return [element for element in found if _text(element)]


def _text(element: Element) -> str:
    cells = [*element.iter("td", "th")] if element.tag == "tr" else []
    return " ".join((" ".join(cell.text_content() for cell in cells) or element.text_content()).split())


def _mark(old: Sequence[Element], new: Sequence[Element], body: Element) -> None:
    matcher = SequenceMatcher(
        None,
        [(block.tag, _text(block)) for block in old],
        [(block.tag, _text(block)) for block in new],
        autojunk=False,
    )
    for operation, i, j, k, m in matcher.get_opcodes():
        if operation != "equal":
            _mark_stretch(old[i:j], new[k:m], new, k, body)


def _mark_stretch(
    gone: Sequence[Element], came: Sequence[Element], new: Sequence[Element], place: int, body: Element
) -> None:
    """Blocks that differ: those alike are one block that changed, the others were removed or added whole."""
    left, added = list(gone), []
    last = new[place - 1] if place else None
    for block in came:
        like = next((index for index, other in enumerate(left) if _are_alike(other, block)), None)
        if like is None:
            added.append(block)
        else:
            for removed in left[:like]:
                last = _put_removed(removed, block, last, body)
            _mark_words(left[like], block)
            left = left[like + 1 :]
        last = block
    for block in added:
        _wrap(block, "ins")
    following = new[place + len(came)] if place + len(came) < len(new) else None
    for removed in left:
        last = _put_removed(removed, following, last, body)


def _are_alike(old: Element, new: Element) -> bool:
    if old.tag != new.tag:
        return False
    before, after = _PLAIN_WORD.findall(_text(old)), _PLAIN_WORD.findall(_text(new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE


# Words within a block


def _slots(element: Element) -> list[tuple[Element, str]]:
    """Where a block keeps its text, in reading order: an element's own, and what follows each inside it."""
    found = [(element, "text")]
    for child in element:
        found += [*_slots(child), (child, "tail")]
    return found


def _mark_words(old: Element, new: Element) -> None:
    cells = ([*old.iter("td", "th")], [*new.iter("td", "th")])
    if new.tag == "tr" and len(cells[0]) == len(cells[1]):
        for before, after in zip(*cells, strict=True):
            if _text(before) != _text(after):
                _mark_words(before, after)
        return
    tokens = [(word, slot) for slot in _slots(new) for word in _WORD.findall(getattr(slot[0], slot[1]) or "")]
    before = [word if word.strip() else " " for word in _WORD.findall(old.text_content())]
    after = [word if word.strip() else " " for word, _slot in tokens]
    pieces: dict[int, list[tuple[str, str]]] = {}
    order = {(id(element), part): index for index, (element, part) in enumerate(_slots(new))}
    for operation, i, j, k, m in _in_runs(SequenceMatcher(None, before, after, autojunk=False).get_opcodes(), before):
        if operation in {"delete", "replace"} and "".join(before[i:j]).strip():
            at = tokens[min(k, len(tokens) - 1)][1] if tokens else (new, "text")
            pieces.setdefault(order[id(at[0]), at[1]], []).append(("del", "".join(before[i:j]).strip()))
        for word, slot in tokens[k:m]:
            kind = "" if operation == "equal" or not word.strip() else "ins"
            run = pieces.setdefault(order[id(slot[0]), slot[1]], [])
            is_gap = not word.strip() and run and run[-1][0] == "ins" and operation != "equal"
            if run and (run[-1][0] == kind or is_gap):
                run[-1] = (run[-1][0], run[-1][1] + word)
            else:
                run.append((kind, word))
    for index, slot in enumerate(_slots(new)):
        if index in pieces:
            _fill(slot, pieces[index])


def _in_runs(
    operations: Sequence[tuple[str, int, int, int, int]], before: Sequence[str]
) -> Iterator[tuple[str, int, int, int, int]]:
    """The same, words that changed one after another taken as one change: only a space between them stayed."""
    run: tuple[int, int, int, int] | None = None
    for place, (operation, i, j, k, m) in enumerate(operations):
        is_space = operation == "equal" and not "".join(before[i:j]).strip()
        if operation != "equal" or (run is not None and is_space and place < len(operations) - 1):
            run = (run[0], j, run[2], m) if run else (i, j, k, m)
            continue
        if run is not None:
            yield "replace", *run
            run = None
        yield operation, i, j, k, m
    if run is not None:
        yield "replace", *run


def _fill(slot: tuple[Element, str], pieces: Sequence[tuple[str, str]]) -> None:
    """Put plain, added and removed text where a block kept its text."""
    element, part = slot
    setattr(element, part, None)
    before: Element | None = None if part == "text" else element
    for kind, text in _apart(pieces):
        if kind:
            mark = _change(kind, text)
            if before is not None and before.tag == "del" and before.tail is None:
                before.tail = " "
            if before is None:
                element.insert(0, mark)
            else:
                before.addnext(mark)
            before = mark
        elif before is None:
            element.text = (element.text or "") + text
        else:
            before.tail = (before.tail or "") + text


def _apart(pieces: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The same, with the space around an added or removed run outside of it."""
    for kind, text in pieces:
        if not kind:
            yield kind, text
            continue
        inner = text.strip()
        if text[: len(text) - len(text.lstrip())]:
            yield "", " "
        yield kind, inner
        if inner and text[len(text.rstrip()) :]:
            yield "", " "


def _change(kind: str, text: str = "") -> Element:
    """An insertion or deletion, said in words at its start and end."""
    mark = lxml_html.Element(kind)
    mark.text = f"{_opening(kind)} {text}" + ("]" if text else "")
    return mark


def _opening(kind: str) -> str:
    return _("[added:") if kind == "ins" else _("[removed:")


# Whole blocks


def _wrap(block: Element, kind: str) -> None:
    """Mark all that a block holds; of a table row, each cell."""
    for holder in [*block.iter("td", "th")] if block.tag == "tr" else [block]:
        if not _text(holder):
            continue
        mark = _change(kind)
        mark.text += holder.text or ""
        holder.text = None
        mark.extend(list(holder))
        if len(mark):
            mark[-1].tail = (mark[-1].tail or "") + "]"
        else:
            mark.text += "]"
        holder.append(mark)


_INSIDE = {"tr": ("table", "tbody", "thead", "tfoot"), "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}
_AROUND = {"tr": "table", "li": "ul", "dt": "dl", "dd": "dl"}


def _put_removed(block: Element, following: Element | None, last: Element | None, body: Element) -> Element:
    """Put a removed block back where it stood, before `following` or after `last`; answers what was put there.

    A row or an item goes beside another of its kind, or into a table or list of its own.
    """
    removed = deepcopy(block)
    removed.tail = None
    for element in removed.iter():
        for name in ("id", "name"):
            element.attrib.pop(name, None)
    _wrap(removed, "del")
    allowed = _INSIDE.get(removed.tag)
    if allowed is not None and last is not None and last.getparent().tag in allowed:
        last.addnext(removed)
        return removed
    if allowed is not None and following is not None and following.getparent().tag in allowed:
        following.addprevious(removed)
        return removed
    if allowed is not None:
        around = lxml_html.Element(_AROUND[removed.tag])
        around.append(removed)
        removed = around
    if following is not None:
        _outermost(following).addprevious(removed)
    elif last is not None:
        _outermost(last).addnext(removed)
    else:
        body.append(removed)
    return removed


def _outermost(block: Element) -> Element:
    """The block, or the table or list that it stands in: beside it any block may stand."""
    for parent in [block, *block.iterancestors()]:
        if parent.tag in {"table", "ul", "ol", "dl"}:
            block = parent
    return block


def _page(body: Element, title: str, version: int) -> bytes:
    heading = html.escape(_("{title}: what changed since version {number}").format(title=title, number=version))
    note = html.escape(
        _(
            "This copy shows every change of wording. What was added stands between [added: and ]; what was removed "
            "stands between [removed: and ]. The document without marks is the one that counts."
        )
    )
    inner = "".join(lxml_html.tostring(child, encoding="unicode", with_tail=True, method="html") for child in body)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{heading}</title></head>\n'
        f'<body><p class="{_HEADING}"><strong>{heading}</strong></p>\n<p>{note}</p>\n<hr>\n{inner}</body></html>\n'
    ).encode()
