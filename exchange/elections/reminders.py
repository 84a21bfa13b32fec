"""Reminders of the deadline: the offer's own schedule, what staff changed of it, and one sent by hand (domain §8).

Each goes once: by schedule under (offer, expiration, business days before), by hand under a number of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.audit.actions import append
from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of
from exchange.elections import announcements
from exchange.elections.everyone import everyone
from exchange.elections.models.reminders import Audience, ReminderChange
from exchange.kernel import clock, locks
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.market.reads import calendar
from exchange.offers.audience import eligible_counts
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, chain_of, load, load_by_code, now_for, running_offer
from exchange.offers.rules import State, reminder_instant

MOST_DAYS = 30
QUEUED, SENT_NOW = "reminder.queued", "reminder.sent_now"


@dataclass(frozen=True)
class Planned:
    """One reminder of the schedule: so many business days before the deadline, and to whom."""

    business_days: int
    audience: str
    is_from_terms: bool


@dataclass(frozen=True)
class Reminded:
    """Which reminder was due, by its key, and how many letters were queued for it; empty when none was."""

    offer: str = ""
    key: str = ""
    letters: int = 0


@dataclass(frozen=True)
class Reach:
    """Whom the offer reaches now, by key, and who of them has no form in force."""

    eligible: Sequence[int]
    without_form: Collection[int]

    def of(self, audience: str) -> Sequence[int]:
        if audience == Audience.EVERYONE:
            return self.eligible
        return [pk for pk in self.eligible if pk in self.without_form]


def schedule(loaded: Loaded) -> list[Planned]:
    """The reminders as they stand, the earliest first: the terms' days, and what staff changed since; one query."""
    found = {days: Planned(days, Audience.EVERYONE, True) for days in loaded.terms.reminder_days}
    for change in ReminderChange.objects.filter(offer=loaded.offer).order_by("number"):
        found.pop(change.business_days, None)
        if change.kind == ReminderChange.Kind.ADDED:
            found[change.business_days] = Planned(change.business_days, change.audience, False)
    return sorted(found.values(), key=lambda planned: -planned.business_days)


def instant_of(loaded: Loaded, planned: Planned) -> datetime | None:
    """When a reminder is due by the deadline as it is now; None before the offer is opened."""
    expires_at = loaded.timeline.expires_at
    return reminder_instant(expires_at, loaded.zone, planned.business_days, calendar()) if expires_at else None


def key_of(loaded: Loaded, planned: Planned) -> str:
    expires_at = loaded.timeline.expires_at
    return f"{loaded.offer.code}:{expires_at.isoformat()}:{planned.business_days}" if expires_at else ""


def sent(offer: Offer) -> dict[str, int]:
    """The reminders that went out, by key, with their letters; one query."""
    events = AuditEvent.objects.filter(chain=_chain(offer.code), kind__in=[QUEUED, SENT_NOW]).order_by("number")
    found = [payload_of(event) for event in events]
    return {str(said["key"]): int(str(said["letters"])) for said in found}


def reach(loaded: Loaded, at: datetime) -> Reach:
    """Whom reminders would go to at `at`."""
    eligible = list(eligible_counts(loaded, at))
    with_form = {holder_id for holder_id, _placed in everyone(loaded.offer).in_force()}
    return Reach(eligible, {pk for pk in eligible if pk not in with_form})


def due_reminder(loaded: Loaded, at: datetime) -> Planned | None:
    """The latest reminder whose time has come since commencement.

    When the scheduler stood still over several, only the latest is sent: the earlier ones say the same later.
    """
    timeline = loaded.timeline
    if timeline.commences_at is None or timeline.expires_at is None or timeline.state(at) is not State.OPEN:
        return None
    due = []
    for planned in schedule(loaded):
        instant = instant_of(loaded, planned)
        if instant is not None and timeline.commences_at <= instant <= at:
            due.append((instant, planned))
    return max(due, key=lambda pair: pair[0])[1] if due else None


def send_reminders(*, actor: str, at: datetime, dry_run: bool = False) -> Result[Reminded]:
    """Queue the reminder of the running offer that is due at `at`, unless it has been; for a replay, at its *now*."""

    def work() -> Reminded:
        offer = running_offer()
        if offer is None:
            return Reminded()
        locks.share_offer(offer.code)
        instant = now_for(offer, at) if offer.is_replay else at
        loaded = load(Offer.objects.get(pk=offer.pk))
        due = due_reminder(loaded, instant)
        if due is None:
            return Reminded(offer.code)
        key, chain = key_of(loaded, due), _chain(offer.code)
        locks.own(chain)
        if AuditEvent.objects.filter(chain=chain, payload__contains=f'"{key}"').exists():
            return Reminded(offer.code)
        count = announcements.queue_reminder(
            loaded, due.business_days, but=_left_out(loaded, due.audience), at=instant
        )
        payload = {"offer": offer.code, "key": key, "letters": count, "audience": due.audience}
        append(chain=chain, kind=QUEUED, actor=actor, at=instant, payload=payload)
        return Reminded(offer.code, key, count)

    return in_one_transaction(work, dry_run=dry_run)


