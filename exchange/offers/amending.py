"""Amending an offer: a new version of its terms and documents, under the legal clock (domain §2)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from exchange.documents.actions import keep_picture
from exchange.kernel import canonical, clock
from exchange.kernel.results import Refusal, refuse
from exchange.market.reads import calendar
from exchange.offers import difference, marking, reads, terms
from exchange.offers.actions import (
    DocumentFile,
    Override,
    check_not_before_latest,
    document_rows,
    load_plans,
    locked_offer,
    record_event,
    without_overridden,
)
from exchange.offers.arithmetic import Arithmetic, arithmetic_of, check_amendment
from exchange.offers.condition_models import ConditionDecision
from exchange.offers.conditions import Verdict, decision_of
from exchange.offers.difference import Difference
from exchange.offers.library import MARKED_COPY
from exchange.offers.models import Amendment, OfferDocument, OfferEvent, OfferVersion
from exchange.offers.reads import Loaded
from exchange.offers.rules import CLASSIFIED_NO_WEAKER, Classification
from exchange.offers.terms import Terms

LONGEST_TITLE = 200


@dataclass(frozen=True)
class Amended:
    """What an amendment did, or would do.

    `previous` is the expiration before it; `told` how many people have their letter. `marked` names the documents of
    which a copy was made that shows the changes.
    """

    amendment: Amendment
    differences: Sequence[Difference]
    arithmetic: Arithmetic
    previous: datetime
    marked: Sequence[str]
    told: int = 0

    @property
    def at(self) -> datetime:
        return self.amendment.step.at

    @property
    def expires_at(self) -> datetime:
        return self.amendment.step.expires_at or self.previous


@dataclass(frozen=True)
class Change:
    """The wanted change of an offer: what differs, what kind of change that is, when the offer is to expire."""

    loaded: Loaded
    plain: Mapping[str, Any]
    terms: Terms
    differences: Sequence[Difference]
    derived: Classification | None
    to: datetime | None


def change_of(
    loaded: Loaded, plain: Mapping[str, Any], documents: Sequence[DocumentFile], to: datetime | None = None
) -> Change:
    """How the given terms and documents differ from the newest version. Writes nothing; refuses nothing."""
    after = terms.from_plain(plain)
    before = json.loads(loaded.version.terms)
    found = difference.differences(before, plain, (loaded.terms, after), (loaded.documents, documents))
    return Change(loaded, plain, after, found, difference.derived(found), to or _stated_expiration(loaded, after))


def _stated_expiration(loaded: Loaded, after: Terms) -> datetime | None:
    """The expiration that a file asks for: the one it states, unless that was announced or stated before."""
    known = {one.expires_at for one in loaded.timeline.expirations}
    known |= {terms.parse(version.terms).expires_at for version in loaded.offer.versions.all()}
    return None if after.expires_at in known else after.expires_at


def amend_offer(
    *,
    code: str,
    plain: Mapping[str, Any],
    documents: Sequence[DocumentFile],
    change: str,
    to: datetime | None,
    classification: Classification | None,
    actor: str,
    at: datetime | None,
    condition: UUID | None = None,
    overrides: Sequence[Override] = (),
) -> Amended | None:
    """Make a new version of an offer's terms and documents; call it inside a transaction.

    `elections.actions.amend_offer` does, and sends the letters. `change` says what changed in the company's words, ''
    leaves it to the difference of terms; `to` is the new expiration, None leaves it unless the terms state another;
    `classification` None leaves it to the difference. `at` None reads the clock once the lock is held; that instant
    is the notice of the change. Earlier forms stand. None: it is amended so already.

    Raises a refusal for an offer that is not open (expired: unless it is revived by this, inside the window of an
    extension), another code, commencement, time zone, date or replay flag, nothing changed, a change that nobody has
    classified or that is classified weaker than its terms say, a PDF without a marked copy, an expiration that is not
    later, and less time left than the legal clock wants (SEC Rules 13e-4(f)(1)(ii), 14e-1(b), (d); 30 × 24 hours).
    """
    offer = locked_offer(code)
    at = at or clock.now()
    loaded = reads.load(offer)
    if _is_done(loaded, plain, documents, to):
        return None
    check_not_before_latest(offer, at)
    wanted = change_of(loaded, plain, documents, to)
    stated = classification or wanted.derived
    refusals = _check_change(wanted, documents, classification, to)
    expires_at = loaded.timeline.expires_at
    if stated is None or expires_at is None:
        raise refuse(*(refusals or [Refusal("offer_not_open", {"state": loaded.timeline.state(at)})]))
    arithmetic = arithmetic_of(stated, notice_at=at, expires_at=expires_at, zone=loaded.zone, calendar=calendar())
    refusals += check_amendment(loaded.timeline, wanted.to, arithmetic, calendar())
    standing = without_overridden(refusals, overrides)
    if standing:
        raise refuse(*standing)
    used = [override for override in overrides if override.rule in {refusal.rule for refusal in refusals}]
    decision = decision_of(loaded.offer, condition, Verdict.AMENDED)
    return _record(
        wanted, documents, change.strip(), arithmetic, decision=decision, actor=actor, at=at, overrides=used
    )


def _is_done(loaded: Loaded, plain: Mapping[str, Any], documents: Sequence[DocumentFile], to: datetime | None) -> bool:
    """Whether the newest version is an amendment to these very terms, documents and expiration."""
    amendment = Amendment.objects.filter(version=loaded.version).select_related("step").first()
    if amendment is None or loaded.version.terms != canonical.dumps(plain):
        return False
    sums = [document.sha256 for document in loaded.documents]
    given = [document.sha256 for document in documents]
    is_same = sums[: len(given)] == given and all(
        document.kind == MARKED_COPY for document in loaded.documents[len(given) :]
    )
    return is_same and to in {None, amendment.step.expires_at, loaded.timeline.expires_at}


def _check_change(
    wanted: Change, documents: Sequence[DocumentFile], classification: Classification | None, to: datetime | None
) -> list[Refusal]:
    """What stands against the change itself, whatever the clock says."""
    loaded = wanted.loaded
    refusals = [
        Refusal("amendment_changes_identity", {"key": one.key, "before": one.before, "after": one.after})
        for one in difference.forbidden(loaded.terms, wanted.terms)
    ]
    if not wanted.differences:
        refusals.append(Refusal("amendment_changes_nothing"))
    stated = _stated_expiration(loaded, wanted.terms)
    if to is not None and stated is not None and stated != to:
        refusals.append(Refusal("expirations_differ", {"to": to, "stated": stated}))
    if wanted.differences and classification is None and wanted.derived is None:
        refusals.append(Refusal("amendment_not_classified"))
    if classification is not None and wanted.derived is not None and classification.is_weaker_than(wanted.derived):
        refusals.append(
            Refusal(
                "amendment_classified_weaker",
                {"stated": classification, "derived": wanted.derived},
                rule=CLASSIFIED_NO_WEAKER,
            )
        )
    return refusals + [
        Refusal("marked_copy_missing", {"title": document.title})
        for document, before in _changed(loaded, documents)
        if not _is_marked_by_counsel(document, documents) and not _can_mark(document, before)
    ]


def _changed(loaded: Loaded, documents: Sequence[DocumentFile]) -> list[tuple[DocumentFile, OfferDocument]]:
    """The documents that are in both versions and differ, each with the one before."""
    found = []
    for document in documents:
        before = difference.predecessor(document, loaded.documents) if document.kind != MARKED_COPY else None
        if before is not None and before.sha256 != document.sha256:
            found.append((document, before))
    return found


def marked_title(title: str) -> str:
    return _("{title}, changes marked").format(title=title)[:LONGEST_TITLE]


def _is_marked_by_counsel(document: DocumentFile, documents: Sequence[DocumentFile]) -> bool:
    titles = {document.title, marked_title(document.title)}
    return any(other.kind == MARKED_COPY and other.title in titles for other in documents)


def _can_mark(document: DocumentFile, before: OfferDocument) -> bool:
    return document.content_type in marking.TEXTS and before.content_type in marking.TEXTS


def copies_to_make(loaded: Loaded, documents: Sequence[DocumentFile]) -> list[tuple[DocumentFile, OfferDocument]]:
    """The changed documents of which we make a marked copy, as counsel gives none; each with the one before."""
    return [
        (document, before)
        for document, before in _changed(loaded, documents)
        if not _is_marked_by_counsel(document, documents) and _can_mark(document, before)
    ]


def marked_by_us(loaded: Loaded, document: DocumentFile, before: OfferDocument) -> DocumentFile:
    """A copy of a changed document that shows the changes against the newest version."""
    return DocumentFile(
        MARKED_COPY,
        marked_title(document.title),
        "text/html",
        marking.marked_copy(
            bytes(before.body),
            before.content_type,
            document.body,
            document.content_type,
            title=document.title,
            version=loaded.version.number,
        ),
    )


def _record(
    wanted: Change,
    documents: Sequence[DocumentFile],
    summary: str,
    arithmetic: Arithmetic,
    *,
    decision: ConditionDecision | None,
    actor: str,
    at: datetime,
    overrides: Sequence[Override],
) -> Amended:
    """Write the version, its documents and the step, as one audit event."""
    loaded = wanted.loaded
    text = canonical.dumps(wanted.plain)
    version = OfferVersion(
        offer=loaded.offer,
        number=loaded.version.number + 1,
        terms=text,
        terms_digest=canonical.digest(text),
        created_at=at,
    )
    copies = [marked_by_us(loaded, *changed) for changed in copies_to_make(loaded, documents)]
    summary = summary or difference.summary(wanted.differences)
    amendment = Amendment(
        version=version,
        classification=arithmetic.classification,
        derived=wanted.derived or "",
        summary=summary,
        changes=canonical.dumps([one.as_plain() for one in wanted.differences]),
        required_until=arithmetic.ends_at,
    )
    load_plans(wanted.plain, wanted.terms)
    keep_picture(wanted.terms.company.logo)
    record_event(
        loaded.offer,
        kind=OfferEvent.Kind.AMENDED,
        audit_kind="offer.amended",
        actor=actor,
        at=at,
        expires_at=wanted.to,
        reason=summary,
        overrides=overrides,
        payload={
            "version": version.number,
            "terms": version.terms_digest,
            "classification": arithmetic.classification,
            "derived": wanted.derived,
            "changes": [one.as_plain() for one in wanted.differences],
            "required_until": arithmetic.ends_at,
            "from": loaded.timeline.expires_at,
            "to": wanted.to,
            **({"condition": decision.condition.number} if decision else {}),
        },
        rows=[version, *document_rows(version, [*documents, *copies])],
        of_step=[amendment, decision],
    )
    return Amended(
        amendment=amendment,
        differences=wanted.differences,
        arithmetic=arithmetic,
        previous=arithmetic.expires_at,
        marked=[copy.title for copy in copies],
    )
