"""verify_ledger: recompute every chain, digest and column; exit 1 at the first thing altered."""

from typing import Any

from exchange.audit.models import AuditEvent
from exchange.cli.base import ExchangeCommand, RefusedError
from exchange.elections.models import Form
from exchange.settlement.ledger import faults


class Command(ExchangeCommand):
    help = "Recomputes every chain and digest, and every column the product reads against the signed record."

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        for fault in faults():
            raise RefusedError([fault])
        return {"events": AuditEvent.objects.count(), "forms": Form.objects.count()}
