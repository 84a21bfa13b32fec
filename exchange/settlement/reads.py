"""Questions about settlement: what acceptance would do, what is promised now, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from exchange.elections.decisions import open_defects
from exchange.elections.mends import waiting_mends
from exchange.elections.models import Form
from exchange.elections.proofs import unjudged_ids, waiting
from exchange.elections.reads import HolderForms, forms_of_holders
from exchange.grants.models import Cancellation, Grant
from exchange.kernel.shares import whole
from exchange.market.models import CorporateAction
from exchange.market.reads import corporate_actions, factor_between
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.settlement.models import Acceptance, NotAccepted, Prohibition, Promise, PromiseLine
from exchange.settlement.signatures import signatures_of
from exchange.settlement.tenders import plain_tenders


@dataclass(frozen=True, slots=True)
class TenderedLine:
    """One tendered line at acceptance; `reason` is empty when it is taken."""

    holder_id: int
    grant: Grant
    shares: int
    reason: str


def tenders_at(loaded: Loaded, at: datetime) -> list[TenderedLine]:
    """Every line in force among forms received before `at`, and whether it would be taken at that instant."""
    lines = plain_tenders(loaded, at)
    senders = Form.objects.filter(offer=loaded.offer, holder__isnull=False).order_by().values("holder")
    held = Grant.objects.filter(holder__in=senders).select_related("holder")
    rows = {grant.grant_number: grant for grant in held} if lines else {}
    return [TenderedLine(line.holder_id, rows[line.grant.grant_number], line.shares, line.reason) for line in lines]


def _received_before(forms: HolderForms, at: datetime) -> HolderForms:
    """Acceptance sees only what was received before its instant."""
    return forms.received_before(at)


# What stands in place of a defect's code for a form whose proof nobody has judged.
PROOF_UNJUDGED = "proof_not_judged"
# The same for a paper form whose new entry waits for a second person.
MEND_WAITING = "mend_waiting"


def undecided(loaded: Loaded, at: datetime) -> list[tuple[Form, str]]:
    """What is neither decided nor moot: form defects and unjudged proofs nothing later has overtaken, the line defects
    of forms in force, and new entries of paper forms that wait for a second person. A constant number of queries."""
    result = [(item.form, f"{item.defect} {item.grant_number}".rstrip()) for item in open_defects(loaded, at)]
    result += [(form, PROOF_UNJUDGED) for form in unjudged_proofs(loaded, at)]
    return result + [(mend.form, MEND_WAITING) for mend in waiting_mends(loaded.offer)]


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


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What is still to come in an offer: cancelled options without a promise, and promised ones without an outcome.

    `held` are those whose promise counsel holds; `open` the others.
    """

    unpromised: int
    open: int
    held: int


def unsettled(offer: Offer) -> Unsettled:
    """How much is still to come; three queries."""
    unpromised = Cancellation.objects.filter(source=f"offer:{offer.code}", promise_line__isnull=True).count()
    waiting = PromiseLine.objects.filter(promise__offer=offer, new_grant__isnull=True, lapse__isnull=True).order_by()
    verdicts: dict[object, str] = dict(
        Prohibition.objects.filter(promise__offer=offer).order_by("number").values_list("promise_id", "verdict")
    )
    found = list(waiting.values_list("promise_id", flat=True))
    held = sum(verdicts.get(promise) == Prohibition.Verdict.HELD for promise in found)
    return Unsettled(unpromised, len(found) - held, held)


def shares_now(line: PromiseLine, cancelled_on: date, through: date, actions: Sequence[CorporateAction]) -> Fraction:
    """The exact shares of a promise line after every action effective since cancellation and by `through`."""
    return Fraction(line.exact) * factor_between(actions, cancelled_on, through)


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
            .select_related("cancellation__grant", "new_grant", "lapse")
            .prefetch_related(signatures_of("new_grant__"))
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
