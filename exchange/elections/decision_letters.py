"""Letters about decisions on defects: the day to cure by, the receipt of a form that came into force, what else."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from exchange.elections import rules
from exchange.elections.confirmations import ABOUT_A_FORM
from exchange.elections.decisions import Key, Reached, keys_of, requests_of, verdicts_of
from exchange.elections.letters import queue_receipts
from exchange.elections.models import Form
from exchange.elections.models.decisions import CureRequest, Decision, Verdict
from exchange.elections.proofs import is_overtaken
from exchange.elections.reads import HolderForms, Judge, forms_of_holders
from exchange.elections.words import form_defect_text, line_defect_text
from exchange.notices import contexts
from exchange.notices.actions import call_back_about, key_and_starts, queue_letters
from exchange.notices.queueing import Letter
from exchange.offers.letters import common, deadline_of, letter, stamp
from exchange.offers.reads import Loaded
from exchange.people.models import Holder


def _said(grant_number: str, defect: str) -> str:
    return line_defect_text(defect) if grant_number else form_defect_text(defect)


CURE_ASKED, DECIDED = "cure_asked", "defect_decided"


def queue_cure_request(loaded: Loaded, request: CureRequest, *, at: datetime) -> None:
    """Tell one holder what to cure, and by which day. Each day that is set is told; an earlier one no more."""
    form = request.form
    if form.holder is None:
        return
    defect = _about(form, (request.grant_number, request.defect))
    call_back_about(offer_key=loaded.offer.code, kinds=[CURE_ASKED], about=[defect], at=at)
    queue_letters([_cure_asked(loaded, request, form, form.holder, at=at)], at=at)


def _cure_asked(
    loaded: Loaded, request: CureRequest, form: Form, holder: Holder, *, at: datetime, again: str = ""
) -> Letter:
    deadline, is_open = deadline_of(loaded), loaded.timeline.is_open(at)
    context = contexts.CureAsked(
        **common(loaded, holder),
        form_number=form.number,
        received_at=form.received_at,
        is_withdrawal=form.kind == rules.WITHDRAWAL,
        grant_number=request.grant_number,
        defect=_said(request.grant_number, request.defect),
        asked=request.reason,
        cure_by=request.by,
        deadline=deadline,
        is_open=is_open,
        may_withdraw=form.kind == rules.WITHDRAWAL and not is_open and loaded.timeline.is_withdrawal_open(at),
    )
    about = f"{_about(form, (request.grant_number, request.defect), request.number)}{again}"
    named = deadline if is_open else None
    return letter(loaded, holder, CURE_ASKED, context, about=about, names_deadline=named)


def _about(form: Form, key: Key, number: int | None = None) -> str:
    """What a letter about a defect is about; with the number of the request or decision, which of them."""
    return ":".join([form.number, *key, *([] if number is None else [str(number)])])


def queue_decided(
    loaded: Loaded, reached: Sequence[Reached], decisions: Sequence[Decision], *, judge: Judge, at: datetime
) -> None:
    """Tell each holder whom a decision matters to; a form that a later one has overtaken matters no more.

    A form that came into force has its receipt. What is said no more of a form, and had not gone out, is called back.
    """
    made: dict[object, list[Decision]] = defaultdict(list)
    for decision in decisions:
        made[decision.form_id].append(decision)
    receipts, others = [], []
    for item in reached:
        if item.form.holder is None:
            continue
        if item.is_in_force and item.before.status != rules.EFFECTIVE:
            receipts.append((item.form, item.after))
        elif _matters(item):
            others.append(item)
    code = loaded.offer.code
    into_force = [form.number for form, _after in receipts]
    called = call_back_about(offer_key=code, kinds=ABOUT_A_FORM, about=into_force, at=at)
    # Of the others, that the form came, and with which defects, still has to be confirmed.
    called += call_back_about(offer_key=code, kinds=[DECIDED], about=[item.form.number for item in others], at=at)
    settled = [_about(item.form, (one.grant_number, one.defect)) for item in others for one in made[item.form.pk]]
    call_back_about(offer_key=code, kinds=[CURE_ASKED], about=settled, at=at)
    holders = {form.holder_id: form.holder for form, _after in receipts if form.holder_id and form.holder}
    queue_receipts(loaded, receipts, judge=judge, holders=holders, at=at, again=f":{stamp(at)}")
    queue_letters([_decided(loaded, item, made[item.form.pk], at=at) for item in others], at=at)
    queue_again(loaded, called, at=at)


def _matters(item: Reached) -> bool:
    return not item.is_overtaken and (item.is_in_force or item.after.status != rules.EFFECTIVE)


def queue_again(loaded: Loaded, called: Collection[str], *, at: datetime) -> None:
    """Make letters about cures and decisions again that were called back, by their keys, as far as they still hold.

    They say what is so now. Nothing is said any more of a form that was overtaken, mended or rejected, of a defect
    that was decided otherwise since, or of a day to cure by that has passed.
    """
    timeline = loaded.timeline
    starts = {start for key in called for start in key_and_starts(key)}
    code = loaded.offer.code
    kinds = (f"{CURE_ASKED}:{code}:", f"{DECIDED}:{code}:")
    numbers = {one.removeprefix(kind) for kind in kinds for one in starts if one.startswith(kind)}
    if not numbers or timeline.accepted_at is not None or timeline.terminated_at is not None:
        return
    found = Form.objects.filter(offer=loaded.offer, number__in=numbers, mending__isnull=True, holder__isnull=False)
    forms = list(found.select_related("holder").order_by("received_at", "number"))
    asked, verdicts = requests_of(loaded.offer, forms), verdicts_of(loaded.offer, forms)
    held = forms_of_holders(loaded.offer, {form.holder_id for form in forms})
    letters: list[Letter] = []
    for form in forms:
        if form.holder is None:
            continue
        item = _as_it_stands(form, held[form.holder.pk])
        if item.after.status == rules.REJECTED or not _matters(item):
            continue
        for key, request in _still_asked(loaded, item, asked[form.pk], verdicts[form.pk], at=at):
            if f"{CURE_ASKED}:{code}:{_about(form, key, request.number)}" in starts:
                letters.append(_cure_asked(loaded, request, form, form.holder, at=at, again=f":{stamp(at)}"))
        made = sorted(verdicts[form.pk].items())
        for key, first in made:
            if f"{DECIDED}:{code}:{_about(form, key, first.number)}" in starts:
                together = [one for _key, one in made if one.at == first.at and one.verdict == first.verdict]
                together.sort(key=lambda one: one.pk != first.pk)
                letters.append(_decided(loaded, item, together, at=at, again=f":{stamp(at)}"))
    queue_letters(letters, at=at)


def _as_it_stands(form: Form, held: HolderForms) -> Reached:
    judged, standing = held.judged(form), held.standing(form)
    is_in_force = held.form_in_force is not None and held.form_in_force.pk == form.pk
    return Reached(form, judged, judged, is_in_force, not is_in_force and is_overtaken(standing, held.standings))


def _still_asked(
    loaded: Loaded,
    item: Reached,
    asked: Mapping[Key, CureRequest],
    verdicts: Mapping[Key, Decision],
    *,
    at: datetime,
) -> Iterator[tuple[Key, CureRequest]]:
    """What the holder can still cure; of a line, while its form is in force."""
    for key in keys_of(item.after):
        request = asked.get(key)
        if request is None or key in verdicts or request.by < loaded.date_of(at):
            continue
        if item.is_in_force or not key[0]:
            yield key, request


def _decided(loaded: Loaded, item: Reached, decisions: Sequence[Decision], *, at: datetime, again: str = "") -> Letter:
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
    about = f"{_about(form, (first.grant_number, first.defect), first.number)}{again}"
    named = context.deadline if context.is_open or context.may_withdraw else None
    return letter(loaded, form.holder, DECIDED, context, about=about, names_deadline=named)


def _tendered(form: Form, item: Reached) -> tuple[contexts.Line, ...]:
    """The options that a form tenders, with the shares it lists; a repeat is passed by."""
    shares: dict[str, int] = {}
    for line in form.content()["form"]["lines"]:
        shares.setdefault(line["grant_number"], line["shares"])
    return tuple(contexts.Line(grant_number=number, shares=shares[number]) for number in item.after.tendered)
