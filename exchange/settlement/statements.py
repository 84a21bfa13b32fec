"""The final statement of every holder: what an offer has come to for them, also for one who did nothing.

Read as plain values for all holders at once, from what is on record; nothing is decided here. What a statement says
of eligibility is as of the day on which the offer was accepted or terminated.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from exchange.elections import rules
from exchange.elections.everyone import Placed, everyone, in_force
from exchange.grants.models import Cancellation, Grant
from exchange.grants.reads import every_grant
from exchange.grants.rules import GrantFacts
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers import eligibility
from exchange.offers.reads import Loaded, ended_by
from exchange.offers.words import option_reason_text, person_reason_text
from exchange.people.reads import everyone as everyone_on_file
from exchange.people.rules import PersonFacts
from exchange.settlement.models import NotAccepted, Prohibition, Promise, PromiseLine
from exchange.settlement.words import lapse_text, not_accepted_text


class Outcome(StrEnum):
    """What an offer has come to for one holder, in one word."""

    ACCEPTED = "accepted"
    IN_PART = "in_part"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    NOTHING_TENDERED = "nothing_tendered"  # an Election Form in force none of whose lines stands
    NOT_IN_FORCE = "not_in_force"  # forms came, and none was in force
    NO_DECISION = "no_decision"
    INELIGIBLE = "ineligible"
    RETURNED = "returned"  # tendered in an offer that was terminated


class Became(StrEnum):
    """What became of one option; all but the first are still the holder's."""

    CANCELLED = "cancelled"
    NOT_ACCEPTED = "not_accepted"
    RETURNED = "returned"
    KEPT = "kept"  # on no form in force, or not standing on it
    WITHDRAWN = "withdrawn"
    NOT_IN_FORCE = "not_in_force"
    NO_DECISION = "no_decision"
    INELIGIBLE = "ineligible"


class Line(StrEnum):
    """What became of one line of a promise."""

    GRANTED = "granted"
    LAPSED = "lapsed"
    HELD = "held"
    OPEN = "open"


# What became of an eligible option that was not tendered, by what the holder did.
_LEFT = {
    Outcome.WITHDRAWN: Became.WITHDRAWN,
    Outcome.NOT_IN_FORCE: Became.NOT_IN_FORCE,
    Outcome.NO_DECISION: Became.NO_DECISION,
    Outcome.INELIGIBLE: Became.INELIGIBLE,
}


