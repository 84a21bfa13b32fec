"""An offer's terms as the text of an `offer.toml`: what the desk's form makes, and what can be downloaded.

`load_terms` reads it back to the very same values, so that the form, the file and the command make one draft.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from exchange.interchange.toml_values import toml_text

Raw = Mapping[str, Any]


def text_of(raw: Raw) -> str:
    """TOML of tables as `terms_model.Terms` has them. Values are text, whole numbers, yes or no, days and instants."""
    tops = [f"{key} = {_value(value)}" for key, value in raw.items() if not _is_table(value)]
    parts = ["\n".join(tops)] if tops else []
    for key, value in raw.items():
        if _is_table(value):
            parts += _tables(key, value)
    return "\n\n".join(parts) + "\n"


def _is_table(value: object) -> bool:
    """Whether it stands under a heading of its own: a table, or a list of tables that is not empty."""
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)
    )


# Short tables that read best on one line, as in the published example.
_ON_ONE_LINE = {"new_award.wait", "new_award.ratio", "new_award.vesting"}


def _tables(path: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [part for item in value for part in _table(f"[[{path}]]", path, item)]
    return _table(f"[{path}]", path, value)


def _table(heading: str, path: str, table: Raw) -> list[str]:
    lines = [heading]
    below: list[str] = []
    for key, value in table.items():
        if _is_table(value) and f"{path}.{key}" not in _ON_ONE_LINE:
            below += _tables(f"{path}.{key}", value)
        else:
            lines.append(f"{key} = {_value(value)}")
    return ["\n".join(lines), *below]


def _value(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return toml_text(value)


_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _quoted(text: str) -> str:
    """A basic string; what cannot be seen is written as an escape."""
    return '"' + "".join(_SHORT.get(char) or _escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    # A lone surrogate has no place in TOML; the reader will refuse what stands for it.
    if char.isprintable():
        return char
    return "\\uFFFD" if "\ud800" <= char <= "\udfff" else f"\\U{ord(char):08X}"


def raw_of(plain: Raw) -> dict[str, Any]:
    """Terms as they are stored (`OfferFile.as_plain`), as tables again: days, and instants in the offer's zone."""
    offer = dict(plain["offer"])
    zone = ZoneInfo(offer["time_zone"])
    for key in ("commences_at", "expires_at"):
        offer[key] = datetime.fromisoformat(offer[key]).astimezone(zone)
    if offer.get("dated"):
        offer["dated"] = date.fromisoformat(offer["dated"])
    raw = {**plain, "offer": offer}
    raw["documents"] = [
        {key: item[key] for key in ("kind", "title", "file") if key in item} for item in plain.get("documents", ())
    ]
    # Keys that stand above every table come first.
    return {
        **{key: value for key, value in raw.items() if not _is_table(value)},
        **{key: value for key, value in raw.items() if _is_table(value)},
    }
