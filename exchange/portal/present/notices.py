"""The letters of the offer to this holder, as they were written, and what became of each."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.documents.models import Paper as StoredPaper
from exchange.notices.actions import DEADLINE_MOVED, DEADLINE_PASSED, HOLDS_NO_MORE, OFFER_ENDED
from exchange.notices.models import Message, State
from exchange.portal.pages import Fact, Mark, Paper
from exchange.portal.pages.glance import NoticePage, NoticeRow, NoticesPage
from exchange.portal.present.words import deadline
from exchange.portal.visit import Visit

MARKS: dict[str, Mark] = {State.SENT: "done", State.FAILED: "lost", State.QUEUED: "act", State.SENDING: "act"}


def state_words(message: Message, zone: str) -> str:
    """What became of the e-mail. The notice itself stands in the portal from the instant it was written."""
    if message.state == State.SENT and message.sent_at is not None:
        return _("E-mailed on {at}").format(at=deadline(message.sent_at, zone))
    if message.state == State.CANCELLED:
        return {
            "": _("Not e-mailed: a newer notice took its place"),
            DEADLINE_MOVED: _("Not e-mailed: the deadline was moved before it went out"),
            DEADLINE_PASSED: _("Not e-mailed: the deadline it names had passed"),
            OFFER_ENDED: _("Not e-mailed: the offer had ended"),
            HOLDS_NO_MORE: _("Not e-mailed: what it says holds no more"),
        }.get(message.last_error, _("Not e-mailed: it was called back before it went out"))
    return {
        State.FAILED.value: _("The e-mail could not be delivered"),
        State.WITHHELD.value: _("Not e-mailed: this is a replay"),
    }.get(message.state, _("Not e-mailed yet"))


def notices_page(visit: Visit, messages: Iterable[Message]) -> NoticesPage:
    rows = tuple(
        NoticeRow(
            subject=message.subject,
            made_at=message.queued_at,
            state=state_words(message, visit.zone),
            mark=MARKS.get(message.state, ""),
            url=visit.url("notice", message.pk),
            is_new=not hasattr(message, "opened"),
        )
        for message in messages
    )
    unread = sum(row.is_new for row in rows)
    told = ngettext("%(count)d of them is new to you.", "%(count)d of them are new to you.", unread)
    return NoticesPage(rows, told % {"count": unread} if unread else _("You have opened all of them."))


def notice_page(visit: Visit, message: Message, papers: Iterable[StoredPaper]) -> NoticePage:
    facts = [
        Fact(_("Written"), deadline(message.queued_at, visit.zone)),
        Fact(_("E-mail"), state_words(message, visit.zone), message.to_address),
    ]
    old = message.names_deadline
    warning = ""
    if old is not None and old != visit.expires_at:
        warning = _("This notice names an earlier deadline, {old}. The deadline now: {now}.").format(
            old=deadline(old, visit.zone), now=deadline(visit.expires_at, visit.zone)
        )
    return NoticePage(
        subject=message.subject,
        warning=warning,
        facts=tuple(facts),
        text=message.text,
        papers=tuple(Paper(paper.title, visit.url("notice_paper", message.pk, paper.pk), "PDF") for paper in papers),
    )
