"""Contract: every command changes all or nothing, can be repeated with no second effect, and takes `--dry-run`."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.oracle.oracle import Step
from tests.oracle.product import command
from tests.oracle.rosters import Roster
from tests.support.company import run


def everything() -> dict[str, list[str]]:
    """Every row of every table."""
    dump = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            dump[table] = sorted(map(repr, cursor.fetchall()))
    return dump


def changes(before: dict[str, list[str]]) -> dict[str, list[str]]:
    """What differs now, by table."""
    now = everything()
    return {table: sorted(set(now[table]) ^ set(before[table])) for table in now if now[table] != before[table]}


def world(folder: Path, *kinds: str) -> tuple[str, list[Step]]:
    """The first small world of commands alone with all these kinds of step, nothing taken back; its offer's code."""
    for seed in range(1000):
        steps = Roster(seed, folder, excludes=False).write()
        does = {step.does for step in steps}
        # A transcription is mended by two people at the desk; there is no command for it.
        if set(kinds) <= does and "mend" not in does and not any(step.corrects for step in steps):
            return f"EDGE-{seed}", steps
    raise AssertionError(f"no world has {kinds}")


def life(folder: Path) -> list[list[Any]]:
    """Every command in the order of an offer's life, with its arguments."""
    code, steps = world(folder, "extend", "forms", "decide", "actions", "grant")
    return [
        ["load_offer", folder / "offer.toml"],
        *[command(folder, code, step) for step in steps],
        ["send_reminders"],
        ["export_results", code, "--format", "json", "--out", folder / "results.json"],
    ]


@pytest.mark.django_db
def test_a_dry_run_changes_nothing_and_says_what_the_command_then_does(tmp_path: Path) -> None:
    for words in life(tmp_path):
        before = everything()
        rehearsed = run(*words, "--dry-run")
        assert (words[0], changes(before)) == (words[0], {})
        assert {**rehearsed, "dry_run": False} == run(*words)


@pytest.mark.django_db
def test_a_command_repeated_at_once_has_no_second_effect(tmp_path: Path) -> None:
    for words in life(tmp_path)[:-1]:  # each export is a fact of its own for the log
        run(*words)
        before = everything()
        run(*words)
        assert (words[0], changes(before)) == (words[0], {})


@pytest.mark.django_db
def test_a_command_repeated_after_all_that_followed_has_no_second_effect(tmp_path: Path) -> None:
    """A script that was cut off is run again from its first line; what is done already is passed by."""
    commands = life(tmp_path)[:-1]
    for words in commands:
        run(*words)
    before = everything()
    for words in commands[1:]:  # an offer that was opened is not loaded again: that would be an amendment
        run(*words)
        assert (words[0], changes(before)) == (words[0], {})
