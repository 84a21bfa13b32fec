"""Keeps the demonstration's processes running together: starts them, restarts one that dies, stops them all."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from exchange.cli.demo.tether import tethered

_LONGEST_PAUSE = 30.0
_STEADY = 60.0  # after so many seconds alive, an earlier death no longer counts


@dataclass
class Child:
    """One process of ours, in a process group of its own, writing to a log file of its own."""

    name: str
    command: Sequence[str]
    log: Path
    patience: float = 10.0  # seconds it may take to finish what it is doing
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0
    not_before: float = 0.0

    def start(self, env: Mapping[str, str], cwd: Path) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands; no shell, nothing a user typed
                tethered(self.command),
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C in the terminal is ours to hand on
            )
        self.started = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end, wait, then end it and whatever it started."""
        if self.process is None:
            return
        if self.is_running():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def last_lines(self, count: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


class Supervisor:
    """Children start in the order they are added and stop in the opposite one."""

    def __init__(self, *, env: Mapping[str, str], cwd: Path, say: Callable[[str], object]) -> None:
        self.env = env
        self.cwd = cwd
        self.say = say
        self.children: list[Child] = []
        self.asked_to_stop = False

    def handle_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal all mean: stop cleanly."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def add(self, child: Child) -> Child:
        child.start(self.env, self.cwd)
        self.children.append(child)
        return child

    def wait_until(self, child: Child, is_ready: Callable[[], bool], *, seconds: float) -> bool:
        """Whether it became ready in time; it has failed as soon as it has died."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and child.is_running() and not self.asked_to_stop:
            if is_ready():
                return True
            time.sleep(0.1)
        return False

    def watch(self) -> None:
        """Until asked to stop: start again what has died, more slowly each time that it dies soon."""
        while not self.asked_to_stop:
            time.sleep(0.3)
            for child in self.children:
                self._look_at(child, time.monotonic())

    def _look_at(self, child: Child, present: float) -> None:
        if child.is_running():
            return
        if child.process is not None:
            code = child.process.returncode
            child.stop()  # what it may have left in its group
            child.deaths = 1 if present - child.started > _STEADY else child.deaths + 1
            pause = min(2.0 ** (child.deaths - 1), _LONGEST_PAUSE)
            child.not_before = present + pause
            self.say(
                f"The {child.name} ended by itself ({code}); starting it again in {pause:.0f} s. See {child.log}."
            )
        if present >= child.not_before:
            child.start(self.env, self.cwd)

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()
