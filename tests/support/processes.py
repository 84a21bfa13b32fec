"""What is running, read from /proc."""

from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether it runs; a zombie that nobody has asked about is dead."""
    return _state_and_parent(pid)[0] not in {"", "Z"}


def descendants(pid: int, *, direct: bool = False) -> dict[int, str]:
    """The living processes that it started, and those that they started unless `direct`, with their commands."""
    parents = {int(entry.name): _state_and_parent(int(entry.name)) for entry in Path("/proc").glob("[0-9]*")}
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        for child, (state, its_parent) in parents.items():
            if its_parent == parent and state != "Z":
                found[child] = _command(child)
                waiting += [] if direct else [child]
    return found


def _state_and_parent(pid: int) -> tuple[str, int]:
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return state, int(parent)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
