"""Inviting holders to the site: who can be, who cannot and why, and the letters with their links."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from exchange.audit.actions import append
from exchange.kernel import locks
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.notices import contexts
from exchange.notices.actions import call_back, queue_letters
from exchange.notices.links import PLACEHOLDER
from exchange.notices.queueing import Letter
from exchange.offers import letters, reads
from exchange.offers.audience import eligible_holders
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded
from exchange.offers.rules import State
from exchange.people.actions import start_afresh
from exchange.people.models import Holder, Invitation, User

# Long enough for a fortnight's leave; after it a code by e-mail or a newer invitation does.
LINK_LASTS = timedelta(days=14)


@dataclass(frozen=True)
class Invited:
    """Who was invited, by employee number. Those who could not be are the result's remarks."""

    offer: str
    employee_numbers: Sequence[str]
    made: Sequence[UUID]


def not_yet_in(offer: Offer, at: datetime) -> list[Holder]:
    """Every eligible person who was never invited and has never signed in: whom "all" invites."""
    found = (holder for holder, _options, _shares in eligible_holders(reads.load(offer), reads.now_for(offer, at)))
    ids = [holder.pk for holder in found]
    invited = set(Invitation.objects.values_list("holder_id", flat=True))
    fresh = Holder.objects.select_related("user").in_bulk([pk for pk in ids if pk not in invited])
    return [fresh[pk] for pk in ids if pk in fresh and (fresh[pk].user is None or _never_in(fresh[pk].user))]


def _never_in(user: User | None) -> bool:
    # An account with a password was not made by an invitation: its owner can sign in already.
    return user is None or (user.last_login is None and not user.has_usable_password())


def invite_holders(
    *, code: str, employee_numbers: Iterable[str] | None, actor: str, at: datetime, dry_run: bool = False
) -> Result[Invited]:
    """Invite these holders, or (None) every eligible one not yet invited; each gets a letter with a link of their own.

    `at` is the true instant, also of a replayed offer: links end by it. An account is made for who has none. A newer
    invitation ends the earlier ones. Who has no valid address on file, shares it with another holder, or has a closed
    account is left out, named in the remarks; refuses when nobody is left.
    """

    def work() -> Done[Invited]:
        locks.own("invitations")
        offer = reads.offer_by_code(code)
        if offer is None:
            raise refuse(Refusal("unknown_offer", {"offer": code}))
        holders, remarks = _asked_for(offer, employee_numbers, at)
        shared, accounts = _shared_addresses(), _Accounts.of(holders)
        fit: list[Holder] = []
        for holder in holders:
            reason = _reason_against(holder, shared, accounts)
            if reason is None:
                fit.append(holder)
            else:
                remarks.append(reason)
        if not fit:
            raise refuse(*(remarks or [Refusal("nobody_to_invite", {"offer": code})]))
        made = _invite(reads.load(offer), fit, accounts, actor=actor, at=at)
        return Done(Invited(code, [holder.employee_number for holder in fit], made), remarks)

    return in_one_transaction(work, dry_run=dry_run)


def _asked_for(
    offer: Offer, employee_numbers: Iterable[str] | None, at: datetime
) -> tuple[list[Holder], list[Refusal]]:
    if employee_numbers is None:
        return not_yet_in(offer, at), []
    asked = list(dict.fromkeys(employee_numbers))
    found = Holder.objects.select_related("user").in_bulk(asked, field_name="employee_number")
    unknown = [Refusal("invite_unknown_employee", {"number": number}) for number in asked if number not in found]
    return [found[number] for number in asked if number in found], unknown


@dataclass(frozen=True)
class _Accounts:
    """Every account of these holders' addresses, and whose each is; read once, as there may be ten thousand."""

    by_address: dict[str, User]
    holder_of: dict[int, int]

    @classmethod
    def of(cls, holders: Sequence[Holder]) -> "_Accounts":
        addresses = [_address(holder) for holder in holders]
        found: dict[str, User] = {}
        for start in range(0, len(addresses), 500):
            batch = User.objects.filter(email__in=addresses[start : start + 500])
            found |= {user.email: user for user in batch}
        owned = Holder.objects.filter(user__isnull=False).values_list("user_id", "pk")
        return cls(found, {user_id: pk for user_id, pk in owned if user_id is not None})


def _address(holder: Holder) -> str:
    return holder.email.strip().lower()


def _shared_addresses() -> dict[str, list[str]]:
    """Who is on file with each address that more than one holder has."""
    owners: dict[str, list[str]] = defaultdict(list)
    people = Holder.objects.order_by("employee_number").values_list("email", "employee_number", "legal_name")
    for email, number, name in people:
        if email.strip():
            owners[email.strip().lower()].append(f"{number} {name}")
    return {email: names for email, names in owners.items() if len(names) > 1}


