"""Why a tender was not accepted and why a promise lapsed, in words to the holder."""

from django.utils.translation import gettext as _


def not_accepted_text(code: str) -> str:
    return {
        "person_not_eligible": _("You were no longer eligible on the day the tenders were accepted."),
        "option_not_eligible": _("The option was no longer eligible on the day the tenders were accepted."),
        "pair_broken": _("The other half of its pair could not be accepted; both go, or neither."),
    }[code]


def lapse_text(code: str) -> str:
    return {
        "not_an_employee": _("You were not an employee on the grant date."),
        "prohibited": _("The law does not allow the grant to be made to you."),
        "no_whole_share": _("What was promised came to less than one whole share."),
    }[code]


def lapsed_for_nothing_text() -> str:
    """What a lapse comes to for the holder, to be said beside its reason."""
    return _("You receive nothing for these options.")
