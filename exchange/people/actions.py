"""Making accounts for staff. Holders' accounts are made when they are invited."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Group

from exchange.audit.actions import append
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.people.models import User


def add_staff_account(
    *, email: str, name: str, groups: Sequence[str], actor: str, at: datetime, dry_run: bool = False
) -> Result[User]:
    """Make an account for a member of staff, without a password: its owner sets one by the reset on the sign-in page.

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
        return user

    return in_one_transaction(work, dry_run=dry_run)
