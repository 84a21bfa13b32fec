"""The outbox and the papers: what was written to whom, what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.documents.catalogue import KINDS
from exchange.documents.models import Paper
from exchange.kernel.wording import instant_text, shares_text
from exchange.notices.models import Message, State
from exchange.people.models import Holder
from exchange.staff import words
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.edge import Edge, edge_of
from exchange.staff.parts import Cell, Fact, Link, Record, Section, instant_cell

MARKS: Mapping[str, str] = {
    State.QUEUED: "act",
    State.SENDING: "act",
    State.SENT: "done",
    State.FAILED: "lost",
    State.WITHHELD: "time",
    State.HELD: "time",
}


def owners(rows: Sequence[Any]) -> dict[str, Holder]:
    """The holders that owner keys name, by key."""
    numbers = {row.owner_key.removeprefix("holder:") for row in rows}
    found = Holder.objects.filter(employee_number__in=numbers)
    return {f"holder:{holder.employee_number}": holder for holder in found}


def owner_cell(key: str, found: Mapping[str, Holder]) -> Cell:
    holder = found.get(key)
    return Cell(holder.legal_name, url=record_url(holder), more=holder.employee_number) if holder else Cell(key)


class LetterKind(admin.SimpleListFilter):
    title = gettext_lazy("Letter")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = Message.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, words.say(words.EVERY_LETTER, kind)) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class MessageAdmin(ReadOnlyAdmin[Message]):
    slug = "letters"
    title = gettext_lazy("Letters")
    counted = ngettext_lazy("%(n)d letter", "%(n)d letters", "n")
    lede = gettext_lazy("Every letter, from the moment it is written. Whatever must be sent waits here until it is.")
    empty = gettext_lazy("No letter has been written.")
    search_label = gettext_lazy("Employee number, address or subject")
    search_fields = ("owner_key", "to_address", "subject")
    list_display = ("subject", "to", "state_words", "written", "sent")
    list_filter = ("state", LetterKind, "offer_key")
    filter_titles = {"state": gettext_lazy("State"), "offer_key": gettext_lazy("Offer")}
    ordering = ("-queued_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).defer("text", "html")

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        found = owners(rows)
        for row in rows:
            row.owner = owner_cell(row.owner_key, found)
            row.zone = edge.zone

    @admin.display(description=gettext_lazy("To"), ordering="to_address")
    def to(self, row: Any) -> Cell:
        return Cell(row.owner.text, url=row.owner.url, more=row.to_address)

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def state_words(self, row: Message) -> Cell:
        return state_cell(row)

    @admin.display(description=gettext_lazy("Written"), ordering="queued_at")
    def written(self, row: Any) -> Cell:
        return instant_cell(row.queued_at.replace(microsecond=0), row.zone)

    @admin.display(description=gettext_lazy("Sent"), ordering="sent_at")
    def sent(self, row: Any) -> Cell:
        return instant_cell(row.sent_at.replace(microsecond=0) if row.sent_at else None, row.zone)

    def record(self, row: Message, request: HttpRequest) -> Record:
        zone = edge_of(request).zone
        to = owner_cell(row.owner_key, owners([row]))
        facts = [
            Fact(_("To"), to.text, more=row.to_address, url=to.url),
            Fact(_("Letter"), words.say(words.LETTER, row.kind), more=_made_of(row)),
            Fact(_("Written"), instant_text(row.queued_at, zone)),
            Fact(_("Sent"), instant_text(row.sent_at, zone) if row.sent_at else _("Not yet")),
            Fact(_("Attempts"), shares_text(row.attempts), more=row.last_error),
            Fact(_("Message-ID"), row.message_id),
        ]
        if row.names_deadline:
            facts.append(Fact(_("Names the deadline"), instant_text(row.names_deadline, zone)))
        may_retry = row.state == State.FAILED and request.user.has_perm("staff.retry_letters")
        return Record(
            title=row.subject,
            kind=_("Letter"),
            tags=[state_cell(row)],
            posts=[Link(_("Try once more"), reverse("staff:retry", args=[row.pk]))] if may_retry else [],
            sections=[Section(_("The letter"), facts=facts), Section(_("What it says"), text=row.text)],
        )


def _made_of(row: Message) -> str:
    """The product's wording, and the offer's own words where it has any; the digest that counsel approves by."""
    parts = [_("wording {n}").format(n=row.template_version)]
    if row.wording_number:
        parts.append(_("own words, version {n}").format(n=row.wording_number))
    if row.content_digest:
        parts.append(_("content {digest}").format(digest=row.content_digest[:12]))
    return ", ".join(parts)


def state_cell(row: Message) -> Cell:
    why = row.last_error
    if row.state == State.CANCELLED and why in words.LETTER_FAILED:
        why = words.say(words.LETTER_FAILED, why)
    return Cell(row.get_state_display(), mark=MARKS.get(row.state, ""), more=why)


class PaperKind(admin.SimpleListFilter):
    title = gettext_lazy("Paper")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(code, kind.title) for code, kind in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Paper]) -> QuerySet[Paper]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class PaperAdmin(ReadOnlyAdmin[Paper]):
    slug = "papers"
    title = gettext_lazy("Papers")
    counted = ngettext_lazy("%(n)d paper", "%(n)d papers", "n")
    lede = gettext_lazy("Receipts, promises and agreements, each one PDF with its digest.")
    empty = gettext_lazy("No paper has been asked for.")
    search_label = gettext_lazy("Employee number, title or subject")
    search_fields = ("owner_key", "title", "subject_key")
    list_display = ("title", "about", "of", "asked_for", "made")
    list_filter = (PaperKind, "offer_key")
    filter_titles = {"offer_key": gettext_lazy("Offer")}
    list_select_related = ("rendered",)
    ordering = ("-requested_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        return super().get_queryset(request).defer("snapshot", "rendered__pdf")

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        found = owners(rows)
        for row in rows:
            row.owner = owner_cell(row.owner_key, found)
            row.zone = edge.zone

    @admin.display(description=gettext_lazy("About"), ordering="subject_key")
    def about(self, row: Paper) -> str:
        return row.subject_key.rpartition(":")[2]

    @admin.display(description=gettext_lazy("Of"), ordering="owner_key")
    def of(self, row: Any) -> Cell:
        owner: Cell = row.owner
        return owner

    @admin.display(description=gettext_lazy("Asked for"), ordering="requested_at")
    def asked_for(self, row: Any) -> Cell:
        return instant_cell(row.requested_at.replace(microsecond=0), row.zone)

    @admin.display(description=gettext_lazy("PDF"))
    def made(self, row: Paper) -> Cell:
        return pdf_cell(row)

    def get_record_queryset(self) -> QuerySet[Paper]:
        return Paper.objects.select_related("rendered").defer("rendered__pdf")

    def record(self, row: Paper, request: HttpRequest) -> Record:
        zone = edge_of(request).zone
        owner = owner_cell(row.owner_key, owners([row]))
        facts = [
            Fact(_("Of"), owner.text, more=owner.more, url=owner.url),
            Fact(_("About"), row.subject_key),
            Fact(_("Asked for"), instant_text(row.requested_at, zone)),
            Fact(_("Wording"), row.template, more=_("version {n}").format(n=row.template_version)),
            Fact(_("Digest of what it is made from"), row.sha256),
        ]
        links = []
        if hasattr(row, "rendered"):
            made = row.rendered
            facts += [
                Fact(_("Made"), instant_text(made.rendered_at, zone)),
                Fact(_("PDF"), _("{n} bytes").format(n=shares_text(made.size)), more=made.sha256),
            ]
            links.append(Link(_("Open the PDF"), reverse("staff:paper-pdf", args=[row.pk]), is_main=True))
        return Record(
            title=row.title,
            kind=_("Paper"),
            tags=[pdf_cell(row)],
            links=links,
            sections=[Section(_("The paper"), facts=facts)],
        )


def pdf_cell(row: Paper) -> Cell:
    if hasattr(row, "rendered"):
        return Cell(_("Made"), mark="done")
    return Cell(_("Waits for the worker"), mark="act")
