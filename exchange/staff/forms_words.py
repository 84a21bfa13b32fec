"""A form and what was judged of it in words, for lists, records and the page that records one."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.elections.models import Form
from exchange.elections.reads import Judged
from exchange.kernel.wording import date_text, instant_text
from exchange.staff import words
from exchange.staff.parts import Cell, instant_cell


def form_url(form: Form) -> str:
    return reverse("staff:elections_form_change", args=[form.pk])


def status_cell(judged: Judged, *, is_in_force: bool = False) -> Cell:
    """The status of a form, its defects in plain words under it; whether it is the one in force."""
    text = words.say(words.STATUS, judged.status)
    if is_in_force:
        text = _("{status}, in force").format(status=text)
    said = [defect_text(words.FORM, code) for code in judged.defects]
    lines = [line for line in judged.lines if line.defects] if judged.status == "effective" else []
    if lines:
        said.append(_("{n} of {all} lines do not stand.").format(n=len(lines), all=len(judged.lines)))
    return Cell(text, mark=words.MARKS.get(judged.status, ""), more=" ".join(said))


def defect_text(catalogue: Mapping[str, str], code: str) -> str:
    """A defect as staff see it everywhere: its code, which files and letters use, and what it means."""
    return f"{code}: {words.say(catalogue, code)}"


def form_rows(forms: Sequence[tuple[Form, Judged]], zone: str, in_force: Form | None) -> list[list[object]]:
    """Rows of a table of one holder's forms."""
    return [
        [
            Cell(form.number, url=form_url(form)),
            Cell(form.get_kind_display(), more=form.get_channel_display()),
            instant_cell(form.received_at, zone),
            status_cell(judged, is_in_force=in_force is not None and form.pk == in_force.pk),
        ]
        for form, judged in forms
    ]


def signed_text(form: Form, zone: str) -> str:
    if form.signed_at is not None:
        return instant_text(form.signed_at, zone)
    return date_text(form.signed_on) if form.signed_on is not None else _("No date")
