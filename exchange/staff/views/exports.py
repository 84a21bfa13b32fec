"""Files to take away: asked for, made by the worker, downloaded. Each asking and each download is written down."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from exchange.interchange.exports import run
from exchange.interchange.models import Export, ExportState
from exchange.kernel.wording import date_text
from exchange.staff.actors import actor_of, shown_actor
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Table, instant_cell, table

MOST = 50
MARKS = {ExportState.DONE: "done", ExportState.FAILED: "lost", ExportState.MAKING: "time", ExportState.ASKED: "time"}


class AskForm(forms.Form):
    """Which file, and for an audit trail of which days."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[(name, name) for name in run.KINDS], widget=forms.RadioSelect
    )
    first_on = forms.DateField(
        label=gettext_lazy("Audit trail: from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Days in the offer’s zone. Left empty, from the first line."),
    )
    last_on = forms.DateField(
        label=gettext_lazy("Audit trail: through"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Left empty, through the last line."),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first_on"), found.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day is before the first."))
        return found


def exports(request: HttpRequest) -> HttpResponse:
    """What can be taken away, what was asked for, and how far it is."""
    edge = edge_of(request)
    offer = edge.offer
    form = AskForm(request.POST or None)
    if request.method == "POST" and offer is not None and form.is_valid():
        wanted = form.cleaned_data
        run.ask(
            offer=offer,
            kind=wanted["kind"],
            actor=actor_of(request.user),
            at=edge.true_now,
            first_on=wanted["first_on"],
            last_on=wanted["last_on"],
        )
        messages.success(request, _("The file is asked for. It stands in the list below once it is made."))
        return HttpResponseRedirect(reverse("staff:exports"))
    found = list(Export.objects.filter(offer_code=offer.code)[:MOST]) if offer is not None else []
    is_waiting = any(row.state in {ExportState.ASKED, ExportState.MAKING} for row in found)
    context = {
        "offer": offer,
        "form": form,
        "kinds": [
            {"value": name, "title": kind.title, "more": kind.more, "is_chosen": form["kind"].value() == name}
            for name, kind in run.KINDS.items()
        ],
        "table": _table(found, edge.zone),
        "is_waiting": is_waiting,
    }
    return page(request, "staff/exports.html", context)


def _table(found: list[Export], zone: str) -> Table:
    rows = []
    for row in found:
        kind = run.KINDS.get(row.kind)
        is_done = row.state == ExportState.DONE
        what = Cell(
            str(kind.title) if kind else row.kind,
            url=reverse("staff:export-file", args=[row.pk]) if is_done else "",
            more=_period(row),
        )
        size = Cell(filesizeformat(row.size) if row.size else "–", more=row.sha256[:16] + "…" if row.sha256 else "")
        asked = instant_cell(row.asked_at.replace(microsecond=0), zone)
        rows.append([what, _state(row), asked, shown_actor(row.asked_by), size])
    return table(
        _("Files asked for, the newest first"),
        [_("What"), _("State"), _("As of"), _("Asked by"), _("Size, SHA-256")],
        rows,
        empty=_("Nothing was asked for yet."),
    )


def _state(row: Export) -> Cell:
    progress = run.progress_of(row.pk) if row.state == ExportState.MAKING else None
    more = _("{done} of {total}").format(done=progress[0], total=progress[1]) if progress else row.problem
    return Cell(str(ExportState(row.state).label), mark=MARKS.get(ExportState(row.state), ""), more=more)


def _period(row: Export) -> str:
    if row.first_on is None and row.last_on is None:
        return ""
    first = date_text(row.first_on) if row.first_on else _("the first line")
    last = date_text(row.last_on) if row.last_on else _("the last line")
    return _("{first} to {last}").format(first=first, last=last)


@require_safe
def export_file(request: HttpRequest, export_id: Any) -> HttpResponseBase:
    """A finished file, a piece at a time; 404 for one that is not finished, or was removed."""
    export = get_object_or_404(Export, pk=export_id)
    if export.state != ExportState.DONE:
        raise Http404
    pieces = run.take(export=export, actor=actor_of(request.user), at=edge_of(request).true_now)
    response = StreamingHttpResponse(pieces, content_type=export.content_type)
    response["Content-Length"] = str(export.size)
    response["Content-Disposition"] = content_disposition_header(True, export.file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
