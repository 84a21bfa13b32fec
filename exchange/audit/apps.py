"""Wires the guards to `migrate`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "exchange.audit"

    def ready(self) -> None:
        from exchange.audit import guards

        post_migrate.connect(guards.after_migrate, dispatch_uid="exchange.audit.guards")