def _reason_against(holder: Holder, shared: dict[str, list[str]], accounts: _Accounts) -> Refusal | None:
    address = _address(holder)
    who = {"holder": str(holder)}
    try:
        validate_email(address)
    except ValidationError:
        return Refusal("invite_no_address", who)
    if address in shared:
        return Refusal("invite_shared_address", {**who, "others": ", ".join(shared[address])})
    owner = accounts.by_address.get(address)
    if owner is not None and accounts.holder_of.get(owner.pk, holder.pk) != holder.pk:
        return Refusal("invite_address_taken", who)
    if holder.user is not None and holder.user.is_staff and holder.user.email != address:
        return Refusal("invite_staff_moved", who)
    if (owner is not None and not owner.is_active) or (holder.user is not None and not holder.user.is_active):
        return Refusal("invite_account_closed", who)
    return None


def _give_accounts(loaded: Loaded, holders: Sequence[Holder], accounts: _Accounts, at: datetime) -> None:
    """The account each holder signs in with, made where there is none; of the address now on file.

    Another address on file than the account's: whoever could read the old one may have set the account up, so all of
    that is undone, and the old address is told. Never an account of the desk's: its address is no matter of HR's file.
    An account of the desk's with this very address is the holder's own.
    """
    fresh: list[User] = []
    linked: list[Holder] = []
    for holder in holders:
        address = _address(holder)
        if holder.user is not None and holder.user.email == address:
            continue
        owner = accounts.by_address.get(address)
        if owner is None and holder.user is not None:
            _tell_of_move(loaded, holder, holder.user.email, at)
            start_afresh(holder.user, address)
            continue
        if owner is None:
            owner = User(email=address, name=holder.legal_name, must_set_up=True)
            owner.set_unusable_password()
            fresh.append(owner)
        holder.user = owner
        linked.append(holder)
    User.objects.bulk_create(fresh, batch_size=500)
    for holder in linked:
        holder.user = holder.user  # its key, which it has only now
    Holder.objects.bulk_update(linked, ["user"], batch_size=500)


def _tell_of_move(loaded: Loaded, holder: Holder, old_address: str, at: datetime) -> None:
    """To the address that no longer opens the account: its owner may know nothing of it."""
    notice = contexts.SignInNotice(
        **letters.common(loaded, holder), what="moved", happened_at=at.replace(microsecond=0)
    )
    about = f"moved:{letters.stamp(at)}:{holder.employee_number}"
    told = letters.letter(loaded, holder, "sign_in_notice", notice, about=about)
    queue_letters([replace(told, to_address=old_address)], at=at)


def _invite(loaded: Loaded, holders: Sequence[Holder], accounts: _Accounts, *, actor: str, at: datetime) -> list[UUID]:
    _give_accounts(loaded, holders, accounts, at)
    call_back(kind="invitation", owner_keys=[letters.owner_key(holder) for holder in holders], at=at)
    rows = [
        Invitation(
            holder=holder,
            user=holder.user,
            to_address=_address(holder),
            offer_code=loaded.offer.code,
            invited_by=actor,
            invited_at=at,
            expires_at=(at + LINK_LASTS).replace(second=0, microsecond=0),
        )
        for holder in holders
    ]
    append(
        chain="accounts",
        kind="invitations.made",
        actor=actor,
        at=at,
        payload={"offer": loaded.offer.code, "holders": [holder.employee_number for holder in holders]},
        rows=rows,
    )
    queue_letters((_letter(loaded, row) for row in rows), at=at)
    return [row.pk for row in rows]


def _letter(loaded: Loaded, invitation: Invitation) -> Letter:
    """The letter of one invitation. Its key names the invitation, from which the link is made as it is sent."""
    now = reads.now_for(loaded.offer, invitation.invited_at)
    is_open = loaded.timeline.expires_at is not None and loaded.timeline.state(now) in {State.SCHEDULED, State.OPEN}
    deadline = loaded.timeline.expires_at if is_open else None
    return letters.finished(
        loaded,
        "invitation",
        contexts.Invitation(
            **letters.common(loaded, invitation.holder),
            link=PLACEHOLDER,
            link_ends_at=invitation.expires_at,
            address=invitation.to_address,
            deadline=deadline,
            has_account=not invitation.user.must_set_up,
        ),
        key=f"invitation:{invitation.pk.hex}:{letters.stamp(deadline) if deadline else ''}",
        owner=invitation.holder,
        to_address=invitation.to_address,
        names_deadline=deadline,
    )


def queue_again(loaded: Loaded, keys: Iterable[str], *, at: datetime) -> None:
    """Make invitations that had not gone out when their deadline was replaced again, with the same links."""
    ids = [key.split(":")[1] for key in keys if key.startswith("invitation:")]
    rows = Invitation.objects.select_related("holder", "user").filter(pk__in=ids)
    queue_letters((_letter(loaded, row) for row in rows), at=at)
