"""Recording one paper form: find the person, transcribe the form, see how it is judged, record it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.translation import gettext as _

from exchange.elections.actions import Recorded, record_forms
from exchange.elections.models import Channel, Form
from exchange.elections.reads import Judged, holder_view
from exchange.elections.records import Submission
from exchange.elections.scans import ScanFile, attach_scan
from exchange.kernel.results import Refused, Result
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import instant_text
from exchange.offers.models import Offer
from exchange.offers.reads import now_for
from exchange.people.models import Holder
from exchange.people.reads import find_people
from exchange.staff import words
from exchange.staff.actors import actor_of, is_own, user_of
from exchange.staff.admin.base import record_url
from exchange.staff.attempt import Outcome, Preview, carry_out, try_out
from exchange.staff.edge import edge_for
from exchange.staff.forms_words import defect_text, form_url
from exchange.staff.frame import page
from exchange.staff.paper_forms import LineForm, PaperForm, lines_of, with_more_lines
from exchange.staff.parts import Cell, Fact, Link, table
from exchange.staff.scan_forms import ScanForm
from exchange.staff.steps import PAPER, why_not_for_self

MOST_FOUND = 20


def paper_form(request: HttpRequest, code: str) -> HttpResponse:
    offer = get_object_or_404(Offer, code=code)
    if request.method == "POST" or "person" in request.GET or "unknown" in request.GET:
        return _Transcription(request, offer).answer()
    return _find(request, offer)


def _find(request: HttpRequest, offer: Offer) -> HttpResponse:
    """The person by a part of the number, name or e-mail address; or someone whose number is not on file.

    The one person who fits is gone to at once.
    """
    query = request.GET.get("q", "").strip()
    rows: list[list[object]] = []
    if query:
        found = list(find_people(query)[:MOST_FOUND])
        exact = [holder for holder in found if holder.employee_number.casefold() == query.casefold()] or found
        if len(exact) == 1 and not is_own(request.user, exact[0]):
            return HttpResponseRedirect(f"{PAPER.url(offer.code)}?person={exact[0].pk}")
        for holder in found:
            if is_own(request.user, holder):
                rows.append([Cell(holder.employee_number, more=why_not_for_self()), holder.legal_name, ""])
            else:
                url = f"{PAPER.url(offer.code)}?person={holder.pk}"
                rows.append([Cell(holder.employee_number, url=url), holder.legal_name, holder.department])
    heads = [_("Employee number"), _("Name"), _("Department")]
    return page(
        request,
        "staff/paper_find.html",
        {
            "offer": offer,
            "query": query,
            "table": table(_("People who fit"), heads, rows),
            "unknown_url": f"{PAPER.url(offer.code)}?unknown=1",
            "most": MOST_FOUND if len(rows) == MOST_FOUND else 0,
            "back": Link(offer.code, record_url(offer)),
        },
    )


class _Transcription:
    """One request to the page on which a form is transcribed."""

    def __init__(self, request: HttpRequest, offer: Offer) -> None:
        self.request, self.offer = request, offer
        edge = edge_for(request, offer)
        if edge.loaded is None:
            raise RuntimeError("an offer has terms")
        self.loaded, self.now = edge.loaded, edge.now
        person = (request.POST if request.method == "POST" else request.GET).get("person", "")
        self.holder = get_object_or_404(Holder, pk=person) if person.isdigit() else None
        if is_own(request.user, self.holder):
            raise PermissionDenied(why_not_for_self())
        self.view = holder_view(offer, self.holder, edge.now) if self.holder else None
        self.step = request.POST.get("step", "")
        data: Any = request.POST if request.method == "POST" else None
        if self.step == "more":
            data = with_more_lines(data)
        suggested = "" if data is not None else suggested_number(offer)
        now = min(edge.now, edge.latest).replace(second=0, microsecond=0)
        self.form = PaperForm(data, loaded=self.loaded, holder=self.holder, suggested=suggested, now=now)
        self.lines = lines_of(data, self.view)
        self.scan = ScanForm(request.POST, request.FILES) if self.step == "record" else ScanForm()
        self.problems: list[str] = []

    def answer(self) -> HttpResponse:
        if not self.form.is_bound or self.step in {"more", "change"}:
            if self.form.is_bound:
                self._forget_errors()
            return self._ask()
        if not (self.form.is_valid() and self.lines.is_valid() and self._lines_fit()):
            return self._ask()
        if self.step == "record" and self.scan.is_valid():
            return self._record()
        return self._show(try_out(self._act, self._describe))

    def _forget_errors(self) -> None:
        """More room or another look is not yet an attempt."""
        self.form.errors.clear()
        for line in self.lines.forms:
            line.errors.clear()

    def _listed(self) -> list[LineForm]:
        return [line for line in self.lines.forms if line.counts]

    def _lines_fit(self) -> bool:
        if self.form.cleaned_data["kind"] == "withdrawal" and self._listed():
            self.form.add_error("kind", _("A Notice to Withdraw lists no options; it withdraws everything."))
            return False
        return True

    def _submission(self) -> Submission:
        return self.form.submission([line.facts() for line in self._listed()])

    def _act(self) -> Result[Recorded]:
        at = now_for(self.offer) if self.offer.is_replay else None
        user = user_of(self.request.user)
        actor = actor_of(user)
        result = record_forms(
            code=self.offer.code, submissions=[self._submission()], recorded_by=user, actor=actor, at=at
        )
        scan: ScanFile | None = self.scan.file() if self.step == "record" else None
        if isinstance(result, Refused) or scan is None or not result.value.forms:
            return result
        form = result.value.forms[0][0]
        attached = attach_scan(form=form, file=scan, actor=actor, at=form.recorded_at)
        return attached if isinstance(attached, Refused) else result

    def _describe(self, value: Recorded) -> Preview:
        if not value.forms:
            return Preview()
        form, judged = value.forms[0]
        zone = self.loaded.zone
        facts = [
            Fact(_("Number"), form.number, more=form.get_kind_display()),
            Fact(_("From"), str(self.holder) if self.holder else form.employee_number or _("No number")),
            Fact(_("Received"), instant_text(form.received_at, zone), more=form.get_channel_display()),
            Fact(_("It will be"), words.say(words.STATUS, judged.status), mark=words.MARKS.get(judged.status, "")),
        ]
        tables = []
        if judged.defects:
            rows: list[list[object]] = [[code, words.say(words.FORM, code)] for code in judged.defects]
            tables.append(table(_("Defects of the form"), [_("Code"), _("What it means")], rows))
        if form.kind == "election":
            tables.append(self._judged_lines(judged))
        return Preview(
            facts=facts,
            tables=tables,
            finality=[_("A recorded form is never changed or removed. Two people mend a slip, by a new entry.")],
        )

    def _judged_lines(self, judged: Judged) -> Any:
        found = dict(enumerate(judged.lines))
        rows: list[list[object]] = []
        for index, line in enumerate(self._listed()):
            facts, result = line.facts(), found.get(index)
            said = " ".join(defect_text(words.LINE, code) for code in result.defects) if result else ""
            status = words.say(words.STATUS, result.status) if result else _("Not examined")
            rows.append(
                [
                    facts.grant_number,
                    facts.grant_date,
                    facts.exercise_price,
                    facts.shares,
                    Cell(status, mark=words.MARKS.get(result.status, "") if result else "", more=said),
                ]
            )
        heads = [_("Grant"), _("Granted"), _("Exercise price"), _("Shares"), _("Line")]
        return table(_("Options listed"), heads, rows, empty=_("The form lists no options."))

    def _record(self) -> HttpResponse:
        outcome = carry_out(self._act, self._describe, self.request.POST.get("digest", ""))
        if not outcome.is_done or not outcome.value.forms:
            if outcome.preview is not None and not outcome.is_done:
                self.problems.append(
                    _("Something has changed since you saw this. Nothing was recorded. This is how it stands now.")
                )
            return self._show(outcome)
        form, judged = outcome.value.forms[0]
        text = _("Form {number} is recorded: {status}.").format(
            number=form.number, status=words.say(words.STATUS, judged.status)
        )
        another = format_html('<a href="{}">{}</a>', PAPER.url(self.offer.code), _("Record another"))
        messages.success(self.request, format_html("{} {}", text, another))
        return HttpResponseRedirect(form_url(form))

    def _ask(self) -> HttpResponse:
        form = self.form
        groups = {
            name: [form[field] for field in fields if field in form.fields]
            for name, fields in (
                ("receipt", ("employee_number", *PaperForm.RECEIPT)),
                ("signature", PaperForm.SIGNATURE),
                ("ticks", PaperForm.TICKS),
                ("contact", PaperForm.CONTACT),
            )
        }
        heads = [LineForm.LABELS[name] for name in LineForm.LABELS]
        return self._page("staff/paper_form.html", {**groups, "heads": heads})

    def _show(self, outcome: Outcome[Recorded]) -> HttpResponse:
        already = isinstance(outcome.result, Refused) is False and not outcome.value.forms
        return self._page(
            "staff/paper_preview.html",
            {
                "preview": None if already else outcome.preview,
                "already": already,
                "scan": self.scan,
                "reasons": [sentence(reason, self.loaded.zone) for reason in outcome.reasons],
            },
        )

    def _page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        return page(
            self.request,
            template,
            {
                "offer": self.offer,
                "form": self.form,
                "lines": self.lines,
                "holder": self.holder,
                "options": words.OPTION,
                "reasons_of_person": [words.say(words.PERSON, code) for code in self.view.person_reasons]
                if self.view
                else [],
                "problems": self.problems,
                "back": Link(_("Find another person"), PAPER.url(self.offer.code)),
                **context,
            },
        )


def suggested_number(offer: Offer) -> str:
    """The next free number for a paper form that carries none of its own."""
    taken = set(
        Form.objects.filter(offer=offer, number__startswith="P-", mends__isnull=True)
        .exclude(channel=Channel.PORTAL)
        .values_list("number", flat=True)
    )
    next_one = len(taken) + 1
    while f"P-{next_one:04d}" in taken:
        next_one += 1
    return f"P-{next_one:04d}"
