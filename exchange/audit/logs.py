"""Logs as events: one JSON object a line in production, readable lines on a developer's machine; no personal data."""

import re
from collections.abc import Callable
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from exchange.audit import request_id

_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def with_request_id(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """The id that this line shares with the audit events of the same request or task."""
    current = request_id.current()
    if current:
        event.setdefault("request_id", current)
    return event


def without_addresses(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Hide every e-mail address: libraries put them in messages and tracebacks (a refused recipient, say)."""
    return {key: _ADDRESS.sub("(address)", value) if isinstance(value, str) else value for key, value in event.items()}


def configure(*, as_json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and answer Django's LOGGING: our events and every library's lines take the same way out."""
    shared: list[Callable[..., Any]] = [
        structlog.contextvars.merge_contextvars,
        with_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_addresses,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Callable[..., Any] = (
        structlog.processors.JSONRenderer(sort_keys=True) if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR"},  # `audit.middleware` logs every answer once
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
        },
    }
