"""What is missing or wrong reaches staff from everyone: holders, people without an offer, people who cannot get in."""

import pytest
from django.test import Client
from django.urls import reverse

from exchange.people.models import Report, ReportSender, User
from tests.portal.conftest import PASSWORD, signed_in

HELP = reverse("portal:no_sign_in")
ASKED = {
    "name": "Zoë Quist",
    "email": "zoe@larkfield.example",
    "reach": "555-0199, mornings",
    "text": "No code comes.",
}


def test_a_holder_reports_a_wrong_fact_about_one_of_their_grants(stage, text):
    client = stage.client()
    page = text(client.get(stage.url("reports/wrong/")))
    assert "Maya Okafor" in page
    assert "LK-1003" in page
    assert "LK-1011" not in page
    said = {"about": "grant_price", "grant": "LK-1003", "text": "It is 7.00.\r\nSee my agreement."}
    answer = client.post(stage.url("reports/wrong/"), said, follow=True)
    made = Report.objects.get()
    assert (made.kind, made.about, made.grant_number) == ("wrong", "grant_price", "LK-1003")
    assert made.text == "It is 7.00.\nSee my agreement."
    assert (made.holder, made.user) == (stage.holder(), stage.holder().user)
    shown = text(answer)
    assert f"Your report {made.number} is with HR." in shown
    assert f"{made.number}: A grant’s exercise price: grant LK-1003 Waits for an answer" in shown


def test_a_holder_reports_a_missing_option(stage, text):
    client = stage.client()
    assert "The company’s file has 4 options of yours." in text(client.get(stage.url("reports/missing/")))
    client.post(stage.url("reports/missing/"), {"text": "LK-0900, of 2019."})
    assert Report.objects.get().kind == "missing"


def test_the_answer_stands_in_the_portal_and_home_tells_of_the_letter(stage, text):
    made = stage.report("It is 7.00.", about="other")
    stage.answer(made, "stands", "The agreement says 7.25; see its page 2.")
    client = stage.client()
    page = text(client.get(stage.url("reports/")))
    assert "What is on file is right" in page
    assert "The agreement says 7.25; see its page 2." in page
    assert "Your report 1 has an answer" in text(client.get(stage.url("notices/")))
    assert "7.25; see" not in text(stage.client("L102").get(stage.url("reports/")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"about": "", "text": "x"}, "Choose what is wrong."),
        ({"about": "name", "text": " "}, "Write what is wrong, and what is right."),
        ({"about": "name", "text": "x" * 2001}, "Write it in at most 2000 characters."),
        ({"about": "name", "text": "x", "grant": "LK-1011"}, "Select a valid choice"),
    ],
)
def test_what_is_not_taken_says_why(stage, text, data, words):
    answer = stage.client().post(stage.url("reports/wrong/"), data)
    assert answer.status_code == 200
    assert words in text(answer)
    assert "Error:" in answer.content.decode()
    assert not Report.objects.exists()


def test_pressed_twice_it_is_one_report(stage):
    client = stage.client()
    for _press in range(2):
        client.post(stage.url("reports/missing/"), {"text": "LK-0900, of 2019."})
    assert Report.objects.count() == 1


def test_words_are_never_markup(stage):
    client = stage.client()
    client.post(stage.url("reports/missing/"), {"text": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(stage.url("reports/")).content.decode()


def test_someone_signed_in_without_an_offer_can_say_so(stage, text):
    user = User.objects.create_user("ina@larkfield.example", PASSWORD)
    client = signed_in(Client(), user)
    page = client.get("/")
    assert "There is no offer for you at present" in text(page)
    assert reverse("portal:report_no_offer") in page.content.decode()
    answer = client.post(reverse("portal:report_no_offer"), {"text": "I hold LK-0900."}, follow=True)
    assert "Your report 1 is with HR." in text(answer)
    assert "I hold LK-0900." in text(answer)
    made = Report.objects.get()
    assert (made.kind, made.user, made.holder) == ("no_offer", user, None)
    stage.answer(made, "corrected", "Your account is linked now.")
    assert "Your account is linked now." in text(client.get("/"))


def test_help_is_one_link_from_the_sign_in_page_and_needs_no_account(stage, text):
    page = Client().get(reverse("account_login"))
    assert HELP in page.content.decode()
    shown = text(Client().get(HELP))
    assert "Ruth Adeyemi" in shown
    assert "The offer expires: 30 June 2026, 5:00 p.m. Pacific Time" in shown
    answer = Client().post(HELP, ASKED)
    assert answer.url == reverse("portal:no_sign_in_sent")
    made = Report.objects.get()
    assert (made.kind, made.text, made.user, made.holder) == ("no_sign_in", "No code comes.", None, None)
    sender = ReportSender.objects.get()
    assert (sender.name, sender.email, sender.reach) == ("Zoë Quist", "zoe@larkfield.example", "555-0199, mornings")


def test_the_answer_is_the_same_for_who_is_known_and_who_is_not(stage):
    answers = []
    for email in ("maya@larkfield.example", "nobody@elsewhere.example", ""):
        answer = Client().post(HELP, {**ASKED, "email": email, "reach": f"call {email}"}, follow=True)
        answers.append((answer.status_code, answer.redirect_chain, answer.content))
    assert len(Report.objects.all()) == 3
    assert answers[0] == answers[1] == answers[2]


def test_a_stranger_is_limited_by_what_they_state_and_the_page_names_the_phone(stage, text):
    statuses = [Client().post(HELP, {**ASKED, "text": f"Try {count}."}).status_code for count in range(7)]
    assert statuses == [302] * 5 + [429] * 2
    assert Report.objects.count() == 5
    refused = text(Client().post(HELP, ASKED))
    assert "What you wrote was not taken." in refused
    assert "Ruth Adeyemi" in refused
    assert Client().post(HELP, {**ASKED, "email": "other@larkfield.example"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Enter your name."),
        ({"reach": ""}, "Enter how we can reach you"),
        ({"email": "zoe"}, "Enter an e-mail address like name@example.com."),
        ({"text": "x" * 2001}, "Write it in at most 2000 characters."),
        ({"name": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_strangers_words_are_bounded(stage, text, change, words):
    answer = Client().post(HELP, {**ASKED, **change})
    assert answer.status_code == 200
    assert words in text(answer)
    assert not Report.objects.exists()


def test_a_strangers_report_needs_the_token_against_forgery(stage):
    assert Client(enforce_csrf_checks=True).post(HELP, ASKED).status_code == 403


def test_no_log_line_holds_what_a_stranger_wrote(stage, caplog, capsys):
    Client().post(HELP, ASKED)
    out = capsys.readouterr()
    logged = caplog.text + out.out + out.err
    assert "help/signing-in/" in logged
    for words in ("Zoë", "zoe@", "555-0199", "No code"):
        assert words not in logged


def test_help_is_there_while_there_is_no_offer_at_all(bare_stage, text):
    assert "Ask for help with signing in" in text(Client().get(HELP))
    assert Client().post(HELP, ASKED).status_code == 302
