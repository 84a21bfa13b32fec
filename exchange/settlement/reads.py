"""Questions about settlement: what acceptance would do, what is promised now, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from exchange.elections.decisions import open_defects
from exchange.elections.models import Form
from exchange.elections.proofs import unjudged_ids, waiting
from exchange.elections.reads import HolderForms, Judge, forms_of_holders
from exchange.grants.models import Cancellation, Grant
from exchange.grants.reads import grants_of
from exchange.kernel.shares import whole
from exchange.market.models import CorporateAction
from exchange.market.reads import corporate_actions, factor_between
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.settlement.models import Acceptance, NewGrant, NotAccepted, Prohibition, Promise, PromiseLine
from exchange.settlement.rules import judge_acceptance


@dataclass(frozen=True, slots=True)
class TenderedLine:
    """One tendered line at acceptance; `reason` is empty when it is taken."""

    holder_id: int
    grant: Grant
    shares: int
    reason: str


def tenders_at(loaded: Loaded, at: datetime) -> list[TenderedLine]:
    """Every line in force among forms received before `at`, and whether it would be taken at that instant."""
    day = loaded.date_of(at)
    held = {holder_id: _received_before(forms, at) for holder_id, forms in forms_of_holders(loaded.offer).items()}
    tendered = {holder_id: forms.tendered for holder_id, forms in held.items() if forms.tendered}
    judge = Judge.for_holders(loaded, tendered)
    factor = judge.factor(day)
    rows = {
        holder_id: {grant.grant_number: grant for grant in found} for holder_id, found in grants_of(tendered).items()
    }
    result = []
    for holder_id, numbers in sorted(tendered.items()):
        facts = judge.grants.get(holder_id, {})
        reasons = judge_acceptance(
            numbers,
            grants=facts,
            factor=factor,
            person_is_eligible=not judge.person_reasons(holder_id, day),
            is_option_eligible=lambda grant: not judge.option_reasons(grant, day),
            keep_split_pairs=loaded.terms.keep_split_pairs,
        )
        for number, reason in reasons.items():
            result.append(TenderedLine(holder_id, rows[holder_id][number], facts[number].outstanding(factor), reason))
    return result


def _received_before(forms: HolderForms, at: datetime) -> HolderForms:
    """Acceptance sees only what was received before its instant."""
    return HolderForms([form for form in forms.forms if form.received_at < at], forms.judgements)


# What stands in place of a defect's code for a form whose proof nobody has judged.
PROOF_UNJUDGED = "proof_not_judged"


def undecided(loaded: Loaded, at: datetime) -> list[tuple[Form, str]]:
    """What is neither decided nor moot: form defects and unjudged proofs nothing later has overtaken, and the line
    defects of forms in force. A constant number of queries."""
    result = [(item.form, f"{item.defect} {item.grant_number}".rstrip()) for item in open_defects(loaded, at)]
    return result + [(form, PROOF_UNJUDGED) for form in unjudged_proofs(loaded, at)]


def unjudged_proofs(loaded: Loaded, at: datetime) -> list[Form]:
    """Forms whose proof nobody has judged, and that nothing later has overtaken. A constant number of queries."""
    unjudged = unjudged_ids(loaded.offer)
    if not unjudged:
        return []
    senders = Form.objects.filter(pk__in=list(unjudged)).values_list("holder_id", flat=True).distinct()
    held = forms_of_holders(loaded.offer, [pk for pk in senders if pk is not None], with_records=False)
    seen = [_received_before(forms, at) for forms in held.values()]
    return [item.form for item in waiting(seen, unjudged) if not item.is_overtaken]


def acceptance_of(offer: Offer) -> Acceptance | None:
    return Acceptance.objects.filter(offer=offer).first()


def shares_now(line: PromiseLine, cancelled_on: date, through: date, actions: Sequence[CorporateAction]) -> Fraction:
    """The exact shares of a promise line after every action effective since cancellation and by `through`."""
    return Fraction(line.exact) * factor_between(actions, cancelled_on, through)


def is_released(grant: NewGrant) -> bool:
    """Whether the holder has signed the option agreement, which is when they receive the option (domain §7)."""
    return hasattr(grant, "agreement_signature")


@dataclass(frozen=True)
class HolderOutcome:
    """What an offer has come to for one holder; everything is empty until acceptance.

    `verdict` is counsel's last word on the promise (`settlement.models.Prohibition`), '' where there is none, and
    `verdict_at` its instant.
    """

    acceptance: Acceptance | None
    cancelled: Sequence[Cancellation] = ()
    not_accepted: Sequence[NotAccepted] = ()
    promise: Promise | None = None
    lines: Sequence[PromiseLine] = ()
    verdict: str = ""
    verdict_at: datetime | None = None
    actions: Sequence[CorporateAction] = ()

    def shares_now(self, line: PromiseLine, through: date) -> int:
        """Whole shares of a promise line after every action effective by `through`."""
        if self.acceptance is None:
            return line.shares
        return whole(shares_now(line, self.acceptance.on, through, self.actions))


def holder_outcome(offer: Offer, holder: Holder) -> HolderOutcome:
    """Acceptance, promise and grants of one holder; a constant number of queries, one while nothing is accepted."""
    acceptance = acceptance_of(offer)
    if acceptance is None:
        return HolderOutcome(None)
    promise = Promise.objects.filter(offer=offer, holder=holder).first()
    lines: Sequence[PromiseLine] = ()
    verdict, verdict_at = "", None
    if promise is not None:
        lines = list(
            PromiseLine.objects.filter(promise=promise)
            .select_related("cancellation__grant", "new_grant__agreement_signature", "lapse")
            .order_by("grant_number")
        )
        last = Prohibition.objects.filter(promise=promise).order_by("-number").first()
        verdict, verdict_at = (last.verdict, last.at) if last else ("", None)
    cancelled = Cancellation.objects.filter(source=f"offer:{offer.code}", grant__holder=holder)
    return HolderOutcome(
        acceptance,
        list(cancelled.select_related("grant").order_by("grant_number")),
        list(NotAccepted.objects.filter(acceptance=acceptance, holder=holder)),
        promise,
        lines,
        verdict,
        verdict_at,
        [action for action in corporate_actions() if action.effective_on > acceptance.on],
    )
