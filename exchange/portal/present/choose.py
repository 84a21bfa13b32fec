"""The page of choices, and what home says of choices that are kept and not signed."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from exchange.elections.units import units_of
from exchange.portal import drafts
from exchange.portal.pages import Banner
from exchange.portal.pages.electing import ChoosePage
from exchange.portal.present.difference import changes, words_for_script
from exchange.portal.present.options import choices_of
from exchange.portal.present.words import grants_and_shares
from exchange.portal.visit import Visit


def choose_page(visit: Visit, values: Sequence[str]) -> ChoosePage:
    """`values` are the choices ticked as the page opens."""
    form = visit.forms.election_in_force
    choosable = sum(len(unit) for unit in units_of(visit.view))
    return ChoosePage(
        replaces=form.number if form else "",
        ineligible_count=len(visit.view.options) - choosable,
        is_draft=bool(drafts.chosen(visit)),
        changes=changes(visit, grants_of(visit, values)),
        words=words_for_script() if form else "",
    )


def grants_of(visit: Visit, values: Sequence[str]) -> list[str]:
    """The grant numbers of these choices, both halves of a pair."""
    return [
        option.grant_number for choice in choices_of(visit.view) if choice.value in values for option in choice.options
    ]


def draft_url(visit: Visit) -> str:
    """The review of what is chosen and not signed; '' where nothing is."""
    values = drafts.chosen(visit)
    return f"{visit.url('review')}?{urlencode([('grant', value) for value in values])}" if values else ""


def draft_banners(visit: Visit) -> tuple[Banner, ...]:
    """Home's reminder that nothing is signed yet."""
    values = drafts.chosen(visit)
    if not values:
        return ()
    picked = [choice for choice in choices_of(visit.view) if choice.value in values]
    grants = sum(len(choice.options) for choice in picked)
    count = grants_and_shares(grants, sum(choice.shares for choice in picked))
    told = _("You chose {count}. Nothing of that is sent until you sign.").format(count=count)
    return (
        Banner(_("You have chosen, and not signed"), told, "time", draft_url(visit), _("Go on to review and sign")),
    )
