"""What happened: the audit log, what counsel must look at, splits and mergers."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from exchange.audit.models import AuditEvent
from exchange.kernel.canonical import decimal_text
from exchange.kernel.wording import date_text, instant_text
from exchange.market.models import CorporateAction
from exchange.offers.models import CounselFlag
from exchange.offers.reads import load
from exchange.staff import words
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.edge import Edge, edge_of
from exchange.staff.parts import Cell, Fact, Link, Record, Section, instant_cell
from exchange.staff.steps import import_links


class KindFilter(admin.SimpleListFilter):
    """The kinds that are in the log, in words."""

    title = gettext_lazy("What")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = AuditEvent.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, words.say(words.AUDIT, kind)) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class AuditEventAdmin(ReadOnlyAdmin[AuditEvent]):
    slug = "audit"
    title = gettext_lazy("Audit log")
    counted = ngettext_lazy("%(n)d line", "%(n)d lines", "n")
    lede = gettext_lazy("One line for each thing that happened. No line is ever changed or removed.")
    empty = gettext_lazy("Nothing has happened yet.")
    search_label = gettext_lazy("Chain, actor or request")
    search_fields = ("chain", "actor", "request_id")
    list_display = ("number_in_chain", "what", "actor", "stated", "recorded")
    list_filter = (KindFilter,)
    ordering = ("-pk",)

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        for row in rows:
            row.zone = edge.zone

    @admin.display(description=gettext_lazy("Chain and number"), ordering="pk")
    def number_in_chain(self, row: AuditEvent) -> str:
        return f"{row.chain} {row.number}"

    @admin.display(description=gettext_lazy("What"), ordering="kind")
    def what(self, row: AuditEvent) -> Cell:
        return Cell(words.say(words.AUDIT, row.kind), more=row.kind)

    @admin.display(description=gettext_lazy("At"), ordering="at")
    def stated(self, row: Any) -> Cell:
        return instant_cell(row.at.replace(microsecond=0), row.zone)

    @admin.display(description=gettext_lazy("Written"), ordering="recorded_at")
    def recorded(self, row: Any) -> Cell:
        return instant_cell(row.recorded_at.replace(microsecond=0), row.zone)

    def record(self, row: AuditEvent, request: HttpRequest) -> Record:
        edge = edge_of(request)
        facts = [
            Fact(_("Kind"), row.kind),
            Fact(_("By"), row.actor),
            Fact(_("At"), instant_text(row.at, edge.zone), more=_("The instant at which it takes effect.")),
            Fact(
                _("Written"),
                instant_text(row.recorded_at, edge.zone),
                more=_("The true instant, by the server’s clock."),
            ),
            Fact(_("Request"), row.request_id or "–"),
            Fact(_("Place in its chain"), f"{row.chain}, {row.number}"),
            Fact(_("Digest"), row.digest),
            Fact(_("Digest of the line before"), row.previous or _("This is the first")),
        ]
        return Record(
            title=words.say(words.AUDIT, row.kind),
            kind=f"{row.chain} {row.number}",
            sections=[Section(_("The line"), facts=facts), Section(_("What it says"), facts=_payload(row))],
        )


MOST_CHARACTERS = 2000


def _payload(row: AuditEvent) -> list[Fact]:
    """The payload's values as facts; long ones are cut, for the whole of them is in the export."""
    facts = []
    for name, value in json.loads(row.payload).items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        cut = text[:MOST_CHARACTERS]
        left = len(text) - len(cut)
        more = ngettext("{n} more character", "{n} more characters", left).format(n=left) if left else ""
        facts.append(Fact(name.replace("_", " "), cut or "–", more=more))
    return facts


