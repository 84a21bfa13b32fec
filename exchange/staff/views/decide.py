"""Deciding on one defect: what it is, then one guarded page for each act: a day to cure, cure, waive, reject."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.actions import ask_for_cure, decide_defect
from exchange.elections.actions.decide import CURE, REJECT, WAIVE, Decided
from exchange.elections.decisions import Reached
from exchange.elections.models import Form, Purpose, Scan
from exchange.elections.models.decisions import CureRequest, Decision, Verdict
from exchange.elections.scans import attach_scan, digest_of, read_file
from exchange.kernel.results import Refusal, Refused, Result
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import date_text, instant_text, shares_text
from exchange.offers.actions import Override
from exchange.people.models import User
from exchange.staff.actors import actor_of, is_own
from exchange.staff.attempt import Preview
from exchange.staff.decided import ACTS, Subject, defect_words, history, may_be_waived, on_words, reached_table
from exchange.staff.edge import edge_for
from exchange.staff.fields import day_field
from exchange.staff.forms_words import form_url
from exchange.staff.frame import page
from exchange.staff.parts import Fact, Link, Section
from exchange.staff.steps import AFTER_OPENING, Step, why_not_for_self
from exchange.staff.views.guarded import Guarded, Setting, WantedForm
from exchange.staff.views.visit import answer


def subject_of(request: HttpRequest, form_id: UUID, defect: str) -> Subject:
    """The defect that an address names; not found unless the form has it, forbidden on one's own form."""
    form = get_object_or_404(Form.objects.select_related("holder", "offer"), pk=form_id)
    found = Subject.find(form, defect, request.GET.get("grant", ""))
    if found is None:
        raise Http404
    return found


def decide(request: HttpRequest, form_id: UUID, defect: str) -> HttpResponse:
    """One defect, what was decided of it, and what this user may do about it."""
    subject = subject_of(request, form_id, defect)
    edge = edge_for(request, subject.form.offer)
    own = is_own(request.user, subject.form.holder)
    last = subject.decisions[-1] if subject.decisions else None
    acts = []
    for act, (title, permission, meaning) in ACTS.items():
        if own or not request.user.has_perm(permission) or (act == "waive" and not may_be_waived(defect)):
            continue
        if last is None or (act == "waive" and last.verdict == Verdict.REJECTED):
            acts.append(Link(str(title), subject.url(act), more=str(meaning)))
    rows: list[Decision | CureRequest] = [*subject.requests, *subject.decisions]
    return page(
        request,
        "staff/decide.html",
        {
            "subject": subject,
            "facts": facts_of(subject, edge.zone),
            "history": history(rows, edge.zone, _("What was done about it")) if rows else None,
            "acts": acts,
            "last": last.get_verdict_display() if last else "",
            "why_not": why_not_for_self() if own else "",
            "never_waived": not may_be_waived(defect),
            "back": Link(_("Defects"), reverse("staff:defects")),
        },
    )


def facts_of(subject: Subject, zone: str) -> list[Fact]:
    form = subject.form
    who = form.holder.legal_name if form.holder else form.employee_number
    return [
        Fact(_("Form"), form.number, more=form.get_kind_display(), url=form_url(form)),
        Fact(_("From"), who, more=form.employee_number),
        Fact(_("Received"), instant_text(form.received_at, zone), more=form.get_channel_display()),
        Fact(_("Defect"), subject.defect, more=defect_words(subject.key)),
        Fact(_("On"), on_words(subject.grant)),
    ]


class DecisionForm(WantedForm):
    """What every decision needs. A replay's clock may stand before the form came: then the form's receipt is meant."""

    reason_label: ClassVar[Any] = gettext_lazy("Reason")
    reason_help: ClassVar[Any] = gettext_lazy("Written beside the form and into the audit log, under your name.")

    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )

    def __init__(self, *args: Any, subject: Subject, setting: Setting, **kwargs: Any) -> None:
        self.subject = subject
        super().__init__(*args, setting=setting, **kwargs)
        self.fields["reason"].label = self.reason_label
        self.fields["reason"].help_text = self.reason_help

    def replay_instant(self) -> datetime:
        return max(self.setting.now, self.subject.form.received_at)

    def known(self) -> Sequence[Section]:
        return [Section(_("What it is about"), facts=facts_of(self.subject, self.setting.zone))]


