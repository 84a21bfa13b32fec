"""Between promise and grant the desk sees who left, changed role, moved or came back, and what that means (§6, §7)."""

from datetime import date

import pytest
from django.db import transaction

from exchange.audit.actions import append
from exchange.grants.models import Plan, PoolEntry
from exchange.kernel import clock
from exchange.offers.models import Offer
from exchange.offers.reads import load
from exchange.settlement.models import Promise
from exchange.settlement.pool import Tie, tie_out
from exchange.settlement.reads import acceptance_of
from exchange.settlement.watch import Means, Watched, watching
from tests.support.company import Company

pytestmark = pytest.mark.django_db
TODAY = date(2003, 9, 1)
EARLIEST = date(2004, 1, 26)


@pytest.fixture
def promised(company: Company) -> Company:
    """Ana, Ben, Cem and Dora have tendered, and hold promises."""
    for number, holder in (("B1", "ben"), ("C1", "cem"), ("D1", "dora")):
        company.person(holder)
        company.grant(number, holder)
    company.open()
    options = {"ana": ("A1", "A2"), "ben": ("B1",), "cem": ("C1",), "dora": ("D1",)}
    forms = [company.election(f"F-{who}", who, "2003-07-08T10:20:00-07:00", *held) for who, held in options.items()]
    company.record(*forms)
    company.accept()
    company.promise()
    return company


def seen(today=TODAY):
    offer = Offer.objects.get()
    acceptance = acceptance_of(offer)
    assert acceptance is not None
    return watching(load(offer), acceptance, today)


def facts(today=TODAY):
    return [(one.promise.holder.employee_number, one.kind, one.on, one.means) for one in seen(today).found]


def test_nothing_is_watched_while_nothing_happens(promised):
    found = seen()
    assert found.found == []
    assert (found.on, found.promises) == (EARLIEST, 4)
    assert found.shares == sum(Promise.objects.values_list("shares", flat=True))


def test_one_who_leaves_by_the_grant_date_lapses_and_one_who_leaves_after_it_does_not(promised):
    promised.event("ana", "2004-01-26", "terminated")
    promised.event("ben", "2004-01-27", "terminated")
    assert facts() == [("ana", Watched.LEFT, date(2004, 1, 26), Means.LAPSES)]
    assert seen().lapsing() == (1, Promise.objects.get(holder__employee_number="ana").shares)
    assert [who for who, *_rest in facts(date(2004, 1, 27))] == ["ben", "ana"]


def test_a_new_role_lapses_or_keeps_the_promise(promised):
    promised.event("ana", "2003-10-01", "role", "consultant")
    promised.event("ben", "2003-10-02", "role", "executive_officer")
    assert facts() == [
        ("ben", Watched.EXECUTIVE, date(2003, 10, 2), Means.GRANTS),
        ("ana", Watched.ROLE, date(2003, 10, 1), Means.LAPSES),
    ]


def test_a_gap_and_a_move_abroad_grant_and_go_before_counsel(promised):
    promised.event("ana", "2003-10-01", "terminated")
    promised.event("ana", "2003-11-01", "rehired")
    promised.event("ben", "2003-10-02", "residence_country", "FR")
    assert facts() == [
        ("ana", Watched.REHIRED, date(2003, 11, 1), Means.COUNSEL),
        ("ben", Watched.MOVED, date(2003, 10, 2), Means.COUNSEL),
    ]
    assert [one.detail for one in seen().found] == ["2003-10-01", "FR"]


def test_another_grant_made_too_early_is_seen_with_its_number(promised):
    promised.grant("X1", "cem", grant_date="2003-12-01")
    (found,) = seen().found
    assert (found.kind, found.detail, found.on) == (Watched.OTHER_GRANT, "X1", date(2003, 12, 1))
    assert found.known_at is not None


def test_since_when_a_fact_is_known_stays_when_the_file_comes_again(promised):
    promised.event("ana", "2003-10-01", "terminated")
    first = seen().found[0].known_at
    assert first is not None
    promised.event("ana", "2003-10-01", "role", "employee")
    assert seen().found[0].known_at == first


def test_what_is_granted_or_lapsed_is_watched_no_more(promised):
    promised.event("ana", "2003-10-01", "terminated")
    promised.grants_new()
    found = seen(EARLIEST)
    assert (found.found, found.promises, found.shares) == ([], 0, 0)


def tied(today=EARLIEST):
    offer = Offer.objects.get()
    acceptance = acceptance_of(offer)
    assert acceptance is not None
    return tie_out(load(offer), acceptance, today)


def test_the_pool_agrees_to_the_share_at_every_step(promised):
    Plan.objects.update(shares_available=10_000)
    assert tied().agrees
    promised.event("ana", "2003-10-01", "terminated")
    promised.action("2003-11-03", "1", "10")
    assert tied(date(2003, 11, 2)).open_now == 10 * tied(date(2003, 11, 3)).open_now
    promised.grants_new()
    found = tied()
    assert found.agrees
    assert (found.open.count, found.lapsed.count, found.granted.count) == (0, 2, 3)
    assert found.granted.shares < found.granted_as_promised
    (award,) = [one for one in found.plans if one.returned]
    assert award.returned == found.cancelled.shares
    assert award.granted == found.granted.shares
    assert award.remaining == 10_000 + award.returned - award.granted


def test_a_figure_that_does_not_agree_is_named(promised):
    promised.grants_new()
    assert {check.tie for check in tied().checks} == set(Tie)
    plan = Plan.objects.get(code=load(Offer.objects.get()).terms.award_plan)
    entry = PoolEntry(plan=plan, shares=-1, on=EARLIEST, source=f"offer:{promised.code}:granted:9")
    with transaction.atomic():
        append(chain="a test", kind="a.test", actor="a test", at=clock.now(), payload={}, rows=[entry])
    found = tied()
    assert not found.agrees
    assert [check.tie for check in found.checks if not check.agrees] == [Tie.POOL]