class CounselFlagAdmin(ReadOnlyAdmin[CounselFlag]):
    slug = "for-counsel"
    title = gettext_lazy("For counsel")
    counted = ngettext_lazy("%(n)d entry", "%(n)d entries", "n")
    lede = gettext_lazy("Things that counsel must look at. None of them stopped anything.")
    empty = gettext_lazy("Nothing for counsel to look at.")
    search_label = gettext_lazy("Subject or words")
    search_fields = ("subject", "text")
    list_display = ("subject_words", "what", "text", "raised")
    list_filter = ("offer",)
    filter_titles = {"offer": gettext_lazy("Offer")}
    list_select_related = ("offer",)
    ordering = ("-at",)

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        zones = {offer: load(offer).zone for offer in {row.offer for row in rows}}
        for row in rows:
            row.zone = zones[row.offer]

    @admin.display(description=gettext_lazy("About"), ordering="subject")
    def subject_words(self, row: CounselFlag) -> str:
        return row.subject.replace(":", " ").replace("_", " ")

    @admin.display(description=gettext_lazy("What"), ordering="kind")
    def what(self, row: CounselFlag) -> str:
        return words.say(words.FLAG, row.kind)

    @admin.display(description=gettext_lazy("Raised"), ordering="at")
    def raised(self, row: Any) -> Cell:
        return instant_cell(row.at, row.zone)

    def get_record_queryset(self) -> QuerySet[CounselFlag]:
        return CounselFlag.objects.select_related("offer")

    def record(self, row: CounselFlag, request: HttpRequest) -> Record:
        facts = [
            Fact(_("About"), self.subject_words(row)),
            Fact(_("Offer"), row.offer.code, url=record_url(row.offer)),
            Fact(_("Raised"), instant_text(row.at, load(row.offer).zone)),
        ]
        return Record(
            title=words.say(words.FLAG, row.kind),
            kind=_("For counsel"),
            lede=row.text,
            sections=[Section(_("What"), facts=facts)],
        )


class CorporateActionAdmin(ReadOnlyAdmin[CorporateAction]):
    slug = "splits-and-mergers"
    title = gettext_lazy("Splits and mergers")
    counted = ngettext_lazy("%(n)d split or merger", "%(n)d splits and mergers", "n")
    lede = gettext_lazy("Dated facts; every figure counts them from their effective dates.")
    empty = gettext_lazy("None recorded.")
    list_display = ("numbered", "kind_words", "effective_on", "ratio", "successor")
    ordering = ("-effective_on",)

    def list_links(self, request: HttpRequest) -> Sequence[Link]:
        return import_links(request, "corporate_actions")

    @admin.display(description=gettext_lazy("Number"), ordering="number")
    def numbered(self, row: CorporateAction) -> str:
        return str(row.number)

    @admin.display(description=gettext_lazy("What"), ordering="kind")
    def kind_words(self, row: CorporateAction) -> Cell:
        return Cell(row.get_kind_display(), more=row.note)

    @admin.display(description=gettext_lazy("Ratio"))
    def ratio(self, row: CorporateAction) -> str:
        return ratio_text(row)

    def record(self, row: CorporateAction, request: HttpRequest) -> Record:
        facts = [
            Fact(_("Effective from the start of"), date_text(row.effective_on)),
            Fact(_("Ratio"), ratio_text(row)),
            Fact(_("Successor"), row.successor or "–"),
            Fact(_("Note"), row.note or "–"),
            Fact(_("Recorded"), instant_text(row.recorded_at, edge_of(request).zone)),
        ]
        return Record(
            title=row.get_kind_display(),
            kind=_("Number {n}").format(n=row.number),
            sections=[Section(_("What"), facts=facts)],
        )


def ratio_text(row: CorporateAction) -> str:
    """3 for 2; for a cash merger, the cash and the acquirer's price it is divided by."""
    new, old = decimal_text(row.new), decimal_text(row.old)
    if row.kind == CorporateAction.Kind.CASH_MERGER:
        return _("${new} in cash a share, the acquirer’s share at ${old}").format(new=new, old=old)
    return _("{new} for {old}").format(new=new, old=old)
