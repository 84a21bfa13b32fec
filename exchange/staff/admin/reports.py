"""What people report as missing or wrong: the queue, and one report with its answers."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.kernel.wording import instant_text
from exchange.offers.reports import is_of
from exchange.people.models import Report, ReportAnswer, ReportSender, User
from exchange.people.reads import still_open, with_outcome
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.edge import Edge, edge_of
from exchange.staff.parts import Cell, Fact, Link, Record, Section, instant_cell

MARKS = {ReportAnswer.Outcome.OPEN: "time", ReportAnswer.Outcome.CORRECTED: "done"}


class IsOpen(admin.SimpleListFilter):
    """Open ones first of all: the list without a choice shows them all."""

    title = gettext_lazy("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", gettext_lazy("Open")), ("closed", gettext_lazy("Closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() == "open":
            return still_open(queryset)
        if self.value() == "closed":
            return queryset.exclude(pk__in=still_open(Report.objects.all()).values("pk"))
        return queryset


class ReportAdmin(ReadOnlyAdmin[Report]):
    slug = "reports"
    title = gettext_lazy("What people report")
    counted = ngettext_lazy("%(n)d report", "%(n)d reports", "n")
    lede = gettext_lazy("Facts that are wrong, options that are missing, and people who cannot get in. HR answers.")
    empty = gettext_lazy("Nobody has reported anything.")
    search_label = gettext_lazy("Employee number, name or grant")
    search_fields = ("holder__employee_number", "holder__legal_name", "sender__name", "grant_number")
    list_display = ("titled", "whose", "state", "reported")
    list_filter = (IsOpen, "kind")
    filter_titles = {"kind": gettext_lazy("Kind")}
    list_select_related = ("holder", "user", "sender")
    ordering = ("-number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return with_outcome(super().get_queryset(request))

    def get_record_queryset(self) -> QuerySet[Report]:
        found = with_outcome(Report.objects.select_related("holder", "user", "sender"))
        return found.prefetch_related("answers__answered_by")

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        for row in rows:
            row.zone = edge.zone

    @admin.display(description=gettext_lazy("Report"), ordering="number")
    def titled(self, row: Report) -> Cell:
        return Cell(f"{row.number}: {title_of(row)}", more=row.grant_number)

    @admin.display(description=gettext_lazy("From"))
    def whose(self, row: Report) -> Cell:
        return sender_cell(row)

    @admin.display(description=gettext_lazy("State"))
    def state(self, row: Any) -> Cell:
        return state_cell(row)

    @admin.display(description=gettext_lazy("Received"), ordering="reported_at")
    def reported(self, row: Any) -> Cell:
        return instant_cell(row.reported_at.replace(microsecond=0), row.zone)

    def record(self, row: Report, request: HttpRequest) -> Record:
        edge = edge_of(request)
        user, links = request.user, []
        if isinstance(user, User) and user.has_perm("staff.answer_reports") and not is_of(row, user):
            links.append(Link(_("Answer it"), reverse("staff:answer-report", args=[row.pk]), is_main=True))
        return Record(
            title=title_of(row),
            kind=_("Report {number}").format(number=row.number),
            tags=[state_cell(row)],
            sections=[
                Section(_("From whom"), facts=_facts(row, edge)),
                Section(_("What they say"), text=row.text),
                *(_answer(answer, edge) for answer in row.answers.all()),
            ],
            links=links,
        )


def title_of(row: Report) -> str:
    return str(Report.About(row.about).label if row.about else Report.Kind(row.kind).label)


def state_cell(row: Any) -> Cell:
    """Of a report with its `outcome` (`people.reads.with_outcome`)."""
    if not row.outcome:
        return Cell(_("Waits for an answer"), mark="act")
    return Cell(str(ReportAnswer.Outcome(row.outcome).label), mark=MARKS.get(row.outcome, ""))


def _sender(row: Report) -> ReportSender | None:
    return getattr(row, "sender", None)


def sender_cell(row: Report) -> Cell:
    if row.holder is not None:
        return Cell(row.holder.legal_name, url=record_url(row.holder), more=row.holder.employee_number)
    if row.user is not None:
        return Cell(str(row.user), url=record_url(row.user))
    sender = _sender(row)
    return Cell(sender.name, more=_("Not signed in")) if sender else Cell(_("Not signed in"), more=_("Removed"))


def _facts(row: Report, edge: Edge) -> list[Fact]:
    who = sender_cell(row)
    facts = [Fact(_("From"), who.text, more=who.more, url=who.url)]
    sender = _sender(row)
    if sender is not None:
        facts.append(Fact(_("Stated e-mail address"), sender.email or "–", more=_("Nobody has proved it is theirs.")))
        facts.append(Fact(_("To be reached"), sender.reach or "–"))
    elif row.user is None:
        facts.append(Fact(_("To be reached"), _("Name and address were removed.")))
    if row.grant_number:
        facts.append(Fact(_("Grant"), row.grant_number))
    facts.append(Fact(_("Received"), instant_text(row.reported_at.replace(microsecond=0), edge.zone)))
    return facts


def _answer(answer: ReportAnswer, edge: Edge) -> Section:
    at = instant_text(answer.answered_at.replace(microsecond=0), edge.zone)
    told = _("{outcome}. By {who}, {at}.").format(
        outcome=ReportAnswer.Outcome(answer.outcome).label, who=answer.answered_by.email, at=at
    )
    return Section(_("Answer {number}").format(number=answer.number), text=f"{told}\n\n{answer.text}")
