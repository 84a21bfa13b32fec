"""Letters that were given up: why, to whom, what the address is now; tried again, all that are ticked at once."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import shares_text
from exchange.notices.models import Message, State
from exchange.offers.resending import addresses_now, send_again
from exchange.staff import words
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import record_url
from exchange.staff.admin.letters import owner_cell, owners
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Link, instant_cell, table

RETRY = "staff.retry_letters"
PER_PAGE = 100


def failed_letters(request: HttpRequest) -> HttpResponse:
    """The queue of letters that did not go out; a press sends those that are ticked to the addresses on file now."""
    here = reverse("staff:failed-letters")
    if request.method == "POST":
        if not request.user.has_perm(RETRY):
            raise PermissionDenied
        _send(request)
        return HttpResponseRedirect(here)
    found = Message.objects.filter(state=State.FAILED).defer("text", "html", "calendar").order_by("queued_at", "pk")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    rows, people, addresses = list(shown), owners(list(shown)), addresses_now(shown)
    zone, may_retry = edge_of(request).zone, request.user.has_perm(RETRY)
    cells = []
    for row in rows:
        owner, now = owner_cell(row.owner_key, people), addresses.get(row.pk, "")
        can_go = may_retry and bool(now)
        cells.append(
            [
                Cell(owner.text, url=owner.url, more=owner.more, tick=str(row.pk) if can_go else ""),
                Cell(row.subject, url=record_url(row)),
                Cell(why(row.last_error), more=row.last_error, mark="lost"),
                _address(row, now),
                instant_cell(row.queued_at.replace(microsecond=0), zone),
            ]
        )
    heads = [_("To"), _("Letter"), _("Why it did not go out"), _("Address"), _("Written")]
    return page(
        request,
        "staff/failed_letters.html",
        {
            "title": _("Letters that were given up"),
            "shown": shown,
            "table": table(
                _("Letters that were given up"), heads, cells, empty=_("Every letter has gone out or waits.")
            ),
            "may_retry": may_retry and bool(addresses),
            "imports": Link(_("Correct an address by importing people"), reverse("staff:upload", args=["people"]))
            if request.user.has_perm("staff.import_facts")
            else None,
            "back": Link(_("Desk"), reverse("staff:index")),
        },
    )


def why(error: str) -> str:
    """The class of a failure in words: what one can do about it."""
    return words.say(words.LETTER_FAILED, error) if error in words.LETTER_FAILED else _("The mail server said no")


def _address(row: Message, now: str) -> Cell:
    if not now:
        return Cell(row.to_address or _("None"), more=_("No valid address on file"), mark="time")
    if now != row.to_address:
        return Cell(now, more=_("Was {old}").format(old=row.to_address), mark="done")
    return Cell(now, more=_("The same as before"))


def _send(request: HttpRequest) -> None:
    keys = [UUID(key) for key in request.POST.getlist("person") if _is_key(key)]
    result = send_again(message_ids=keys, actor=actor_of(request.user), at=edge_of(request).true_now)
    if isinstance(result, Refused):
        messages.warning(request, _("Nothing was chosen that can be sent again."))
        return
    messages.success(request, _("Letters that wait to be sent again: {n}.").format(n=shares_text(result.value)))
    for remark in result.remarks:
        messages.warning(request, sentence(remark))


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
