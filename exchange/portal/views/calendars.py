"""Calendar files to take along: the vesting of new options, and the offer's dates."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from exchange.interchange.calendars import dates_calendar, vesting_calendar
from exchange.portal.access import access_new_grant
from exchange.portal.present.agreements import new_grants_of
from exchange.portal.visit import Visit, visiting
from exchange.settlement.dates import dates_of
from exchange.settlement.models import NewGrant


def _answer(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.ics") or "attachment"
    return response


def _vesting(visit: Visit, grants: Sequence[NewGrant], name: str) -> HttpResponse:
    body = vesting_calendar(
        grants,
        company=visit.loaded.terms.company.short_name,
        url=visit.request.build_absolute_uri(visit.url("new_grants")),
        stamped_at=visit.at,
    )
    return _answer(body, name)


@require_safe
@visiting
def all_vesting(visit: Visit) -> HttpResponse:
    """The vesting dates of every new option of the holder's; not there before there is one."""
    grants = new_grants_of(visit.outcome)
    if not grants:
        raise Http404
    return _vesting(visit, grants, f"vesting-{visit.offer.code}")


@require_safe
@visiting
def vesting(visit: Visit, pk: UUID) -> HttpResponse:
    """Of one of them."""
    grant = access_new_grant(visit.offer, visit.holder, pk)
    return _vesting(visit, [grant], f"vesting-{grant.number}")


@require_safe
@visiting
def dates(visit: Visit) -> HttpResponse:
    """The offer's dates as they are known now."""
    body = dates_calendar(
        dates_of(visit.loaded, visit.outcome, visit.at),
        code=visit.offer.code,
        company=visit.loaded.terms.company.short_name,
        zone=visit.zone,
        url=visit.request.build_absolute_uri(visit.url("home")),
        stamped_at=visit.at,
    )
    return _answer(body, f"dates-{visit.offer.code}")
