"""A letter as one holder would get it: filled with what is on record of them, and with examples of what is not yet.

A preview is for reading. It sends nothing and keeps nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from exchange.elections.reads import HolderForms, HolderView, holder_view
from exchange.elections.tally import tally
from exchange.notices.contexts import KINDS, Common, Line
from exchange.notices.examples import example_of
from exchange.notices.letters import Content, Rendered, render
from exchange.offers.letters import common
from exchange.offers.reads import Loaded, ended_by
from exchange.people.models import Holder
from exchange.settlement.reads import HolderOutcome, holder_outcome


@dataclass(frozen=True)
class Shown:
    """A letter, and the names of those of its values that are examples."""

    letter: Rendered
    invented: list[str]


def preview(loaded: Loaded, holder: Holder, kind: str, content: Content, at: datetime) -> Shown:
    """The letter to this holder, of these words, as it would be written at `at`."""
    known = common(loaded, holder)
    source = _Source(loaded, holder, at)
    invented = []
    for field in fields(KINDS[kind]):
        if field.name in known:
            continue
        value = source.known(field.name)
        if value is None:
            value = example_of(kind, field.name, at)
            if value is not None and not isinstance(value, bool):
                invented.append(field.name.replace("_", " "))
        known[field.name] = value
    context: Common = KINDS[kind](**known)
    return Shown(render(kind, context, content=content, reference=_("(its number, once it is written)")), invented)


class _Source:
    """What is on record of one holder in an offer, by the name a letter has for it."""

    def __init__(self, loaded: Loaded, holder: Holder, at: datetime) -> None:
        self.loaded, self.holder, self.at = loaded, holder, at

    def known(self, name: str) -> Any:
        """The value, or None where it is not on record."""
        found: Callable[[], Any] | None = getattr(self, f"_{name}", None)
        return found() if found else None

    @cached_property
    def view(self) -> HolderView:
        return holder_view(self.loaded.offer, self.holder, self.at, self.loaded)

    @cached_property
    def forms(self) -> HolderForms:
        """The forms with what counted when the offer ended, if it has."""
        return self.view.forms.until(ended_by(self.loaded))

    @cached_property
    def outcome(self) -> HolderOutcome:
        return holder_outcome(self.loaded.offer, self.holder)

    def _lines(self) -> tuple[Line, ...]:
        """The options that were accepted; until then those they tender, or could."""
        if self.outcome.cancelled:
            return tuple(Line(grant_number=one.grant_number, shares=one.shares) for one in self.outcome.cancelled)
        tendered = set(self.forms.tendered)
        options = [one for one in self.view.options if one.grant.grant_number in tendered] or self.view.eligible
        return tuple(
            Line(
                grant_number=one.grant.grant_number,
                shares=one.outstanding,
                grant_date=one.grant.grant_date,
                exercise_price=one.grant.exercise_price,
            )
            for one in options
        )

    def _deadline(self) -> datetime:
        return self.loaded.timeline.expires_at or self.loaded.terms.expires_at

    def _previous_deadline(self) -> datetime | None:
        earlier = [one.expires_at for one in self.loaded.timeline.expirations]
        return earlier[-2] if len(earlier) > 1 else None

    def _eligible_count(self) -> int:
        return len(self.view.eligible)

    def _reaches_none(self) -> bool:
        return not self.view.eligible

    def _eligible_shares(self) -> int:
        return sum(one.outstanding for one in self.view.eligible)

    def _tendered_shares(self) -> int:
        return tally(self.loaded, self.at).tendered_shares

    def _has_tendered(self) -> bool:
        return bool(self.forms.tendered)

    _had_tendered = _has_tendered

    def _tendered(self) -> tuple[Line, ...]:
        return self._lines()

    _accepted = _grants = _lapsed = _tendered

    def _not_tendered(self) -> tuple[Line, ...]:
        return ()

    _not_accepted = _remaining = _not_tendered

    def _total_shares(self) -> int:
        return sum(line.shares for line in self._lines())

    def _kept_count(self) -> int:
        return max(len(self.view.eligible) - len(self._lines()), 0)

    def _form_number(self) -> str | None:
        forms = self.view.forms.forms
        return forms[-1].number if forms else None

    def _received_at(self) -> datetime | None:
        forms = self.view.forms.forms
        return forms[-1].received_at if forms else None

    def _address(self) -> str:
        return self.holder.email

    def _promise_number(self) -> str | None:
        return self.outcome.promise.number if self.outcome.promise else None

    def _accepted_at(self) -> datetime | None:
        return self.outcome.acceptance.at if self.outcome.acceptance else None

    def _cancelled_on(self) -> date | None:
        return self.outcome.acceptance.on if self.outcome.acceptance else None

    def _promise_due_on(self) -> date | None:
        return self.outcome.acceptance.promises_due_on if self.outcome.acceptance else None

    def _earliest_grant_on(self) -> date | None:
        return self.outcome.acceptance.earliest_grant_on if self.outcome.acceptance else None
