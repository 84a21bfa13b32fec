"""The letters to a holder who is excluded from an offer, whole or with one option, and when that is lifted again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from exchange.grants.models import Grant
from exchange.notices import contexts
from exchange.notices.actions import call_back_about, queue_letters
from exchange.notices.queueing import Letter
from exchange.offers.audience import is_reached
from exchange.offers.letters import common, deadline_of, letter, stamp
from exchange.offers.models import Exclusion, ExclusionLifted
from exchange.offers.reads import Loaded, load
from exchange.offers.rules import State
from exchange.people.models import Holder

EXCLUDED, LIFTED = "holder_excluded", "exclusion_lifted"


def queue_excluded(row: Exclusion, *, at: datetime) -> None:
    """Tell the holder, in the caller's transaction, what is excluded, from when and why.

    Where nothing is left that the offer reaches, the deadline is taken off their calendar.
    """
    loaded, holder = load(row.offer), _holder(row)
    context = contexts.HolderExcluded(
        **common(loaded, holder),
        grants=_grants(row),
        effective_on=row.effective_on,
        told=row.told,
        reaches_none=not is_reached(loaded, holder, max(row.effective_on, loaded.date_of(at))),
    )
    queue_letters([letter(loaded, holder, EXCLUDED, context, about=str(row.number), since=row.at)], at=at)


def queue_lifted(lifted: ExclusionLifted, *, at: datetime) -> None:
    """Tell the holder that it ends; the letter that told of it is called back where it has not gone out yet."""
    row = lifted.exclusion
    loaded = load(row.offer)
    call_back_about(offer_key=loaded.offer.code, kinds=[EXCLUDED], about=[str(row.number)], at=at)
    queue_letters([_lifted(loaded, lifted, at)], at=at)


def queue_again(loaded: Loaded, keys: Iterable[str], *, at: datetime) -> None:
    """Make letters of liftings that had not gone out when their deadline was replaced again: no other says it."""
    start = f"{LIFTED}:{loaded.offer.code}:"
    numbers = {key.removeprefix(start).partition(":")[0] for key in keys if key.startswith(start)}
    if not numbers:
        return
    found = ExclusionLifted.objects.filter(exclusion__offer=loaded.offer, exclusion__number__in=numbers)
    rows = found.select_related("exclusion").order_by("exclusion__number")
    queue_letters([_lifted(loaded, row, at, again=f":{stamp(deadline_of(loaded))}") for row in rows], at=at)


def _lifted(loaded: Loaded, lifted: ExclusionLifted, at: datetime, *, again: str = "") -> Letter:
    row = lifted.exclusion
    holder = _holder(row)
    deadline = _deadline(loaded, holder, lifted, at)
    context = contexts.ExclusionLifted(
        **common(loaded, holder),
        grants=_grants(row),
        excluded_from=row.effective_on,
        effective_on=lifted.effective_on,
        deadline=deadline,
    )
    about = f"{row.number}{again}"
    return letter(loaded, holder, LIFTED, context, about=about, names_deadline=deadline, since=lifted.at)


def _deadline(loaded: Loaded, holder: Holder, lifted: ExclusionLifted, at: datetime) -> datetime | None:
    """The deadline, where the holder can still sign before it: from the first day on which nothing is in the way."""
    day, deadline = max(lifted.effective_on, loaded.date_of(at)), deadline_of(loaded)
    is_running = loaded.timeline.state(at) in {State.SCHEDULED, State.OPEN}
    last_day = loaded.date_of(deadline - timedelta.resolution)
    return deadline if is_running and day <= last_day and is_reached(loaded, holder, day) else None


def _holder(row: Exclusion) -> Holder:
    return Holder.objects.get(employee_number=row.employee_number)


def _grants(row: Exclusion) -> tuple[contexts.Line, ...]:
    """The one option that it is about; none where it is the person."""
    return tuple(
        contexts.Line(
            grant_number=grant.grant_number,
            shares=grant.outstanding,
            grant_date=grant.grant_date,
            exercise_price=grant.exercise_price,
        )
        for grant in Grant.objects.filter(grant_number=row.grant_number)
    )
