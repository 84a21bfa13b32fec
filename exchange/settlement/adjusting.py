"""Statements of adjustments: what a split or merger made of each promise, owed when it is recorded (domain §6).

Asked for in the caller's transaction, each with its letter; idempotent by the promise and the action.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from exchange.documents.actions import PaperRequest, request_papers
from exchange.documents.models import Paper
from exchange.kernel import rehearsal
from exchange.kernel.shares import whole
from exchange.market.models import CorporateAction
from exchange.market.reads import corporate_actions
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.notices.queueing import Letter
from exchange.offers.letters import common, letter, owner_key, paper_common
from exchange.offers.reads import Loaded, load
from exchange.settlement.models import Acceptance, Promise, PromiseLine
from exchange.settlement.promised import Adjustment, adjustments

KIND = "adjustment_statement"


def statement_key(promise: Promise, action: CorporateAction) -> str:
    return f"adjustment:{statement_number(promise, action)}"


def statement_number(promise: Promise, action: CorporateAction) -> str:
    return f"{promise.number}-A{action.number}"


def owe_for_actions(actions: Sequence[CorporateAction], *, at: datetime) -> list[Paper]:
    """A statement of each of these actions, just recorded, for every promise that it touches and that is open."""
    papers: list[Paper] = []
    for acceptance in Acceptance.objects.select_related("offer").order_by("pk"):
        papers += owe_for_acceptance(load(acceptance.offer), acceptance, actions, at=at)
    return papers


def owe_for_acceptance(
    loaded: Loaded, acceptance: Acceptance, actions: Sequence[CorporateAction], *, at: datetime
) -> list[Paper]:
    """The same for the promises of one offer. An action counts when it is effective after the cancellation date."""
    after = [action for action in actions if action.effective_on > acceptance.on]
    if not after or rehearsal.is_on():
        return []
    lines: dict[Promise, list[PromiseLine]] = defaultdict(list)
    still = PromiseLine.objects.filter(promise__offer=loaded.offer, new_grant__isnull=True, lapse__isnull=True)
    for line in still.select_related("promise__holder", "cancellation__grant").order_by("grant_number"):
        lines[line.promise].append(line)
    known = corporate_actions()
    requests = [
        PaperRequest(
            kind=KIND,
            owner_key=owner_key(promise.holder),
            subject_key=statement_key(promise, action),
            offer_key=loaded.offer.code,
            is_replay=loaded.offer.is_replay,
            snapshot=_statement(loaded, acceptance, promise, found, action, known, at),
        )
        for promise, found in lines.items()
        for action in after
    ]
    papers = request_papers(requests, at=at)
    about = [(promise, action) for promise in lines for action in after]
    queue_letters(
        (
            _letter(loaded, promise, action, request.snapshot, paper)
            for (promise, action), request, paper in zip(about, requests, papers, strict=True)
        ),
        at=at,
    )
    return papers


def _letter(
    loaded: Loaded, promise: Promise, action: CorporateAction, said: Mapping[str, Any], paper: Paper
) -> Letter:
    return letter(
        loaded,
        promise.holder,
        "promise_adjusted",
        contexts.PromiseAdjusted(
            **common(loaded, promise.holder),
            statement_number=statement_number(promise, action),
            promise_number=promise.number,
            event=action.kind,
            effective_on=action.effective_on,
            successor=action.successor,
            total_promised=said["total_promised"],
            total_now=said["total_whole"],
            earliest_grant_on=promise.earliest_grant_on,
        ),
        about=statement_number(promise, action),
        papers=[paper.pk],
    )


def _statement(
    loaded: Loaded,
    acceptance: Acceptance,
    promise: Promise,
    lines: Sequence[PromiseLine],
    action: CorporateAction,
    known: Sequence[CorporateAction],
    at: datetime,
) -> dict[str, Any]:
    """What the paper says (`documents.snapshots.grants.AdjustmentStatement`)."""
    return {
        **paper_common(loaded, promise.holder, number=statement_number(promise, action), issued_at=at),
        **said_of(acceptance, promise, lines, action, known),
    }


def said_of(
    acceptance: Acceptance,
    promise: Promise,
    lines: Sequence[PromiseLine],
    action: CorporateAction,
    known: Sequence[CorporateAction],
) -> dict[str, Any]:
    """What one action made of a promise, by every action on record in order of their effect."""
    last = max(one.effective_on for one in known)
    steps = adjustments([Fraction(line.exact) for line in lines], known, acceptance.on, last)
    this = next(step for step in steps if step.action.number == action.number)
    end = steps[-1]
    rows = [
        {
            "grant_number": line.grant_number,
            "grant_date": line.cancellation.grant.grant_date,
            "promised": line.shares,
            "before": before,
            "after": after,
            "in_all": in_all,
            "whole": whole(in_all),
        }
        for line, before, after, in_all in zip(lines, this.before, this.after, end.after, strict=True)
    ]
    return {
        "promise_number": promise.number,
        "cancelled_on": acceptance.on,
        "earliest_grant_on": promise.earliest_grant_on,
        "event": _event(this),
        "others": [_event(step) for step in steps if step is not this],
        "is_last": this is end,
        "lines": rows,
        "total_promised": sum(row["promised"] for row in rows),
        "total_whole": sum(row["whole"] for row in rows),
    }


def _event(step: Adjustment) -> dict[str, Any]:
    action = step.action
    return {
        "kind": action.kind,
        "effective_on": action.effective_on,
        "new": action.new,
        "old": action.old,
        "factor": step.factor,
        "successor": action.successor,
        "note": action.note,
    }
