"""What people report comes to the desk as work: a queue, an answer, a letter; and nobody answers their own."""

import pytest
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.kernel import clock
from exchange.kernel.results import Refused
from exchange.notices.models import Message
from exchange.offers.reports import MOST_OPEN, Sender, answer_report, report_facts
from exchange.people.models import Report, ReportAnswer, ReportSender, User
from exchange.settlement.ledger import faults
from tests.staff.conftest import an_account
from tests.staff.test_what_needs_doing import desk
from tests.support.world import a_grant, a_holder, a_live_offer, value

pytestmark = pytest.mark.django_db
TITLE = "Answer what people report"


@pytest.fixture
def ana(db):
    """A holder with an account and one option, in an offer that is open."""
    a_live_offer()
    holder = a_holder("E1")
    a_grant(holder, "A-1")
    holder.user = User.objects.create_user(holder.email, "a long password", name=holder.legal_name)
    holder.save()
    return holder


def report(holder, text="The price is 12.40.", **facts):
    stated = {"kind": "wrong", "about": "grant_price", "grant_number": "A-1", **facts}
    return value(report_facts(text=text, user=holder.user, holder=holder, actor="test", at=clock.now(), **stated))


def stranger(text="No code comes."):
    sender = Sender("Zoë Quist", "zoe@company.example", "555-0199, mornings")
    return value(report_facts(kind="no_sign_in", text=text, sender=sender, actor="stranger", at=clock.now()))


def answer(made, by, outcome="corrected", text="Mended in the grants file.", **more):
    return answer_report(
        report_id=made.pk, outcome=outcome, text=text, answered_by=by, actor="test", at=clock.now(), **more
    )


def test_an_open_report_is_a_task_on_the_desk_with_the_count_and_the_oldest_date(ana, hr):
    assert TITLE not in desk(hr)
    made = report(ana)
    report(ana, "So is the date.", about="grant_date")
    said, is_link = desk(hr)[TITLE]
    assert "2 reports are open. The oldest is of" in said
    assert is_link
    value(answer(made, an_account("counsel"), outcome="open"))
    assert "2 reports are open" in desk(hr)[TITLE][0]
    for each in Report.objects.all():
        value(answer(each, User.objects.get(email="counsel@company.example")))
    assert TITLE not in desk(hr)


def test_the_queue_tells_open_from_closed(ana, hr):
    closed, waiting = report(ana), report(ana, "So is the date.", about="grant_date")
    value(answer(closed, an_account("counsel")))
    address = reverse("staff:people_report_changelist")
    for state, there, absent in (("open", waiting, closed), ("closed", closed, waiting)):
        page = hr.get(address, {"state": state}).content.decode()
        assert reverse("staff:people_report_change", args=[there.pk]) in page
        assert reverse("staff:people_report_change", args=[absent.pk]) not in page


def test_hr_answers_on_a_page_and_the_holder_is_told_by_a_letter_without_the_words(ana, hr):
    made = report(ana)
    page = hr.get(reverse("staff:people_report_change", args=[made.pk])).content.decode()
    assert "The price is 12.40." in page
    assert reverse("staff:people_holder_change", args=[ana.pk]) in page
    address = reverse("staff:answer-report", args=[made.pk])
    assert address in page
    assert "Write the answer" in hr.post(address, {"outcome": "corrected"}).content.decode()
    assert not made.answers.exists()
    hr.post(address, {"outcome": "corrected", "text": "Mended: 12.40 it is."})
    assert made.answers.get().answered_by.email == "hr@company.example"
    letter = Message.objects.get(kind="report_answered")
    assert (letter.owner_key, letter.to_address) == ("holder:E1", ana.email)
    assert "Corrected" in letter.text
    for words in ("12.40", "Mended"):
        assert words not in letter.text + letter.subject + letter.html


def test_counsel_and_auditor_read_and_do_not_answer(ana, sign_in):
    made = report(ana)
    for who in ("counsel", "auditor"):
        client = sign_in(who)
        page = client.get(reverse("staff:people_report_change", args=[made.pk]))
        assert page.status_code == 200
        assert reverse("staff:answer-report", args=[made.pk]) not in page.content.decode()
        assert client.get(reverse("staff:answer-report", args=[made.pk])).status_code == 403


