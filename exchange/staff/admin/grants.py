"""Options as the company's register has them, and the ones an offer has cancelled."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.elections.models import FormLine
from exchange.grants.models import Cancellation, Grant
from exchange.kernel.wording import date_text, price_text, shares_text
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.edge import edge_of
from exchange.staff.forms_words import form_url
from exchange.staff.parts import Cell, Fact, Link, Record, Section, table
from exchange.staff.steps import exclude_links, import_links


class Cancelled(admin.SimpleListFilter):
    title = gettext_lazy("Taken by an offer")
    parameter_name = "cancelled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Cancelled")), ("no", gettext_lazy("Not cancelled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Grant]) -> QuerySet[Grant]:
        if self.value() in {"yes", "no"}:
            return queryset.filter(cancellation__isnull=self.value() == "no")
        return queryset


class GrantAdmin(ReadOnlyAdmin[Grant]):
    slug = "options"
    title = gettext_lazy("Options")
    counted = ngettext_lazy("%(n)d option", "%(n)d options", "n")
    empty = gettext_lazy("No options yet. Import the company’s grants file, after its people.")
    search_label = gettext_lazy("Grant number, employee number or name")
    search_fields = ("grant_number", "holder__employee_number", "holder__legal_name")
    list_display = ("grant_number", "held_by", "plan_and_kind", "granted", "price", "outstanding", "pair")
    list_filter = (Cancelled, "plan", "option_type")
    filter_titles = {"plan": gettext_lazy("Plan"), "option_type": gettext_lazy("Kind")}
    list_select_related = ("holder", "cancellation")

    def list_links(self, request: HttpRequest) -> list[Link]:
        return import_links(request, "grants")

    @admin.display(description=gettext_lazy("Held by"), ordering="holder__employee_number")
    def held_by(self, row: Grant) -> Cell:
        return Cell(row.holder.legal_name, url=record_url(row.holder), more=row.holder.employee_number)

    @admin.display(description=gettext_lazy("Plan"), ordering="plan")
    def plan_and_kind(self, row: Grant) -> Cell:
        return Cell(row.plan, more=row.option_type)

    @admin.display(description=gettext_lazy("Granted"), ordering="grant_date")
    def granted(self, row: Grant) -> Cell:
        return Cell(date_text(row.grant_date), more=_("Expires {day}").format(day=date_text(row.expires_on)))

    @admin.display(description=gettext_lazy("Exercise price"), ordering="exercise_price")
    def price(self, row: Grant) -> Any:
        return row.exercise_price

    @admin.display(
        description=gettext_lazy("Outstanding"),
        ordering=F("shares_granted") - F("shares_exercised") - F("shares_cancelled"),
    )
    def outstanding(self, row: Grant) -> Cell:
        more = _("cancelled in the offer") if hasattr(row, "cancellation") else ""
        return Cell(shares_text(row.outstanding), is_number=True, more=more)

    @admin.display(description=gettext_lazy("Split pair"), ordering="split_pair")
    def pair(self, row: Grant) -> str:
        return row.split_pair

    def get_record_queryset(self) -> QuerySet[Grant]:
        return Grant.objects.select_related("holder", "cancellation")

    def record(self, row: Grant, request: HttpRequest) -> Record:
        facts = [
            Fact(_("Held by"), row.holder.legal_name, more=row.holder.employee_number, url=record_url(row.holder)),
            Fact(_("Plan and kind"), f"{row.plan}, {row.get_option_type_display()}"),
            Fact(_("Granted"), date_text(row.grant_date)),
            Fact(_("Expires"), date_text(row.expires_on), more=_("From that day it can no longer be exercised.")),
            Fact(_("Exercise price"), price_text(row.exercise_price)),
            Fact(_("Shares granted"), shares_text(row.shares_granted)),
            Fact(_("Shares exercised"), shares_text(row.shares_exercised)),
            Fact(_("Shares cancelled before"), shares_text(row.shares_cancelled)),
            Fact(
                _("Outstanding in the register"),
                shares_text(row.outstanding),
                more=_("Before splits during an offer, and before what an offer cancels."),
            ),
        ]
        if row.split_pair:
            facts.append(Fact(_("Split pair"), row.split_pair))
        if row.vested_shares is not None and row.vested_as_of is not None:
            as_of = _("as of {day}").format(day=date_text(row.vested_as_of))
            facts.append(Fact(_("Vested"), shares_text(row.vested_shares), more=as_of))
        return Record(
            title=row.grant_number,
            kind=_("Option"),
            tags=[Cell(_("Cancelled in an offer"), mark="lost")] if hasattr(row, "cancellation") else [],
            sections=[Section(_("In the register"), facts=facts), *_cancelled(row), _lines(row)],
            links=exclude_links(request, edge_of(request), row.holder, row.grant_number),
        )


def _cancelled(row: Grant) -> list[Section]:
    if not hasattr(row, "cancellation"):
        return []
    found = row.cancellation
    facts = [
        Fact(_("Cancelled"), date_text(found.on)),
        Fact(_("Shares"), shares_text(found.shares)),
        Fact(_("By"), found.source.removeprefix("offer:")),
    ]
    return [Section(_("Cancellation"), facts=facts)]


def _lines(row: Grant) -> Section:
    found = FormLine.objects.filter(grant_number=row.grant_number).select_related("form").order_by("form__received_at")
    rows = [
        [Cell(line.form.number, url=form_url(line.form)), line.grant_date, line.exercise_price, line.shares]
        for line in found[:50]
    ]
    return Section(
        _("On forms"),
        table=table(
            _("What forms say of it, as they were signed"),
            [_("Form"), _("Granted"), _("Exercise price"), _("Shares")],
            rows,
            empty=_("No form lists it."),
        ),
    )


class CancellationAdmin(ReadOnlyAdmin[Cancellation]):
    slug = "cancelled"
    title = gettext_lazy("Cancelled options")
    counted = ngettext_lazy("%(n)d cancelled option", "%(n)d cancelled options", "n")
    empty = gettext_lazy("No option has been cancelled. Acceptance cancels what was tendered.")
    search_label = gettext_lazy("Grant number, employee number or name")
    search_fields = ("grant_number", "grant__holder__employee_number", "grant__holder__legal_name")
    list_display = ("grant_number", "held_by", "on", "shares", "by")
    list_filter = ("source",)
    filter_titles = {"source": gettext_lazy("By")}
    list_select_related = ("grant__holder",)

    @admin.display(description=gettext_lazy("Held by"), ordering="grant__holder__employee_number")
    def held_by(self, row: Cancellation) -> Cell:
        holder = row.grant.holder
        return Cell(holder.legal_name, url=record_url(holder), more=holder.employee_number)

    @admin.display(description=gettext_lazy("By"))
    def by(self, row: Cancellation) -> str:
        return row.source.removeprefix("offer:")

    def get_record_queryset(self) -> QuerySet[Cancellation]:
        return Cancellation.objects.select_related("grant__holder")

    def record(self, row: Cancellation, request: HttpRequest) -> Record:
        holder = row.grant.holder
        facts = [
            Fact(_("Option"), row.grant_number, url=record_url(row.grant)),
            Fact(_("Held by"), holder.legal_name, more=holder.employee_number, url=record_url(holder)),
            Fact(_("Cancelled"), date_text(row.on)),
            Fact(_("Shares"), shares_text(row.shares)),
            Fact(_("By"), row.source.removeprefix("offer:")),
        ]
        return Record(title=row.grant_number, kind=_("Cancelled option"), sections=[Section(_("What"), facts=facts)])
