"""Conditions of the offer: what was recorded, the pages to record and to waive one, and to postpone acceptance."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.actions import postpone_acceptance, waive_condition
from exchange.elections.tally import late_paper_elections, tally
from exchange.kernel.results import Result
from exchange.kernel.wording import date_text, instant_text, shares_text
from exchange.market.reads import calendar
from exchange.offers import conditions
from exchange.offers.actions import Override
from exchange.offers.arithmetic import Arithmetic, arithmetic_of, last_notice
from exchange.offers.models import ConditionDecision, ConditionEvent, OfferEvent
from exchange.offers.rules import PROMPTLY, Classification, withdrawal_from
from exchange.offers.waiving import record_condition
from exchange.staff.attempt import Preview
from exchange.staff.edge import edge_of
from exchange.staff.fields import InstantField, day_field
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Link, Section, table
from exchange.staff.steps import (
    AMEND,
    APPROVE,
    CONDITION,
    EXTEND,
    POSTPONE,
    TERMINATE,
    WAIVE,
    conditions_url,
    is_possible,
    link_to,
)
from exchange.staff.telling import letters_section
from exchange.staff.views.amend_step import counted_section
from exchange.staff.views.because import condition_facts, condition_field
from exchange.staff.views.guarded import Guarded, Setting, WantedForm


def condition_list(request: HttpRequest) -> HttpResponse:
    """Every condition whose event was recorded, what was decided of it, and what can be decided now."""
    edge = edge_of(request)
    events = list(conditions.recorded(edge.offer)) if edge.offer else []
    waiting = {event.pk for event in conditions.waiting(edge.offer)} if edge.offer else set()
    heads = [_("Condition"), _("What happened"), _("On"), _("What shows it"), _("What was decided")]
    rows = [
        [
            Cell(event.condition, more=event.document.title if event.document else ""),
            event.facts,
            event.occurred_on,
            event.evidence,
            _decided(list(event.decisions.all()), event.pk in waiting),
        ]
        for event in events
    ]
    links = []
    if edge.loaded is not None and edge.state is not None and edge.offer is not None:
        steps = [CONDITION, *([WAIVE, EXTEND, AMEND, TERMINATE] if waiting else [])]
        for step in steps:
            url = link_to(request, step, edge.offer.code) if is_possible(step, edge.loaded, edge.state) else ""
            if url:
                links.append(Link(str(step.words), url, is_main=step is (WAIVE if waiting else CONDITION)))
    shown = table(_("Conditions whose event occurred"), heads, rows)
    return page(request, "staff/conditions.html", {"table": shown, "links": links, "waiting": len(waiting)})


def _decided(decisions: Sequence[ConditionDecision], is_waiting: bool) -> Cell:
    said = "; ".join(f"{one.get_verdict_display()}" for one in decisions)
    reasons = " ".join(one.reason for one in decisions if one.reason)
    if is_waiting:
        return Cell(_("Nothing yet") if not decisions else _("{said}; still to be decided").format(said=said))
    return Cell(said, more=reasons)


class ConditionForm(WantedForm):
    condition = forms.CharField(
        label=gettext_lazy("Which condition"),
        help_text=gettext_lazy("As the offer names it, such as: Section 7(c), no fall of the market."),
        max_length=200,
        error_messages={"required": gettext_lazy("Name the condition.")},
    )
    document = forms.ChoiceField(label=gettext_lazy("In which document it stands"), required=False)
    facts = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write what happened.")},
    )
    occurred_on = day_field(gettext_lazy("The day on which it happened"))
    evidence = forms.CharField(
        label=gettext_lazy("What shows it"),
        help_text=gettext_lazy("A filing, a letter, a figure and its source, and where it is kept."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write what shows it.")},
    )

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        field = self.fields["document"]
        named = [(str(document.pk), document.title) for document in setting.loaded.documents]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Not in one of them")), *named]


class ConditionPage(Guarded[ConditionEvent]):
    step = CONDITION
    lede = gettext_lazy("It is written down, and changes nothing by itself. Counsel decides what follows from it.")
    button = gettext_lazy("Record it")
    form_class = ConditionForm
    is_typed = False

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[ConditionEvent]:
        data = form.cleaned_data
        return record_condition(
            code=setting.code,
            document=UUID(data["document"]) if data["document"] else None,
            actor=setting.actor,
            at=form.instant(),
            **{key: data[key] for key in ("condition", "facts", "evidence", "occurred_on")},
        )

    def describe(self, setting: Setting, form: Any, value: ConditionEvent) -> Preview:
        return Preview(
            facts=condition_facts(value),
            finality=[_("What is recorded is kept; it is never edited, and what is decided of it stands beside it.")],
        )

    def said(self, setting: Setting, value: ConditionEvent) -> str:
        return _("Recorded as condition {n}. Counsel decides what follows.").format(n=value.number)

    def after(self, setting: Setting) -> str:
        return conditions_url()


MATERIAL, IMMATERIAL = "material", "immaterial"


class WaiveForm(WantedForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of waiver it is"),
        choices=[
            (MATERIAL, gettext_lazy("Material: everyone is told, and has time to act on it")),
            (IMMATERIAL, gettext_lazy("Immaterial: nothing moves, and no letter goes out")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what kind of waiver it is.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is waived"),
        help_text=gettext_lazy("Written into the timeline and the audit log."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        arithmetic = self.arithmetic()
        self.fields = {
            "condition": condition_field(setting, is_required=True),
            "kind": self.fields.pop("kind"),
            "to": InstantField(
                zone=setting.zone,
                label=_("New expiration, for a material waiver; empty: it stays as it is"),
                required=False,
                initial=arithmetic.proposed if arithmetic and arithmetic.must_move else None,
            ),
            **self.fields,
        }

    def arithmetic(self) -> Arithmetic | None:
        """How the days are counted if it is material."""
        expires_at = self.setting.loaded.timeline.expires_at
        stated = getattr(self, "cleaned_data", {}).get("at")
        if expires_at is None or self.data.get("kind") == IMMATERIAL:
            return None
        return arithmetic_of(
            Classification.MATERIAL,
            notice_at=stated if isinstance(stated, datetime) else self.setting.now,
            expires_at=expires_at,
            zone=self.setting.zone,
            calendar=calendar(),
        )

    def known(self) -> list[Section]:
        found = [
            Section(_("Condition {n}").format(n=event.number), facts=condition_facts(event))
            for event in conditions.waiting(self.setting.loaded.offer)
        ]
        arithmetic = self.arithmetic()
        return [*found, counted_section(arithmetic, self.setting.zone)] if arithmetic else found


class WaivePage(Guarded[OfferEvent]):
    step = WAIVE
    is_long = True
    letters = ("condition_waived",)
    lede = gettext_lazy("The company goes on although the condition’s event occurred. What was signed stands.")
    button = gettext_lazy("Waive the condition")
    form_class = WaiveForm
    approve_permission = APPROVE
    previews_at_once = False

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"condition": request.GET["condition"]} if "condition" in request.GET else {}

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[OfferEvent]:
        data = form.cleaned_data
        return waive_condition(
            code=setting.code,
            condition=UUID(data["condition"]),
            is_material=data["kind"] == MATERIAL,
            to=data["to"],
            reason=data["reason"],
            actor=setting.actor,
            at=form.instant(),
            overrides=overrides,
        )

    def headline(self, setting: Setting, form: Any) -> str:
        event = ConditionEvent.objects.get(pk=form.cleaned_data["condition"])
        return _("Waive the condition: {condition}").format(condition=event.condition)

    def approve_by(self, setting: Setting, form: Any) -> datetime | None:
        """The last instant at which the notice still leaves the days that a material waiver wants."""
        expires_at = setting.loaded.timeline.expires_at
        if expires_at is None or form.cleaned_data["kind"] != MATERIAL:
            return None
        return last_notice(
            Classification.MATERIAL, expires_at=expires_at, to=form.cleaned_data["to"], calendar=calendar()
        )

    def describe(self, setting: Setting, form: Any, value: OfferEvent) -> Preview:
        decision, before = value.condition_decision, setting.loaded.timeline.expires_at
        if before is None:
            return Preview()
        closes = instant_text(value.expires_at, setting.zone) if value.expires_at else _("As it does now")
        facts = [
            *condition_facts(decision.condition),
            Fact(_("Kind of waiver"), _("Material") if decision.is_material else _("Immaterial")),
            Fact(_("Why it is waived"), value.reason),
            Fact(_("Closes now"), instant_text(before, setting.zone)),
            Fact(_("Will close"), closes),
        ]
        if decision.required_until is not None:
            facts.append(Fact(_("Must be open until"), instant_text(decision.required_until, setting.zone)))
        if value.expires_at is not None:
            late = late_paper_elections(setting.loaded, before=value.expires_at, since=before)
            if late:
                more = _("By the new deadline, at their receipt: {numbers}").format(numbers=", ".join(late))
                facts.append(Fact(_("Late paper forms judged again"), shares_text(len(late)), more=more))
        return Preview(
            facts=facts,
            known=[letters_section(setting.loaded, value.at)],
            finality=[
                _("A waiver is never taken back: the company can no longer rely on this event."),
                _("Another event of the same condition would be recorded and decided by itself."),
            ],
        )

    def said(self, setting: Setting, value: OfferEvent) -> str:
        return _("{condition} is waived.").format(condition=value.condition_decision.condition.condition)

    def after(self, setting: Setting) -> str:
        return conditions_url()


class PostponeForm(WantedForm):
    intended_on = day_field(gettext_lazy("The day on which the company means to accept"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everyone with a tender in force reads it in the letter, as you write it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )

    def replay_instant(self) -> datetime:
        """Acceptance is postponed once the offer has expired."""
        return max(self.setting.now, self.setting.loaded.timeline.expires_at or self.setting.now)

    def known(self) -> list[Section]:
        return [Section(_("As it stands"), facts=standing_facts(self.setting))]


def standing_facts(setting: Setting) -> list[Fact]:
    """When the offer expired, what is intended, what prompt means here, and the law's own right to withdraw."""
    timeline, days = setting.loaded.timeline, calendar()
    if timeline.expires_at is None or timeline.commences_at is None:
        return []
    prompt = days.add_business_days(setting.loaded.date_of(timeline.expires_at), PROMPTLY)
    intended = timeline.acceptance_intended_on
    return [
        Fact(_("Expiration"), instant_text(timeline.expires_at, setting.zone)),
        Fact(_("Acceptance intended"), date_text(intended) if intended else _("Promptly; no day was named")),
        Fact(
            _("Prompt until"),
            date_text(prompt),
            more=_("{n} business days after the expiration; later needs counsel’s written reason.").format(n=PROMPTLY),
        ),
        Fact(
            _("Withdrawal"),
            _("Open until acceptance, whenever that is"),
            more=_("By law besides, of what is not accepted by {instant}: 40 business days from commencement.").format(
                instant=instant_text(withdrawal_from(timeline.commences_at, days), setting.zone)
            ),
        ),
    ]


