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


def outcome_text(code: str, company: str) -> str:
    """What an offer has come to for a holder (`settlement.statements.Outcome`), in one sentence."""
    text = {
        "accepted": _("{company} accepted what you tendered, and those options were cancelled."),
        "in_part": _("{company} accepted part of what you tendered. You keep the rest."),
        "not_accepted": _("{company} did not accept what you tendered. You keep all your options."),
        "withdrawn": _("You withdrew what you had tendered. You keep all your options."),
        "nothing_tendered": _("Your form was in force and tendered nothing. You keep all your options."),
        "not_in_force": _("A form of yours came, and none was in force. You keep all your options."),
        "no_decision": _("No decision was registered for you. You keep all your options."),
        "ineligible": _("You could not take part. You keep all your options."),
        "returned": _("The offer was terminated. What you tendered is returned, and you keep all your options."),
    }[code]
    return text.format(company=company)


def lapsed_for_nothing_text() -> str:
    """What a lapse comes to for the holder, to be said beside its reason."""
    return _("You receive nothing for these options.")