def change_reminder(
    *, code: str, business_days: int, audience: str, actor: str, at: datetime | None, dry_run: bool = False
) -> Result[ReminderChange]:
    """Add a reminder to the schedule, or give one another audience; an empty one takes it away.

    Refuses an offer that is over or not opened, more days than there can be, a reminder whose time has passed by the
    deadline as it is or that has gone out, one to take away that is not there, and one that is there just so.
    """

    def work() -> ReminderChange:
        locks.share_offer(code)
        chain = _chain(code)
        locks.own(chain)
        loaded, instant = _open(code, at)
        planned = Planned(business_days, audience, False)
        known = {one.business_days: one.audience for one in schedule(loaded)}
        due = instant_of(loaded, planned)
        refusals = []
        if not 0 <= business_days <= MOST_DAYS:
            refusals.append(Refusal("reminder_days_off", {"most": MOST_DAYS}))
        elif (due is not None and due <= instant) or key_of(loaded, planned) in sent(loaded.offer):
            refusals.append(Refusal("reminder_passed", {"days": business_days, "at": due}))
        elif not audience and business_days not in known:
            refusals.append(Refusal("reminder_unknown", {"days": business_days}))
        elif audience and known.get(business_days) == audience:
            refusals.append(Refusal("reminder_there", {"days": business_days}))
        if refusals:
            raise refuse(*refusals)
        change = ReminderChange(
            offer=loaded.offer,
            number=ReminderChange.objects.filter(offer=loaded.offer).count() + 1,
            kind=ReminderChange.Kind.ADDED if audience else ReminderChange.Kind.TAKEN_AWAY,
            business_days=business_days,
            audience=audience,
            at=instant,
            actor=actor,
        )
        append(
            chain=chain_of(loaded.offer),
            kind="reminder.changed",
            actor=actor,
            at=instant,
            payload={"offer": code, "business_days": business_days, "audience": audience},
            rows=[change],
        )
        return change

    return in_one_transaction(work, dry_run=dry_run)


def send_now(*, code: str, audience: str, actor: str, at: datetime | None, dry_run: bool = False) -> Result[Reminded]:
    """Send a reminder by hand, now, once under a number of its own. Refuses an offer not open, and one to nobody."""

    def work() -> Reminded:
        locks.share_offer(code)
        chain = _chain(code)
        locks.own(chain)
        loaded, instant = _open(code, at)
        number = AuditEvent.objects.filter(chain=chain, kind=SENT_NOW).count() + 1
        expires_at = loaded.timeline.expires_at
        if expires_at is None:
            raise RuntimeError("an open offer has a deadline")
        key = f"{code}:{expires_at.isoformat()}:now:{number}"
        left = _days_left(loaded, instant, expires_at)
        count = announcements.queue_reminder(
            loaded, left, but=_left_out(loaded, audience), about=f"now{number}", at=instant
        )
        if not count:
            raise refuse(Refusal("reminder_to_nobody"))
        payload = {"offer": code, "key": key, "letters": count, "audience": audience}
        append(chain=chain, kind=SENT_NOW, actor=actor, at=instant, payload=payload)
        return Reminded(code, key, count)

    return in_one_transaction(work, dry_run=dry_run)


def _chain(code: str) -> str:
    return f"reminders:{code}"


def _open(code: str, at: datetime | None) -> tuple[Loaded, datetime]:
    """The offer, open at the instant."""
    loaded = load_by_code(code)
    if loaded is None:
        raise refuse(Refusal("unknown_offer", {"offer": code}))
    instant = at or clock.now()
    if loaded.timeline.state(instant) is not State.OPEN:
        raise refuse(Refusal("offer_not_open", {"state": loaded.timeline.state(instant)}))
    return loaded, instant


def _left_out(loaded: Loaded, audience: str) -> Collection[int]:
    """Who gets none, whoever else the offer reaches."""
    if audience == Audience.EVERYONE:
        return ()
    return {holder_id for holder_id, _placed in everyone(loaded.offer).in_force()}


def _days_left(loaded: Loaded, at: datetime, expires_at: datetime) -> int:
    """Business days after today through the day of the deadline, in the offer's zone."""
    today, last = loaded.date_of(at), loaded.date_of(expires_at)
    days, count = calendar(), 0
    while today < last:
        today = days.add_business_days(today, 1)
        count += 1
    return count
