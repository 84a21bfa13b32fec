"""What the worker does of an attempt: the page is made again and filled with what was entered, and tells what came."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from exchange.kernel import clock
from exchange.kernel.results import RolledBack
from exchange.offers import attempts
from exchange.offers.models import Attempt
from exchange.people.models import User
from exchange.staff.approving import Approving
from exchange.staff.edge import edge_at
from exchange.staff.filled import Filled
from exchange.staff.long_steps import entered_in
from exchange.staff.pages import GUARDED
from exchange.staff.steps import AMEND
from exchange.staff.told import Told
from exchange.staff.views.amend_step import staged_page
from exchange.staff.views.guarded import Guarded

# How the page of a step is made again, from the uploaded files that it is about.
PAGES: Mapping[str, Callable[[str], Guarded[Any]]] = {
    page.step.slug: lambda _source, page=page: page for page in GUARDED if page.is_long
} | {AMEND.slug: staged_page}


def work(attempt_id: UUID) -> None:
    """Do what an attempt asks for, once. What fails is said on its page, and raised for those who run the site."""
    attempt = attempts.take_up(attempt_id, at=clock.now())
    if attempt is None:
        return
    try:
        with attempts.heard_of(attempt):
            _do(attempt)
    except BaseException as fault:
        # Whatever went wrong, the transaction is undone; the page must not wait for what will not come.
        attempts.fail(attempt, problem=type(fault).__name__, at=clock.now())
        raise


def _do(attempt: Attempt) -> None:
    """In one transaction what it does and that it is finished; undone where another has it in hand by now."""
    try:
        with transaction.atomic():
            told = _told(attempt)
            if not attempts.finish(attempt, told=told.as_text(), is_done=told.is_done, at=clock.now()):
                raise RolledBack(None)
    except PermissionDenied as why:
        told = Told(problems=[str(why)])
        attempts.finish(attempt, told=told.as_text(), is_done=False, at=clock.now())
    except RolledBack:
        return


def _told(attempt: Attempt) -> Told:
    """What comes of it. Who asked is asked for again: whether they may, and whether what they entered holds."""
    user = User.objects.get(pk=attempt.asked_by_id)  # as they are now, with what they may
    doing = _approving(attempt, user) if attempt.proposal is not None else _filled(attempt, user)
    return doing.confirm() if attempt.kind == Attempt.Kind.CONFIRM else doing.try_out()


def _filled(attempt: Attempt, user: User) -> Filled:
    guarded = PAGES[attempt.step](attempt.source)
    _check(user, guarded.step.permission)
    filled = Filled(guarded, edge_at(clock.now(), attempt.offer), user, entered_in(attempt))
    if not filled.form.is_valid():
        raise PermissionDenied(_("What was entered is no longer taken. Enter it again. Nothing was done."))
    return filled


def _approving(attempt: Attempt, user: User) -> Approving:
    if attempt.proposal is None:
        raise ValueError("it is about no proposal")
    approving = Approving(attempt.proposal, edge_at(clock.now(), attempt.offer), user, entered_in(attempt))
    _check(user, approving.guarded.approve_permission)
    if not approving.is_asked_for:
        raise PermissionDenied(_("What was entered is no longer taken. Enter it again. Nothing was done."))
    return approving


def _check(user: User, permission: str) -> None:
    if not (user.is_active and user.is_staff and user.has_perm(permission)):
        raise PermissionDenied(_("{who} may not do this any more. Nothing was done.").format(who=user))
