"""New options and their agreements: which are signed, which wait, how each was signed."""

import json
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.documents.reads import paper_for
from exchange.kernel.wording import date_text, instant_text, price_text, shares_text
from exchange.settlement.letters import new_grant_key
from exchange.settlement.models import AgreementSignature, NewGrant
from exchange.settlement.reads import is_released
from exchange.staff.actors import is_own, shown_actor
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.edge import edge_for
from exchange.staff.parts import Cell, Fact, Link, Record, Section, table


class AgreementFilter(admin.SimpleListFilter):
    """Whether the option agreement is signed, with how many there are of each."""

    title = gettext_lazy("Agreement")
    parameter_name = "agreement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        waiting = NewGrant.objects.filter(agreement_signature__isnull=True).count()
        signed = AgreementSignature.objects.count()
        return [
            ("waiting", _("Waits for signature ({n})").format(n=shares_text(waiting))),
            ("signed", _("Signed ({n})").format(n=shares_text(signed))),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[NewGrant]) -> QuerySet[NewGrant]:
        if self.value() not in {"waiting", "signed"}:
            return queryset
        return queryset.filter(agreement_signature__isnull=self.value() == "waiting")


class NewGrantAdmin(ReadOnlyAdmin[NewGrant]):
    slug = "new-options"
    title = gettext_lazy("New options")
    counted = ngettext_lazy("%(n)d new option", "%(n)d new options", "n")
    empty = gettext_lazy("No new option has been granted yet.")
    search_label = gettext_lazy("Number, old grant number, employee number or name")
    search_fields = ("number", "old_grant_number", "holder__employee_number", "holder__legal_name")
    list_display = ("number", "granted_to", "granted_on", "shares", "exercise_price", "expires_on", "agreement")
    list_filter = (AgreementFilter, "granted_on")
    list_select_related = ("holder", "agreement_signature")

    def prepare(self, rows: Any, edge: Any) -> None:
        for row in rows:
            row.zone = edge.zone

    @admin.display(description=gettext_lazy("Agreement"))
    def agreement(self, row: Any) -> Cell:
        if not is_released(row):
            return Cell(_("Waits for signature"), mark="time")
        signed = row.agreement_signature
        if signed.signed_at is None:
            return Cell(
                _("Signed"), mark="done", more=f"{date_text(signed.signed_on)}, {signed.get_channel_display()}"
            )
        return Cell(_("Signed"), mark="done", more=instant_text(signed.signed_at.replace(microsecond=0), row.zone))

    @admin.display(description=gettext_lazy("Granted to"), ordering="holder__employee_number")
    def granted_to(self, row: NewGrant) -> Cell:
        return Cell(row.holder.legal_name, url=record_url(row.holder), more=row.holder.employee_number)

    def get_record_queryset(self) -> QuerySet[NewGrant]:
        return NewGrant.objects.select_related("holder", "line__promise__offer", "agreement_signature")

    def record(self, row: NewGrant, request: HttpRequest) -> Record:
        promise = row.line.promise
        facts = [
            Fact(_("Granted to"), row.holder.legal_name, more=row.holder.employee_number, url=record_url(row.holder)),
            Fact(_("In place of"), row.old_grant_number),
            Fact(_("Promised in"), promise.number, url=record_url(promise)),
            Fact(_("Plan and kind"), _("{plan}, non-statutory stock option").format(plan=row.plan)),
            Fact(_("Shares"), shares_text(row.shares)),
            Fact(_("Exercise price"), price_text(row.exercise_price), more=_("The close on the grant date.")),
            Fact(_("Granted"), date_text(row.granted_on)),
            Fact(_("Expires"), date_text(row.expires_on)),
        ]
        rows, total = [], 0
        for day, shares in json.loads(row.vesting):
            total += shares
            rows.append([date.fromisoformat(day), shares, total])
        schedule = table(
            _("What vests on each date"),
            [_("On"), _("Shares"), _("Vested in all")],
            rows,
            total=[_("All"), total, Cell("")],
        )
        return Record(
            title=row.number,
            kind=_("New option"),
            tags=[Cell(_("Released"), mark="done") if is_released(row) else Cell(_("Not released"), mark="time")],
            lede="" if is_released(row) else _("The holder receives it once the option agreement is signed."),
            links=_links(row, request),
            sections=[
                Section(_("The grant"), facts=facts),
                Section(_("The option agreement"), facts=_agreement(row, request)),
                Section(_("Vesting"), table=schedule),
            ],
        )


def _links(row: NewGrant, request: HttpRequest) -> list[Link]:
    """Recording an agreement signed on paper, for who may and for another than themselves."""
    if is_released(row) or not request.user.has_perm("staff.record_forms") or is_own(request.user, row.holder):
        return []
    return [Link(_("Record an agreement signed on paper"), reverse("staff:record-agreement", args=[row.pk]))]


def _agreement(row: NewGrant, request: HttpRequest) -> list[Fact]:
    zone = edge_for(request, row.line.promise.offer).zone
    facts = []
    if is_released(row):
        signed = row.agreement_signature
        when = (
            instant_text(signed.signed_at, zone) if signed.signed_at else date_text(signed.signed_on or row.granted_on)
        )
        said = signed.content()["signature"]
        facts = [
            Fact(_("Signed"), when, more=signed.get_channel_display()),
            Fact(_("Signature"), signed.signature_name, more=said["note"]),
            Fact(_("Recorded"), instant_text(signed.recorded_at, zone), more=shown_actor(signed.recorded_by)),
            Fact(_("Digest of the signed record"), signed.record_digest),
        ]
    else:
        facts = [Fact(_("Signed"), _("Not yet"), mark="time")]
    for kind, title in (("new_option", _("Agreement")), ("signed_agreement", _("Signed copy"))):
        paper = paper_for(kind, new_grant_key(row))
        if paper is not None and request.user.has_perm("documents.view_paper"):
            facts.append(Fact(title, paper.title, url=reverse("staff:paper-pdf", args=[paper.pk])))
    return facts
