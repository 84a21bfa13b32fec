"""Where a holder stands with signing in, in the desk's words."""

from django.utils.translation import gettext as _

from exchange.kernel.dates import local_date
from exchange.kernel.wording import date_text
from exchange.people.reads import SignIn, SignInState
from exchange.staff.parts import Cell


def sign_in_cell(state: SignInState, zone: str) -> Cell:
    on = date_text(local_date(state.at, zone)) if state.at else ""
    if state.kind is SignIn.IN:
        return Cell(_("Signed in"), mark="done", more=_("Last on {date}").format(date=on) if on else "")
    if state.kind is SignIn.HALF_WAY:
        return Cell(_("Has not finished"), mark="time", more=_("Used the link; the sign-in is not secured yet."))
    if state.kind is SignIn.INVITED:
        return Cell(_("Invited"), mark="act", more=_("On {date}").format(date=on))
    if state.kind is SignIn.HAS_ACCOUNT:
        return Cell(_("Has a sign-in"), more=_("Has not used it yet"))
    return Cell(_("Not invited"))
