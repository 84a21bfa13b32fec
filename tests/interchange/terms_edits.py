"""The Capstone offer's terms with something in them changed, written to a file and read."""

from collections.abc import Callable
from pathlib import Path

from exchange.interchange.terms import OfferFile, load_terms
from tests.support.tables import CAPSTONE

GOOD = (CAPSTONE / "offer.toml").read_text(encoding="utf-8")
Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    """Replaces text that must be there once."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, old
        return text.replace(old, new)

    return edit


def add(text: str) -> Edit:
    return lambda before: f"{before}\n{text}\n"


def load(folder: Path, *edits: Edit) -> tuple[OfferFile | None, list[str]]:
    text = GOOD
    for edit in edits:
        text = edit(text)
    path = folder / "offer.toml"
    path.write_text(text, encoding="utf-8")
    offer, problems = load_terms(path)
    assert (offer is None) == bool(problems)
    return offer, [str(problem) for problem in problems]


def good(folder: Path, *edits: Edit) -> OfferFile:
    offer, problems = load(folder, *edits)
    assert problems == []
    assert offer is not None
    return offer


def refusal(folder: Path, *edits: Edit) -> str:
    _offer, problems = load(folder, *edits)
    (text,) = problems
    return text
