"""The one place that reads the time. Edges call it once per decision and pass the reading down as `at`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC, to the microsecond."""
    return datetime.now(UTC)
