"""Mending the transcription of a paper form: one person prepares what it says, a second one checks it on the scan."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.actions import Mendable, confirm_mend, decline_mend, prepare_mend
from exchange.elections.mends import differences, has_seen_scan, scans_of, waiting_mends, wanted_of
from exchange.elections.models import Channel, Form
from exchange.elections.models.mends import Mend, MendDecision
from exchange.elections.reads import Judged, holder_view
from exchange.elections.records import Submission, submission_of
from exchange.kernel.results import Refused, Result
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import instant_text
from exchange.people.models import Holder, User
from exchange.staff import looks
from exchange.staff.actors import actor_of, is_own, shown_actor
from exchange.staff.attempt import Outcome, Preview, carry_out, try_out
from exchange.staff.edge import Edge, edge_for, edge_of
from exchange.staff.forms_words import form_url, status_cell
from exchange.staff.frame import page
from exchange.staff.paper_forms import LineForm, MendForm, PaperForm, mended_lines, with_more_lines
from exchange.staff.parts import Cell, Fact, Link, Table, instant_cell, table
from exchange.staff.steps import why_not_for_self

CONFIRM, DECLINE = "confirm", "decline"


def mends(request: HttpRequest) -> HttpResponse:
    """Prepared entries that wait for a second person."""
    edge = edge_of(request)
    rows: list[list[object]] = []
    for mend in waiting_mends(edge.offer) if edge.offer else ():
        form = mend.form
        who = form.holder.legal_name if form.holder else form.employee_number
        rows.append(
            [
                Cell(form.number, url=reverse("staff:mend", args=[mend.pk])),
                Cell(who, more=form.employee_number),
                mend.reason,
                shown_actor(mend.actor),
                instant_cell(mend.at, edge.zone),
            ]
        )
    heads = [_("Form"), _("From"), _("What was copied wrongly"), _("Prepared by"), _("At")]
    return page(request, "staff/mends.html", {"table": table(_("Entries to check"), heads, rows)})


def prepare(request: HttpRequest, form_id: UUID) -> HttpResponse:
    form = get_object_or_404(
        Form.objects.exclude(channel=Channel.PORTAL).select_related("holder", "offer"), pk=form_id
    )
    if is_own(request.user, form.holder):
        raise PermissionDenied(why_not_for_self())
    return _Preparing(request, form).answer()


def scan_links(form: Form, zone: str) -> list[Link]:
    """The scans of a paper form, to open beside its entry; every look is logged."""
    return [
        Link(
            _("Open the scan attached {at}").format(at=instant_text(scan.attached_at, zone)),
            reverse("staff:scan", args=[scan.pk]),
        )
        for scan in scans_of(form)
    ]


class _Preparing:
    """One request to the page on which a new entry is prepared."""

    def __init__(self, request: HttpRequest, record: Form) -> None:
        self.request, self.record = request, record
        self.edge = edge_for(request, record.offer)
        if self.edge.loaded is None:
            raise RuntimeError("an offer has terms")
        self.loaded = self.edge.loaded
        self.before = submission_of(record)
        self.step = request.POST.get("step", "")
        data: Any = request.POST if request.method == "POST" else None
        if self.step == "more":
            data = with_more_lines(data)
        view = holder_view(record.offer, record.holder, self.edge.now) if record.holder else None
        self.form = MendForm(data, loaded=self.loaded, entry=self.before)
        self.lines = mended_lines(data, self.before, view)
        self.problems: list[str] = []

    def answer(self) -> HttpResponse:
        if not self.form.is_bound or self.step in {"more", "change"}:
            if self.form.is_bound:
                self.form.errors.clear()
                for line in self.lines.forms:
                    line.errors.clear()
            return self._ask()
        if not (self.form.is_valid() and self.lines.is_valid() and self._lines_fit()):
            return self._ask()
        if self.step != "prepare":
            return self._show(try_out(self._act, self._describe))
        outcome = carry_out(self._act, self._describe, self.request.POST.get("digest", ""))
        if not outcome.is_done:
            if outcome.preview is not None:
                self.problems.append(
                    _("Something has changed since you saw this. Nothing was done. This is how it stands now.")
                )
            return self._show(outcome)
        told = _("The new entry of form {number} waits for a second person. Until then nothing changes.")
        messages.success(self.request, told.format(number=self.record.number))
        return HttpResponseRedirect(form_url(self.record))

    def _lines_fit(self) -> bool:
        if self.form.cleaned_data["kind"] == "withdrawal" and any(line.counts for line in self.lines.forms):
            self.form.add_error("kind", _("A Notice to Withdraw lists no options; untick them."))
            return False
        return True

    def _act(self) -> Result[Mendable]:
        return prepare_mend(
            code=self.record.offer.code,
            number=self.record.number,
            wanted=self.form.submission([line.facts() for line in self.lines.forms if line.counts]),
            reason=self.form.cleaned_data["reason"],
            prepared_by=self.request.user if isinstance(self.request.user, User) else None,
            actor=actor_of(self.request.user),
            at=self.edge.moment,
        )

    def _describe(self, value: Mendable) -> Preview:
        _look(self.request, self.record, wanted_of(value.mend))
        return described(value, self.edge)

    def _ask(self) -> HttpResponse:
        form = self.form
        receipt = [form[name] for name in ("employee_number", *PaperForm.RECEIPT) if name in form.fields]
        groups = {
            "receipt": receipt,
            "signature": [form[name] for name in PaperForm.SIGNATURE],
            "ticks": [form[name] for name in PaperForm.TICKS],
            "contact": [form[name] for name in PaperForm.CONTACT],
        }
        return self._page("staff/mend_form.html", {**groups, "heads": list(LineForm.LABELS.values())})

    def _show(self, outcome: Outcome[Mendable]) -> HttpResponse:
        reasons = [sentence(reason, self.loaded.zone) for reason in outcome.reasons]
        return self._page("staff/mend_preview.html", {"preview": outcome.preview, "reasons": reasons})

    def _page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        return page(
            self.request,
            template,
            {
                "record": self.record,
                "received": instant_text(self.record.received_at, self.loaded.zone),
                "form": self.form,
                "lines": self.lines,
                "scans": scan_links(self.record, self.loaded.zone),
                "attach_url": reverse("staff:attach-scan", args=[self.record.pk]),
                "problems": self.problems,
                "back": Link(self.record.number, form_url(self.record)),
                **context,
            },
        )


def described(value: Mendable, edge: Edge) -> Preview:
    """What a new entry says otherwise, what it comes to, and what will be in force for whom."""
    before, after = submission_of(value.form), wanted_of(value.mend)
    facts = [
        Fact(_("Form"), value.form.number, more=_("received {at}").format(at=edge.instant(value.form.received_at))),
        Fact(_("Why"), value.mend.reason, more=_("prepared by {who}").format(who=shown_actor(value.mend.actor))),
    ]
    finality = [
        _("The first entry stays on record, and counts no more. What was decided of its defects goes with the form."),
        _("Forms that came later are not judged again. The holder is told by letter what had been copied wrongly."),
    ]
    if before.received_at != after.received_at:
        finality.insert(
            0, _("The instant received is another, and the form is judged by it. The scan itself must show it.")
        )
    if edge.loaded is not None and (edge.loaded.timeline.accepted_at or edge.loaded.timeline.terminated_at):
        finality.insert(
            0, _("The offer has ended: this changes nothing that was accepted, and is flagged for counsel.")
        )
    return Preview(
        facts, [_differing(before, after, edge.zone), _comes_to(value), _in_force(value)], finality=finality
    )


def _differing(before: Submission, after: Submission, zone: str) -> Table:
    rows: list[list[object]] = [[item.what, item.before, item.after] for item in differences(before, after, zone)]
    return table(_("What the two entries say differently"), [_("What"), _("First entry"), _("New entry")], rows)


def _comes_to(value: Mendable) -> Table:
    rows = [
        [_("First entry"), status_cell(value.before), _tendered(value.before)],
        [_("New entry"), status_cell(value.after), _tendered(value.after)],
    ]
    return table(_("How each is judged, at the receipt it says"), [_("Entry"), _("Status"), _("Tenders")], rows)


def _tendered(judged: Judged) -> str:
    return ", ".join(judged.tendered)


def _in_force(value: Mendable) -> Table:
    rows: list[list[object]] = [
        [Cell(holder.legal_name, more=holder.employee_number), before or _("No form"), after or _("No form")]
        for holder, (before, after) in value.in_force.items()
    ]
    empty = _("The number on the form is of nobody on file.")
    return table(_("In force"), [_("Holder"), _("Now"), _("Then")], rows, empty=empty)


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is declined"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def mend(request: HttpRequest, mend_id: UUID) -> HttpResponse:
    """One prepared entry beside the first and the scan: to confirm, to decline, or to take back."""
    found = get_object_or_404(Mend.objects.select_related("form__holder", "form__offer"), pk=mend_id)
    wanted = wanted_of(found)
    _look(request, found.form, wanted)
    is_mine = is_own(request.user, found.form.holder) or _names_user(request, wanted)
    edge, actor = edge_for(request, found.form.offer), actor_of(request.user)
    decision = MendDecision.objects.filter(mend=found).first()
    user = request.user if isinstance(request.user, User) else None
    may_act = request.user.has_perm("staff.confirm_mends") and not is_mine and decision is None
    if request.method == "POST" and not may_act:
        raise PermissionDenied

    def act() -> Result[Mendable]:
        return confirm_mend(mend=found, confirmed_by=user, actor=actor, at=edge.moment)

    problems: list[str] = []
    decline = DeclineForm(request.POST if request.POST.get("step") == DECLINE else None)
    if request.POST.get("step") == DECLINE and decline.is_valid():
        reason = decline.cleaned_data["reason"]
        declined = decline_mend(mend=found, reason=reason, actor=actor, at=edge.moment)
        if not isinstance(declined, Refused):
            messages.success(request, f"{declined.value.get_verdict_display()}.")
            return HttpResponseRedirect(form_url(found.form))
        problems = [sentence(reason, edge.zone) for reason in declined.reasons]
    elif request.POST.get("step") == CONFIRM:
        outcome = carry_out(act, lambda value: described(value, edge), request.POST.get("digest", ""))
        if outcome.is_done:
            told = _("Entry {number} stands in the place of form {form}. The holder is told.")
            messages.success(request, told.format(number=outcome.value.entry.number, form=found.form.number))
            return HttpResponseRedirect(form_url(outcome.value.entry))
        problems = [sentence(reason, edge.zone) for reason in outcome.reasons] or [
            _("Something has changed since you saw this. Nothing was done. This is how it stands now.")
        ]
    tried = try_out(act, lambda value: described(value, edge)) if may_act else None
    return page(
        request,
        "staff/mend.html",
        {
            "mend": found,
            "decision": decision,
            "is_preparer": found.actor == actor,
            "may_act": may_act,
            "why_not": why_not_for_self() if is_mine else "",
            "has_seen": has_seen_scan(found, actor),
            "preview": tried.preview if tried else None,
            "reasons": [sentence(reason, edge.zone) for reason in tried.reasons] if tried else [],
            "differing": _differing(submission_of(found.form), wanted, edge.zone),
            "scans": scan_links(found.form, edge.zone),
            "form": decline,
            "problems": problems,
            "prepared": _("Prepared by {who} on {at}: {reason}").format(
                who=shown_actor(found.actor), at=edge.instant(found.at), reason=found.reason
            ),
            "back": Link(found.form.number, form_url(found.form)),
        },
    )


def _look(request: HttpRequest, form: Form, wanted: Submission) -> None:
    """Whoever the new entry says that the form is of is looked at too, where that is another one than it was."""
    for holder in Holder.objects.filter(employee_number=wanted.employee_number).exclude(pk=form.holder_id or 0):
        looks.also(request, holder, "form", form.number)


def _names_user(request: HttpRequest, wanted: Submission) -> bool:
    """Whether the new entry would make it the user's own form."""
    return is_own(request.user, Holder.objects.filter(employee_number=wanted.employee_number).first())
