"""The deadlines that the company must keep: what is due, by when, whose it is, and whether it was kept.

The holder's dates are `settlement.dates`; these are the company's, from the same rows and the same rules.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.elections.confirmations import Receipts, receipts
from exchange.grants.models import Cancellation
from exchange.kernel.calendars import Calendar
from exchange.kernel.wording import counted_business_days_text, date_text, instant_text, shares_text
from exchange.market.reads import calendar
from exchange.offers.models import Amendment
from exchange.offers.reads import Loaded
from exchange.offers.rules import (
    ACCEPTED_PROMPTLY,
    EXTENSION_ANNOUNCED_IN_TIME,
    FIVE_DAYS_AFTER_MATERIAL_CHANGE,
    LONGEST,
    OPEN_TWENTY_BUSINESS_DAYS,
    TEN_DAYS_AFTER_CHANGE,
    UNDER_THIRTY_DAYS,
    Classification,
    announcement_deadline,
    earliest_expiration,
    promptly_until,
)
from exchange.settlement.models import NewGrant, Promise, PromiseLine
from exchange.settlement.reads import acceptance_of

WITHDRAWAL_AFTER_BUSINESS_DAYS = 40  # options not accepted by then may be withdrawn (rule 13e-4(f)(2)(ii))


class Kept(StrEnum):
    MET = "met"
    MISSED = "missed"
    OVERRIDDEN = "overridden"  # not kept, by counsel's override with a written reason
    AHEAD = "ahead"  # still to come


class Owner(StrEnum):
    HR = "HR"
    COUNSEL = "Counsel"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline. `due` is when, in words; `order` the instant or day it stands by; `done` what was done, or ''."""

    code: str
    title: str
    owner: Owner
    due: str
    order: date
    kept: Kept
    done: str = ""


def deadlines(loaded: Loaded, at: datetime) -> list[Deadline]:
    """Every deadline of the company's that follows from what is known at `at`, in the order in which they come.

    None before the offer is opened. A constant number of queries.
    """
    timeline = loaded.timeline
    if timeline.opened_at is None or timeline.commences_at is None or timeline.expires_at is None:
        return []
    found = _Deadlines(loaded, at, calendar(), _overridden(loaded))
    every = [
        *found.open_long_enough(timeline.commences_at, timeline.expires_at),
        *found.not_too_long(timeline.commences_at, timeline.expires_at),
        *found.amendments(timeline.expires_at),
        *found.extensions(),
        *found.receipts(),
        *found.acceptance(timeline.commences_at),
        *found.promises(),
        *found.grants(),
    ]
    return sorted(every, key=lambda item: item.order)


def _overridden(loaded: Loaded) -> frozenset[str]:
    """The clock rules that counsel overrode in this offer."""
    said = loaded.offer.events.exclude(overrides="").values_list("overrides", flat=True)
    return frozenset(override["rule"] for text in said for override in json.loads(text))


