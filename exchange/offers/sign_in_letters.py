"""Telling a person that something about their sign-in happened."""

from datetime import datetime

from exchange.audit.actions import append
from exchange.kernel.results import Result
from exchange.kernel.transactions import in_one_transaction
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.offers.letters import common, letter, stamp
from exchange.offers.reads import current_offer, load
from exchange.people import account_letters
from exchange.people.invitations import actor_of, sign_in_chain
from exchange.people.models import Holder, User


def tell_of_code(*, user: User, at: datetime) -> Result[None]:
    """Put on record that someone came in by a code by e-mail, without the second factor, and write to them."""
    return _tell(user, "signed_in.by_code", "by_code", at)


def tell_of_change(*, user: User, kind: str, what: str, at: datetime) -> Result[None]:
    """The same of a way to sign in that was added or removed: `kind` for the log, `what` for the letter."""
    return _tell(user, kind, what, at)


def _tell(user: User, kind: str, what: str, at: datetime) -> Result[None]:
    def work() -> None:
        append(chain=sign_in_chain(user.pk), kind=kind, actor=actor_of(user), at=at, payload={})
        holder, offer = Holder.objects.filter(user=user).first(), current_offer()
        if user.must_set_up and what != "by_code":
            return  # who is setting up their sign-in need not be told what they just did
        if holder is None or offer is None:
            zone = load(offer).zone if offer else "UTC"
            account_letters.queue_changed(user, what, zone=zone, at=at)
            return
        loaded = load(offer)
        notice = contexts.SignInNotice(**common(loaded, holder), what=what, happened_at=at.replace(microsecond=0))
        about = f"{what}:{stamp(at)}:{holder.employee_number}"
        queue_letters([letter(loaded, holder, "sign_in_notice", notice, about=about)], at=at)

    return in_one_transaction(work)
