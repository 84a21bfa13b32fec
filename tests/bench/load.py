"""Keeps a server or a database busy from several client processes, and says how it answered. Imports no Django."""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

PROCESSES = 2

# What one client does: it opens its connection once, then does one job after another.
Client = Callable[[], Callable[[Any], Any]]


@dataclass(frozen=True)
class Answer:
    """One job's value, and when it began and ended on the machine's monotonic clock, in seconds."""

    value: Any
    began: float
    ended: float


@dataclass(frozen=True)
class Measured:
    """Rates in jobs a second, waits in milliseconds."""

    answers: Sequence[Answer]

    @property
    def values(self) -> list[Any]:
        return [answer.value for answer in self.answers]

    @property
    def rate(self) -> float:
        whole = max(answer.ended for answer in self.answers) - min(answer.began for answer in self.answers)
        return len(self.answers) / whole

    def wait(self, percent: int) -> float:
        return statistics.quantiles([1000 * (one.ended - one.began) for one in self.answers], n=100)[percent - 1]


def measure(client: Client, jobs: Sequence[Any], *, clients: int) -> Measured:
    """Do every job once, by so many clients at a time."""
    threads = max(clients // PROCESSES, 1)
    shares = [jobs[start::PROCESSES] for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.5] * PROCESSES))  # every process is up before the first job
        return Measured([answer for share in pool.map(partial(_process, client, threads), shares) for answer in share])


def _process(client: Client, threads: int, jobs: Sequence[Any]) -> list[Answer]:
    shares = [jobs[start::threads] for start in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        return [answer for share in pool.map(partial(_thread, client), shares) for answer in share]


def _thread(client: Client, jobs: Sequence[Any]) -> list[Answer]:
    do = client()
    answers = []
    for job in jobs:
        began = time.monotonic()
        value = do(job)
        answers.append(Answer(value, began, time.monotonic()))
    return answers
