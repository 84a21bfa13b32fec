"""What a holder reads of the defects of a form: by when to cure one, and what was decided."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from exchange.elections.actions import ask_for_cure, decide_defect
from exchange.elections.models import Form
from exchange.elections.rules import Signed
from tests.portal.conftest import DURING, Stage
from tests.support.world import ACTOR, election, paper, record, value

SAID: dict[str, Any] = {"defect": "undated", "actor": ACTOR}


@pytest.fixture
def undated(stage: Stage) -> Stage:
    """Maya sent a paper form that bears no date."""
    maya = stage.holder()
    came = replace(paper(election(maya), "P-1", DURING - timedelta(days=1)), signed=Signed())
    record(stage.offer, [came], DURING)
    return stage


def page_of(stage: Stage, text: Any) -> str:
    form = Form.objects.get(number="P-1")
    read: str = text(stage.client().get(stage.url(f"forms/{form.pk}/")))
    return read


def test_the_day_to_cure_by_and_what_to_send(undated: Stage, text: Any) -> None:
    by = date(2026, 6, 22)
    asked = {"number": "P-1", "by": by, "reason": "Write to us when you signed it.", "at": DURING}
    value(ask_for_cure(code=undated.code, **asked, **SAID))
    said = page_of(undated, text)
    assert "You can cure this by the end of 22 June 2026." in said
    assert "Write to us when you signed it." in said


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("cure", "You have cured this."),
        ("waive", "This is waived for every holder."),
        ("reject", "This was decided: it stays. The letter is not signed."),
    ],
)
def test_what_was_decided(undated: Stage, text: Any, verdict: str, sentence: str) -> None:
    decided = {"number": "P-1", "verdict": verdict, "reason": "The letter is not signed.", "at": DURING}
    value(decide_defect(code=undated.code, **decided, **SAID))
    said = page_of(undated, text)
    assert sentence in said
    assert ("This is what you tender." in said) is (verdict != "reject")
