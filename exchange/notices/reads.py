"""Questions about letters. Whether someone may read one is for the room that knows whose key it is."""

from datetime import datetime

from django.db.models import Count, Min, QuerySet

from exchange.notices.models import Message, State


def letters_of(owner_key: str) -> QuerySet[Message]:
    """Every letter to one owner, oldest first."""
    return Message.objects.filter(owner_key=owner_key)


def letter(key: str) -> Message | None:
    return Message.objects.filter(key=key).first()


def longest_waiting(at: datetime) -> datetime | None:
    """Since when the letter that has waited longest could have been sent; none where nothing is due."""
    due = Message.objects.filter(state=State.QUEUED, next_attempt_at__lte=at)
    since: datetime | None = due.aggregate(since=Min("next_attempt_at"))["since"]
    return since


def counts(offer_key: str) -> dict[str, int]:
    """How many letters of an offer stand in each state."""
    return dict(Message.objects.filter(offer_key=offer_key).order_by().values_list("state").annotate(Count("pk")))


def unopened(owner_key: str, offer_key: str) -> int:
    """How many letters of an offer their owner has not opened in the portal."""
    return Message.objects.filter(owner_key=owner_key, offer_key=offer_key, opened__isnull=True).count()
