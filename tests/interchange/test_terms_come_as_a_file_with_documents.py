"""`offer.toml` as a file, and the documents it names: what cannot be read is refused, and where."""

from pathlib import Path

import pytest

from exchange.interchange.terms import load_terms
from tests.interchange.terms_edits import GOOD, Edit, add, good, refusal


def load_bytes(folder: Path, data: bytes, name: str = "offer.toml") -> list[str]:
    (folder / name).write_bytes(data)
    offer, problems = load_terms(folder / name)
    assert (offer is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_a_byte_order_mark_and_windows_line_endings_are_read(tmp_path: Path) -> None:
    assert load_bytes(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == []


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (GOOD.encode("utf-16"), "offer.toml: the file is written in UTF-16; expected UTF-8"),
        (
            GOOD.replace("Debbie", "Débbie").encode("latin-1"),
            "offer.toml, row 13: byte 416 of the file is 0xE9, which is not UTF-8; expected UTF-8",
        ),
        (b"x = 1\ny =\n", "offer.toml, row 2: this is not TOML: Invalid value"),
        (b"[a]\n[a]\n", "offer.toml, row 2: this is not TOML: "),
        (b"x = 1\n\ny = '''", "offer.toml, row 3: this is not TOML: "),
        (b"x = \x00", "offer.toml, row 1: byte 5 of the file is NUL"),
        (b"x = " + b"[" * 100_000, "offer.toml: the file is not TOML that can be read"),
        (b"x = " + b"9" * 100_000, "offer.toml: the file is not TOML that can be read"),
        (b"#" * ((1 << 20) + 1), "offer.toml: the file is larger than 1 MB"),
    ],
    ids=["UTF-16", "Latin-1", "a value missing", "a table twice", "no end", "NUL", "deep", "long", "large"],
)
def test_what_is_no_toml_is_refused_at_its_line(tmp_path: Path, data: bytes, text: str) -> None:
    (found,) = load_bytes(tmp_path, data)
    assert found.startswith(text)


def test_an_empty_file_misses_every_table(tmp_path: Path) -> None:
    found = load_bytes(tmp_path, b"")
    assert found == [
        f"offer.toml, {table}: the key is missing; expected a table"
        for table in ("company", "offer", "eligibility", "new_award", "deadlines")
    ]


def test_a_file_that_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    assert [str(problem) for problem in load_terms(tmp_path / "offer.toml")[1]] == [
        "offer.toml: there is no such file"
    ]
    (tmp_path / "folder.toml").mkdir()
    assert "cannot be read" in str(load_terms(tmp_path / "folder.toml")[1][0])
    assert load_bytes(tmp_path, GOOD.encode(), "offer.txt") == [
        "offer.txt: the file's name does not end in .toml; expected a .toml file"
    ]


def document(file: str, kind: str = "offer_to_exchange") -> Edit:
    return add(f'[[documents]]\nkind = "{kind}"\ntitle = "Offer to Exchange"\nfile = \'{file}\'')


def test_documents_come_with_their_bytes_and_digests(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "offer.html").write_text("<p>An offer</p>")
    (tmp_path / "notice.PDF").write_bytes(b"%PDF-1.7\n")
    offer = good(tmp_path, document("papers/offer.html"), document("notice.PDF", "notice"))
    html, pdf = offer.documents
    assert (html.content_type, html.body, html.kind) == ("text/html", b"<p>An offer</p>", "offer_to_exchange")
    assert (pdf.content_type, pdf.title) == ("application/pdf", "Offer to Exchange")
    assert offer.as_plain()["documents"][0] == {
        "kind": "offer_to_exchange",
        "title": "Offer to Exchange",
        "file": "papers/offer.html",
        "sha256": html.sha256,
    }
    (tmp_path / "papers" / "offer.html").write_text("<p>Another</p>")
    changed = good(tmp_path, document("papers/offer.html"), document("notice.PDF", "notice"))
    assert changed.as_plain() != offer.as_plain()


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "terms"
    folder.mkdir()
    (tmp_path / "outside.html").write_text("<p>secret</p>")
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    (folder / "offer.docx").write_text("x")
    (folder / "not.pdf").write_text("x")
    (folder / "latin.html").write_bytes("<p>é</p>".encode("latin-1"))
    (folder / "folder.html").mkdir()
    return folder


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("gone.html", 'there is no file "gone.html"'),
        ("folder.html", 'there is no file "folder.html"'),
        ("../outside.html", '"../outside.html" lies outside the folder of the terms'),
        ("link.html", '"link.html" lies outside the folder of the terms'),
        ("/etc/hosts.html", '"/etc/hosts.html" lies outside the folder of the terms'),
        ("offer.docx", '"offer.docx" is neither HTML nor PDF'),
        ("not.pdf", '"not.pdf" is not a PDF, whatever its name says'),
        ("latin.html", '"latin.html": byte 4 of the file is 0xE9, which is not UTF-8'),
    ],
)
def test_a_document_that_cannot_be_shown_is_refused(papers: Path, file: str, text: str) -> None:
    assert refusal(papers, document(file)).startswith(f"offer.toml, documents[1].file: {text}")


def test_a_kind_of_document_is_one_word(tmp_path: Path) -> None:
    (tmp_path / "offer.html").write_text("<p>An offer</p>")
    found = refusal(tmp_path, document("offer.html", "The Offer"))
    assert found.startswith('offer.toml, documents[1].kind: "The Offer" is not a kind')
