"""Wires the groups to `migrate`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "exchange.staff"

    def ready(self) -> None:
        from exchange.staff import groups

        post_migrate.connect(groups.after_migrate, sender=self, dispatch_uid="exchange.staff.groups")
