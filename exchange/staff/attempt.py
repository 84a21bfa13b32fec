"""What was previewed is what is done: an action is run, and undone where it comes out otherwise than was shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import transaction

from exchange.kernel import canonical
from exchange.kernel.results import Done, Refusal, Refused, Result
from exchange.staff.parts import Fact, Section, Table

T = TypeVar("T")


@dataclass(frozen=True)
class Preview:
    """What an action will do. `facts` and `tables` are what one confirms; `known` is good to know, and may move on.

    `finality` says what cannot be undone.
    """

    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    known: Sequence[Section] = ()
    finality: Sequence[str] = ()

    @property
    def digest(self) -> str:
        """Of what one confirms: two previews that read alike have the same."""
        return canonical.digest(
            canonical.dumps(
                {
                    "facts": [[fact.name, fact.value, fact.more] for fact in self.facts],
                    "tables": [
                        [[[item.text, item.more] for item in row] for row in [*table.rows, table.total]]
                        for table in self.tables
                    ],
                    "finality": list(self.finality),
                }
            )
        )


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What became of an attempt: done, or refused, or undone because it is no longer what was shown."""

    result: Result[T]
    preview: Preview | None
    is_done: bool = False

    @property
    def value(self) -> T:
        """What the action answered; only for one that was not refused."""
        if isinstance(self.result, Refused):
            raise ValueError("a refusal has no value")
        return self.result.value

    @property
    def is_empty(self) -> bool:
        """Whether it was done before, so that nothing would be changed."""
        return any(remark.code == "nothing_to_do" for remark in self.remarks)

    @property
    def reasons(self) -> Sequence[Refusal]:
        return self.result.reasons if isinstance(self.result, Refused) else ()

    @property
    def remarks(self) -> Sequence[Refusal]:
        return self.result.remarks if isinstance(self.result, Done) else ()


def try_out(act: Callable[[], Result[T]], describe: Callable[[T], Preview]) -> Outcome[T]:
    """Run the action and undo it, to see what it would do: an action's own dry run, undone only once it is described.

    The description may ask the database what the action has written.
    """
    with transaction.atomic():
        result = act()
        preview = describe(result.value) if isinstance(result, Done) else None
        transaction.set_rollback(True)
    return Outcome(result, preview)


def carry_out(act: Callable[[], Result[T]], describe: Callable[[T], Preview], shown: str) -> Outcome[T]:
    """Run the action; undo it unless it does exactly what was shown (the digest of the preview one confirmed)."""
    with transaction.atomic():
        result = act()
        if isinstance(result, Refused):
            return Outcome(result, None)
        preview = describe(result.value)
        if preview.digest != shown:
            transaction.set_rollback(True)
            return Outcome(result, preview)
    return Outcome(result, preview, is_done=True)
