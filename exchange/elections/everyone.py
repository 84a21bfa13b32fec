"""How the forms of everyone in an offer stand, read as plain values: for figures over 10,000 holders, not for records.

`reads.HolderForms` says the same of one holder or a few; a test holds the two together.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from exchange.elections import rules
from exchange.elections.mends import counts
from exchange.elections.models import Form, Judgement
from exchange.elections.reads import FOUND_NOTHING
from exchange.elections.rules import Signed, Standing
from exchange.kernel.names import is_blank
from exchange.offers.models import Offer


@dataclass(frozen=True, slots=True)
class Placed:
    """One form among its holder's. `tendered`: the grants of its lines that stand; none where it is not effective."""

    standing: Standing
    tendered: Sequence[str]


@dataclass(frozen=True)
class Everyone:
    """Every form of an offer: by holder in order of receipt, and how many there are of each status.

    Statuses count all forms, also those of people who are not on file, each paper form once: by its newest entry or,
    once the offer has ended, by the one that counted then (`mends.counts`). `forms` leaves out what was recorded after
    acceptance or termination, which is in force for nobody (domain §4, Paper); an entry mended only after that has its
    place there still.
    """

    statuses: Sequence[str]
    forms: dict[int, list[Placed]]

    def in_force(self) -> Iterator[tuple[int, Placed]]:
        """The form in force of each holder who has one."""
        for holder_id, placed in self.forms.items():
            found = in_force(placed)
            if found is not None:
                yield holder_id, found


def in_force(placed: Sequence[Placed]) -> Placed | None:
    """Of one holder's forms the one in force."""
    standing = rules.in_force([one.standing for one in placed])
    return next((one for one in placed if one.standing is standing), None)


COLUMNS = (
    *("pk", "holder_id", "event_id", "number", "kind", "received_at", "sequence", "signature_name"),
    *("signed_at", "signed_on", "mending__event_id", "mends__form_id"),
)


@dataclass(frozen=True)
class _Firsts:
    """The mended entries and those in their place: of each whose it is, its event, its sequence and what it mends."""

    entries: Mapping[UUID, tuple[int | None, int, int | None, UUID | None]]

    def event(self, entry: UUID) -> int:
        """The event by which the first entry of the paper form was recorded."""
        _whose, event_id, _sequence, mends = self.entries[entry]
        return event_id if mends is None else self.event(mends)

    def order(self, entry: UUID) -> int:
        """As `HolderForms.order_of`: the sequence of the form's first entry as this holder's."""
        whose, _event, sequence, mends = self.entries[entry]
        is_theirs = mends is not None and self.entries[mends][0] == whose
        return self.order(mends) if mends is not None and is_theirs else sequence or 0


def everyone(offer: Offer, *, before: datetime | None = None, ended_by: int | None = None) -> Everyone:
    """Two queries, and nothing but the columns that are needed. `before`: only forms received before that instant."""
    latest: dict[UUID, tuple[str, int, str, bool]] = {}
    judgements = Judgement.objects.filter(form__offer=offer).order_by("number")
    columns = ("form_id", "status", "known", "lines", "defects")
    for form_id, status, known, lines, defects in judgements.values_list(*columns):
        latest[form_id] = (status, known, lines, defects == FOUND_NOTHING)
    rows = list(Form.objects.filter(offer=offer).order_by("received_at", "sequence").values_list(*COLUMNS))
    first = _Firsts(
        {
            form_id: (holder_id, event_id, sequence, mends)
            for form_id, holder_id, event_id, _number, _kind, _at, sequence, *_signed, mended_by, mends in rows
            if mended_by or mends
        }
    )
    statuses: list[str] = []
    placed: dict[int, list[Placed]] = defaultdict(list)
    for form_id, holder_id, event_id, number, kind, received_at, sequence, name, at, on, mended_by, mends in rows:
        if before is not None and received_at >= before:
            continue
        status, known, lines, found_nothing = latest[form_id]
        first_by = first.event(form_id) if mends else event_id
        if counts(entered_by=event_id, mended_by=mended_by, first_by=first_by, ended_by=ended_by):
            statuses.append(status)
        is_mended = mended_by is not None and (ended_by is None or mended_by < ended_by)
        if holder_id is None or is_mended or (ended_by is not None and event_id >= ended_by):
            continue
        order, signed = first.order(form_id) if mends else sequence or 0, Signed(at, on)
        is_signed = not is_blank(name)
        standing = Standing(
            number, kind, received_at, sequence or 0, known, status, is_signed, signed, order, found_nothing
        )
        placed[holder_id].append(Placed(standing, _tendered(status, lines)))
    return Everyone(statuses, placed)


def _tendered(status: str, lines: str) -> Sequence[str]:
    """As `reads.Judged.tendered`."""
    if status != rules.EFFECTIVE or lines == "[]":
        return ()
    found = json.loads(lines)
    if '"defective"' not in lines:  # most forms have nothing wrong
        return list(dict.fromkeys([line[0] for line in found]))
    return list(dict.fromkeys(number for number, verdict, _defects in found if verdict == "tendered"))
