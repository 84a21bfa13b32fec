"""What the desk sees and decides between promise and grant: who to watch, splits, the law, and the share pool."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.people.models import EmploymentEvent, Holder, User
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.models import NewGrant, Prohibition, Promise
from tests.support.life import ACCEPTED_AT, GRANTED_ON
from tests.support.world import ACTOR, EXPIRES_AT, a_grant, a_holder, an_offer, election, submit, value

pytestmark = pytest.mark.django_db
GRANTED_AT = datetime(2004, 1, 26, 23, tzinfo=UTC)


@pytest.fixture
def offer(db):
    """Ana and Ben have each a promise for one option of 1,200 shares."""
    made = an_offer()
    for number in ("ANA", "BEN"):
        holder = a_holder(number)
        a_grant(holder, f"{number}-1")
        submit(made, holder, election(holder), EXPIRES_AT - timedelta(days=9))
    value(accept_tenders(code=made.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    value(issue_promises(code=made.code, actor=ACTOR, at=ACCEPTED_AT))
    return made


def leaves(holder):
    EmploymentEvent.objects.create(holder=holder, effective_on=date(2003, 10, 1), position=1, event="terminated")


@pytest.fixture
def upload_split():
    def recorded(new, old, on):
        row = CorporateActionRow(2, on, "split", Decimal(new), Decimal(old), "", "")
        value(apply_corporate_actions([row], source=Source("a", ""), actor=ACTOR, at=ACCEPTED_AT + timedelta(days=3)))

    return recorded


def grant(offer, days=0):
    on, at = GRANTED_ON + timedelta(days=days), GRANTED_AT + timedelta(days=days)
    return grant_new_options(code=offer.code, on=on, closing_price=Decimal("2.03"), actor=ACTOR, at=at)


def promise_of(number):
    return Promise.objects.get(holder__employee_number=number)


def decide(client, slug, number, reason="The law of her state.", at="2003-09-01T09:00"):
    """Through the preview to the decision; the page that follows."""
    address = reverse(f"staff:{slug}-promise", args=[promise_of(number).pk])
    data = {"reason": reason, "at": at}
    shown = client.post(address, {**data, "step": "preview"})
    if not shown.context.get("preview"):
        return shown
    digest = shown.context["preview"].digest
    return client.post(address, {**data, "step": "confirm", "digest": digest}, follow=True)


def test_who_left_is_seen_with_what_it_means_and_as_a_file(offer, hr):
    ana = Holder.objects.get(employee_number="ANA")
    EmploymentEvent.objects.create(holder=ana, effective_on=date(2003, 10, 1), position=1, event="terminated")
    address = reverse("staff:watch", args=[offer.code])
    page = hr.get(address).content.decode()
    for words in ("Holder ANA", "Left", "1 October 2003", "TEST-P-ANA", "Lapses", "Not dated"):
        assert words in page
    assert "Holder BEN" not in page
    rows = list(csv.DictReader(io.StringIO(hr.get(address, {"as": "csv"}).content.decode())))
    assert [(row["employee_number"], row["what"], row["means"]) for row in rows] == [("ANA", "left", "lapses")]
    sheet = openpyxl.load_workbook(io.BytesIO(hr.get(address, {"as": "xlsx"}).content)).active
    assert [cell.value for cell in sheet[2]][:3] == ["ANA", "Holder ANA", "left"]
    assert "Nothing is on file" in hr.get(address, {"kind": "moved"}).content.decode()


def test_nothing_to_watch_before_the_acceptance(hr):
    made = an_offer()
    for name in ("watch", "adjusted", "pool"):
        assert "Nothing has been accepted yet" in hr.get(reverse(f"staff:{name}", args=[made.code])).content.decode()


def test_a_split_is_seen_before_and_after_on_every_promise(offer, hr, upload_split):
    address = reverse("staff:adjusted", args=[offer.code])
    assert "No split or merger" in hr.get(address).content.decode()
    upload_split(2, 7, date(2003, 11, 3))
    shown = hr.get(address).content.decode()
    promised = Promise.objects.first().shares
    assert f"{promised * 2 // 7}" in shown
    assert "They agree" in shown
    assert "684 whole shares" in shown
    assert "685 5/7 exactly; rounding down leaves out 1 5/7" in shown
    rows = list(csv.DictReader(io.StringIO(hr.get(address, {"as": "csv"}).content.decode())))
    assert [(row["before"], row["after"]) for row in rows] == [(str(promised), str(promised * 2 // 7))] * 2


def test_counsel_holds_a_promise_grants_pass_it_by_and_it_is_tried_again(offer, counsel):
    page = decide(counsel, "hold", "ANA").content.decode()
    assert "Held until counsel decides" in page
    assert "counsel@company.example" in page
    made = value(grant(offer))
    assert [line.grant_number for line in made.held] == ["ANA-1"]
    assert [one.old_grant_number for one in made.grants] == ["BEN-1"]
    allowed = decide(counsel, "allow", "ANA", "Cleared.", at="2004-01-27T09:00").content.decode()
    assert "Released" in allowed
    again = value(grant(offer, days=2))
    assert [one.old_grant_number for one in again.grants] == ["ANA-1"]
    assert [row.verdict for row in Prohibition.objects.order_by("number")] == ["held", "released"]
    decided = AuditEvent.objects.filter(kind="promise.prohibition_decided")
    assert [event.actor for event in decided] == ["staff:counsel@company.example"] * 2


def test_what_the_law_forbids_lapses(offer, counsel):
    decide(counsel, "forbid", "ANA")
    made = value(grant(offer))
    assert [(lapse.grant_number, lapse.reason) for lapse in made.lapses] == [("ANA-1", "prohibited")]


def test_a_decision_needs_a_reason_and_something_to_decide(offer, counsel):
    assert "Write the reason." in decide(counsel, "hold", "ANA", " ").content.decode()
    decide(counsel, "hold", "ANA")
    assert "already" in decide(counsel, "hold", "ANA").content.decode()
    value(grant(offer))
    late = decide(counsel, "hold", "BEN", at="2004-01-28T09:00").content.decode()
    assert "nothing is left to decide" in late
    assert Prohibition.objects.count() == 1


def test_nobody_decides_on_their_own_promise(offer, counsel):
    Holder.objects.filter(employee_number="ANA").update(user=User.objects.get(email="counsel@company.example"))
    address = reverse("staff:hold-promise", args=[promise_of("ANA").pk])
    assert counsel.get(address).status_code == 403
    for number, may in (("ANA", False), ("BEN", True)):
        page = counsel.get(reverse("staff:settlement_promise_change", args=[promise_of(number).pk])).content.decode()
        assert ("Hold the promise" in page) is may


def test_the_pool_leads_to_its_rows_and_agrees(offer, hr):
    value(grant(offer))
    page = hr.get(reverse("staff:pool", args=[offer.code])).content.decode()
    assert "It agrees" in page
    assert "Differs" not in page
    assert reverse("staff:settlement_newgrant_changelist") in page
    assert f"{reverse('staff:grants_cancellation_changelist')}?source=offer:TEST" in page
    assert f"{sum(NewGrant.objects.values_list('shares', flat=True)):,}" in page


@pytest.mark.parametrize("name", ["watch", "adjusted", "pool"])
def test_more_promises_ask_no_more_of_the_database(offer, hr, upload_split, name):
    upload_split(2, 7, date(2003, 11, 3))
    address = reverse(f"staff:{name}", args=[offer.code])
    ana, ben = Holder.objects.order_by("employee_number")
    leaves(ana)
    hr.get(address)
    with CaptureQueriesContext(connection) as few:
        hr.get(address)
    leaves(ben)
    with CaptureQueriesContext(connection) as more:
        assert hr.get(address).status_code == 200
    assert len(more) <= len(few)
