"""Runs a command that ends when whoever started it ends, however that came about: `python -m … COMMAND ARG…`.

The kernel sends it SIGTERM the moment its parent dies, kill -9 included, so that no broker or worker is left behind.
Linux only; elsewhere it just runs the command.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>; survives exec


def main(command: list[str]) -> None:
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died while we asked
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - replacing this process is the point; no shell is involved


if __name__ == "__main__":
    main(sys.argv[1:])
