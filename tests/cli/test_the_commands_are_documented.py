"""docs/commands.md says of every command what it takes, no more and no less, and names every rule to be overridden."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from exchange.cli.base import ExchangeCommand
from exchange.offers.rules import RULES

TEXT = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
ROWS = {row.split()[0]: row.replace("\\|", "|") for row in re.findall(r"^\| `(.+?)` \|", TEXT, re.M)}
COMMON = {"--at", "--dry-run", "--json", "--override", "--reason"}


def commands():
    """Every command of ours but the demonstration, which is `make demo`."""
    found = {name: load_command_class(app, name) for name, app in get_commands().items() if app == "exchange.cli"}
    return {name: command for name, command in found.items() if isinstance(command, ExchangeCommand)}


def parser_of(name):
    return commands()[name].create_parser("manage.py", name)


def own(name):
    """What a command takes besides what every command of Django does."""
    base = {action.dest for action in BaseCommand().create_parser("manage.py", "any")._actions}
    return [action for action in parser_of(name)._actions if action.dest not in base]


def options(name):
    return {action.option_strings[-1]: action for action in own(name) if action.option_strings}


def test_the_table_has_every_command_and_no_other():
    assert set(ROWS) == set(commands())


@pytest.mark.parametrize("name", sorted(ROWS))
def test_its_row_has_what_it_must_be_given_in_order(name):
    wanted = ["|".join(a.choices) if a.choices else a.dest.upper() for a in own(name) if not a.option_strings]
    written = re.sub(r"\[.*?\]|--\S+ \S+", "", ROWS[name]).split()[1:]
    assert [word.removesuffix(".toml") for word in written if not word.startswith("--")] == wanted


@pytest.mark.parametrize("name", sorted(ROWS))
def test_its_options_are_all_there_those_that_may_be_left_out_in_brackets(name):
    row, known = ROWS[name], options(name)
    optional = set(re.findall(r"--[a-z-]+", " ".join(re.findall(r"\[.*?\]", row))))
    assert set(re.findall(r"--[a-z-]+", row)) <= set(known), "the row names an option that there is not"
    for option, action in known.items():
        if option in re.findall(r"--[a-z-]+", row):
            # A box that has to be ticked (--attest) is refused by the action, in words, not by the parser.
            assert (option in optional) is not (action.required or option == "--attest"), option
        else:
            assert not action.required, option
            assert option in COMMON or f"`{option}" in TEXT, option
    for option in ("--format", "--classify"):
        if option in known and option in row and known[option].choices and "KIND" not in row:
            assert set(re.search(rf"{option} (\S+)", row).group(1).split("|")) == set(known[option].choices)


def test_no_option_is_named_that_no_command_has():
    every = {option for name in ROWS for option in options(name)}
    assert set(re.findall(r"`(--[a-z-]+)", TEXT)) <= every


def test_every_rule_that_counsel_may_override_is_named_and_no_other():
    bullet = re.search(r"- `--override RULE.*?(?=\n\n|\n- )", TEXT, re.S).group()
    assert set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", bullet)) - set(ROWS) == set(RULES)


def test_it_says_which_commands_take_an_override_and_which_no_instant():
    taking = {name for name in ROWS if "--override" in options(name)}
    assert all(f"`{name}`" in re.search(r"- `--override.*?(?=\n\n|\n- )", TEXT, re.S).group() for name in taking)
    without = {name for name in ROWS if "--at" not in options(name)}
    assert all(f"`{name}`" in re.search(r"- `--at.*?(?=\n\n|\n- )", TEXT, re.S).group() for name in without)


def test_every_kind_of_amendment_is_named():
    (kinds,) = (action.choices for action in own("amend_offer") if "--classify" in action.option_strings)
    assert all(f"`{kind}`" in TEXT for kind in kinds)


def test_wrong_usage_is_told_by_the_parser():
    """What each exit code is (0, 1, 2) is tried in a process of its own: `interchange/test_a_refusing_process.py`."""
    assert "exits 0 when done, 1 when refused" in TEXT
    command = commands()["extend_offer"]
    with pytest.raises(SystemExit) as wrong:
        command.run_from_argv(["manage.py", "extend_offer", "TEST"])  # without --to
    assert wrong.value.code == 2
