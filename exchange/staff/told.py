"""What came of trying a step out, or of confirming it, in words: all that its page says. Kept where the worker did it.

The page is the same whoever did it; where it was the worker, what it says was worded there.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from exchange.kernel.sentences import sentence
from exchange.staff.attempt import KeptRows, Outcome, Preview, as_cells, whole_cells
from exchange.staff.parts import Fact, Head, Section, Table
from exchange.staff.pieces import in_pieces, rows_of


@dataclass(frozen=True)
class Told:
    """What a page says of an outcome. `reasons` are sentences, each with the clock rule that counsel may override.

    `digest` is the preview's, which a kept one is not asked for again. `problems` stand at the top of the page. Once
    `is_done`, `said` tells it and `after` is the page to read. `stale` and `moved` are of a proposal: why it can be
    done no more, and what reads otherwise than it was proposed; `is_about_approver`, that it decides about options of
    whoever would approve it.
    """

    preview: Preview | None = None
    digest: str = ""
    is_empty: bool = False
    reasons: Sequence[tuple[str, str]] = ()
    remarks: Sequence[str] = ()
    problems: Sequence[str] = ()
    said: str = ""
    after: str = ""
    is_done: bool = False
    stale: Sequence[str] = ()
    moved: Sequence[Section] = field(default_factory=tuple)
    is_about_approver: bool = False

    @classmethod
    def of(cls, outcome: Outcome[Any], zone: str, **more: Any) -> "Told":
        return cls(
            preview=outcome.preview,
            digest=outcome.preview.digest if outcome.preview else "",
            is_empty=outcome.is_empty,
            reasons=[(sentence(reason, zone), reason.rule) for reason in outcome.reasons],
            remarks=[sentence(remark, zone) for remark in outcome.remarks],
            **more,
        )

    @property
    def rules(self) -> list[str]:
        """The clock rules that stand against it, each once."""
        return list(dict.fromkeys(rule for _said, rule in self.reasons if rule))

    @property
    def may_be_overridden(self) -> bool:
        """Whether nothing but clock rules stands against it."""
        return bool(self.reasons) and all(rule for _said, rule in self.reasons)

    def as_text(self) -> str:
        """What its page will say, to keep; no preview of what is done."""
        plain = {**vars(self), "preview": None, "moved": [_section(one) for one in self.moved]}
        if self.preview is not None and not self.is_done:
            plain["preview"] = {
                "facts": [asdict(fact) for fact in self.preview.facts],
                "tables": [_table(one) for one in self.preview.tables],
                "known": [_section(one) for one in self.preview.known],
                "finality": [str(text) for text in self.preview.finality],
            }
        return json.dumps(plain, ensure_ascii=False, default=str)  # default: wording that is translated late

    @classmethod
    def from_text(cls, text: str) -> "Told":
        plain = json.loads(text)
        kept = plain["preview"]
        if kept is not None:
            plain["preview"] = Preview(
                facts=[Fact(**fact) for fact in kept["facts"]],
                tables=[_kept_table(one) for one in kept["tables"]],
                known=[_kept_section(one) for one in kept["known"]],
                finality=kept["finality"],
            )
        plain["moved"] = [_kept_section(one) for one in plain["moved"]]
        return cls(**plain)


def _table(one: Table) -> dict[str, Any]:
    return {
        "caption": one.caption,
        "heads": [asdict(head) for head in one.heads],
        "rows": in_pieces([whole_cells(row) for row in one.rows]),
        "empty": one.empty,
        "total": whole_cells(one.total),
        "most": one.most,
        "is_folded": one.is_folded,
    }


def _kept_table(plain: Mapping[str, Any]) -> Table:
    return Table(
        **{
            **plain,
            "heads": [Head(**head) for head in plain["heads"]],
            "rows": KeptRows(rows_of(plain["rows"])),
            "total": as_cells(plain["total"]),
        }
    )


def _section(one: Section) -> dict[str, Any]:
    return {
        "title": one.title,
        "facts": [asdict(fact) for fact in one.facts],
        "table": _table(one.table) if one.table is not None else None,
        "text": one.text,
    }


def _kept_section(plain: Mapping[str, Any]) -> Section:
    table = _kept_table(plain["table"]) if plain["table"] is not None else None
    return Section(plain["title"], [Fact(**fact) for fact in plain["facts"]], table, plain["text"])
