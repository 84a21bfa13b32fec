"""Questions about forms: how each stands, which is in force, what would be judged of one now."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from exchange.elections import rules
from exchange.elections.models import Form, Judgement
from exchange.elections.rules import FormFacts, LineFacts, Signed, Standing
from exchange.grants.models import Grant
from exchange.grants.reads import facts_of as grant_facts
from exchange.grants.reads import grants_of
from exchange.grants.rules import GrantFacts, vested_outstanding
from exchange.kernel import canonical
from exchange.kernel.names import is_blank
from exchange.market.models import CorporateAction
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers import eligibility
from exchange.offers.eligibility import ExclusionFact
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, load, now_for
from exchange.offers.terms import Terms
from exchange.people.models import Holder
from exchange.people.reads import facts_of as person_facts
from exchange.people.reads import holders_by_id
from exchange.people.rules import PersonFacts

FOUND_NOTHING = canonical.dumps(["nothing_tendered"])  # all that is wrong with such a Notice, as a judgement has it


@dataclass(frozen=True, slots=True)
class JudgedLine:
    grant_number: str
    status: str
    defects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of one form."""

    status: str
    defects: tuple[str, ...]
    lines: tuple[JudgedLine, ...]

    def lines_plain(self) -> list[list[object]]:
        return [[line.grant_number, line.status, list(line.defects)] for line in self.lines]

    @property
    def tendered(self) -> list[str]:
        """Grant numbers of the lines that stand; none unless the form is effective."""
        if self.status != rules.EFFECTIVE:
            return []
        return list(dict.fromkeys(line.grant_number for line in self.lines if line.status == "tendered"))


def judged_of(judgement: Judgement) -> Judged:
    return Judged(
        judgement.status,
        tuple(json.loads(judgement.defects)),
        tuple(JudgedLine(number, status, tuple(defects)) for number, status, defects in json.loads(judgement.lines)),
    )


def signed_of(form: Form) -> Signed:
    return Signed(form.signed_at, form.signed_on)


def standing_of(form: Form, judgement: Judgement, order: int = 0) -> Standing:
    """A form's place among its holder's, from its latest judgement; `order` where it mends an entry made before."""
    return Standing(
        number=form.number,
        kind=form.kind,
        received_at=form.received_at,
        sequence=form.sequence or 0,
        known=judgement.known,
        status=judgement.status,
        is_signed=not is_blank(form.signature_name),
        signed=signed_of(form),
        order=order,
        found_nothing=judgement.defects == FOUND_NOTHING,
    )


def latest_judgements(forms: Iterable[Form]) -> dict[object, Judgement]:
    """The judgement that counts of each form, by form id, in one query."""
    found: dict[object, Judgement] = {}
    for judgement in Judgement.objects.filter(form__in=list(forms)).order_by("number"):
        found[judgement.form_id] = judgement
    return found


@dataclass(frozen=True)
class HolderForms:
    """All forms of one holder in one offer, in order of receipt, with what counts of each.

    `entries` has every transcription, `forms` those that count: an entry that was mended has another in its place.
    `ended_by` is the event by which the offer was accepted or terminated, for those who ask what was in force then:
    what is recorded after it, a form or a mended entry, changes nothing (domain §4, Paper). `every` has the entries
    that others are told apart from where these are only some of them: a mended one may have come at another instant.
    """

    entries: Sequence[Form]
    judgements: dict[object, Judgement]
    ended_by: int | None = None
    every: Sequence[Form] | None = None

    def until(self, ended_by: int | None) -> "HolderForms":
        """The same forms, with the one in force only among those recorded before that event."""
        return HolderForms(self.entries, self.judgements, ended_by, self.every)

    def received_before(self, at: datetime) -> "HolderForms":
        """Only what was received before an instant."""
        before = [form for form in self.entries if form.received_at < at]
        return HolderForms(before, self.judgements, self.ended_by, self.every or self.entries)

    @cached_property
    def forms(self) -> list[Form]:
        """The forms that count, in order of receipt and then of their first entry."""
        return sorted((form for form in self.entries if not self.is_mended(form)), key=self.place_of)

    def is_mended(self, form: Form) -> bool:
        """Whether another entry stands in the place of this one; one made after `ended_by` does not yet."""
        found = getattr(self._by_id.get(form.pk, form), "mending", None)
        return found is not None and (self.ended_by is None or found.event_id < self.ended_by)

    @cached_property
    def _by_id(self) -> dict[object, Form]:
        return {form.pk: form for form in self.every or self.entries}

    def order_of(self, form: Form) -> int:
        """The order in which the paper form was first recorded as this holder's, through every mended entry."""
        mends = getattr(self._by_id.get(form.pk, form), "mends", None)
        before = self._by_id.get(mends.form_id) if mends is not None else None
        return self.order_of(before) if before is not None else form.sequence or 0

    def place_of(self, form: Form) -> tuple[datetime, int]:
        return form.received_at, self.order_of(form)

    @cached_property
    def standings(self) -> list[Standing]:
        return [self.standing(form) for form in self.forms if self._is_in_time(form)]

    def standing(self, form: Form, judgement: Judgement | None = None) -> Standing:
        """How a form stands by its latest judgement, or by another one."""
        return standing_of(form, judgement or self.judgements[form.pk], self.order_of(form))

    def _is_in_time(self, form: Form) -> bool:
        # By the order of the log: instants can be equal, and the portal's are those of receipt.
        return self.ended_by is None or form.event_id < self.ended_by

    def is_recorded_after(self, form: Form) -> bool:
        """Whether an effective form was recorded when the offer had been accepted or terminated."""
        return not self._is_in_time(form) and self.judgements[form.pk].status == rules.EFFECTIVE

    @cached_property
    def form_in_force(self) -> Form | None:
        """The form in force, Election Form or Notice."""
        standing = rules.in_force(self.standings)
        return next((form for form in self.forms if standing and form.number == standing.number), None)

    @property
    def election_in_force(self) -> Form | None:
        """The Election Form in force; none after an effective Notice."""
        form = self.form_in_force
        return form if form is not None and form.kind == rules.ELECTION else None

    @property
    def tendered(self) -> list[str]:
        """Grant numbers tendered and in force."""
        form = self.election_in_force
        return judged_of(self.judgements[form.pk]).tendered if form else []

    def judged(self, form: Form) -> Judged:
        return judged_of(self.judgements[form.pk])


