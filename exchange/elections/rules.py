"""Judging a form and its lines, and which form is in force. Pure: facts in, codes of `domain` §4 out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from exchange.grants.rules import GrantFacts
from exchange.kernel.names import folded, is_blank

ELECTION = "election"
WITHDRAWAL = "withdrawal"
EFFECTIVE = "effective"
DEFECTIVE = "defective"
REJECTED = "rejected"

# Defects for which a form is rejected: nothing cures or waives them, only a new form can help.
REJECTING = frozenset({"unknown_person", "before_commencement", "late", "person_not_eligible", "nothing_tendered"})
# Defects that counsel may not waive: that would be an amendment of the offer.
NEVER_WAIVED = frozenset({"late", "unsigned", "unknown_grant", "option_not_eligible", "partial_tender", "pair_broken"})


@dataclass(frozen=True, slots=True)
class Signed:
    """When a form says it was signed: an instant, a bare date, or neither."""

    at: datetime | None = None
    on: date | None = None

    @property
    def is_given(self) -> bool:
        return self.at is not None or self.on is not None

    def is_after(self, other: "Signed", date_of: Callable[[datetime], date]) -> bool:
        """Whether this was signed after `other`: instants by instant; a bare date makes it a matter of dates."""
        if self.at is not None and other.at is not None:
            return self.at > other.at
        mine, theirs = self.day(date_of), other.day(date_of)
        return mine is not None and theirs is not None and mine > theirs

    def day(self, date_of: Callable[[datetime], date]) -> date | None:
        return self.on if self.at is None else date_of(self.at)


@dataclass(frozen=True, slots=True)
class LineFacts:
    grant_number: str
    grant_date: date
    exercise_price: Decimal
    shares: int


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What a form says, as far as judging goes."""

    kind: str
    received_at: datetime
    signed: Signed
    signature_name: str
    signer_capacity: str
    signer_title: str
    has_authority_evidence: bool
    has_name_change_proof: bool
    line_count: int
    is_conditional: bool = False
    is_from_portal: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A form among its holder's forms: its place, and what it came to.

    `sequence` is the order of recording; `known` how many of the holder's forms had been recorded when it was found
    effective (so at its own recording, `sequence` − 1). `order` is the sequence of the first entry of the same paper
    form, where this one mends it (0: this is the first): the paper came when it came, whenever it is copied again.
    `found_nothing`: a signed Notice with nothing wrong but that it found no Election Form in force.
    """

    number: str
    kind: str
    received_at: datetime
    sequence: int
    known: int
    status: str
    is_signed: bool
    signed: Signed
    order: int = 0
    found_nothing: bool = False

    @property
    def first(self) -> int:
        return self.order or self.sequence

    @property
    def place(self) -> tuple[datetime, int]:
        return (self.received_at, self.first)


def in_force(forms: Sequence[Standing]) -> Standing | None:
    """The last effective form by instant received, then by order of recording (domain §4).

    Neither a decision nor a late recording puts in force a form after which the same holder sent a signed Notice or
    an effective form: when a form was found effective with such a later one already known, it is passed by. A later
    form that was itself found effective only afterwards does not count for that.

    A Notice that found nothing to withdraw holds against every Election Form before it, whenever that was recorded: it
    found nothing because of another form, which may since have been mended or judged again, and what its holder had
    withdrawn does not come back by that.
    """
    candidates = [form for form in forms if form.status == EFFECTIVE and not _is_overtaken(form, forms)]
    return max(candidates, key=lambda form: form.place, default=None)


def _is_overtaken(form: Standing, forms: Sequence[Standing]) -> bool:
    return any(
        other.place > form.place
        and (
            (other.found_nothing and form.kind == ELECTION)
            or (
                other.first <= form.known
                and (
                    (other.status == EFFECTIVE and other.known <= form.known)
                    or (other.kind == WITHDRAWAL and other.is_signed)
                )
            )
        )
        for other in forms
    )


def received_before(forms: Sequence[Standing], place: tuple[datetime, int]) -> list[Standing]:
    return [form for form in forms if form.place < place]


def judge_form(
    form: FormFacts,
    *,
    is_known_person: bool,
    has_commenced: bool,
    is_late: bool,
    person_is_eligible: bool,
    name_on_agreement: str,
    previous: Standing | None,
    date_of: Callable[[datetime], date],
) -> tuple[str, list[str]]:
    """Status and defects of a form, codes sorted. `previous` is the form in force when it was received.

    An unknown person, a form before commencement and a late one end the examination: only those are listed. What is
    signed in the portal is signed by our clock, when it is received: after every form received before, also after a
    paper one that bears only the same date.
    """
    ending = [
        code
        for code, applies in (
            ("unknown_person", not is_known_person),
            ("before_commencement", not has_commenced),
            ("late", is_late),
        )
        if applies
    ]
    if ending:
        return REJECTED, sorted(ending)
    defects = set(_signature_defects(form, name_on_agreement))
    if not form.signed.is_given:
        defects.add("undated")
    else:
        if form.signed.is_after(Signed(at=form.received_at), date_of):
            defects.add("dated_after_receipt")
        before = previous.signed if previous is not None and not form.is_from_portal else Signed()
        if before.is_given and not form.signed.is_after(before, date_of):
            defects.add("not_dated_after_previous")
    if form.is_conditional:
        defects.add("conditional")
    if form.kind == ELECTION:
        if form.line_count == 0:
            defects.add("no_options_listed")
        if not person_is_eligible:
            defects.add("person_not_eligible")
    elif previous is None or previous.kind != ELECTION:
        defects.add("nothing_tendered")
    if defects & REJECTING:
        return REJECTED, sorted(defects)
    return (DEFECTIVE if defects else EFFECTIVE), sorted(defects)


def _signature_defects(form: FormFacts, name_on_agreement: str) -> list[str]:
    """A blank signature is `unsigned` only; another capacity needs title and evidence, and no name check."""
    if is_blank(form.signature_name):
        return ["unsigned"]
    if form.signer_capacity != "self":
        is_shown = form.has_authority_evidence and not is_blank(form.signer_title)
        return [] if is_shown else ["authority_not_evidenced"]
    if form.has_name_change_proof or folded(form.signature_name) == folded(name_on_agreement):
        return []
    return ["name_mismatch"]


def judge_lines(
    lines: Sequence[LineFacts],
    *,
    grants: Mapping[str, GrantFacts],
    factor: Fraction,
    is_option_eligible: Callable[[GrantFacts], bool],
    keep_split_pairs: bool,
) -> list[list[str]]:
    """Defects of each line, codes sorted; an empty list is a line that stands.

    `grants` are the holder's own, by number; `factor` what a share has become by splits since commencement. The
    first line of a grant stands for it; each repeat is `duplicate` and nothing else.
    """
    defects: list[set[str]] = []
    first: dict[str, int] = {}
    for index, line in enumerate(lines):
        if line.grant_number in first:
            defects.append({"duplicate"})
            continue
        first[line.grant_number] = index
        grant = grants.get(line.grant_number)
        if grant is None:
            defects.append({"unknown_grant"})
            continue
        found = set()
        outstanding = grant.outstanding(factor)
        if not is_option_eligible(grant):
            found.add("option_not_eligible")
        if (
            line.grant_date != grant.grant_date
            or not grant.is_price(line.exercise_price, factor)
            or line.shares > outstanding
        ):
            found.add("mismatch")
        if line.shares < outstanding:
            found.add("partial_tender")
        defects.append(found)
    if keep_split_pairs:
        _judge_pairs(defects, first, grants, factor)
    return [sorted(found) for found in defects]


def _judge_pairs(
    defects: list[set[str]], first: Mapping[str, int], grants: Mapping[str, GrantFacts], factor: Fraction
) -> None:
    """A half whose mate is not on the form, or whose mate has a defect, does not stand (domain §4).

    A half with nothing outstanding is left out of account.
    """
    own = {number: bool(defects[index]) for number, index in first.items()}
    for number, index in first.items():
        grant = grants.get(number)
        if grant is None or not grant.split_pair or grant.outstanding(factor) == 0:
            continue
        mates = mates_of(grant, grants, factor)
        is_missing = any(mate not in first for mate in mates)
        is_spoilt = not own[number] and any(own.get(mate, False) for mate in mates)
        if is_missing or is_spoilt:
            defects[index].add("pair_broken")


def mates_of(grant: GrantFacts, grants: Mapping[str, GrantFacts], factor: Fraction) -> list[str]:
    """The other halves of a grant's pair: same pair, same holder, shares outstanding."""
    if not grant.split_pair:
        return []
    return [
        other.grant_number
        for other in grants.values()
        if other.split_pair == grant.split_pair
        and other.grant_number != grant.grant_number
        and other.outstanding(factor) > 0
    ]
