"""A paper's values through its template to PDF bytes: tagged (PDF/UA-1), fonts embedded, the same bytes every time.

WeasyPrint is loaded at the first paper, its fonts and the style sheet once per process. It sees no font of the
machine, only those of the style sheet and of `fonts/` beside this file (names in Arabic and Chinese), and fetches
nothing but our own static files.
"""

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import translation

from exchange.documents.models import Paper
from exchange.kernel import canonical

log = logging.getLogger(__name__)

# Never looked up: `.invalid` can belong to nobody. What follows it is a path among our static files.
BASE_URL = "https://static.invalid/"
_SERVED = ("documents/", "fonts/")
_STYLE = "documents/paper.css"
_FONTS_CONF = Path(__file__).with_name("fonts.conf")

# WeasyPrint is slower in threads, and one font configuration serves the process.
_one_at_a_time = threading.Lock()


class PaperError(Exception):
    """A paper could not be made: its template, its values or a file it needs is at fault."""


@dataclass(frozen=True)
class _Press:
    """What is loaded once."""

    weasyprint: Any
    fetcher: Any
    fonts: Any
    style: Any


def static_file(url: str) -> Path:
    """The static file an address of ours names; refuses every other address, and every path that leaves its folder."""
    path = url.removeprefix(BASE_URL)
    if path == url or not path.startswith(_SERVED):
        raise PermissionError("papers are made from our own static files only")
    try:
        found = finders.find(path)
    except SuspiciousFileOperation as fault:
        raise PermissionError("papers are made from our own static files only") from fault
    if not isinstance(found, str):
        raise FileNotFoundError(path)
    return Path(found)


@contextmanager
def _no_fonts_of_the_machine() -> Iterator[None]:
    """Fontconfig reads its file when WeasyPrint is loaded and when a font configuration is made, not later."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_FONTS_CONF)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="No fonts configured in FontConfig")
            yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@cache
def _press() -> _Press:
    with _no_fonts_of_the_machine():
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse

        fonts = FontConfiguration()

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            return URLFetcherResponse(url, static_file(url).read_bytes())

    # A paper without its font or its style must not come into being.
    fetcher = OwnFiles(fail_on_errors=True)
    style = weasyprint.CSS(url=BASE_URL + _STYLE, url_fetcher=fetcher, font_config=fonts)
    return _Press(weasyprint, fetcher, fonts, style)


def html_of(paper: Paper) -> str:
    """The paper as HTML, in its own language."""
    values = paper.values()
    with translation.override(paper.language):
        return render_to_string(
            paper.template,
            {
                **values,
                "title": paper.title,
                "language": paper.language,
                "is_replay": paper.is_replay,
                "zone": values["offer"]["time_zone"],
            },
        )


def pdf_bytes(paper: Paper) -> bytes:
    """The PDF; the same values, template and title give the same bytes."""
    with _one_at_a_time:
        press = _press()
        try:
            html = html_of(paper)
            document = press.weasyprint.HTML(string=html, base_url=BASE_URL, url_fetcher=press.fetcher)
            identifier = canonical.digest(f"{paper.template} {paper.title} {paper.sha256}")[:32].encode()
            pdf: bytes = document.write_pdf(
                stylesheets=[press.style],
                font_config=press.fonts,
                pdf_variant="pdf/ua-1",
                pdf_identifier=identifier,
            )
        except press.weasyprint.urls.FatalURLFetchingError as fault:
            # WeasyPrint's own class is a BaseException, which would take a worker with it.
            raise PaperError(f"{paper.kind} {paper.pk}: a file it needs was not served") from fault
        except Exception as fault:
            raise PaperError(f"{paper.kind} {paper.pk}: {type(fault).__name__}") from fault
        return pdf
