"""What a holder acknowledges in signing an option agreement, in our words. The signed record keeps the text shown.

As a form does (domain §4), it acknowledges that the papers were received, never that they were read or understood.
"""

from django.utils.translation import gettext as _

from exchange.offers.terms import Terms

Acknowledgment = tuple[str, str]


def agreement_acknowledgments(terms: Terms, *, number: str, old_number: str) -> tuple[Acknowledgment, ...]:
    """Pairs of code and sentence, in the language in force; the two numbers are the new grant's and the old one's."""
    names = {"company": terms.company.short_name, "plan": terms.award_plan, "number": number, "old": old_number}
    pairs = [
        ("received", _("I have received the option agreement for grant {number}, with its vesting schedule.")),
        ("agrees", _("I accept the option on the terms of this agreement and of the {plan} plan.")),
        (
            "keeps_promise",
            _("This option keeps the Promise to Grant for cancelled grant {old}. {company} owes nothing more for it."),
        ),
        ("at_will", _("Nothing in the agreement promises me continued employment.")),
        (
            "own_advisers",
            _("I was told to consult my own legal, tax and financial advisers."),
        ),
        (
            "electronic",
            _("My typed name on this page is my signature, and has the effect of one on paper."),
        ),
    ]
    return tuple((code, text.format(**names)) for code, text in pairs)