def forms_of_holders(
    offer: Offer, holder_ids: Iterable[int | None] | None = None, *, with_records: bool = True
) -> dict[int, HolderForms]:
    """The forms of many holders in two queries; without ids, of all who sent one, the records left where they are."""
    query = Form.objects.filter(offer=offer, holder__isnull=False).select_related("mending", "mends")
    if holder_ids is None or not with_records:
        query = query.defer("record")
    judgements = Judgement.objects.filter(form__offer=offer)
    if holder_ids is not None:
        # A query stays one: the database finds the holders itself.
        ids: Any = holder_ids if isinstance(holder_ids, QuerySet) else list(holder_ids)
        query, judgements = query.filter(holder_id__in=ids), judgements.filter(form__holder_id__in=ids)
    grouped: dict[int, list[Form]] = defaultdict(list)
    for form in query.order_by("received_at", "sequence"):
        if form.holder_id is not None:
            grouped[form.holder_id].append(form)
    latest: dict[object, Judgement] = {}
    if grouped:  # most holders sign once: nothing is asked about forms that are not there
        for judgement in judgements.order_by("number"):
            latest[judgement.form_id] = judgement
    return {holder_id: HolderForms(forms, latest) for holder_id, forms in grouped.items()}


def forms_of(offer: Offer, holder: Holder) -> HolderForms:
    return forms_of_holders(offer, [holder.pk]).get(holder.pk) or HolderForms([], {})


