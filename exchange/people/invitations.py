"""Using an invitation: what each link still does, and the one time that it lets its holder in."""

from datetime import datetime
from uuid import UUID

from exchange.audit.actions import append
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.people.models import Holder, Invitation, InvitationUse, User


def sign_in_chain(user_id: int) -> str:
    """The audit chain of how one account is entered and secured; of one's own, so nobody waits for another."""
    return f"sign-in:{user_id}"


def actor_of(user: User) -> str:
    """A holder by employee number, as on their forms; others by account."""
    number = Holder.objects.filter(user=user).values_list("employee_number", flat=True).first()
    return f"holder:{number}" if number is not None else f"account:{user.pk}"


def why_ended(invitation: Invitation, at: datetime) -> Refusal | None:
    """Why the link no longer works at `at`; None while it does. Half-open: at `expires_at` it has ended."""
    if InvitationUse.objects.filter(invitation=invitation).exists():
        return Refusal("invitation_used")
    if Invitation.objects.filter(holder_id=invitation.holder_id, event_id__gt=invitation.event_id).exists():
        return Refusal("invitation_superseded")
    if at >= invitation.expires_at:
        return Refusal("invitation_expired")
    if not invitation.user.is_active or invitation.holder.user_id != invitation.user_id:
        return Refusal("invitation_ended")
    return None


def use_invitation(*, invitation_id: UUID, actor: str, at: datetime) -> Result[User]:
    """Use a link up; answers the account that it lets in. The holder now has to secure the sign-in, if not yet done.

    Refuses one that was used, replaced by a newer one, or has expired, and one whose account is closed.
    """

    def work() -> User:
        found = Invitation.objects.select_related("user", "holder").filter(pk=invitation_id).first()
        if found is None:
            raise refuse(Refusal("invitation_ended"))
        # One link pressed twice at once, or while a newer invitation is made: one after the other.
        user = User.objects.select_for_update().get(pk=found.user_id)
        ended = why_ended(found, at)
        if ended is not None:
            raise refuse(ended)
        append(
            chain=sign_in_chain(user.pk),
            kind="invitation.used",
            actor=actor,
            at=at,
            payload={"invitation": found.pk, "holder": found.holder.employee_number},
            rows=[InvitationUse(invitation=found, used_at=at)],
        )
        return user

    return in_one_transaction(work)
