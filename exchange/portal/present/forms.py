"""Signed forms as the holder sees them: their lines, their standing, in the history and on pages of their own."""

from django.utils.translation import gettext as _

from exchange.elections.models import Channel, Form, FormKind
from exchange.elections.reads import HolderForms, Judged
from exchange.elections.rules import DEFECTIVE, EFFECTIVE
from exchange.elections.words import form_defect_text, line_defect_text, recorded_after_text
from exchange.kernel import wording
from exchange.portal.pages import Fact, FormPage, HistoryPage, Line, Mark, SignedForm
from exchange.portal.present.decisions import decided_more
from exchange.portal.present.signer import proof_more, signed_facts
from exchange.portal.visit import Visit


def title_of(form: Form) -> str:
    return str(FormKind(form.kind).label)


def lines_of(form: Form, judged: Judged) -> tuple[Line, ...]:
    """The lines as signed, each with its defect in words; a form that was not judged by line has plain lines."""
    problems = {line.grant_number: " ".join(line_defect_text(code) for code in line.defects) for line in judged.lines}
    return tuple(
        Line(
            line.grant_number,
            line.grant_date,
            line.exercise_price,
            line.shares,
            problem=problems.get(line.grant_number, ""),
        )
        for line in form.lines.all()
    )


def tendered_lines(forms: HolderForms, form: Form) -> tuple[Line, ...]:
    """The lines of an Election Form that stand."""
    standing = set(forms.judged(form).tendered)
    return tuple(line for line in lines_of(form, forms.judged(form)) if line.grant_number in standing)


def nothing_tendered_text(visit: Visit) -> str:
    """To one of whom nothing is tendered: that they tendered nothing, or that their Notice withdrew it."""
    form = visit.forms.form_in_force
    if form is not None and form.kind == FormKind.WITHDRAWAL:
        told = _("Your Notice {number} withdrew everything. You keep all your options.")
        return told.format(number=form.number)
    return _("You tendered nothing. You keep all your options.")


def recorded_after(visit: Visit, form: Form) -> str:
    """What it means that a form was recorded after acceptance or termination; nothing of any other form."""
    if not visit.forms.is_recorded_after(form):
        return ""
    return recorded_after_text(is_terminated=visit.loaded.timeline.accepted_at is None)


def standing_words(visit: Visit, form: Form) -> tuple[str, Mark]:
    """A form's status in a few words, with its mark."""
    forms = visit.forms
    judged = forms.judged(form)
    if forms.is_mended(form):
        return _("Copied wrongly, since mended"), ""
    if judged.status == DEFECTIVE:
        return _("Defective"), "time"
    if judged.status != EFFECTIVE:
        return (_("Rejected: late") if "late" in judged.defects else _("Rejected")), "lost"
    if forms.is_recorded_after(form):
        is_terminated = visit.loaded.timeline.accepted_at is None
        return (_("Recorded after termination") if is_terminated else _("Recorded after acceptance")), "time"
    in_force = forms.form_in_force
    if in_force is not None and in_force.pk == form.pk:
        return _("In force"), "done"
    later = _next_effective(forms, form)
    if later is None:
        return _("Not in force"), "time"
    if later.kind == FormKind.WITHDRAWAL and form.kind == FormKind.ELECTION:
        return _("Withdrawn by {number}").format(number=later.number), ""
    return _("Replaced by {number}").format(number=later.number), ""


def _next_effective(forms: HolderForms, form: Form) -> Form | None:
    place = forms.place_of(form)
    later = (
        other
        for other in forms.forms
        if forms.place_of(other) > place
        and forms.judged(other).status == EFFECTIVE
        and not forms.is_recorded_after(other)
    )
    return next(later, None)


