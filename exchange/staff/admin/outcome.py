"""What came of an offer: acceptances, what was not accepted, promises, new options, lapses."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.grants.models import Cancellation
from exchange.kernel.shares import whole
from exchange.kernel.wording import counted_holders_text, counted_shares_text, date_text, instant_text, shares_text
from exchange.market.reads import corporate_actions
from exchange.offers.reads import load
from exchange.settlement.models import Acceptance, Lapse, NotAccepted, Promise, PromiseLine
from exchange.settlement.reads import shares_now
from exchange.staff import words
from exchange.staff.actors import shown_actor
from exchange.staff.admin.base import ReadOnlyAdmin, list_url, record_url
from exchange.staff.edge import edge_for
from exchange.staff.law_links import law_links
from exchange.staff.parts import Cell, Fact, Record, Section, instant_cell, table


class AcceptanceAdmin(ReadOnlyAdmin[Acceptance]):
    slug = "acceptances"
    title = gettext_lazy("Acceptances")
    counted = ngettext_lazy("%(n)d acceptance", "%(n)d acceptances", "n")
    empty = gettext_lazy("No offer has been accepted. An offer can be accepted once it has expired.")
    list_display = ("offer_code", "on", "attested", "promises_due_on", "earliest_grant_on")
    list_select_related = ("offer",)
    ordering = ("-at",)

    @admin.display(description=gettext_lazy("Offer"))
    def offer_code(self, row: Acceptance) -> str:
        return row.offer.code

    @admin.display(description=gettext_lazy("Attested by"), ordering="attested_by")
    def attested(self, row: Acceptance) -> str:
        return shown_actor(row.attested_by)

    def get_record_queryset(self) -> QuerySet[Acceptance]:
        return Acceptance.objects.select_related("offer")

    def record(self, row: Acceptance, request: HttpRequest) -> Record:
        loaded = load(row.offer)
        cancelled = Cancellation.objects.filter(source=f"offer:{row.offer.code}")
        shares = sum(cancelled.values_list("shares", flat=True))
        holders = cancelled.aggregate(n=Count("grant__holder", distinct=True))["n"]
        facts = [
            Fact(_("Offer"), row.offer.code, url=record_url(row.offer)),
            Fact(_("Accepted"), instant_text(row.at, loaded.zone)),
            Fact(_("Cancelled on"), date_text(row.on)),
            Fact(
                _("Attested by"),
                shown_actor(row.attested_by),
                more=_("That every paper form received in time is recorded."),
            ),
            Fact(_("Defects left undecided"), shares_text(row.left_undecided)),
            Fact(_("Promises due on"), date_text(row.promises_due_on)),
            Fact(_("Earliest grant date"), date_text(row.earliest_grant_on)),
            Fact(
                _("Options cancelled"),
                shares_text(cancelled.count()),
                more=_("{shares} of {holders}").format(
                    shares=counted_shares_text(shares), holders=counted_holders_text(holders)
                ),
                url=f"{list_url(Cancellation)}?source={cancelled[0].source}" if shares else "",
            ),
            Fact(_("Lines not accepted"), shares_text(row.not_accepted.count()), url=list_url(NotAccepted)),
        ]
        return Record(title=row.offer.code, kind=_("Acceptance"), sections=[Section(_("What was done"), facts=facts)])


class NotAcceptedAdmin(ReadOnlyAdmin[NotAccepted]):
    slug = "not-accepted"
    title = gettext_lazy("Not accepted")
    counted = ngettext_lazy("%(n)d line", "%(n)d lines", "n")
    lede = gettext_lazy("Lines that were tendered and in force at acceptance, and were not taken.")
    empty = gettext_lazy("Every tendered line was taken, or nothing has been accepted yet.")
    search_label = gettext_lazy("Grant number, employee number or name")
    search_fields = ("grant_number", "holder__employee_number", "holder__legal_name")
    list_display = ("grant_number", "held_by", "why", "in_offer")
    list_filter = ("reason",)
    filter_titles = {"reason": gettext_lazy("Reason")}
    list_select_related = ("holder", "acceptance__offer")

    @admin.display(description=gettext_lazy("Held by"), ordering="holder__employee_number")
    def held_by(self, row: NotAccepted) -> Cell:
        return Cell(row.holder.legal_name, url=record_url(row.holder), more=row.holder.employee_number)

    @admin.display(description=gettext_lazy("Why"), ordering="reason")
    def why(self, row: NotAccepted) -> Cell:
        return Cell(row.reason, more=words.say(words.ACCEPTANCE, row.reason))

    @admin.display(description=gettext_lazy("Offer"))
    def in_offer(self, row: NotAccepted) -> str:
        return row.acceptance.offer.code

    def get_record_queryset(self) -> QuerySet[NotAccepted]:
        return NotAccepted.objects.select_related("holder", "acceptance__offer")

    def record(self, row: NotAccepted, request: HttpRequest) -> Record:
        facts = [
            Fact(_("Option"), row.grant_number),
            Fact(_("Held by"), row.holder.legal_name, more=row.holder.employee_number, url=record_url(row.holder)),
            Fact(_("Why"), words.say(words.ACCEPTANCE, row.reason), more=row.reason),
            Fact(_("Acceptance"), row.acceptance.offer.code, url=record_url(row.acceptance)),
        ]
        return Record(title=row.grant_number, kind=_("Not accepted"), sections=[Section(_("What"), facts=facts)])


class PromiseAdmin(ReadOnlyAdmin[Promise]):
    slug = "promises"
    title = gettext_lazy("Promises to Grant")
    counted = ngettext_lazy("%(n)d promise", "%(n)d promises", "n")
    empty = gettext_lazy("No promise has been issued. They follow the acceptance, within the days the terms state.")
    search_label = gettext_lazy("Promise number, employee number or name")
    search_fields = ("number", "holder__employee_number", "holder__legal_name")
    list_display = ("number", "promised_to", "shares", "issued", "earliest_grant_on")
    list_filter = ("offer",)
    filter_titles = {"offer": gettext_lazy("Offer")}
    list_select_related = ("holder", "offer")

    @admin.display(description=gettext_lazy("Promised to"), ordering="holder__employee_number")
    def promised_to(self, row: Promise) -> Cell:
        return Cell(row.holder.legal_name, url=record_url(row.holder), more=row.holder.employee_number)

    @admin.display(description=gettext_lazy("Issued"), ordering="issued_at")
    def issued(self, row: Any) -> Cell:
        return instant_cell(row.issued_at, row.zone)

    def prepare(self, rows: Any, edge: Any) -> None:
        zones = {offer: load(offer).zone for offer in {row.offer for row in rows}}
        for row in rows:
            row.zone = zones[row.offer]

    def get_record_queryset(self) -> QuerySet[Promise]:
        return Promise.objects.select_related("holder", "offer__acceptance")

    def record(self, row: Promise, request: HttpRequest) -> Record:
        edge = edge_for(request, row.offer)
        signed = f"{row.signatory_name}, {row.signatory_title}" if row.signatory_name else _("Nobody is named")
        facts = [
            Fact(_("Promised to"), row.holder.legal_name, more=row.holder.employee_number, url=record_url(row.holder)),
            Fact(_("Issued"), instant_text(row.issued_at, edge.zone)),
            Fact(_("Shares as promised"), shares_text(row.shares)),
            Fact(_("Earliest grant date"), date_text(row.earliest_grant_on)),
            Fact(_("Signed by"), signed),
        ]
        return Record(
            title=row.number,
            kind=_("Promise to Grant"),
            links=law_links(request, row),
            sections=[
                Section(_("What is promised"), facts=facts),
                _lines(row, edge.now.date()),
                _verdicts(row, edge.zone),
            ],
        )


def _lines(row: Promise, today: date) -> Section:
    actions = corporate_actions()
    cancelled_on = row.offer.acceptance.on
    lines = row.lines.select_related("new_grant", "lapse").order_by("grant_number")
    rows = [
        [
            line.grant_number,
            line.shares,
            Cell(shares_text(whole(shares_now(line, cancelled_on, today, actions))), is_number=True, more=line.exact),
            _outcome(line),
        ]
        for line in lines
    ]
    return Section(
        _("Line by line"),
        table=table(
            _("For each cancelled option"),
            [_("Cancelled option"), _("Promised"), _("Today, splits counted"), _("What came of it")],
            rows,
        ),
    )


def _outcome(line: PromiseLine) -> Cell:
    if hasattr(line, "new_grant"):
        return Cell(line.new_grant.number, url=record_url(line.new_grant), mark="done")
    if hasattr(line, "lapse"):
        return Cell(_("Lapsed"), mark="lost", more=words.say(words.LAPSE, line.lapse.reason))
    return Cell(_("Open"))


def _verdicts(row: Promise, zone: str) -> Section:
    rows = [
        [found.get_verdict_display(), instant_cell(found.at, zone), found.reason, shown_actor(found.actor)]
        for found in row.prohibitions.all()
    ]
    return Section(
        _("Whether the law allows it"),
        table=table(
            _("What counsel decided; the last counts"),
            [_("Decision"), _("When"), _("Reason"), _("By")],
            rows,
            empty=_("Counsel has decided nothing about this promise; it is kept."),
        ),
    )


class LapseAdmin(ReadOnlyAdmin[Lapse]):
    slug = "lapses"
    title = gettext_lazy("Lapses")
    counted = ngettext_lazy("%(n)d lapse", "%(n)d lapses", "n")
    lede = gettext_lazy("Promised options that will never be granted, and why.")
    empty = gettext_lazy("No promise has lapsed.")
    search_label = gettext_lazy("Grant number, employee number or name")
    search_fields = ("grant_number", "line__promise__holder__employee_number", "line__promise__holder__legal_name")
    list_display = ("grant_number", "promised_to", "promised", "on", "why")
    list_filter = ("reason",)
    filter_titles = {"reason": gettext_lazy("Reason")}
    list_select_related = ("line__promise__holder",)

    @admin.display(description=gettext_lazy("Promised to"), ordering="line__promise__holder__employee_number")
    def promised_to(self, row: Lapse) -> Cell:
        holder = row.line.promise.holder
        return Cell(holder.legal_name, url=record_url(holder), more=holder.employee_number)

    @admin.display(description=gettext_lazy("Shares promised"), ordering="line__shares")
    def promised(self, row: Lapse) -> int:
        return row.line.shares

    @admin.display(description=gettext_lazy("Why"), ordering="reason")
    def why(self, row: Lapse) -> str:
        return words.say(words.LAPSE, row.reason)

    def get_record_queryset(self) -> QuerySet[Lapse]:
        return Lapse.objects.select_related("line__promise__holder")

    def record(self, row: Lapse, request: HttpRequest) -> Record:
        promise = row.line.promise
        facts = [
            Fact(_("Cancelled option"), row.grant_number),
            Fact(
                _("Promised to"),
                promise.holder.legal_name,
                more=promise.holder.employee_number,
                url=record_url(promise.holder),
            ),
            Fact(_("Promised in"), promise.number, url=record_url(promise)),
            Fact(_("Shares promised"), shares_text(row.line.shares)),
            Fact(_("Lapsed"), date_text(row.on)),
            Fact(_("Why"), words.say(words.LAPSE, row.reason), more=row.reason),
        ]
        return Record(title=row.grant_number, kind=_("Lapse"), sections=[Section(_("What"), facts=facts)])
