"""A tethered process ends when whoever started it ends, however that came about."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STARTS_ONE = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "exchange.cli.demo.tether", "sleep", "60"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def is_running(pid: int) -> bool:
    """Whether it runs; a zombie that nobody has asked about is dead."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_its_parent(how: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", STARTS_ONE], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout:
        child = int(parent.stdout.readline())
    time.sleep(1)  # until it has become `sleep`
    assert is_running(child)
    os.kill(parent.pid, how)
    parent.wait()
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


def test_it_is_the_command_with_its_output_and_exit_code() -> None:
    command = [sys.executable, "-m", "exchange.cli.demo.tether", "sh", "-c", "echo $1; exit 3", "sh", "two words"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "two words\n")