def standing_more(visit: Visit, form: Form) -> tuple[str, ...]:
    """What the status means, and every defect in words."""
    forms = visit.forms
    judged = forms.judged(form)
    if forms.is_mended(form):
        return (mended_text(visit, form),)
    if judged.status == DEFECTIVE:
        first = _("It is not in force and replaces nothing until what is wrong with it is mended or waived.")
        return (first, *form_reasons(judged))
    if judged.status != EFFECTIVE:
        return (_("It was kept, and it has no effect."), *form_reasons(judged))
    if forms.is_recorded_after(form):
        return (recorded_after(visit, form),)
    in_force = forms.form_in_force
    if in_force is None or in_force.pk != form.pk:
        return ()
    if form.kind == FormKind.WITHDRAWAL:
        return (_("Nothing of yours is tendered."),)
    return (_("This is what you tender."),)


def mended_text(visit: Visit, form: Form) -> str:
    """What stands in the place of an entry that was mended: a form of the holder, or another person's."""
    entry = entry_for(visit, form)
    if entry is None:
        return _("We had recorded it as yours by mistake. It is another person’s form and counts for you no more.")
    return _(
        "We had copied your paper form wrongly. It counts no more: {number} is the form as it reads, received at the "
        "same instant."
    ).format(number=entry.number)


def entry_for(visit: Visit, form: Form) -> Form | None:
    """The entry of this holder's that stands in the place of one that was mended."""
    for other in visit.forms.entries:
        mends = getattr(other, "mends", None)
        if mends is not None and mends.form_id == form.pk:
            return other
    return None


def form_reasons(judged: Judged) -> tuple[str, ...]:
    return tuple(form_defect_text(code) for code in judged.defects)


def signed_words(form: Form, zone: str) -> str:
    if form.signed_at is not None:
        return wording.instant_text(form.signed_at.replace(microsecond=0), zone)
    return wording.date_text(form.signed_on) if form.signed_on else _("No date")


def signed_form(visit: Visit, form: Form) -> SignedForm:
    """A form in full."""
    status, mark = standing_words(visit, form)
    content = form.content()
    signed = content["form"]
    facts = [
        Fact(_("Signature"), signed["signature_name"] or _("None")),
        Fact(_("Name in print"), signed["printed_name"]),
        Fact(_("Title of the signer"), signed["signer_title"]),
        *signed_facts(signed),
        Fact(_("E-mail address"), signed["email"]),
        Fact(_("Address"), signed["address"]),
        Fact(_("In force when it was signed"), content["against"] or _("No form of yours")),
        Fact(_("Offer version"), str(content["offer_version"])),
        Fact(_("Digest of the signed record"), form.record_digest),
    ]
    return SignedForm(
        number=form.number,
        kind="election" if form.kind == FormKind.ELECTION else "withdrawal",
        title=title_of(form),
        received_at=form.received_at,
        signed=signed_words(form, visit.zone),
        channel=str(Channel(form.channel).label),
        status=status,
        mark=mark,
        status_more=(*standing_more(visit, form), *decided_more(visit, form), *proof_more(visit, form)),
        lines=lines_of(form, visit.forms.judged(form)),
        url=visit.url("form", form.pk),
        receipt_url=visit.url("receipt", form.pk),
        certificate_url=visit.url("certificate", form.pk),
        facts=tuple(fact for fact in facts if fact.value),
        acknowledgments=tuple(text for _code, text in signed["acknowledgments"]),
    )


def form_page(visit: Visit, form: Form) -> FormPage:
    return FormPage(signed_form(visit, form))


def history_page(visit: Visit) -> HistoryPage:
    """Every form and every entry of it, newest first.

    No lines, so that the page asks the same questions however many there are.
    """
    rows = []
    for form in reversed(visit.forms.entries):
        status, mark = standing_words(visit, form)
        is_anothers = visit.forms.is_mended(form) and entry_for(visit, form) is None
        rows.append(
            SignedForm(
                number=form.number,
                kind="election" if form.kind == FormKind.ELECTION else "withdrawal",
                title=title_of(form),
                received_at=form.received_at,
                signed="",
                channel=str(Channel(form.channel).label),
                status=status,
                mark=mark,
                url="" if is_anothers else visit.url("form", form.pk),
            )
        )
    return HistoryPage(tuple(rows))
