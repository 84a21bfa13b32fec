"""What one acknowledges by signing (domain §4), with the version of the wording. The text shown is what is stored.

A change of wording is a new version: the codes change with it, so that a record always tells which words were shown.
Receipt is acknowledged, never having read or understood.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

VERSION = 1

ELECTION: Sequence[tuple[str, str]] = (
    ("received", noop("I have received the offer and its instructions, and I am bound by both.")),
    (
        "contract",
        noop(
            "When {company} accepts the options I tender, that makes a binding contract between us on the terms of "
            "the offer. It survives my death or incapacity, and it binds my heirs, representatives and successors."
        ),
    ),
    (
        "void",
        noop(
            "Options that are accepted are cancelled. I have no right to them any more, and as far as they go their "
            "option agreements are void."
        ),
    ),
    (
        "employed",
        noop(
            "To receive new options I must be an employee of {company}, of a subsidiary or of a successor, and may be "
            "granted options under the plan, on the day they are granted."
        ),
    ),
    ("at_will", noop("My employment is at will: subject to law and to my contract, either side may end it any day.")),
    (
        "company_may",
        noop(
            "{company} may terminate or amend the offer, and may postpone or reject what I tender, as the offer says."
        ),
    ),
    ("discretion", noop("{company} decides questions about this form and what it tenders, in reasonable discretion.")),
    ("advisers", noop("I was told to consult my own legal, tax and financial advisers before I decide.")),
    ("data", noop("My personal data are used, and passed to those who help, to carry out the offer and the plan.")),
    (
        "voluntary",
        noop(
            "I take part of my own free will. Options are outside my normal pay, their future value is unknown, and "
            "neither the cancellation nor a loss of value gives me a claim."
        ),
    ),
)

WITHDRAWAL: Sequence[tuple[str, str]] = (
    ("received", noop("I have received the offer and its instructions, and I am bound by both.")),
    (
        "everything",
        noop("This Notice withdraws every option I tendered. I keep them on the terms of their plans and agreements."),
    ),
    ("nothing_new", noop("I receive no new options for them under the offer.")),
    (
        "only_anew",
        noop(
            "This Notice cannot be taken back. To tender again, I sign a new Election Form before the offer expires."
        ),
    ),
    ("discretion", noop("{company} decides questions about this Notice, in reasonable discretion.")),
)


def acknowledgments(kind: str, company: str) -> tuple[tuple[str, str], ...]:
    """Pairs of code and text for an `election` or a `withdrawal`, in the language in use."""
    statements = ELECTION if kind == "election" else WITHDRAWAL
    return tuple((f"{kind}.{VERSION}.{code}", _(text).format(company=company)) for code, text in statements)
