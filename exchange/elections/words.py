"""What each defect of a form or of a line means, in words to the holder; codes are those of domain §4."""

from django.utils.translation import gettext as _


def form_defect_text(code: str) -> str:
    """A sentence about the form as a whole."""
    return {
        "unknown_person": _("The form names an employee number that is not on file."),
        "before_commencement": _("The form was received before the offer commenced."),
        "late": _("The form was received too late."),
        "person_not_eligible": _("You were not eligible on the day the form was received."),
        "nothing_tendered": _("There was no Election Form in force to withdraw."),
        "unsigned": _("The form is not signed."),
        "undated": _("The form does not say when it was signed."),
        "name_mismatch": _(
            "The signature is not the name on the option agreement, and no proof of a changed name came."
        ),
        "authority_not_evidenced": _("Someone signed for you without their title or evidence of authority."),
        "dated_after_receipt": _("The form is dated after it was received."),
        "not_dated_after_previous": _("The form is dated no later than the form then in force."),
        "no_options_listed": _("The form lists no options."),
        "conditional": _("The form sets conditions."),
    }[code]


def line_defect_text(code: str) -> str:
    """A sentence about one line."""
    return {
        "unknown_grant": _("The grant number is not one of yours."),
        "option_not_eligible": _("The option was not eligible."),
        "mismatch": _("The grant date, price or number of shares is not the option's."),
        "partial_tender": _("Fewer shares are listed than are outstanding; an option goes whole or not at all."),
        "pair_broken": _("The other half of the pair is not tendered with it; both go, or neither."),
        "duplicate": _("The option is listed a second time."),
    }[code]


def recorded_after_text(*, is_terminated: bool) -> str:
    """What it means that a form received in time was recorded when the offer had been accepted or terminated."""
    if is_terminated:
        return _("It was received in time and recorded after the offer had been terminated. It changes nothing.")
    return _(
        "It was received in time and recorded after options had been accepted. It changes nothing that was accepted. "
        "Counsel has been told and will write to you."
    )


def overtaken_text(in_force: str) -> str:
    """That a form does not count, as one received later does: the number of the form in force, '' for none."""
    if not in_force:
        return _("It does not count: we have a form of yours that we received after it. No form of yours is in force.")
    text = _("It does not count: we have a form of yours that we received after it. Form {number} is in force.")
    return text.format(number=in_force)
