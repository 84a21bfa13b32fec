"""Lists and records: what they show, how one finds something in them, and that they do not slow down with the data."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.elections.models import Form
from exchange.grants.models import Grant
from exchange.notices.models import Message
from exchange.people.models import Holder
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.models import NewGrant, Promise
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.site import desk
from tests.support.life import live
from tests.support.world import ACTOR, EXPIRES_AT, an_offer, election, holders_with_grants, paper, record, value

pytestmark = pytest.mark.django_db
ACCEPTED_AT = datetime(2003, 7, 25, 16, tzinfo=UTC)
GRANTED_AT = datetime(2004, 1, 26, 23, tzinfo=UTC)


def a_life_of(count: int, *, is_settled: bool) -> None:
    """So many holders with two options, a paper form and an unsigned one each; through to new options, or open."""
    offer = an_offer()
    holders = holders_with_grants(count, grants=2)
    received_at = EXPIRES_AT - timedelta(days=9)
    forms = [paper(election(holder), f"F{place}", received_at) for place, holder in enumerate(holders)]
    unsigned = [
        paper(election(holder, signature_name=""), f"U{place}", received_at + timedelta(hours=1))
        for place, holder in enumerate(holders)
    ]
    record(offer, [*forms, *unsigned], received_at)
    if not is_settled:
        return
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=ACCEPTED_AT))
    value(issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT))
    price = Decimal("2.03")
    value(grant_new_options(code=offer.code, on=GRANTED_AT.date(), closing_price=price, actor=ACTOR, at=GRANTED_AT))


def queries_of_every_page(client) -> dict[str, int]:
    addresses = [reverse("staff:index"), reverse("staff:defects"), f"{reverse('staff:paper-form', args=['TEST'])}?q=E"]
    for model in desk._registry:
        addresses.append(list_url(model))
    counted = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, address
        counted[address] = len(queries)
    return counted


@pytest.mark.parametrize("is_settled", [False, True])
def test_no_page_asks_more_of_the_database_when_there_is_more_in_it(sign_in, is_settled):
    client = sign_in("superuser")
    counts = []
    for count in (2, 14):
        with transaction.atomic():
            a_life_of(count, is_settled=is_settled)
            client.get(reverse("staff:index"))  # the first request of a session writes it
            counts.append(queries_of_every_page(client))
            transaction.set_rollback(True)
    few, many = counts
    assert {address: (few[address], many[address]) for address in few if few[address] < many[address]} == {}
    assert max(many.values()) <= 38


def test_a_record_asks_a_bounded_number_of_questions(hr):
    live()
    for model in desk._registry:
        row = model._default_manager.first()
        with CaptureQueriesContext(connection) as queries:
            answer = hr.get(record_url(row))
        assert answer.status_code == 200, model
        assert len(queries) <= 40, (model, len(queries))  # the line that tells of the look among them


def test_long_lists_come_in_pages(hr):
    holders_with_grants(60)
    first = hr.get(list_url(Holder)).content.decode()
    second = hr.get(f"{list_url(Holder)}?p=2").content.decode()
    assert "60 people" in first
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second
    assert first.count('scope="row"') == 50
    assert second.count('scope="row"') == 10


def test_an_empty_list_says_what_comes_next(hr):
    for model, admin in desk._registry.items():
        answer = hr.get(list_url(model)).content.decode()
        if not model._default_manager.exists():
            assert str(admin.empty) in answer, model


def test_people_are_found_by_number_and_name_and_say_whether_they_are_eligible_today(hr):
    an_offer()
    ana, ben = holders_with_grants(2)
    Holder.objects.filter(pk=ben.pk).update(role="director", legal_name="Ben Director")
    found = hr.get(f"{list_url(Holder)}?q=director").content.decode()
    assert "Ben Director" in found
    assert ana.legal_name not in found
    assert "The role is not one the offer is made to." in found
    assert "Nothing fits" in hr.get(f"{list_url(Holder)}?q=nobody-at-all").content.decode()


def test_filters_are_in_words_and_narrow_the_list(hr):
    live()
    everything = hr.get(list_url(Form)).content.decode()
    assert "Notice to Withdraw" in everything
    withdrawals = hr.get(f"{list_url(Form)}?kind__exact=withdrawal").content.decode()
    assert withdrawals.count("<tr") - 1 == Form.objects.filter(kind="withdrawal").count()
    rejected = hr.get(f"{list_url(Form)}?status=rejected").content.decode()
    assert "not on file" in rejected
    cancelled = hr.get(f"{list_url(Grant)}?cancelled=yes").content.decode()
    count = Grant.objects.filter(cancellation__isnull=False).count()
    assert f"{count} options" in cancelled


def test_a_filter_that_does_not_exist_shows_the_whole_list(hr):
    holders_with_grants(1)
    assert hr.get(f"{list_url(Holder)}?password__startswith=a", follow=True).status_code == 200
    assert hr.get(f"{list_url(Holder)}?p=999", follow=True).status_code == 200


def test_a_form_is_shown_as_it_was_signed_with_its_defects_and_every_judgement(hr):
    live()
    page = hr.get(record_url(Form.objects.get(number="F2"))).content.decode()
    assert "Again, when the offer was revived" in page
    assert "late: Received at or after the deadline" in page
    stranger = hr.get(record_url(Form.objects.get(number="F3"))).content.decode()
    assert "unknown_person" in stranger
    assert "The employee number is not on file." in stranger


def test_a_person_shows_why_an_option_is_not_eligible(hr):
    an_offer()
    (holder,) = holders_with_grants(1, grants=2)
    Grant.objects.filter(grant_number="E1-2").update(exercise_price="1.25")
    page = hr.get(record_url(holder)).content.decode()
    assert "The exercise price is below the lowest one the offer takes." in page
    assert "Eligible" in page


def test_a_new_option_shows_its_vesting_and_a_promise_what_came_of_it(hr):
    live()
    option = NewGrant.objects.order_by("number").first()
    page = hr.get(record_url(option)).content.decode()
    assert "Vested in all" in page
    promise = Promise.objects.get(holder__employee_number="E6")
    assert "Prohibited by law, as counsel decided." in hr.get(record_url(promise)).content.decode()


def test_a_letter_shows_every_word_that_goes_out(hr):
    live()
    letter = Message.objects.filter(kind="options_accepted").first()
    page = hr.get(record_url(letter)).content.decode()
    assert letter.to_address in page
    assert "Dear" in page


def test_names_from_files_are_never_markup(hr):
    an_offer()
    (holder,) = holders_with_grants(1)
    Holder.objects.filter(pk=holder.pk).update(legal_name="<script>alert(1)</script>", department="<b>x</b>")
    for address in (list_url(Holder), record_url(holder), reverse("staff:paper-form", args=["TEST"]) + "?q=script"):
        page = hr.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<b>x" not in page
