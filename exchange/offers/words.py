"""Why a person or an option is not eligible, in words a holder can check against their own facts."""

from django.utils.translation import gettext as _

from exchange.kernel.wording import date_text, price_text
from exchange.offers.eligibility import ExclusionFact
from exchange.offers.terms import Terms


def person_reason_text(code: str, terms: Terms, exclusion: ExclusionFact | None) -> str:
    """Why the person is not eligible (codes of `eligibility.person_reasons`)."""
    if code == "person_excluded" and exclusion is not None:
        told = _("The company, with its counsel’s approval, has excluded you from the offer since {day}.")
        return _excluded(told, terms, exclusion)
    return {
        "not_employed": _("You are not employed by the company."),
        "role_not_eligible": _("The offer is not made to people in your role, such as executive officers."),
        "residence_not_eligible": _("The offer is not made to people who live where you live."),
    }[code]


def option_reason_text(code: str, terms: Terms, exclusion: ExclusionFact | None) -> str:
    """Why an option is not eligible (codes of `eligibility.option_reasons`)."""
    if code == "option_excluded" and exclusion is not None:
        told = _("The company, with its counsel’s approval, has excluded this option from the offer since {day}.")
        return _excluded(told, terms, exclusion)
    threshold = price_text(terms.minimum_exercise_price)
    return {
        "nothing_outstanding": _("No shares of it are outstanding."),
        "plan_not_eligible": _("It was granted under a plan that the offer does not cover."),
        "granted_after_commencement": _("It was granted after the offer commenced."),
        "expired": _("It has expired."),
        "price_below_threshold": _("Its exercise price is below {threshold}.").format(threshold=threshold),
    }[code]


def _excluded(told: str, terms: Terms, exclusion: ExclusionFact) -> str:
    """Since when, the reason as it was written for the holder, whom to ask, and how to say that it is wrong."""
    contacts = terms.company.contacts
    asked = next((one for one in contacts if one.purpose != "forms"), contacts[0] if contacts else None)
    said = [told.format(day=date_text(exclusion.since)), _("The reason: {reason}").format(reason=exclusion.told)]
    if asked is not None:
        reached = ", ".join(part for part in (asked.name, asked.phone, asked.email) if part)
        said.append(_("Questions: {whom}.").format(whom=reached))
    said.append(_("If you think that this is wrong, report it in the portal, or ask us to."))
    return " ".join(said)
