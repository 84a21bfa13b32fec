"""Every text on a holder's page passes through gettext: in a made-up language no English word is left.

The language puts each message into ⟦brackets⟧. What stands outside them is data (a name, a number, an address) or a
text that somebody forgot.
"""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.translation import trans_real

from exchange.cli.demo import cast
from exchange.cli.demo.words import DOCUMENTS
from tests.portal.scenes import SCENES

pytestmark = [pytest.mark.django_db, pytest.mark.look]

# Names, addresses and titles of the company's own: they come with the offer and its files.
DATA = " ".join(
    [
        str(cast.COMPANY),
        "I have received the offer.",  # what the forms of the tests' world acknowledge
        str([document.title for document in DOCUMENTS]),
        str([(person.legal_name, person.email, person.department) for person in cast.PEOPLE]),
        str(cast.terms("LRKF-2026-1", "2026-06-01", "2026-07-01", "x", is_replay=False)),
        str([(row.plan, row.option_type, row.grant_number) for row in cast.grants(2026)]),
    ]
)
WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W\d_]")
# Form numbers, digests, keys, dates in ISO: nothing with a figure in it is a word, nor is a form number without one.
CODES = re.compile(r"\S*\d\S*|\b[A-Z]{4}-[A-Z]{4}\b")
KNOWN = set(WORD.findall(DATA)) | {"UTC", "PDF", "HTML", "TXT", "SHA"}
ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title"}


class Texts(HTMLParser):
    """The texts of a page as they are read or read out, scripts and styles apart."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipped += tag in {"script", "style", "code"}
        self.found += [value or "" for name, value in attrs if name in ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self.skipped -= tag in {"script", "style", "code"}

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.found.append(data)


def outside_brackets(html: str) -> str:
    """What a page says outside every message; messages stand in one another."""
    page = Texts()
    page.feed(html)
    kept, depth = [], 0
    for text in page.found:
        for character in text:
            depth += (character == "⟦") - (character == "⟧")
            if depth == 0 and character != "⟧":
                kept.append(character)
        kept.append("\n")
    assert depth == 0
    return "".join(kept)


def untranslated(html: str) -> list[str]:
    words = WORD.findall(CODES.sub("", outside_brackets(html)))
    return sorted({word for word in words if word not in KNOWN and len(word) > 2})


@pytest.fixture
def made_up_language(monkeypatch: pytest.MonkeyPatch) -> None:
    def bracketed(text: str) -> str:
        return f"⟦{text}⟧" if text.strip() else text

    catalogue = trans_real.DjangoTranslation
    monkeypatch.setattr(catalogue, "gettext", lambda self, text: bracketed(text))
    monkeypatch.setattr(catalogue, "ngettext", lambda self, one, many, n: bracketed(one if n == 1 else many))
    monkeypatch.setattr(trans_real, "do_ntranslate", _do_ntranslate(bracketed))
    monkeypatch.setattr(trans_real, "gettext", bracketed)


def _do_ntranslate(bracketed):
    return lambda one, many, n, function: bracketed(one if n == 1 else many)


@pytest.mark.parametrize("scene", SCENES)
def test_no_english_is_left_in_a_made_up_language(scene, bare_stage, made_up_language):
    left: dict[str, list[str]] = {}
    for view in SCENES[scene](bare_stage):
        client = bare_stage.client(view.who) if view.who else Client()
        answer = client.get(view.path, follow=True)
        found = untranslated(answer.content.decode())
        if found:
            left[view.name] = found
    assert not left


def test_a_forgotten_text_would_be_found():
    assert untranslated("<p>⟦Yours: ⟦3 grants⟧⟧ somewhat <img alt='else'></p>") == ["else", "somewhat"]
