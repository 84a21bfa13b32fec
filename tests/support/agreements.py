"""New options with their agreements, and signing them: in the portal by their holder, or on paper."""

import hashlib
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from exchange.documents.models import Paper, RenderedPaper
from exchange.documents.reads import paper_for
from exchange.people.models import Holder
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.actions.sign import record_paper_agreement, sign_agreements
from exchange.settlement.agreements import Signing
from exchange.settlement.models import NewGrant
from tests.support.life import ACCEPTED_AT, GRANTED_ON
from tests.support.world import ACTOR, EXPIRES_AT, an_offer, election, holders_with_grants, submit, value

GRANTED_AT = datetime(2004, 1, 26, 23, tzinfo=UTC)
SIGNED_AT = datetime(2004, 1, 28, 17, 30, tzinfo=UTC)


def granted_options(*, grants: int = 1) -> list[NewGrant]:
    """The new options of E1 and E2, so many each, by number; no agreement is signed."""
    offer = an_offer()
    for holder in holders_with_grants(2, grants=grants):
        submit(offer, holder, election(holder), EXPIRES_AT - timedelta(days=1))
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    value(issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT))
    price = Decimal("2.03")
    value(grant_new_options(code=offer.code, on=GRANTED_ON, closing_price=price, actor=ACTOR, at=GRANTED_AT))
    return list(NewGrant.objects.select_related("holder", "line__promise__offer").order_by("number"))


def agreement(grant: NewGrant) -> Paper:
    found = paper_for("new_option", f"new_grant:{grant.number}")
    assert found is not None
    return found


def keep_pdf(paper: Paper) -> str:
    """The digest of the PDF of a paper; where it has none yet, one that stands for what the worker makes."""
    body = f"%PDF-1.7 {paper.subject_key}".encode()
    made = {"pdf": body, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "rendered_at": SIGNED_AT}
    return RenderedPaper.objects.get_or_create(paper=paper, defaults=made)[0].sha256


def shown(grant: NewGrant, **changed: Any) -> Signing:
    """What the holder of a new option signs, its agreement having been opened."""
    sha256 = keep_pdf(agreement(grant))
    signing = Signing(
        signature_name=grant.holder.name_on_agreement,
        key=uuid.uuid4(),
        pdf_sha256=sha256,
        acknowledgments=(("received", "I have received the agreement."),),
    )
    return replace(signing, **changed)


def signed(*pairs: tuple[NewGrant, Signing], by: Holder | None = None) -> Any:
    """Press Sign on a page with these agreements."""
    signings = {grant.pk: signing for grant, signing in pairs}
    return sign_agreements(holder=by or pairs[0][0].holder, signings=signings, actor="holder:E1", at=SIGNED_AT)


def on_paper(grant: NewGrant, *, dry_run: bool = False, **changed: Any) -> Any:
    signing = Signing(grant.holder.name_on_agreement, channel="hand", signed_on=date(2004, 1, 27))
    return record_paper_agreement(
        grant=grant, signing=replace(signing, **changed), actor="staff:hr", at=SIGNED_AT, dry_run=dry_run
    )
