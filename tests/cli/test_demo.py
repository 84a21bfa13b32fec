"""`make demo`: everything runs under one command, comes back after a death, and leaves nothing behind."""

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.processes import descendants, is_running
from tests.support.waiting import LONGEST, until

pytestmark = [pytest.mark.worker, pytest.mark.once]


def free_port() -> int:
    """A port that nobody listens on, below those that the system gives to whoever connects: it is still free later."""
    ours = random.SystemRandom()  # the tests' own numbers are the same in every process
    while True:
        port = ours.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Demo:
    """The command as the Makefile runs it, on a port and a folder of its own."""

    def __init__(self, var: Path) -> None:
        self.port = free_port()
        mute = {"DATABASE_URL", "REDIS_URL", "EMAIL_BACKEND", "DEBUG", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        self.env = {key: value for key, value in os.environ.items() if key not in mute}
        self.env |= {"DEMO": "1", "EXCHANGE_VAR": str(var), "SITE_URL": f"http://localhost:{self.port}"}
        self.said = ""

    def start(self) -> "Demo":
        command = [sys.executable, "manage.py", "demo", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C stops it" in line:
                return self
        raise AssertionError(f"The demonstration did not start:\n{self.said}")

    def processes(self) -> dict[str, int]:
        """Its children by what they run."""
        names = {"valkey-server": "broker", "worker": "worker", "beat": "beat", "granian": "web"}
        found: dict[str, int] = {}
        for pid, command in descendants(self.process.pid, direct=True).items():
            found |= {name: pid for word, name in names.items() if word in command.split() or f"/{word}" in command}
        return found

    def status(self) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        connection.request("GET", "/health/")
        status = connection.getresponse().status
        connection.close()
        return status

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(LONGEST)
        assert self.process.stdout
        self.said += self.process.stdout.read() if how != signal.SIGKILL else ""
        self.process.stdout.close()
        return code


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    one = Demo(tmp_path)
    yield one
    if one.process.poll() is None:
        one.end(signal.SIGTERM)


def test_its_life_from_start_to_stop_in_which_a_second_one_on_the_same_data_is_refused(demo: Demo) -> None:
    demo.start()
    assert f"http://localhost:{demo.port}" in demo.said
    assert demo.status() == 200
    first = demo.processes()
    assert sorted(first) == ["beat", "broker", "web", "worker"]

    second = subprocess.run(
        [sys.executable, "manage.py", "demo", "--port", str(free_port())],
        cwd=settings.BASE_DIR,
        env=demo.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "already running" in second.stderr
    assert demo.status() == 200
    assert demo.processes() == first

    for name in ("worker", "broker"):  # each comes back, as another process
        os.kill(first[name], signal.SIGKILL)

    def are_back() -> bool:
        again = demo.processes()
        return again.keys() == first.keys() and all(again[name] != first[name] for name in ("worker", "broker"))

    until(are_back)
    again = demo.processes()
    assert all(again[name] == first[name] for name in ("beat", "web"))
    until(lambda: demo.status() == 200)

    everyone = descendants(demo.process.pid)
    assert demo.end(signal.SIGINT) == 0
    assert "Stopped." in demo.said
    until(lambda: not [pid for pid in everyone if is_running(pid)])  # killed is not yet gone


def test_nothing_is_left_of_one_that_was_killed_and_it_comes_back_with_its_data(demo: Demo, tmp_path: Path) -> None:
    demo.start()
    seal = tmp_path / "demonstration-seal.p12"
    before = seal.read_bytes()
    assert seal.stat().st_mode & 0o777 == 0o600
    everyone = descendants(demo.process.pid)
    demo.end(signal.SIGKILL)
    until(lambda: not [pid for pid in everyone if is_running(pid)])
    first = demo.said
    demo.said = ""
    demo.start()
    assert re.sub(r"\d\d:\d\d", "", demo.said) == re.sub(r"\d\d:\d\d", "", first)
    assert seal.read_bytes() == before  # made once: yesterday's papers and today's have one seal
    assert demo.end(signal.SIGTERM) == 0


def test_a_taken_port_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        one = Demo(tmp_path)
        one.port = taken.getsockname()[1]
        with pytest.raises(AssertionError, match="PORT=8001"):
            one.start()
        assert one.process.wait(LONGEST) == 1
        assert one.process.stdout
        one.process.stdout.close()


@pytest.mark.parametrize(
    ("env", "reason"), [({"DEMO": "0", "SECRET_KEY": "x"}, "make demo"), ({"REDIS_URL": "redis://127.0.0.1"}, "unset")]
)
def test_it_runs_nowhere_but_in_a_demonstration(tmp_path: Path, env: dict[str, str], reason: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=settings.BASE_DIR,
        env=Demo(tmp_path).env | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert reason in done.stderr
