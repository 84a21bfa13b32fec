"""A paper's values through its template to PDF bytes: tagged (PDF/UA-1), fonts embedded, the same bytes every time.

WeasyPrint is loaded at the first paper, its fonts and the style sheet once per process. It sees no font of the
machine, only those of the style sheet and of `fonts/` beside this file (names in Arabic, Hebrew and Chinese), and
fetches nothing but our own static files.
"""

import gc
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from exchange.documents import codes, tagging
from exchange.documents.catalogue import style_of
from exchange.documents.models import Paper, Picture
from exchange.kernel import canonical

log = logging.getLogger(__name__)

# Never looked up: `.invalid` can belong to nobody. What follows it is a path among our static files.
BASE_URL = "https://static.invalid/"
PICTURES = f"{BASE_URL}pictures/"  # and the digest of one that is kept
_SERVED = ("documents/", "fonts/")
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
    styles: dict[str, Any]

    def style(self, name: str) -> Any:
        """A style sheet, read at its first use."""
        if name not in self.styles:
            self.styles[name] = self.weasyprint.CSS(
                url=BASE_URL + name, url_fetcher=self.fetcher, font_config=self.fonts
            )
        return self.styles[name]


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
            if url.startswith(PICTURES):
                svg = Picture.objects.get(pk=url.removeprefix(PICTURES)).svg
                return URLFetcherResponse(url, svg.encode(), {"Content-Type": "image/svg+xml"})
            return URLFetcherResponse(url, static_file(url).read_bytes())

    # A paper without its font or its style must not come into being.
    fetcher = OwnFiles(fail_on_errors=True)
    # What is loaded by now stays; each paper has the collector go through it several times over.
    gc.collect()
    gc.freeze()
    return _Press(weasyprint, fetcher, fonts, {})


def html_of(paper: Paper) -> str:
    """The paper as HTML, in its own language."""
    values = paper.values()
    with translation.override(paper.language):
        verify = values.get("verify")
        if verify is not None:
            title = _("QR code of the address where this paper can be checked: {url}").format(url=verify["url"])
            values["qr"] = codes.picture(verify["url"], title=title)
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
    identifier = canonical.digest(f"{paper.template} {paper.title} {paper.sha256}")[:32]
    return _printed(lambda: html_of(paper), style_of(paper.template), identifier, f"{paper.kind} {paper.pk}")


def pdf_from(html: str, *, style: str, identifier: str) -> bytes:
    """A PDF that is no paper of anyone's, such as a report; the same HTML gives the same bytes."""
    return _printed(lambda: html, style, identifier, identifier)


def _printed(html: Callable[[], str], style: str, identifier: str, what: str) -> bytes:
    with _one_at_a_time:
        press = _press()
        try:
            document = press.weasyprint.HTML(string=html(), base_url=BASE_URL, url_fetcher=press.fetcher)
            pdf: bytes = document.write_pdf(
                stylesheets=[press.style(style)],
                font_config=press.fonts,
                finisher=tagging.finish,
                pdf_variant="pdf/ua-1",
                pdf_identifier=identifier.encode(),
            )
        except press.weasyprint.urls.FatalURLFetchingError as fault:
            # WeasyPrint's own class is a BaseException, which would take a worker with it.
            raise PaperError(f"{what}: a file it needs was not served") from fault
        except Exception as fault:  # a library's words may hold a name from the paper: its class alone goes on
            raise PaperError(f"{what}: {type(fault).__name__}") from fault
        return pdf
