"""What is on record of how an account is entered and secured, and when its sign-in is complete."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import F

from exchange.audit.actions import append
from exchange.kernel.results import Result
from exchange.kernel.transactions import in_one_transaction
from exchange.people.invitations import actor_of, sign_in_chain
from exchange.people.models import User

PASSKEY, APP = Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP


def record(*, user: User, kind: str, at: datetime, payload: Mapping[str, Any] | None = None) -> Result[None]:
    """Put one thing about an account on record: a sign-in and by what, a way to sign in added or removed."""

    def work() -> None:
        append(chain=sign_in_chain(user.pk), kind=kind, actor=actor_of(user), at=at, payload=payload or {})

    return in_one_transaction(work)


def has_passkey(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=PASSKEY).exists())


def has_app(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=APP).exists())


def is_secured(user: User) -> bool:
    """Whether the account has what an invitation asks for: a passkey, or a password with an authenticator app."""
    kinds = set(Authenticator.objects.filter(user=user, type__in=[PASSKEY, APP]).values_list("type", flat=True))
    return PASSKEY in kinds or (user.has_usable_password() and APP in kinds)


def must_secure(user: User) -> bool:
    """Whether the account opens nothing before it is secured: who was invited, and everyone of the staff."""
    return user.must_set_up or (settings.STAFF_SECOND_FACTOR and user.is_staff and not is_secured(user))


def may_remove(authenticator: Authenticator) -> bool:
    """Whether the account stays secured without this one. The company's own sign-in may be switched off any day."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
    if others.filter(type=PASSKEY).exists():
        return True
    return bool(authenticator.user.has_usable_password() and others.filter(type=APP).exists())


def end_sessions(*, user: User, at: datetime) -> Result[None]:
    """End every session of an account; the one that asks goes on by taking the new hash (`update_session_auth_hash`).

    Who opened a session by a password alone, or by a code, is not let through by what its owner adds later.
    """

    def work() -> None:
        User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
        append(chain=sign_in_chain(user.pk), kind="sessions.ended", actor=actor_of(user), at=at, payload={})
        user.refresh_from_db(fields=["sessions_ended"])

    return in_one_transaction(work)


def finish_set_up(*, user: User, by: str, at: datetime) -> Result[bool]:
    """Open the offer to one who was invited and has secured the sign-in, `by` what; False where it was open."""

    def work() -> bool:
        if User.objects.filter(pk=user.pk, must_set_up=True).update(must_set_up=False) == 0:
            return False
        append(chain=sign_in_chain(user.pk), kind="sign_in.secured", actor=actor_of(user), at=at, payload={"by": by})
        return True

    return in_one_transaction(work)
