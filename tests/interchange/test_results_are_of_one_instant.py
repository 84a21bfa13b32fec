"""A file of results made while the tenders are accepted has all of the acceptance, or nothing of it."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from exchange.interchange import export
from exchange.interchange.exports import ocf
from exchange.kernel.transactions import one_snapshot
from exchange.offers.models import Offer
from exchange.offers.reads import load
from exchange.settlement.actions.accept import accept_tenders
from tests.support.races import Pause, meanwhile
from tests.support.world import EXPIRES_AT, an_offer, election, holders_with_grants, paper, record, value

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offer():
    made = an_offer()
    (ana,) = holders_with_grants(1)
    at = EXPIRES_AT - timedelta(days=3)
    record(made, [paper(election(ana), "F1", at)], at)
    return made


def isolation():
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        return cursor.fetchone()[0]


def made_across_an_acceptance(offer, monkeypatch):
    """The results, begun before the acceptance; their forms are asked for once it is committed."""
    pause = Pause(moment=30)

    def accepting():
        at = EXPIRES_AT + timedelta(hours=16)
        value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor="a test", at=at))

    monkeypatch.setattr(export, "_forms", pause.before(export._forms))
    found, _accepted = meanwhile(pause, lambda: export.results(offer), accepting)
    assert pause.was_overtaken
    return found


def test_without_a_snapshot_they_disagree_with_themselves(offer, monkeypatch):
    monkeypatch.setattr(export, "one_snapshot", nullcontext)
    torn = made_across_an_acceptance(offer, monkeypatch)
    assert torn["cancelled"] == {"E1-1": 1200}
    assert torn["earliest_grant_date"] is None


def test_with_one_they_are_from_before_it(offer, monkeypatch):
    whole = made_across_an_acceptance(offer, monkeypatch)
    assert whole["cancelled"] == {}
    assert whole["earliest_grant_date"] is None
    assert [form["form_id"] for form in whole["forms"]] == ["F1"]
    assert export.results(offer)["cancelled"] == {"E1-1": 1200}


def test_the_open_cap_table_package_is_read_in_one_too(offer, monkeypatch):
    levels = []

    def loaded(which):
        levels.append(isolation())
        return load(which)

    monkeypatch.setattr(ocf, "load", loaded)
    assert ocf.as_ocf(offer, EXPIRES_AT)
    assert levels == ["repeatable read"]


def test_nothing_is_written_in_one(offer):
    with pytest.raises(DatabaseError, match="read-only"), one_snapshot():
        Offer.objects.filter(pk=offer.pk).update(code="OTHER")
    assert Offer.objects.get(pk=offer.pk).code == offer.code
    assert isolation() == "read committed"
