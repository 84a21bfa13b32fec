"""What a holder acknowledges in signing an option agreement, in our words. The signed record keeps the text shown.

As a form does (domain §4), it acknowledges that the papers were received, never that they were read or understood.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.offers.terms import Terms

Acknowledgment = tuple[str, str]


def agreement_acknowledgments(terms: Terms, count: int) -> tuple[Acknowledgment, ...]:
    """Pairs of code and sentence for so many agreements on one page, in the language in force."""
    names = {"company": terms.company.short_name, "plan": terms.award_plan}
    pairs = [
        (
            "received",
            ngettext(
                "I have received the option agreement listed here, with its vesting schedule.",
                "I have received each option agreement listed here, with its vesting schedule.",
                count,
            ),
        ),
        (
            "agrees",
            ngettext(
                "I accept the option on the terms of its agreement and of the {plan} plan.",
                "I accept each option on the terms of its agreement and of the {plan} plan.",
                count,
            ),
        ),
        (
            "keeps_promise",
            ngettext(
                "The option keeps the Promise to Grant for the cancelled grant it replaces. {company} owes nothing "
                "more for that grant.",
                "Each option keeps the Promise to Grant for the cancelled grant it replaces. {company} owes nothing "
                "more for those grants.",
                count,
            ),
        ),
        ("at_will", _("Nothing in an option agreement promises me continued employment; it remains at will.")),
        ("own_advisers", _("I was told to consult my own legal, tax and financial advisers.")),
        ("electronic", _("My typed name is my signature, and has the effect of one on paper.")),
    ]
    return tuple((code, text.format(**names)) for code, text in pairs)
