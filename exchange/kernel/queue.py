"""Nudging the queue: after commit, by task name, so that nothing imports upward. It only makes things quick.

Whatever must happen is a row written in the action's own transaction; a sweep finds what a nudge lost.
"""

import logging
import threading
import time
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

# After a failure this process leaves the broker alone for so many seconds: a thousand letters written in one
# transaction wait for a dead broker once, not a thousand times.
PAUSE_AFTER_FAILURE = 10.0

_quiet_until = 0.0
_lock = threading.Lock()


def nudge(task_name: str, *args: str) -> None:
    """After commit, send the task by name; never raises to the caller, and waits at most a few seconds.

    Without a configured broker nothing is sent. Nothing is sent either when the transaction rolls back.
    """
    transaction.on_commit(partial(_send, task_name, args), robust=True)


def _send(task_name: str, args: tuple[str, ...]) -> None:
    global _quiet_until
    if not settings.CELERY_BROKER_URL or time.monotonic() < _quiet_until:
        return
    try:
        # One more try: the first may only have found that a pooled connection is stale.
        current_app.send_task(
            task_name,
            args=args,
            retry=True,
            retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0},
        )
    except Exception as fault:  # whatever the broker’s client ends in: the row waits in the outbox for a sweep
        with _lock:
            _quiet_until = time.monotonic() + PAUSE_AFTER_FAILURE
        log.warning("the queue was not reached (%s); %s waits for a sweep", type(fault).__name__, task_name)
