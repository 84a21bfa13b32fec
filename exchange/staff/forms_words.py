"""A form and what was judged of it in words, for lists, records and the page that records one."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.elections.models import Form
from exchange.elections.reads import HolderForms, Judged
from exchange.kernel.wording import date_text, instant_text
from exchange.staff import words
from exchange.staff.parts import Cell, instant_cell


def form_url(form: Form) -> str:
    return reverse("staff:elections_form_change", args=[form.pk])


def status_cell(
    judged: Judged, *, is_in_force: bool = False, is_recorded_after: bool = False, is_mended: bool = False
) -> Cell:
    """The status of a form, its defects in plain words under it; whether it is the one in force.

    `is_recorded_after`: effective by its receipt, but recorded when the offer had ended, so that it changed nothing.
    `is_mended`: another entry of the same paper form stands in its place.
    """
    if is_mended:
        return Cell(_("Copied wrongly"), more=_("Another entry of this form counts."))
    text = words.say(words.STATUS, judged.status)
    if is_recorded_after:
        return Cell(_("{status}, recorded after the end").format(status=text), mark="time", more=_("Changes nothing."))
    if is_in_force:
        text = _("{status}, in force").format(status=text)
    said = [defect_text(words.FORM, code) for code in judged.defects]
    lines = [line for line in judged.lines if line.defects] if judged.status == "effective" else []
    if lines:
        said.append(_("Lines that do not stand: {n} of {all}.").format(n=len(lines), all=len(judged.lines)))
    return Cell(text, mark=words.MARKS.get(judged.status, ""), more=" ".join(said))


def defect_text(catalogue: Mapping[str, str], code: str) -> str:
    """A defect as staff see it everywhere: its code, which files and letters use, and what it means."""
    return f"{code}: {words.say(catalogue, code)}"


def form_rows(forms: HolderForms, zone: str) -> list[list[object]]:
    """Rows of a table of one holder's forms."""
    in_force = forms.form_in_force
    return [
        [
            Cell(form.number, url=form_url(form)),
            Cell(form.get_kind_display(), more=form.get_channel_display()),
            instant_cell(form.received_at, zone),
            status_cell(
                forms.judged(form),
                is_in_force=in_force is not None and form.pk == in_force.pk,
                is_recorded_after=forms.is_recorded_after(form),
                is_mended=forms.is_mended(form),
            ),
        ]
        for form in forms.entries
    ]


def signed_text(form: Form, zone: str) -> str:
    if form.signed_at is not None:
        return instant_text(form.signed_at, zone)
    return date_text(form.signed_on) if form.signed_on is not None else _("No date")
