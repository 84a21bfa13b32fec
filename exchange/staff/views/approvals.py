"""What waits for a second person: one proposal with its preview made anew, to approve or to decline."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.results import Refusal, Refused, Result
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import instant_text
from exchange.offers.actions import Override
from exchange.offers.models import Proposal, ProposalOutcome
from exchange.offers.proposals import (
    MOST_MISMATCHES,
    decline,
    entered_otherwise,
    overtake_alone,
    paused_until,
    take_back,
)
from exchange.people.models import User
from exchange.staff import words
from exchange.staff.actors import actor_of, shown_actor
from exchange.staff.admin.base import record_url
from exchange.staff.approved import carry_out_approved, moved
from exchange.staff.attempt import Outcome, Preview, try_out
from exchange.staff.binding import page_of
from exchange.staff.edge import edge_for
from exchange.staff.fields import ConfirmForm
from exchange.staff.frame import page
from exchange.staff.parts import Fact, Link
from exchange.staff.standing import against, has_authority
from exchange.staff.views.approvals_list import approval_url
from exchange.staff.views.guarded import ApprovalForm, Setting, broken_rules, is_about, overrides_of


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is declined"),
        help_text=gettext_lazy("Its proposer and the audit log read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


def approval(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: what was proposed, what would happen now, and what this user may do about it."""
    rows = Proposal.objects.select_related("offer", "proposed_by", "event", "outcome__event")
    return _Visit(request, get_object_or_404(rows, pk=proposal_id)).answer()


