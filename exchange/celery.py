"""The Celery application. Tasks are doors: an id in, one action called."""

import logging.config
import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings")
app = Celery("exchange")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def log_as_the_web_does(**kwargs: Any) -> None:
    """Celery sets up no logging of its own where something is connected here."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@signals.task_prerun.connect
def bind_request_id(task_id: str, **kwargs: Any) -> None:
    """A task's log lines and audit events carry its id, as a request's carry the request's."""
    from exchange.audit import request_id

    request_id.bind(task_id)
