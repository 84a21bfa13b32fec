"""A small company and one offer, made through the product's own actions: what tests of forms and races start from."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from exchange.cli.demo import cast
from exchange.elections.actions import (
    Moved,
    Received,
    amend_offer,
    extend_offer,
    give_consent,
    open_sample,
    record_forms,
    submit_form,
)
from exchange.elections.consent import consent_of, wording_digest
from exchange.elections.records import Submission
from exchange.elections.rules import LineFacts, Signed
from exchange.grants.models import Grant
from exchange.kernel import clock
from exchange.kernel.results import Refused, Result
from exchange.kernel.sentences import sentence
from exchange.notices.contexts import KINDS
from exchange.offers.accepting import accept_findings
from exchange.offers.actions import DocumentFile, Override, load_offer, open_offer
from exchange.offers.approving import approve_content
from exchange.offers.content import DOCUMENTS, LETTER, Contents, documents_piece
from exchange.offers.findings import Weight
from exchange.offers.library import MARKED_COPY
from exchange.offers.models import Offer
from exchange.offers.preflight import preflight
from exchange.offers.reads import load
from exchange.offers.rules import RULES, Classification
from exchange.people.models import Holder

T = TypeVar("T")
ACTOR = "a test"
ZONE = "America/Los_Angeles"
PLAN = "2016-EIP"
# What the replayed offer of these tests is dated by, as the Capstone offer was.
COMMENCES_AT = datetime(2003, 6, 25, 13, tzinfo=UTC)
EXPIRES_AT = datetime(2003, 7, 25, 0, tzinfo=UTC)
OVERRIDES = [Override(rule, "a test") for rule in RULES]


def value(result: Result[T]) -> T:
    """The value of an action that must not be refused."""
    assert not isinstance(result, Refused), [sentence(reason) for reason in result.reasons]
    return result.value


def terms(code: str, *, commences_at: datetime, expires_at: datetime, is_replay: bool) -> dict[str, Any]:
    return cast.terms(code, commences_at.isoformat(), expires_at.isoformat(), ZONE, is_replay=is_replay)


def an_offer(
    code: str = "TEST",
    *,
    commences_at: datetime = COMMENCES_AT,
    expires_at: datetime = EXPIRES_AT,
    is_replay: bool = True,
    before_opening: Callable[[str, datetime], None] | None = None,
) -> Offer:
    """An offer, open from its commencement."""
    plain = terms(code, commences_at=commences_at, expires_at=expires_at, is_replay=is_replay)
    documents = [DocumentFile("offer_to_exchange", "Offer to Exchange", "text/plain", b"the offer")]
    value(load_offer(plain=plain, documents=documents, actor=ACTOR, at=commences_at))
    if before_opening:
        before_opening(code, commences_at)
    return value(open_offer(code=code, actor=ACTOR, at=commences_at, overrides=OVERRIDES)).offer


def a_live_offer(code: str = "LIVE", *, expires_in: timedelta = timedelta(days=9)) -> Offer:
    """An offer that opened twenty days ago by the clock and expires after so long; negative: it has expired."""
    now = clock.now()
    return an_offer(code, commences_at=now - timedelta(days=20), expires_at=now + expires_in, is_replay=False)


def a_holder(number: str = "E1", **facts: Any) -> Holder:
    """An eligible employee."""
    stated: dict[str, Any] = {
        "legal_name": f"Holder {number}",
        "name_on_agreement": f"Holder {number}",
        "email": f"{number.lower()}@company.example",
        "residence_country": "US",
        "role": "employee",
        "hired_on": date(1999, 2, 1),
    }
    return Holder.objects.create(employee_number=number, **{**stated, **facts})


def a_grant(holder: Holder, number: str, **facts: Any) -> Grant:
    """An eligible option of 1,200 shares at $24.50."""
    stated: dict[str, Any] = {
        "plan": PLAN,
        "option_type": "NSO",
        "grant_date": date(2001, 3, 5),
        "exercise_price": Decimal("24.5"),
        "shares_granted": 1200,
        "expires_on": date(2091, 3, 5),
    }
    return Grant.objects.create(holder=holder, grant_number=number, **{**stated, **facts})


def holders_with_grants(count: int, grants: int = 1) -> list[Holder]:
    """So many holders, E1 and on, with so many options each: E1-1, E1-2 and on."""
    holders = [a_holder(f"E{place}") for place in range(1, count + 1)]
    for holder in holders:
        for place in range(1, grants + 1):
            a_grant(holder, f"{holder.employee_number}-{place}")
    return holders


def lines(*grants: Grant) -> tuple[LineFacts, ...]:
    return tuple(
        LineFacts(grant.grant_number, grant.grant_date, grant.exercise_price, grant.outstanding) for grant in grants
    )


def election(holder: Holder, *grants: Grant, **facts: Any) -> Submission:
    """A portal Election Form that tenders these options, or all the holder has."""
    tendered = grants or tuple(holder.grants.order_by("grant_number"))
    return _signed(holder, kind="election", lines=lines(*tendered), **facts)


def notice(holder: Holder, **facts: Any) -> Submission:
    """A portal Notice to Withdraw."""
    return _signed(holder, kind="withdrawal", **facts)


def _signed(holder: Holder, **facts: Any) -> Submission:
    stated: dict[str, Any] = {
        "channel": "portal",
        "employee_number": holder.employee_number,
        "signed": Signed(),
        "signature_name": holder.name_on_agreement,
        "printed_name": holder.legal_name,
        "email": holder.email,
        "address": "1200 Foundry Way",
        "acknowledgments": (("received", "I have received the offer."),),
        "key": uuid.uuid4(),
    }
    return Submission(**{**stated, **facts})


def paper(submission: Submission, number: str, received_at: datetime) -> Submission:
    """The same form as it comes by fax."""
    facts = vars(submission) | {"channel": "fax", "number": number, "received_at": received_at, "key": None}
    return Submission(**{**facts, "signed": Signed(at=received_at - timedelta(minutes=5))})


def consent(offer: Offer, holder: Holder, at: datetime) -> None:
    """The holder consents to electronic records, unless they have."""
    if consent_of(offer, holder).stands:
        return
    value(open_sample(code=offer.code, holder=holder, actor=ACTOR, at=at))
    shown = wording_digest(load(offer).terms)
    value(give_consent(code=offer.code, holder=holder, shown=shown, actor=ACTOR, at=at))


def submit(offer: Offer, holder: Holder, submission: Submission, at: datetime | None) -> Received | Moved:
    consent(offer, holder, at or clock.now())
    return value(submit_form(code=offer.code, holder=holder, submission=submission, actor=ACTOR, at=at))


def record(offer: Offer, submissions: Sequence[Submission], at: datetime | None) -> Any:
    return value(record_forms(code=offer.code, submissions=submissions, actor=ACTOR, at=at))


def amend(
    offer: Offer,
    at: datetime | None,
    *,
    documents: Sequence[DocumentFile] = (),
    classification: str = "",
    offer_terms: Mapping[str, Any] | None = None,
    overrides: Sequence[Override] | None = None,
    change: str = "",
    to: datetime | None = None,
    dry_run: bool = False,
    **tables: Mapping[str, Any],
) -> Result[Any]:
    """Amend an offer: tables of its terms are updated, and documents are the newest version's unless others come.

    Every clock rule is overridden where `overrides` is left out.
    """
    newest = load(offer).version
    plain = json.loads(newest.terms)
    for table, keys in {**tables, "offer": offer_terms or {}}.items():
        plain[table] = {**plain[table], **keys}
    files = list(documents) or [
        DocumentFile(row.kind, row.title, row.content_type, bytes(row.body))
        for row in newest.documents.exclude(kind=MARKED_COPY)
    ]
    return amend_offer(
        code=offer.code,
        plain=plain,
        documents=files,
        change=change,
        to=to,
        classification=Classification(classification) if classification else None,
        actor=ACTOR,
        at=at,
        overrides=OVERRIDES if overrides is None else overrides,
        dry_run=dry_run,
    )


def extend(offer: Offer, to: datetime, at: datetime | None) -> Any:
    return value(extend_offer(code=offer.code, to=to, actor=ACTOR, at=at, overrides=OVERRIDES))


def make_ready(code: str, *, at: datetime | None = None) -> None:
    """Counsel approves what an offer says, and accepts what the checklist finds: nothing holds its opening back."""
    loaded = load(Offer.objects.get(code=code))
    at = at or clock.now()
    contents = Contents(loaded.offer)
    wanted = [(DOCUMENTS, "", documents_piece(loaded.version).digest)]
    wanted += [(LETTER, kind, contents.newest(LETTER, kind).digest) for kind in KINDS]
    value(approve_content(code=code, wanted=wanted, actor="staff:ruth", at=at))
    for check in preflight(loaded, at):
        if check.weight is Weight.ACCEPTABLE and check.open_findings:
            found = accept_findings(
                code=code, check=check.code, shown=check.digest, reason="A test.", actor="staff:ruth", at=at
            )
            value(found)
