"""The share pool of an offer, tied out to the share: each figure leads to its rows, and is held against another."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.grants.models import Cancellation
from exchange.kernel.wording import (
    counted_options_text,
    counted_promises_text,
    counted_shares_text,
    date_text,
    shares_text,
)
from exchange.offers.reads import Loaded
from exchange.settlement.models import Acceptance, Lapse, NewGrant, Promise
from exchange.settlement.pool import Check, PlanPool, TieOut, tie_out
from exchange.staff import words
from exchange.staff.admin.base import list_url
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Section, Table, table
from exchange.staff.views.adjusted import exact_text
from exchange.staff.views.watch import not_yet, setting_of


def pool(request: HttpRequest, code: str) -> HttpResponse:
    edge, loaded, acceptance, back = setting_of(request, code)
    title = _("Share pool")
    if acceptance is None:
        return not_yet(request, title, back)
    found = tie_out(loaded, acceptance, loaded.date_of(edge.now))
    return page(
        request, "staff/pool.html", {"title": title, "back": back, "sections": _sections(loaded, acceptance, found)}
    )


def _sections(loaded: Loaded, acceptance: Acceptance, found: TieOut) -> list[Section]:
    return [
        Section(_("Whether it all agrees"), facts=[verdict(found)]),
        Section(_("By plan"), table=_plans(found.plans, loaded)),
        Section(_("From cancelled to granted"), facts=_flow(loaded, acceptance, found)),
        Section(_("What is held against what"), table=checks_table(found.checks)),
    ]


def verdict(found: TieOut) -> Fact:
    """One line: it agrees, or how many figures do not."""
    off = sum(not check.agrees for check in found.checks)
    if not off:
        return Fact(
            _("To the share"), _("It agrees"), more=_("Every figure below was summed in two ways."), mark="done"
        )
    told = ngettext(
        "{n} figure differs. Nothing can be closed until it agrees; verify_ledger says what was altered.",
        "{n} figures differ. Nothing can be closed until they agree; verify_ledger says what was altered.",
        off,
    )
    return Fact(_("To the share"), _("It does not agree"), more=told.format(n=off), mark="lost")


def _plans(plans: Sequence[PlanPool], loaded: Loaded) -> Table:
    cancelled, granted = f"{list_url(Cancellation)}?source=offer:{loaded.offer.code}", list_url(NewGrant)
    rows: list[list[object]] = []
    for one in plans:
        is_award = one.plan.code == loaded.terms.award_plan
        rows.append(
            [
                Cell(one.plan.code, more=one.plan.name),
                one.available if one.available is not None else Cell(_("Not stated"), is_number=True),
                _figure(one.returned, cancelled),
                _figure(one.granted, granted),
                one.remaining if one.remaining is not None else Cell(_("Not stated"), is_number=True),
                Cell(_("New options are granted from it")) if is_award else Cell(""),
            ]
        )
    heads = [_("Plan"), _("Before"), _("Returned by cancellation"), _("Newly granted"), _("Remaining"), _("Use")]
    return table(_("Shares of each plan"), heads, rows)


def _figure(shares: int, url: str) -> Cell:
    return Cell(shares_text(shares), url=url if shares else "", is_number=True)


def _flow(loaded: Loaded, acceptance: Acceptance, found: TieOut) -> list[Fact]:
    """What became of the cancelled shares, each figure with its rows."""
    cancelled = f"{list_url(Cancellation)}?source=offer:{loaded.offer.code}"
    splits = _("{shares} as promised; splits and mergers are counted on the grant date")
    return [
        Fact(
            _("Cancelled and returned to the pool"),
            counted_shares_text(found.cancelled.shares),
            more=_("{options}, on {day}").format(
                options=counted_options_text(found.cancelled.count), day=date_text(acceptance.on)
            ),
            url=cancelled,
        ),
        Fact(
            _("Promised"),
            counted_shares_text(found.promises.shares),
            more=_promises(found.promises.count, found.lines.count),
            url=list_url(Promise),
        ),
        Fact(
            _("Newly granted"),
            counted_shares_text(found.granted.shares),
            more=f"{counted_options_text(found.granted.count)}; "
            + splits.format(shares=shares_text(found.granted_as_promised)),
            url=list_url(NewGrant),
        ),
        Fact(
            _("Lapsed"),
            counted_shares_text(found.lapsed.shares),
            more=counted_options_text(found.lapsed.count) + "; " + _("as promised. Nothing leaves the pool for them."),
            url=list_url(Lapse),
        ),
        Fact(
            _("Still open or held"),
            counted_shares_text(found.open_now),
            more=f"{counted_options_text(found.open.count)}; "
            + _("{shares} as promised; splits and mergers to date are counted").format(
                shares=shares_text(found.open.shares)
            ),
            url=reverse("staff:watch", args=[loaded.offer.code]),
        ),
    ]


def _promises(count: int, cancelled: int) -> str:
    options = ngettext("{n} cancelled option", "{n} cancelled options", cancelled).format(n=shares_text(cancelled))
    return _("{promises}, for {options}").format(promises=counted_promises_text(count), options=options)


def checks_table(checks: Sequence[Check]) -> Table:
    rows = [
        [
            words.say(words.TIE, check.tie),
            Cell(exact_text(check.one), is_number=True),
            Cell(exact_text(check.other), is_number=True),
            Cell(_("Agrees"), mark="done") if check.agrees else Cell(_("Differs"), mark="lost"),
        ]
        for check in checks
    ]
    return table(_("Each figure, summed in two ways"), [_("Figure"), _("One way"), _("The other"), _("Verdict")], rows)
