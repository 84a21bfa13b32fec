"""Wires the guards to `migrate`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "exchange.audit"

    def ready(self) -> None:
        from exchange.audit import guards

        # Sent once for each app, after all of them are migrated; once is enough.
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="exchange.audit.guards")
