"""A tethered process ends when whoever started it ends, however that came about."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exchange.cli.demo import tether
from tests.support.processes import is_running
from tests.support.waiting import until

STARTS_ONE = f"""
import subprocess, sys, time
sys.path.insert(0, {str(Path(tether.__file__).parent)!r})
from tether import tethered
child = subprocess.Popen(tethered(["sleep", "3600"]), start_new_session=True)
print(child.pid, flush=True)
time.sleep(3600)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("after", [0.0, 1.0], ids=["at once", "later"])
def test_it_ends_with_its_parent(how: signal.Signals, after: float) -> None:
    parent = subprocess.Popen([sys.executable, "-c", STARTS_ONE], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout:
        child = int(parent.stdout.readline())
    time.sleep(after)
    assert is_running(child)
    os.kill(parent.pid, how)
    parent.wait()
    until(lambda: not is_running(child))


def test_it_is_the_command_with_its_output_and_exit_code() -> None:
    command = tether.tethered(["sh", "-c", "echo $1; exit 3", "sh", "two words"])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "two words\n")
