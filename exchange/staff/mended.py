"""The entries of one paper form on its record, and the links to mend how it was copied."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.elections.mends import entries_of, entry_after
from exchange.elections.models import Channel, Form
from exchange.elections.models.mends import MendDecision
from exchange.staff.actors import is_own, shown_actor
from exchange.staff.forms_words import form_url
from exchange.staff.parts import Cell, Link, Section, instant_cell, table


def mend_links(form: Form, request: HttpRequest) -> list[Link]:
    """To mending the entry of a paper form, or to the new one that waits; none for one's own form."""
    if form.channel == Channel.PORTAL or entry_after(form) is not None or is_own(request.user, form.holder):
        return []
    waiting = form.mends_prepared.filter(decision__isnull=True).first()
    if waiting is not None:
        return [Link(_("Check the new entry that waits"), reverse("staff:mend", args=[waiting.pk]))]
    if not request.user.has_perm("staff.record_forms"):
        return []
    return [Link(_("Mend how it was copied"), reverse("staff:prepare-mend", args=[form.pk]))]


def entry_sections(entries: Sequence[Form], zone: str) -> list[Section]:
    """Every entry of a paper form and which one counts, once it was mended; nothing of a form that never was."""
    if len(entries) < 2:
        return []
    agreed = {row.mend.form_id: row for row in MendDecision.objects.filter(mend__mending__entry__in=entries)}
    rows: list[list[object]] = []
    for before, form in zip([None, *entries], entries, strict=False):
        decision = agreed.get(before.pk) if before is not None else None
        by = shown_actor(decision.prepared_by) if decision else shown_actor(form.recorded_by)
        second = _("confirmed by {who}").format(who=shown_actor(decision.actor)) if decision else ""
        counts = form.pk == entries[-1].pk
        rows.append(
            [
                Cell(form.number, url=form_url(form)),
                Cell(by, more=second),
                instant_cell(form.received_at, zone),
                instant_cell(form.recorded_at, zone),
                decision.mend.reason if decision else "",
                Cell(_("Counts"), mark="done") if counts else Cell(_("Counts no more")),
            ]
        )
    heads = [_("Entry"), _("Copied by"), _("Received"), _("Copied at"), _("Why it was copied again"), _("Now")]
    caption = _("Each entry of this paper form, and when it says that it was received")
    return [Section(_("How the form was copied"), table=table(caption, heads, rows))]


def all_entries(form: Form) -> list[Form]:
    """The entries of a paper form; of one signed in the portal the form alone, and nothing is asked."""
    return [form] if form.channel == Channel.PORTAL else entries_of(form)
