"""A file of people, events or options on the desk: its mistakes, or what it would do; then applied, once."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.interchange import imports
from exchange.interchange.annotated import annotated
from exchange.interchange.imports import CHANGED, NEW, PER_PAGE, PROBLEMS, SECTIONS, TOUCHED
from exchange.interchange.models import Import, ImportState
from exchange.interchange.staging import body_of, staged
from exchange.kernel.wording import shares_text
from exchange.staff.actors import actor_of, shown_actor, user_of
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Link, Table, instant_cell, table
from exchange.staff.steps import IMPORTS, import_links

AT_WORK = {ImportState.CHECKING, ImportState.APPLYING}
REFRESH_SECONDS = 3
MARKS = {
    "applied": "done",
    "failed": "lost",
    "wrong": "lost",
    "checked": "act",
    "checking": "time",
    "applying": "time",
}
TITLES = {
    PROBLEMS: gettext_lazy("Everything that is wrong"),
    CHANGED: gettext_lazy("What changes"),
    NEW: gettext_lazy("What is new"),
    TOUCHED: gettext_lazy("Judgements that used an earlier fact, and stand"),
}
PHASES = {
    "reading": gettext_lazy("Reading the file"),
    "comparing": gettext_lazy("Comparing it with what is there"),
    "writing": gettext_lazy("Applying it"),
}


def run_of(request: HttpRequest, batch: UUID) -> Import | None:
    """The import of a batch, for those who may apply it; None where the batch is of another kind."""
    run = Import.objects.filter(batch=batch).first()
    if run is not None and not request.user.has_perm(IMPORTS[run.kind][1]):
        raise PermissionDenied
    return run


def import_list(request: HttpRequest) -> HttpResponse:
    """Every file brought in, newest first: what became of it."""
    edge = edge_of(request)
    paginator = Paginator(Import.objects.all(), 50)
    shown = paginator.get_page(request.GET.get("p"))
    rows = [
        [
            Cell(run.file_name, url=reverse("staff:staged", args=[run.batch]), more=str(IMPORTS[run.kind][0])),
            Cell(run.get_state_display(), mark=MARKS.get(run.state, ""), more=_counted(run)),
            instant_cell(run.uploaded_at.replace(microsecond=0), edge.zone),
            shown_actor(run.uploaded_by),
        ]
        for run in shown
    ]
    heads = [_("File"), _("Where it stands"), _("Brought in"), _("By")]
    empty = _("No file has been brought in. Begin with the people; events and options name them.")
    context = {
        "title": _("Files brought in"),
        "table": table(_("Files of people, events and options"), heads, rows, empty=empty),
        "links": import_links(request, "people", "employment_events", "grants"),
        "shown": shown,
    }
    return page(request, "staff/imports.html", context)


def _counted(run: Import) -> str:
    found = json.loads(run.summary or "{}")
    if run.state == ImportState.WRONG:
        n = (found.get("counts") or {}).get(PROBLEMS, 0)
        return ngettext("{n} mistake", "{n} mistakes", n).format(n=shares_text(n)) if n else ""
    if "added" not in found:
        return ""
    return _("{new} new, {changed} changed, {same} unchanged").format(
        new=shares_text(found["added"]), changed=shares_text(found["changed"]), same=shares_text(found["unchanged"])
    )


def progress(request: HttpRequest, batch: UUID) -> HttpResponse:
    """How far the work has come; refreshes itself, and leads on once it is done. Shows nothing of the file."""
    run = run_of(request, batch)
    if run is None:
        raise Http404
    at = edge_of(request).true_now
    if request.method == "POST":
        imports.try_again(batch=batch, at=at)
        return HttpResponseRedirect(reverse("staff:import-progress", args=[batch]))
    is_at_work = run.state in AT_WORK
    found = imports.progress_of(batch) if is_at_work else None
    context = {
        "title": IMPORTS[run.kind][0],
        "run": run,
        "refresh": REFRESH_SECONDS if is_at_work else 0,
        "phase": PHASES.get(found.phase, "") if found else "",
        "progress": found,
        "done": shares_text(found.done) if found else "",
        "total": shares_text(found.total) if found and found.total else "",
        "is_silent": is_at_work and imports.is_silent(run, at),
        "next": reverse("staff:staged", args=[batch]),
        "back": Link(_("Files brought in"), reverse("staff:imports")),
    }
    return page(request, "staff/import_progress.html", context)


def annotated_file(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The file as a workbook in which every mistake is marked."""
    run = run_of(request, batch)
    files = staged(batch) if run is not None and run.state == ImportState.WRONG else []
    if run is None or not files:
        raise Http404
    body = annotated(run.file_name, body_of(files[0]), imports.all_problems(run))
    answer = HttpResponse(body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="{run.kind}-marked.xlsx"'
    return answer


def import_page(request: HttpRequest, run: Import) -> HttpResponse:
    """One file: what the check found, and what can be done with it."""
    user, at = user_of(request.user), edge_of(request).true_now
    actor = actor_of(user)
    step = request.POST.get("step", "")
    problems: list[str] = []
    here = reverse("staff:staged", args=[run.batch])
    if step == "discard":
        if imports.remove(batch=run.batch, at=at):
            messages.info(request, _("The files are removed. Nothing was applied."))
            return HttpResponseRedirect(reverse("staff:upload", args=[run.kind]))
        problems.append(_("The file is being applied, or was; it cannot be removed any more."))
    elif step == "retry":
        imports.try_again(batch=run.batch, at=at)
        return HttpResponseRedirect(here)
    elif step == "preview":
        reason = request.POST.get("reason", "").strip()
        if reason:
            imports.check_again(batch=run.batch, user=user, actor=actor, at=at, correction=reason)
            return HttpResponseRedirect(here)
        problems.append(_("Write the reason for the correction."))
    elif step == "confirm":
        shown = request.POST.get("digest", "")
        if imports.ask_to_apply(batch=run.batch, shown=shown, user=user, actor=actor, at=at):
            return HttpResponseRedirect(here)
        if run.state == ImportState.CHECKED:
            problems.append(
                _("Something has changed since you saw the preview. Nothing was done. This is how it stands now.")
            )
    run.refresh_from_db()
    if run.state in AT_WORK:
        return HttpResponseRedirect(reverse("staff:import-progress", args=[run.batch]))
    return page(request, "staff/import.html", _context(request, run, problems))


def _context(request: HttpRequest, run: Import, problems: list[str]) -> dict[str, Any]:
    found = json.loads(run.summary or "{}")
    counts: dict[str, int] = found.get("counts") or {}
    section = request.GET.get("show", "")
    if section not in SECTIONS or not counts.get(section):
        section = next((name for name in SECTIONS if counts.get(name)), "")
    pages = Paginator(range(counts.get(section, 0)), PER_PAGE)
    shown = pages.get_page(request.GET.get("p"))
    is_open = run.state in {ImportState.WRONG, ImportState.CHECKED}
    return {
        "title": IMPORTS[run.kind][0],
        "run": run,
        "facts": _facts(run, found, edge_zone=edge_of(request).zone),
        "sections": [
            Link(f"{TITLES[name]} ({shares_text(counts[name])})", f"?show={name}", is_main=name == section)
            for name in SECTIONS
            if counts.get(name) and is_open
        ],
        "table": _table(run, section, shown.number) if section and is_open else None,
        "shown": shown,
        "section": section,
        "reasons": found.get("reasons", ()),
        "left_out": found.get("left_out", 0),
        "wants_reason": found.get("wants_reason", False),
        "has_moved": found.get("has_moved", False) and run.state != ImportState.APPLIED,
        "remarks": found.get("remarks", ()),
        "problem_count": shares_text(counts.get(PROBLEMS, 0)),
        "has_problems": bool(counts.get(PROBLEMS)),
        "problems": problems,
        "changes_nothing": run.state == ImportState.CHECKED and not found.get("added") and not found.get("changed"),
        "back": Link(_("Files brought in"), reverse("staff:imports")),
        "upload": reverse("staff:upload", args=[run.kind]),
        "next_links": import_links(request, "people", "employment_events", "grants"),
    }


def _facts(run: Import, found: dict[str, Any], *, edge_zone: str) -> list[Fact]:
    brought = instant_cell(run.uploaded_at.replace(microsecond=0), edge_zone)
    by = _("{at} {zone}, by {who}").format(at=brought.text, zone=brought.more, who=shown_actor(run.uploaded_by))
    facts = [Fact(_("File"), run.file_name, more=by)]
    if "added" in found:
        facts += [
            Fact(_("New"), shares_text(found["added"])),
            Fact(_("Changed"), shares_text(found["changed"])),
            Fact(_("As they are already"), shares_text(found["unchanged"])),
        ]
    if run.correction:
        facts.append(Fact(_("Reason for the correction"), run.correction))
    if run.finished_at and run.state == ImportState.APPLIED:
        done = instant_cell(run.finished_at.replace(microsecond=0), edge_zone)
        facts.append(Fact(_("Applied"), done.text, more=f"{done.more}, {shown_actor(run.asked_by)}"))
    return facts


def _table(run: Import, section: str, number: int) -> Table:
    rows: list[list[object]] = []
    for found in imports.found_rows(run, section, number):
        if section == PROBLEMS:
            row, column, value, message, expected = found
            more = _("Expected: {what}").format(what=expected) if expected else ""
            rows.append([Cell(str(row) if row else "–"), column or "", value or "", Cell(message, more=more)])
        elif section == CHANGED:
            key, name, before, after = found
            rows.append([Cell(key), name.replace("_", " "), before, after])
        elif section == NEW:
            rows.append([Cell(str(found[0])), *(str(value) for value in found[1:])])
        else:
            rows.append([Cell(str(value)) for value in found])
    heads = {
        PROBLEMS: [_("Row"), _("Column"), _("What stands there"), _("What is wrong")],
        CHANGED: [_("Number"), _("Field"), _("Before"), _("After")],
        NEW: [_("Row"), *(name.replace("_", " ").capitalize() for name in imports.KINDS[run.kind].shown)],
        TOUCHED: [_("Of"), _("Which")],
    }[section]
    return table(str(TITLES[section]), heads, rows)
