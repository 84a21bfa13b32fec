"""Read aloud or copied out, each paper says its things in the order in which a person reads them."""

import re
import subprocess
from collections.abc import Sequence

import pytest

from exchange.documents.catalogue import KINDS
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import flat, made_of, pdf

LETTERHEAD = ("Capstone Turbine Corporation", "21211 Nordhoff Street", "Offer CPST-2003", "Check this paper:")
RECEIPT_END = ("Whom to ask", "What you acknowledged", "Your signature", "How this record can be checked")
AGREEMENT = ("1. The option", "6. The plan, and the whole agreement", "Signature of authorised officer")
AGREEMENT += ("Signature of holder",)
SCHEDULE = ("Vesting schedule of grant", "26 January 2004 300 300", "Total 2,400")
SIGNED = ("Signature", "Date and time signed", "Name in print", "E-mail", "Home or work address")
ORDER: dict[str, Sequence[str]] = {
    "sample": (
        "Sample of a record",
        "records nothing",
        "What a table of options looks like",
        "G001000",
        "Whom to ask",
    ),
    "election_receipt": (
        *("Receipt for Election Form E-000217", "Confirmation number", "Options you tender", "G001000", "3 options"),
        *("Options you keep", "What happens next", "How to change or withdraw", *RECEIPT_END),
    ),
    "withdrawal_receipt": (
        *("Receipt for Notice to Withdraw", "Confirmation number", "Options you keep", "If you want to tender again"),
        *RECEIPT_END,
    ),
    "form_not_in_force": ("Record of form", "too late", "Form number", "Options the form lists", *RECEIPT_END),
    "promise_to_grant": (
        *("Promise to Grant P-000088", "To Alex Rivera", "1. What we promise", "G001000", "3 options"),
        *("2. When we grant", "5. Vesting", "10. Changes", "Signature of authorised officer", "Whom to ask"),
    ),
    "new_option": ("Option Agreement N-000312", "Holder Alex Rivera", *AGREEMENT, "Whom to ask", *SCHEDULE),
    "signed_agreement": (
        *("Signed Option Agreement N-000312", "signed this option agreement", *AGREEMENT, *SCHEDULE),
        *("Whom to ask", "What you acknowledged", "How this record can be checked"),
    ),
    "audit_certificate": (
        *("Audit certificate of form", "Who signed, and how we know", "Every step", "Options listed on the form"),
        *("The wording shown", "How this can be checked", "Whom to ask"),
    ),
    "marked_copy": ("what changed since version 1", "1. The offer", "[removed: all] [added: any]", "Whom to ask"),
    "final_statement": ("Final statement", "Your options", "Your forms", "Whom to ask"),
    "election_form": (
        *(
            "Paper Election Form",
            "before 24 July 2003, 5:00 p.m. Pacific Time",
            "By fax (818) 734-5381",
            "telephone (818) 734-5431",
            "By hand",
        ),
        *("Holder Alex Rivera", "amends and replaces", "make no recommendation", "Options I tender", "G001000"),
        *("G001001", "with it G001002", "A split pair", "All that you may tender 4,611"),
        "What I acknowledge by signing",
        *(
            *SIGNED,
            "Instructions, which are part of this form",
            "Delivery.",
            "What taking part is not.",
            "Whom to ask",
        ),
    ),
    "notice_form": (
        *(
            "Paper Notice to Withdraw",
            "By fax",
            "telephone (818) 734-5431",
            "Form on record E-000198",
            "What I withdraw",
            "3 options",
        ),
        *("I do not accept the offer for any of my options", "What I acknowledge by signing", *SIGNED),
        *("Instructions, which are part of this notice", "Irregular notices.", "Whom to ask"),
    ),
    "option_statement": (
        *("Statement of options", "Holder Alex Rivera", "Eligible in this offer", "G001000", "3 options 4,611"),
        *("Not eligible, and why", "G001003", "Its exercise price is below $2.00.", "How to read it", "Whom to ask"),
    ),
    "adjustment_statement": (
        *("Statement of adjustments", "3 new for 2 old", "Effective on 2 September 2003", "One share becomes 1 1/2"),
        *("G001000 29 June 2000 1,200 1,200 1,800 1,800", "G001001 16 July 2000 1,537 1,537 2,305 1/2 2,305"),
        *("3 options 4,611 6,916", "How it is counted", "Whom to ask"),
    ),
}


def test_every_kind_is_here() -> None:
    assert set(ORDER) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(ORDER))
def test_a_paper_reads_from_top_to_bottom(kind: str) -> None:
    words, place = flat(made_of(kind)), 0
    for said in (*LETTERHEAD, *ORDER[kind]):
        found = words.find(said, place)
        assert found >= 0, f"{said!r} does not come after {words[max(place - 60, 0) : place]!r}"
        place = found + len(said)


@pytest.mark.parametrize("kind", ["election_form", "promise_to_grant", "adjustment_statement"])
def test_a_screen_reader_meets_the_same_outline(kind: str) -> None:
    """The headings of the structure tree, in its own order, are those of the page."""
    done = subprocess.run(["pdfinfo", "-struct-text", "-"], input=made_of(kind), capture_output=True, check=True)
    headings = re.findall(r'^\s*H[12] .*\n\s*Span .*\n\s*"(.*)"', done.stdout.decode(), flags=re.M)
    words = flat(made_of(kind))
    assert len(headings) >= 4
    places = [words.find(heading) for heading in headings]
    assert places == sorted(places)
    assert -1 not in places


def test_an_acquisition_is_shown_after_the_split_before_it() -> None:
    words = flat(pdf("adjustment_statement", samples.adjustment_statement(1, merged=True)))
    assert "After every event, exactly" in words
    assert "1,200 1,200 1,800 232 256/317 232" in words
    assert "Other events on record" in words
    assert "acquired for cash: $4.10 a share, divided by $31.70, the price of a share of Northern Dynamics" in words
