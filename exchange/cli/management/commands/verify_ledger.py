"""verify_ledger: recompute every chain, digest and column; exit 1 at the first thing altered."""

from typing import Any

from exchange.audit import verify
from exchange.audit.models import AuditEvent
from exchange.cli.base import ExchangeCommand, RefusedError
from exchange.elections import records
from exchange.elections.models import Form


class Command(ExchangeCommand):
    help = "Recomputes every chain and digest, and every column the product reads against the signed record."

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        for fault in (*records.faults(), *verify.faults()):
            raise RefusedError([fault])
        return {"events": AuditEvent.objects.count(), "forms": Form.objects.count()}
