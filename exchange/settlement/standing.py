"""Where one holder's election stands, stage by stage, from facts: from received and in force to granted and signed.

One function answers for the home page: of each stage whether it was reached, what stands in the way, and when. Words
are the pages'.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from exchange.elections.models import Form
from exchange.elections.reads import HolderForms
from exchange.elections.rules import DEFECTIVE, EFFECTIVE, WITHDRAWAL
from exchange.offers.reads import Loaded
from exchange.offers.rules import AFTER_ACCEPTANCE, State
from exchange.settlement.models import Lapse, NewGrant, Prohibition
from exchange.settlement.reads import HolderOutcome
from exchange.settlement.signatures import is_released


class Stage(StrEnum):
    RECEIVED = "received"
    IN_FORCE = "in_force"
    ACCEPTED = "accepted"
    PROMISED = "promised"
    GRANTED = "granted"
    SIGNED = "signed"


AFTER = (Stage.ACCEPTED, Stage.PROMISED, Stage.GRANTED, Stage.SIGNED)


class Reached(StrEnum):
    """How far a stage has come. `PARTLY`: for some of the options. `LATER` may still come, `NEVER` will not."""

    DONE = "done"
    PARTLY = "partly"
    HELD = "held"
    PROHIBITED = "prohibited"
    LATER = "later"
    DEFECTIVE = "defective"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    NOT_ACCEPTED = "not_accepted"
    LAPSED = "lapsed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Step:
    """One stage. `form` is the form it speaks of; `grants` and `shares` what went on, `reasons` codes of what did not.

    `at` is an instant, `on` a date: when it was reached, or, for one still to come, by when or from when.
    """

    stage: Stage
    reached: Reached
    form: Form | None = None
    at: datetime | None = None
    on: date | None = None
    grants: int = 0
    shares: int = 0
    reasons: tuple[str, ...] = ()


def standing_of(loaded: Loaded, forms: HolderForms, outcome: HolderOutcome, at: datetime) -> tuple[Step, ...]:
    """The stages of what the holder signed; none for one who has signed nothing. Asks nothing of the database.

    The first stage speaks of the last form received, with its defects where it is not what the second speaks of: the
    form in force. No form received or recorded from acceptance on changes what was in force then. The last stage is
    that of the new options' agreements.
    """
    if not forms.forms:
        return ()
    state = loaded.timeline.state(at)
    return tuple(_steps(state, forms, outcome))


def _steps(state: State, forms: HolderForms, outcome: HolderOutcome) -> Iterator[Step]:
    last = forms.forms[-1]
    in_force = _in_force(state, forms)
    told_below = in_force.form is not None and in_force.form.pk == last.pk
    reasons = () if told_below else forms.judged(last).defects
    yield Step(Stage.RECEIVED, Reached.DONE, form=last, at=last.received_at, reasons=tuple(reasons))
    yield in_force
    acceptance = outcome.acceptance if state in AFTER_ACCEPTANCE else None
    if acceptance is None:
        is_mendable = in_force.reached is Reached.DEFECTIVE and state in {State.OPEN, State.EXPIRED}
        may_come = is_mendable or (in_force.reached is Reached.DONE and in_force.grants > 0)
        for stage in AFTER:
            yield Step(stage, Reached.LATER if may_come else Reached.NEVER)
        return
    taken, left = outcome.cancelled, outcome.not_accepted
    reasons = tuple(dict.fromkeys(row.reason for row in left))
    reached = Reached.NEVER
    if taken:
        reached = Reached.PARTLY if left else Reached.DONE
    elif left:
        reached = Reached.NOT_ACCEPTED
    yield Step(
        Stage.ACCEPTED,
        reached,
        at=acceptance.at,
        grants=len(taken),
        shares=sum(row.shares for row in taken),
        reasons=reasons,
    )
    if not taken:
        for stage in AFTER[1:]:
            yield Step(stage, Reached.NEVER)
        return
    yield _promised(outcome, acceptance.promises_due_on)
    granted = _granted(outcome, acceptance.earliest_grant_on)
    yield granted
    yield _signed(outcome, granted)


def _in_force(state: State, forms: HolderForms) -> Step:
    """Of the form in force if there is one; else what keeps the last one from being so."""
    form = forms.form_in_force
    if form is not None:
        tendered = forms.tendered
        if form.kind == WITHDRAWAL:
            reached = Reached.WITHDRAWN
        else:
            reached = Reached.RETURNED if state is State.TERMINATED else Reached.DONE
        return Step(Stage.IN_FORCE, reached, form=form, at=form.received_at, grants=len(tendered))
    in_time = [other for other in forms.forms if not forms.is_recorded_after(other)]
    last = (in_time or forms.forms)[-1]
    judged = forms.judged(last)
    reached = Reached.DEFECTIVE if judged.status == DEFECTIVE else Reached.REJECTED
    if judged.status == EFFECTIVE:  # found effective when something later was known already (domain §4)
        reached = Reached.NEVER
    return Step(Stage.IN_FORCE, reached, form=last, at=last.received_at, reasons=tuple(judged.defects))


def _promised(outcome: HolderOutcome, due_on: date) -> Step:
    promise = outcome.promise
    if promise is None:
        return Step(Stage.PROMISED, Reached.LATER, on=due_on)
    return Step(Stage.PROMISED, Reached.DONE, at=promise.issued_at, grants=len(outcome.lines), shares=promise.shares)


def _granted(outcome: HolderOutcome, earliest_on: date) -> Step:
    """Granted, held, lapsed and why, line by line; the whole is done only when every line is granted."""
    grants: list[NewGrant] = [line.new_grant for line in outcome.lines if hasattr(line, "new_grant")]
    lapses: list[Lapse] = [line.lapse for line in outcome.lines if hasattr(line, "lapse")]
    waiting = len(outcome.lines) - len(grants) - len(lapses)
    reasons = tuple(dict.fromkeys(lapse.reason for lapse in lapses))
    if grants:
        reached = Reached.PARTLY if lapses or waiting else Reached.DONE
        on = max(grant.granted_on for grant in grants)
        shares = sum(grant.shares for grant in grants)
        return Step(Stage.GRANTED, reached, on=on, grants=len(grants), shares=shares, reasons=reasons)
    if lapses and not waiting:
        return Step(Stage.GRANTED, Reached.LAPSED, on=max(lapse.on for lapse in lapses), reasons=reasons)
    if waiting and outcome.verdict == Prohibition.Verdict.PROHIBITED:
        return Step(Stage.GRANTED, Reached.PROHIBITED, on=earliest_on, reasons=(Lapse.Reason.PROHIBITED.value,))
    if waiting and outcome.verdict == Prohibition.Verdict.HELD:
        return Step(Stage.GRANTED, Reached.HELD, on=earliest_on, reasons=reasons)
    return Step(Stage.GRANTED, Reached.LATER, on=earliest_on, reasons=reasons)


def _signed(outcome: HolderOutcome, granted: Step) -> Step:
    """The agreement of each new option is signed before the option is the holder's (domain §7)."""
    grants = [line.new_grant for line in outcome.lines if hasattr(line, "new_grant")]
    if not grants:
        return Step(Stage.SIGNED, Reached.NEVER if granted.reached is Reached.LAPSED else Reached.LATER)
    signed = [grant for grant in grants if is_released(grant)]
    if len(signed) == len(grants):
        return Step(Stage.SIGNED, Reached.DONE, grants=len(signed))
    return Step(Stage.SIGNED, Reached.PARTLY if signed else Reached.LATER, grants=len(signed))
