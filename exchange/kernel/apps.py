"""Wires how values reach PostgreSQL, before the first connection."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "exchange.kernel"

    def ready(self) -> None:
        from exchange.kernel import postgres

        postgres.register()
