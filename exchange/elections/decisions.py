"""Questions about decisions on defects: what was decided, what is left of a form's defects, what waits for staff."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from exchange.elections import rules
from exchange.elections.models import Form, Judgement
from exchange.elections.models.decisions import CureRequest, Decision, Verdict, Waiver
from exchange.elections.proofs import is_overtaken
from exchange.elections.reads import HolderForms, Judge, Judged, JudgedLine, forms_of_holders
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded

Key = tuple[str, str]  # the grant that a line defect is on, "" for a defect of the form; the defect
Mates = Callable[[str], Sequence[str]]
SETTLING = frozenset({Verdict.CURED, Verdict.WAIVED})
# Judgements that staff's decisions led to; by the others a form has the status that its receipt gives.
BY_STAFF = (Judgement.Cause.DECIDED, Judgement.Cause.PROOF_JUDGED)


def keys_of(judged: Judged) -> list[Key]:
    """Every defect of a form and of its lines, each once, in order."""
    keys = [("", code) for code in judged.defects]
    keys += [(line.grant_number, code) for line in judged.lines for code in line.defects]
    return list(dict.fromkeys(keys))


def settled(judged: Judged, verdicts: Mapping[Key, str], mates_of: Mates) -> Judged:
    """What a form comes to once its cured and waived defects are taken away. A rejected form stays rejected.

    A half that was `pair_broken` only because its mate had a defect stands again with the mate, unless staff rejected
    it. A repeat never stands for its grant, the first line does: its `duplicate` goes only where that one stands.
    """
    if judged.status == rules.REJECTED or not verdicts:
        return judged
    first: dict[str, int] = {}
    for index, line in enumerate(judged.lines):
        first.setdefault(line.grant_number, index)
    own = {
        number: [code for code in _left(judged.lines[index], verdicts) if code != "pair_broken"]
        for number, index in first.items()
    }
    lines: list[JudgedLine] = []
    for index, line in enumerate(judged.lines):
        left = _left(line, verdicts)
        if first[line.grant_number] != index:
            left = [] if not left and not lines[first[line.grant_number]].defects else list(line.defects)
        elif "pair_broken" in left and (line.grant_number, "pair_broken") not in verdicts:
            mates = mates_of(line.grant_number)
            if mates and all(mate in first and not own[mate] for mate in mates):
                left.remove("pair_broken")
        lines.append(JudgedLine(line.grant_number, "defective" if left else "tendered", tuple(left)))
    defects = tuple(code for code in judged.defects if verdicts.get(("", code)) not in SETTLING)
    return Judged(rules.DEFECTIVE if defects else rules.EFFECTIVE, defects, tuple(lines))


def _left(line: JudgedLine, verdicts: Mapping[Key, str]) -> list[str]:
    return [code for code in line.defects if verdicts.get((line.grant_number, code)) not in SETTLING]


def mates_for(judge: Judge, form: Form) -> Mates:
    """Which other halves a half has, as of the day the form was received; none where the offer splits pairs."""
    if not judge.loaded.terms_at(form.received_at).keep_split_pairs:
        return lambda number: []
    grants = judge.grants.get(form.holder_id or 0, {})
    factor = judge.factor(judge.loaded.date_of(form.received_at))
    return lambda number: rules.mates_of(grants[number], grants, factor) if number in grants else []


def verdicts_of(offer: Offer, forms: Iterable[Form] | None = None) -> dict[object, dict[Key, Decision]]:
    """The decision that counts of each defect of each form, by form id, in one query; of all forms without any."""
    found: dict[object, dict[Key, Decision]] = defaultdict(dict)
    decisions = Decision.objects.filter(offer=offer)
    if forms is not None:
        decisions = decisions.filter(form__in=list(forms))
    for decision in decisions.order_by("number"):
        found[decision.form_id][decision.grant_number, decision.defect] = decision
    return found


def verdict_codes(decisions: Mapping[Key, Decision]) -> dict[Key, str]:
    return {key: decision.verdict for key, decision in decisions.items()}


def waivers_of(offer: Offer) -> dict[str, Waiver]:
    """The kinds of defects that are waived, with their waivers."""
    return {waiver.defect: waiver for waiver in Waiver.objects.filter(offer=offer)}


def requests_of(offer: Offer, forms: Iterable[Form] | None = None) -> dict[object, dict[Key, CureRequest]]:
    """The day that counts by which each defect of each form may be cured, by form id, in one query."""
    found: dict[object, dict[Key, CureRequest]] = defaultdict(dict)
    requests = CureRequest.objects.filter(offer=offer)
    if forms is not None:
        requests = requests.filter(form__in=list(forms))
    for request in requests.order_by("number"):
        found[request.form_id][request.grant_number, request.defect] = request
    return found


def as_received(forms: Iterable[Form]) -> dict[object, Judgement]:
    """The last judgement of each form that followed from the rules alone, its proof as staff found it; one query."""
    found: dict[object, Judgement] = {}
    judgements = Judgement.objects.filter(form__in=list(forms)).exclude(cause=Judgement.Cause.DECIDED)
    for judgement in judgements.order_by("number"):
        found[judgement.form_id] = judgement
    return found


@dataclass(frozen=True)
class Reached:
    """One form that a decision reached: what it was judged to be before, and is now.

    `is_overtaken`: the holder sent a signed Notice or an effective form since, so that it is not put in force.
    """

    form: Form
    before: Judged
    after: Judged
    is_in_force: bool
    is_overtaken: bool


@dataclass(frozen=True)
class OpenDefect:
    """One defect that waits for a decision; `asked` where its holder was told by which day to cure it."""

    form: Form
    grant_number: str
    defect: str
    asked: CureRequest | None = None


def holders_with_defects(offer: Offer) -> QuerySet[Judgement, int | None]:
    """Holders any of whose forms was found with a defect that can be decided; more than those it counts for."""
    marked = Judgement.objects.filter(form__offer=offer, form__holder__isnull=False)
    marked = marked.filter(Q(status=rules.DEFECTIVE) | Q(status=rules.EFFECTIVE, lines__contains='"defective"'))
    return marked.order_by().values_list("form__holder_id", flat=True).distinct()


def open_defects(loaded: Loaded, at: datetime, *, with_requests: bool = False) -> list[OpenDefect]:
    """Every defect, of forms received before `at`, that is neither decided nor moot; in order of receipt.

    A form's own defects wait until it is overtaken; those of lines while their form is in force. Three queries, four
    with the days set to cure, however many forms there are; only the forms of holders with a defect are read.
    """
    offer = loaded.offer
    held = forms_of_holders(offer, holders_with_defects(offer), with_records=False)
    waiting: list[tuple[Form, Key]] = []
    for forms in held.values():
        waiting += _waiting(forms.received_before(at))
    if not waiting:
        return []
    verdicts, asked = verdicts_of(offer), requests_of(offer) if with_requests else {}
    found = [
        OpenDefect(form, *key, asked.get(form.pk, {}).get(key))
        for form, key in waiting
        if key not in verdicts.get(form.pk, {})
    ]
    return sorted(found, key=lambda item: (item.form.received_at, item.form.number))


def _waiting(seen: HolderForms) -> list[tuple[Form, Key]]:
    in_force = seen.election_in_force
    found: list[tuple[Form, Key]] = []
    for form, standing in zip(seen.forms, seen.standings, strict=True):
        judged = seen.judged(form)
        if standing.status == rules.DEFECTIVE and not is_overtaken(standing, seen.standings):
            found += [(form, ("", code)) for code in judged.defects]
        if in_force is not None and form.pk == in_force.pk:
            found += [(form, key) for key in keys_of(judged) if key[0]]
    return found
