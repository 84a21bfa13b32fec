"""The queue of defects: what is neither decided nor overtaken by a later form, by kind and one by one."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import Count, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from exchange.elections.decisions import OpenDefect, open_defects
from exchange.elections.models.decisions import Waiver
from exchange.kernel.wording import date_text
from exchange.staff.admin.forms import person_cell
from exchange.staff.decided import decide_url, defect_words, may_be_waived, on_words, waivers_table
from exchange.staff.edge import Edge, edge_of
from exchange.staff.forms_words import form_url
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Table, instant_cell, table

PER_PAGE = 50


def defects(request: HttpRequest) -> HttpResponse:
    edge = edge_of(request)
    found = open_defects(edge.loaded, edge.latest, with_requests=True) if edge.loaded else []
    paginator = Paginator(found, PER_PAGE)
    shown = paginator.get_page(request.GET.get("p"))
    prefetch_related_objects([item.form for item in shown], "holder")
    heads = [_("Form"), _("From"), _("Received"), _("On"), _("Defect"), _("To be cured by")]
    return page(
        request,
        "staff/defects.html",
        {
            "table": table(_("Defects"), heads, [_row(item, edge) for item in shown]),
            "kinds": _kinds(found, request.user.has_perm("staff.waive_defects")),
            "waivers": _waived(edge),
            "count": paginator.count,
            "shown": shown,
        },
    )


def _row(item: OpenDefect, edge: Edge) -> list[object]:
    form, key = item.form, (item.grant_number, item.defect)
    by: object = ""
    if item.asked is not None and edge.loaded is not None:
        has_passed = item.asked.by < edge.loaded.date_of(edge.now)
        by = Cell(date_text(item.asked.by), more=_("Passed") if has_passed else "")
    return [
        Cell(form.number, url=form_url(form)),
        person_cell(form),
        instant_cell(form.received_at, edge.zone),
        Cell(on_words(item.grant_number)),
        Cell(item.defect, more=defect_words(key), url=decide_url(form, key)),
        by,
    ]


def _kinds(found: Sequence[OpenDefect], may_waive: bool) -> Table:
    """What waits, by kind: as a kind it is waived or not, whosever form it is."""
    first: dict[str, OpenDefect] = {}
    holders: dict[str, set[int | None]] = defaultdict(set)
    for item in found:
        first.setdefault(item.defect, item)
        holders[item.defect].add(item.form.holder_id)
    rows: list[list[object]] = []
    for defect, count in Counter(item.defect for item in found).most_common():
        item = first[defect]
        key = (item.grant_number, defect)
        if not may_be_waived(defect):
            waive = Cell(_("Cannot be waived"))
        elif may_waive:
            waive = Cell(_("Waive for everyone"), url=decide_url(item.form, key, "waive"))
        else:
            waive = Cell(_("Counsel may waive it"))
        rows.append([Cell(defect, more=defect_words(key)), count, len(holders[defect]), waive])
    return table(_("By kind"), [_("Defect"), _("Waiting"), _("Holders"), _("For all alike")], rows)


def _waived(edge: Edge) -> Table | None:
    waivers = list(Waiver.objects.filter(offer=edge.offer)) if edge.offer else []
    if not waivers:
        return None
    counted = Waiver.objects.filter(offer=edge.offer).annotate(n=Count("decisions")).values_list("pk", "n")
    return waivers_table(waivers, dict(counted), edge.zone)
