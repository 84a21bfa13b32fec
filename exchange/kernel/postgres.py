"""How lists of texts reach PostgreSQL. Django hands it the rows of one statement as a list for each column."""

from psycopg import adapters
from psycopg.types.array import ListDumper


class TextsDumper(ListDumper):
    """As psycopg's own, which escapes each quotation mark by itself: of a thousand snapshots that took a second."""

    def dump(self, obj: list[object]) -> bytes | bytearray | memoryview | None:
        if not all(item is None or (type(item) is str and "\0" not in item) for item in obj):
            return super().dump(obj)
        return b"{" + b",".join(b"NULL" if item is None else _quoted(str(item)) for item in obj) + b"}"


def _quoted(text: str) -> bytes:
    return ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"').encode()


def register() -> None:
    """For every connection that is made from now on."""
    adapters.register_dumper(list, TextsDumper)
