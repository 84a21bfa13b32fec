"""What a holder reads of the defects of a form: by when to cure one, and what was decided."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from exchange.documents.models import Paper
from exchange.elections.actions import ask_for_cure, decide_defect
from exchange.elections.models import Form
from exchange.elections.rules import Signed
from exchange.elections.words import form_defect_text
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


def test_waived_once_another_form_counts_its_paper_says_so_and_not_that_it_has_a_defect(undated: Stage) -> None:
    record(undated.offer, [paper(election(undated.holder()), "P-2", DURING - timedelta(hours=1))], DURING)
    form = Form.objects.get(number="P-1")

    def shown() -> str:
        answer = undated.client().get(undated.url(f"forms/{form.pk}/receipt.pdf"))
        return Paper.objects.get(rendered__sha256=hashlib.sha256(answer.content).hexdigest()).snapshot

    assert form_defect_text("undated") in shown()
    decided = {"number": "P-1", "verdict": "waive", "reason": "It came in time.", "at": DURING}
    value(decide_defect(code=undated.code, **decided, **SAID))
    assert "Form P-2 is in force." in shown()
    assert form_defect_text("undated") not in shown()


def test_waived_in_force_and_then_overtaken_its_receipt_stays_as_it_was_issued(undated: Stage) -> None:
    """As that of every form that another replaces afterwards."""
    decided = {"number": "P-1", "verdict": "waive", "reason": "It came in time.", "at": DURING}
    value(decide_defect(code=undated.code, **decided, **SAID))
    record(undated.offer, [paper(election(undated.holder()), "P-2", DURING)], DURING)
    form = Form.objects.get(number="P-1")
    answer = undated.client().get(undated.url(f"forms/{form.pk}/receipt.pdf"))
    made = Paper.objects.get(rendered__sha256=hashlib.sha256(answer.content).hexdigest())
    assert made.kind == "election_receipt"
