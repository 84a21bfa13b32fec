"""What is done and what is left, in every state of the offer and of the holder's own forms."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.elections.models import Form
from exchange.elections.rules import DEFECTIVE, EFFECTIVE
from exchange.elections.units import units_of
from exchange.kernel import wording
from exchange.offers.rules import State
from exchange.portal.pages import Task
from exchange.portal.present.forms import form_reasons, recorded_after, standing_words
from exchange.portal.present.stages import how
from exchange.portal.present.words import deadline
from exchange.portal.visit import Visit

BEFORE_ACCEPTANCE = {State.SCHEDULED, State.OPEN, State.EXPIRED}


def tasks(visit: Visit) -> tuple[Task, ...]:
    """The holder's own part. What the company does comes after it (`present.after`)."""
    found = [_documents(visit)]
    choosable = sum(len(unit) for unit in units_of(visit.view))
    if visit.state in BEFORE_ACCEPTANCE:
        found.append(_eligible(visit, choosable))
    if choosable and visit.state in {State.SCHEDULED, State.OPEN}:
        found.append(_compare(visit))
    form = _form_task(visit, bool(choosable))
    return (*found, form) if form else tuple(found)


def _documents(visit: Visit) -> Task:
    count = len(visit.loaded.documents)
    return Task(
        _("Read the offer’s documents"),
        _("The offer, its risks and the instructions. You can open them from every page."),
        ngettext("%(count)d document", "%(count)d documents", count) % {"count": count} if count else _("None yet"),
        url=visit.url("documents"),
    )


def _eligible(visit: Visit, choosable: int) -> Task:
    more = _("Each that is not eligible says why. If one is missing or wrong, report it from that page.")
    tag = _("{count} of {total} eligible").format(count=choosable, total=len(visit.view.options))
    return Task(_("See which of your grants are eligible"), more, tag, url=visit.url("options"))


def _compare(visit: Visit) -> Task:
    more = _("What you have and what you would get, side by side, and at share prices you type.")
    return Task(_("Compare keeping and exchanging"), more, _("Optional"), url=visit.url("compare"))


def _form_task(visit: Visit, has_choice: bool) -> Task | None:
    """The Election Form: signed, defective, late, withdrawn, to sign, not signed in time; None where there is none."""
    title = _("Your Election Form")
    form, last = visit.forms.form_in_force, visit.forms.forms[-1] if visit.forms.forms else None
    if visit.forms.election_in_force is not None and form is not None:
        more = _("{form}, received on {at}.").format(form=how(form), at=deadline(form.received_at, visit.zone))
        tag = _("In force") if visit.state in BEFORE_ACCEPTANCE else _("Signed")
        if visit.state is State.TERMINATED:
            tag = _("Returned")
        return Task(title, more, tag, "" if visit.state is State.TERMINATED else "done", visit.url("form", form.pk))
    if last is not None and visit.forms.judged(last).status != EFFECTIVE:
        return _not_effective(visit, last, title)
    if form is None and last is not None and visit.forms.is_recorded_after(last):
        received = _("{form}, received on {at}.").format(form=how(last), at=deadline(last.received_at, visit.zone))
        told = f"{received} {recorded_after(visit, last)}"
        return Task(title, told, standing_words(visit, last)[0], "time", visit.url("form", last.pk))
    if form is not None:
        told = _("Your Notice {number}, received on {received}, withdrew everything.").format(
            number=form.number, received=deadline(form.received_at, visit.zone)
        )
        if visit.may_elect and has_choice:
            told += " " + _("A new Election Form would tender again.")
        return Task(title, told, _("Withdrawn"), "", visit.url("form", form.pk))
    if not has_choice or visit.state is State.TERMINATED:
        return None
    expires = deadline(visit.expires_at, visit.zone)
    if visit.may_elect:
        more = _("Before {expires}. If you do nothing, you keep all your options.").format(expires=expires)
        return Task(
            _("Choose, review and sign your Election Form"), more, _("Not signed"), "time", visit.url("choose")
        )
    if visit.state is State.SCHEDULED:
        begins = visit.loaded.timeline.commences_at or visit.loaded.terms.commences_at
        more = _("From {begins}.").format(begins=wording.instant_text(begins, visit.zone))
        return Task(_("Choose, review and sign your Election Form"), more, _("Later"))
    return Task(title, _("You signed none in time. You keep all your options."), _("None"))


def _not_effective(visit: Visit, last: Form, title: str) -> Task:
    judged = visit.forms.judged(last)
    received = _("{form}, received on {at}.").format(form=how(last), at=deadline(last.received_at, visit.zone))
    told = [received, *form_reasons(judged)]
    url = visit.url("form", last.pk)
    if judged.status == DEFECTIVE:
        if visit.may_elect:
            told.append(_("It is not in force. Sign a new form here, or ask the contact on this page how to mend it."))
        elif visit.may_withdraw:
            told.append(_("It is not in force. Ask the contact on this page how to mend it."))
        else:
            told.append(_("It was not in force."))
        return Task(title, " ".join(told), _("Defective"), "time", url)
    told.append(_("It has no effect."))
    tag = _("Rejected: late") if "late" in judged.defects else _("Rejected")
    return Task(title, " ".join(told), tag, "lost", url)