class _Visit:
    """One request to the page of a proposal."""

    def __init__(self, request: HttpRequest, proposal: Proposal) -> None:
        if not isinstance(request.user, User):
            raise PermissionDenied
        self.request, self.proposal, self.user = request, proposal, request.user
        self.edge = edge_for(request, proposal.offer)
        self.zone = self.edge.zone
        self.guarded = page_of(proposal)
        self.is_own = proposal.proposed_by_id == self.user.pk
        self.pause = self._pause()
        self.may_approve = (
            not self.is_own and self.user.has_perm(self.guarded.approve_permission) and self.pause is None
        )
        self.may_override = self.may_approve and self.user.has_perm("staff.override_clock")
        self.posted = request.POST if request.method == "POST" else {}
        self.problems: list[str] = []
        self.decline_form = DeclineForm()
        self.extra = self._extra()

    def answer(self) -> HttpResponse:
        if self.outcome is not None:
            return self._settled()
        step = self.posted.get("step", "")
        if step == "take-back":
            return self._take_back()
        if step in {"confirm", "decline", "set-aside"} and not self.may_approve:
            raise PermissionDenied(self._why_not())
        if step == "decline":
            return self._decline()
        if step == "set-aside":
            return self._set_aside()
        if step in {"preview", "confirm"} and self.extra is not None:
            found = self._compared(self.extra)
            if found is not None:
                return found
        if step == "confirm" and self.is_ready:
            return self._approve()
        return self._show()

    @cached_property
    def outcome(self) -> ProposalOutcome | None:
        return getattr(self.proposal, "outcome", None)

    # What was entered

    def _setting(self, approval: Mapping[str, Any]) -> Setting:
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
        return self._setting(self.extra.cleaned_data if self.extra is not None and self.extra.is_valid() else {})

    @cached_property
    def form(self) -> Any:
        """The proposer's form, with what they entered."""
        form = self.guarded.form(json.loads(self.proposal.wanted), self._setting({}), {})
        form.is_valid()
        return form

    def _extra(self) -> Any:
        """What the approver enters for themselves; None where the step asks for nothing, or of who may not approve."""
        if self.guarded.approval_form is None or not self.may_approve or self.outcome is not None:
            return None
        posted = self.posted if self.posted.get("step") in {"preview", "confirm"} else None
        return self.guarded.approval_form(posted, wanted=self.form)

    @property
    def is_ready(self) -> bool:
        """Whether the preview is made anew: what the approver enters blind is entered, and a long one is asked for."""
        if self.extra is not None:
            return bool(self.extra.is_bound and self.extra.is_valid())
        return self.guarded.previews_at_once or (
            self.may_approve and self.posted.get("step") in {"preview", "confirm"}
        )

    @property
    def may_see_kept(self) -> bool:
        """Before it is approved, what another has to enter blind is shown to nobody but its proposer."""
        is_approved = self.outcome is not None and self.outcome.kind == ProposalOutcome.Kind.APPROVED
        return self.guarded.approval_form is None or self.is_own or is_approved

    @cached_property
    def standing(self) -> list[str]:
        """Why it stands no more, whatever would happen now."""
        return [
            sentence(reason, self.zone) for reason in against(self.proposal, self._setting({}).loaded, self.edge.now)
        ]

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
    def added(self) -> list[Override]:
        """Those of the approver, for a rule that is broken only now."""
        return overrides_of(self.request, self.may_override, self.problems)

    # What would happen

    def _act(self) -> Result[Any]:
        result = self.guarded.act(self.setting, self.form, [*self.kept, *self.added])
        if is_about(self.guarded, result, self.proposal.proposed_by):
            return Refused([Refusal("proposal_about_proposer", {"who": str(self.proposal.proposed_by)})])
        return result

    def _describe(self, value: Any) -> Preview:
        if self.may_approve and self.guarded.is_about(value, self.user):
            self.may_approve = False
            self.problems.append(_why_not_about_oneself())
        return self.guarded.preview(self.setting, self.form, value)

    def _describe_to_approve(self, value: Any) -> Preview:
        """The same where it is to be done: what is about its approver is undone."""
        if self.guarded.is_about(value, self.user):
            raise PermissionDenied(_why_not_about_oneself())
        return self.guarded.preview(self.setting, self.form, value)

    def _try_out(self) -> Outcome[Any] | None:
        """What would happen now; None where what was entered is no longer taken."""
        return try_out(self._act, self._describe) if self.form.is_valid() else None

    # What is done

    def _approve(self) -> HttpResponse:
        confirm = ConfirmForm(self.posted, code=self.proposal.offer.code)
        if not confirm.is_valid() or (self.added and self.problems):
            return self._show(confirm)
        if not self.form.is_valid():
            return self._show()
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
        if not outcome.is_done:
            if outcome.preview is not None:
                self.problems.append(
                    _("Something has changed since you saw the preview. Nothing was done. This is how it stands now.")
                )
            self.problems += [sentence(reason, self.zone) for reason in outcome.reasons if not reason.rule]
            return self._show()
        messages.success(self.request, self.guarded.said(self.setting, outcome.value))
        for remark in outcome.remarks:
            messages.warning(self.request, sentence(remark, self.zone))
        return HttpResponseRedirect(self.guarded.after(self.setting))

    def _decline(self) -> HttpResponse:
        self.decline_form = DeclineForm(self.posted)
        if not self.decline_form.is_valid():
            return self._show()
        reason = self.decline_form.cleaned_data["reason"]
        result = decline(
            proposal=self.proposal, reason=reason, declined_by=self.user, actor=actor_of(self.user), at=self.edge.now
        )
        return self._done(result, _("Declined. Nothing was done."))

    def _take_back(self) -> HttpResponse:
        result = take_back(
            proposal=self.proposal, taken_back_by=self.user, actor=actor_of(self.user), at=self.edge.now
        )
        return self._done(result, _("Taken back. Nothing was done."))

    def _set_aside(self) -> HttpResponse:
        """Settle one that can work no more, with the reasons that stand against it."""
        reasons = self.standing or self._why_stale(self._try_out())
        if not reasons:
            return self._show()
        result = overtake_alone(
            proposal=self.proposal,
            reason=" ".join(reasons),
            by=self.user,
            actor=actor_of(self.user),
            at=self.edge.now,
        )
        return self._done(result, _("Set aside. Nothing was done."))

    def _pause(self) -> Refusal | None:
        """Why this person has to wait before they enter again what the approver enters blind; None where they may."""
        if self.guarded.approval_form is None:
            return None
        until = paused_until(self.proposal, actor_of(self.user), self.edge.true_now)
        return Refusal("proposal_paused", {"times": MOST_MISMATCHES, "until": until}) if until is not None else None

    def _compared(self, extra: ApprovalForm) -> HttpResponse | None:
        """The answer where the approver entered otherwise than was proposed: it is written down, and too often
        settles it. None where they entered that, or nothing that is a value."""
        result = entered_otherwise(
            proposal=self.proposal,
            differs=lambda: extra.is_mismatch,
            entered_by=self.user,
            actor=actor_of(self.user),
            at=self.edge.now,
            true_at=self.edge.true_now,
        )
        if isinstance(result, Refused) or (result.value is not None and result.value.is_settled):
            reason = _("Entered otherwise too often. The proposal is settled; nothing was done.")
            return self._done(result, reason)
        return self._show() if result.value is not None else None

    def _done(self, result: Result[Any], said: str) -> HttpResponse:
        if isinstance(result, Refused):
            for reason in result.reasons:
                messages.warning(self.request, sentence(reason, self.zone))
            return HttpResponseRedirect(approval_url(self.proposal))
        messages.success(self.request, said)
        return HttpResponseRedirect(reverse("staff:approvals"))

    # What is shown

    def _why_not(self) -> str:
        if self.is_own:
            return _("You proposed this. Somebody else must approve it; you can take it back.")
        if self.pause is not None:
            return sentence(self.pause, self.zone)
        return _("Counsel approves or declines.")

    def _why_stale(self, outcome: Outcome[Any] | None) -> list[str]:
        """Why it cannot be done any more, whoever approves; nothing where it can, or where counsel may override."""
        if outcome is None:
            return [error for errors in self.form.errors.values() for error in errors]
        if outcome.is_empty:
            return [sentence(remark, self.zone) for remark in outcome.remarks]
        return [sentence(reason, self.zone) for reason in outcome.reasons if not reason.rule]

    def _facts(self) -> list[Fact]:
        proposal = self.proposal
        facts = [
            Fact(_("What is proposed"), proposal.headline, more=str(self.guarded.lede)),
            Fact(_("Proposed by"), str(proposal.proposed_by), more=shown_actor(proposal.event.actor)),
            Fact(_("Proposed"), instant_text(proposal.proposed_at.replace(microsecond=0), self.zone)),
        ]
        if proposal.approve_by is not None:
            is_over = self.outcome is None and self.edge.now > proposal.approve_by
            facts.append(
                Fact(
                    _("To be approved by"),
                    instant_text(proposal.approve_by, self.zone),
                    more=_("That has passed.") if is_over else _("The legal clock allows it no later."),
                )
            )
        facts += [Fact(str(words.say(words.RULE, one.rule)), one.reason, more=_("Overridden")) for one in self.kept]
        facts += [
            Fact(str(words.say(words.RULE, one.rule)), one.reason, more=_("The proposer asks counsel to override it"))
            for one in self.asked
        ]
        return facts

    def _show(self, confirm: forms.Form | None = None) -> HttpResponse:
        if self.standing:
            return self._page({"stale": self.standing, "can_set_aside": self.may_approve, "kept": self._shown_kept})
        if self.extra is not None and not self.is_ready:
            return self._page({"extra": self.extra})
        if not self.is_ready or not (self.may_approve or self.is_own):
            # Nobody has the offer locked by looking on, nor by opening the page of a long preview.
            return self._page({"kept": self._shown_kept, "can_ask": self.may_approve and self.extra is None})
        outcome = self._try_out()
        stale = self._why_stale(outcome)
        context: dict[str, Any] = {"stale": stale, "can_set_aside": bool(stale) and self.may_approve}
        if outcome is not None and not stale:
            rules = broken_rules(outcome.reasons)
            context |= {
                "broken": [sentence(reason, self.zone) for reason in outcome.reasons],
                "rules": [(rule, words.say(words.RULE, rule)) for rule in rules],
                "can_override": self.may_override and self.may_approve,
                "remarks": [sentence(remark, self.zone) for remark in outcome.remarks],
                "preview": outcome.preview,
                "moved": moved(self._kept_preview, outcome.preview) if outcome.preview else (),
                "overrides": [(words.say(words.RULE, o.rule), o.rule, o.reason) for o in self.added],
                "hidden": self.extra,
                "confirm": confirm or ConfirmForm(code=self.proposal.offer.code),
            }
        if outcome is None or outcome.preview is None:
            context["kept"] = self._shown_kept
        return self._page(context)

    @property
    def _kept_preview(self) -> Preview:
        return Preview.from_text(self.proposal.preview)

    @property
    def _shown_kept(self) -> Preview | None:
        return self._kept_preview if self.may_see_kept else None

    def _settled(self) -> HttpResponse:
        if self.request.method == "POST":
            settled = self.outcome.get_kind_display().lower() if self.outcome else ""
            self.problems.append(_("This proposal is settled already: {outcome}.").format(outcome=settled))
        return self._page({"kept": self._shown_kept})

    def _page(self, context: Mapping[str, Any]) -> HttpResponse:
        outcome = self.outcome
        self.guarded.note_look(self.request, json.loads(self.proposal.wanted))
        return page(
            self.request,
            "staff/approval.html",
            {
                "proposal": self.proposal,
                "guarded": self.guarded,
                "facts": self._facts(),
                "to_read": ()
                if context.get("preview") and self.guarded.is_read_in_preview
                else self.guarded.to_read(self._setting({}).loaded, self.proposal),
                "outcome": outcome,
                "settled_by": shown_actor(outcome.event.actor) if outcome else "",
                "settled_at": instant_text(outcome.at.replace(microsecond=0), self.zone) if outcome else "",
                "offer": Link(self.proposal.offer.code, record_url(self.proposal.offer)),
                "may_approve": self.may_approve,
                "is_own": self.is_own,
                "is_sealed": not self.may_see_kept and "extra" not in context,
                "why_not": "" if self.may_approve else self._why_not(),
                "decline_form": self.decline_form,
                "problems": self.problems,
                "back": Link(_("Approvals"), reverse("staff:approvals")),
                **context,
            },
        )


def _why_not_about_oneself() -> str:
    return _("Your own options are among them. Somebody else must approve it.")
