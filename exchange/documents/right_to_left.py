"""What is read from right to left, as text beside its glyphs.

WeasyPrint writes the glyphs of a line from left to right as they stand, an Arabic or Hebrew name's last letter first.
Programs that copy a page out turn them round; one that reads the tags aloud need not, and would say the name
backwards. PDF's own way to say it is the element's ActualText (ISO 32000-1, 14.9.4).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import pydyf

_FONT = re.compile(rb"/(\S+) \S+ Tf")
_SHOWN = re.compile(rb"<([0-9a-f]+)>")
_SILENT = {"M", "Z", "C"}  # marks on letters, spaces, marks that turn direction: in what stands or in the text alone
Glyphs = Mapping[bytes, Mapping[int, str]]  # for each font: what a glyph stands for


def tell(page_box: Any, stream: Any, elements: Mapping[int, Any], fonts: Glyphs) -> None:
    """Gives the elements of one page that are so read their text. `elements`: by the number of their marked content.

    A text is found by its letters. Two texts of the same letters on a page cannot be told apart: neither is given
    one, and nothing that is not on the page is ever said.
    """
    texts: dict[str, set[str]] = {}
    for box in page_box.descendants():
        text = getattr(box, "text", None) or ""
        if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text):
            texts.setdefault(_letters(text), set()).add(text.strip())
    if not texts:
        return
    for number, shown in _marked(stream.stream, fonts):
        found = texts.get(_letters(shown), set())
        element = elements.get(number)
        if len(found) == 1 and element is not None and element["S"] == "/Span":
            element["ActualText"] = pydyf.String(*found)


def glyphs_of(fonts: Mapping[Any, Any]) -> Glyphs:
    """What the glyphs of a document's fonts stand for."""
    found: dict[bytes, dict[int, str]] = {}
    for font in fonts.values():  # more than one may have the same file
        found.setdefault(str(font.hash).encode(), {}).update(font.to_unicode)
    return found


def _marked(stream: list[Any], fonts: Glyphs) -> Iterator[tuple[int, str]]:
    """The number of each piece of marked content of a page, with the letters that are shown in it, as they stand."""
    number, font, shown = None, b"", ""
    for part in stream:
        if isinstance(part, pydyf.Dictionary) and "MCID" in part:
            number, shown = part["MCID"], ""
        elif part == b"EMC" and number is not None:
            yield number, shown
            number = None
        elif number is not None and isinstance(part, bytes):
            if named := _FONT.fullmatch(part):
                font = named[1]
            elif part.endswith(b" TJ"):
                codes = b"".join(_SHOWN.findall(part)).decode()
                glyphs = (int(codes[at : at + 4], 16) for at in range(0, len(codes), 4))
                shown += "".join(fonts.get(font, {}).get(glyph, "") for glyph in glyphs)


def _letters(text: str) -> str:
    """The characters that are seen, in an order of their own: the same however they stand."""
    return "".join(sorted(char for char in text if unicodedata.category(char)[0] not in _SILENT))
