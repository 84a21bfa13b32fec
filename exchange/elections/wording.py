"""What a signer acknowledges, in our words, versioned with the code that shows it. The signed record keeps the text.

A form acknowledges that the documents were received, never that they were read or understood (domain §4).
"""

from django.utils.translation import gettext as _

from exchange.elections.models import FormKind
from exchange.offers.terms import Terms

Acknowledgment = tuple[str, str]


def acknowledgments(terms: Terms, kind: str) -> tuple[Acknowledgment, ...]:
    """Pairs of code and sentence for one kind of form, in the language in force."""
    found = _election(terms) if kind == FormKind.ELECTION else _withdrawal(terms)
    return tuple(found)


def _election(terms: Terms) -> list[Acknowledgment]:
    names = {"company": terms.company.short_name, "plan": terms.award_plan}
    pairs = [
        (
            "received",
            _(
                "I have received the Offer to Exchange and the instructions to this Election Form, and I am bound by "
                "the terms of both."
            ),
        ),
        (
            "binding_contract",
            _(
                "If {company} accepts the options I tender, its acceptance makes a binding contract between us on the "
                "terms of the offer. The contract survives my death or incapacity and binds my heirs, "
                "representatives, successors and assigns."
            ),
        ),
        (
            "options_void",
            _(
                "Once accepted, the options I tender are cancelled. They and their option agreements, which this form "
                "amends to that end, are void, and I have no further rights under them."
            ),
        ),
        (
            "employed_on_grant_date",
            _(
                "I receive new options only if, on the grant date, I am an employee of {company}, one of its "
                "subsidiaries or a successor, and the {plan} plan allows the grant to me."
            ),
        ),
        (
            "at_will",
            _(
                "Nothing in the offer promises me continued employment; my employment remains at will. My employer or "
                "I may end it at any time, with or without cause or notice, subject to the law of the country where I "
                "work and to any employment agreement I have."
            ),
        ),
        (
            "company_may_change",
            _(
                "{company} may extend, amend, postpone or terminate the offer, or reject a tender, as the offer says; "
                "it decides questions about forms in its reasonable discretion."
            ),
        ),
        (
            "own_advisers",
            _(
                "I was told to consult my own legal, tax and financial advisers. Neither {company} nor its board "
                "recommends that I accept or decline."
            ),
        ),
        (
            "personal_data",
            _(
                "{company} and those who work for it may use and pass on the personal data needed to carry out the "
                "offer and to administer my options."
            ),
        ),
        (
            "voluntary",
            _(
                "I take part voluntarily. The new options are outside my normal pay, their future value is unknown, "
                "and taking part gives me no claim to later options or to any compensation."
            ),
        ),
    ]
    return [(code, text.format(**names)) for code, text in pairs]


def _withdrawal(terms: Terms) -> list[Acknowledgment]:
    names = {"company": terms.company.short_name}
    pairs = [
        ("received", _("I have received the instructions to this Notice to Withdraw and am bound by them.")),
        (
            "withdraws_everything",
            _("I withdraw every option I have tendered. I keep them all, on their present terms."),
        ),
        (
            "only_a_new_form",
            _(
                "I cannot take this withdrawal back. Only a new Election Form, received before the offer expires, "
                "tenders my options to {company} again."
            ),
        ),
    ]
    return [(code, text.format(**names)) for code, text in pairs]
