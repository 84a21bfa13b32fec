"""The notices of the offer: the list, one of them, and the papers that came with it."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from exchange.notices.actions import mark_opened
from exchange.portal.access import access_notice, access_notice_paper, notice_papers, notices_of
from exchange.portal.present.notices import notice_page, notices_page
from exchange.portal.views.files import pdf
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, visiting


@require_safe
@visiting
def notices(visit: Visit) -> HttpResponse:
    found = notices_of(visit.offer, visit.holder)
    return show(visit, "notices", notices_page(visit, found), section="notices")


@require_safe
@visiting
def notice(visit: Visit, pk: UUID) -> HttpResponse:
    """One notice; opening it is what makes it no longer new."""
    message = access_notice(visit.offer, visit.holder, pk)
    if visit.request.method == "GET":
        mark_opened(message_id=message.pk, at=visit.true_now)
    return show(visit, "notice", notice_page(visit, message, notice_papers(message)), section="notices")


@require_safe
@visiting
def paper(visit: Visit, pk: UUID, paper: UUID) -> HttpResponse:
    return pdf(visit, access_notice_paper(visit.offer, visit.holder, pk, paper))
