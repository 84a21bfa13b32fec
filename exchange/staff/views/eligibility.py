"""Whom and what the offer reaches today: totals by plan, price and reason, and the lists behind each figure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.grants.models import Grant
from exchange.kernel.wording import counted_shares_text, date_text, price_text, shares_text
from exchange.offers.models import Offer
from exchange.offers.reach import Option, Reach, Sum, reach_of
from exchange.people.models import Holder
from exchange.staff import words
from exchange.staff.admin.base import record_url
from exchange.staff.edge import Edge, edge_for
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Link, Table, table
from exchange.staff.steps import EXCLUDE, exceptions_url, link_to

PER_PAGE = 50
ELIGIBLE = "eligible"
PEOPLE, OPTIONS = "people", "options"


def eligibility_page(request: HttpRequest, code: str) -> HttpResponse:
    """The totals; with `?show=people` or `options`, and `why=` a reason or `eligible`, the rows behind one figure."""
    offer = get_object_or_404(Offer, code=code)
    edge = edge_for(request, offer)
    if edge.loaded is None:
        raise RuntimeError("an offer has terms")
    reach = reach_of(edge.loaded, edge.now)
    day = max(edge.loaded.date_of(edge.now), edge.loaded.commencement_date)
    show, why = request.GET.get("show", ""), request.GET.get("why", ELIGIBLE)
    context: dict[str, Any] = {
        "title": _("Eligibility"),
        "offer": offer,
        "day": date_text(day),
        "back": Link(code, record_url(offer)),
        "links": _exception_links(request, edge),
        "query": f"show={show}&why={why}&",
    }
    if show in {PEOPLE, OPTIONS}:
        rows: Page[Any] = Paginator(_chosen(reach, show, why), PER_PAGE).get_page(request.GET.get("p"))
        context |= {
            "shown": rows,
            "list": _people(reach, rows) if show == PEOPLE else _options(rows),
            "heading": _heading(show, why),
            "count": shares_text(rows.paginator.count),
            "back": Link(_("Eligibility"), reverse("staff:eligibility", args=[code])),
        }
    else:
        context |= {"facts": _facts(reach), "tables": [*_reasons(reach), _plans(reach), _bands(reach)]}
    return page(request, "staff/eligibility.html", context)


def _exception_links(request: HttpRequest, edge: Edge) -> list[Link]:
    """The list of who and what is excepted, and where somebody is."""
    if edge.offer is None:
        return []
    add = link_to(request, EXCLUDE, edge.offer.code) if edge.state in EXCLUDE.states else ""
    return [Link(_("Exceptions"), exceptions_url(edge.offer.code)), *([Link(str(EXCLUDE.words), add)] if add else [])]


def _link(show: str, why: str) -> str:
    return f"?show={show}&why={why}"


def _person_words(why: str) -> str:
    return words.say({**words.PERSON, **words.REACH}, why)


def _option_words(why: str) -> str:
    return words.say({**words.OPTION, **words.REACH}, why)


def _heading(show: str, why: str) -> str:
    if why == ELIGIBLE:
        return _("Eligible people") if show == PEOPLE else _("Eligible options")
    said = _person_words(why) if show == PEOPLE else _option_words(why)
    return _("People: {why}").format(why=said) if show == PEOPLE else _("Options: {why}").format(why=said)


def _chosen(reach: Reach, show: str, why: str) -> Sequence[Any]:
    if show == PEOPLE:
        return [pk for pk in reach.people if (why in (found := reach.why_not(pk)) or (why == ELIGIBLE and not found))]
    options = [item for item in reach.options if why in item.reasons or (why == ELIGIBLE and item.is_eligible)]
    return sorted(options, key=lambda option: option.facts.grant_number)


def _facts(reach: Reach) -> list[Fact]:
    whole = reach.whole
    return [
        Fact(
            _("Eligible people"),
            shares_text(len(reach.reached)),
            more=_("of {n} on file").format(n=shares_text(len(reach.people))),
            url=_link(PEOPLE, ELIGIBLE),
        ),
        Fact(
            _("Eligible options"),
            shares_text(whole.eligible),
            more=_("of {n} on file, {shares}").format(
                n=shares_text(len(reach.options)), shares=counted_shares_text(whole.shares)
            ),
            url=_link(OPTIONS, ELIGIBLE),
        ),
        Fact(_("New shares if all of it is tendered"), shares_text(whole.new_shares)),
    ]


def _reasons(reach: Reach) -> list[Table]:
    people = [
        [Cell(_person_words(why), url=_link(PEOPLE, why)), count]
        for why, count in reach.people_by_reason.most_common()
    ]
    options = [
        [Cell(_option_words(why), url=_link(OPTIONS, why)), count, reach.shares_by_reason[why]]
        for why, count in reach.options_by_reason.most_common()
    ]
    return [
        table(
            _("Why people are not reached; one may be counted for several reasons"),
            [_("Reason"), _("People")],
            people,
            empty=_("Everyone on file is reached."),
        ),
        table(
            _("Why options are not eligible; one may be counted for several reasons"),
            [_("Reason"), _("Options"), _("Shares")],
            options,
            empty=_("Every option on file is eligible."),
        ),
    ]


def _plans(reach: Reach) -> Table:
    return _parts(_("By plan"), _("Plan"), [(Cell(plan), found) for plan, found in reach.by_plan.items()], reach)


def _bands(reach: Reach) -> Table:
    rows = [(Cell(_band(*band)), found) for band, found in reach.by_band.items()]
    return _parts(_("By exercise price"), _("Exercise price"), rows, reach)


def _band(low: Decimal, high: Decimal | None) -> str:
    if high is None:
        return _("{low} or more").format(low=price_text(low))
    if not low:
        return _("Below {high}").format(high=price_text(high))
    return _("{low} to below {high}").format(low=price_text(low), high=price_text(high))


def _parts(caption: str, head: str, parts: Sequence[tuple[Cell, Sum]], reach: Reach) -> Table:
    heads = [
        head,
        _("People"),
        _("Eligible options"),
        _("Shares"),
        _("New shares"),
        _("Options left out"),
        _("Shares left out"),
    ]
    whole = reach.whole
    rows = [[cell, len(found.holders), *_figures(found)] for cell, found in parts]
    return table(
        caption,
        heads,
        rows,
        empty=_("No option is on file yet."),
        total=[_("In all"), len(whole.holders), *_figures(whole)],
    )


def _figures(found: Sum) -> list[int]:
    return [found.eligible, found.shares, found.new_shares, found.left_out, found.left_out_shares]


def _people(reach: Reach, rows: Page[Any]) -> Table:
    holders = Holder.objects.in_bulk(list(rows))
    lines: list[list[object]] = []
    for pk in rows:
        holder = holders[pk]
        why = reach.why_not(pk)
        lines.append(
            [
                Cell(holder.legal_name, url=record_url(holder), more=holder.employee_number),
                holder.department,
                Cell(_("Eligible"), mark="done") if not why else Cell(" ".join(_person_words(item) for item in why)),
            ]
        )
    return table(_("People"), [_("Person"), _("Department"), _("Stands")], lines, empty=_("Nobody."))


def _options(rows: Page[Any]) -> Table:
    numbers = [option.facts.grant_number for option in rows]
    grants = Grant.objects.select_related("holder").in_bulk(numbers, field_name="grant_number")
    lines = [_option_line(option, grants[option.facts.grant_number]) for option in rows]
    heads = [
        _("Option"),
        _("Held by"),
        _("Plan"),
        _("Granted"),
        _("Exercise price"),
        _("Outstanding"),
        _("New shares"),
        _("Stands"),
    ]
    return table(_("Options"), heads, lines, empty=_("None."))


def _option_line(option: Option, grant: Grant) -> list[object]:
    why = [_option_words(item) for item in option.reasons]
    return [
        Cell(grant.grant_number, url=record_url(grant)),
        Cell(grant.holder.legal_name, url=record_url(grant.holder), more=grant.holder.employee_number),
        Cell(grant.plan, more=grant.option_type),
        grant.grant_date,
        grant.exercise_price,
        option.outstanding,
        option.new_shares,
        Cell(_("Eligible"), mark="done") if not why else Cell(" ".join(why)),
    ]
