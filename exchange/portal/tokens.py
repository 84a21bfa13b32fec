"""What a review page showed, sealed into the page itself, so that two tabs or two browsers never mix.

Signing takes its content from here and from nothing else: what was shown is what is signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.utils import translation

from exchange.elections.records import Proof
from exchange.elections.rules import LineFacts
from exchange.elections.wording import Acknowledgment, acknowledgments
from exchange.kernel.canonical import decimal_text
from exchange.portal.visit import Visit

SALT = "portal.review"


@dataclass(frozen=True)
class Signer:
    """Who signs, where it is not the holder under the name on the agreement, with the proof that was uploaded.

    `capacity` "self" is the holder under a changed name; they have no title.
    """

    capacity: str
    name: str
    title: str
    proof: Proof


@dataclass(frozen=True)
class Review:
    """The content under review, its one-time key, and the number of the form in force it was made against."""

    kind: str
    offer: str
    version: int
    holder: int
    key: UUID
    against: str
    lines: tuple[LineFacts, ...]
    acknowledgments: tuple[Acknowledgment, ...]
    language: str
    signer: Signer | None = None

    def sealed(self) -> str:
        return signing.dumps(
            {
                "kind": self.kind,
                "offer": self.offer,
                "version": self.version,
                "holder": self.holder,
                "key": self.key.hex,
                "against": self.against,
                "lines": [
                    [line.grant_number, line.grant_date.isoformat(), decimal_text(line.exercise_price), line.shares]
                    for line in self.lines
                ],
                "acknowledgments": self.acknowledgments,
                "language": self.language,
                "signer": plain_signer(self.signer),
            },
            salt=SALT,
            compress=True,
        )


def plain_signer(signer: Signer | None) -> dict[str, object] | None:
    if signer is None:
        return None
    upload = signer.proof.upload.hex if signer.proof.upload else ""
    return {**vars(signer), "proof": {**signer.proof.plain(), "upload": upload}}


def signer_of(plain: dict[str, Any] | None) -> Signer | None:
    if plain is None:
        return None
    proof = Proof(**{**plain["proof"], "upload": UUID(plain["proof"]["upload"])})
    return Signer(**{**plain, "proof": proof})


def new_review(visit: Visit, kind: str, lines: Sequence[LineFacts] = (), signer: Signer | None = None) -> Review:
    """A review of `lines` as they stand now, to be signed by the holder or by `signer`, with a fresh key."""
    in_force = visit.forms.form_in_force
    return Review(
        kind=kind,
        offer=visit.offer.code,
        version=visit.loaded.version.number,
        holder=visit.holder.pk,
        key=uuid4(),
        against=in_force.number if in_force else "",
        lines=tuple(lines),
        acknowledgments=acknowledgments(visit.loaded.terms, kind),
        language=translation.get_language() or "en-us",
        signer=signer,
    )


def opened(sealed: str, visit: Visit, kind: str) -> Review | None:
    """The review that this holder was shown for this offer; None where the seal is not ours or not theirs."""
    try:
        plain = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
    review = Review(
        kind=plain["kind"],
        offer=plain["offer"],
        version=plain["version"],
        holder=plain["holder"],
        key=UUID(plain["key"]),
        against=plain["against"],
        lines=tuple(
            LineFacts(number, date.fromisoformat(day), Decimal(price), shares)
            for number, day, price, shares in plain["lines"]
        ),
        acknowledgments=tuple((code, text) for code, text in plain["acknowledgments"]),
        language=plain["language"],
        signer=signer_of(plain.get("signer")),
    )
    is_theirs = (review.kind, review.offer, review.holder) == (kind, visit.offer.code, visit.holder.pk)
    return review if is_theirs else None
