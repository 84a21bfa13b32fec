"""What waits for a second person: one proposal with its preview made anew, to approve or to decline."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.results import Refused, Result
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import instant_text
from exchange.offers.models import Attempt, Proposal, ProposalOutcome
from exchange.offers.proposals import decline, entered_otherwise, overtake_alone, take_back
from exchange.people.models import User
from exchange.staff import long_steps, words
from exchange.staff.actors import actor_of, shown_actor
from exchange.staff.admin.base import record_url
from exchange.staff.approving import Approving
from exchange.staff.attempt import Preview
from exchange.staff.edge import edge_for
from exchange.staff.fields import ConfirmForm
from exchange.staff.frame import page
from exchange.staff.paged import in_pages
from exchange.staff.parts import Fact, Link
from exchange.staff.told import Told
from exchange.staff.views.approvals_list import approval_url
from exchange.staff.views.guarded import ApprovalForm
from exchange.staff.views.visit import tell_done


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
        self.posted = request.POST if request.method == "POST" else QueryDict()
        self.look(self.posted)
        self.may_approve = self.approving.may_approve
        self.problems: list[str] = []
        self.decline_form = DeclineForm()
        self.place = approval_url(proposal)
        self.is_for_the_worker = self.outcome is None and long_steps.is_for_the_worker(self.guarded)
        self.attempt = long_steps.asked_for(request, self.place)
        self.found = long_steps.found_by(self.attempt)

    def look(self, posted: QueryDict) -> None:
        self.approving = Approving(self.proposal, self.edge, self.user, posted)
        self.guarded, self.outcome = self.approving.guarded, self.approving.outcome

    def answer(self) -> HttpResponse:
        if self.attempt is not None and self.request.method != "POST":
            return self._result(self.attempt)
        if self.outcome is not None:
            return self._settled()
        in_hand = long_steps.in_hand(self.request, self.place) if self.is_for_the_worker else None
        if in_hand is not None:
            return in_hand
        step = self.posted.get("step", "")
        if step == "take-back":
            return self._take_back()
        if step in {"confirm", "decline", "set-aside"} and not self.may_approve:
            raise PermissionDenied(self.approving.why_not)
        if step == "decline":
            return self._decline()
        if step == "set-aside":
            return self._set_aside()
        if step in {"preview", "confirm"} and self.approving.extra is not None:
            found = self._compared(self.approving.extra)
            if found is not None:
                return found
        if step == "confirm" and self.is_ready:
            return self._approve()
        return self._show()

    @property
    def is_ready(self) -> bool:
        """Whether the preview is made anew: it is asked for, or it is short and nothing is entered blind."""
        at_once = self.guarded.previews_at_once and not self.is_for_the_worker
        return self.approving.is_asked_for or (self.approving.extra is None and at_once)

    @property
    def may_see_kept(self) -> bool:
        """Before it is approved, what another has to enter blind is shown to nobody but its proposer."""
        is_approved = self.outcome is not None and self.outcome.kind == ProposalOutcome.Kind.APPROVED
        return self.guarded.approval_form is None or self.approving.is_own or is_approved

    # By the worker

    def _by_the_worker(self, kind: Attempt.Kind) -> HttpResponse:
        return long_steps.ask(
            self.request,
            self.guarded,
            offer=self.proposal.offer,
            kind=kind,
            place=self.place,
            posted=self.posted,
            proposal=self.proposal,
            at=self.edge.true_now,
        )

    def _result(self, attempt: Attempt) -> HttpResponse:
        """What came of it where the worker did it."""
        if self.outcome is not None:
            return self._settled()
        if self.found is None:
            return HttpResponseRedirect(long_steps.without_result(attempt))
        self.look(long_steps.entered_in(attempt))
        return self._show(told=self.found)

    # What is done

    def _approve(self) -> HttpResponse:
        confirm = ConfirmForm(self.posted, code=self.proposal.offer.code)
        if not confirm.is_valid() or self.approving.problems:
            return self._show(confirm)
        if self.is_for_the_worker:
            return self._by_the_worker(Attempt.Kind.CONFIRM)
        told = self.approving.confirm()
        return tell_done(self.request, told) if told.is_done else self._show(told=told)

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
        reasons = self.approving.standing or self._what_stands_against_it()
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

    def _what_stands_against_it(self) -> Sequence[str]:
        """Why it can be done no more; where the worker tries it out, as it found."""
        told = self.found if self.is_for_the_worker else self.approving.try_out()
        return told.stale if told is not None else ()

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
        facts += [
            Fact(str(words.say(words.RULE, one.rule)), one.reason, more=_("Overridden")) for one in self.approving.kept
        ]
        facts += [
            Fact(str(words.say(words.RULE, one.rule)), one.reason, more=_("The proposer asks counsel to override it"))
            for one in self.approving.asked
        ]
        return facts

    def _show(self, confirm: forms.Form | None = None, told: Told | None = None) -> HttpResponse:
        approving = self.approving
        if approving.standing:
            context = {"stale": approving.standing, "can_set_aside": self.may_approve, "kept": self._shown_kept}
            return self._page({**context, "problems": [*told.problems] if told is not None else []})
        if approving.extra is not None and not self.is_ready:
            return self._page({"extra": approving.extra})
        if not self.is_ready or not (self.may_approve or approving.is_own):
            # Nobody has the offer locked by looking on, nor by opening the page of a long preview.
            return self._page({"kept": self._shown_kept, "can_ask": self.may_approve and approving.extra is None})
        if told is None and self.is_for_the_worker:
            if confirm is None or self.found is None:
                return self._by_the_worker(Attempt.Kind.TRY_OUT)
            told = self.found
        return self._show_told(told if told is not None else approving.try_out(), confirm)

    def _show_told(self, told: Told, confirm: forms.Form | None) -> HttpResponse:
        """What would happen now, to approve it; or what stands against it."""
        approving = self.approving
        self.may_approve = self.may_approve and not told.is_about_approver
        context: dict[str, Any] = {"stale": told.stale, "can_set_aside": bool(told.stale) and self.may_approve}
        if not told.stale:
            context |= {
                "broken": [said for said, _rule in told.reasons],
                "rules": [(rule, words.say(words.RULE, rule)) for rule in told.rules],
                "can_override": approving.may_override and self.may_approve,
                "remarks": told.remarks,
                "preview": in_pages(self.request, told.preview) if told is self.found else told.preview,
                "digest": told.digest,
                "moved": told.moved,
                "overrides": [(words.say(words.RULE, o.rule), o.rule, o.reason) for o in approving.added],
                "hidden": approving.extra,
                "confirm": confirm or ConfirmForm(code=self.proposal.offer.code),
            }
        if told.preview is None:
            context["kept"] = self._shown_kept
        return self._page({**context, "problems": [*approving.problems, *told.problems]})

    @property
    def _shown_kept(self) -> Preview | None:
        return in_pages(self.request, self.approving.kept_preview) if self.may_see_kept else None

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
                else self.guarded.to_read(self.approving.setting_with({}).loaded, self.proposal),
                "outcome": outcome,
                "settled_by": shown_actor(outcome.event.actor) if outcome else "",
                "settled_at": instant_text(outcome.at.replace(microsecond=0), self.zone) if outcome else "",
                "offer": Link(self.proposal.offer.code, record_url(self.proposal.offer)),
                "may_approve": self.may_approve,
                "is_own": self.approving.is_own,
                "is_sealed": not self.may_see_kept and "extra" not in context,
                "why_not": "" if self.may_approve else self.approving.why_not,
                "decline_form": self.decline_form,
                "problems": self.problems,
                "back": Link(_("Approvals"), reverse("staff:approvals")),
                **context,
            },
        )