@dataclass(frozen=True)
class _Deadlines:
    loaded: Loaded
    at: datetime
    days: Calendar
    overridden: frozenset[str]

    def instant(self, at: datetime) -> str:
        return instant_text(at.replace(microsecond=0), self.loaded.zone)

    def at_instant(
        self,
        code: str,
        title: str,
        owner: Owner,
        due_at: datetime,
        *,
        is_met: bool,
        is_past: bool,
        done: str = "",
        rule: str = "",
    ) -> Deadline:
        kept = Kept.MET if is_met else Kept.MISSED if is_past else Kept.AHEAD
        if kept is Kept.MISSED and rule in self.overridden:
            kept = Kept.OVERRIDDEN
        return Deadline(code, title, owner, self.instant(due_at), self.loaded.date_of(due_at), kept, done)

    def open_long_enough(self, commences_at: datetime, expires_at: datetime) -> Iterator[Deadline]:
        """Twenty business days at least; the opening was checked against it, and counsel may have overridden it."""
        earliest = earliest_expiration(commences_at, self.days)
        ended_at = self.loaded.timeline.terminated_at
        yield self.at_instant(
            "open_twenty_business_days",
            _("Open until the end of the twentieth business day, at least"),
            Owner.COUNSEL,
            earliest,
            is_met=expires_at >= earliest or (ended_at is not None and ended_at < earliest),
            is_past=True,
            rule=OPEN_TWENTY_BUSINESS_DAYS,
            done=_("Expires {instant}").format(instant=self.instant(expires_at)),
        )

    def not_too_long(self, commences_at: datetime, expires_at: datetime) -> Iterator[Deadline]:
        latest = commences_at + LONGEST
        yield self.at_instant(
            "under_thirty_days",
            _("Closed before thirty days have passed"),
            Owner.COUNSEL,
            latest,
            is_met=expires_at < latest,
            is_past=True,
            rule=UNDER_THIRTY_DAYS,
            done=_("Expires {instant}").format(instant=self.instant(expires_at)),
        )

    def amendments(self, expires_at: datetime) -> Iterator[Deadline]:
        """After a change of the consideration or the amount: open for ten business days from its notice."""
        amended = Amendment.objects.filter(version__offer=self.loaded.offer, required_until__isnull=False)
        columns = ("required_until", "version__number", "classification")
        for until, number, classification in amended.values_list(*columns):
            if until is None:
                continue
            yield self.at_instant(
                f"open_after_amendment:{number}",
                _("Open long enough after the change that made version {number}").format(number=number),
                Owner.COUNSEL,
                until,
                is_met=expires_at >= until,
                is_past=True,
                rule=FIVE_DAYS_AFTER_MATERIAL_CHANGE
                if classification == Classification.MATERIAL
                else TEN_DAYS_AFTER_CHANGE,
                done=_("Expires {instant}").format(instant=self.instant(expires_at)),
            )

    def extensions(self) -> Iterator[Deadline]:
        """Each extension is announced by 9:00 a.m. Eastern on the next business day after what it replaces."""
        timeline = self.loaded.timeline
        for place, (earlier, later) in enumerate(pairwise(timeline.expirations), start=1):
            if later.expires_at <= earlier.expires_at:
                continue
            due_at = announcement_deadline(earlier.expires_at, self.days)
            yield self.at_instant(
                f"extension_announced:{place}",
                _("Announce the extension to {instant}").format(instant=self.instant(later.expires_at)),
                Owner.COUNSEL,
                due_at,
                is_met=later.announced_at <= due_at,
                is_past=True,
                rule=EXTENSION_ANNOUNCED_IN_TIME,
                done=_("Announced {instant}").format(instant=self.instant(later.announced_at)),
            )
        if timeline.expires_at is None or timeline.accepted_at is not None or timeline.terminated_at is not None:
            return
        due_at = announcement_deadline(timeline.expires_at, self.days)
        if self.at <= due_at:
            yield self.at_instant(
                "extension_window",
                _("Last instant to announce an extension, if the company decides on one"),
                Owner.COUNSEL,
                due_at,
                is_met=False,
                is_past=False,
            )

    def receipts(self) -> Iterator[Deadline]:
        """Every form is confirmed within the business days that the terms state."""
        found: Receipts = receipts(self.loaded, self.at)
        if not found.in_time and not found.late and not found.waiting:
            return
        told = _("{in_time} in time, {late} late, {waiting} still to go out").format(
            in_time=shares_text(found.in_time), late=shares_text(found.late), waiting=shares_text(found.waiting)
        )
        kept = Kept.MISSED if found.late or found.overdue else Kept.AHEAD if found.waiting else Kept.MET
        yield Deadline(
            "receipts",
            _("Confirm each form received"),
            Owner.HR,
            _("Within {days} of its receipt").format(
                days=counted_business_days_text(self.loaded.terms.confirm_within_business_days)
            ),
            found.next_due_on or self.loaded.date_of(self.at),
            kept,
            told,
        )

    def acceptance(self, commences_at: datetime) -> Iterator[Deadline]:
        """Promptly after expiration (`rules.PROMPTLY`); and from when on options may be taken back by law."""
        timeline, acceptance = self.loaded.timeline, acceptance_of(self.loaded.offer)
        if timeline.terminated_at is not None or timeline.expires_at is None:
            return
        until = self.days.end_of_period(commences_at, WITHDRAWAL_AFTER_BUSINESS_DAYS)
        latest = promptly_until(timeline.expires_at, self.loaded.zone, self.days)
        is_over = (acceptance.on if acceptance else self.loaded.date_of(self.at)) > latest
        kept = Kept.MISSED if is_over else Kept.MET if acceptance else Kept.AHEAD
        if kept is Kept.MISSED and ACCEPTED_PROMPTLY in self.overridden:
            kept = Kept.OVERRIDDEN
        yield Deadline(
            "acceptance",
            _("Accept or return the options, promptly after the offer expires"),
            Owner.COUNSEL,
            _("{day}; from {instant} holders may take back what is not accepted").format(
                day=date_text(latest), instant=self.instant(until)
            ),
            acceptance.on if acceptance else latest,
            kept,
            _("Accepted {instant}").format(instant=self.instant(acceptance.at)) if acceptance else "",
        )

    def promises(self) -> Iterator[Deadline]:
        """Within so many business days of the cancellation each holder has a Promise to Grant."""
        acceptance = acceptance_of(self.loaded.offer)
        if acceptance is None:
            return
        source = f"offer:{self.loaded.offer.code}"
        missing = Cancellation.objects.filter(source=source, promise_line__isnull=True)
        holders = missing.order_by().values("grant__holder_id").distinct().count()
        last: datetime | None = Promise.objects.filter(offer=self.loaded.offer).aggregate(last=Max("issued_at"))[
            "last"
        ]
        due_on = acceptance.promises_due_on
        is_late = (last is not None and self.loaded.date_of(last) > due_on) or (
            holders > 0 and self.loaded.date_of(self.at) > due_on
        )
        done = _("The last was issued {instant}").format(instant=self.instant(last)) if last else ""
        if holders:
            done = ngettext("{n} holder has none yet", "{n} holders have none yet", holders).format(
                n=shares_text(holders)
            )
        kept = Kept.MISSED if is_late else Kept.AHEAD if holders else Kept.MET
        yield Deadline("promises", _("Issue the Promises to Grant"), Owner.HR, date_text(due_on), due_on, kept, done)

    def grants(self) -> Iterator[Deadline]:
        """Never before the earliest grant date, and then on a day the company chooses."""
        acceptance = acceptance_of(self.loaded.offer)
        if acceptance is None:
            return
        earliest = acceptance.earliest_grant_on
        granted = NewGrant.objects.filter(line__promise__offer=self.loaded.offer)
        dates = sorted(set(granted.order_by().values_list("granted_on", flat=True).distinct()))
        waiting = PromiseLine.objects.filter(
            promise__offer=self.loaded.offer, new_grant__isnull=True, lapse__isnull=True
        ).count()
        done = _("Granted {days}").format(days=", ".join(date_text(day) for day in dates)) if dates else ""
        if waiting:
            more = ngettext("{n} promised option waits", "{n} promised options wait", waiting).format(
                n=shares_text(waiting)
            )
            done = f"{done}. {more}" if done else more
        kept = Kept.AHEAD if waiting or not dates else Kept.MET
        if any(day < earliest for day in dates):
            kept = Kept.MISSED
        yield Deadline(
            "grants",
            _("Grant the new options"),
            Owner.HR,
            _("Not before {day}").format(day=date_text(earliest)),
            earliest,
            kept,
            done,
        )
