"""A proposal as somebody looks at it to approve it: its preview made anew, then done on the word of both.

For a request and for the worker.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils.translation import gettext as _

from exchange.kernel.results import Refusal, Refused, Result
from exchange.kernel.sentences import sentence
from exchange.offers.actions import Override
from exchange.offers.models import Proposal, ProposalOutcome
from exchange.offers.proposals import MOST_MISMATCHES, paused_until
from exchange.people.models import User
from exchange.staff.actors import actor_of
from exchange.staff.approved import carry_out_approved, moved
from exchange.staff.attempt import Outcome, Preview, try_out
from exchange.staff.binding import page_of
from exchange.staff.edge import Edge
from exchange.staff.standing import against, has_authority
from exchange.staff.told import Told
from exchange.staff.views.guarded import Setting, is_about, overrides_of

ASKING = frozenset({"preview", "confirm"})  # the presses that come with what the approver enters


class Approving:
    """One proposal, and one person who looks at it; `posted` is what they sent."""

    def __init__(self, proposal: Proposal, edge: Edge, user: User, posted: QueryDict) -> None:
        self.proposal, self.edge, self.user, self.posted = proposal, edge, user, posted
        self.guarded = page_of(proposal)
        self.is_own = proposal.proposed_by_id == user.pk
        self.pause = self._pause()
        may = user.has_perm(self.guarded.approve_permission)
        self.may_approve = may and not self.is_own and self.pause is None
        self.may_override = self.may_approve and user.has_perm("staff.override_clock")
        self.is_looking = posted.get("step", "") in ASKING

    @cached_property
    def outcome(self) -> ProposalOutcome | None:
        return getattr(self.proposal, "outcome", None)

    def _pause(self) -> Refusal | None:
        """Why this person has to wait before they enter again what the approver enters blind; None where they may."""
        if self.guarded.approval_form is None:
            return None
        until = paused_until(self.proposal, actor_of(self.user), self.edge.true_now)
        return Refusal("proposal_paused", {"times": MOST_MISMATCHES, "until": until}) if until is not None else None

    @property
    def why_not(self) -> str:
        """Why this person does not approve it."""
        if self.is_own:
            return _("You proposed this. Somebody else must approve it; you can take it back.")
        if self.pause is not None:
            return sentence(self.pause, self.edge.zone)
        return _("Counsel approves or declines.")

    # What was entered

    def setting_with(self, approval: Mapping[str, Any]) -> Setting:
        if self.edge.loaded is None:
            raise RuntimeError("an offer has terms")
        return Setting(
            self.edge.loaded,
            self.edge.now,
            self.edge.latest,
            actor_of(self.user),
            proposed_by=self.proposal.event.actor,
            approval=approval,
        )

    @cached_property
    def setting(self) -> Setting:
        return self.setting_with(self.extra.cleaned_data if self.extra is not None and self.extra.is_valid() else {})

    @cached_property
    def form(self) -> Any:
        """The proposer's form, with what they entered."""
        form = self.guarded.form(json.loads(self.proposal.wanted), self.setting_with({}), {})
        form.is_valid()
        return form

    @cached_property
    def extra(self) -> Any:
        """What the approver enters for themselves; None where the step asks for nothing, or of who may not approve."""
        if self.guarded.approval_form is None or not self.may_approve or self.outcome is not None:
            return None
        return self.guarded.approval_form(self.posted if self.is_looking else None, wanted=self.form)

    @property
    def is_asked_for(self) -> bool:
        """Whether the preview is asked for, with what the approver has to enter blind."""
        if self.extra is not None:
            return bool(self.extra.is_bound and self.extra.is_valid())
        return self.may_approve and self.is_looking

    @cached_property
    def standing(self) -> list[str]:
        """Why it stands no more, whatever would happen now."""
        reasons = against(self.proposal, self.setting_with({}).loaded, self.edge.now)
        return [sentence(reason, self.edge.zone) for reason in reasons]

    @cached_property
    def kept(self) -> list[Override]:
        """The overrides that came with the proposal and are counsel's: their giver may still override."""
        return [Override(one["rule"], one["reason"]) for one in self._overrides() if not one["is_asked"]]

    @cached_property
    def asked(self) -> list[Override]:
        """Those that its proposer asks for, or may give no more: they count only once the approver gives them."""
        return [Override(one["rule"], one["reason"]) for one in self._overrides() if one["is_asked"]]

    def _overrides(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.proposal.overrides) if self.proposal.overrides else []
        if self.outcome is None and found and not has_authority(self.proposal, "staff.override_clock"):
            return [{**one, "is_asked": True} for one in found]
        return found

    @cached_property
    def _read(self) -> tuple[Sequence[Override], Sequence[str]]:
        problems: list[str] = []
        return overrides_of(self.posted, self.may_override, problems), problems

    @property
    def added(self) -> Sequence[Override]:
        """Those of the approver, for a rule that is broken only now."""
        return self._read[0]

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with those."""
        return self._read[1]

    @property
    def kept_preview(self) -> Preview:
        return Preview.from_text(self.proposal.preview)

    # What would happen, and what is done

    def try_out(self) -> Told:
        """What would happen now, what moved since it was proposed; or why it can be done no more."""
        if not self.form.is_valid():
            # What was entered is no longer taken.
            return Told(stale=[error for errors in self.form.errors.values() for error in errors])
        about: list[bool] = []

        def describe(value: Any) -> Preview:
            about.append(self.may_approve and self.guarded.is_about(value, self.user))
            return self.guarded.preview(self.setting, self.form, value)

        outcome = try_out(self._act, describe)
        told = Told.of(
            outcome,
            self.edge.zone,
            stale=self._why_stale(outcome),
            moved=moved(self.kept_preview, outcome.preview) if outcome.preview else (),
            is_about_approver=any(about),
        )
        return replace(told, problems=[why_not_about_oneself()]) if told.is_about_approver else told

    def confirm(self) -> Told:
        """Approve it, and do what was shown; nothing where it is not that any more. How it stands then."""
        if not self.form.is_valid():
            return self.try_out()
        outcome = carry_out_approved(
            self.proposal,
            act=self._act,
            describe=self._describe_to_approve,
            shown=self.posted.get("digest", ""),
            approved_by=self.user,
            actor=actor_of(self.user),
            at=self.edge.now,
            true_at=self.edge.true_now,
        )
        if outcome.is_done:
            said, after = self.guarded.said(self.setting, outcome.value), self.guarded.after(self.setting)
            return Told.of(outcome, self.edge.zone, said=said, after=after, is_done=True)
        problems = [sentence(reason, self.edge.zone) for reason in outcome.reasons if not reason.rule]
        if outcome.preview is not None:
            problems.insert(
                0, _("Something has changed since you saw the preview. Nothing was done. This is how it stands now.")
            )
        now = self.try_out()
        return replace(now, problems=[*problems, *now.problems])

    def _act(self) -> Result[Any]:
        result = self.guarded.act(self.setting, self.form, [*self.kept, *self.added])
        if is_about(self.guarded, result, self.proposal.proposed_by):
            return Refused([Refusal("proposal_about_proposer", {"who": str(self.proposal.proposed_by)})])
        return result

    def _describe_to_approve(self, value: Any) -> Preview:
        """What is about its approver is undone."""
        if self.guarded.is_about(value, self.user):
            raise PermissionDenied(why_not_about_oneself())
        return self.guarded.preview(self.setting, self.form, value)

    def _why_stale(self, outcome: Outcome[Any]) -> list[str]:
        """Why it cannot be done any more, whoever approves; nothing where it can, or where counsel may override."""
        if outcome.is_empty:
            return [sentence(remark, self.edge.zone) for remark in outcome.remarks]
        return [sentence(reason, self.edge.zone) for reason in outcome.reasons if not reason.rule]


def why_not_about_oneself() -> str:
    return _("Your own options are among them. Somebody else must approve it.")
