"""invite_holders CODE [--employee NUMBER …]: invite holders to sign in, by letter."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.kernel import clock
from exchange.notices.delivery import deliver_all
from exchange.offers.invitations import invite_holders


class Command(ExchangeCommand):
    help = (
        "Invites every eligible person who is not in yet, or those named, each by a letter with a link of their own."
    )
    takes_at = False  # links end by the true time

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument(
            "--employee", action="append", metavar="NUMBER", help="invite this person; may be repeated"
        )
        parser.add_argument("--wait", action="store_true", help="send the letters before it ends")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        invited = self.done(
            invite_holders(
                code=offer.code,
                employee_numbers=options["employee"],
                actor=ACTOR,
                at=clock.now(),
                dry_run=options["dry_run"],
            )
        )
        outcome: dict[str, Any] = {"offer": offer.code, "invited": list(invited.employee_numbers)}
        if options["wait"] and not options["dry_run"]:
            outcome["sent"] = deliver_all(offer_key=offer.code).sent
        return outcome
