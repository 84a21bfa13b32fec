"""What a holder is told when the entry of a paper form was mended: whose it is, and whose it turned out not to be."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from exchange.documents.actions import request_papers
from exchange.elections import rules
from exchange.elections.confirmations import ABOUT_A_FORM
from exchange.elections.letters import paper_of
from exchange.elections.mends import differences, entries_of
from exchange.elections.models import Form
from exchange.elections.reads import Judge
from exchange.elections.records import submission_of
from exchange.elections.words import form_defect_text, line_defect_text
from exchange.notices import contexts
from exchange.notices.actions import call_back_about, queue_letters
from exchange.notices.queueing import Letter
from exchange.offers.letters import common, letter
from exchange.offers.reads import Loaded
from exchange.people.models import Holder

if TYPE_CHECKING:
    from exchange.elections.actions.mend import Mendable

FORM_MENDED = "form_mended"


def queue_mended(loaded: Loaded, found: "Mendable", *, judge: Judge, at: datetime) -> None:
    """Tell every holder concerned, and call back what has not gone out of the entry that counts no more."""
    code, entry = loaded.offer.code, found.entry
    call_back_about(offer_key=code, kinds=ABOUT_A_FORM, about=[found.form.number], at=at)
    letters: list[Letter] = []
    for holder, (before, after) in found.in_force.items():
        is_theirs = entry.holder_id == holder.pk
        papers = []
        if is_theirs:
            number = entries_of(found.form)[0].number
            remark = _("Entry {entry} of paper form {form}: an earlier one had been copied from it wrongly.")
            remark = remark.format(entry=entry.number, form=number)
            is_overtaken = found.after.status == rules.EFFECTIVE and after != entry.number
            instead = after if is_overtaken else None
            request = paper_of(loaded, entry, found.after, holder, judge, [remark], instead=instead)
            papers = [paper.pk for paper in request_papers([request], at=at)]
        context = _context(loaded, found, holder, before, after, at=at)
        about = f"{entry.number}:{holder.employee_number}"
        letters.append(letter(loaded, holder, FORM_MENDED, context, about=about, papers=papers, names_deadline=None))
    queue_letters(letters, at=at)


def _context(
    loaded: Loaded, found: "Mendable", holder: Holder, before: str, after: str, *, at: datetime
) -> contexts.FormMended:
    form, entry, timeline = found.form, found.entry, loaded.timeline
    is_theirs, was_theirs = entry.holder_id == holder.pk, form.holder_id == holder.pk
    # What another person's form says is nobody else's business.
    changed = differences(submission_of(form), submission_of(entry), loaded.zone) if is_theirs and was_theirs else []
    counts = is_theirs and after == entry.number
    return contexts.FormMended(
        **common(loaded, holder),
        form_number=entries_of(form)[0].number,
        received_at=entry.received_at if is_theirs else form.received_at,
        entry_number=entry.number if is_theirs else "",
        is_withdrawal=entry.kind == rules.WITHDRAWAL,
        was_theirs=was_theirs,
        is_theirs=is_theirs,
        changes=tuple(contexts.Change(item.what, item.before, item.after) for item in changed),
        problems=_problems(found) if is_theirs else (),
        is_in_force=counts,
        tendered=_tendered(entry, found) if counts else (),
        in_force_before=before,
        in_force=after,
        has_ended=timeline.accepted_at is not None or timeline.terminated_at is not None,
        may_sign=timeline.is_open(at),
    )


def _problems(found: "Mendable") -> tuple[str, ...]:
    said = [form_defect_text(code) for code in found.after.defects]
    for line in found.after.lines if found.after.status == rules.EFFECTIVE else ():
        if line.defects:
            said.append(f"{line.grant_number}: " + " ".join(line_defect_text(code) for code in line.defects))
    return tuple(said)


def _tendered(entry: Form, found: "Mendable") -> tuple[contexts.Line, ...]:
    shares: dict[str, int] = {}
    for line in entry.content()["form"]["lines"]:
        shares.setdefault(line["grant_number"], line["shares"])
    return tuple(contexts.Line(grant_number=number, shares=shares[number]) for number in found.after.tendered)