class PostponePage(Guarded[OfferEvent | None]):
    step = POSTPONE
    is_long = True
    letters = ("acceptance_postponed",)
    lede = gettext_lazy("The company accepts later than it meant to. Nothing is cancelled, and holders can withdraw.")
    button = gettext_lazy("Postpone acceptance")
    form_class = PostponeForm
    approve_permission = APPROVE
    previews_at_once = False

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[OfferEvent | None]:
        return postpone_acceptance(
            code=setting.code,
            intended_on=form.cleaned_data["intended_on"],
            reason=form.cleaned_data["reason"],
            actor=setting.actor,
            at=form.instant(),
            overrides=overrides,
        )

    def headline(self, setting: Setting, form: Any) -> str:
        return _("Postpone acceptance to {day}").format(day=date_text(form.cleaned_data["intended_on"]))

    def describe(self, setting: Setting, form: Any, value: OfferEvent | None) -> Preview:
        if value is None:
            return Preview()
        so_far = tally(setting.loaded, value.at)
        return Preview(
            facts=[
                Fact(_("Acceptance will be intended for"), date_text(value.postponement.intended_on)),
                Fact(_("The letter says"), value.reason),
                *standing_facts(setting),
            ],
            known=[
                Section(
                    _("What waits for acceptance"),
                    facts=[
                        Fact(_("Options tendered"), shares_text(so_far.tendered_grants)),
                        Fact(_("Shares tendered"), shares_text(so_far.tendered_shares)),
                    ],
                ),
                letters_section(setting.loaded, value.at),
            ],
            finality=[_("It is announced to everyone who tendered. It can be postponed again, but not taken back.")],
        )

    def said(self, setting: Setting, value: OfferEvent | None) -> str:
        day = date_text(value.postponement.intended_on) if value else ""
        return _("Acceptance is postponed to {day}. Everyone who tendered is told.").format(day=day)
