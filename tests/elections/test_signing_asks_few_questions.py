"""Signing costs the database a small number of statements, however much a holder has and has sent before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.elections.actions import Received, submit_form
from exchange.kernel import clock
from exchange.offers.models import Offer
from exchange.people.models import Holder
from tests.support.world import a_grant, a_holder, a_live_offer, consent, election, notice, value

pytestmark = pytest.mark.django_db
MOST = 22  # on PostgreSQL, with the transaction's beginning and end, the holder's consent, what counsel approved


@pytest.fixture
def offer() -> Offer:
    return a_live_offer()


def holder_of(count: int) -> Holder:
    holder = a_holder(f"E{count}")
    for place in range(count):
        a_grant(holder, f"{holder.employee_number}-{place}")
    return holder


def asked(offer: Offer, holder: Holder, hour: int, *, against: str = "", withdraw: bool = False) -> tuple[int, str]:
    """How many statements one signature took, and the number of the form."""
    consent(offer, holder, clock.now())
    submission = notice(holder, against=against) if withdraw else election(holder, against=against)
    with CaptureQueriesContext(connection) as statements:
        received = value(
            submit_form(
                code=offer.code,
                holder=holder,
                submission=submission,
                actor="a test",
                at=clock.now() + timedelta(hours=hour),
            )
        )
    assert isinstance(received, Received)
    return len(statements), received.form.number


def test_a_form_of_three_lines_and_one_of_thirty_ask_the_same_few(offer):
    three, _number = asked(offer, holder_of(3), 1)
    thirty, _number = asked(offer, holder_of(30), 1)
    assert three == thirty <= MOST


def test_a_sixth_form_asks_no_more_than_a_second(offer):
    holder, number, counts = holder_of(3), "", []
    for hour in range(6):
        count, number = asked(offer, holder, hour, against=number, withdraw=hour % 2 == 1)
        counts.append(count)
    elections, notices = set(counts[2::2]), set(counts[1::2])
    assert len(elections) == len(notices) == 1, counts
    # A first form has no judgements before it to read.
    assert elections == {counts[0] + 1}
