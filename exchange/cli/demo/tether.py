"""Runs a command that ends when whoever started it ends, however that came about: `tether.py PARENT-PID COMMAND ARG…`.

The kernel sends it SIGTERM the moment its parent dies, kill -9 included, so that no broker or worker is left behind.
Linux only; elsewhere it just runs the command. A script by itself, importing nothing of ours: it starts in an instant.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>; it survives exec


def tethered(command: Sequence[str]) -> list[str]:
    """The command, tied to this process."""
    return [sys.executable, __file__, str(os.getpid()), *command]


def main(parent: str, *command: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it died before we could ask
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - replacing this process is the point; no shell is involved


if __name__ == "__main__":
    main(*sys.argv[1:])
