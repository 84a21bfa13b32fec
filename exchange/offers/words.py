"""Why a person or an option is not eligible, in words a holder can check against their own facts."""

from django.utils.translation import gettext as _

from exchange.kernel.wording import price_text
from exchange.offers.terms import Terms


def person_reason_text(code: str) -> str:
    """Why the person is not eligible (codes of `eligibility.person_reasons`)."""
    return {
        "not_employed": _("You are not employed by the company."),
        "role_not_eligible": _("The offer is not made to people in your role, such as executive officers."),
        "residence_not_eligible": _("The offer is not made to people who live where you live."),
    }[code]


def option_reason_text(code: str, terms: Terms) -> str:
    """Why an option is not eligible (codes of `eligibility.option_reasons`)."""
    threshold = price_text(terms.minimum_exercise_price)
    return {
        "nothing_outstanding": _("No shares of it are outstanding."),
        "plan_not_eligible": _("It was granted under a plan that the offer does not cover."),
        "granted_after_commencement": _("It was granted after the offer commenced."),
        "expired": _("It has expired."),
        "price_below_threshold": _("Its exercise price is below {threshold}.").format(threshold=threshold),
    }[code]
