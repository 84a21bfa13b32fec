"""The results of an offer as the final amendment of Schedule TO reports them: sentences to copy, tables, and files."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel.wording import (
    counted_holders_text,
    counted_options_text,
    counted_shares_text,
    date_text,
    instant_text,
    shares_text,
)
from exchange.offers.reads import Loaded
from exchange.settlement.participation import Figures, part_of
from exchange.settlement.schedule_to import COLUMNS, PlanResult, Results, results_of
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.paged import as_file, file_links
from exchange.staff.parts import Cell, Link, Section, Table, table
from exchange.staff.plots import days_table, parts_table
from exchange.staff.steps import POOL, link_to
from exchange.staff.views.dashboard import named_parts


def results(request: HttpRequest) -> HttpResponse:
    edge = edge_of(request)
    loaded = edge.loaded
    if loaded is None or loaded.timeline.opened_at is None:
        return page(request, "staff/results.html", {})
    found = results_of(loaded, edge.now)
    name = f"{loaded.offer.code}-results"
    file = as_file(request, name, FILE_HEADS, lambda: file_rows(found))
    if file is not None:
        return file
    pool = link_to(request, POOL, loaded.offer.code) if found.acceptance is not None else ""
    links = [
        Link(_("Dashboard"), reverse("staff:dashboard")),
        Link(_("Filing fee"), reverse("staff:filing-fee")),
        *([Link(_("Share pool"), pool)] if pool else []),
    ]
    figures = found.figures
    return page(
        request,
        "staff/results.html",
        {
            "as_of": instant_text(figures.at.replace(microsecond=0), loaded.zone),
            "is_final": found.acceptance is not None,
            "sentences": sentences(loaded, found),
            "links": [*links, *file_links(request)],
            "sections": [
                Section(_("Options and shares by plan"), table=plans_table(found)),
                Section(_("Participation by plan"), table=_part(figures, 0)),
                Section(_("Participation by exercise price"), table=_part(figures, 1)),
                Section(_("Participation by department"), table=_part(figures, 2)),
                Section(
                    _("Participation by day"),
                    table=days_table(figures.by_day, figures.whole.eligible_shares, is_folded=False),
                ),
            ],
        },
    )


def _part(figures: Figures, place: int) -> Table:
    part = named_parts(figures)[place]
    return parts_table(part.title, part.head, part.named, has_total=part.has_total)


def sentences(loaded: Loaded, found: Results) -> list[str]:
    """The results in words, for the amendment; each stands by itself."""
    figures, whole, company = found.figures, found.whole, loaded.terms.company.name
    expires_at = loaded.timeline.expires_at
    said = []
    if expires_at is not None:
        closed = expires_at <= figures.at
        text = (
            _("The offer of {company} expired on {instant}.")
            if closed
            else _("The offer of {company} expires on {instant}. These figures are not final.")
        )
        said.append(text.format(company=company, instant=instant_text(expires_at, loaded.zone)))
    said.append(
        _(
            "{holders} of {eligible} had tendered {options} to purchase {shares}: {percent} percent of the {of} "
            "subject to options eligible for the offer."
        ).format(
            holders=shares_text(figures.elected),
            eligible=ngettext("{n} eligible holder", "{n} eligible holders", figures.eligible).format(
                n=shares_text(figures.eligible)
            ),
            options=counted_options_text(whole.tendered.options),
            shares=counted_shares_text(whole.tendered.shares),
            percent=part_of(whole.tendered.shares, whole.eligible.shares),
            of=counted_shares_text(whole.eligible.shares),
        )
    )
    acceptance = found.acceptance
    if acceptance is None:
        return said
    said.append(
        _("On {day} the company accepted and cancelled {options} to purchase {shares}, tendered by {holders}.").format(
            day=date_text(acceptance.on),
            options=counted_options_text(whole.cancelled.options),
            shares=counted_shares_text(whole.cancelled.shares),
            holders=counted_holders_text(found.holders),
        )
    )
    if whole.not_accepted.options:
        said.append(
            ngettext(
                "{options} tendered option to purchase {shares} was not accepted.",
                "{options} tendered options to purchase {shares} were not accepted.",
                whole.not_accepted.options,
            ).format(
                options=shares_text(whole.not_accepted.options), shares=counted_shares_text(whole.not_accepted.shares)
            )
        )
    said.append(
        _(
            "To {holders} the company has promised new options to purchase {shares}, to be granted on or after {day}."
        ).format(
            holders=counted_holders_text(found.promised_holders),
            shares=counted_shares_text(whole.promised.shares),
            day=date_text(acceptance.earliest_grant_on),
        )
    )
    return said


def _heads() -> Sequence[tuple[str, str]]:
    """Each column of the results, with its word."""
    return tuple(
        zip(
            COLUMNS,
            (
                _("Eligible"),
                _("Tendered"),
                _("Cancelled"),
                _("Not accepted"),
                _("Promised"),
                _("Granted"),
                _("Lapsed"),
            ),
            strict=True,
        )
    )


def plans_table(found: Results) -> Table:
    """Options, and under them shares, of each plan; percent are of the eligible shares."""
    heads = _heads()

    def row(result: PlanResult, name: Cell, what: str) -> list[object]:
        return [name, *[getattr(getattr(result, column), what) for column, _head in heads]]

    def percents(result: PlanResult) -> list[object]:
        of = result.eligible.shares
        counted = [f"{part_of(getattr(result, column).shares, of)} %" for column, _head in heads[:4]]
        return [Cell(result.plan, more=_("percent of eligible shares")), *counted, "", "", ""]

    rows: list[list[object]] = []
    for result in found.plans:
        rows.append(row(result, Cell(result.plan, more=_("options")), "options"))
        rows.append(row(result, Cell(result.plan, more=_("shares")), "shares"))
        rows.append(percents(result))
    return table(
        _("Promised, granted and lapsed are of new shares, by the plan of the option cancelled"),
        [_("Plan"), *[head for _column, head in heads]],
        rows,
        total=row(found.whole, Cell(_("All plans: shares")), "shares"),
        empty=_("No option is eligible."),
    )


FILE_HEADS = (
    "part",
    "name",
    "eligible_holders",
    "holders",
    *(f"{column}_{what}" for column in COLUMNS for what in ("options", "shares")),
    "percent_of_eligible_shares_tendered",
    "elections",
    "withdrawals",
)


def file_rows(found: Results) -> list[list[object]]:
    """Every figure of the page as one table: `part` names what a row is of (plan, price, department, day, total)."""
    rows: list[list[object]] = []
    figures = found.figures
    for part, name, result in (
        *(("plan", result.plan, result) for result in found.plans),
        ("total", found.figures.at.isoformat(), found.whole),
    ):
        people = figures.by_plan.get(name, figures.whole) if part == "plan" else figures.whole
        amounts = [getattr(getattr(result, column), what) for column in COLUMNS for what in ("options", "shares")]
        percent = part_of(result.tendered.shares, result.eligible.shares)
        rows.append([part, name, people.eligible_holders, people.holders, *amounts, percent, "", ""])
    empty = [""] * (2 * len(COLUMNS) - 4)
    for part, named in (
        ("price", [(str(price), of) for price, of in figures.by_price.items()]),
        ("department", list(figures.by_department.items())),
    ):
        for name, of in named:
            amounts = [of.eligible_options, of.eligible_shares, of.options, of.shares]
            percent = part_of(of.shares, of.eligible_shares)
            rows.append([part, name, of.eligible_holders, of.holders, *amounts, *empty, percent, "", ""])
    for day in figures.by_day:
        percent = part_of(day.shares, figures.whole.eligible_shares)
        amounts = ["", "", "", day.shares]
        rows.append(
            ["day", day.on.isoformat(), "", day.holders, *amounts, *empty, percent, day.elections, day.withdrawals]
        )
    return rows
