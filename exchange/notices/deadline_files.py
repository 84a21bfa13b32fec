"""The calendar file that goes with a letter that names the deadline: one entry, at the instant in the offer's zone.

A letter after which there is no deadline for its reader brings the same entry, cancelled.
"""

from datetime import UTC, datetime
from email.mime.text import MIMEText
from email.utils import parseaddr
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Event, vCalAddress

from exchange.kernel.calendar_files import calendar_of, date_key, uid
from exchange.kernel.wording import instant_text
from exchange.notices.context_parts import Common

NAME = "deadline.ics"
# Letters that are about the deadline; others mention it, and their readers have had one of these.
KINDS = frozenset(
    {"offer_opened", "reminder", "offer_extended", "offer_amended", "condition_waived", "exclusion_lifted"}
)
# Letters after which nobody has a deadline any more.
TAKING_BACK = frozenset({"offer_terminated"})


def comes_with(kind: str, context: Common) -> bool:
    """Whether a letter brings the file: one about the deadline, unless it has passed or is none for its reader."""
    is_one = bool(getattr(context, "is_open", True)) and getattr(context, "deadline", None) is not None
    return kind in KINDS and is_one and not takes_back(kind, context)


def takes_back(kind: str, context: Common) -> bool:
    """Whether its reader has no deadline any more: nobody has, or the offer reaches none of their options."""
    return kind in TAKING_BACK or bool(getattr(context, "reaches_none", False))


def sequence_of(stamped_at: datetime, first: datetime) -> int:
    """The entry's SEQUENCE, from the instant it is so and that of the first: seconds, so that what comes later wins.

    A count would not do: who was excluded, and is not any more, has had entries that others have not.
    """
    return max(int((stamped_at - first).total_seconds()), 0)


@lru_cache(maxsize=8)  # ten thousand letters of one offer go with the same file
def deadline_file(
    *, code: str, company: str, url: str, zone: str, deadline: datetime, sequence: int, stamped_at: datetime
) -> str:
    """The file. `sequence` grows with everything that changes the entry, so that the last one replaces the others.

    The entry is the portal's own (`kernel.calendar_files`). It takes up no time, and reminds of nothing by itself.
    """
    event = _entry(code, company, zone, deadline, sequence, stamped_at)
    event.add("summary", _("The offer expires ({company})").format(company=company))
    told = _(
        "{instant}. An Election Form must be received before that instant. Later if the company extends the offer; "
        "you would be told."
    )
    event.add("description", told.format(instant=instant_text(deadline, zone)))
    event.add("url", url)
    return _file(event, "CONFIRMED", "PUBLISH")


@lru_cache(maxsize=8)
def cancelled_deadline(
    *,
    code: str,
    company: str,
    zone: str,
    deadline: datetime,
    sequence: int,
    stamped_at: datetime,
    is_terminated: bool,
) -> str:
    """The file that takes the entry off a calendar; `sequence` is greater than that of every one announced."""
    event = _entry(code, company, zone, deadline, sequence, stamped_at)
    if is_terminated:
        event.add("summary", _("The offer was terminated ({company})").format(company=company))
    else:
        event.add("summary", _("The offer does not reach you ({company})").format(company=company))
    return _file(event, "CANCELLED", "CANCEL")


def _entry(code: str, company: str, zone: str, deadline: datetime, sequence: int, stamped_at: datetime) -> Event:
    """What both have in common. RFC 5546 asks for an organizer: a calendar takes a cancellation from no other."""
    event = Event()
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = company
    event.add("organizer", organizer)
    event.add("uid", uid(date_key(code, "expiration")))
    event.add("dtstamp", stamped_at.replace(microsecond=0).astimezone(UTC))
    event.add("sequence", sequence)
    event.add("dtstart", deadline.replace(microsecond=0).astimezone(ZoneInfo(zone)))
    return event


def _file(event: Event, status: str, method: str) -> str:
    event.add("status", status)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return bytes(calendar_of([event], method=method).to_ical()).decode()


def attachment(calendar: str) -> MIMEText:
    """The file as a part of a mail."""
    # Mail's own line ends are made at sending; RFC 5545 wants the same.
    part = MIMEText(calendar.replace("\r\n", "\n"), "calendar", "utf-8")
    part.set_param("method", "CANCEL" if "\nMETHOD:CANCEL" in calendar else "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename=NAME)
    return part
