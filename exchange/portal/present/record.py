"""One's own record: the facts on file, who of the staff looked at it, and a copy of everything."""

from collections.abc import Mapping
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from exchange.audit.looks import Look, looks_at
from exchange.kernel import wording
from exchange.people.models import EmploymentEvent, Role
from exchange.portal.pages import Fact
from exchange.portal.pages.record import DownloadPage, LookDay, LookRow, LooksPage, RecordPage
from exchange.portal.visit import Visit

LOOKS_A_PAGE = 50
WHAT: Mapping[str, str] = {
    "person": noop("Your person’s record"),
    "account": noop("Your account"),
    "report": noop("A report of yours"),
    "option": noop("Option {name}"),
    "form": noop("Form {name}"),
    "scan": noop("A scan kept with form {name}"),
    "cancelled_option": noop("Cancelled option {name}"),
    "not_accepted": noop("Option {name}, not accepted"),
    "promise": noop("Promise {name}"),
    "new_option": noop("New option {name}"),
    "lapse": noop("The lapse of option {name}"),
    "letter": noop("Letter “{name}”"),
    "paper": noop("Paper “{name}”"),
    "log": noop("A line of the log about you"),
    "counsel": noop("A note for counsel about you"),
    "paper_preview": noop("A paper as you would get it, to look at"),
    "letter_preview": noop("A letter as you would get it, to look at"),
    "exclusion": noop("A page about excluding you, or an option of yours, from the offer"),
    "portal": noop("This site as you see it, to help you: {name}"),
    "paper_form": noop("The page that records a paper form for you"),
}


def record_page(visit: Visit) -> RecordPage:
    holder = visit.holder
    facts = (
        Fact(_("Name"), holder.legal_name),
        Fact(_("Name on your option agreements"), holder.name_on_agreement),
        Fact(_("Employee number"), holder.employee_number),
        Fact(_("E-mail address"), holder.email or _("None"), _("Letters go there.")),
        Fact(_("Country of residence"), holder.residence_country),
        Fact(_("State of residence"), holder.residence_state),
        Fact(_("Role"), str(Role(holder.role).label)),
        Fact(_("Department"), holder.department),
        Fact(_("Hired on"), wording.date_text(holder.hired_on)),
        Fact(_("Left on"), wording.date_text(holder.terminated_on) if holder.terminated_on else ""),
    )
    _found, count = looks_at(holder.employee_number, most=0)
    return RecordPage(
        facts=tuple(fact for fact in facts if fact.value),
        events=tuple(_event(event) for event in holder.employment_events.all()),
        wrong_url=visit.url("report_wrong"),
        missing_url=visit.url("report_missing"),
        download_url=visit.url("download"),
        looks_url=visit.url("looks"),
        looks_count=count,
    )


def _event(event: EmploymentEvent) -> Fact:
    said = {
        EmploymentEvent.Event.TERMINATED: _("Left"),
        EmploymentEvent.Event.REHIRED: _("Rehired"),
        EmploymentEvent.Event.ROLE: _("Role: {value}"),
        EmploymentEvent.Event.RESIDENCE_COUNTRY: _("Country of residence: {value}"),
    }[EmploymentEvent.Event(event.event)]
    value = str(Role(event.value).label) if event.event == EmploymentEvent.Event.ROLE else event.value
    return Fact(wording.date_text(event.effective_on), said.format(value=value))


def looks_page(visit: Visit, number: int) -> LooksPage:
    """One page of the looks, newest first; a page that is not there is the nearest that is."""
    subject = visit.holder.employee_number
    found, count = looks_at(subject, start=(number - 1) * LOOKS_A_PAGE, most=LOOKS_A_PAGE)
    last = max(1, -(-count // LOOKS_A_PAGE))
    if number > last:
        number = last
        found, count = looks_at(subject, start=(number - 1) * LOOKS_A_PAGE, most=LOOKS_A_PAGE)
    days = groupby(found, key=lambda look: visit.loaded.date_of(look.at))
    url = visit.url("looks")
    return LooksPage(
        days=tuple(LookDay(on, tuple(_row(look) for look in looks)) for on, looks in days),
        count=count,
        number=number,
        last=last,
        before_url=f"{url}?page={number - 1}" if number > 1 else "",
        after_url=f"{url}?page={number + 1}" if number < last else "",
        record_url=visit.url("record"),
    )


def _row(look: Look) -> LookRow:
    who = _("{name}, {group}").format(name=look.by, group=look.group) if look.group else look.by
    return LookRow(look.at, who, _(WHAT[look.what]).format(name=look.name) if look.what in WHAT else look.what)


def download_page(visit: Visit) -> DownloadPage:
    return DownloadPage(
        what=(
            _("What the company’s file says of you: your person, your employment, your options."),
            _("Every form you signed, exactly as it was signed and to read, how it was judged, scans and proofs."),
            _("Your consents, promises, new options and signed agreements."),
            _("Every letter to you, and every paper as PDF."),
            _("Your account, your reports, the log about you, and who looked at your record."),
        ),
        left_out=(
            _("Why counsel decided as it did: that is counsel’s own."),
            _("Passwords, and the secrets of passkeys and apps: nobody is given those."),
        ),
        record_url=visit.url("record"),
    )
