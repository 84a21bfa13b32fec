"""Reports and their answers made at once: each has a number of its own, and a form sent twice is one report."""

import pytest

from exchange.kernel import clock, locks
from exchange.offers.reports import answer_report, report_facts
from exchange.people.models import Report, User
from exchange.settlement.ledger import faults
from tests.support.races import LONGEST, Pause, at_once, meanwhile
from tests.support.world import a_holder, value

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana():
    holder = a_holder("E1")
    holder.user = User.objects.create_user(holder.email, None)
    holder.save()
    return holder


def missing(holder, text="A-9"):
    stated = {"user": holder.user, "holder": holder, "actor": "test", "at": clock.now()}
    return lambda: report_facts(kind="missing", text=text, **stated)


def test_without_the_lock_two_reports_take_one_number_and_one_is_lost(ana, monkeypatch):
    monkeypatch.setattr(locks, "_lock", lambda function, name: None)
    pause = Pause(moment=LONGEST)
    append = report_facts.__globals__["append"]
    monkeypatch.setitem(report_facts.__globals__, "append", pause.before(append))
    answers = meanwhile(pause, missing(ana, "A-8"), missing(ana, "A-9"))
    assert pause.was_overtaken
    assert any(isinstance(answer, Exception) for answer in answers)


def test_with_it_one_waits_for_the_other_and_both_are_there(ana, monkeypatch):
    pause = Pause()
    append = report_facts.__globals__["append"]
    monkeypatch.setitem(report_facts.__globals__, "append", pause.before(append))
    first, second = meanwhile(pause, missing(ana, "A-8"), missing(ana, "A-9"))
    assert not pause.was_overtaken
    assert {value(first).number, value(second).number} == {1, 2}
    assert list(faults()) == []


def test_a_form_sent_five_times_at_once_is_one_report(ana):
    answers = at_once(*[missing(ana) for _press in range(5)])
    assert {value(answer).number for answer in answers} == {1}
    assert Report.objects.count() == 1


def test_answers_at_once_are_numbered_one_after_the_other(ana):
    report = value(missing(ana)())
    staff = [User.objects.create_user(f"hr{place}@company.example", None, is_staff=True) for place in range(4)]

    def answer(user):
        stated = {"text": "We look.", "answered_by": user, "actor": "test", "at": clock.now()}
        return lambda: answer_report(report_id=report.pk, outcome="open", **stated)

    answers = at_once(*[answer(user) for user in staff])
    assert sorted(value(each).number for each in answers) == [1, 2, 3, 4]
    assert list(faults()) == []
