"""issue_promises CODE: promises, their papers and e-mails."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.notices.delivery import deliver_all
from exchange.settlement.actions.promise import issue_promises


class Command(ExchangeCommand):
    help = "Issues the Promise to Grant to every holder of a cancelled option."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--wait", action="store_true", help="make the papers and send the letters at once")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        issued = self.done(
            issue_promises(
                code=offer.code,
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
                dry_run=options["dry_run"],
            )
        )
        if options["wait"] and not options["dry_run"]:
            deliver_all(offer_key=offer.code)
        return {"offer": offer.code, "promises": len(issued.promises), "shares": issued.total_shares}
