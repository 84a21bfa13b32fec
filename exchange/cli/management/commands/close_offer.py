"""close_offer CODE: a granted offer is closed once everything is settled, stated and tied out."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.settlement.actions.close import close_offer


class Command(ExchangeCommand):
    help = "Close a granted offer."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--leave-unsigned", action="store_true", help="leave option agreements unsigned")
        parser.add_argument("--leave-letters", action="store_true", help="leave letters that were given up")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        event = self.done(
            close_offer(
                code=offer.code,
                leave_unsigned=options["leave_unsigned"],
                leave_letters=options["leave_letters"],
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
                dry_run=options["dry_run"],
            )
        )
        return {"offer": offer.code, "closed_at": event.at}
