"""What is on record of how an account is entered and secured, and when its sign-in is complete."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator

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
    return has_passkey(user) or (user.has_usable_password() and has_app(user))


def may_remove(authenticator: Authenticator) -> bool:
    """Whether the account stays secured without this one. The company's own sign-in may be switched off any day."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
    if others.filter(type=PASSKEY).exists():
        return True
    return bool(authenticator.user.has_usable_password() and others.filter(type=APP).exists())


def finish_set_up(*, user: User, by: str, at: datetime) -> Result[bool]:
    """Open the offer to one who was invited and has secured the sign-in, `by` what; False where it was open."""

    def work() -> bool:
        if User.objects.filter(pk=user.pk, must_set_up=True).update(must_set_up=False) == 0:
            return False
        append(chain=sign_in_chain(user.pk), kind="sign_in.secured", actor=actor_of(user), at=at, payload={"by": by})
        return True

    return in_one_transaction(work)
