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
from exchange.settlement.agreement_letters import signature_key
from exchange.settlement.letters import new_grant_key
from exchange.settlement.models import AgreementSignature, NewGrant
from exchange.settlement.signatures import (
    is_released,
    mistakes_of,
    signature_of,
    signatures_of,
    signed,
    standing_signatures,
    unsigned,
)
from exchange.staff.actors import is_own, shown_actor
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.edge import edge_for
from exchange.staff.parts import Cell, Fact, Link, Record, Section, Table, instant_cell, table
from exchange.staff.steps import UNSIGN


class AgreementFilter(admin.SimpleListFilter):
    """Whether the option agreement is signed, with how many there are of each."""

    title = gettext_lazy("Agreement")
    parameter_name = "agreement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        done = standing_signatures().count()
        return [
            ("waiting", _("Waits for signature ({n})").format(n=shares_text(NewGrant.objects.count() - done))),
            ("signed", _("Signed ({n})").format(n=shares_text(done))),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[NewGrant]) -> QuerySet[NewGrant]:
        if self.value() == "waiting":
            return unsigned(queryset)
        return signed(queryset) if self.value() == "signed" else queryset


class NewGrantAdmin(ReadOnlyAdmin[NewGrant]):
    slug = "new-options"
    title = gettext_lazy("New options")
    counted = ngettext_lazy("%(n)d new option", "%(n)d new options", "n")
    empty = gettext_lazy("No new option has been granted yet.")
    search_label = gettext_lazy("Number, old grant number, employee number or name")
    search_fields = ("number", "old_grant_number", "holder__employee_number", "holder__legal_name")
    list_display = ("number", "granted_to", "granted_on", "shares", "exercise_price", "expires_on", "agreement")
    list_filter = (AgreementFilter, "granted_on")
    list_select_related = ("holder",)

    def prepare(self, rows: Any, edge: Any) -> None:
        for row in rows:
            row.zone = edge.zone

    def get_queryset(self, request: HttpRequest) -> QuerySet[NewGrant]:
        return super().get_queryset(request).prefetch_related(signatures_of())

    @admin.display(description=gettext_lazy("Agreement"))
    def agreement(self, row: Any) -> Cell:
        found = signature_of(row)
        if found is None:
            return Cell(_("Waits for signature"), mark="time")
        if found.signed_at is None:
            told = f"{date_text(found.signed_on or row.granted_on)}, {found.get_channel_display()}"
            return Cell(_("Signed"), mark="done", more=told)
        return Cell(_("Signed"), mark="done", more=instant_text(found.signed_at.replace(microsecond=0), row.zone))

    @admin.display(description=gettext_lazy("Granted to"), ordering="holder__employee_number")
    def granted_to(self, row: NewGrant) -> Cell:
        return Cell(row.holder.legal_name, url=record_url(row.holder), more=row.holder.employee_number)

    def get_record_queryset(self) -> QuerySet[NewGrant]:
        rows = NewGrant.objects.select_related("holder", "line__promise__offer")
        return rows.prefetch_related(signatures_of())

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
                Section(_("The option agreement"), facts=_agreement(row, request), table=_mistakes(row, request)),
                Section(_("Vesting"), table=schedule),
            ],
        )


def _links(row: NewGrant, request: HttpRequest) -> list[Link]:
    """Recording an agreement signed on paper, or that this was a mistake, of another than oneself."""
    if not request.user.has_perm("staff.record_forms") or is_own(request.user, row.holder):
        return []
    found = signature_of(row)
    if found is None:
        return [Link(_("Record an agreement signed on paper"), reverse("staff:record-agreement", args=[row.pk]))]
    if found.channel == AgreementSignature.Channel.PORTAL:
        return []
    return [Link(str(UNSIGN.words), f"{UNSIGN.url(row.line.promise.offer.code)}?signature={found.pk}")]


def _agreement(row: NewGrant, request: HttpRequest) -> list[Fact]:
    zone = edge_for(request, row.line.promise.offer).zone
    found = signature_of(row)
    facts = signature_facts(found, zone) if found else [Fact(_("Signed"), _("Not yet"), mark="time")]
    papers = [("new_option", new_grant_key(row), _("Agreement"))]
    papers += [("signed_agreement", signature_key(found), _("Signed copy"))] if found else []
    for kind, key, title in papers:
        paper = paper_for(kind, key)
        if paper is not None and request.user.has_perm("documents.view_paper"):
            facts.append(Fact(title, paper.title, url=reverse("staff:paper-pdf", args=[paper.pk])))
    return facts


def signature_facts(signature: AgreementSignature, zone: str) -> list[Fact]:
    """One signature, as it was given or recorded."""
    at, on = signature.signed_at, signature.signed_on
    return [
        Fact(
            _("Signed"),
            instant_text(at, zone) if at else date_text(on or signature.grant.granted_on),
            more=signature.get_channel_display(),
        ),
        Fact(_("Signature"), signature.signature_name, more=signature.content()["signature"]["note"]),
        Fact(_("Recorded"), instant_text(signature.recorded_at, zone), more=shown_actor(signature.recorded_by)),
        Fact(_("Digest of the signed record"), signature.record_digest),
    ]


def _mistakes(row: NewGrant, request: HttpRequest) -> Table | None:
    """What had been recorded as signed by mistake; None where nothing had."""
    zone = edge_for(request, row.line.promise.offer).zone
    rows = [
        [
            instant_cell(found.signature.recorded_at.replace(microsecond=0), zone),
            shown_actor(found.signature.recorded_by),
            Cell(found.reason, more=instant_text(found.at, zone)),
            f"{shown_actor(found.proposed_by)}; {shown_actor(found.approved_by)}",
        ]
        for found in mistakes_of(row)
    ]
    heads = [_("Recorded"), _("By"), _("Why it was a mistake"), _("Proposed and approved by")]
    return table(_("Recorded as signed by mistake"), heads, rows) if rows else None