class CureForm(DecisionForm):
    reason_label = gettext_lazy("Why it counts as cured")

    evidence = forms.CharField(
        label=gettext_lazy("What the holder sent"),
        help_text=gettext_lazy("Such as: a letter of 18 July, signed."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write what came.")},
    )
    cured_on = day_field(gettext_lazy("The day it came"))
    file = forms.FileField(
        label=gettext_lazy("A scan of it"),
        help_text=gettext_lazy("PDF, PNG or JPEG, up to 10 MB. It is kept encrypted, and every look at it is logged."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )
    scans = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ("evidence", "cured_on", "file", "reason")

    def __init__(self, *args: Any, problem: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem = problem
        if not settings.SCAN_KEY:
            del self.fields["file"]
        self.fields["cured_on"].initial = self.setting.loaded.date_of(self.replay_instant())
        if self.subject.requests:
            by = date_text(self.subject.requests[-1].by)
            self.fields["cured_on"].help_text = _("It was to come by {day}; later does not count.").format(day=by)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.problem:
            self.add_error("file", self.problem)
        return data

    def shown_by(self) -> list[Scan]:
        """What was uploaded for this cure, kept with the form already. Only after `is_valid`."""
        keys = [key for key in self.cleaned_data["scans"].split() if _is_key(key)]
        kept = Scan.objects.filter(form=self.subject.form, purpose=Purpose.CURE, pk__in=keys)
        return list(kept.defer("content").order_by("attached_at"))


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class AskForm(DecisionForm):
    reason_label = gettext_lazy("What the holder is to send")
    reason_help = gettext_lazy("The holder reads this in the letter, as you write it.")

    by = day_field(gettext_lazy("By the end of"))


class RejectForm(DecisionForm):
    reason_label = gettext_lazy("Why it is rejected")
    reason_help = gettext_lazy("The holder reads this in the letter, as you write it.")


class WaiveForm(DecisionForm):
    reason_label = gettext_lazy("Why it is waived")


class DefectPage(Guarded[Any]):
    """What the guarded pages of a defect share: about which one, by whom, and where one goes on."""

    form_class: ClassVar[type[DecisionForm]]
    is_typed = False

    def __init__(self, subject: Subject, user: User) -> None:
        self.subject, self.user = subject, user

    def form(self, data: Any, setting: Setting, initial: Mapping[str, Any]) -> WantedForm:
        return self.form_class(data, subject=self.subject, setting=setting, initial=initial)

    def back(self, setting: Setting) -> Link:
        return Link(_("Form {number}").format(number=self.subject.form.number), form_url(self.subject.form))

    def named(self, setting: Setting, form: Any) -> dict[str, Any]:
        """The arguments that every action takes."""
        return {
            "code": setting.code,
            "number": self.subject.form.number,
            "defect": self.subject.defect,
            "grant": self.subject.grant,
            "reason": form.cleaned_data["reason"],
            "decided_by": self.user,
            "actor": setting.actor,
            "at": form.instant(),
        }


class Deciding(DefectPage):
    verdict: ClassVar[str]
    finality: ClassVar[Sequence[Any]]

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Decided]:
        return decide_defect(verdict=self.verdict, **self.named(setting, form))

    def describe(self, setting: Setting, form: Any, value: Decided) -> Preview:
        return Preview(
            facts=[*facts_of(self.subject, setting.zone), Fact(_("Reason"), form.cleaned_data["reason"])],
            tables=[reached_table(value.reached, _("What becomes of the form"))],
            finality=[str(text) for text in self.finality],
        )

    def said(self, setting: Setting, value: Decided) -> str:
        return _("{defect} on form {number}: {verdict}. The holder is told where it matters to them.").format(
            defect=value.defect, number=self.subject.form.number, verdict=value.verdict.label
        )


def _step(act: str) -> Step:
    title, permission, _meaning = ACTS[act]
    return Step(f"{act}-defect", title, permission, AFTER_OPENING)


class CurePage(Deciding):
    step = _step("cure")
    lede = gettext_lazy("The holder has put right what was wrong. The form takes its place by the instant received.")
    button = gettext_lazy("Record the cure")
    form_class = CureForm
    verdict = CURE
    problem = ""  # why an uploaded file was not kept

    def form(self, data: Any, setting: Setting, initial: Mapping[str, Any]) -> WantedForm:
        return CureForm(data, subject=self.subject, setting=setting, initial=initial, problem=self.problem)

    def keep(self, request: HttpRequest) -> None:
        """Keep an uploaded file with the form before its cure is previewed; the preview names it by its key."""
        upload = request.FILES.get("file")
        if upload is None:
            return
        found = read_file(upload)
        edge = edge_for(request, self.subject.form.offer)
        if isinstance(found, Refusal):
            self.problem = sentence(found)
            return
        result = attach_scan(
            form=self.subject.form, file=found, purpose=Purpose.CURE, actor=actor_of(request.user), at=edge.now
        )
        kept = Scan.objects.filter(form=self.subject.form, sha256=digest_of(found.body, "")).defer("content").first()
        if kept is None or kept.purpose != Purpose.CURE:
            self.problem = sentence(result.reasons[0]) if isinstance(result, Refused) else ""
            return
        posted = request.POST.copy()
        posted["scans"] = f"{posted.get('scans', '')} {kept.pk}".strip()
        request.POST = posted  # type: ignore[assignment]  # typed as what was sent alone; the page reads it from here

    finality = (
        gettext_lazy("A cure is never taken back. It binds this form alone; the same defect elsewhere stays."),
        gettext_lazy("No form comes into force after which the holder sent a signed Notice or an effective form."),
    )

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Decided]:
        cured = {key: form.cleaned_data[key] for key in ("evidence", "cured_on")}
        return decide_defect(verdict=CURE, files=form.shown_by(), **cured, **self.named(setting, form))

    def describe(self, setting: Setting, form: Any, value: Decided) -> Preview:
        preview = super().describe(setting, form, value)
        came: date = form.cleaned_data["cured_on"]
        fact = Fact(_("What came"), form.cleaned_data["evidence"], more=_("on {day}").format(day=date_text(came)))
        files = form.shown_by()
        shown = ", ".join(scan.sha256[:12] for scan in files) or _(
            "None is attached; the words above are all there is."
        )
        scans = Fact(_("Scans of it"), shares_text(len(files)) if files else _("None"), more=shown)
        return Preview([*preview.facts, fact, scans], preview.tables, preview.known, preview.finality)


class RejectPage(Deciding):
    step = _step("reject")
    lede = gettext_lazy("The defect stays. A form with it has no effect; a line with it is not tendered.")
    button = gettext_lazy("Reject")
    form_class = RejectForm
    verdict = REJECT
    finality = (
        gettext_lazy(
            "It cannot be cured any more; a waiver of this kind of defect for everyone would still reach it."
        ),
        gettext_lazy("The holder is told why, and can send a new form while the offer is open."),
    )


class WaivePage(Deciding):
    step = _step("waive")
    lede = gettext_lazy(
        "Every holder alike is spared this kind of defect, in forms that are here and in those to come."
    )
    button = gettext_lazy("Waive it for everyone")
    form_class = WaiveForm
    verdict = WAIVE
    is_typed = True
    finality = (
        gettext_lazy("A waiver is never taken back, and never for some holders only."),
        gettext_lazy("It reaches forms that come later, and defects of this kind that were rejected before."),
        gettext_lazy("No form comes into force after which the holder sent a signed Notice or an effective form."),
    )

    def describe(self, setting: Setting, form: Any, value: Decided) -> Preview:
        holders = {item.form.holder_id for item in value.reached}
        kind = Fact(_("Kind of defect"), self.subject.defect, more=defect_words(self.subject.key))
        return Preview(
            facts=[
                kind,
                Fact(_("Forms it reaches now"), shares_text(len(value.reached))),
                Fact(_("Holders"), shares_text(len(holders))),
                Fact(_("Come into force"), shares_text(sum(_comes_in(item) for item in value.reached))),
                Fact(_("Reason"), form.cleaned_data["reason"]),
            ],
            tables=[reached_table(value.reached, _("Every holder it reaches"))],
            finality=[str(text) for text in self.finality],
        )

    def said(self, setting: Setting, value: Decided) -> str:
        return _("{defect} is waived for every holder. Forms reached: {n}.").format(
            defect=value.defect, n=shares_text(len(value.reached))
        )


def _comes_in(item: Reached) -> bool:
    return item.is_in_force and item.before.status != item.after.status


class AskPage(DefectPage):
    step = _step("ask")
    lede = gettext_lazy("The holder may cure this by the day you set. A cure that comes later is refused.")
    button = gettext_lazy("Set the day and write to the holder")
    form_class = AskForm

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[CureRequest]:
        return ask_for_cure(by=form.cleaned_data["by"], **self.named(setting, form))

    def describe(self, setting: Setting, form: Any, value: CureRequest) -> Preview:
        return Preview(
            facts=[
                *facts_of(self.subject, setting.zone),
                Fact(_("To be cured by"), date_text(value.by), more=_("the end of that day, by the offer’s clock")),
                Fact(_("What the holder is to send"), value.reason),
            ],
            finality=[_("The letter goes out at once. A later day can be set before this one has passed or after.")],
        )

    def said(self, setting: Setting, value: CureRequest) -> str:
        return _("The holder is told to cure {defect} by {day}.").format(defect=value.defect, day=date_text(value.by))


def guarded(page_class: type[DefectPage]) -> Any:
    """The view of one act on a defect."""

    def view(request: HttpRequest, form_id: UUID, defect: str) -> HttpResponse:
        subject = subject_of(request, form_id, defect)
        if not isinstance(request.user, User) or is_own(request.user, subject.form.holder):
            raise PermissionDenied(why_not_for_self())
        act = page_class(subject, request.user)
        if isinstance(act, CurePage) and request.method == "POST":
            act.keep(request)
        return answer(act, request, subject.form.offer.code)

    return view


DECIDING: tuple[type[DefectPage], ...] = (AskPage, CurePage, WaivePage, RejectPage)
