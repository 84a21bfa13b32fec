"""One visit to a guarded page: fill it, see what would happen, type the offer's code; here, or by the worker."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404

from exchange.offers.models import Attempt, Offer
from exchange.people.models import User
from exchange.staff import long_steps, words
from exchange.staff.edge import edge_for
from exchange.staff.fields import ConfirmForm, canonical_data
from exchange.staff.filled import Filled
from exchange.staff.frame import page
from exchange.staff.paged import in_pages
from exchange.staff.telling import held_section
from exchange.staff.told import Told
from exchange.staff.views.guarded import Guarded

Kind = Attempt.Kind


def view_of(guarded: Guarded[Any]) -> Callable[[HttpRequest, str], HttpResponse]:
    """The view of a guarded page."""

    def view(request: HttpRequest, code: str) -> HttpResponse:
        return answer(guarded, request, code)

    return view


def answer(guarded: Guarded[Any], request: HttpRequest, code: str) -> HttpResponse:
    """The answer of a guarded page that was made for this request."""
    return _Visit(guarded, request, code).answer()


def tell_done(request: HttpRequest, told: Told) -> HttpResponse:
    """Say that it is done, with what needs an eye, on the page to read next."""
    messages.success(request, told.said)
    for remark in told.remarks:
        messages.warning(request, remark)
    return HttpResponseRedirect(told.after)


class _Visit:
    """One request to a guarded page."""

    def __init__(self, guarded: Guarded[Any], request: HttpRequest, code: str) -> None:
        if not isinstance(request.user, User):
            raise PermissionDenied
        self.guarded, self.request, self.user = guarded, request, request.user
        self.offer = get_object_or_404(Offer, code=code)
        self.edge = edge_for(request, self.offer)
        self.place = guarded.place(code) if guarded.is_long else ""
        self.is_for_the_worker = long_steps.is_for_the_worker(guarded)
        self.attempt = long_steps.asked_for(request, self.place)
        self.found = long_steps.found_by(self.attempt)
        if request.method != "POST" and self.attempt is not None and self.found is not None:
            self.fill(long_steps.entered_in(self.attempt))
        else:
            self.fill(request.POST if request.method == "POST" else None)

    def fill(self, posted: QueryDict | None) -> None:
        self.filled = Filled(self.guarded, self.edge, self.user, posted, self.guarded.initial(self.request))
        self.setting, self.form = self.filled.setting, self.filled.form

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._look()
        step = self.request.POST.get("step", "")
        if step == "change" or not self.form.is_valid():
            return self._ask()
        self._note_look()
        if step == "confirm" and not self.filled.problems:
            confirm = self._confirm(self.request.POST)
            if not confirm.is_valid():
                return self._try_out(confirm)
            return self._by_the_worker(Kind.CONFIRM) if self.is_for_the_worker else self._tell(self.filled.confirm())
        return self._try_out()

    def _look(self) -> HttpResponse:
        """The page as it opens: what came of an attempt, what to fill, or the preview where there is nothing to."""
        if self.attempt is not None:
            return self._result(self.attempt)
        in_hand = long_steps.in_hand(self.request, self.place) if self.is_for_the_worker else None
        if in_hand is not None or self.is_for_the_worker or self.form.fields:
            return in_hand or self._ask()
        self.fill(QueryDict())
        return self._try_out() if self.form.is_valid() else self._ask()

    def _try_out(self, confirm: forms.Form | None = None) -> HttpResponse:
        """What would happen; where the confirmation was not typed rightly, what the worker found already."""
        if not self.is_for_the_worker:
            return self._show(self.filled.try_out(), confirm=confirm)
        if confirm is None or self.found is None or self.found.is_done:
            return self._by_the_worker(Kind.TRY_OUT)
        return self._show(self.found, confirm=confirm)

    def _by_the_worker(self, kind: Kind) -> HttpResponse:
        return long_steps.ask(
            self.request,
            self.guarded,
            offer=self.offer,
            kind=kind,
            place=self.place,
            posted=self.request.POST,
            at=self.edge.true_now,
        )

    def _result(self, attempt: Attempt) -> HttpResponse:
        """What came of it where the worker did it."""
        if self.found is None:
            return HttpResponseRedirect(long_steps.without_result(attempt))
        if self.form.is_valid():
            self._note_look()
        return self._tell(self.found)

    def _note_look(self) -> None:
        self.guarded.note_look(self.request, canonical_data(self.form))

    def _confirm(self, data: Any = None) -> forms.Form:
        return ConfirmForm(data, code=self.offer.code) if self.guarded.is_typed else forms.Form(data)

    def _tell(self, told: Told) -> HttpResponse:
        return tell_done(self.request, told) if told.is_done else self._show(told)

    def _ask(self) -> HttpResponse:
        held = held_section(self.setting.loaded, self.guarded.letters)
        return self._page("staff/guarded_form.html", {"held": held})

    def _show(self, told: Told, *, confirm: forms.Form | None = None) -> HttpResponse:
        if confirm is None or told.reasons:
            confirm = self._confirm()
        may_override, may_ask = self.filled.may_override, self.filled.may_ask
        return self._page(
            "staff/guarded_preview.html",
            {
                "preview": in_pages(self.request, told.preview) if told is self.found else told.preview,
                "digest": told.digest,
                "is_empty": told.is_empty,
                "reasons": [said for said, rule in told.reasons if not rule],
                "broken": [said for said, rule in told.reasons if rule],
                "rules": [(rule, words.say(words.RULE, rule)) for rule in told.rules],
                "can_override": (may_override or may_ask) and told.may_be_overridden,
                "asks": not may_override,
                "remarks": told.remarks,
                "overrides": [(words.say(words.RULE, o.rule), o.rule, o.reason) for o in self.filled.overrides],
                "confirm": confirm,
                "problems": [*self.filled.problems, *told.problems],
            },
        )

    def _page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        return page(
            self.request,
            template,
            {
                "guarded": self.guarded,
                "form": self.form,
                "is_binding": bool(self.guarded.approve_permission),
                "problems": self.filled.problems,
                "offer": self.offer,
                "back": self.guarded.back(self.setting),
                **context,
            },
        )
