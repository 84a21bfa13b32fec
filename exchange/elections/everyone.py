"""How the forms of everyone in an offer stand, read as plain values: for figures over 10,000 holders, not for records.

`reads.HolderForms` says the same of one holder or a few; a test holds the two together.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from exchange.elections import rules
from exchange.elections.models import Form, Judgement
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

    Statuses count all forms, also those of people who are not on file, but no entry that was mended: the one in its
    place is counted. `forms` leaves out what was recorded after acceptance or termination, which is in force for
    nobody (domain §4, Paper); an entry mended only after that has its place there still.
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


def everyone(offer: Offer, *, before: datetime | None = None, ended_by: int | None = None) -> Everyone:
    """Two queries, and nothing but the columns that are needed. `before`: only forms received before that instant."""
    latest: dict[UUID, tuple[str, int, str]] = {}
    judgements = Judgement.objects.filter(form__offer=offer).order_by("number")
    for form_id, status, known, lines in judgements.values_list("form_id", "status", "known", "lines"):
        latest[form_id] = (status, known, lines)
    forms = Form.objects.filter(offer=offer)
    if before is not None:
        forms = forms.filter(received_at__lt=before)
    statuses: list[str] = []
    placed: dict[int, list[Placed]] = defaultdict(list)
    first: dict[UUID, tuple[int | None, int]] = {}  # whose, and the order of its first entry
    columns = ("pk", "holder_id", "event_id", "number", "kind", "received_at", "sequence", "signature_name")
    mendings = ("mending__event_id", "mends__form_id")
    for (
        form_id,
        holder_id,
        event_id,
        number,
        kind,
        received_at,
        sequence,
        name,
        at,
        on,
        mended_by,
        mends,
    ) in forms.order_by("received_at", "sequence").values_list(*columns, "signed_at", "signed_on", *mendings):
        status, known, lines = latest[form_id]
        whose, order = first.get(mends, (None, 0))
        first[form_id] = (holder_id, order if whose == holder_id and order else sequence or 0)
        if mended_by is None:
            statuses.append(status)
        is_mended = mended_by is not None and (ended_by is None or mended_by < ended_by)
        if holder_id is None or is_mended or (ended_by is not None and event_id >= ended_by):
            continue
        order, signed = first[form_id][1], Signed(at, on)
        standing = Standing(number, kind, received_at, sequence or 0, known, status, not is_blank(name), signed, order)
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
