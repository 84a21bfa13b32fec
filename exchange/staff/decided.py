"""Defects and what was decided of them in the desk's words: one defect as a thing to decide, tables, links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.elections import rules
from exchange.elections.decisions import Key, Reached, as_received, keys_of, verdicts_of
from exchange.elections.mends import entry_after
from exchange.elections.models import Form
from exchange.elections.models.decisions import CureRequest, Decision, Verdict, Waiver
from exchange.elections.reads import judged_of
from exchange.kernel.wording import date_text, shares_text
from exchange.staff import words
from exchange.staff.actors import is_own, shown_actor
from exchange.staff.forms_words import form_url
from exchange.staff.parts import Cell, Link, Section, Table, instant_cell, table

# What one can do about a defect: words, permission, what it means.
ACTS: Mapping[str, tuple[Any, str, Any]] = {
    "ask": (
        gettext_lazy("Set a day to cure it by"),
        "staff.decide_defects",
        gettext_lazy("The holder is told what to send, and by when. Nothing is decided yet."),
    ),
    "cure": (
        gettext_lazy("Record a cure"),
        "staff.decide_defects",
        gettext_lazy("The holder has put it right. It binds this form alone."),
    ),
    "waive": (
        gettext_lazy("Waive this kind of defect for everyone"),
        "staff.waive_defects",
        gettext_lazy("The company takes no notice of this kind of defect: every holder alike, forms to come as well."),
    ),
    "reject": (
        gettext_lazy("Reject it"),
        "staff.decide_defects",
        gettext_lazy("The defect stays, and what it is on has no effect. The holder is told why."),
    ),
}
VERDICT_MARKS = {Verdict.CURED: "done", Verdict.WAIVED: "done", Verdict.REJECTED: "lost"}


def defect_words(key: Key) -> str:
    return words.say(words.LINE if key[0] else words.FORM, key[1])


def on_words(grant_number: str) -> str:
    """What a defect is on."""
    return _("Option {grant}").format(grant=grant_number) if grant_number else _("The form")


def may_be_waived(defect: str) -> bool:
    return defect not in rules.NEVER_WAIVED | rules.REJECTING


@dataclass(frozen=True)
class Subject:
    """One defect of one form, decided or not; `decisions` and `requests` are all of it, oldest first."""

    form: Form
    key: Key
    decisions: Sequence[Decision]
    requests: Sequence[CureRequest]

    @classmethod
    def find(cls, form: Form, defect: str, grant: str) -> "Subject | None":
        """The defect as it was found at the form's receipt, or None."""
        known = keys_of(judged_of(as_received([form])[form.pk]))
        key = (grant, defect)
        decisions = list(form.decisions.filter(grant_number=grant, defect=defect).order_by("number"))
        if key not in known and not decisions:
            return None
        requests = list(form.cure_requests.filter(grant_number=grant, defect=defect).order_by("number"))
        return cls(form, key, decisions, requests)

    @property
    def grant(self) -> str:
        return self.key[0]

    @property
    def defect(self) -> str:
        return self.key[1]

    def url(self, act: str = "") -> str:
        return decide_url(self.form, self.key, act)


def decide_url(form: Form, key: Key, act: str = "") -> str:
    """Where a defect is decided, or one act of it; a line's grant goes in the query."""
    name = f"staff:{act}-defect" if act else "staff:decide"
    query = f"?{urlencode({'grant': key[0]})}" if key[0] else ""
    return reverse(name, args=[form.pk, key[1]]) + query


