"""What PDF/UA wants of the tags that WeasyPrint leaves out.

Each header cell of a table gets its scope; what stands in the margins of a page (running head, page number) is marked
as an artifact of pagination, where WeasyPrint leaves it marked as content that no element of the tree has; and links
are flagged to be printed. The bounds of figures are put in the PDF's own measure. Names that are read from right to
left get their text (`right_to_left`).
"""

from collections.abc import Mapping
from typing import Any

import pydyf

from exchange.documents import right_to_left

PRINTED = 4  # the annotation's flag: a link is there on paper as on the screen
Element = Any  # pydyf has no types: a dictionary with the number of its object


def finish(document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher: called with the PDF's objects before they are written."""
    objects = {item.number: item for item in pdf.objects}
    elements = {
        number: item
        for number, item in objects.items()
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem"
    }
    for element in elements.values():
        if element["S"] == "/TH":
            row = elements[_number(element["P"])]
            part = elements[_number(row["P"])]
            element["A"]["Scope"] = "/Column" if part["S"] == "/THead" else "/Row"
        elif element["S"] == "/Figure":
            page = objects[_number(element["Pg"])]
            element["A"]["BBox"] = _on_page(element["A"]["BBox"], page["MediaBox"][3])
    root = objects[_number(pdf.catalog["StructTreeRoot"])]
    numbers = objects[_number(root["ParentTree"])]["Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    in_tree = _in_tree(elements, _number(root["K"][0]))
    glyphs = right_to_left.glyphs_of(document.fonts)
    for item in objects.values():
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/Page":
            place, stream = item["StructParents"], objects[_number(item["Contents"])]
            _mark_margins(stream, parents[place], in_tree)
            marked = {at: elements[_number(to)] for at, to in enumerate(parents[place]) if to != "null"}
            right_to_left.tell(document.pages[place]._page_box, stream, marked, glyphs)
    for number in elements.keys() - in_tree:
        elements[number].clear()  # an object that nothing points at; pydyf cannot leave one out
    for item in objects.values():
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/Annot":
            item.setdefault("F", PRINTED)


def _in_tree(elements: Mapping[int, Element], top: int) -> set[int]:
    """The numbers of the elements that are reached from the top."""
    found, waiting = {top}, [top]
    while waiting:
        for kid in elements[waiting.pop()]["K"]:
            # A kid is another element, a reference to an annotation (a dictionary too), or marked content's number.
            if isinstance(kid, bytes) and _number(kid) in elements and _number(kid) not in found:
                found.add(_number(kid))
                waiting.append(_number(kid))
    return found


def _mark_margins(stream: Any, parents: list[Any], in_tree: set[int]) -> None:
    """Marks as artifacts the content of one page that has no element in the tree."""
    lost = {place for place, reference in enumerate(parents) if _number(reference) not in in_tree}
    for place, part in enumerate(stream.stream):
        if isinstance(part, pydyf.Dictionary) and part.get("MCID") in lost:
            stream.stream[place - 1] = "/Artifact"
            stream.stream[place] = pydyf.Dictionary({"Type": "/Pagination"})
    for place in lost:
        parents[place] = "null"


def _on_page(box: Any, height: float) -> Any:
    """The bounds of a figure, which WeasyPrint gives in CSS pixels from the top, in points from the bottom."""
    left, top, right, bottom = (value * 0.75 for value in box)
    return pydyf.Array((left, height - bottom, right, height - top))


def _number(reference: bytes) -> int:
    """7, of the reference `7 0 R`."""
    return int(reference.split()[0])
