"""One is said of one in every letter: an offer may have one holder with one option for one share."""

import html
import re
from dataclasses import fields, replace
from typing import Any

import pytest

from exchange.notices import letters
from exchange.notices.context_parts import Line
from tests.notices import samples
from tests.staff.test_one_is_said_of_one import misses


def of_one(value: Any) -> Any:
    """The value with one where it counts something; of several lines the first, for one share."""
    if isinstance(value, int) and not isinstance(value, bool):
        return 1
    if isinstance(value, tuple) and value and isinstance(value[0], Line):
        return (replace(value[0], shares=1),)
    return value


@pytest.mark.parametrize("case", samples.EVERY)
def test_of_one_option_for_one_share(case: str) -> None:
    kind, context = samples.EVERY[case]
    ones: dict[str, Any] = {field.name: of_one(getattr(context, field.name)) for field in fields(context)}
    letter = letters.render(kind, replace(context, **ones))
    words = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", " ", letter.html, flags=re.S)))
    for part in (letter.subject, letter.text, words):
        assert misses(re.sub(r"\s+", " ", part)) == []


@pytest.mark.parametrize("kind", ["offer_extended", "offer_amended", "condition_waived"])
@pytest.mark.parametrize(
    ("shares", "said"), [(1, "options for about 1 share"), (1200, "options for about 1,200 shares")]
)
def test_what_was_tendered_so_far(kind: str, shares: int, said: str) -> None:
    context: Any
    for of_kind, context in samples.EVERY.values():
        if of_kind == kind and getattr(context, "previous_deadline", None) is not None:
            letter = letters.render(kind, replace(context, tendered_shares=shares))
            assert said in letter.text
            assert said in letter.html
