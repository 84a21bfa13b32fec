"""A split or merger is followed by a statement for each promise it touches: before, after, exactly, and once."""

from typing import Any

from exchange.documents.models import Paper
from exchange.notices.models import Message
from exchange.settlement.ledger import faults
from tests.support.company import Company

RECEIVED = "2003-07-01T09:00:00-07:00"


def tender(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1", "A2"))
    company.accept()


def statements() -> dict[str, dict[str, Any]]:
    """What each statement says, by its number."""
    return {paper.values()["number"]: paper.values() for paper in Paper.objects.filter(kind="adjustment_statement")}


def shown(statement: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (line["grant_number"], line["promised"], line["before"], line["after"], line["in_all"], line["whole"])
        for line in statement["lines"]
    ]


def test_it_shows_each_line_before_and_after_with_the_exact_fraction(company: Company) -> None:
    tender(company)
    company.promise()
    company.action("2003-09-02", "2", "7")
    ((number, said),) = statements().items()
    assert number == f"{company.code}-P-ana-A1"
    assert shown(said) == [
        ("A1", 1200, "1200/1", "2400/7", "2400/7", 342),
        ("A2", 500, "500/1", "1000/7", "1000/7", 142),
    ]
    assert (said["total_promised"], said["total_whole"], said["is_last"]) == (1700, 484, True)
    assert said["event"] == {
        "kind": "split",
        "effective_on": "2003-09-02",
        "new": "2",
        "old": "7",
        "factor": "2/7",
        "successor": "",
        "note": "",
    }
    assert list(faults()) == []


def test_one_recorded_later_that_takes_effect_earlier_is_counted_in_its_place(company: Company) -> None:
    tender(company)
    company.promise()
    company.action("2003-11-03", "1", "3")
    company.action("2003-09-02", "2", "1")
    later, earlier = statements().values()
    assert [line[2:4] for line in shown(later)] == [("1200/1", "400/1"), ("500/1", "500/3")]
    assert [line[2:] for line in shown(earlier)] == [
        ("1200/1", "2400/1", "800/1", 800),
        ("500/1", "1000/1", "1000/3", 333),
    ]
    assert (later["is_last"], earlier["is_last"]) == (True, False)
    assert [event["effective_on"] for event in earlier["others"]] == ["2003-11-03"]


def test_recording_the_same_event_again_makes_no_second_statement(company: Company) -> None:
    tender(company)
    company.promise()
    company.action("2003-09-02", "2", "1")
    company.action("2003-09-02", "2", "1")
    assert len(statements()) == 1


def test_one_recorded_before_the_promise_is_issued_is_stated_with_it(company: Company) -> None:
    tender(company)
    company.action("2003-07-28", "2", "1")
    assert statements() == {}
    company.promise()
    ((_number, said),) = statements().items()
    assert shown(said)[0] == ("A1", 1200, "1200/1", "2400/1", "2400/1", 2400)


def test_one_effective_on_the_day_of_cancellation_or_before_changes_no_promise(company: Company) -> None:
    tender(company)
    company.promise()
    company.action("2003-07-25", "2", "1")
    assert statements() == {}


def test_what_became_of_a_promise_is_not_adjusted_any_more(company: Company) -> None:
    tender(company)
    company.promise()
    company.grants_new()
    company.action("2004-03-01", "2", "1")
    assert statements() == {}


def test_each_statement_comes_with_a_letter_that_says_what_it_comes_to(company: Company) -> None:
    tender(company)
    company.promise()
    company.action("2003-09-02", "2", "7")
    company.action("2003-09-02", "2", "7")
    letter = Message.objects.get(kind="promise_adjusted")
    paper = Paper.objects.get(kind="adjustment_statement")
    assert letter.attachments == [str(paper.pk)]
    assert letter.owner_key == paper.owner_key
    assert "effective on 2 September 2003" in letter.text
    assert "Shares as promised: 1,700" in letter.text
    assert "Whole shares now: 484" in letter.text
