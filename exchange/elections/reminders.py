"""Reminders of the deadline, by the offer's own schedule; each once (domain §8)."""

from dataclasses import dataclass
from datetime import datetime

from exchange.audit.actions import append
from exchange.audit.models import AuditEvent
from exchange.elections import announcements
from exchange.kernel import locks
from exchange.kernel.results import Result
from exchange.kernel.transactions import in_one_transaction
from exchange.market.reads import calendar
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, load, now_for, running_offer
from exchange.offers.rules import State, reminder_instant


@dataclass(frozen=True)
class Reminded:
    """Which reminder was due, by its key, and how many letters were queued for it; empty when none was."""

    offer: str = ""
    key: str = ""
    letters: int = 0


def due_reminder(loaded: Loaded, at: datetime) -> tuple[int, str] | None:
    """The latest reminder whose time has come since commencement, as business days before and key.

    When the scheduler stood still over several, only the latest is sent: the earlier ones say the same later.
    """
    timeline = loaded.timeline
    if timeline.commences_at is None or timeline.expires_at is None or timeline.state(at) is not State.OPEN:
        return None
    days = calendar()
    due = []
    for business_days in loaded.terms.reminder_days:
        instant = reminder_instant(timeline.expires_at, loaded.zone, business_days, days)
        if timeline.commences_at <= instant <= at:
            due.append((instant, business_days))
    if not due:
        return None
    business_days = max(due)[1]
    return business_days, f"{loaded.offer.code}:{timeline.expires_at.isoformat()}:{business_days}"


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
        business_days, key = due
        chain = f"reminders:{offer.code}"
        locks.own(chain)
        if AuditEvent.objects.filter(chain=chain, payload__contains=f'"{key}"').exists():
            return Reminded(offer.code)
        count = announcements.queue_reminder(loaded, business_days, at=instant)
        append(
            chain=chain,
            kind="reminder.queued",
            actor=actor,
            at=instant,
            payload={"offer": offer.code, "key": key, "letters": count},
        )
        return Reminded(offer.code, key, count)

    return in_one_transaction(work, dry_run=dry_run)
