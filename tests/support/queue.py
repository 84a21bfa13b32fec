"""Leads what this process nudges to a broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu import pools

from exchange import celery_app
from exchange.kernel import queue
from tests.support.flush import empty_redis


@contextmanager
def used_by_this_process(url: str, settings: Any) -> Iterator[None]:
    """Sends what this process nudges to that broker, whose queue starts empty; undone at the end."""
    empty_redis(url)
    before = celery_app.conf.broker_url
    settings.REDIS_URL = url
    settings.CELERY_BROKER_URL = url.replace("unix://", "redis+socket://", 1)
    _connect(settings.CELERY_BROKER_URL)
    try:
        yield
    finally:
        _connect(before)


def _connect(url: str | None) -> None:
    celery_app.conf.update(broker_url=url, broker_read_url=url, broker_write_url=url)
    # Every pooled connection leads to the broker before: forget them, as Celery itself does after a fork.
    pools.reset()
    queue._quiet_until = 0.0  # a broker that another test killed is none of this one's
    celery_app._after_fork()
