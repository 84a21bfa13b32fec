"""What a lawyer looks for in the forms of 2003, in our words: each fact stands in the form that is sent out."""

import pytest

from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import flat, pdf

DEADLINE = "24 July 2003, 5:00 p.m. Pacific Time (25 July, 00:00 UTC)"
BOTH = (
    "Offer CPST-2003, dated 25 June 2003, amended 9 July 2003",
    "the most recent version of the offer, as it may be amended",
    "(818) 734-5381 for the attention of Debbie Bernard",
    "Debbie Bernard, Human Resources 21211 Nordhoff Street, Chatsworth, California 91311",
    "You choose the way and bear its risk. It is delivered when Capstone has it, so leave time.",
    "We confirm by e-mail within 2 business days; if you hear nothing, it is for you to make sure that we have it.",
    "If your name was changed by law since, attach the proof.",
    "as attorney-in-fact or fiduciary, states the full title and attaches evidence",
    "That decision, and how Capstone reads the terms of the offer and these instructions, is final and binds",
    "It may waive a condition of the offer, or a defect for all holders alike.",
    "Nobody is bound to tell you of a defect, or liable for not having told you.",
    "at the cost of Capstone, send copies of its documents",
    "Sign as Alex Rivera, exactly as the option agreements name you",
)
ELECTION = (
    f"before {DEADLINE}, unless the offer is extended",
    "Use this form to tender options on paper, or to change what you tendered.",
    "A form sent by e-mail is never a tender.",
    "Shares to be cancelled",
    # What is acknowledged.
    "I have received the Offer to Exchange and the instructions to this Election Form, and I am bound",
    "survives my death or incapacity and binds my heirs, representatives, successors and assigns",
    "their option agreements, which this form amends to that end, are void, and I have no further rights under them",
    "on the grant date, I am an employee of Capstone, one of its subsidiaries or a successor",
    "with or without cause or notice, subject to the law of the country where I work and to any employment agreement",
    "Capstone may extend, amend, postpone or terminate the offer, or reject a tender",
    "I was told to consult my own legal, tax and financial advisers.",
    "is cancelled, unless before",
    "that is dated after this form, or Capstone terminates the offer",
    # The instructions.
    "a new Election Form, signed and dated after the one before, replaces it whole",
    "A withdrawal cannot be undone",
    "no alternative, conditional or contingent tender",
    "you waive any notice that your tender was accepted, except the notice that the offer itself provides",
    "a part of a grant cannot be tendered",
    "an exercise price of $2.00 or more",
    "on a sheet of its own, with your name in print, signature and date",
    "United States federal income tax",
    "By signing you consent that Capstone, its affiliates and those who work for them collect, hold, use and pass on",
    "and for nothing else",
    "Those who receive it may be in another country, with other law.",
    "withdraw this consent, in writing to human resources",
    "You take part voluntarily.",
    "no part of normal pay for any severance, bonus, pension or the like",
    "if they do not rise above the new exercise price, a new option is worth nothing",
    "you irrevocably release Capstone, its subsidiaries and affiliates from any",
)
NOTICE = (
    "Use it only to withdraw everything.",
    "A form sent by e-mail is never a withdrawal.",
    f"Offer expires {DEADLINE}, unless it is extended",
    "I tendered options by an Election Form. I change that decision",
    "surrender none. I receive no new options under the offer. I keep the options I have",
    "the plans they were granted under and my option agreements govern them as before",
    "I do not accept the offer for any of my options.",
    "I have received the instructions to this Notice to Withdraw and am bound by them.",
    "we must have a new Election Form, signed and dated after this notice, before the offer expires",
    "you waive any notice that your tender was withdrawn",
)


@pytest.mark.parametrize(
    ("kind", "facts"), [("election_form", BOTH + ELECTION), ("notice_form", BOTH + NOTICE)], ids=["election", "notice"]
)
def test_a_form_says_everything_it_must(kind: str, facts: tuple[str, ...]) -> None:
    words = flat(pdf(kind, getattr(samples, kind)(2)))
    assert [fact for fact in facts if fact not in words] == []


@pytest.mark.parametrize("kind", ["election_form", "option_statement", "final_statement"])
def test_when_a_paper_was_made_is_said_to_the_second(kind: str) -> None:
    """Parts of one are for what an instant of receipt decides."""
    words = flat(pdf(kind, getattr(samples, kind)(1)))
    assert "8 July 2003, 10:20:31 a.m. Pacific Time (17:20:31 UTC)" in words
    assert "10:20:31.25" not in words