def history(made: Sequence[Decision | CureRequest], zone: str, caption: str) -> Table:
    """Decisions and days that were set, as a table in order."""
    rows: list[list[object]] = []
    for row in sorted(made, key=lambda row: (row.at, row.number)):
        if isinstance(row, Decision):
            file = row.files.first() if row.verdict == Verdict.CURED else None
            url = reverse("staff:scan", args=[file.scan_id]) if file else ""
            mark = VERDICT_MARKS[Verdict(row.verdict)]
            said = Cell(row.get_verdict_display(), url=url, mark=mark, more=_evidence(row))
        else:
            said = Cell(_("To be cured by {day}").format(day=date_text(row.by)), mark="time")
        rows.append(
            [
                Cell(on_words(row.grant_number)),
                Cell(row.defect),
                said,
                row.reason,
                instant_cell(row.at, zone),
                shown_actor(row.actor),
            ]
        )
    heads = [_("On"), _("Defect"), _("Decided"), _("Reason"), _("At"), _("By")]
    return table(caption, heads, rows)


def _evidence(row: Decision) -> str:
    if row.verdict == Verdict.WAIVED:
        return _("for every holder alike")
    if row.cured_on is None:
        return ""
    came = _("came on {day}").format(day=date_text(row.cured_on))
    return f"{came}: {row.evidence}" if row.evidence else came


def form_sections(form: Form, zone: str) -> list[Section]:
    """What was decided of a form's defects, on its record."""
    rows: list[Decision | CureRequest] = [*form.decisions.all(), *form.cure_requests.all()]
    if not rows:
        return []
    caption = _("Kept beside the form, which is never changed")
    return [Section(_("Decisions on its defects"), table=history(rows, zone, caption))]


def form_links(form: Form, request: HttpRequest) -> list[Link]:
    """Links to decide what of a form's defects is open; none for one's own form or one past deciding."""
    if not request.user.has_perm("staff.decide_defects") or is_own(request.user, form.holder):
        return []
    judged = judged_of(form.judgements.latest("number"))
    if judged.status == rules.REJECTED or entry_after(form) is not None:
        return []
    decided = verdicts_of(form.offer, [form]).get(form.pk, {})
    return [
        Link(_("Decide on {defect}").format(defect=" ".join(filter(None, (key[1], key[0])))), decide_url(form, key))
        for key in keys_of(judged)
        if key not in decided
    ]


def waivers_table(waivers: Sequence[Waiver], counts: Mapping[object, int], zone: str) -> Table:
    rows: list[list[object]] = [
        [
            Cell(waiver.defect, more=defect_words(("" if waiver.defect in words.FORM else "line", waiver.defect))),
            counts.get(waiver.pk, 0),
            waiver.reason,
            instant_cell(waiver.at, zone),
            shown_actor(waiver.actor),
        ]
        for waiver in waivers
    ]
    heads = [_("Kind of defect"), _("Defects cleared"), _("Reason"), _("At"), _("By")]
    return table(_("Waived for every holder alike, forms to come as well"), heads, rows)


def reached_table(reached: Sequence[Reached], caption: str) -> Table:
    """Every form that a decision reaches, by name, and what becomes of it."""
    rows = []
    for item in reached:
        form, after = item.form, item.after
        who = form.holder.legal_name if form.holder else form.employee_number
        if item.is_in_force:
            then = Cell(_("In force"), mark="done", more=_tenders(item))
        elif item.is_overtaken:
            then = Cell(_("Not in force"), mark="time", more=_("The holder sent another form since."))
        elif after.defects:
            then = Cell(words.say(words.STATUS, after.status), mark="time", more=", ".join(after.defects))
        else:
            then = Cell(words.say(words.STATUS, after.status), mark=words.MARKS.get(after.status, ""))
        now = Cell(words.say(words.STATUS, item.before.status), mark=words.MARKS.get(item.before.status, ""))
        rows.append([Cell(form.number, url=form_url(form)), Cell(who, more=form.employee_number), now, then])
    return table(caption, [_("Form"), _("From"), _("Now"), _("Then")], rows)


def _tenders(item: Reached) -> str:
    if item.form.kind == rules.WITHDRAWAL:
        return _("Withdraws everything.")
    numbers = ", ".join(item.after.tendered)
    if not numbers:
        return _("Tenders no option.")
    return ngettext("Tenders option {numbers}.", "Tenders {n} options: {numbers}.", len(item.after.tendered)).format(
        n=shares_text(len(item.after.tendered)), numbers=numbers
    )
