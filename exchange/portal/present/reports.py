"""What one reports as missing or wrong: the forms, and what became of each report."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel import wording
from exchange.people.models import Report, ReportAnswer, Role
from exchange.people.rules import Status
from exchange.portal.pages import Fact, Mark
from exchange.portal.pages import glance as pages
from exchange.portal.present.words import deadline
from exchange.portal.visit import Visit

MARKS: dict[str, Mark] = {
    ReportAnswer.Outcome.OPEN: "time",
    ReportAnswer.Outcome.CORRECTED: "done",
    ReportAnswer.Outcome.STANDS: "",
    ReportAnswer.Outcome.CLOSED: "",
}


def title_of(report: Report) -> str:
    if report.kind != Report.Kind.WRONG:
        return str(Report.Kind(report.kind).label)
    about = str(Report.About(report.about).label)
    return (
        _("{about}: grant {number}").format(about=about, number=report.grant_number) if report.grant_number else about
    )


def rows_of(reports: Iterable[Any], zone: str) -> tuple[pages.ReportRow, ...]:
    """Reports with the outcome of their newest answer (`people.reads.with_outcome`)."""
    return tuple(
        pages.ReportRow(
            number=report.number,
            title=title_of(report),
            at=report.reported_at,
            status=str(ReportAnswer.Outcome(report.outcome).label) if report.outcome else _("Waits for an answer"),
            mark=MARKS[report.outcome] if report.outcome else "act",
            text=report.text,
            answers=tuple(
                pages.ReportAnswer(str(ReportAnswer.Outcome(answer.outcome).label), answer.answered_at, answer.text)
                for answer in report.answers.all()
            ),
        )
        for report in reports
    )


def reports_page(visit: Visit, reports: Iterable[Report]) -> pages.ReportsPage:
    return pages.ReportsPage(rows_of(reports, visit.zone), visit.url("report_wrong"), visit.url("report_missing"))


def wrong_page(visit: Visit) -> pages.ReportPage:
    return pages.ReportPage(
        heading=_("Report what is wrong"),
        lede=_(
            "What the company’s file says of you decides what you may tender. HR looks at what you write and answers "
            "you here."
        ),
        facts=_on_file(visit),
        button=_("Send to HR"),
        back_url=visit.url("reports"),
        back_text=_("What you reported"),
    )


def missing_page(visit: Visit) -> pages.ReportPage:
    count = len(visit.view.options)
    known = ngettext("%(count)d option of yours", "%(count)d options of yours", count) % {"count": count}
    return pages.ReportPage(
        heading=_("Report a missing option"),
        lede=_(
            "The company’s file has {known}. If you hold one that is not among them, say so before the offer expires."
        ).format(known=known),
        facts=(Fact(_("The offer expires"), deadline(visit.expires_at, visit.zone)),) if visit.may_elect else (),
        button=_("Send to HR"),
        back_url=visit.url("reports"),
        back_text=_("What you reported"),
    )


def missing_hint() -> str:
    return _("For example its grant number, its date, how many shares, and where you see it.")


def _on_file(visit: Visit) -> tuple[Fact, ...]:
    """What the company's file says of the holder today, so that they see what they contradict."""
    holder, status = visit.holder, visit.status
    return (
        Fact(_("Name"), holder.legal_name),
        Fact(_("Name on the option agreements"), holder.name_on_agreement),
        Fact(_("E-mail address"), holder.email or _("None")),
        Fact(_("Employed"), _employed(status, wording.date_text(holder.hired_on))),
        Fact(_("Role"), str(dict(Role.choices).get(status.role, status.role))),
        Fact(_("Country you live in"), status.residence_country),
    )


def _employed(status: Status, since: str) -> str:
    return _("Yes; hired on {date}").format(date=since) if status.is_employed else _("No")


def no_offer_page() -> pages.ReportPage:
    return pages.ReportPage(
        heading=_("Report that you see no offer"),
        lede=_("HR looks at what you write, and answers on this site or reaches you at the address you sign in with."),
        facts=(),
        button=_("Send to HR"),
        back_url=reverse("portal:start"),
        back_text=_("Back"),
    )


def no_sign_in_page() -> pages.ReportPage:
    return pages.ReportPage(
        heading=_("Ask for help with signing in"),
        lede=_("HR reads this and gets in touch with you. It is not a way to tender options or to withdraw."),
        facts=(),
        button=_("Send to HR"),
        back_url=reverse("account_login"),
        back_text=_("Back to sign in"),
    )
