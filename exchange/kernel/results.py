"""What an action answers: done, or refused with every reason.

Refusals are values; exceptions are for broken invariants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Refusal:
    """One reason why nothing was done: a code of the catalogue (`kernel.sentences`) and its parameters.

    `rule` names the clock rule that counsel may override; empty when nobody may.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""


@dataclass(frozen=True)
class Done(Generic[T]):
    """The action's value, with remarks that need a person's eye but stopped nothing."""

    value: T
    remarks: Sequence[Refusal] = ()


@dataclass(frozen=True)
class Refused:
    """Nothing was changed, and why."""

    reasons: Sequence[Refusal]


Result = Done[T] | Refused


class RolledBack(Exception):  # noqa: N818 - it carries a value out of a transaction
    """Raised inside an action to undo every write; `kernel.transactions` turns it into a value."""

    def __init__(self, result: Any) -> None:
        self.result = result


def refuse(*reasons: Refusal) -> RolledBack:
    return RolledBack(Refused(reasons))
