"""The company's logo: an SVG of shapes alone, kept once, named by its digest, at the head of each paper."""

import io
from datetime import UTC, datetime

import pikepdf
import pytest

from exchange.cli.demo.cast import LOGO
from exchange.documents import actions, ledger, rendering
from exchange.documents.models import Paper, Picture
from exchange.interchange.cells import CellError
from exchange.interchange.logo import parse_logo
from exchange.kernel import canonical
from tests.documents import samples
from tests.documents.pdf_ua import faults
from tests.support import raw
from tests.support.attack import unguarded

AT = datetime(2003, 7, 8, 17, 21, tzinfo=UTC)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'


def ask(subject: str) -> Paper:
    snapshot = samples.sample()
    snapshot["company"] = {**snapshot["company"], "logo": LOGO}
    actions.keep_picture(LOGO)
    request = actions.PaperRequest("sample", "sample:E-10042", f"sample:{subject}:0000-0000", "CPST-2003", snapshot)
    return actions.request_papers([request], at=AT)[0]


@pytest.mark.django_db
def test_it_stands_on_the_paper_with_a_text_alternative() -> None:
    content = rendering.pdf_bytes(ask("1"))
    assert faults(content) == []
    with pikepdf.open(io.BytesIO(content)) as document:
        told = [
            str(item.Alt)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
    assert told[0] == "Logo of Capstone Turbine Corporation"
    assert told[1].startswith("QR code")


@pytest.mark.django_db
def test_it_is_kept_once_and_named_by_its_digest() -> None:
    papers = [ask("1"), ask("2")]
    assert [paper.values()["company"]["logo"] for paper in papers] == [canonical.digest(LOGO)] * 2
    assert Picture.objects.get().svg == LOGO
    again = actions.PaperRequest("sample", "sample:E-10042", "sample:3:0000-0000", "CPST-2003", papers[0].values())
    assert actions.request_papers([again], at=AT)[0].values()["company"]["logo"] == canonical.digest(LOGO)
    assert Picture.objects.count() == 1
    assert list(ledger.faults()) == []


@pytest.mark.django_db
def test_one_that_was_exchanged_is_found() -> None:
    ask("1")
    with unguarded(Picture):
        raw.change(Picture.objects.get(), svg=f"{HEAD}</svg>")
    assert ["does not match its digest" in fault for fault in ledger.faults()] == [True]


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<image href="https://tracker.example/x.png"/>', "image"),
        ("<text>Larkfield</text>", "text"),
        ('<use href="#a"/>', "use"),
        ('<path d="M0 0" onclick="x()"/>', "onclick"),
        ('<path d="M0 0" style="fill:url(https://x.example)"/>', "style"),
        ('<path d="M0 0" fill="url(https://x.example/a#b)"/>', "fill"),
        ("<!-- hidden -->", "?"),
        ("<g>", "not SVG"),
    ],
)
def test_what_is_more_than_shapes_is_refused_by_name(inside: str, named: str) -> None:
    with pytest.raises(CellError) as refused:
        parse_logo(f"{HEAD}{inside}</svg>")
    assert named in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "logo.svg",
        "<svg/>",
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD + "</svg>",
        HEAD + " " * 32_000 + "</svg>",
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    ],
)
def test_what_is_no_small_svg_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_logo(text)


def test_shapes_with_a_gradient_of_their_own_are_taken() -> None:
    drawing = f'{HEAD}<defs><linearGradient id="a"/></defs><path d="M0 0" fill="url(#a)"/></svg>'
    assert parse_logo(f"  {drawing}\n") == drawing
    assert parse_logo(LOGO) == LOGO
