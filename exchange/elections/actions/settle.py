"""What a judged form comes to by decisions: those on record, and the waivers that reach it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from exchange.audit.models import SealedRow
from exchange.elections import rules
from exchange.elections.decisions import (
    SETTLING,
    Key,
    Reached,
    as_received,
    keys_of,
    mates_for,
    settled,
    verdict_codes,
    verdicts_of,
)
from exchange.elections.models import Form, Judgement
from exchange.elections.models.decisions import Decision, Verdict, Waiver
from exchange.elections.proofs import is_overtaken
from exchange.elections.reads import HolderForms, Judge, Judged, forms_of_holders, judged_of
from exchange.elections.rules import Standing
from exchange.kernel import canonical
from exchange.offers.reads import Loaded
from exchange.offers.rules import Timeline
from exchange.people.models import Holder


def judgement_row(form: Form, judged: Judged, *, number: int, cause: str, at: datetime, known: int) -> Judgement:
    return Judgement(
        form=form,
        number=number,
        cause=cause,
        at=at,
        status=judged.status,
        defects=canonical.dumps(list(judged.defects)),
        lines=canonical.dumps(judged.lines_plain()),
        known=known,
    )


def may_be_decided(timeline: Timeline) -> bool:
    """Decisions end at acceptance, a waiver's reach among them, and with the offer."""
    return timeline.accepted_at is None and timeline.terminated_at is None


def waived_now(
    form: Form, judged: Judged, verdicts: Mapping[Key, Decision], waivers: Iterable[Waiver], *, at: datetime
) -> list[Decision]:
    """The decisions by which waivers reach a form: one a defect of their kind that is not cured or waived yet."""
    if judged.status == rules.REJECTED:
        return []
    granted = {waiver.defect: waiver for waiver in waivers}
    rows = []
    for grant, defect in keys_of(judged):
        last = verdicts.get((grant, defect))
        if defect not in granted or (last is not None and last.verdict in SETTLING):
            continue
        waiver = granted[defect]
        rows.append(
            Decision(
                offer_id=form.offer_id,
                form=form,
                grant_number=grant,
                defect=defect,
                number=last.number + 1 if last else 1,
                verdict=Verdict.WAIVED,
                reason=waiver.reason,
                waiver=waiver,
                at=at,
                actor=waiver.actor,
            )
        )
    return rows


def with_decisions(
    judge: Judge, form: Form, judged: Judged, verdicts: Mapping[Key, Decision], added: Sequence[Decision]
) -> Judged:
    """A form as judged at its receipt, with the decisions on record and the ones added to them."""
    codes = verdict_codes(verdicts) | {(row.grant_number, row.defect): row.verdict for row in added}
    return settled(judged, codes, mates_for(judge, form)) if codes else judged


@dataclass
class Work:
    """Working state of one decision: the forms of the holders concerned, and the rows to write."""

    loaded: Loaded
    judge: Judge
    held: dict[int, HolderForms]
    received: dict[object, Judgement]
    verdicts: dict[object, dict[Key, Decision]]
    standings: dict[int, list[Standing]]
    rows: list[SealedRow] = field(default_factory=list)
    added: list[Decision] = field(default_factory=list)
    _touched: list[tuple[Form, Judged, Judged]] = field(default_factory=list)

    @classmethod
    def on(cls, loaded: Loaded, holder_ids: Iterable[int]) -> "Work":
        ids = list(holder_ids)
        held = forms_of_holders(loaded.offer, ids)
        holders = Holder.objects.prefetch_related("employment_events").in_bulk(ids)
        for pk, forms in held.items():
            for form in forms.forms:
                form.holder, form.offer = holders[pk], loaded.offer
        every = [form for forms in held.values() for form in forms.forms]
        standings = {pk: list(forms.standings) for pk, forms in held.items()}
        judge = Judge.for_holders(loaded, ids, holders=holders)
        return cls(loaded, judge, held, as_received(every), verdicts_of(loaded.offer, every), standings)

    def reach(self, form: Form, added: Sequence[Decision], *, at: datetime) -> None:
        """Add decisions to a form, and judge again what they leave of its defects."""
        holder_id = form.holder_id or 0
        held, standings = self.held[holder_id], self.standings[holder_id]
        latest, found = held.judgements[form.pk], self.verdicts.get(form.pk, {})
        before = judged_of(latest)
        after = with_decisions(self.judge, form, judged_of(self.received[form.pk]), found, added)
        self.rows += added
        self.added += added
        if after != before:
            # What a decision makes effective is found so now; a form that was so keeps its place.
            was_effective = before.status == rules.EFFECTIVE
            row = judgement_row(
                form,
                after,
                number=latest.number + 1,
                cause=Judgement.Cause.DECIDED,
                at=at,
                known=latest.known if was_effective else len(held.entries),
            )
            self.rows.append(row)
            standings[:] = [
                held.standing(form, row) if standing.sequence == form.sequence else standing for standing in standings
            ]
        self._touched.append((form, before, after))

    def reached(self) -> list[Reached]:
        """Every form that a decision was added to, as it stands after all of them."""
        found = []
        for form, before, after in self._touched:
            standings = self.standings[form.holder_id or 0]
            in_force = rules.in_force(standings)
            own = next(standing for standing in standings if standing.sequence == form.sequence)
            is_in_force = in_force is not None and in_force.sequence == form.sequence
            too_late = not is_in_force and is_overtaken(own, standings)
            found.append(Reached(form, before, after, is_in_force, too_late))
        return found
