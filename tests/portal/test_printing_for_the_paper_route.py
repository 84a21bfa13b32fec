"""The holder prints a form to sign on paper, or the statement of their options; HR prints them from the desk."""

import json
from datetime import timedelta

from exchange.audit.models import AuditEvent
from exchange.documents.models import Paper
from exchange.elections.models import Form, FormKind
from exchange.elections.wording import acknowledgments
from exchange.offers.reads import load
from exchange.settlement.ledger import faults
from exchange.settlement.printed import ELECTION, NOTICE, STATEMENT
from tests.portal.conftest import EXPIRES, Stage

FORM, NOTICE_FORM, OPTIONS = "on-paper/election-form.pdf", "on-paper/notice-to-withdraw.pdf", "options/statement.pdf"


def printed(stage: Stage, path: str, number: str = "L101") -> dict:
    answer = stage.client(number).get(stage.url(path))
    assert answer.status_code == 200, path
    assert answer.content.startswith(b"%PDF")
    paper = Paper.objects.filter(kind__in=[ELECTION, NOTICE, STATEMENT]).latest("requested_at", "pk")
    assert paper.owner_key == f"holder:{number}"
    return json.loads(paper.snapshot)


def test_an_election_form_has_every_eligible_option_and_the_portals_own_wording(stage):
    said = printed(stage, FORM)
    chosen = [[line["grant_number"] for line in choice["lines"]] for choice in said["choices"]]
    assert ["LK-1001", "LK-1002"] in chosen  # a split pair has one box
    assert "LK-1001 and LK-1002" in next(one["box"] for one in said["choices"] if len(one["lines"]) == 2)
    assert said["total"] == sum(line["shares"] for choice in said["choices"] for line in choice["lines"])
    shown = acknowledgments(load(stage.offer).terms, FormKind.ELECTION)
    assert [(one["code"], one["text"]) for one in said["acknowledgments"]] == list(shown)
    assert said["takers"][0]["fax"]
    assert said["in_force"] == ""
    assert not Form.objects.exists()


def test_a_notice_names_what_is_tendered_now(stage):
    form = stage.elect("L101", "LK-1003")
    said = printed(stage, NOTICE_FORM)
    assert (said["in_force"], [line["grant_number"] for line in said["tendered"]]) == (form.number, ["LK-1003"])
    assert said["choices"] == []


def test_the_statement_has_every_option_and_why_one_is_not_eligible(stage):
    said = printed(stage, OPTIONS)
    numbers = [line["grant_number"] for line in [*said["eligible"], *said["others"]]]
    assert sorted(numbers) == sorted(stage.holder().grants.values_list("grant_number", flat=True))
    assert said["count"] == len(numbers)
    assert all(line["reason"] for line in said["others"])
    assert not any(line["reason"] for line in said["eligible"])


def test_a_form_can_be_printed_only_while_it_could_be_sent(stage):
    stage.go(EXPIRES - timedelta(microseconds=1))
    assert stage.client().get(stage.url(FORM)).status_code == 200
    stage.go(EXPIRES)
    assert stage.client().get(stage.url(FORM)).status_code == 404
    assert stage.client().get(stage.url(NOTICE_FORM)).status_code == 200
    stage.accept()
    assert stage.client().get(stage.url(NOTICE_FORM)).status_code == 404
    page = stage.client().get(stage.url("on-paper/")).content.decode()
    assert OPTIONS in page
    assert FORM not in page


def test_printed_again_on_the_same_day_it_is_the_same_paper_until_a_fact_changes(stage):
    for _time in range(2):
        printed(stage, FORM)
    assert Paper.objects.filter(kind=ELECTION).count() == 1
    assert AuditEvent.objects.filter(kind="paper.printed").count() == 1
    stage.elect("L101", "LK-1003")
    printed(stage, FORM)
    assert Paper.objects.filter(kind=ELECTION).count() == 2
    assert list(faults()) == []


def test_nobody_prints_for_another(stage):
    printed(stage, OPTIONS)
    assert not Paper.objects.filter(kind=STATEMENT, owner_key="holder:L102").exists()
    assert NOTICE not in Paper.objects.values_list("kind", flat=True)
