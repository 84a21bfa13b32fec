"""A guarded page as somebody filled it: tried out, then carried out or proposed. For a request and for the worker."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.kernel.results import Refusal, Refused, Result
from exchange.kernel.sentences import sentence
from exchange.offers.actions import Override
from exchange.offers.proposals import propose
from exchange.people.models import User
from exchange.staff.actors import actor_of
from exchange.staff.attempt import Outcome, Preview, carry_out, try_out
from exchange.staff.edge import Edge
from exchange.staff.fields import canonical_data
from exchange.staff.told import Told
from exchange.staff.views.guarded import Guarded, Setting, is_about, overrides_of


class Filled:
    """What one person entered on a guarded page, and what comes of it.

    `posted` is what was sent, None where nothing was. The form is made of it and judged here, whoever asks.
    """

    def __init__(
        self,
        guarded: Guarded[Any],
        edge: Edge,
        user: User,
        posted: QueryDict | None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        if edge.loaded is None:
            raise RuntimeError("an offer has terms")
        self.guarded, self.user, self.posted = guarded, user, posted
        self.setting = Setting(edge.loaded, edge.now, edge.latest, actor_of(user), user=user)
        self.may_override = user.has_perm("staff.override_clock")
        # Where counsel approves, who proposes may ask for an override: it is counsel's all the same.
        self.may_ask = bool(guarded.approve_permission)
        self.form = guarded.form(posted, self.setting, initial or {})

    @cached_property
    def _read(self) -> tuple[Sequence[Override], Sequence[str]]:
        problems: list[str] = []
        if self.posted is None:
            return (), problems
        return overrides_of(self.posted, self.may_override or self.may_ask, problems), problems

    @property
    def overrides(self) -> Sequence[Override]:
        return self._read[0]

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with the overrides."""
        return self._read[1]

    def try_out(self) -> Told:
        """What would happen now."""
        return self._told(try_out(self._act, self._describe))

    def confirm(self) -> Told:
        """Carry out what was shown, or propose it where it binds the company; nothing where it has moved since."""
        told = self._propose() if self.guarded.approve_permission else self._carry_out()
        if told.is_done:
            self.guarded.tidy()
        return told

    @property
    def _shown(self) -> str:
        return self.posted.get("digest", "") if self.posted is not None else ""

    @property
    def _act(self) -> Callable[[], Result[Any]]:
        overrides = self.overrides

        def work() -> Result[Any]:
            result = self.guarded.act(self.setting, self.form, overrides)
            is_own = self.guarded.approve_permission and is_about(self.guarded, result, self.user)
            return Refused([Refusal("proposal_about_oneself")]) if is_own else result

        return work

    def _describe(self, value: Any) -> Preview:
        return self.guarded.preview(self.setting, self.form, value)

    def _told(self, outcome: Outcome[Any], **more: Any) -> Told:
        return Told.of(outcome, self.setting.zone, **more)

    def _carry_out(self) -> Told:
        outcome = carry_out(self._act, self._describe, self._shown)
        if outcome.is_done:
            said, after = self.guarded.said(self.setting, outcome.value), self.guarded.after(self.setting)
            return self._told(outcome, said=said, after=after, is_done=True)
        if outcome.preview is None:
            return self._told(outcome)
        moved = _("Something has changed since you saw the preview. Nothing was done. This is how it stands now.")
        return self._told(outcome, problems=[moved])

    def _propose(self) -> Told:
        """Keep what was confirmed for another person to approve."""
        outcome = try_out(self._act, self._describe)
        told = self._told(outcome)
        if outcome.preview is None or outcome.is_empty:
            return told
        if told.digest != self._shown:
            moved = _(
                "Something has changed since you saw the preview. Nothing was proposed. This is how it stands now."
            )
            return replace(told, problems=[moved])
        result = propose(
            code=self.setting.code,
            step=self.guarded.step.slug,
            headline=self.guarded.headline(self.setting, self.form),
            wanted=canonical_data(self.form),
            overrides=self.overrides,
            is_asked=not self.may_override,
            preview=outcome.preview.text,
            files=self.guarded.files(),
            approve_by=self.guarded.approve_by(self.setting, self.form),
            proposed_by=self.user,
            actor=self.setting.actor,
            at=self.setting.now,
        )
        if isinstance(result, Refused):
            return replace(told, problems=[sentence(reason, self.setting.zone) for reason in result.reasons])
        said = _("Proposed. Nothing is done until another person approves it; it waits for them on the desk.")
        after = reverse("staff:approval", args=[result.value.pk])
        return replace(told, said=said, after=after, remarks=(), is_done=True)
