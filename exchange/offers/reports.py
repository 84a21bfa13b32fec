"""What people report as missing or wrong: taken down for staff, answered by them, and the holder told by a letter."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from exchange.audit.actions import append
from exchange.grants.models import Grant
from exchange.kernel import locks
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.offers import letters, reads
from exchange.people.models import Holder, Report, ReportAnswer, ReportSender, User
from exchange.people.reads import still_open

# So many reports of one person may be open at once: whoever has more to say can say it in one of them, or by phone.
MOST_OPEN = 20


@dataclass(frozen=True)
class Sender:
    """Someone who is not signed in: a name and how to reach them, in their words."""

    name: str
    email: str = ""
    reach: str = ""


def report_chain(number: int) -> str:
    """The audit chain of one report and its answers."""
    return f"report:{number}"


def report_facts(
    *,
    kind: str,
    text: str,
    actor: str,
    at: datetime,
    about: str = "",
    grant_number: str = "",
    user: User | None = None,
    holder: Holder | None = None,
    sender: Sender | None = None,
    dry_run: bool = False,
) -> Result[Report]:
    """Take down a report for staff. Its words are in the sealed row; the event names only its number and kind.

    The same words again while the first are open are the same report: a form sent twice makes one. Refuses an empty or
    too long text, a grant that is not the holder's, and more than `MOST_OPEN` open ones of one person.
    """

    def work() -> Report:
        said = _tidy(text)
        if not said:
            raise refuse(Refusal("report_empty"))
        if len(said) > Report.LONGEST:
            raise refuse(Refusal("report_too_long", {"most": Report.LONGEST}))
        if grant_number and not Grant.objects.filter(holder=holder, grant_number=grant_number).exists():
            raise refuse(Refusal("report_of_another_grant"))
        locks.own("reports")
        if user is not None:
            own = list(still_open(Report.objects.filter(user=user)))
            for known in own:
                if (known.kind, known.about, known.grant_number, known.text) == (kind, about, grant_number, said):
                    return known
            if len(own) >= MOST_OPEN:
                raise refuse(Refusal("reports_too_many", {"most": MOST_OPEN}))
        number = (Report.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        report = Report(
            number=number,
            kind=kind,
            about=about,
            grant_number=grant_number,
            text=said,
            holder=holder,
            user=user,
            reported_at=at,
        )
        append(
            chain=report_chain(number),
            kind="report.made",
            actor=actor,
            at=at,
            payload={"report": number, "kind": kind},
            rows=[report],
        )
        if sender is not None:
            ReportSender.objects.create(report=report, name=sender.name, email=sender.email, reach=sender.reach)
        return report

    return in_one_transaction(work, dry_run=dry_run)


def answer_report(
    *,
    report_id: UUID,
    outcome: str,
    text: str,
    answered_by: User,
    actor: str,
    at: datetime,
    forget_sender: bool = False,
    dry_run: bool = False,
) -> Result[ReportAnswer]:
    """Answer a report, closing it or not; the newest answer counts, so a closed one can be taken up again.

    A holder is told by a letter that names the outcome; the words are read in the portal. With `forget_sender` what a
    stranger left to be reached by is removed. Refuses an empty text, and anybody's answer to their own report.
    """

    def work() -> ReportAnswer:
        report = Report.objects.select_related("holder", "user").get(pk=report_id)
        locks.own(report_chain(report.number))
        if is_of(report, answered_by):
            raise refuse(Refusal("report_own"))
        said = _tidy(text)
        if not said:
            raise refuse(Refusal("report_answer_empty"))
        if len(said) > Report.LONGEST:
            raise refuse(Refusal("report_too_long", {"most": Report.LONGEST}))
        answer = ReportAnswer(
            report=report,
            number=report.answers.count() + 1,
            outcome=outcome,
            text=said,
            answered_by=answered_by,
            reporter_id=report.user_id,
            answered_at=at,
        )
        append(
            chain=report_chain(report.number),
            kind="report.answered",
            actor=actor,
            at=at,
            payload={"report": report.number, "answer": answer.number, "outcome": outcome, "forgotten": forget_sender},
            rows=[answer],
        )
        if forget_sender:
            ReportSender.objects.filter(report=report).delete()
        _tell(report, answer, at)
        return answer

    return in_one_transaction(work, dry_run=dry_run)


def is_of(report: Report, user: User) -> bool:
    """Whether the report is this user's own: made by them, about them, or from their address."""
    if user.pk in {report.user_id, report.holder.user_id if report.holder else None}:
        return True
    sender = ReportSender.objects.filter(report=report).first()
    stated = [report.holder.email if report.holder else "", sender.email if sender else ""]
    return any(address and address.casefold() == user.email.casefold() for address in stated)


def _tell(report: Report, answer: ReportAnswer, at: datetime) -> None:
    """A letter to the holder, where there is an offer to write about; none to an address that nobody has proved."""
    offer = reads.current_offer()
    if report.holder is None or offer is None:
        return
    loaded = reads.load(offer)
    context = contexts.ReportAnswered(
        **letters.common(loaded, report.holder),
        report_number=report.number,
        reported_at=report.reported_at,
        about=str(Report.About(report.about).label if report.about else Report.Kind(report.kind).label),
        outcome=str(ReportAnswer.Outcome(answer.outcome).label),
        is_closed=answer.outcome != ReportAnswer.Outcome.OPEN,
    )
    about = f"{report.number}-{answer.number}"
    queue_letters([letters.letter(loaded, report.holder, "report_answered", context, about=about)], at=at)


def _tidy(text: str) -> str:
    """Plain text as it is kept: a browser's line ends made one character."""
    return text.replace("\r\n", "\n").strip()
