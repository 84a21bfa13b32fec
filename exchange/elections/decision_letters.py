"""Letters about decisions on defects: the day to cure by, the receipt of a form that came into force, what else."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from exchange.elections import rules
from exchange.elections.decisions import Reached
from exchange.elections.letters import queue_receipts
from exchange.elections.models import Form
from exchange.elections.models.decisions import CureRequest, Decision, Verdict
from exchange.elections.reads import Judge
from exchange.elections.words import form_defect_text, line_defect_text
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.notices.queueing import Letter
from exchange.offers.letters import common, deadline_of, letter, stamp
from exchange.offers.reads import Loaded


def _said(grant_number: str, defect: str) -> str:
    return line_defect_text(defect) if grant_number else form_defect_text(defect)


def queue_cure_request(loaded: Loaded, request: CureRequest, *, at: datetime) -> None:
    """Tell one holder what to cure, and by which day. Each day that is set is told."""
    form = request.form
    if form.holder is None:
        return
    context = contexts.CureAsked(
        **common(loaded, form.holder),
        form_number=form.number,
        received_at=form.received_at,
        is_withdrawal=form.kind == rules.WITHDRAWAL,
        grant_number=request.grant_number,
        defect=_said(request.grant_number, request.defect),
        asked=request.reason,
        cure_by=request.by,
        deadline=deadline_of(loaded),
        is_open=loaded.timeline.is_open(at),
    )
    about = f"{form.number}:{request.grant_number}:{request.defect}:{request.number}"
    queue_letters([letter(loaded, form.holder, "cure_asked", context, about=about)], at=at)


def queue_decided(
    loaded: Loaded, reached: Sequence[Reached], decisions: Sequence[Decision], *, judge: Judge, at: datetime
) -> None:
    """Tell each holder whom a decision matters to; a form that a later one has overtaken matters no more.

    A form that came into force has its receipt. What a new deadline would change is in the receipt alone: the other
    letter names the deadline as it stands.
    """
    made: dict[object, list[Decision]] = defaultdict(list)
    for decision in decisions:
        made[decision.form_id].append(decision)
    receipts, letters = [], []
    for item in reached:
        if item.form.holder is None or item.is_overtaken:
            continue
        if item.is_in_force and item.before.status != rules.EFFECTIVE:
            receipts.append((item.form, item.after))
        elif item.is_in_force or item.after.status != rules.EFFECTIVE:
            letters.append(_decided(loaded, item, made[item.form.pk], at=at))
    holders = {form.holder_id: form.holder for form, _after in receipts if form.holder_id and form.holder}
    queue_receipts(loaded, receipts, judge=judge, holders=holders, at=at, again=f":{stamp(at)}")
    queue_letters(letters, at=at)


def _decided(loaded: Loaded, item: Reached, decisions: Sequence[Decision], *, at: datetime) -> Letter:
    form, after, first = item.form, item.after, decisions[0]
    if form.holder is None:
        raise ValueError("a letter has somebody to go to")
    tendered = _tendered(form, item)
    context = contexts.DefectDecided(
        **common(loaded, form.holder),
        form_number=form.number,
        received_at=form.received_at,
        is_withdrawal=form.kind == rules.WITHDRAWAL,
        verdict=str(first.verdict),
        grants=tuple(decision.grant_number for decision in decisions if decision.grant_number),
        defect=_said(first.grant_number, first.defect),
        reason=first.reason if first.verdict == Verdict.REJECTED else "",
        is_effective=after.status == rules.EFFECTIVE,
        remaining=tuple(
            form_defect_text(code) for code in after.defects if first.grant_number or code != first.defect
        ),
        tendered=tendered,
        total_shares=sum(line.shares for line in tendered),
        deadline=deadline_of(loaded),
        is_open=loaded.timeline.is_open(at),
        may_withdraw=loaded.timeline.is_withdrawal_open(at),
    )
    about = f"{form.number}:{first.grant_number}:{first.defect}:{first.number}"
    return letter(loaded, form.holder, "defect_decided", context, about=about, names_deadline=None)


def _tendered(form: Form, item: Reached) -> tuple[contexts.Line, ...]:
    """The options that a form tenders, with the shares it lists; a repeat is passed by."""
    shares: dict[str, int] = {}
    for line in form.content()["form"]["lines"]:
        shares.setdefault(line["grant_number"], line["shares"])
    return tuple(contexts.Line(grant_number=number, shares=shares[number]) for number in item.after.tendered)
