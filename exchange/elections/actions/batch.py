"""What taking one form or many has in common: judging each at its receipt, and the rows to write for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db.models import QuerySet

from exchange.audit.models import SealedRow
from exchange.elections import records, rules
from exchange.elections.actions.settle import judgement_row, may_be_decided, waived_now, with_decisions
from exchange.elections.decisions import Key, keys_of, waivers_of
from exchange.elections.models import Channel, Form, Judgement
from exchange.elections.models.decisions import CureEvidence, Decision, Verdict, Waiver
from exchange.elections.reads import Judge, Judged, forms_of_holders, standing_of
from exchange.elections.records import Submission
from exchange.elections.rules import Standing
from exchange.kernel.results import Refusal, refuse
from exchange.offers.actions import flag_for_counsel
from exchange.offers.reads import Loaded, load_by_code
from exchange.people.models import Holder


@dataclass(frozen=True)
class Mended:
    """The entry of a paper form that another is to take the place of, and what was decided of its defects."""

    form: Form
    verdicts: Mapping[Key, Decision]


@dataclass
class Batch:
    """Working state of one recording, and the rows to write: of every holder touched the standings, the digest of the
    last record and how many there are.
    """

    loaded: Loaded
    judge: Judge
    standings: dict[int, list[Standing]]
    digests: dict[int, str]
    entries: dict[int, int]
    rows: list[SealedRow] = field(default_factory=list)
    waivers: Sequence[Waiver] | None = None

    @classmethod
    def start(cls, loaded: Loaded, holders: Mapping[int, Holder]) -> "Batch":
        standings: dict[int, list[Standing]] = defaultdict(list)
        digests: dict[int, str] = {}
        entries: dict[int, int] = defaultdict(int)
        for holder_id, forms in forms_of_holders(loaded.offer, holders).items():
            standings[holder_id] = list(forms.standings)
            last = max(forms.entries, key=lambda form: form.sequence or 0)
            digests[holder_id], entries[holder_id] = last.record_digest, len(forms.entries)
        return cls(loaded, Judge.for_holders(loaded, holders, holders=holders), standings, digests, entries)

    def take(
        self,
        submission: Submission,
        *,
        number: str,
        holder_id: int | None,
        received_at: datetime,
        recorded_at: datetime,
        actor: str,
        mended: Mended | None = None,
    ) -> tuple[Form, Judged]:
        """Judge one form at its receipt and add its rows; answers what it comes to with the waivers granted before.

        `mended` is the entry of the same paper form that it takes the place of: also its place among the holder's
        forms, and what was decided of its defects.
        """
        known = self.standings[holder_id] if holder_id is not None else []
        count = self.entries[holder_id] if holder_id is not None else 0
        sequence = count + 1 if holder_id is not None else None
        before_it = self._set_aside(mended.form) if mended is not None else None
        stays = before_it is not None and mended is not None and mended.form.holder_id == holder_id
        order = before_it.first if stays and before_it is not None else sequence or 0
        earlier = rules.received_before(known, (received_at, order))
        judged = self.judge.judge(submission.facts(received_at), submission.lines, holder_id, earlier)
        before = rules.in_force(earlier)
        written = records.write(
            submission,
            loaded=self.loaded,
            version=self.loaded.version_at(received_at),
            document_digests=[document.sha256 for document in self.loaded.documents_at(received_at)],
            number=number,
            holder_id=holder_id,
            sequence=sequence,
            previous_digest=self.digests.get(holder_id, "") if holder_id is not None else "",
            against=submission.against or (before.number if before else ""),
            received_at=received_at,
            recorded_at=recorded_at,
            recorded_by=actor,
            mends=mended.form if mended else None,
        )
        # The portal takes no form with a defect, waived or not: whoever signs there can mend it first.
        waivers = () if submission.channel == Channel.PORTAL else self._waivers_for(judged)
        carried = self._carried(written.form, judged, mended) if mended is not None else {}
        decided = [*carried.values(), *waived_now(written.form, judged, carried, waivers, at=recorded_at)]
        final = with_decisions(self.judge, written.form, judged, {}, decided)
        is_as_before = stays and before_it is not None and before_it.received_at == received_at
        if is_as_before and before_it is not None and before_it.status == final.status == rules.EFFECTIVE:
            count = before_it.known  # found effective at this receipt when its first entry was, and so it is still
        row = partial(judgement_row, written.form, at=recorded_at, known=count)
        judgement = row(judged, number=1, cause=Judgement.Cause.RECORDED)
        self.rows += [written.form, *written.lines, judgement, *decided]
        for key, decision in carried.items():
            files = mended.verdicts[key].files.all() if mended is not None else ()
            self.rows += [CureEvidence(decision=decision, scan_id=file.scan_id) for file in files]
        if final != judged:
            judgement = row(final, number=2, cause=Judgement.Cause.DECIDED)
            self.rows.append(judgement)
        if holder_id is not None:
            known.append(standing_of(written.form, judgement, order))
            self.digests[holder_id] = written.form.record_digest
            self.entries[holder_id] += 1
        return written.form, final

    def _set_aside(self, form: Form) -> Standing | None:
        """Take an entry that is being mended out of its holder's forms; how it stood."""
        known = self.standings.get(form.holder_id or 0, [])
        found = next((standing for standing in known if standing.sequence == form.sequence), None)
        if found is not None:
            known.remove(found)
        return found

    def _carried(self, form: Form, judged: Judged, mended: Mended) -> dict[Key, Decision]:
        """What staff had decided of the paper form's own defects, for the entry that has them as well.

        Waivers are no part of it: they reach the new entry as they reach any form. None once decisions have ended.
        """
        if judged.status == rules.REJECTED or not may_be_decided(self.loaded.timeline):
            return {}
        return {
            key: Decision(
                offer_id=row.offer_id,
                form=form,
                grant_number=row.grant_number,
                defect=row.defect,
                number=1,
                verdict=row.verdict,
                reason=row.reason,
                evidence=row.evidence,
                cured_on=row.cured_on,
                at=row.at,
                actor=row.actor,
            )
            for key, row in mended.verdicts.items()
            if key in set(keys_of(judged)) and row.verdict != Verdict.WAIVED
        }

    def _waivers_for(self, judged: Judged) -> Sequence[Waiver]:
        """The waivers that may reach a form; asked for once, and only where a form has a defect to be waived."""
        if judged.status == rules.REJECTED or not keys_of(judged) or not may_be_decided(self.loaded.timeline):
            return ()
        if self.waivers is None:
            self.waivers = list(waivers_of(self.loaded.offer).values())
        return self.waivers


def loaded_offer(code: str) -> Loaded:
    loaded = load_by_code(code)
    if loaded is None:
        raise refuse(Refusal("unknown_offer", {"offer": code}))
    return loaded


def locked_holders(holders: QuerySet[Holder]) -> dict[int, Holder]:
    """The holders' rows with their dated facts, locked until the transaction ends; always in one order."""
    found = holders.select_for_update().order_by("pk").prefetch_related("employment_events")
    return {holder.pk: holder for holder in found}


def flags_after_acceptance(loaded: Loaded, taken: Sequence[tuple[Form, Judged]], at: datetime) -> list[SealedRow]:
    """Received in time but recorded after acceptance: the status its receipt gives, nothing changed, for counsel."""
    if loaded.timeline.accepted_at is None:
        return []
    flags: list[SealedRow] = []
    for form, judged in taken:
        if judged.status == rules.EFFECTIVE:
            flag = flag_for_counsel(
                loaded.offer,
                kind="recorded_after_acceptance",
                subject=f"form:{form.number}",
                text=f"Form {form.number} was received in time and recorded after acceptance; it changes nothing.",
                at=at,
            )
            flags += [flag] if flag else []
    return flags
