"""One is said of one on every paper: an option may be for one share."""

import html
import inspect
import re
from typing import Any

import pytest

from exchange.documents import rendering
from exchange.documents.catalogue import KINDS
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import paper
from tests.staff.test_one_is_said_of_one import misses


def of_one(value: Any) -> Any:
    """The values with one for every number that counts something."""
    if isinstance(value, dict):
        return {name: of_one(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [of_one(inner) for inner in value]
    return 1 if isinstance(value, int) and not isinstance(value, bool) else value


def words(kind: str, snapshot: dict[str, Any]) -> str:
    markup = rendering.html_of(paper(kind, snapshot)).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup)))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_of_one_option_for_one_share(kind: str) -> None:
    sample = getattr(samples, kind)
    snapshot = sample(1) if inspect.signature(sample).parameters else sample()
    assert misses(words(kind, of_one(snapshot))) == []


def test_the_promise_and_the_agreement_say_so_in_a_sentence() -> None:
    assert "new options to buy 1 share of its common stock" in words(
        "promise_to_grant", samples.promise_to_grant(1) | {"total_promised": 1}
    )
    assert "buy up to 1 share of the common stock" in words("new_option", samples.new_option(1))
    assert "buy up to 2,400 shares of the common stock" in words("new_option", samples.new_option(2400))


def test_a_final_statement_says_that_one_share_is_held() -> None:
    statement = samples.final_statement(1) | {"total_held": 1}
    assert "1 is held until counsel decides" in words("final_statement", statement)
    assert "2 are held until counsel decides" in words("final_statement", statement | {"total_held": 2})
