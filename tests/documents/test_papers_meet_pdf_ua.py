"""Every kind of paper, short and long, has what PDF/UA-1 asks for; and the checker finds what it is there to find."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from exchange.documents.catalogue import KINDS
from tests.documents import samples
from tests.documents.pdf_ua import faults
from tests.documents.test_papers_are_exact_and_accessible import made_of, pdf


@pytest.fixture(scope="module", params=sorted(KINDS))
def made(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    return request.param, made_of(request.param)


def test_nothing_is_found_wrong(made: tuple[str, bytes]) -> None:
    assert faults(made[1]) == []


@pytest.mark.parametrize("kind", ["election_form", "option_statement", "adjustment_statement", "promise_to_grant"])
def test_nothing_is_found_wrong_with_sixty_grants_and_a_name_in_arabic(kind: str) -> None:
    assert faults(pdf(kind, getattr(samples, kind)(60, name=samples.ARABIC_NAME))) == []


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        *((kind, 60) for kind in ("election_receipt", "promise_to_grant", "adjustment_statement", "election_form")),
        *(("option_statement", 61), ("audit_certificate", 60), ("final_statement", 60)),
    ],
)
def test_a_reader_hears_with_every_figure_whose_option_it_is_of(kind: str, rows: int) -> None:
    """Each row of options is headed by its grant's number, and each of its cells names that header."""
    with pikepdf.open(io.BytesIO(pdf(kind, getattr(samples, kind)(60)))) as document:
        heads = [row for row in elements(document, "/TR") if is_of_an_option(row)]
        assert len(heads) >= rows
        for row in heads:
            header = next(cell for cell in row.K if cell.S == "/TH")
            assert header.A.Scope == "/Row"
            assert all(header.ID in list(cell.A.Headers) for cell in row.K if cell.S == "/TD")


def is_of_an_option(row: Any) -> bool:
    """In the body of a table, and of more cells than a fact, a remark or a total has."""
    return row.P.S != "/THead" and len(row.K) >= 6


@pytest.fixture(scope="module")
def receipt() -> bytes:
    return made_of("election_receipt")


def elements(document: pikepdf.Pdf, kind: str) -> list[Any]:
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem" and item.get("/S") == kind
    ]


def no_language(document: pikepdf.Pdf) -> None:
    del document.Root.Lang


def no_title_shown(document: pikepdf.Pdf) -> None:
    document.Root.ViewerPreferences.DisplayDocTitle = False


def no_tree(document: pikepdf.Pdf) -> None:
    del document.Root.StructTreeRoot


def no_alternative(document: pikepdf.Pdf) -> None:
    del elements(document, "/Figure")[0].Alt


def no_scope(document: pikepdf.Pdf) -> None:
    del elements(document, "/TH")[0].A.Scope


def a_level_left_out(document: pikepdf.Pdf) -> None:
    elements(document, "/H2")[0].S = pikepdf.Name("/H3")


def content_taken_out_of_the_tree(document: pikepdf.Pdf) -> None:
    elements(document, "/P")[3].K = pikepdf.Array()


def content_painted_unmarked(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    page.Contents = document.make_stream(page.Contents.read_bytes() + b"\n0 0 10 10 re f\n")


def a_font_left_out(document: pikepdf.Pdf) -> None:
    font = next(iter(document.pages[0].Resources.Font.values()))
    descriptor = font.DescendantFonts[0].FontDescriptor
    for name in ("/FontFile2", "/FontFile3"):
        if name in descriptor:
            del descriptor[name]


def glyphs_without_meaning(document: pikepdf.Pdf) -> None:
    del next(iter(document.pages[0].Resources.Font.values())).ToUnicode


def a_link_out_of_the_tree(document: pikepdf.Pdf) -> None:
    for link in elements(document, "/Link"):
        link.K = pikepdf.Array([kid for kid in link.K if not isinstance(kid, pikepdf.Dictionary)])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_language, "it has no language"),
        (no_title_shown, "not its title"),
        (no_tree, "it has no structure tree"),
        (no_alternative, "a figure has no text alternative"),
        (no_scope, "a header cell has no scope"),
        (a_level_left_out, "the headings go from level 1 to 3"),
        (content_taken_out_of_the_tree, "is in no element"),
        (content_painted_unmarked, "neither content nor an artifact"),
        (a_font_left_out, "is not embedded"),
        (glyphs_without_meaning, "does not tell what its glyphs mean"),
        (a_link_out_of_the_tree, "an annotation is not in the tree once"),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
def test_the_checker_finds(spoil: Callable[[pikepdf.Pdf], None], said: str, receipt: bytes) -> None:
    spoiled = io.BytesIO()
    with pikepdf.open(io.BytesIO(receipt)) as document:
        spoil(document)
        document.save(spoiled)
    assert any(said in found for found in faults(spoiled.getvalue()))
