"""How far the worker is with a step: since when, whether it is heard of, and then on to what came of it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.offers import attempts
from exchange.offers.models import Attempt
from exchange.staff import long_steps
from exchange.staff.binding import BINDING
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Fact, Link, instant_cell
from exchange.staff.standing import STEP
from exchange.staff.views.visit import tell_done

REFRESH_SECONDS = 2
DOING = {
    "try_out": gettext_lazy("It is being tried out"),
    "propose": gettext_lazy("It is being proposed"),
    "approve": gettext_lazy("It is being approved and carried out"),
    "carry_out": gettext_lazy("It is being carried out"),
}
MEANING = {
    "try_out": gettext_lazy(
        "The worker does the whole step and undoes it, so that you see exactly what would happen. Nothing is changed."
    ),
    "propose": gettext_lazy(
        "The worker tries it out once more. If nothing has moved, it is kept for another person to approve."
    ),
    "approve": gettext_lazy("If nothing has moved since the preview it is done, whole and once; else not at all."),
    "carry_out": gettext_lazy("If nothing has moved since the preview it is done, whole and once; else not at all."),
}


def step_progress(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """How far it is; refreshes itself, and leads on once it is finished. Shows nothing of what was entered."""
    attempt = get_object_or_404(Attempt.objects.select_related("offer", "asked_by"), pk=attempt_id)
    is_mine = attempt.asked_by_id == request.user.pk
    at = edge_of(request).true_now
    if request.method == "POST":
        if not is_mine:
            raise PermissionDenied(_("Whoever asked for it asks again."))
        attempts.ask_again(attempt, at=at)
        return HttpResponseRedirect(long_steps.progress_url(attempt))
    is_failed = attempt.state == Attempt.State.FAILED
    is_at_work = attempt.state in Attempt.AT_WORK
    told = long_steps.found_by(attempt) if attempt.is_done and is_mine else None
    if told is not None:
        return tell_done(request, told)
    if not is_at_work and not (is_failed and is_mine):
        return HttpResponseRedirect(long_steps.result_url(attempt, request.user))
    doing = _doing(attempt)
    zone = edge_of(request).zone
    since = instant_cell(attempt.asked_at.replace(microsecond=0), zone)
    context = {
        "title": STEP[attempt.step].words,
        "offer": attempt.offer,
        "attempt": attempt,
        "refresh": REFRESH_SECONDS if is_at_work else 0,
        "doing": DOING[doing],
        "meaning": MEANING[doing],
        "facts": [
            Fact(_("Asked for"), since.text, more=since.more),
            Fact(_("By"), str(attempt.asked_by)),
            Fact(_("Since then"), _lasted(int((at - attempt.asked_at).total_seconds()))),
        ],
        "is_waiting": attempt.state == Attempt.State.ASKED,
        "is_silent": attempts.is_silent(attempt, at),
        "is_failed": is_failed,
        "is_mine": is_mine,
        "back": Link(str(STEP[attempt.step].words), attempt.place),
    }
    return page(request, "staff/step_progress.html", context)


def _doing(attempt: Attempt) -> str:
    if attempt.kind == Attempt.Kind.TRY_OUT:
        return "try_out"
    if attempt.proposal_id is not None:
        return "approve"
    return "propose" if attempt.step in BINDING else "carry_out"


def _lasted(seconds: int) -> str:
    minutes, left = divmod(max(seconds, 0), 60)
    if not minutes:
        return ngettext("{n} second", "{n} seconds", left).format(n=left)
    return _("{m} min {n} s").format(m=minutes, n=left)
