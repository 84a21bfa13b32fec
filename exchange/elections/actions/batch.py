"""What taking one form or many has in common: judging each at its receipt, and the rows to write for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from exchange.audit.models import SealedRow
from exchange.elections import records, rules
from exchange.elections.actions.settle import judgement_row, may_be_decided, waived_now, with_decisions
from exchange.elections.decision_models import Waiver
from exchange.elections.decisions import keys_of, waivers_of
from exchange.elections.models import Channel, Form, Judgement
from exchange.elections.reads import Judge, Judged, forms_of_holders, standing_of
from exchange.elections.records import Submission
from exchange.elections.rules import Standing
from exchange.kernel.results import Refusal, refuse
from exchange.offers.actions import flag_for_counsel
from exchange.offers.reads import Loaded, load_by_code
from exchange.people.models import Holder


@dataclass
class Batch:
    """Working state of one recording: standings and last digests of every holder touched, and the rows to write."""

    loaded: Loaded
    judge: Judge
    standings: dict[int, list[Standing]]
    digests: dict[int, str]
    rows: list[SealedRow] = field(default_factory=list)
    waivers: Sequence[Waiver] | None = None

    @classmethod
    def start(cls, loaded: Loaded, holders: Mapping[int, Holder]) -> "Batch":
        standings: dict[int, list[Standing]] = defaultdict(list)
        digests: dict[int, str] = {}
        for holder_id, forms in forms_of_holders(loaded.offer, holders).items():
            standings[holder_id] = list(forms.standings)
            last = max(forms.forms, key=lambda form: form.sequence or 0)
            digests[holder_id] = last.record_digest
        return cls(loaded, Judge.for_holders(loaded, holders, holders=holders), standings, digests)

    def take(
        self,
        submission: Submission,
        *,
        number: str,
        holder_id: int | None,
        received_at: datetime,
        recorded_at: datetime,
        actor: str,
    ) -> tuple[Form, Judged]:
        """Judge one form at its receipt and add its rows; answers what it comes to with the waivers granted before."""
        known = self.standings[holder_id] if holder_id is not None else []
        sequence = len(known) + 1 if holder_id is not None else None
        earlier = rules.received_before(known, (received_at, sequence or 0))
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
        )
        judgement = judgement_row(
            written.form, judged, number=1, cause=Judgement.Cause.RECORDED, at=recorded_at, known=len(known)
        )
        self.rows += [written.form, *written.lines, judgement]
        # The portal takes no form with a defect, waived or not: whoever signs there can mend it first.
        waivers = () if submission.channel == Channel.PORTAL else self._waivers_for(judged)
        waived = waived_now(written.form, judged, {}, waivers, at=recorded_at)
        final = with_decisions(self.judge, written.form, judged, {}, waived)
        if final != judged:
            decided = Judgement.Cause.DECIDED
            judgement = judgement_row(
                written.form, final, number=2, cause=decided, at=recorded_at, known=judgement.known
            )
            self.rows += [*waived, judgement]
        else:
            self.rows += waived
        if holder_id is not None:
            known.append(standing_of(written.form, judgement))
            self.digests[holder_id] = written.form.record_digest
        return written.form, final

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
