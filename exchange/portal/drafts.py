"""What a holder has chosen and not signed yet, and who signs: kept in the session, by offer, until it is signed.

A draft is no record. It outlives a walk through the documents, consent and a new proof of identity; not a sign-out.
"""

from collections.abc import Sequence
from typing import Any

from exchange.elections.actions import waiting_upload
from exchange.portal.present.options import choices_of, ticked
from exchange.portal.tokens import Signer, plain_signer, signer_of
from exchange.portal.visit import Visit

CHOSEN, SIGNERS = "chosen", "signers"


def keep(visit: Visit, values: Sequence[str]) -> None:
    """Keep what is ticked. Nothing ticked, or what is tendered already, is no draft."""
    if not values or set(values) == set(ticked(visit.view, visit.forms.tendered)):
        _put(visit, CHOSEN, None)
    else:
        _put(visit, CHOSEN, list(values))


def chosen(visit: Visit) -> list[str]:
    """The values kept, in the order shown, of those that can still be ticked; empty where nothing waits."""
    kept = set(_of(visit, CHOSEN) or ())
    if not kept or not visit.may_elect:
        return []
    values = [choice.value for choice in choices_of(visit.view) if choice.value in kept]
    return [] if set(values) == set(ticked(visit.view, visit.forms.tendered)) else values


def keep_signer(visit: Visit, signer: Signer | None) -> None:
    _put(visit, SIGNERS, plain_signer(signer))


def signer(visit: Visit) -> Signer | None:
    """Who signs, where it is not the holder under the name on file; none once the uploaded proof is gone."""
    found = signer_of(_of(visit, SIGNERS))
    if found is None or found.proof.upload is None:
        return None
    if waiting_upload(visit.offer, visit.holder, found.proof.upload) is None:
        _put(visit, SIGNERS, None)
        return None
    return found


def signed(visit: Visit, kind: str) -> None:
    """A form is stored: what was chosen and who signed it is no draft any more."""
    if kind == "election":
        _put(visit, CHOSEN, None)
    _put(visit, SIGNERS, None)


def _of(visit: Visit, part: str) -> Any:
    return visit.request.session.get(part, {}).get(visit.offer.code)


def _put(visit: Visit, part: str, value: Any) -> None:
    """Written only where it changes: most pages leave the session alone."""
    if _of(visit, part) == value:
        return
    kept = dict(visit.request.session.get(part, {}))
    kept.pop(visit.offer.code, None)
    visit.request.session[part] = kept if value is None else {**kept, visit.offer.code: value}
