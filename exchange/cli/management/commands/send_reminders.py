"""send_reminders: queue the reminder that is due; what the scheduler runs."""

from typing import Any

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.elections.reminders import send_reminders
from exchange.kernel import clock
from exchange.offers.reads import running_offer


class Command(ExchangeCommand):
    help = "Queues the reminder of the running offer that is due; each reminder once."

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = running_offer()
        at = self.instant_for(offer, options["at"]) if offer else None
        reminded = self.done(send_reminders(actor=ACTOR, at=at or clock.now(), dry_run=options["dry_run"]))
        return {"offer": reminded.offer or None, "reminder": reminded.key or None, "letters": reminded.letters}
