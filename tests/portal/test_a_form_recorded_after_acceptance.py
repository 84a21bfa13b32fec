"""A form received in time and recorded after acceptance: the pages show what was accepted, and what that form is."""

from datetime import timedelta

import pytest

from tests.portal.conftest import ACCEPTS, DURING
from tests.portal.test_where_an_election_stands import standing, tasks
from tests.support.world import election, notice, paper, record

TOLD = "It changes nothing that was accepted. Counsel has been told and will write to you."


def recorded_after(stage, *, is_notice, number="L101"):
    """A fax, F2, received during the offer and found two hours after the acceptance."""
    holder = stage.holder(number)
    made = notice(holder) if is_notice else election(holder, *holder.grants.filter(grant_number="LK-1001"))
    stage.go(ACCEPTS + timedelta(hours=2))
    record(stage.offer, [paper(made, "F2", DURING + timedelta(hours=3))], stage.now)
    return stage.last_form(number)


@pytest.mark.parametrize("is_notice", [True, False])
def test_what_was_in_force_stays_so_and_the_other_says_that_it_changes_nothing(stage, text, is_notice):
    first = stage.elect("L101", "LK-1003")
    stage.accept()
    late = recorded_after(stage, is_notice=is_notice)
    found = standing(stage)
    assert "F2 on paper (fax), received on 10 June 2026" in found["Received"]
    assert TOLD in found["Received"]
    assert f"Yes By form {first.number} you tendered 1 grant, 1,750 shares." in found["In force"]
    assert "Yes The company accepted" in found["Accepted"]
    assert f"{first.number}" in tasks(stage)["Your Election Form"]
    client = stage.client()
    home = text(client.get(stage.url()))
    assert "Your tender was accepted" in home
    assert "Accepted: 1 grant" in home
    assert "withdrew everything" not in home
    history = text(client.get(stage.url("forms/")))
    assert "Recorded after acceptance" in history
    assert "In force" in history
    assert "Withdrawn by" not in history
    assert "Replaced by" not in history
    assert TOLD in text(client.get(stage.url(f"forms/{late.pk}/")))


def test_of_one_who_had_nothing_in_force_it_puts_nothing_in_force(stage, text):
    stage.accept()
    recorded_after(stage, is_notice=False)
    found = standing(stage)
    assert TOLD in found["Received"]
    assert found["In force"] == "In force No Nothing of yours was in force when the offer ended."
    assert found["Accepted"].startswith("Accepted No")
    task = tasks(stage)["Your Election Form"]
    assert "Recorded after acceptance" in task
    assert TOLD in task


def test_a_form_recorded_before_the_acceptance_at_its_very_instant_counts(stage):
    stage.go(ACCEPTS)
    stage.on_paper(received_at=DURING)
    stage.accept()
    assert "Yes By form F1 you tendered" in standing(stage)["In force"]
