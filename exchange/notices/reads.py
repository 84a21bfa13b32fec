"""Questions about letters. Whether someone may read one is for the room that knows whose key it is."""

from django.db.models import Count, QuerySet

from exchange.notices.models import Message


def letters_of(owner_key: str) -> QuerySet[Message]:
    """Every letter to one owner, oldest first."""
    return Message.objects.filter(owner_key=owner_key)


def letter(key: str) -> Message | None:
    return Message.objects.filter(key=key).first()


def counts(offer_key: str) -> dict[str, int]:
    """How many letters of an offer stand in each state."""
    return dict(Message.objects.filter(offer_key=offer_key).order_by().values_list("state").annotate(Count("pk")))
