"""Recording paper forms in order of receipt. Nothing signed is ever lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.audit.actions import append
from exchange.elections import letters
from exchange.elections.actions.batch import Batch, flags_after_acceptance, loaded_offer, locked_holders
from exchange.elections.mends import entries_of
from exchange.elections.models import Form
from exchange.elections.reads import Judged
from exchange.elections.records import Submission
from exchange.kernel import canonical, clock, locks
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import check_not_before_latest
from exchange.offers.models import Offer
from exchange.offers.reads import chain_of
from exchange.people.models import Holder, User
from exchange.people.reads import is_same_person


@dataclass(frozen=True)
class Recorded:
    """What became of a batch: forms recorded now with what was judged of each, and those that were there already."""

    forms: Sequence[tuple[Form, Judged]]
    already: Sequence[str]


def record_forms(
    *,
    code: str,
    submissions: Sequence[Submission],
    recorded_by: User | None = None,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[Recorded]:
    """Record paper forms in order of receipt, each judged by the facts of the day it was received (domain §4).

    Two recordings of one offer take turns; `at` None reads the clock when it is ours.

    A form on record with the same content is passed by; with other content it is refused, as is a batch for an
    offer that was never opened, and a new form of the person who records it. Defective and rejected forms and those
    of unknown persons are recorded as such.
    """

    def work() -> Recorded:
        locks.share_offer(code)
        locks.own(f"paper:{code}")
        loaded, instant = loaded_offer(code), at or clock.now()
        offer = loaded.offer
        if loaded.timeline.opened_at is None:
            raise refuse(Refusal("offer_not_open", {"state": loaded.timeline.state(instant)}))
        fresh, already, changed = _sort_out(offer, submissions)
        if changed:
            raise refuse(*[Refusal("form_recorded_otherwise", {"number": number}) for number in changed])
        received_late = [s.number for s in fresh if not offer.is_replay and _instant(s) > instant]
        if received_late:
            raise refuse(*[Refusal("received_in_the_future", {"number": number}) for number in received_late])
        if not fresh:
            return Recorded([], already)
        check_not_before_latest(offer, instant)
        holders = _locked_by_number({submission.employee_number for submission in fresh})
        by_number = {holder.employee_number: holder for holder in holders.values()}
        own = [
            s.number for s in fresh if recorded_by and is_same_person(recorded_by, by_number.get(s.employee_number))
        ]
        if own:
            raise refuse(*[Refusal("form_own", {"number": number}) for number in own])
        batch = Batch.start(loaded, holders)
        taken = []
        for submission in sorted(fresh, key=_instant):
            holder = by_number.get(submission.employee_number)
            taken.append(
                batch.take(
                    submission,
                    number=submission.number,
                    holder_id=holder.pk if holder else None,
                    received_at=_instant(submission),
                    recorded_at=instant,
                    actor=actor,
                )
            )
        batch.rows += flags_after_acceptance(loaded, taken, instant)
        append(
            chain=chain_of(offer),
            kind="forms.recorded",
            actor=actor,
            at=instant,
            payload={"offer": code, "forms": [[form.number, form.record_digest] for form, _judged in taken]},
            rows=batch.rows,
        )
        letters.queue_receipts(loaded, taken, judge=batch.judge, holders=holders, at=instant)
        return Recorded(taken, already)

    return in_one_transaction(work, dry_run=dry_run)


def _instant(submission: Submission) -> datetime:
    if submission.received_at is None:
        raise ValueError("a paper form has the instant it was received")
    return submission.received_at


def _sort_out(offer: Offer, submissions: Sequence[Submission]) -> tuple[list[Submission], list[str], list[str]]:
    """Which forms are new, which are on record already, and which are there with other content."""
    numbers = [submission.number for submission in submissions]
    stored: dict[str, Form] = {}
    for start in range(0, len(numbers), 500):
        found_now = Form.objects.filter(offer=offer, number__in=numbers[start : start + 500])
        for form in found_now.select_related("mending"):
            stored[form.number] = form
    fresh, already, changed = [], [], []
    for submission in submissions:
        found = stored.get(submission.number)
        if found is None:
            fresh.append(submission)
        elif any(_says(entry, submission) for entry in (entries_of(found) if hasattr(found, "mending") else [found])):
            already.append(submission.number)
        else:
            changed.append(submission.number)
    return fresh, already, changed


def _says(entry: Form, submission: Submission) -> bool:
    """Whether an entry of a paper form has this content; one that mends another goes by a number of its own."""
    content = {**entry.content()["form"], "number": submission.number}
    return canonical.dumps(content) == canonical.dumps(submission.content(submission.number, _instant(submission)))


def _locked_by_number(employee_numbers: set[str]) -> dict[int, Holder]:
    numbers = sorted(number for number in employee_numbers if number)
    found: dict[int, Holder] = {}
    for start in range(0, len(numbers), 500):
        found |= locked_holders(Holder.objects.filter(employee_number__in=numbers[start : start + 500]))
    return found
