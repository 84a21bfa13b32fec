"""Who acts, as the log names them, and whether they would be acting for themselves."""

from django.contrib.auth.models import AnonymousUser

from exchange.people.models import Holder, User
from exchange.people.reads import is_same_person

LONGEST = 120  # the log's column


def user_of(user: User | AnonymousUser) -> User:
    """The account that acts."""
    if not isinstance(user, User):
        raise TypeError("only someone who is signed in acts")
    return user


def actor_of(user: User | AnonymousUser) -> str:
    """The name of a staff member in the log: the e-mail address, which never changes and is no one else's."""
    found = user_of(user)
    named = f"staff:{found.email}"
    return named if len(named) <= LONGEST else f"staff:user {found.pk}"


def shown_actor(actor: str) -> str:
    """Who acted, as a page says it."""
    return actor.removeprefix("staff:")


def is_own(user: User | AnonymousUser, holder: Holder | None) -> bool:
    """Whether a holder's affairs are the staff member's own."""
    return isinstance(user, User) and is_same_person(user, holder)
