"""The code and the address under which a sealed paper can be checked, and its picture (a QR code). Pure.

A code says nothing by itself, and nobody finds one by trying: it is made from the paper's kind and subject with the
installation's secret. It is printed on the paper and kept with it, so another secret later changes no paper.
"""

import hashlib
import io
import re
from typing import TypedDict

import segno
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # none that is read for another: no i, l, o, u
_LOOKS_LIKE = str.maketrans("ilo", "110")
LENGTH = 16  # 80 bits
_CODE = re.compile(f"[{_DIGITS}]{{{LENGTH}}}")


class Verify(TypedDict):
    """`code` in groups, as printed; `url` is the address where the paper is checked: `site`, then the code."""

    code: str
    site: str
    url: str


def code_of(kind: str, subject_key: str) -> str:
    """The code of a paper: sixteen characters, the same for the same kind and subject."""
    digest = salted_hmac("exchange.documents.code", f"{kind}:{subject_key}", algorithm="sha256").digest()
    number = int.from_bytes(hashlib.sha256(digest).digest()[:10], "big")
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def grouped(code: str) -> str:
    """7k2m-9qxt-4rhd-w3zp."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read(text: str) -> str:
    """The code that somebody copied from a paper, whatever the case, spaces and hyphens; '' where it is none."""
    found = re.sub(r"[\s\-–]", "", text).lower().translate(_LOOKS_LIKE)
    return found if _CODE.fullmatch(found) else ""


def verify_at(site: str, code: str) -> Verify:
    """Where a paper with this code is checked."""
    return {"code": grouped(code), "site": f"{site}/verify/", "url": f"{site}/verify/{grouped(code)}/"}


def picture(url: str, *, title: str) -> SafeString:
    """The QR code of an address as inline SVG, with its text alternative; the same bytes every time."""
    drawn = io.BytesIO()
    segno.make_qr(url, error="m", boost_error=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        border=4,
        dark="#111",
        title=title,
        svgclass="qr",
        lineclass=None,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - segno writes it all and escapes the title; a test holds it
