"""Keeping against exchanging, side by side: the facts of each choice, what is the same for all, what a price does."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from exchange.kernel import wording
from exchange.kernel.canonical import decimal_text
from exchange.offers.rules import AFTER_ACCEPTANCE, State
from exchange.portal.compare_form import CompareForm
from exchange.portal.pages.agreement import Vested
from exchange.portal.pages.compare import ComparePage, Half, Pick, Row, WhatIf
from exchange.portal.present.comparing import Comparing, Side
from exchange.portal.present.options import person_reason, title_of
from exchange.portal.present.whatif import UNFOLDED, Asked, slider_prices, what_if
from exchange.portal.present.words import deadline, listing, shares_text, vesting_text
from exchange.portal.visit import Visit
from exchange.settlement.rules import expires_on


def compare_page(comparing: Comparing, form: CompareForm) -> ComparePage:
    visit = comparing.visit
    title, told = _standing(visit)
    return ComparePage(
        person_reason=person_reason(visit),
        standing_title=title,
        standing=told,
        picks=tuple(_pick(comparing, unit) for unit in comparing.units),
        are_folded=len(comparing.units) > UNFOLDED,
        shared=_shared(comparing) if comparing.units else (),
        earliest=_earliest(comparing),
        left_out=_left_out(comparing),
        slider=slider_prices(comparing.counted),
        what_if=figures(comparing, form),
        choose_url=visit.url("choose") if comparing.units and visit.may_elect else "",
    )


def figures(comparing: Comparing, form: CompareForm) -> WhatIf | None:
    """What the form asks for; None where it has errors or there is nothing to count."""
    return what_if(_asked(comparing, form)) if comparing.units and not form.errors else None


def _asked(comparing: Comparing, form: CompareForm) -> Asked:
    """What a form without errors asks for."""
    path, everything = comparing.visit.url("compare"), tuple(comparing.counted)
    if not form.is_bound:
        return Asked(path, everything, True)
    ticked = set(form.cleaned_data["option"])
    counted = tuple(each for each in everything if each.value in ticked)
    return Asked(
        path,
        counted,
        len(counted) == len(everything),
        form.cleaned_data["grant_price"],
        form.cleaned_data["later_price"],
    )


def _standing(visit: Visit) -> tuple[str, str]:
    """Title and sentence where nothing can be elected now; both empty while the offer is open."""
    expires = deadline(visit.expires_at, visit.zone)
    if visit.state is State.SCHEDULED:
        begins = deadline(visit.loaded.timeline.commences_at or visit.expires_at, visit.zone)
        return _("The offer has not begun"), _("It begins on {begins}. Nothing can be tendered before.").format(
            begins=begins
        )
    if visit.state is State.TERMINATED:
        return _("The offer was terminated"), _("Nothing is exchanged. You keep all your options.")
    if visit.state is State.EXPIRED:
        told = _("The offer expired on {expires}. You can still read this page; no Election Form is taken any more.")
        return _("Deciding is over"), told.format(expires=expires)
    if visit.state in AFTER_ACCEPTANCE:
        told = _("The company has accepted what was tendered. This page shows your options as they were compared.")
        return _("Deciding is over"), told
    return "", ""


def _pick(comparing: Comparing, unit: Sequence[Side]) -> Pick:
    cancelled = {row.grant_number: row.on for row in comparing.visit.outcome.cancelled}
    note = ""
    if unit[0].number in cancelled:
        on = wording.date_text(cancelled[unit[0].number])
        note = _("You exchanged it: it was accepted and cancelled on {date}.").format(date=on)
    elif len(unit) > 1:
        note = _(
            "One grant divided into an incentive and a non-statutory option. Both are kept, or both are exchanged."
        )
    short = _("{keep} at {price}, or {exchange} new").format(
        keep=shares_text(sum(side.shares for side in unit)),
        price=listing([wording.price_text(price) for price in sorted({side.price for side in unit})]),
        exchange=wording.shares_text(sum(side.new_shares for side in unit)),
    )
    return Pick(
        unit[0].number,
        title_of([side.number for side in unit]),
        short,
        tuple(_half(comparing, side) for side in unit),
        note,
    )


def _half(comparing: Comparing, side: Side) -> Half:
    terms, on, grant = comparing.visit.loaded.terms, comparing.earliest_on, side.view.grant
    schedule = terms.vesting.schedule(side.new_shares, on)
    total, vesting = 0, []
    for day, shares in schedule:
        total += shares
        vesting.append(Vested(day, shares, total))
    expiry = _("{expires}, if granted on {on}").format(
        expires=wording.date_text(expires_on(terms, on)), on=wording.date_text(on)
    )
    kind = _("{kind}, under plan {plan}")
    return Half(
        side.number,
        (
            Row(
                _("Shares"),
                _("{shares} outstanding").format(shares=shares_text(side.shares)),
                _new_shares(comparing, side),
            ),
            Row(
                _("Exercise price"),
                wording.price_text(side.price),
                _("The closing price on the grant date, which nobody knows now"),
            ),
            Row(_("Vested"), _vested(side), _vests(comparing, side)),
            Row(_("Expires"), wording.date_text(grant.expires_on), expiry),
            Row(
                _("Kind"),
                kind.format(kind=side.view.option_type, plan=grant.plan),
                kind.format(kind="NSO", plan=terms.award_plan),
            ),
        ),
        tuple(vesting),
    )


def _new_shares(comparing: Comparing, side: Side) -> str:
    tier = comparing.visit.loaded.terms.tier_for(side.view.grant.exercise_price)
    if tier is None:
        raise LookupError(f"{side.view.grant.grant_number} is eligible, and no ratio is for its price")
    ratio = _("{new} new for {old} old").format(new=decimal_text(tier.new), old=decimal_text(tier.old))
    if not side.new_shares:
        return _("None: {ratio} comes to less than one whole share, so no new option would be granted").format(
            ratio=ratio
        )
    told = _("{shares}: {ratio}").format(shares=shares_text(side.new_shares), ratio=ratio)
    if side.exactly.denominator == 1:
        return told
    part = side.exactly - side.new_shares
    exactly = f"{wording.shares_text(side.new_shares)} {part.numerator}/{part.denominator}"
    return _("{told}, {exactly} rounded down").format(told=told, exactly=exactly)


def _vested(side: Side) -> str:
    vested, as_of = side.view.vested_shares, side.view.vested_as_of
    if vested is None or as_of is None or vested > side.shares:
        return _("Our records do not tell. Your option agreement has the dates")
    return _("{vested} vested and {unvested} not, as of {day}").format(
        vested=wording.shares_text(vested),
        unvested=wording.shares_text(side.shares - vested),
        day=wording.date_text(as_of),
    )


def _vests(comparing: Comparing, side: Side) -> str:
    vesting = comparing.visit.loaded.terms.vesting
    if not side.new_shares:
        return _("Nothing")
    return _("None before the grant, {first} on its day, all {months} after it").format(
        first=shares_text(vesting.vested(side.new_shares, 0)), months=wording.counted_months_text(vesting.months())
    )


def _earliest(comparing: Comparing) -> str:
    visit, on = comparing.visit, wording.date_text(comparing.earliest_on)
    if visit.outcome.acceptance is not None:
        return _("New options are granted on {date} at the earliest.").format(date=on)
    told = _(
        "New options are granted on {date} at the earliest, if the company accepts on {expiry}; "
        "a later acceptance moves that date."
    )
    return told.format(date=on, expiry=wording.date_text(visit.loaded.date_of(visit.expires_at)))


def _shared(comparing: Comparing) -> tuple[Row, ...]:
    """What is given up and what is gained whichever grant it is; each side in as many words as it needs."""
    terms, on = comparing.visit.loaded.terms, wording.date_text(comparing.earliest_on)
    return (
        Row(
            _("Until the new grant"),
            _("You can exercise what has vested, as your option agreement says."),
            _(
                "From the cancellation until {date} at the earliest you hold no option for it. Nothing can be "
                "exercised, whatever the share price does."
            ).format(date=on),
        ),
        Row(
            _("If you leave before the new grant"),
            _("Your option agreement says what you may still exercise, and for how long."),
            _("You receive nothing for it: no new option and no money, for whatever reason you leave."),
        ),
        Row(
            _("Rights under the old option"),
            _("They stay: its price, its vesting, its expiry, its kind."),
            _("They end with the cancellation, also for shares that had vested. The old agreement is void."),
        ),
        Row(
            _("Vesting"),
            _("It goes on as it is."),
            _("It begins anew: {vesting}.").format(vesting=vesting_text(terms.vesting)),
        ),
        Row(
            _("Kind, for tax"),
            _("An incentive option (ISO) stays one; a non-statutory one (NSO) too."),
            _("Always a non-statutory option (NSO), whatever the old one was."),
        ),
        Row(
            _("If the company is acquired before the new grant"),
            _("Its plan and your option agreement say what becomes of it."),
            _("The promise binds the successor; shares and price are adjusted, and the kind of stock may change."),
        ),
    )


def _left_out(comparing: Comparing) -> tuple[str, ...]:
    """What the figures do not count: the risks beside them."""
    told = [
        _("The share price on the grant date is unknown, and so is every later one. These figures are no forecast."),
        _("All shares are counted as if they had vested. Shares that never vest are worth nothing on either side."),
        _("Taxes, commissions and the time value of money are not counted. Taxes differ between ISO and NSO."),
        _("What you may receive for an exchanged option depends on your being an employee on the grant date."),
    ]
    expiries = [side.view.grant.expires_on for unit in comparing.units for side in unit]
    if expiries:
        told.append(
            _(
                "Each option can be exercised only until it expires, and the first of these expires on {date}. "
                "A price after that no longer counts for it."
            ).format(date=wording.date_text(min(expiries)))
        )
    return tuple(told)
