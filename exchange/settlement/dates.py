"""Every dated fact of an offer as it matters to a holder, from one function: what is fixed, what is counted from what.

`dates_of` is what the home page, the documents page and calendars ask. Letters and papers state some of the same dates
from the same rows; a test holds them together.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel.dates import add_months
from exchange.kernel.wording import date_text, instant_text
from exchange.market.reads import calendar
from exchange.offers.reads import Loaded
from exchange.offers.rules import AFTER_ACCEPTANCE, Expiration, State
from exchange.settlement.models import NewGrant
from exchange.settlement.reads import HolderOutcome
from exchange.settlement.rules import earliest_grant_date, promises_due_on


@dataclass(frozen=True, slots=True)
class DatedFact:
    """One dated fact. `text` is when, as one reads it; `at` is an instant, `on` a date; neither where there is none.

    `is_fixed`: stated, or happened. What is not fixed is counted from something still to come, which `note` names; its
    `on` is the earliest that it can be. `is_past` is as of the instant asked about. `code` is stable and may repeat
    (`amended`, `earlier_expiration`, `granted`); with `key` it is unique.
    """

    code: str
    title: str
    text: str
    at: datetime | None = None
    on: date | None = None
    is_fixed: bool = True
    is_past: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        """What tells the fact from others of its code, and stays when its date moves."""
        repeats = self.code in {"amended", "earlier_expiration", "granted", "lapsed"}
        return f"{self.code}:{(self.at or self.on or '')}" if repeats else self.code


def dates_of(loaded: Loaded, outcome: HolderOutcome, at: datetime) -> list[DatedFact]:
    """Every dated fact of the offer that concerns this holder, as known at `at`, in the order in which they come.

    Codes: `commencement`, `amended`, `earlier_expiration`, `expiration`, `withdrawal_ends`, `acceptance`,
    `terminated`, `promise_due`, `promise_issued`, `earliest_grant`, `granted`, `lapsed`, `first_vesting`,
    `last_vesting`, `new_option_expires`. Until acceptance the later ones are what they would be for options that
    are tendered; from acceptance on they are left out for a holder none of whose options was cancelled.
    `HolderOutcome(None)` asks for what concerns everyone. One query (the calendar's overrides).
    """
    dates = _Dates(loaded, outcome, at)
    state = loaded.timeline.state(at)
    found = [*dates.opening(state)]
    if state is State.TERMINATED:
        return [*found, *dates.termination()]
    if outcome.acceptance is None or state not in AFTER_ACCEPTANCE:
        return [*found, *dates.foreseen()]
    return [*found, *dates.accepted(), *dates.settled()]


@dataclass(frozen=True)
class _Dates:
    loaded: Loaded
    outcome: HolderOutcome
    at: datetime

    @property
    def expirations(self) -> list[Expiration]:
        """Those announced by `at`; the last one binds."""
        return [one for one in self.loaded.timeline.expirations if one.announced_at <= self.at]

    @property
    def expires_at(self) -> datetime:
        known = self.expirations
        return known[-1].expires_at if known else self.loaded.terms.expires_at

    def instant(self, code: str, title: str, at: datetime, *, note: str = "") -> DatedFact:
        text = instant_text(at.replace(microsecond=0), self.loaded.zone)
        return DatedFact(code, title, text, at=at, is_past=at <= self.at, note=note)

    def day(
        self, code: str, title: str, on: date, *, text: str = "", is_fixed: bool = True, note: str = ""
    ) -> DatedFact:
        is_past = on < self.loaded.date_of(self.at)
        return DatedFact(code, title, text or date_text(on), on=on, is_fixed=is_fixed, is_past=is_past, note=note)

    def opening(self, state: State) -> Iterator[DatedFact]:
        """Commencement, every amendment, and every expiration that was announced."""
        timeline, terms = self.loaded.timeline, self.loaded.terms
        commences_at = timeline.commences_at or terms.commences_at
        title = _("The offer began") if commences_at <= self.at else _("The offer begins")
        yield self.instant("commencement", title, commences_at)
        yield from sorted([*self.amended(), *self.extended()], key=lambda fact: fact.at or commences_at)
        expires_at = self.expires_at
        if state is State.TERMINATED and timeline.terminated_at is not None and timeline.terminated_at < expires_at:
            yield self.instant("expiration", _("The offer would have expired"), expires_at)
        elif expires_at <= self.at:
            yield self.instant("expiration", _("The offer expired"), expires_at)
        else:
            note = _("Later if the company extends the offer; you would be told.")
            yield self.instant("expiration", _("The offer expires"), expires_at, note=note)

    def amended(self) -> Iterator[DatedFact]:
        for amended_at in self.loaded.timeline.amendments:
            if amended_at <= self.at:
                note = _("What was signed before stands. The documents show what changed.")
                yield self.instant("amended", _("The offer was amended"), amended_at, note=note)

    def extended(self) -> Iterator[DatedFact]:
        for earlier, later in pairwise(self.expirations):
            note = _("Extended on {announced}.").format(
                announced=instant_text(later.announced_at.replace(microsecond=0), self.loaded.zone)
            )
            yield self.instant(
                "earlier_expiration", _("Expiration before the extension"), earlier.expires_at, note=note
            )

    def termination(self) -> Iterator[DatedFact]:
        terminated_at = self.loaded.timeline.terminated_at
        if terminated_at is not None:
            note = _("Nothing was cancelled. Everything tendered was returned.")
            yield self.instant("terminated", _("The offer was terminated"), terminated_at, note=note)

    def foreseen(self) -> Iterator[DatedFact]:
        """What follows the expiration, counted from the earliest day on which the company can accept."""
        loaded, terms, days = self.loaded, self.loaded.terms, calendar()
        intended_on = loaded.timeline.acceptance_intended_on
        on = max(loaded.date_of(max(self.expires_at, self.at)), intended_on or date.min)
        yield DatedFact(
            "withdrawal_ends",
            _("You can withdraw"),
            _("Until the company accepts"),
            is_fixed=False,
            note=_("At any time while the offer is open, and after that until the instant of acceptance."),
        )
        yield DatedFact(
            "acceptance",
            _("Acceptance and cancellation"),
            _("Postponed; intended for {date}").format(date=date_text(intended_on))
            if intended_on
            else _("Soon after the offer expires"),
            on=on,
            is_fixed=False,
            note=_("The company put it off. You can withdraw until it accepts.")
            if intended_on
            else _("On the day on which the company accepts; {on} at the earliest.").format(on=date_text(on)),
        )
        due = promises_due_on(terms, on, days)
        within = ngettext(
            "Within %(count)d business day after the cancellation",
            "Within %(count)d business days after the cancellation",
            terms.promise_within_business_days,
        ) % {"count": terms.promise_within_business_days}
        note = _("For a cancellation on {on}: by {date}.").format(on=date_text(on), date=date_text(due))
        yield self.day("promise_due", _("Promise to Grant"), due, text=within, is_fixed=False, note=note)
        earliest = earliest_grant_date(terms, on, days)
        yield self.day(
            "earliest_grant",
            _("New options"),
            earliest,
            text=_("{date} at the earliest").format(date=date_text(earliest)),
            is_fixed=False,
            note=_("Counted from a cancellation on {on}; a later one moves it.").format(on=date_text(on)),
        )
        yield from self.vesting_after(earliest)

    def vesting_after(self, granted_on: date) -> Iterator[DatedFact]:
        """First and last vesting date for a grant on a day that is not certain yet."""
        vesting = self.loaded.terms.vesting
        note = _("Counted from a grant on {date}; a later one moves it.").format(date=date_text(granted_on))
        first = granted_on if vesting.at_grant else add_months(granted_on, 1)
        last = add_months(granted_on, vesting.months())
        yield self.day("first_vesting", _("First part vests"), first, is_fixed=False, note=note)
        yield self.day("last_vesting", _("Everything is vested"), last, is_fixed=False, note=note)

    def accepted(self) -> Iterator[DatedFact]:
        acceptance = self.outcome.acceptance
        if acceptance is None:
            return
        title = _("Accepted and cancelled") if self.outcome.cancelled else _("The company accepted the tenders")
        note = _("Withdrawal ended at this instant.")
        yield self.instant("acceptance", title, acceptance.at, note=note)

    def settled(self) -> Iterator[DatedFact]:
        """The promise, and what it became; nothing for a holder none of whose options was cancelled."""
        outcome, acceptance = self.outcome, self.outcome.acceptance
        if acceptance is None or not outcome.cancelled:
            return
        if outcome.promise is not None:
            note = _("It was due by {date}.").format(date=date_text(acceptance.promises_due_on))
            yield self.instant("promise_issued", _("Promise to Grant issued"), outcome.promise.issued_at, note=note)
        else:
            yield self.day("promise_due", _("Promise to Grant, due by"), acceptance.promises_due_on)
        grants = [line.new_grant for line in outcome.lines if hasattr(line, "new_grant")]
        lapses = sorted({line.lapse.on for line in outcome.lines if hasattr(line, "lapse")})
        waiting = len(outcome.lines) > sum(
            hasattr(line, "new_grant") or hasattr(line, "lapse") for line in outcome.lines
        )
        if waiting or not (grants or lapses):
            note = _("If you are an employee on the day of the grant. The company chooses the day.")
            yield self.day(
                "earliest_grant", _("New options, at the earliest"), acceptance.earliest_grant_on, note=note
            )
        for on in sorted({grant.granted_on for grant in grants}):
            yield self.day("granted", _("New options granted"), on)
        for on in lapses:
            yield self.day(
                "lapsed",
                _("Promise lapsed"),
                on,
                note=_("In whole or in part; the page of your new options says why."),
            )
        if grants:
            yield from self.vested(grants)
        elif not lapses or waiting:
            yield from self.vesting_after(max(acceptance.earliest_grant_on, self.loaded.date_of(self.at)))

    def vested(self, grants: Sequence[NewGrant]) -> Iterator[DatedFact]:
        rows = [date.fromisoformat(on) for grant in grants for on, _shares in json.loads(grant.vesting)]
        note = _("If you stay in service until then.")
        if rows:
            yield self.day("first_vesting", _("First part vests"), min(rows))
            yield self.day("last_vesting", _("Everything is vested"), max(rows), note=note)
        yield self.day("new_option_expires", _("The new options expire"), max(grant.expires_on for grant in grants))
