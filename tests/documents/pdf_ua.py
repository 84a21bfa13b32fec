"""What a PDF lacks of PDF/UA-1, as far as a program can see: read with pikepdf, which made none of it.

It finds much of what a validator would and does not replace one; whether a text alternative or an order makes sense
is for a person to judge.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf

HEADINGS = re.compile(r"/H([1-6])")
# The structure elements that PDF 1.7 knows and a paper may use; an element of another name would need a role map.
STANDARD = {
    *("/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote", "/Caption", "/NonStruct"),
    *("/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/L", "/LI", "/Lbl", "/LBody"),
    *("/Table", "/THead", "/TBody", "/TFoot", "/TR", "/TH", "/TD"),
    *("/Span", "/Link", "/Form", "/Figure"),
}
# Which parents these have; what else stands between a table and its cells loses them for a reader.
PARENTS = {
    "/LI": {"/L"},
    "/LBody": {"/LI"},
    "/Lbl": {"/LI"},
    "/THead": {"/Table"},
    "/TBody": {"/Table"},
    "/TR": {"/Table", "/THead", "/TBody", "/TFoot"},
    "/TH": {"/TR"},
    "/TD": {"/TR"},
}


def faults(content: bytes) -> list[str]:
    """Everything found wrong, in words; empty where nothing was."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return [*_document(document), *_structure(document), *_pages(document), *_fonts(document)]


def _document(document: pikepdf.Pdf) -> Iterator[str]:
    root = document.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "it does not say that it is tagged"
    if not str(root.get("/Lang", "")):
        yield "it has no language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "readers show its file's name, not its title"
    with document.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "it does not say that it is PDF/UA-1"
        if not metadata.get("dc:title"):
            yield "it has no title"
    if "/Outlines" not in root and len(document.pages) > 20:
        yield "it is long and has no outline"


