"""At the end every holder has a statement of what the offer has come to for them, also one who did nothing."""

import json

import pytest
from django.db import transaction
from django.test import Client

from exchange.audit.models import AuditEvent
from exchange.documents.models import Paper
from exchange.notices.models import Message
from exchange.offers.models import Offer
from exchange.offers.reads import load, now_for
from exchange.offers.rules import State
from exchange.people.models import Holder, User
from exchange.settlement.actions.promise import decide_prohibition
from exchange.settlement.ledger import faults
from exchange.settlement.models import Promise
from exchange.settlement.statement_letters import newest_statement_of
from tests.support.attack import unguarded
from tests.support.company import Company, refusal, run
from tests.support.raw import delete

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(company: Company) -> Company:
    """Ana tenders one of two, Ben tenders and withdraws, Cem does nothing, Dora is an executive, Eve signs nothing."""
    for holder, role in (("ben", "employee"), ("cem", "employee"), ("dora", "executive_officer"), ("eve", "employee")):
        company.person(holder, role=role)
        company.grant(f"{holder}-1", holder)
    company.grant("cem-2", "cem", exercise_price="1.99")
    company.open()
    company.record(
        company.election("F1", "ana", "2003-07-08T10:20:00-07:00", "A1"),
        company.election("F2", "ben", "2003-07-08T10:20:00-07:00", "ben-1"),
        company.notice("F3", "ben", "2003-07-09T10:20:00-07:00"),
        company.election("F4", "eve", "2003-07-09T10:20:00-07:00", "eve-1", signature_name=""),
    )
    return company


@pytest.fixture
def granted(everyone: Company) -> Company:
    everyone.accept()
    everyone.promise()
    everyone.grants_new()
    return everyone


def stated(number):
    paper = newest_statement_of("CPST-2003", Holder.objects.get(employee_number=number))
    assert paper is not None
    return json.loads(paper.snapshot)


def became(number):
    return {line["grant_number"]: line["became"] for line in stated(number)["options"]}


def test_each_holder_reads_what_became_of_them(granted):
    assert run("issue_statements", granted.code)["outcomes"] == {
        "accepted": 1,
        "withdrawn": 1,
        "no_decision": 1,
        "ineligible": 1,
        "not_in_force": 1,
    }
    assert became("ana") == {"A1": "cancelled", "A2": "kept"}
    assert became("ben") == {"ben-1": "withdrawn"}
    assert became("cem") == {"cem-1": "no_decision", "cem-2": "ineligible"}
    assert became("dora") == {"dora-1": "ineligible"}
    assert became("eve") == {"eve-1": "not_in_force"}
    ana = stated("ana")
    (line,) = ana["lines"]
    assert (line["became"], line["new_number"]) == ("granted", "CPST-2003-A1")
    assert ana["total_granted"] == line["shares"] == line["promised"] > 0
    assert [form["number"] for form in stated("ben")["forms"]] == ["F2", "F3"]
    assert stated("dora")["reasons"] == ["The offer is not made to people in your role, such as executive officers."]
    assert "below $2.00" in stated("cem")["options"][1]["reason"]
    assert Message.objects.filter(kind="final_statement").count() == 5
    letter = Message.objects.get(kind="final_statement", owner_key="holder:cem")
    assert "No decision was registered for you." in letter.text
    assert list(faults()) == []


def test_a_statement_is_made_once_and_anew_when_its_facts_change(everyone):
    everyone.accept()
    everyone.promise()
    assert "neither granted nor lapsed nor held by counsel: 1" in refusal("issue_statements", everyone.code)
    promise = Promise.objects.get()
    decide = {"promise": promise, "reason": "The law.", "actor": "a test"}
    decide_prohibition(verdict="held", at=now_for(promise.offer), **decide)
    assert run("issue_statements", everyone.code)["statements"] == 5
    assert stated("ana")["lines"][0]["became"] == "held"
    again = run("issue_statements", everyone.code)
    assert (again["statements"], again["unchanged"]) == (0, 5)
    decide_prohibition(verdict="released", at=now_for(promise.offer), **decide)
    everyone.grants_new()
    after = run("issue_statements", everyone.code)
    assert (after["statements"], after["replacing"], after["unchanged"]) == (1, 1, 4)
    ana = stated("ana")
    assert (ana["number"], ana["replaces"]) == ("CPST-2003-S-ana-2", "CPST-2003-S-ana")
    assert ana["lines"][0]["became"] == "granted"
    assert Paper.objects.filter(kind="final_statement").count() == 6
    assert AuditEvent.objects.filter(kind="statements.issued").count() == 2


def test_a_terminated_offer_returns_what_was_tendered(everyone):
    run("terminate_offer", everyone.code, "--reason", "A condition.", "--at", "2003-07-10T09:00:00-07:00")
    run("issue_statements", everyone.code)
    assert stated("ana")["outcome"] == "returned"
    assert became("ana") == {"A1": "returned", "A2": "kept"}
    assert stated("cem")["outcome"] == "no_decision"
    assert "it is terminated" in refusal("close_offer", everyone.code)


def test_nothing_final_is_said_of_an_offer_that_is_not_over(everyone):
    assert "is not over" in refusal("issue_statements", everyone.code)


def test_the_holder_finds_the_statement_that_stands_among_their_papers(granted, client: Client):
    user = User.objects.create_user("cem@company.example", "a long password")
    Holder.objects.filter(employee_number="cem").update(user=user)
    client.force_login(user)
    address = f"/offers/{granted.code}/statement.pdf"
    assert client.get(address).status_code == 404
    run("issue_statements", granted.code)
    page = client.get(f"/offers/{granted.code}/documents/").content.decode()
    assert "Final statement CPST-2003-S-cem" in page
    assert client.get(address).content.startswith(b"%PDF-")


def test_an_offer_closes_when_everything_is_settled_stated_and_sent(granted):
    offer = Offer.objects.get()
    said = refusal("close_offer", granted.code)
    assert "Holders without a final statement of how things stand now: 5." in said
    assert "Letters that have not gone out yet" in said
    assert "Option agreements not signed: 1." in said
    run("issue_statements", granted.code, "--wait")
    said = refusal("close_offer", granted.code)
    assert said == "Option agreements not signed: 1. Wait, or say that they are left open."
    assert load(offer).timeline.state(now_for(offer)) is State.GRANTED
    run("close_offer", granted.code, "--leave-unsigned")
    assert load(offer).timeline.state(now_for(offer)) is State.CLOSED
    assert "done already" in run("close_offer", granted.code)["remarks"][0]
    assert list(faults()) == []


def test_a_held_promise_keeps_an_offer_open(everyone):
    everyone.accept()
    everyone.promise()
    promise = Promise.objects.get()
    decide_prohibition(promise=promise, verdict="held", reason="The law.", actor="a test", at=now_for(promise.offer))
    assert "closed once its new options are granted" in refusal("close_offer", everyone.code)


def test_a_statement_that_is_taken_away_or_slipped_in_is_found(granted):
    run("issue_statements", granted.code)
    assert list(faults()) == []
    paper = Paper.objects.filter(kind="final_statement").first()
    with transaction.atomic(), unguarded(Paper):
        delete(paper)
    assert "final statements of CPST-2003: they are not those that were issued" in list(faults())
