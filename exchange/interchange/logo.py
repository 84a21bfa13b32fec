"""The company's logo in the terms: a small SVG of shapes alone: it runs nothing, fetches nothing, names no font."""

import re

from django.utils.translation import gettext as _
from lxml import etree

from exchange.interchange.cells import refuse

MOST_CHARACTERS = 32_000
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = {
    *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc", "defs"),
    *("linearGradient", "radialGradient", "stop", "clipPath"),
}
_ATTRIBUTES = {
    *("viewBox", "width", "height", "version", "id", "d", "x", "y", "x1", "y1", "x2", "y2"),
    *("cx", "cy", "r", "rx", "ry"),
    *("points", "transform", "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap"),
    *("stroke-linejoin", "stroke-opacity", "opacity", "clip-path", "clip-rule", "offset", "stop-color"),
    *("stop-opacity", "gradientUnits", "gradientTransform", "preserveAspectRatio", "role"),
}
_WITHIN = re.compile(r"url\(#[\w-]+\)")


def parse_logo(text: str) -> str:
    """The SVG as given, trimmed. Refuses what is not one, is too long, or holds more than shapes."""
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        raise refuse(_("the text"), _("{value} of the logo is too long"), _("at most 32,000 characters"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as fault:
        raise refuse(_("the text"), _("{value} is not SVG")) from fault
    if root.tag != f"{_SVG}svg" or root.getroottree().docinfo.doctype:
        raise refuse(_("the text"), _("{value} is not SVG"))
    if root.get("viewBox") is None:
        raise refuse("viewBox", _("the attribute {value} is missing"))
    for element in root.iter():
        name = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else "?"
        if name not in _SHAPES:
            raise refuse(name, _("{value} is not a shape"), _("paths and other shapes, without text or pictures"))
        for key, value in element.attrib.items():
            if key not in _ATTRIBUTES or ("url(" in value and not _WITHIN.fullmatch(value.strip())):
                raise refuse(str(key), _("the attribute {value} is not taken"), _("what shapes need"))
    return text