@dataclass(frozen=True)
class Judge:
    """All that judging needs of an offer, and of the holders it is asked about, read once."""

    loaded: Loaded
    actions: Sequence[CorporateAction]
    people: dict[int, PersonFacts]
    grants: dict[int, dict[str, GrantFacts]]

    @classmethod
    def for_holders(
        cls,
        loaded: Loaded,
        holder_ids: Iterable[int],
        *,
        as_now: bool = False,
        holders: Mapping[int, Holder] | None = None,
    ) -> "Judge":
        """What judging a form of these holders needs; `as_now` for showing them their options as they are now.

        `holders` has their rows with their events where the caller has read them already.

        A form received in time and recorded after acceptance is judged as of its receipt: options that this offer
        cancelled since, or a later one, were outstanding then (domain §4, Paper).
        """
        ids = list(set(holder_ids))
        ended_at = loaded.timeline.accepted_at or loaded.timeline.terminated_at
        as_before = loaded.date_of(ended_at) if ended_at is not None and not as_now else None
        holders = holders_by_id(ids) if holders is None else holders
        people = {pk: person_facts(holder) for pk, holder in holders.items()}
        grants = {
            pk: {
                grant.grant_number: grant_facts(grant, holders[pk].employee_number, as_before=as_before)
                for grant in found
            }
            for pk, found in grants_of(ids).items()
        }
        return cls(loaded, corporate_actions(), people, grants)

    def factor(self, day: date) -> Fraction:
        """What one share outstanding at commencement is on `day`, by splits."""
        return split_factor(self.actions, self.loaded.commencement_date, day)

    def person_reasons(self, holder_id: int, day: date, terms: Terms | None = None) -> list[str]:
        """Why the person is not eligible on `day`, by the newest terms unless others are given."""
        exclusions = self.loaded.exclusions
        return eligibility.person_reasons(terms or self.loaded.terms, exclusions, self.people[holder_id], day)

    def option_reasons(self, grant: GrantFacts, day: date, terms: Terms | None = None) -> list[str]:
        """Why the option is not eligible on `day`, by the newest terms unless others are given."""
        outstanding = grant.outstanding(self.factor(day))
        loaded = self.loaded
        return eligibility.option_reasons(
            terms or loaded.terms, loaded.exclusions, grant, day, loaded.commencement_date, outstanding
        )

    def judge(
        self, form: FormFacts, lines: Sequence[LineFacts], holder_id: int | None, earlier: Sequence[Standing]
    ) -> Judged:
        """What the rules say of a form; `earlier` are its holder's forms received before it.

        By the terms in force at its receipt: when it is recorded, before or after an amendment, makes no difference.
        """
        loaded = self.loaded
        terms = loaded.terms_at(form.received_at)
        timeline, day = loaded.timeline, loaded.date_of(form.received_at)
        is_late = (
            timeline.election_is_late(form.received_at)
            if form.kind == rules.ELECTION
            else timeline.withdrawal_is_late(form.received_at)
        )
        status, defects = rules.judge_form(
            form,
            is_known_person=holder_id is not None,
            has_commenced=timeline.has_commenced(form.received_at),
            is_late=is_late,
            person_is_eligible=holder_id is None or not self.person_reasons(holder_id, day, terms),
            name_on_agreement=self.people[holder_id].name_on_agreement if holder_id is not None else "",
            previous=rules.in_force(earlier),
            date_of=loaded.date_of,
        )
        if holder_id is None or form.kind != rules.ELECTION or {"late", "before_commencement"} & set(defects):
            return Judged(status, tuple(defects), ())
        found = rules.judge_lines(
            lines,
            grants=self.grants.get(holder_id, {}),
            factor=self.factor(day),
            is_option_eligible=lambda grant: not self.option_reasons(grant, day, terms),
            keep_split_pairs=terms.keep_split_pairs,
        )
        return Judged(
            status,
            tuple(defects),
            tuple(
                JudgedLine(line.grant_number, "defective" if codes else "tendered", tuple(codes))
                for line, codes in zip(lines, found, strict=True)
            ),
        )


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option of a holder as of an instant: what it is now, and why it is not eligible, if it is not."""

    grant: GrantFacts
    option_type: str
    outstanding: int
    price: Decimal
    reasons: tuple[str, ...]
    mates: tuple[str, ...]
    vested_shares: int | None  # of those outstanding; None where the register does not tell
    vested_as_of: date | None

    @property
    def is_eligible(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class HolderView:
    """What one holder is shown of the offer at an instant."""

    loaded: Loaded
    at: datetime
    person_reasons: tuple[str, ...]
    options: Sequence[OptionView]
    forms: HolderForms
    person_exclusion: ExclusionFact | None = None

    def exclusion_of(self, option: OptionView) -> ExclusionFact | None:
        """That the option by itself was excluded from the offer, on the day of this view."""
        return self.loaded.exclusions.of_option(option.grant.grant_number, self.loaded.date_of(self.at))

    @property
    def eligible(self) -> list[OptionView]:
        """The options that the holder may tender; none when the person is not eligible."""
        return [] if self.person_reasons else [option for option in self.options if option.is_eligible]


def holder_view(offer: Offer, holder: Holder, at: datetime, loaded: Loaded | None = None) -> HolderView:
    """The offer as it stands for a holder at `at`; a constant number of queries."""
    loaded = loaded or load(offer)
    judge = Judge.for_holders(loaded, [holder.pk], as_now=True)
    day = loaded.date_of(at)
    factor = judge.factor(day)
    facts = judge.grants.get(holder.pk, {})
    rows: dict[str, Grant] = {grant.grant_number: grant for grant in grants_of([holder.pk])[holder.pk]}
    options = []
    for number, grant in facts.items():
        row = rows[number]
        options.append(
            OptionView(
                grant=grant,
                option_type=grant.option_type,
                outstanding=grant.outstanding(factor),
                price=grant.adjusted_price(factor),
                reasons=tuple(judge.option_reasons(grant, day)),
                mates=tuple(rules.mates_of(grant, facts, factor)) if loaded.terms.keep_split_pairs else (),
                vested_shares=vested_outstanding(
                    exercised=row.shares_exercised,
                    cancelled=row.shares_cancelled,
                    vested=row.vested_shares,
                    factor=factor,
                ),
                vested_as_of=row.vested_as_of,
            )
        )
    return HolderView(
        loaded,
        at,
        tuple(judge.person_reasons(holder.pk, day)),
        options,
        forms_of(offer, holder),
        loaded.exclusions.of_person(holder.employee_number, day),
    )


def receipt_instant(offer: Offer, holder: Holder, true_now: datetime) -> datetime:
    """When a form that our server has whole at `true_now` is received.

    The clock; in a replay, whose clock stands still, its *now*, and a second after the holder's last form.
    """
    if not offer.is_replay:
        return true_now
    now = now_for(offer)
    last = Form.objects.filter(offer=offer, holder=holder).order_by("-received_at").first()
    return max(now, last.received_at + timedelta(seconds=1)) if last else now
