"""Who has a paper read aloud hears an Arabic or Hebrew name as it is written, not backwards."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from exchange.documents import rendering
from exchange.documents.catalogue import KINDS, STYLE
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import pdf

NAMED = sorted(KINDS.keys() - {"marked_copy", "sample"})


def told(content: bytes) -> list[str]:
    """The texts that elements of the tree have beside their glyphs, in the order in which they are read."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return list(_told(document.Root.StructTreeRoot))


def _told(element: Any) -> Iterator[str]:
    if "/ActualText" in element:
        yield str(element.ActualText)
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield from _told(kid)


@pytest.mark.parametrize("name", [samples.HEBREW_NAME, samples.ARABIC_NAME], ids=["Hebrew", "Arabic"])
@pytest.mark.parametrize("kind", NAMED)
def test_each_paper_says_the_name_of_its_holder(kind: str, name: str) -> None:
    said = told(pdf(kind, getattr(samples, kind)(1, name=name)))
    assert said
    assert all(name in text for text in said), said


def test_a_name_within_a_sentence_is_said_with_it() -> None:
    name = f"Yael {samples.HEBREW_NAME} Levi"
    said = told(pdf("withdrawal_receipt", samples.withdrawal_receipt(1, name=name)))
    assert said.count(name) == 3  # holder, signature, name in print


def test_a_name_in_latin_letters_needs_nothing_beside_it() -> None:
    assert told(pdf("withdrawal_receipt", samples.withdrawal_receipt(1))) == []


def test_of_two_texts_with_the_same_letters_on_a_page_none_is_said_for_the_other() -> None:
    page = "<html lang=en><title>Two names</title><p>דוד</p><p>לוי</p><p>יול</p></html>"
    assert told(rendering.pdf_from(page, style=STYLE, identifier="two names")) == ["דוד"]