def statements(loaded: Loaded) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the statement of each holder says (`documents.snapshots.statements.FinalStatement`), by holder's key.

    Of an offer that was accepted or terminated; of everyone who has options from before that day, or has sent a form.
    A constant number of queries.
    """
    ended_at = loaded.timeline.accepted_at or loaded.timeline.terminated_at
    if ended_at is None:
        raise ValueError("an offer that is not over has no final statements")
    found = _Everything.of(loaded, ended_at)
    for holder_id in sorted({*found.grants, *found.forms}):
        if holder_id in found.people:
            yield holder_id, found.of_holder(holder_id)


def as_if_granted(
    loaded: Loaded,
    *,
    person: PersonFacts,
    grants: Sequence[GrantFacts],
    lines: Sequence[Mapping[str, Any]],
    number: str,
    received_at: datetime,
    accepted_at: datetime,
) -> dict[str, Any]:
    """What the statement of one holder would say, had all of these lines been accepted, promised and granted.

    For a specimen: `lines` have what was cancelled and promised, and the `number`, `price` and day (`on`) of the new
    option. No form is on it, and the statement, the promise and the new options have one number.
    """
    day = loaded.date_of(accepted_at)
    signed = rules.Signed(at=received_at)
    standing = rules.Standing(number, rules.ELECTION, received_at, 1, 0, rules.EFFECTIVE, True, signed)
    found = _Everything(
        loaded=loaded,
        ended_at=accepted_at,
        day=day,
        people={0: person},
        grants={0: grants},
        forms={0: [Placed(standing, [line["grant_number"] for line in lines])]},
        cancelled={line["grant_number"]: line["cancelled"] for line in lines},
        not_accepted={},
        promises={0: {"pk": 0, "number": number, "issued_at": accepted_at}},
        lines={
            0: [
                {
                    "grant_number": line["grant_number"],
                    "shares": line["promised"],
                    "new_grant__number": line["number"],
                    "new_grant__shares": line["promised"],
                    "new_grant__granted_on": line["on"],
                    "new_grant__exercise_price": line["price"],
                    "lapse__reason": None,
                    "lapse__on": None,
                }
                for line in lines
            ]
        },
        verdicts={},
        factor=split_factor(corporate_actions(), loaded.commencement_date, day),
    )
    return {**found.of_holder(0), "is_terminated": False}


@dataclass(frozen=True)
class _Everything:
    """All that statements are made of, read once."""

    loaded: Loaded
    ended_at: datetime
    day: date
    people: Mapping[int, PersonFacts]
    grants: Mapping[int, Sequence[GrantFacts]]
    forms: Mapping[int, Sequence[Placed]]
    cancelled: Mapping[str, int]
    not_accepted: Mapping[str, str]
    promises: Mapping[int, dict[str, Any]]
    lines: Mapping[object, Sequence[dict[str, Any]]]
    verdicts: Mapping[object, str]
    factor: Any

    @classmethod
    def of(cls, loaded: Loaded, ended_at: datetime) -> "_Everything":
        offer, day = loaded.offer, loaded.date_of(ended_at)
        grants: dict[int, list[GrantFacts]] = defaultdict(list)
        for holder_id, grant in every_grant(Grant.objects.filter(grant_date__lte=day), as_before=day):
            grants[holder_id].append(grant)
        cancelled = Cancellation.objects.filter(source=f"offer:{offer.code}").order_by()
        refused = NotAccepted.objects.filter(acceptance__offer=offer).order_by()
        promises = Promise.objects.filter(offer=offer).order_by().values_list("holder_id", "pk", "number", "issued_at")
        lines: dict[object, list[dict[str, Any]]] = defaultdict(list)
        granted = ("number", "shares", "granted_on", "exercise_price")
        columns = [*(f"new_grant__{name}" for name in granted), "lapse__reason", "lapse__on"]
        for line in (
            PromiseLine.objects.filter(promise__offer=offer)
            .order_by("grant_number")
            .values("promise_id", "grant_number", "shares", *columns)
        ):
            lines[line["promise_id"]].append(line)
        decided = Prohibition.objects.filter(promise__offer=offer).order_by("number")
        return cls(
            loaded=loaded,
            ended_at=ended_at,
            day=day,
            people=everyone_on_file(),
            grants=grants,
            forms=everyone(offer, ended_by=ended_by(loaded)).forms,
            cancelled=dict(cancelled.values_list("grant_number", "shares")),
            not_accepted=dict(refused.values_list("grant_number", "reason")),
            promises={
                holder_id: {"pk": pk, "number": number, "issued_at": at} for holder_id, pk, number, at in promises
            },
            lines=lines,
            verdicts=dict(decided.values_list("promise_id", "verdict")),
            factor=split_factor(corporate_actions(), loaded.commencement_date, day),
        )

    def of_holder(self, holder_id: int) -> dict[str, Any]:
        person, placed = self.people[holder_id], self.forms.get(holder_id, ())
        grants = sorted(self.grants.get(holder_id, ()), key=lambda grant: (grant.grant_date, grant.grant_number))
        reasons = eligibility.person_reasons(self.loaded.terms, self.loaded.exclusions, person, self.day)
        eligible = set() if reasons else {grant.grant_number for grant in grants if not self.option_reasons(grant)}
        outcome = self.outcome(placed, grants, eligible)
        tendered = set(_tendered(placed))
        promise = self.promises.get(holder_id)
        lines = [self.line(line) for line in self.lines.get(promise["pk"], ())] if promise else []
        if promise and self.verdicts.get(promise["pk"]) == Prohibition.Verdict.HELD:
            lines = [{**line, "became": Line.HELD} if line["became"] is Line.OPEN else line for line in lines]
        return {
            "outcome": outcome,
            "ended_at": self.ended_at,
            "is_terminated": self.loaded.timeline.accepted_at is None,
            "reasons": self.told(person, reasons) if outcome is Outcome.INELIGIBLE else [],
            "forms": [
                {
                    "number": one.standing.number,
                    "is_withdrawal": one.standing.kind == rules.WITHDRAWAL,
                    "received_at": one.standing.received_at,
                    "status": one.standing.status,
                }
                for one in placed
            ],
            "options": [self.option(grant, outcome, tendered, eligible, bool(reasons)) for grant in grants],
            "promise_number": promise["number"] if promise else "",
            "promised_at": promise["issued_at"] if promise else None,
            "lines": lines,
            "total_cancelled": sum(self.cancelled.get(grant.grant_number, 0) for grant in grants),
            "total_promised": sum(line["promised"] for line in lines),
            **{
                f"total_{became}": sum(
                    line["shares"] if became is Line.GRANTED else line["promised"]
                    for line in lines
                    if line["became"] is became
                )
                for became in Line
            },
        }

    def outcome(self, placed: Sequence[Placed], grants: Sequence[GrantFacts], eligible: set[str]) -> Outcome:
        numbers = {grant.grant_number for grant in grants}
        taken, left = numbers & self.cancelled.keys(), numbers & self.not_accepted.keys()
        if taken:
            return Outcome.IN_PART if left else Outcome.ACCEPTED
        if left:
            return Outcome.NOT_ACCEPTED
        form = in_force(placed)
        if form is not None and form.standing.kind == rules.WITHDRAWAL:
            return Outcome.WITHDRAWN
        if form is not None:
            is_returned = form.tendered and self.loaded.timeline.accepted_at is None
            return Outcome.RETURNED if is_returned else Outcome.NOTHING_TENDERED
        if placed:
            return Outcome.NOT_IN_FORCE
        return Outcome.NO_DECISION if eligible else Outcome.INELIGIBLE

    def option(
        self, grant: GrantFacts, outcome: Outcome, tendered: set[str], eligible: set[str], is_ineligible: bool
    ) -> dict[str, Any]:
        number, reason = grant.grant_number, ""
        if number in self.cancelled:
            became = Became.CANCELLED
        elif number in self.not_accepted:
            became, reason = Became.NOT_ACCEPTED, not_accepted_text(self.not_accepted[number])
        elif number in tendered and outcome is Outcome.RETURNED:
            became = Became.RETURNED
        elif number in eligible:
            became = _LEFT.get(outcome, Became.KEPT)
        else:
            became = Became.INELIGIBLE
            if not is_ineligible:
                codes = self.option_reasons(grant)
                exclusion = self.loaded.exclusions.of_option(number, self.day)
                reason = " ".join(option_reason_text(code, self.loaded.terms, exclusion) for code in codes)
        return {
            "grant_number": number,
            "grant_date": grant.grant_date,
            "exercise_price": grant.exercise_price,
            "shares": self.cancelled.get(number, grant.outstanding(self.factor)),
            "plan": grant.plan,
            "option_type": grant.option_type,
            "became": became,
            "reason": reason,
        }

    def told(self, person: PersonFacts, reasons: Sequence[str]) -> list[str]:
        """Why the offer did not reach the person, as they read it."""
        exclusion = self.loaded.exclusions.of_person(person.employee_number, self.day)
        return [person_reason_text(code, self.loaded.terms, exclusion) for code in reasons]

    def option_reasons(self, grant: GrantFacts) -> list[str]:
        outstanding = grant.outstanding(self.factor)
        commenced = self.loaded.commencement_date
        exclusions = self.loaded.exclusions
        return eligibility.option_reasons(self.loaded.terms, exclusions, grant, self.day, commenced, outstanding)

    def line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """One line of the promise; an open one may be held."""
        new, reason = line["new_grant__number"], line["lapse__reason"]
        became = Line.GRANTED if new else Line.LAPSED if reason else Line.OPEN
        return {
            "grant_number": line["grant_number"],
            "cancelled": self.cancelled[line["grant_number"]],
            "promised": line["shares"],
            "became": became,
            "new_number": new or "",
            "shares": line["new_grant__shares"] or 0,
            "on": line["new_grant__granted_on"] or line["lapse__on"],
            "exercise_price": line["new_grant__exercise_price"],
            "reason": lapse_text(reason) if reason else "",
        }


def _tendered(placed: Sequence[Placed]) -> Sequence[str]:
    form = in_force(placed)
    return form.tendered if form is not None else ()
