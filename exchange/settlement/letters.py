"""Letters and papers of settlement, filled from plain snapshots and queued in the caller's transaction.

Each is idempotent by its key, so an action that is repeated resumes what is missing and doubles nothing.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exchange.documents.actions import PaperRequest, request_papers
from exchange.elections.reads import forms_of_holders
from exchange.grants.models import Cancellation, Grant, Plan
from exchange.kernel import rehearsal
from exchange.kernel.shares import VestingTerms
from exchange.market.models import CorporateAction
from exchange.market.reads import corporate_actions
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.notices.queueing import Letter
from exchange.offers.letters import common, letter, offer_text, owner_key, paper_common
from exchange.offers.reads import Loaded, ended_by
from exchange.people.models import Holder
from exchange.settlement.models import Acceptance, Lapse, NewGrant, Promise, PromiseLine
from exchange.settlement.words import lapse_text, not_accepted_text

# So many agreements go along with a letter at most, some 50 kB each once sealed. Nobody reads sixty out of a mailbox.
MOST_ATTACHED = 10


def going_along(paper_ids: Sequence[Any]) -> Sequence[Any]:
    """The papers that go with a letter: all, or none where they are too many and the letter says where they are."""
    return paper_ids if len(paper_ids) <= MOST_ATTACHED else ()


def promise_key(promise: Promise) -> str:
    return f"promise:{promise.number}"


def new_grant_key(grant: NewGrant) -> str:
    return f"new_grant:{grant.number}"


def queue_acceptance(loaded: Loaded, acceptance: Acceptance, *, at: datetime) -> None:
    """Tell every holder whose tender was decided what was cancelled, and why anything was not."""
    if rehearsal.is_on():
        return
    accepted: dict[int, list[contexts.Line]] = defaultdict(list)
    refused: dict[int, list[contexts.Line]] = defaultdict(list)
    cancelled = Cancellation.objects.filter(source=f"offer:{loaded.offer.code}").select_related("grant")
    for row in cancelled.order_by("grant_number"):
        accepted[row.grant.holder_id].append(
            contexts.Line(
                grant_number=row.grant_number,
                shares=row.shares,
                grant_date=row.grant.grant_date,
                exercise_price=row.grant.exercise_price,
            )
        )
    not_accepted = list(acceptance.not_accepted.order_by("grant_number"))
    grants = _grants(row.grant_number for row in not_accepted)
    for missed in not_accepted:
        refused[missed.holder_id].append(_line(grants[missed.grant_number], not_accepted_text(missed.reason)))
    holders = Holder.objects.in_bulk({*accepted, *refused})
    queue_letters(
        (
            letter(
                loaded,
                holder,
                "options_accepted",
                contexts.OptionsAccepted(
                    **common(loaded, holder),
                    accepted_at=acceptance.at,
                    cancelled_on=acceptance.on,
                    accepted=tuple(accepted.get(holder_id, ())),
                    total_shares=sum(line.shares for line in accepted.get(holder_id, ())),
                    not_accepted=tuple(refused.get(holder_id, ())),
                    promise_due_on=acceptance.promises_due_on,
                    earliest_grant_on=acceptance.earliest_grant_on,
                ),
                about=holder.employee_number,
            )
            for holder_id, holder in sorted(holders.items())
        ),
        at=at,
    )


def _grants(numbers: Iterable[str]) -> dict[str, Grant]:
    return {grant.grant_number: grant for grant in Grant.objects.filter(grant_number__in=list(numbers))}


def _line(grant: Grant, reason: str) -> contexts.Line:
    return contexts.Line(
        grant_number=grant.grant_number,
        shares=grant.outstanding,
        grant_date=grant.grant_date,
        exercise_price=grant.exercise_price,
        reason=reason,
    )


def queue_promises(loaded: Loaded, acceptance: Acceptance, *, at: datetime) -> None:
    """Queue the Promise to Grant as a paper, and its letter, for every holder who has one."""
    if rehearsal.is_on():
        return
    promises = list(Promise.objects.filter(offer=loaded.offer).select_related("holder").order_by("number"))
    lines: dict[object, list[PromiseLine]] = defaultdict(list)
    found = PromiseLine.objects.filter(promise__offer=loaded.offer).select_related("cancellation__grant")
    for line in found.order_by("grant_number"):
        lines[line.promise_id].append(line)
    forms = forms_of_holders(loaded.offer, [promise.holder_id for promise in promises])
    accepted_by = ended_by(loaded)
    plan = Plan.objects.filter(code=loaded.terms.award_plan).first()
    requests = []
    for promise in promises:
        held = forms.get(promise.holder_id)
        form = held.until(accepted_by).election_in_force if held else None  # the one that was accepted
        requests.append(
            PaperRequest(
                kind="promise_to_grant",
                owner_key=owner_key(promise.holder),
                subject_key=promise_key(promise),
                offer_key=loaded.offer.code,
                is_replay=loaded.offer.is_replay,
                snapshot={
                    **paper_common(loaded, promise.holder, number=promise.number, issued_at=promise.issued_at),
                    "offer_text": offer_text(loaded, promise.holder, "promise_to_grant"),
                    "cancelled_on": acceptance.on,
                    "form_number": form.number if form else "",
                    "form_received_at": form.received_at if form else promise.issued_at,
                    "lines": [_promised(loaded, line) for line in lines[promise.pk]],
                    "total_cancelled": sum(line.cancellation.shares for line in lines[promise.pk]),
                    "total_promised": promise.shares,
                    "earliest_grant_on": promise.earliest_grant_on,
                    "wait_months": loaded.terms.wait_months,
                    "wait_days": loaded.terms.wait_days,
                    **award(loaded, plan),
                    "signatory": _signatory(promise, loaded.date_of(promise.issued_at)),
                },
            )
        )
    papers = request_papers(requests, at=at)
    queue_letters(
        (
            letter(
                loaded,
                promise.holder,
                "promise_ready",
                contexts.PromiseReady(
                    **common(loaded, promise.holder),
                    promise_number=promise.number,
                    total_shares=promise.shares,
                    earliest_grant_on=promise.earliest_grant_on,
                ),
                about=promise.number,
                papers=[paper.pk],
            )
            for promise, paper in zip(promises, papers, strict=True)
        ),
        at=at,
    )


def _promised(loaded: Loaded, line: PromiseLine) -> dict[str, Any]:
    grant = line.cancellation.grant
    tier = loaded.terms.tier_for(grant.exercise_price)
    return {
        "grant_number": grant.grant_number,
        "grant_date": grant.grant_date,
        "exercise_price": grant.exercise_price,
        "plan": grant.plan,
        "option_type": grant.option_type,
        "cancelled": line.cancellation.shares,
        "old": tier.old if tier else Decimal(1),
        "new": tier.new if tier else Decimal(1),
        "promised": line.shares,
    }


def award(loaded: Loaded, plan: Plan | None) -> dict[str, Any]:
    """The terms of the new award, as both papers state them."""
    vesting: VestingTerms = loaded.terms.vesting
    return {
        "award_plan": loaded.terms.award_plan,
        "award_plan_name": (plan.name if plan else "") or _("{code} plan").format(code=loaded.terms.award_plan),
        "term_years": loaded.terms.term_years,
        "vesting": {
            "at_grant": vesting.at_grant,
            "each_month": vesting.each_month,
            "months": vesting.months(),
        },
    }


def _signatory(promise: Promise, signed_on: date) -> dict[str, Any] | None:
    if not promise.signatory_name:
        return None
    return {"name": promise.signatory_name, "title": promise.signatory_title, "signed_on": signed_on}


def queue_grants(loaded: Loaded, acceptance: Acceptance, *, at: datetime) -> None:
    """Queue an option agreement for each new option, and the letters of grants and of lapses."""
    if rehearsal.is_on():
        return
    offer = loaded.offer
    grants = list(
        NewGrant.objects.filter(line__promise__offer=offer)
        .select_related("holder", "line__promise")
        .order_by("granted_on", "number")
    )
    plan = Plan.objects.filter(code=loaded.terms.award_plan).first()
    actions = corporate_actions()
    papers = request_papers(
        [
            PaperRequest(
                kind="new_option",
                owner_key=owner_key(grant.holder),
                subject_key=new_grant_key(grant),
                offer_key=offer.code,
                is_replay=offer.is_replay,
                snapshot=_agreement(loaded, grant, plan, _acquirer(acceptance, grant.granted_on, actions), at),
            )
            for grant in grants
        ],
        at=at,
    )
    paper_ids = {grant.pk: paper.pk for grant, paper in zip(grants, papers, strict=True)}
    by_holder: dict[tuple[int, date], list[NewGrant]] = defaultdict(list)
    for grant in grants:
        by_holder[(grant.holder_id, grant.granted_on)].append(grant)
    letters = [_granted_letter(loaded, made, paper_ids) for made in by_holder.values()]
    letters += _lapse_letters(loaded)
    queue_letters(letters, at=at)


def _acquirer(acceptance: Acceptance, on: date, actions: Sequence[CorporateAction]) -> str:
    """Whose stock the new options are for, when the company was acquired between cancellation and grant; else ""."""
    mergers = [
        action
        for action in actions
        if action.kind != CorporateAction.Kind.SPLIT and acceptance.on < action.effective_on <= on
    ]
    return mergers[-1].successor if mergers else ""


def _agreement(loaded: Loaded, grant: NewGrant, plan: Plan | None, acquirer: str, at: datetime) -> dict[str, Any]:
    promise = grant.line.promise
    schedule, total = [], 0
    for day, shares in json.loads(grant.vesting):
        total += shares
        schedule.append({"on": day, "shares": shares, "total": total})
    return {
        **paper_common(loaded, grant.holder, number=grant.number, issued_at=at),
        "offer_text": offer_text(loaded, grant.holder, "new_option"),
        "promise_number": promise.number,
        "old_grant_number": grant.old_grant_number,
        "granted_on": grant.granted_on,
        "expires_on": grant.expires_on,
        "shares": grant.shares,
        "exercise_price": grant.exercise_price,
        "price_source": acquirer,
        **award(loaded, plan),
        "schedule": schedule,
        "signatory": _signatory(promise, grant.granted_on),
    }


def _granted_letter(loaded: Loaded, grants: Sequence[NewGrant], paper_ids: Mapping[Any, Any]) -> Letter:
    first = grants[0]
    papers = going_along([paper_ids[grant.pk] for grant in grants])
    return letter(
        loaded,
        first.holder,
        "options_granted",
        contexts.OptionsGranted(
            **common(loaded, first.holder),
            granted_on=first.granted_on,
            exercise_price=first.exercise_price,
            grants=tuple(contexts.Line(grant_number=grant.number, shares=grant.shares) for grant in grants),
            total_shares=sum(grant.shares for grant in grants),
            vested_at_grant=loaded.terms.vesting.at_grant,
            expires_on=first.expires_on,
            are_in_portal_only=not papers,
        ),
        about=f"{first.granted_on.isoformat()}:{first.holder.employee_number}",
        papers=papers,
    )


def _lapse_letters(loaded: Loaded) -> list[Letter]:
    lapses: dict[object, list[Lapse]] = defaultdict(list)
    found = Lapse.objects.filter(line__promise__offer=loaded.offer).select_related("line__promise__holder")
    for lapse in found.order_by("on", "grant_number"):
        lapses[(lapse.line.promise_id, lapse.on)].append(lapse)
    return [
        letter(
            loaded,
            made[0].line.promise.holder,
            "promise_lapsed",
            contexts.PromiseLapsed(
                **common(loaded, made[0].line.promise.holder),
                promise_number=made[0].line.promise.number,
                lapsed_on=made[0].on,
                lapsed=tuple(
                    contexts.Line(
                        grant_number=lapse.grant_number, shares=lapse.line.shares, reason=lapse_text(lapse.reason)
                    )
                    for lapse in made
                ),
            ),
            about=f"{made[0].on.isoformat()}:{made[0].line.promise.number}",
        )
        for made in lapses.values()
    ]
