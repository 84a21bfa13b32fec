"""The help desk's one page: find the holder, then see the portal as they do."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.people.reads import find_people
from exchange.staff.actors import is_own
from exchange.staff.frame import page
from exchange.staff.parts import Cell, table

MOST = 20


def help_desk(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    rows: list[list[object]] = []
    for holder in find_people(query)[:MOST]:
        own = is_own(request.user, holder)
        url = "" if own else reverse("helping", args=[holder.pk])
        more = _("Your own: sign in as yourself.") if own else ""
        rows.append([Cell(holder.employee_number, url=url, more=more), holder.legal_name, holder.department])
    heads = [_("Employee number"), _("Name"), _("Department")]
    return page(
        request,
        "staff/helping.html",
        {"query": query, "table": table(_("People who fit"), heads, rows), "most": MOST if len(rows) == MOST else 0},
    )
