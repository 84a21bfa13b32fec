"""The guarded page: say what is wanted, see exactly what will happen, type the offer's code; then one action."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from exchange.kernel.results import Refusal, Result
from exchange.kernel.sentences import sentence
from exchange.offers.actions import Override
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded
from exchange.staff import words
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import record_url
from exchange.staff.attempt import Outcome, Preview, carry_out, try_out
from exchange.staff.edge import edge_for
from exchange.staff.fields import ConfirmForm, InstantField
from exchange.staff.frame import page
from exchange.staff.parts import Link, Section
from exchange.staff.steps import Step

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """Where an action is to happen: the offer as it stands, the instant of the page, who acts.

    `latest` is an instant that no form came after (`Edge.latest`).
    """

    loaded: Loaded
    now: datetime
    latest: datetime
    actor: str

    @property
    def code(self) -> str:
        return self.loaded.offer.code

    @property
    def zone(self) -> str:
        return self.loaded.zone


class WantedForm(forms.Form):
    """What is wanted. For a replay, also when: its clock stands still until someone says."""

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setting = setting
        if setting.loaded.offer.is_replay:
            self.fields["at"] = InstantField(
                zone=setting.zone, label=_("When this happens (the offer is a replay)"), initial=self.replay_instant()
            )

    def replay_instant(self) -> datetime:
        """What a replay proposes; the instant of its latest action unless a step knows better."""
        return self.setting.now

    def known(self) -> Sequence[Section]:
        """What one must know before saying what is wanted."""
        return ()

    def instant(self) -> datetime | None:
        """The stated instant of a replay; None, for a live offer, is the clock, read by the action itself."""
        found: datetime | None = self.cleaned_data.get("at")
        return found


class Guarded(Generic[T]):
    """One guarded page. Subclasses say what they need, run one action, and describe what it does."""

    step: ClassVar[Step]
    lede: ClassVar[Any]
    button: ClassVar[Any]
    form_class: ClassVar[type[WantedForm]] = WantedForm
    is_typed: ClassVar[bool] = True  # whether the offer's code is typed to confirm it

    def form(self, data: Any, setting: Setting, initial: Mapping[str, Any]) -> WantedForm:
        """The form that says what is wanted."""
        return self.form_class(data, setting=setting, initial=initial)

    def back(self, setting: Setting) -> Link:
        """Where one came from."""
        return Link(setting.code, record_url(setting.loaded.offer))

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[T]:
        raise NotImplementedError

    def describe(self, setting: Setting, form: Any, value: T) -> Preview:
        raise NotImplementedError

    def said(self, setting: Setting, value: T) -> str:
        """The sentence that tells it is done."""
        raise NotImplementedError

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        """What the form proposes, from the page one came from."""
        return {}

    def after(self, setting: Setting) -> str:
        """The page to read once it is done."""
        return self.back(setting).url


def view_of(guarded: Guarded[Any]) -> Callable[[HttpRequest, str], HttpResponse]:
    """The view of a guarded page."""

    def view(request: HttpRequest, code: str) -> HttpResponse:
        return answer(guarded, request, code)

    return view


def answer(guarded: Guarded[Any], request: HttpRequest, code: str) -> HttpResponse:
    """The answer of a guarded page that was made for this request."""
    return _Visit(guarded, request, code).answer()


class _Visit:
    """One request to a guarded page."""

    def __init__(self, guarded: Guarded[Any], request: HttpRequest, code: str) -> None:
        self.guarded, self.request = guarded, request
        self.offer = get_object_or_404(Offer, code=code)
        self.edge = edge_for(request, self.offer)
        if self.edge.loaded is None:
            raise RuntimeError("an offer has terms")
        self.setting = Setting(self.edge.loaded, self.edge.now, self.edge.latest, actor_of(request.user))
        self.may_override = request.user.has_perm("staff.override_clock")
        data = request.POST if request.method == "POST" else None
        self.form = guarded.form(data, self.setting, guarded.initial(request))
        self.problems: list[str] = []

    def answer(self) -> HttpResponse:
        step = self.request.POST.get("step", "")
        if self.request.method != "POST" and not self.form.fields:
            # Nothing to state: the preview is the page.
            self.form = self.guarded.form({}, self.setting, {})
        if step == "change" or not self.form.is_bound:
            return self._ask()
        if not self.form.is_valid():
            return self._ask()
        overrides = self._overrides()
        if step == "confirm" and not self.problems:
            confirm = self._confirm(self.request.POST)
            if confirm.is_valid():
                return self._carry_out(overrides)
            return self._show(self._try_out(overrides), overrides, confirm=confirm)
        return self._show(self._try_out(overrides), overrides)

    def _overrides(self) -> list[Override]:
        """Counsel's overrides as posted; a rule without a written reason is a problem, not an override."""
        ticked = [rule for rule in self.request.POST.getlist("override") if rule in words.RULE]
        if not ticked:
            return []
        if not self.may_override:
            raise PermissionDenied
        reason = self.request.POST.get("override_reason", "").strip()
        if not reason:
            self.problems.append(_("Write the reason for overriding the clock rule."))
            return []
        return [Override(rule, reason) for rule in ticked]

    def _confirm(self, data: Any = None) -> forms.Form:
        return ConfirmForm(data, code=self.offer.code) if self.guarded.is_typed else forms.Form(data)

    def _act(self, overrides: Sequence[Override]) -> Callable[[], Result[Any]]:
        return lambda: self.guarded.act(self.setting, self.form, overrides)

    def _describe(self, value: Any) -> Preview:
        return self.guarded.describe(self.setting, self.form, value)

    def _try_out(self, overrides: Sequence[Override]) -> Outcome[Any]:
        return try_out(self._act(overrides), self._describe)

    def _carry_out(self, overrides: Sequence[Override]) -> HttpResponse:
        outcome = carry_out(self._act(overrides), self._describe, self.request.POST.get("digest", ""))
        if not outcome.is_done:
            if outcome.preview is not None:
                self.problems.append(
                    _("Something has changed since you saw the preview. Nothing was done. This is how it stands now.")
                )
            return self._show(outcome, overrides)
        messages.success(self.request, self.guarded.said(self.setting, outcome.value))
        for remark in outcome.remarks:
            messages.warning(self.request, sentence(remark, self.setting.zone))
        return HttpResponseRedirect(self.guarded.after(self.setting))

    def _ask(self) -> HttpResponse:
        return self._page("staff/guarded_form.html", {})

    def _show(
        self, outcome: Outcome[Any], overrides: Sequence[Override], *, confirm: forms.Form | None = None
    ) -> HttpResponse:
        if confirm is None or outcome.reasons:
            confirm = self._confirm()
        rules = _rules(outcome.reasons)
        return self._page(
            "staff/guarded_preview.html",
            {
                "preview": outcome.preview,
                "is_empty": outcome.is_empty,
                "reasons": [sentence(reason, self.setting.zone) for reason in outcome.reasons if not reason.rule],
                "broken": [sentence(reason, self.setting.zone) for reason in outcome.reasons if reason.rule],
                "rules": [(rule, words.say(words.RULE, rule)) for rule in rules],
                "can_override": self.may_override and bool(rules) and all(r.rule for r in outcome.reasons),
                "remarks": [sentence(remark, self.setting.zone) for remark in outcome.remarks],
                "overrides": [(words.say(words.RULE, o.rule), o.rule, o.reason) for o in overrides],
                "confirm": confirm,
            },
        )

    def _page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        return page(
            self.request,
            template,
            {
                "guarded": self.guarded,
                "form": self.form,
                "problems": self.problems,
                "offer": self.offer,
                "back": self.guarded.back(self.setting),
                **context,
            },
        )


def _rules(reasons: Sequence[Refusal]) -> list[str]:
    return list(dict.fromkeys(reason.rule for reason in reasons if reason.rule))
