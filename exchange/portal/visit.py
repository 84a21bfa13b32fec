"""One request to a page of one offer: who, which offer, and the one reading of the clock that everything shares."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from exchange.elections.consent import Consent, consent_of
from exchange.elections.models import Form, ProofDecision
from exchange.elections.proofs import latest_decisions
from exchange.elections.reads import HolderForms, HolderView, holder_view
from exchange.kernel import clock
from exchange.offers.letters import owner_key
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, ended_by, load, now_for
from exchange.offers.rules import AFTER_ACCEPTANCE, State
from exchange.people.models import Holder, User
from exchange.people.reads import facts_of
from exchange.people.rules import Status, status_on
from exchange.portal import proof
from exchange.portal.access import access_holder, access_offer
from exchange.settlement.reads import HolderOutcome, holder_outcome


@dataclass
class Visit:
    """`true_now` was read once, after the whole body had arrived; `at` is the offer's now (a replay has its own)."""

    request: HttpRequest
    offer: Offer
    holder: Holder
    true_now: datetime

    @cached_property
    def at(self) -> datetime:
        return now_for(self.offer, self.true_now)

    @cached_property
    def view(self) -> HolderView:
        return holder_view(self.offer, self.holder, self.at, self.loaded)

    @cached_property
    def loaded(self) -> Loaded:
        return load(self.offer)

    @cached_property
    def forms(self) -> HolderForms:
        """Once the offer has been accepted or terminated, in force is what was so then."""
        return self.view.forms.until(ended_by(self.loaded))

    @cached_property
    def consent(self) -> Consent:
        """How the holder stands with electronic records."""
        return consent_of(self.offer, self.holder)

    @staticmethod
    def has_proof(form: Form) -> bool:
        """Whether a form came with an uploaded proof, by its signed record."""
        return "proof" in form.content()["form"]

    @cached_property
    def proof_decisions(self) -> dict[object, ProofDecision]:
        """What staff found of the proofs of this holder's forms, by form id; asked only where there are any."""
        proved = [form for form in self.forms.forms if self.has_proof(form)]
        return latest_decisions(proved) if proved else {}

    @property
    def actor(self) -> str:
        """The holder, as the log names them."""
        return f"holder:{self.holder.employee_number}"

    @cached_property
    def outcome(self) -> HolderOutcome:
        return holder_outcome(self.offer, self.holder)

    @cached_property
    def state(self) -> State:
        return self.loaded.timeline.state(self.at)

    @property
    def wants_plain(self) -> bool:
        """Whether a script of ours asks, which needs facts and no page."""
        return self.request.headers.get("Accept") == "application/json"

    @property
    def zone(self) -> str:
        return self.loaded.zone

    @property
    def expires_at(self) -> datetime:
        return self.loaded.timeline.expires_at or self.loaded.terms.expires_at

    @property
    def may_elect(self) -> bool:
        return self.state is State.OPEN

    @property
    def is_over(self) -> bool:
        """Whether the offer was accepted or terminated."""
        return self.state is State.TERMINATED or self.state in AFTER_ACCEPTANCE

    @property
    def may_withdraw(self) -> bool:
        return self.loaded.timeline.is_withdrawal_open(self.at)

    @property
    def status(self) -> Status:
        """Who the holder is by the company's file on the day of the visit, in the offer's zone."""
        return status_on(facts_of(self.holder), self.loaded.date_of(self.at))

    @property
    def owner_key(self) -> str:
        """What letters and papers know this holder by."""
        return owner_key(self.holder)

    def url(self, name: str, *args: object) -> str:
        return reverse(f"portal:{name}", args=[self.offer.code, *args])


def set_up_first(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For one who came by an invitation: no page of the offer opens before the sign-in is secured."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and request.user.must_set_up:
            return redirect("secure_sign_in")
        return view(request, *args, **kwargs)

    return page


def visiting(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For every page of one offer: signed in, the holder themselves, an offer they may see; never kept in a cache."""

    return _visiting(view, asks_again=False)


def visiting_to_sign(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same for a page that one signs on: it opens only when the last proof of identity is recent.

    Asked as it opens (GET), never once Sign is pressed (POST): what was open may be sent.
    """
    return _visiting(view, asks_again=True)


def _visiting(view: Callable[..., HttpResponseBase], *, asks_again: bool) -> Callable[..., HttpResponseBase]:
    @never_cache
    @login_required
    @set_up_first
    @wraps(view)
    def page(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _ = request.POST  # the whole body is here before the clock is read: received means wholly received
        true_now = clock.now()
        # Set only by the help desk's look (`portal.views.helping`), which undoes whatever a page writes.
        viewed: Holder | None = getattr(request, "viewed_holder", None)
        holder = viewed or access_holder(request.user)
        visit = Visit(request, access_offer(code), holder, true_now)
        if asks_again and request.method != "POST" and not proof.is_recent(request):
            return proof.ask_again(request)
        return view(visit, *args, **kwargs)

    return page
