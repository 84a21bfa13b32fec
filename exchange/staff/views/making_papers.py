"""How far the papers of the offer are: made, to make, failed, kind by kind; and the failed ones tried again."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exchange.documents import press, reads
from exchange.documents.catalogue import KINDS
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import record_url
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Cell, instant_cell, table

PER_PAGE = 50
PACE = timedelta(minutes=1)


def paper_progress(request: HttpRequest) -> HttpResponse:
    edge = edge_of(request)
    code = edge.offer.code if edge.offer else ""
    found = reads.progress_of(code)
    made, to_make, failed = (sum(getattr(one, name) for one in found) for name in ("made", "to_make", "failed"))
    pace = reads.made_since(code, edge.true_now - PACE) if to_make else 0
    paginator = Paginator(reads.faults_of(code), PER_PAGE)
    shown = paginator.get_page(request.GET.get("p"))
    heads = [_("Kind"), _("Made"), _("To make"), _("Of these, failed so far")]
    kinds = [[str(KINDS[one.kind].title), one.made, one.to_make, one.failed] for one in found]
    return page(
        request,
        "staff/making_papers.html",
        {
            "kinds": table(
                _("Kind by kind"), heads, kinds, total=[_("In all"), made, to_make, failed] if kinds else ()
            ),
            "made": made,
            "to_make": to_make,
            "failed": failed,
            "all": made + to_make,
            "pace": pace,
            "left": _left(to_make - failed, pace),
            "faults": table(
                _("Papers that could not be made"),
                [_("Paper"), _("Tried"), _("Last"), _("Again"), _("What the log says")],
                [
                    [
                        Cell(fault.paper.title, url=record_url(fault.paper)),
                        fault.attempts,
                        instant_cell(fault.last_at, edge.zone),
                        instant_cell(fault.next_at, edge.zone),
                        fault.error,
                    ]
                    for fault in shown
                ],
            ),
            "shown": shown,
            "may_retry": request.user.has_perm("staff.retry_letters"),
        },
    )


def _left(papers: int, pace: int) -> str:
    """How long the rest takes at the pace of the last minute; nothing where there is no pace to go by."""
    if papers <= 0 or pace <= 0:
        return ""
    minutes = -(-papers // pace)
    told = ngettext("about {n} minute at this pace", "about {n} minutes at this pace", minutes)
    return told.format(n=minutes)


@require_POST
def retry_papers(request: HttpRequest) -> HttpResponse:
    """The failed papers of the offer, now."""
    edge = edge_of(request)
    code = edge.offer.code if edge.offer else ""
    count = press.retry(offer_key=code, actor=actor_of(request.user), at=edge.true_now)
    if count:
        told = ngettext("{n} paper is tried again.", "{n} papers are tried again.", count)
        messages.success(request, told.format(n=count))
    else:
        messages.warning(request, _("There is nothing to try again."))
    return HttpResponseRedirect(reverse("staff:paper-progress"))
