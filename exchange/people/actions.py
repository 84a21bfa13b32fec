"""Making accounts for staff, and starting one afresh. Holders' accounts are made when they are invited."""

from collections.abc import Sequence
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group

from exchange.audit.actions import append
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.people import account_letters
from exchange.people.models import User


def add_staff_account(
    *, email: str, name: str, groups: Sequence[str], actor: str, at: datetime, dry_run: bool = False
) -> Result[User]:
    """Make an account for a member of staff, without a password: its owner sets one by the reset on the sign-in page.

    A letter tells them so; it holds no link that signs anyone in.
    Refuses an address that has an account already, whoever's it is.
    """

    def work() -> User:
        if User.objects.filter(email__iexact=email).exists():
            raise refuse(Refusal("account_exists", {"email": email}))
        user = User.objects.create_user(email, None, name=name, is_staff=True)
        user.groups.set(Group.objects.filter(name__in=groups))
        append(
            chain="accounts",
            kind="account.added",
            actor=actor,
            at=at,
            payload={"email": user.email, "name": name, "groups": sorted(groups)},
        )
        account_letters.queue_made(user, at=at)
        return user

    return in_one_transaction(work, dry_run=dry_run)


def start_afresh(user: User, email: str) -> None:
    """Give an account another address and nothing else: no password, no passkey, no session; the caller's transaction.

    The session's hash hangs on the password, so whoever is signed in is out.
    """
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    user.email = email
    user.set_unusable_password()
    user.must_set_up = True
    user.save(update_fields=["email", "password", "must_set_up"])
