"""Saying that an agreement was recorded as signed on paper by mistake: by two people; the option waits again."""

from datetime import datetime
from uuid import UUID

from exchange.audit.actions import append
from exchange.kernel import clock
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import check_not_before_latest
from exchange.people.models import Holder
from exchange.settlement.agreement_letters import queue_mistaken
from exchange.settlement.models import AgreementMistake, AgreementSignature


def unsign_agreement(
    *,
    signature: UUID,
    reason: str,
    proposed_by: str,
    approved_by: str,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[AgreementMistake]:
    """Mend a recording on the desk: the holder had not signed this agreement on paper. Nothing is taken away.

    The option is not released until its agreement is signed, in the portal or on paper; the holder is told by letter.
    The same again changes nothing. Refuses what a holder signed in the portal, which is their own; one person alone; a
    recording that is mended already; an instant before it was made; a reason left out.
    """

    def work() -> AgreementMistake | Done[AgreementMistake]:
        rows = AgreementSignature.objects.select_related("grant__line__promise__offer", "holder")
        found = rows.filter(pk=signature).first()
        if found is None:
            raise refuse(Refusal("unknown_new_grant"))
        Holder.objects.select_for_update().get(pk=found.holder_id)  # as signing does: one after the other
        offer, instant, said = found.grant.line.promise.offer, at or clock.now(), reason.strip()
        if found.channel == AgreementSignature.Channel.PORTAL:
            raise refuse(Refusal("agreement_of_the_portal", {"grant": found.grant_number}))
        if not proposed_by or not approved_by or proposed_by == approved_by:
            raise refuse(Refusal("proposal_own"))
        if not said:
            raise refuse(Refusal("reason_missing"))
        known = AgreementMistake.objects.filter(signature=found).first()
        if known is not None:
            if known.reason == said:
                return Done(known, [Refusal("nothing_to_do")])
            raise refuse(Refusal("agreement_unsigned_already", {"grant": found.grant_number}))
        check_not_before_latest(offer, instant)
        if instant < found.recorded_at:
            raise refuse(Refusal("before_latest_action", {"at": instant, "latest": found.recorded_at}))
        row = AgreementMistake(
            signature=found, reason=said, proposed_by=proposed_by, approved_by=approved_by, at=instant
        )
        append(
            chain=f"holder:{found.holder.employee_number}",
            kind="agreement.recorded_by_mistake",
            actor=actor,
            at=instant,
            payload={
                "offer": offer.code,
                "grant": found.grant_number,
                "record": found.record_digest,
                "proposed_by": proposed_by,
                "approved_by": approved_by,
            },
            rows=[row],
        )
        queue_mistaken(row, at=instant)
        return row

    return in_one_transaction(work, dry_run=dry_run)
