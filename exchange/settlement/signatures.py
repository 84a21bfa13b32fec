"""Which signature stands under an option agreement: one reading for every page, list, file and action.

One that was recorded by mistake (`AgreementMistake`) never stood; the option waits for its holder's signature again.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from exchange.settlement.models import AgreementMistake, AgreementSignature, NewGrant


def standing_signatures() -> QuerySet[AgreementSignature]:
    """Every signature that stands, of each option at most one."""
    return AgreementSignature.objects.filter(mistake__isnull=True)


def signed(grants: QuerySet[NewGrant]) -> QuerySet[NewGrant]:
    return grants.filter(_is_signed())


def unsigned(grants: QuerySet[NewGrant]) -> QuerySet[NewGrant]:
    """Those of these new options whose agreements wait for their holders."""
    return grants.filter(~_is_signed())


def signatures_of(path: str = "") -> "Prefetch[str, Any, Any]":
    """What to prefetch, so that asking `signature_of` many new options is one question; `path` leads to them."""
    return Prefetch(f"{path}signatures", queryset=AgreementSignature.objects.select_related("mistake"))


def signature_of(grant: NewGrant) -> AgreementSignature | None:
    """The signature that stands; None while the agreement waits for it."""
    return next((row for row in grant.signatures.all() if not hasattr(row, "mistake")), None)


def is_released(grant: NewGrant) -> bool:
    """Whether the holder has signed the option agreement, which is when they receive the option (domain §7)."""
    return signature_of(grant) is not None


def mistakes_of(grant: NewGrant) -> QuerySet[AgreementMistake]:
    """The recordings of a signature of this option that were made by mistake, the oldest first."""
    return AgreementMistake.objects.filter(signature__grant=grant).select_related("signature").order_by("at", "pk")


def _is_signed() -> Exists:
    return Exists(standing_signatures().filter(grant=OuterRef("pk")))
