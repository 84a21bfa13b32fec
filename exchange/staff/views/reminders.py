"""Reminders of the deadline: the schedule, each with whom it reaches, to add and take away; and one to send now."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.elections.models.reminders import Audience
from exchange.elections.reminders import (
    MOST_DAYS,
    Planned,
    Reach,
    Reminded,
    change_reminder,
    instant_of,
    key_of,
    reach,
    schedule,
    send_now,
    sent,
)
from exchange.kernel.results import Refused, Result
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import shares_text
from exchange.notices.models import Message
from exchange.offers.actions import Override
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded
from exchange.offers.rules import State as OfferState
from exchange.people.models import Holder
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.attempt import Preview
from exchange.staff.edge import Edge, edge_for
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Link, Section, Table, instant_cell, table
from exchange.staff.steps import Step
from exchange.staff.views.guarded import Guarded, Setting, WantedForm

DUTY = "staff.manage_reminders"
SEND_NOW = Step("remind-now", gettext_lazy("Send a reminder now"), DUTY, frozenset({OfferState.OPEN}))


class ReminderForm(forms.Form):
    business_days = forms.IntegerField(
        label=gettext_lazy("Business days before the deadline"),
        help_text=gettext_lazy("0 is the day itself. It goes out at 9:00 a.m. in the offer’s zone."),
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={
            "required": gettext_lazy("State how many business days before the deadline it goes out."),
            "invalid": gettext_lazy("State a whole number of business days."),
            "min_value": gettext_lazy("The last reminder goes out on the day of the deadline: 0 at least."),
            "max_value": gettext_lazy("State at most %(limit_value)s business days before the deadline."),
        },
    )
    audience = forms.ChoiceField(label=gettext_lazy("To whom"), choices=Audience.choices, widget=forms.RadioSelect)


def reminders(request: HttpRequest, code: str) -> HttpResponse:
    """The schedule of an offer; staff who may add a reminder, change whom it goes to, or take one away."""
    offer = get_object_or_404(Offer, code=code)
    edge = edge_for(request, offer)
    if edge.loaded is None:
        raise RuntimeError("an offer has terms")
    may = request.user.has_perm(DUTY)
    form = ReminderForm(initial={"audience": Audience.WITHOUT_FORM})
    problems: list[str] = []
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        taken = request.POST.get("take_away", "")
        form = ReminderForm(request.POST if not taken else None, initial={"audience": Audience.WITHOUT_FORM})
        if taken.isdigit() or form.is_valid():
            days = int(taken) if taken.isdigit() else form.cleaned_data["business_days"]
            audience = "" if taken.isdigit() else form.cleaned_data["audience"]
            actor = actor_of(request.user)
            result = change_reminder(code=code, business_days=days, audience=audience, actor=actor, at=edge.moment)
            if not isinstance(result, Refused):
                messages.success(request, _("The schedule is changed, and the log says by whom."))
                return HttpResponseRedirect(reverse("staff:reminders", args=[code]))
            problems = [sentence(reason, edge.zone) for reason in result.reasons]
    state = edge.loaded.timeline.state(edge.now)
    is_open = state is OfferState.OPEN
    found = reach(edge.loaded, edge.now) if state in {OfferState.SCHEDULED, OfferState.OPEN} else None
    return page(
        request,
        "staff/reminders.html",
        {
            "offer": offer,
            "table": _schedule(edge.loaded, edge, found),
            "takeable": [
                planned
                for planned in schedule(edge.loaded)
                if may and is_open and _is_ahead(edge.loaded, planned, edge)
            ],
            "form": form if may and is_open else None,
            "problems": problems,
            "send_now": SEND_NOW.url(code) if may and is_open else "",
            "preview": _preview_url(code, found),
            "back": Link(code, record_url(offer)),
        },
    )


def _preview_url(code: str, found: Reach | None) -> str:
    """The letter as the first of those it would reach gets it; that page writes the look down."""
    url = reverse("staff:letter-of-offer", args=[code, "reminder"])
    first = Holder.objects.filter(pk__in=found.eligible[:1]).first() if found else None
    return f"{url}?person={first.employee_number}" if first else url


def _is_ahead(loaded: Loaded, planned: Planned, edge: Edge) -> bool:
    due = instant_of(loaded, planned)
    return due is not None and due > edge.now


def _schedule(loaded: Loaded, edge: Edge, found: Reach | None) -> Table:
    gone = sent(loaded.offer)
    rows: list[list[object]] = []
    for planned in schedule(loaded):
        due, letters = instant_of(loaded, planned), gone.get(key_of(loaded, planned))
        if letters is not None:
            state = Cell(_("Sent"), mark="done", more=_letters(letters))
        elif due is not None and not _is_ahead(loaded, planned, edge):
            state = Cell(_("Passed"), more=_("It did not go out."))
        else:
            count = len(found.of(planned.audience)) if found else 0
            state = Cell(
                _("Planned"), mark="act", more=_("{letters} today").format(letters=_letters(count)) if found else ""
            )
        rows.append(
            [
                Cell(
                    days_text(planned.business_days), more=_("by the terms") if planned.is_from_terms else _("added")
                ),
                instant_cell(due, loaded.zone),
                str(Audience(planned.audience).label),
                state,
            ]
        )
    by_hand = [(key, count) for key, count in gone.items() if ":now:" in key]
    for key, count in by_hand:
        rows.append(
            [
                Cell(_("By hand, number {n}").format(n=key.rpartition(":")[2])),
                "",
                "",
                Cell(_("Sent"), mark="done", more=_letters(count)),
            ]
        )
    heads = [_("When"), _("At"), _("To whom"), _("State")]
    return table(_("Reminders by the deadline as it is now"), heads, rows)


def _letters(count: int) -> str:
    return ngettext("%(n)s letter", "%(n)s letters", count) % {"n": shares_text(count)}


def days_text(days: int) -> str:
    if days == 0:
        return _("On the day")
    return ngettext("%(n)d business day before", "%(n)d business days before", days) % {"n": days}


class NowForm(WantedForm):
    audience = forms.ChoiceField(
        label=gettext_lazy("To whom"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        initial=Audience.WITHOUT_FORM,
    )


class RemindNowPage(Guarded[Reminded]):
    step = SEND_NOW
    is_long = True
    letters = ("reminder",)
    lede = gettext_lazy("A reminder of the deadline goes out at once, beside those of the schedule.")
    button = gettext_lazy("Send the reminder")
    form_class = NowForm

    def back(self, setting: Setting) -> Link:
        return Link(_("Reminders"), reverse("staff:reminders", args=[setting.code]))

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Reminded]:
        return send_now(
            code=setting.code, audience=form.cleaned_data["audience"], actor=setting.actor, at=form.instant()
        )

    def describe(self, setting: Setting, form: Any, value: Reminded) -> Preview:
        number = value.key.rpartition(":")[2]
        written = Message.objects.filter(
            offer_key=setting.code, kind="reminder", key__contains=f":now{number}:"
        ).order_by("key")
        facts = [
            Fact(_("Letters"), shares_text(value.letters), more=str(Audience(form.cleaned_data["audience"]).label)),
            Fact(_("By hand, number"), number, more=_("It goes once: pressed again, nothing more is sent.")),
        ]
        first = written.first()
        known = (
            [Section(_("The letter to the first of them: {subject}").format(subject=first.subject), text=first.text)]
            if first
            else []
        )
        finality = [_("A letter that was sent cannot be called back.")]
        return Preview(facts, known=known, finality=finality)

    def said(self, setting: Setting, value: Reminded) -> str:
        return _("Written: {letters}. They go out at once.").format(letters=_letters(value.letters))

    def after(self, setting: Setting) -> str:
        return list_url(Message)