@pytest.mark.parametrize("link", ["account", "address"])
def test_nobody_answers_their_own(ana, hr, link):
    made = report(ana)
    account = User.objects.get(email="hr@company.example")
    if link == "account":
        ana.user = None
        ana.save()
        ana.user = account
        ana.save()
    else:
        ana.email = "HR@company.example"
        ana.save()
    assert hr.get(reverse("staff:answer-report", args=[made.pk])).status_code == 403
    assert (
        reverse("staff:answer-report", args=[made.pk])
        not in hr.get(reverse("staff:people_report_change", args=[made.pk])).content.decode()
    )
    refused = answer(made, account)
    assert isinstance(refused, Refused)
    assert [reason.code for reason in refused.reasons] == ["report_own"]


def test_the_newest_answer_counts_and_a_closed_report_can_be_taken_up_again(ana, hr):
    made, by = report(ana), User.objects.get(email="hr@company.example")
    value(answer(made, by, outcome="stands"))
    assert TITLE not in desk(hr)
    value(answer(made, by, outcome="open", text="We look again."))
    assert "1 report is open" in desk(hr)[TITLE][0]
    assert [each.number for each in made.answers.all()] == [1, 2]
    assert Message.objects.filter(kind="report_answered").count() == 2


def test_a_stranger_can_be_reached_until_staff_remove_how(ana, hr):
    made = stranger()
    record = reverse("staff:people_report_change", args=[made.pk])
    page = hr.get(record).content.decode()
    assert "555-0199, mornings" in page
    assert "Nobody has proved it is theirs" in page
    fields = {"outcome": "closed", "text": "Called: it was the wrong address.", "forget_sender": "on"}
    hr.post(reverse("staff:answer-report", args=[made.pk]), fields)
    assert not ReportSender.objects.exists()
    page = hr.get(record).content.decode()
    assert "555-0199" not in page
    assert "Name and address were removed" in page
    assert not Message.objects.filter(kind="report_answered").exists()
    assert list(faults()) == []


def test_the_log_names_no_words_and_no_sender(ana):
    value(answer(report(ana), an_account("counsel")))
    stranger()
    said = " ".join(AuditEvent.objects.filter(kind__startswith="report.").values_list("payload", flat=True))
    for words in ("12.40", "Mended", "Zoë", "zoe@", "555-0199", "No code"):
        assert words not in said


def test_the_same_words_twice_are_one_report_and_after_the_answer_another(ana):
    first = report(ana)
    assert report(ana).pk == first.pk
    assert Report.objects.count() == 1
    value(answer(first, an_account("counsel")))
    assert report(ana).pk != first.pk


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"text": " \n "}, "report_empty"),
        ({"text": "x" * (Report.LONGEST + 1)}, "report_too_long"),
        ({"text": "x", "grant_number": "B-1"}, "report_of_another_grant"),
    ],
)
def test_what_is_refused(ana, facts, code):
    a_grant(a_holder("E2"), "B-1")
    stated = {"kind": "wrong", "about": "other", "user": ana.user, "holder": ana, "actor": "test", "at": clock.now()}
    refused = report_facts(**{**stated, **facts})
    assert isinstance(refused, Refused)
    assert [reason.code for reason in refused.reasons] == [code]


def test_one_person_has_so_many_open_reports_and_no_more(ana):
    for count in range(MOST_OPEN):
        report(ana, f"Report {count}.")
    stated = {"user": ana.user, "holder": ana, "actor": "test", "at": clock.now()}
    refused = report_facts(kind="missing", text="One more.", **stated)
    assert isinstance(refused, Refused)
    assert [reason.code for reason in refused.reasons] == ["reports_too_many"]


def test_a_persons_page_lists_what_they_reported(ana, hr):
    made = report(ana)
    page = hr.get(reverse("staff:people_holder_change", args=[ana.pk])).content.decode()
    assert "What they reported" in page
    assert reverse("staff:people_report_change", args=[made.pk]) in page


def test_a_report_and_its_answer_are_as_they_were_written(ana):
    value(answer(report(ana), an_account("counsel")))
    assert ReportAnswer.objects.get().text == "Mended in the grants file."
    assert list(faults()) == []
