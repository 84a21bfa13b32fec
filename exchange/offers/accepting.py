"""Counsel accepts what the checklist found, with a written reason."""

from datetime import datetime

from exchange.audit.actions import append
from exchange.kernel import canonical, locks
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers import reads
from exchange.offers.findings import Weight
from exchange.offers.models import FindingAcceptance, Offer
from exchange.offers.preflight import CHECKS, preflight


def accept_findings(
    *, code: str, check: str, shown: str, reason: str, actor: str, at: datetime, dry_run: bool = False
) -> Result[FindingAcceptance | None]:
    """Accept what a check found and nobody has accepted yet; `shown` is the digest of what was read (`Check.digest`).

    Refuses an offer that was opened, a check whose findings block whatever anyone says, a blank reason, and findings
    that are no longer those that were read.
    """

    def work() -> Done[FindingAcceptance | None]:
        locks.own(f"load:{code}")
        offer = Offer.objects.filter(code=code).first()
        if offer is None:
            raise refuse(Refusal("unknown_offer", {"offer": code}))
        loaded = reads.load(offer)
        if loaded.timeline.opened_at is not None:
            raise refuse(Refusal("checklist_is_over", {"offer": code}))
        if check not in CHECKS:
            raise refuse(Refusal("finding_not_acceptable"))
        (found,) = preflight(loaded, at, only=check)
        if found.weight is not Weight.ACCEPTABLE:
            raise refuse(Refusal("finding_not_acceptable"))
        if not found.open_findings:
            return Done(None, [Refusal("nothing_to_do")])
        if not reason.strip():
            raise refuse(Refusal("reason_missing"))
        if found.digest != shown:
            raise refuse(Refusal("findings_moved"))
        keys = sorted(finding.token for finding in found.open_findings)
        row = FindingAcceptance(
            offer=offer,
            check_code=check,
            found_keys=canonical.dumps(keys),
            reason=reason.strip(),
            accepted_by=actor,
            at=at,
        )
        append(
            chain=f"draft:{code}",
            kind="findings.accepted",
            actor=actor,
            at=at,
            payload={"offer": code, "check": check, "findings": len(keys), "reason": row.reason},
            rows=[row],
        )
        return Done(row)

    return in_one_transaction(work, dry_run=dry_run)
