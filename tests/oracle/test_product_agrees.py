"""The product and the second reading of the rules come to the same outcome, on the published run and on small worlds.

`ORACLE_WORLDS=1000:3000 pytest tests/oracle` compares those seeds instead of the few of every run.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from exchange.elections.everyone import everyone
from exchange.offers.models import Offer
from exchange.offers.reads import ended_by, load
from tests.oracle.oracle import Step, World, capstone_steps
from tests.oracle.product import outcome
from tests.oracle.rosters import Roster

CAPSTONE = Path(__file__).parents[1] / "data" / "capstone-2003"
FIRST, LAST = (int(number) for number in os.environ.get("ORACLE_WORLDS", "0:24").split(":"))


def by_form(exported: dict[str, Any]) -> dict[str, Any]:
    """The export without the order of forms received at one instant, which the contract leaves open."""
    return {**exported, "forms": {form["form_id"]: form for form in exported["forms"]}}


def differences(ours: dict[str, Any], theirs: dict[str, Any], at: str = "") -> list[str]:
    """Where two outcomes differ, one line each."""
    found = []
    for key in sorted({*ours, *theirs}):
        mine, other = ours.get(key, "absent"), theirs.get(key, "absent")
        if isinstance(mine, dict) and isinstance(other, dict):
            found += differences(mine, other, f"{at}/{key}")
        elif mine != other:
            found.append(f"{at}/{key}: oracle {mine}, product {other}")
    return found


def test_the_oracle_comes_to_the_published_outcome() -> None:
    expected = json.loads((CAPSTONE / "expected.json").read_text(encoding="utf-8"))
    assert World(CAPSTONE).take(capstone_steps()).outcome() == expected


@pytest.mark.django_db
def test_the_product_comes_to_the_published_outcome(tmp_path: Path) -> None:
    for file in CAPSTONE.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    expected = json.loads((CAPSTONE / "expected.json").read_text(encoding="utf-8"))
    assert outcome(tmp_path, capstone_steps()) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(FIRST, LAST))
def test_the_product_agrees_with_the_oracle(seed: int, tmp_path: Path) -> None:
    steps: list[Step] = Roster(seed, tmp_path).write()
    world = World(tmp_path).take(steps)
    expected = world.outcome()
    found = differences(by_form(expected), by_form(outcome(tmp_path, steps)))
    assert not found, "\n".join(found)
    offer = Offer.objects.get()
    statuses = everyone(offer, ended_by=ended_by(load(offer))).statuses
    assert (len(statuses), statuses.count("effective")) == (len(world.forms), world.effective())
