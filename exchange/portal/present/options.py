"""Which options the holder may tender, as what choices, and why not the others."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from exchange.elections.reads import HolderView, OptionView
from exchange.elections.rules import LineFacts
from exchange.elections.units import units_of
from exchange.kernel import wording
from exchange.offers.rules import State
from exchange.offers.words import option_reason_text, person_reason_text
from exchange.portal.pages import Choice, Line, Option, OptionsPage
from exchange.portal.present.words import listing
from exchange.portal.visit import Visit


def title_of(numbers: Sequence[str]) -> str:
    """Grant A; Grants A and B, together: however many halves a split pair has, each is named."""
    if len(numbers) == 1:
        return _("Grant {number}").format(number=numbers[0])
    return _("Grants {numbers}, together").format(numbers=listing(numbers))


def choices_of(view: HolderView) -> tuple[Choice, ...]:
    """The choices as shown; the value of one is its first grant's number."""
    return tuple(
        Choice(
            unit[0].grant.grant_number,
            title_of([option.grant.grant_number for option in unit]),
            tuple(_option(view, option) for option in unit),
        )
        for unit in units_of(view)
    )


def lines_for(view: HolderView, chosen: Sequence[Choice]) -> tuple[LineFacts, ...]:
    """The lines of an Election Form that tenders these choices, as the register has them now."""
    wanted = {option.grant_number for choice in chosen for option in choice.options}
    return tuple(
        LineFacts(option.grant.grant_number, option.grant.grant_date, option.price, option.outstanding)
        for option in view.options
        if option.grant.grant_number in wanted
    )


def kept_lines(view: HolderView, tendered: Sequence[str]) -> tuple[Line, ...]:
    """The eligible options that a form with these grants does not tender."""
    return tuple(
        Line(option.grant.grant_number, option.grant.grant_date, option.price, option.outstanding)
        for option in view.eligible
        if option.grant.grant_number not in tendered
    )


def ticked(view: HolderView, tendered: Sequence[str]) -> list[str]:
    """The choices that stand for what is tendered now."""
    return [
        choice.value
        for choice in choices_of(view)
        if any(option.grant_number in tendered for option in choice.options)
    ]


def _option(view: HolderView, option: OptionView) -> Option:
    grant = option.grant
    pair = ""
    if option.mates:
        pair = _("Split pair with {others}: tendered together, or not at all.").format(others=listing(option.mates))
    return Option(
        grant_number=grant.grant_number,
        granted_on=grant.grant_date,
        plan=grant.plan,
        option_type=option.option_type,
        exercise_price=option.price,
        shares=option.outstanding,
        expires_on=grant.expires_on,
        reasons=tuple(
            option_reason_text(code, view.loaded.terms, view.exclusion_of(option)) for code in option.reasons
        ),
        pair=pair,
    )


def _blocked(view: HolderView, option: OptionView) -> Option:
    """An eligible option whose other half is not: it cannot go alone."""
    text = _("Its other half, {others}, is not eligible, and they go together or not at all.").format(
        others=listing(option.mates)
    )
    return replace(_option(view, option), pair="", reasons=(text,))


def person_reason(visit: Visit) -> str:
    view = visit.view
    return " ".join(person_reason_text(code, view.loaded.terms, view.person_exclusion) for code in view.person_reasons)


def _eligible_caption(visit: Visit) -> str:
    """What may be done with what is eligible, now."""
    if visit.state is State.OPEN:
        return _("You may tender these")
    if visit.state is State.SCHEDULED:
        return _("You may tender these once the offer has begun")
    if visit.state is State.EXPIRED:
        return _("These could be tendered until the offer expired")
    return _("They were not exchanged: you keep these")


def options_page(visit: Visit) -> OptionsPage:
    view = visit.view
    choosable = {option.grant.grant_number for unit in units_of(view) for option in unit}
    eligible, ineligible, gone = [], [], []
    cancelled = {row.grant_number: row.on for row in visit.outcome.cancelled}
    for option in view.options:
        if option.grant.grant_number in choosable:
            eligible.append(_option(view, option))
        elif option.grant.grant_number in cancelled:
            told = _("It was accepted and cancelled on {date}.").format(
                date=wording.date_text(cancelled[option.grant.grant_number])
            )
            gone.append(replace(_option(view, option), pair="", reasons=(told,)))
        elif option.reasons or view.person_reasons:
            ineligible.append(_option(view, option))
        else:
            ineligible.append(_blocked(view, option))
    return OptionsPage(
        person_reason=person_reason(visit),
        eligible=tuple(eligible),
        eligible_caption=_eligible_caption(visit),
        eligible_total=sum(option.shares for option in eligible),
        cancelled=tuple(gone),
        ineligible=tuple(ineligible),
        choose_url=visit.url("choose") if eligible and visit.may_elect else "",
    )
