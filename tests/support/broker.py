"""A real broker of a test's own: an embedded Valkey that may die. Imports no Django."""

import subprocess
import tempfile
import time
from pathlib import Path

from redis import Redis, RedisError

from exchange.cli.demo import broker, tether


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
