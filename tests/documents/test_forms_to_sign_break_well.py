"""A form to sign by hand: nothing that a signature is given for stands on another page than the signature.

The tables end between options, never with one alone; up to fifteen options the Election Form has three pages, up to
twenty-five the Notice.
"""

import re
from functools import cache
from typing import Any

import pytest

from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import pdf, text

EVERY = [(kind, count) for kind in ("election_form", "notice_form") for count in (*range(1, 18), 25, 60)]


@cache
def pages_of(kind: str, count: int) -> list[str]:
    sample: Any = getattr(samples, kind)(count)
    pages = text(pdf(kind, sample), "-raw").split("\f")[:-1]
    return [" ".join(page.split()) for page in pages]


@pytest.mark.parametrize(("kind", "count"), EVERY)
def test_a_signature_is_on_one_page_with_all_that_it_is_given_for(kind: str, count: int) -> None:
    signed = next(page for page in pages_of(kind, count) if "Date and time signed" in page)
    of_a_notice = ["I do not accept the offer for any of my options."]
    given = ["is cancelled, unless before"] if kind == "election_form" else of_a_notice
    worded = samples.ACKNOWLEDGMENTS if kind == "election_form" else samples.OF_A_NOTICE
    for said in (*given, *(one["text"] for one in worded), "full title, such as attorney-in-fact"):
        assert said in signed


@pytest.mark.parametrize(("kind", "count"), EVERY)
def test_no_option_stands_alone_at_the_break_of_a_table(kind: str, count: int) -> None:
    listed = [len(re.findall(r"G00\d{4} \d", page)) for page in pages_of(kind, count)]
    assert sum(listed) == count
    assert count == 1 or 1 not in listed
    total = next(
        page for page in pages_of(kind, count) if re.search(r"All that you may tender|\d options? [\d,]+", page)
    )
    assert re.search(r"G00\d{4} \d", total), "the total stands below an option"


@pytest.mark.parametrize("count", [1, 3, 9, 10, 15])
def test_an_election_form_of_few_options_has_three_pages(count: int) -> None:
    first, second, third = pages_of("election_form", count)
    assert "We must have this form" in first
    assert "What I acknowledge by signing" in second
    assert "Instructions, which are part of this form" in third
    assert "Whom to ask" in third


@pytest.mark.parametrize("count", [1, 15, 25])
def test_a_notice_of_few_options_has_three_pages(count: int) -> None:
    first, second, third = pages_of("notice_form", count)
    assert "What I withdraw" in first
    assert "What I acknowledge by signing" in second
    assert "Instructions, which are part of this notice" in third
