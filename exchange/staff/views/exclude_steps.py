"""Who and what is excepted from an offer: the list, excluding a person or an option, lifting it; by two people."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.reads import HolderView, holder_view
from exchange.kernel.results import Refusal, Refused, Result
from exchange.kernel.wording import counted_options_text, counted_shares_text, date_text
from exchange.offers.actions import Override
from exchange.offers.excluding import exclude, lift_exclusion
from exchange.offers.models import Exclusion, ExclusionLifted, Offer
from exchange.offers.reads import load
from exchange.offers.rules import State
from exchange.people.models import Holder, User
from exchange.staff.actors import is_own, shown_actor
from exchange.staff.admin.base import record_url
from exchange.staff.attempt import Preview
from exchange.staff.edge import edge_for
from exchange.staff.fields import day_field
from exchange.staff.forms_words import form_url
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Link, Section, Table, instant_cell, table
from exchange.staff.steps import APPROVE, EXCLUDE, LIFT, exceptions_url, link_to
from exchange.staff.views.guarded import Guarded, Setting, WantedForm

PER_PAGE = 50
ANOTHER = "another person"  # stands for whoever will approve, while a step is only tried out


def _approver(setting: Setting) -> str:
    """Who approves; before that is known, somebody else than the proposer."""
    return setting.actor if setting.actor != setting.proposer else ANOTHER


def exceptions(request: HttpRequest, code: str) -> HttpResponse:
    """Every exclusion of an offer, the newest first, with what became of it."""
    offer = get_object_or_404(Offer, code=code)
    edge = edge_for(request, offer)
    rows = Exclusion.objects.filter(offer=offer).select_related("lifted").order_by("-number")
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    holders = Holder.objects.in_bulk([row.employee_number for row in shown], field_name="employee_number")
    may = edge.state in EXCLUDE.states
    lift, add = (link_to(request, step, code) if may else "" for step in (LIFT, EXCLUDE))
    heads = [_("Excluded"), _("Since"), _("Reason"), _("Proposed and approved by"), _("Recorded"), _("Stands")]
    lines = [_line(row, holders.get(row.employee_number), lift, edge.zone, request.user) for row in shown]
    return page(
        request,
        "staff/exceptions.html",
        {
            "offer": offer,
            "table": table(_("Exceptions"), heads, lines),
            "count": shown.paginator.count,
            "shown": shown,
            "links": [Link(str(EXCLUDE.words), add, is_main=True)] if add else [],
            "back": Link(_("Eligibility"), reverse("staff:eligibility", args=[code])),
        },
    )


def _line(row: Exclusion, holder: Holder | None, lift: str, zone: str, user: Any) -> list[object]:
    name = holder.legal_name if holder else row.employee_number
    what = _("Option {number}").format(number=row.grant_number) if row.grant_number else _("The person")
    both = _("{one}; {other}").format(one=shown_actor(row.proposed_by), other=shown_actor(row.approved_by))
    ended = getattr(row, "lifted", None)
    if ended is not None:
        stands = Cell(_("Lifted from {day}").format(day=date_text(ended.effective_on)), more=ended.reason)
    elif lift and not is_own(user, holder):
        stands = Cell(_("Lift"), url=f"{lift}?exclusion={row.pk}")
    else:
        stands = Cell(_("Stands"))
    return [
        Cell(name, url=record_url(holder) if holder else "", more=f"{row.employee_number}, {what}"),
        row.effective_on,
        Cell(row.reason, more=_("Told: {told}").format(told=row.told)),
        both,
        instant_cell(row.at.replace(microsecond=0), zone),
        stands,
    ]


class ExcludeForm(WantedForm):
    person = forms.CharField(
        label=gettext_lazy("Employee number"),
        max_length=64,
        error_messages={"required": gettext_lazy("Name the person by employee number.")},
    )
    option = forms.CharField(
        label=gettext_lazy("Option; empty: the person, with every option"), max_length=64, required=False
    )
    effective_on = day_field(
        gettext_lazy("From the start of"),
        help_text=gettext_lazy("A form is judged by what was in force on the day it was received."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Legal reason, for the record"),
        help_text=gettext_lazy(
            "The law, order or claim that forbids it, and where it is kept. Not shown to the holder."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )
    told = forms.CharField(
        label=gettext_lazy("Reason as the holder reads it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write what the holder is told.")},
    )


class ExcludePage(Guarded[Exclusion]):
    step = EXCLUDE
    lede = gettext_lazy(
        "An offer must be open to every holder of the class. Somebody is left out only where the law requires it, "
        "such as the law of a place, a court order or a transfer order, and counsel approves each. It only takes "
        "away: to reach somebody whom the facts on file leave out, correct the facts."
    )
    button = gettext_lazy("Exclude from the offer")
    letters = ("holder_excluded",)
    form_class = ExcludeForm
    approve_permission = APPROVE
    previews_at_once = False  # it takes the offer's lock, which signatures wait for

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {name: request.GET[name] for name in ("person", "option") if name in request.GET}

    def back(self, setting: Setting) -> Link:
        return Link(_("Exceptions"), exceptions_url(setting.code))

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Exclusion]:
        data = form.cleaned_data
        if setting.user is not None and is_own(setting.user, _holder(data["person"])):
            return Refused([Refusal("exclude_own")])
        return exclude(
            code=setting.code,
            employee_number=data["person"],
            grant_number=data["option"],
            effective_on=data["effective_on"],
            reason=data["reason"],
            told=data["told"],
            actor=setting.actor,
            at=form.instant(),
            proposed_by=setting.proposer,
            approved_by=_approver(setting),
        )

    def headline(self, setting: Setting, form: Any) -> str:
        data = form.cleaned_data
        said = _("Exclude one option from {day}") if data["option"] else _("Exclude one person from {day}")
        return said.format(day=date_text(data["effective_on"]))

    def excluded(self, wanted: Mapping[str, Any]) -> Holder | None:
        return _holder(wanted["person"])

    def is_about(self, value: Exclusion, user: User) -> bool:
        return is_own(user, _holder(value.employee_number))

    def describe(self, setting: Setting, form: Any, value: Exclusion) -> Preview:
        holder = Holder.objects.get(employee_number=value.employee_number)
        view = _view(setting, value, holder)
        return Preview(
            facts=[*_facts(value, holder, view), Fact(_("The holder reads"), value.told)],
            tables=[_touched(view, value), _options(view, value)],
            known=_running(setting),
            finality=[
                _("Forms judged before are not judged again. Every tender is asked again at acceptance."),
                _("It is kept for good; it can be lifted, by two people again, until acceptance."),
            ],
        )

    def said(self, setting: Setting, value: Exclusion) -> str:
        return _("{what} is excluded from {day}.").format(what=value.subject, day=date_text(value.effective_on))


class LiftForm(WantedForm):
    exclusion = forms.ChoiceField(
        label=gettext_lazy("Which exclusion"), error_messages={"required": gettext_lazy("Choose an exclusion.")}
    )
    effective_on = day_field(gettext_lazy("Lifted from the start of"))
    reason = forms.CharField(
        label=gettext_lazy("Why it is lifted"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        field, rows = self.fields["exclusion"], Exclusion.objects.filter(offer=setting.loaded.offer)
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (str(row.pk), _("{n}: {what}").format(n=row.number, what=row.subject))
                for row in rows.filter(lifted__isnull=True)
            ]


class LiftPage(Guarded[ExclusionLifted]):
    step = LIFT
    lede = gettext_lazy("From that day the person or the option is judged by the terms and the facts on file again.")
    button = gettext_lazy("Lift the exclusion")
    letters = ("exclusion_lifted",)
    form_class = LiftForm
    approve_permission = APPROVE
    previews_at_once = False

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"exclusion": request.GET["exclusion"]} if "exclusion" in request.GET else {}

    def back(self, setting: Setting) -> Link:
        return Link(_("Exceptions"), exceptions_url(setting.code))

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[ExclusionLifted]:
        found = Exclusion.objects.get(pk=form.cleaned_data["exclusion"])
        if setting.user is not None and is_own(setting.user, _holder(found.employee_number)):
            return Refused([Refusal("exclude_own")])
        return lift_exclusion(
            exclusion=UUID(form.cleaned_data["exclusion"]),
            effective_on=form.cleaned_data["effective_on"],
            reason=form.cleaned_data["reason"],
            actor=setting.actor,
            at=form.instant(),
            proposed_by=setting.proposer,
            approved_by=_approver(setting),
        )

    def headline(self, setting: Setting, form: Any) -> str:
        found = Exclusion.objects.get(pk=form.cleaned_data["exclusion"])
        return _("Lift exclusion {number}").format(number=found.number)

    def excluded(self, wanted: Mapping[str, Any]) -> Holder | None:
        found = Exclusion.objects.filter(pk=wanted["exclusion"]).first()
        return _holder(found.employee_number) if found is not None else None

    def is_about(self, value: ExclusionLifted, user: User) -> bool:
        return is_own(user, _holder(value.exclusion.employee_number))

    def describe(self, setting: Setting, form: Any, value: ExclusionLifted) -> Preview:
        row = value.exclusion
        holder = Holder.objects.get(employee_number=row.employee_number)
        view = _view(setting, row, holder)
        return Preview(
            facts=[
                *_facts(row, holder, view),
                Fact(_("Lifted from"), date_text(value.effective_on)),
                Fact(_("Why it is lifted"), value.reason),
            ],
            tables=[_touched(view, row), _options(view, row)],
            known=_running(setting),
            finality=[
                _("A form that was rejected meanwhile stays rejected: the holder may send a new one in time."),
                _("Every tender is asked again at acceptance."),
            ],
        )

    def said(self, setting: Setting, value: ExclusionLifted) -> str:
        day = date_text(value.effective_on)
        return _("The exclusion of {what} is lifted from {day}.").format(what=value.exclusion.subject, day=day)


def _holder(number: str) -> Holder | None:
    return Holder.objects.filter(employee_number=number).first()


def _view(setting: Setting, row: Exclusion, holder: Holder) -> HolderView:
    """The holder's options and forms, as they stand with what was just written."""
    return holder_view(row.offer, holder, setting.now, load(row.offer))


