"""A real broker for a test: the Redis of REDIS_URL where one is set, an embedded Valkey otherwise."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kombu import pools
from redis import Redis, RedisError

from exchange import celery_app
from exchange.cli.demo import broker, tether
from tests.support.flush import empty_redis


class Broker:
    """An embedded broker that a test may kill and start again: what it was given is still there."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="exchange-")
        self._socket = Path(self._folder.name) / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = broker.url(self._socket)

    def start(self) -> "Broker":
        command = tether.tethered(broker.command(folder=Path(self._folder.name), socket=self._socket))
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        with Redis.from_url(self.url) as client:
            for _ in range(100):
                try:
                    client.ping()
                    return self
                except RedisError:
                    time.sleep(0.05)
        raise RuntimeError("The embedded broker did not start.")

    def kill(self) -> None:
        """kill -9: what a dying machine does."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def remove(self) -> None:
        self.kill()
        self._folder.cleanup()


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
    celery_app._after_fork()