class _Tree:
    """The structure tree in reading order, with what each element marks."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self.document = document
        self.pages = {page.objgen: number for number, page in enumerate(document.pages)}
        self.elements: list[tuple[Any, Any]] = []  # each with its parent
        self.marked: Counter[tuple[int, int]] = Counter()  # page and number of marked content
        self.objects: Counter[tuple[int, int]] = Counter()  # annotations, by object
        self.faults: list[str] = []
        root = document.Root.get("/StructTreeRoot")
        if root is None:
            self.faults.append("it has no structure tree")
            return
        self._walk(root, None, None)

    def _walk(self, element: Any, parent: Any, page: Any) -> None:
        kind = str(element.get("/S", ""))
        page = element.get("/Pg", page)
        if parent is not None:
            self.elements.append((element, parent))
            if element.get("/P") is None or element.P.objgen != parent.objgen:
                self.faults.append(f"a {kind} does not know its parent")
        kids = element.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                self.marked[self.pages[page.objgen], kid] += 1
            elif kid is None or not isinstance(kid, pikepdf.Dictionary):
                self.faults.append(f"a {kind} has a kid that is nothing")
            elif kid.get("/Type") == "/MCR":
                self.marked[self.pages[kid.get("/Pg", page).objgen], int(kid.MCID)] += 1
            elif kid.get("/Type") == "/OBJR":
                self.objects[kid.Obj.objgen] += 1
            else:
                self._walk(kid, element, page)


def _structure(document: pikepdf.Pdf) -> Iterator[str]:
    tree = _Tree(document)
    yield from tree.faults
    level, mapped = 0, document.Root.get("/StructTreeRoot", {}).get("/RoleMap", {})
    for element, parent in tree.elements:
        kind, above = str(element.get("/S", "")), str(parent.get("/S", ""))
        if kind not in STANDARD and kind not in mapped:
            yield f"{kind} is no standard element"
        if kind in PARENTS and above not in PARENTS[kind]:
            yield f"a {kind} stands in a {above or 'root'}"
        if heading := HEADINGS.fullmatch(kind):
            found = int(heading[1])
            if found > level + 1:
                yield f"the headings go from level {level} to {found}"
            level = found
        if kind == "/TH" and str(_attribute(element, "/Scope")) not in {"/Column", "/Row", "/Both"}:
            yield "a header cell has no scope"
        if kind == "/Figure":
            if not str(element.get("/Alt", "")).strip():
                yield "a figure has no text alternative"
            if _attribute(element, "/BBox") is None:
                yield "a figure has no bounds"
        if kind == "/Table" and not _has(element, "/TH"):
            yield "a table has no header cell"
    if not any(str(element.get("/S")) == "/H1" for element, _parent in tree.elements):
        yield "it has no first heading"
    yield from _annotations(document, tree)
    yield from _every_mark(document, tree)


def _attribute(element: Any, name: str) -> Any:
    found = element.get("/A", pikepdf.Array())
    for attributes in found if isinstance(found, pikepdf.Array) else [found]:
        if isinstance(attributes, pikepdf.Dictionary) and name in attributes:
            return attributes[name]
    return None


def _has(element: Any, kind: str) -> bool:
    kids = element.get("/K", pikepdf.Array())
    return any(
        isinstance(kid, pikepdf.Dictionary) and (kid.get("/S") == kind or _has(kid, kind))
        for kid in (kids if isinstance(kids, pikepdf.Array) else [kids])
    )


def _annotations(document: pikepdf.Pdf, tree: _Tree) -> Iterator[str]:
    for number, page in enumerate(document.pages, start=1):
        for annotation in page.get("/Annots", pikepdf.Array()):
            flags = int(annotation.get("/F", 0))
            if flags & 2:  # hidden: nobody meets it
                continue
            if not str(annotation.get("/Contents", annotation.get("/TU", ""))):
                yield f"page {number}: an annotation says nothing of itself"
            if tree.objects[annotation.objgen] != 1:
                yield f"page {number}: an annotation is not in the tree once"
        if page.get("/Annots") and page.get("/Tabs") != "/S":
            yield f"page {number}: the tab key does not follow the structure"


def _every_mark(document: pikepdf.Pdf, tree: _Tree) -> Iterator[str]:
    """Marked content and elements name each other: no mark without element, none twice, none that is not there."""
    there: set[tuple[int, int]] = set()
    for number, page in enumerate(document.pages):
        for mark in _marks(page):
            if isinstance(mark, str):
                yield f"page {number + 1}: {mark}"
            else:
                there.add((number, mark))
    for place in there - set(tree.marked):
        yield f"page {place[0] + 1}: content {place[1]} is in no element"
    for place in set(tree.marked) - there:
        yield f"page {place[0] + 1}: an element names content {place[1]}, which is not there"
    for place, count in tree.marked.items():
        if count > 1:
            yield f"page {place[0] + 1}: content {place[1]} is in {count} elements"


PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "INLINE IMAGE"}


def _marks(page: Any) -> Iterator[int | str]:
    """The numbers of the page's marked content; in words, what is painted outside of any, or marked inside of it."""
    opened: list[int | str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "BDC" or name == "BMC":
            properties: Mapping[str, Any] = operands[1] if len(operands) > 1 else {}
            mark: int | str = "artifact" if str(operands[0]) == "/Artifact" else ""
            if "/MCID" in properties:
                mark = int(properties["/MCID"])
                if any(isinstance(one, int) for one in opened) or "artifact" in opened:
                    yield f"content {mark} is marked inside of another"
                yield mark
            opened.append(mark)
        elif name == "EMC":
            if not opened:
                yield "a mark ends that never began"
                return
            opened.pop()
        elif name in PAINTS and not any(one != "" for one in opened):
            yield f"{name} paints what is neither content nor an artifact"
    if opened:
        yield "a mark never ends"


def _pages(document: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(document.pages, start=1):
        box = [float(edge) for edge in page.MediaBox]
        if (round(box[2] - box[0]), round(box[3] - box[1])) != (612, 792):
            yield f"page {number} is not of US letter size"
        if "/StructParents" not in page:
            yield f"page {number} has no place in the tree"


def _fonts(document: pikepdf.Pdf) -> Iterator[str]:
    """Every font is in the file, as a subset, and tells what its glyphs mean."""
    seen = set()
    for page in document.pages:
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            name = str(font.get("/BaseFont"))
            if name in seen:
                continue
            seen.add(name)
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.get("/FontDescriptor", {}).keys()):
                yield f"font {name} is not embedded"
            if not re.match(r"/[A-Z]{6}\+", name):
                yield f"font {name} is not a subset"
            if "/ToUnicode" not in font:
                yield f"font {name} does not tell what its glyphs mean"
    if not seen:
        yield "it has no text"
