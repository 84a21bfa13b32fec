"""Wires the check of the seal's certificate to `manage.py check --deploy`."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class DocumentsConfig(AppConfig):
    name = "exchange.documents"

    def ready(self) -> None:
        from exchange.documents import checks

        register(checks.seal, Tags.security, deploy=True)
