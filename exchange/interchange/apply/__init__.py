"""Checked rows into the tables: people, employment events, grants, corporate actions. All of a file, or nothing."""

from exchange.interchange.apply.actions import apply_corporate_actions
from exchange.interchange.apply.common import Applied, Correction, Progress, Source
from exchange.interchange.apply.events import import_employment_events
from exchange.interchange.apply.grants import import_grants
from exchange.interchange.apply.people import import_people, unknown_employees

__all__ = [
    "Applied",
    "Correction",
    "Progress",
    "Source",
    "apply_corporate_actions",
    "import_employment_events",
    "import_grants",
    "import_people",
    "unknown_employees",
]
