"""A form signed in the portal after one that came on paper: our clock says when it was signed (domain §4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from exchange.elections.actions import Received
from exchange.elections.reads import forms_of
from exchange.elections.records import Submission
from exchange.elections.rules import Signed
from exchange.people.models import Holder
from tests.support.world import a_grant, a_holder, an_offer, election, notice, paper, record, submit

NINE = datetime(2003, 7, 10, 16, tzinfo=UTC)  # in Los Angeles
HOUR = timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize("form", [election, notice])
@pytest.mark.parametrize("signed", [Signed(on=date(2003, 7, 10)), Signed(at=NINE)])
def test_it_replaces_a_paper_form_dated_the_same_day(form: Callable[[Holder], Submission], signed: Signed) -> None:
    """A fax bears the day only; its sender changes their mind in the portal that afternoon, maybe the last one."""
    offer, holder = an_offer(), a_holder()
    grant = a_grant(holder, "G1")
    record(offer, [replace(paper(election(holder, grant), "F1", NINE), signed=signed)], at=NINE + HOUR)
    made = replace(form(holder), against="F1")
    received = submit(offer, holder, made, at=NINE + 5 * HOUR)
    assert isinstance(received, Received)
    assert (received.judged.status, received.judged.defects) == ("effective", ())
    assert forms_of(offer, holder).form_in_force == received.form
