"""issue_statements CODE: the final statement of every holder, its paper and its letter."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.notices.delivery import deliver_all
from exchange.settlement.actions.statements import issue_statements


class Command(ExchangeCommand):
    help = "Make the final statements: one to each holder, anew for those whose facts have changed."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--wait", action="store_true", help="make the papers and send the letters before ending")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        stated = self.done(
            issue_statements(
                code=offer.code,
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
                dry_run=options["dry_run"],
            )
        )
        if options["wait"] and not options["dry_run"]:
            deliver_all(offer_key=offer.code)
        return {
            "offer": offer.code,
            "statements": stated.made,
            "replacing": stated.replacing,
            "unchanged": stated.unchanged,
            "outcomes": dict(stated.outcomes),
        }
