"""accept_offer CODE --attest [--leave-undecided]: acceptance and cancellation."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.settlement.actions.accept import accept_tenders


class Command(ExchangeCommand):
    help = "Accepts every tender in force that is still eligible and cancels the options."

    takes_overrides = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--attest", action="store_true", help="every paper form received in time is recorded")
        parser.add_argument("--leave-undecided", action="store_true", help="open defects are left as they are")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        overrides = self.overrides(options)
        accepted = self.done(
            accept_tenders(
                code=offer.code,
                attested=options["attest"],
                leave_undecided=options["leave_undecided"],
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
                overrides=overrides,
                dry_run=options["dry_run"],
            )
        )
        acceptance = accepted.acceptance
        return {
            "offer": offer.code,
            "at": acceptance.at,
            "cancelled_on": acceptance.on,
            "cancelled_grants": len(accepted.taken),
            "cancelled_shares": accepted.cancelled_shares,
            "not_accepted": {line.grant.grant_number: line.reason for line in accepted.lines if line.reason},
            "earliest_grant_date": acceptance.earliest_grant_on,
            "promises_due_on": acceptance.promises_due_on,
        }
