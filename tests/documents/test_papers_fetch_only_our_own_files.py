"""While a paper is made nothing is fetched but our own static files."""

import pytest
from django.conf import settings

from exchange.documents import rendering
from exchange.documents.models import Paper


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:8110/steal",
        "https://example.com/font.woff2",
        "http://static.invalid/documents/paper.css",
        "ftp://example.com/x",
        "data:text/css,*{color:red}",
        "https://static.invalid/../settings.py",
        "https://static.invalid/documents/../../exchange/settings.py",
        "https://static.invalid/js/portal.js",
        "https://static.invalid.example.com/documents/paper.css",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises((PermissionError, FileNotFoundError)):
        rendering.static_file(url)


def test_our_own_files_are_served() -> None:
    found = rendering.static_file("https://static.invalid/documents/paper.css")
    assert found == settings.BASE_DIR / "static" / "documents" / "paper.css"


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd">',
        '<link rel="stylesheet" href="http://127.0.0.1:1/x.css">',
        '<img src="no.png">',
    ],
)
def test_a_paper_that_asks_for_more_does_not_come_into_being(markup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "html_of", lambda paper: f"<html><title>x</title><body>{markup}</body></html>")
    with pytest.raises(rendering.PaperError):
        rendering.pdf_bytes(Paper(kind="promise_to_grant", template="x", title="x", sha256="x"))
