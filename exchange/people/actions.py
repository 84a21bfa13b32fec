"""Making accounts for staff, saying whose one is, starting one afresh. Holders' are made when they are invited."""

from collections.abc import Sequence
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group

from exchange.audit.actions import append
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.people import account_letters
from exchange.people.models import Holder, User


def add_staff_account(
    *,
    email: str,
    name: str,
    groups: Sequence[str],
    employee_number: str = "",
    is_no_employee: bool = False,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[User]:
    """Make an account for a member of staff, without a password: its owner sets one by the reset on the sign-in page.

    Refuses an address that has an account already, whoever's it is, and an employee number that another account has.
    A letter tells its owner; it holds no link that signs anyone in.
    """

    def work() -> User:
        if User.objects.filter(email__iexact=email).exists():
            raise refuse(Refusal("account_exists", {"email": email}))
        _check_number(None, employee_number)
        user = User.objects.create_user(
            email,
            None,
            name=name,
            is_staff=True,
            employee_number=employee_number,
            is_no_employee=is_no_employee,
        )
        user.groups.set(Group.objects.filter(name__in=groups))
        append(
            chain="accounts",
            kind="account.added",
            actor=actor,
            at=at,
            payload={
                "email": user.email,
                "name": name,
                "groups": sorted(groups),
                "employee_number": employee_number,
                "is_no_employee": is_no_employee,
            },
        )
        account_letters.queue_made(user, at=at)
        return user

    return in_one_transaction(work, dry_run=dry_run)


def state_owner(
    *,
    user: User,
    employee_number: str,
    is_no_employee: bool,
    stated_by: User,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[User]:
    """Say whose a staff account is: the employee of a number, or no employee; nobody acts on that person's own.

    Refuses a number that another account has, anything but the number of the holder whose account it is, and a change
    by its owner of what stands there: once said, somebody else corrects it.
    """

    def work() -> User:
        found = User.objects.select_for_update().get(pk=user.pk)
        holder = Holder.objects.filter(user=found).first()
        if stated_by.pk == found.pk and (found.employee_number or found.is_no_employee):
            raise refuse(Refusal("account_owner_own"))
        if holder is not None and holder.employee_number != employee_number:
            raise refuse(Refusal("account_owner_linked", {"number": holder.employee_number}))
        _check_number(found, employee_number)
        found.employee_number, found.is_no_employee = employee_number, is_no_employee
        found.save(update_fields=["employee_number", "is_no_employee"])
        append(
            chain="accounts",
            kind="account.owner_stated",
            actor=actor,
            at=at,
            payload={"email": found.email, "employee_number": employee_number, "is_no_employee": is_no_employee},
        )
        return found

    return in_one_transaction(work, dry_run=dry_run)


def _check_number(user: User | None, employee_number: str) -> None:
    others = User.objects.filter(employee_number__iexact=employee_number)
    if user is not None:
        others = others.exclude(pk=user.pk)
    if employee_number and others.exists():
        raise refuse(Refusal("account_number_taken", {"number": employee_number}))


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