def _facts(row: Exclusion, holder: Holder, view: HolderView) -> list[Fact]:
    reached = [
        option for option in view.options if not row.grant_number or option.grant.grant_number == row.grant_number
    ]
    shares = sum(option.outstanding for option in reached)
    counted = _("{options}, {shares} outstanding").format(
        options=counted_options_text(len(reached)), shares=counted_shares_text(shares)
    )
    what = _("Option {number}").format(number=row.grant_number) if row.grant_number else _("The person")
    facts = [
        Fact(_("Who"), holder.legal_name, more=holder.employee_number),
        Fact(_("What is excluded"), what, more=counted),
        Fact(_("Excluded from"), date_text(row.effective_on)),
        Fact(_("Legal reason"), row.reason),
    ]
    mates = [mate for option in reached for mate in option.mates if row.grant_number]
    if mates:
        told = _("It goes with the excluded half or not at all: it cannot be tendered alone while this stands.")
        facts.append(Fact(_("The other half of its pair"), ", ".join(mates), more=told))
    return facts


def _touched(view: HolderView, row: Exclusion) -> Table:
    """The form in force that tenders what is excluded, or the other half of its pair."""
    form = view.forms.election_in_force
    mates = {mate for one in view.options if one.grant.grant_number == row.grant_number for mate in one.mates}
    names = {row.grant_number, *mates}
    grants = [number for number in view.forms.tendered if not row.grant_number or number in names]
    rows = [[Cell(form.number, url=form_url(form)), ", ".join(grants)]] if form is not None and grants else []
    return table(
        _("Forms in force that it touches; asked again at acceptance"),
        [_("Form"), _("Options tendered on it")],
        rows,
        empty=_("None."),
    )


def _options(view: HolderView, row: Exclusion) -> Table:
    rows = [
        [Cell(one.grant.grant_number), one.grant.plan, one.price, one.outstanding]
        for one in view.options
        if not row.grant_number or one.grant.grant_number == row.grant_number
    ]
    heads = [_("Option"), _("Plan"), _("Exercise price"), _("Outstanding")]
    return table(_("Options that it reaches"), heads, rows, empty=_("None."))


def _running(setting: Setting) -> list[Section]:
    if setting.loaded.timeline.state(setting.now) is State.DRAFT:
        return []
    return [Section(_("The offer runs"), text=_("Counsel is flagged: this is done after the offer was opened."))]
