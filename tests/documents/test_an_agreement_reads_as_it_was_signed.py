"""A copy of an agreement that was made with an earlier template says, section by section, what was signed."""

import re

import pytest

from exchange.documents import rendering
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import paper


def sections(template: str, **changed: object) -> str:
    """The words of the numbered sections, up to the signatures."""
    asked = paper("new_option", samples.new_option() | changed)
    asked.template = template
    html = rendering.html_of(asked)
    body = html[html.index("1. The option") : html.index('class="parties"')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>?", " ", body)).strip()


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("changed", [{}, {"price_source": "Northern Dynamics"}], ids=["own stock", "an acquirer's"])
def test_a_later_version_has_every_word_of_the_first(changed: dict[str, object], version: int) -> None:
    first = sections("documents/new_option.v1.html", **changed)
    assert "6. The plan, and the whole agreement" in first
    assert sections(f"documents/new_option.v{version}.html", **changed) == first
