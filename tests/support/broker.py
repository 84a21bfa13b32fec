"""A real broker of a test's own: an embedded Valkey that may die. Imports no Django."""

import subprocess
import tempfile
from pathlib import Path

from redis import Redis, RedisError

from exchange.cli.demo import broker, tether
from tests.support.waiting import until


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
            until(lambda: _answers(client), what=lambda: "the start of the embedded broker")
        return self

    def write_down(self) -> None:
        """Return once all that it was given up to now is in its file on the disk."""
        with Redis.from_url(self.url) as client:
            client.set("written-down", 1)  # what is waited for is this client's own last word, and all before it
            assert client.execute_command("WAITAOF", 1, 0, 0)[0] == 1

    def kill(self) -> None:
        """kill -9: what a dying machine does."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def remove(self) -> None:
        self.kill()
        self._folder.cleanup()


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False
