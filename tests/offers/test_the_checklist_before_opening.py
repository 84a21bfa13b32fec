"""The checklist: what it finds, what blocks, what counsel may accept, and that the desk cannot open past it."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.cli.demo import cast
from exchange.grants.models import Plan
from exchange.kernel import clock, database_clock
from exchange.kernel.results import Refused
from exchange.offers.accepting import accept_findings
from exchange.offers.actions import load_offer, open_offer
from exchange.offers.findings import is_placeholder
from exchange.offers.models import FindingAcceptance
from exchange.offers.preflight import CHECKS, Level, preflight
from exchange.offers.reads import load
from exchange.staff import checklist
from tests.staff.conftest import an_account
from tests.support.world import ACTOR, OVERRIDES, PLAN, ZONE, a_grant, a_holder, make_ready, value

pytestmark = pytest.mark.django_db
CODE = "DRAFT"


def a_draft(**changed):
    now = clock.now().replace(microsecond=0)
    plain = cast.terms(CODE, now.isoformat(), (now + timedelta(days=29)).isoformat(), ZONE, is_replay=False)
    for path, table in changed.items():
        plain[path] = plain[path] | table
    return value(load_offer(plain=plain, actor=ACTOR, at=now))[0].offer


@pytest.fixture
def offer():
    return a_draft()


@pytest.fixture
def ana():
    """An eligible holder with an eligible option, at an address that letters reach."""
    holder = a_holder("E1", legal_name="Ana Lopes", email="ana.lopes@larkfield.co")
    a_grant(holder, "E1-1")
    return holder


def check(offer, code):
    (found,) = preflight(load(offer), clock.now(), only=code)
    return found


def keys(offer, code):
    return [finding.key for finding in check(offer, code).findings]


def accept(offer, code, reason="Counsel knows of it.", shown=None):
    return accept_findings(
        code=CODE,
        check=code,
        shown=check(offer, code).digest if shown is None else shown,
        reason=reason,
        actor="staff:ruth",
        at=clock.now(),
    )


def test_every_check_has_words_and_a_sentence(offer):
    assert set(CHECKS) == set(checklist.TITLE) == set(checklist.TO_DO)
    for found in preflight(load(offer), clock.now()):
        assert checklist.found_text(found, ZONE)


def test_one_name_on_two_records_is_found_however_it_is_written(offer, ana):
    assert check(offer, "duplicate_people").level is Level.DONE
    a_holder("E2", legal_name="  ANA   Lopes ", email="a@larkfield.co")
    found = check(offer, "duplicate_people")
    assert found.level is Level.BLOCKS
    (finding,) = found.findings
    assert [subject.key for subject in finding.subjects] == [str(ana.pk), str(ana.pk + 1)]


def test_one_address_of_two_people_is_found(offer, ana):
    a_holder("E2", legal_name="Ben", email="ANA.Lopes@larkfield.co ")
    assert len(check(offer, "duplicate_addresses").findings) == 1
    a_holder("E3", legal_name="Cy", email="")
    a_holder("E4", legal_name="Di", email="")
    assert len(check(offer, "duplicate_addresses").findings) == 1


@pytest.mark.parametrize(
    "address", ["", " ", "noname@larkfield.co", "ana@example.com", "ana@mail.example.org", "a@b.invalid", "no-address"]
)
def test_an_address_that_stands_for_none_is_a_placeholder(address):
    assert is_placeholder(address)


@pytest.mark.parametrize("address", ["ana@larkfield.co", "test.user@larkfield.co", "a@examples.com", "x@latest"])
def test_an_address_that_may_be_real_is_none(address):
    assert not is_placeholder(address)


def test_someone_without_an_option_wants_attention_and_blocks_nothing(offer, ana):
    a_holder("E2", legal_name="Ben", email="ben@larkfield.co")
    found = check(offer, "people_without_options")
    assert found.level is Level.ATTENTION
    assert len(found.findings) == 1


def test_an_iso_and_an_nso_of_one_day_look_like_a_pair(offer, ana):
    a_grant(ana, "E1-2", option_type="ISO")
    (finding,) = check(offer, "unpaired_halves").findings
    assert finding.key == "unpaired:E1-1,E1-2"
    a_grant(ana, "E1-3", option_type="ISO", grant_date=date(2001, 3, 6))
    assert len(check(offer, "unpaired_halves").findings) == 1


def test_a_named_pair_and_one_with_nothing_outstanding_look_like_none(offer, ana):
    a_grant(ana, "P1", option_type="ISO", grant_date=date(2002, 1, 7), split_pair="P")
    a_grant(ana, "P2", option_type="NSO", grant_date=date(2002, 1, 7), split_pair="P")
    a_grant(ana, "E1-9", option_type="ISO", shares_exercised=1200)
    assert check(offer, "unpaired_halves").level is Level.DONE
    a_grant(ana, "Q1", option_type="ISO", grant_date=date(2002, 1, 8), split_pair="Q")
    a_grant(ana, "Q2", option_type="ISO", grant_date=date(2002, 1, 8), split_pair="Q")
    assert keys(offer, "unpaired_halves") == ["same_kind:Q1,Q2"]


def test_where_pairs_may_part_nothing_is_said_of_them(ana):
    offer = a_draft(eligibility={"keep_split_pairs": False})
    a_grant(ana, "E1-2", option_type="ISO")
    assert check(offer, "unpaired_halves").level is Level.DONE


def test_what_comes_back_pays_for_what_is_granted_share_for_share(offer, ana):
    Plan.objects.update(shares_available=0)
    assert check(offer, "share_pool").level is Level.DONE


@pytest.mark.parametrize(("available", "level"), [(2400, Level.DONE), (2399, Level.BLOCKS), (None, Level.BLOCKS)])
def test_a_pool_must_hold_what_the_ratio_adds_to_the_share(ana, available, level):
    offer = a_draft(new_award={"ratio": [{"from": "2.00", "old": "1", "new": "3"}]})
    plan = load(offer).terms.award_plan
    Plan.objects.filter(code=plan).update(shares_available=available)
    found = check(offer, "share_pool")
    assert found.params["wanted"] == 2400
    assert found.level is level
    if available == 2399:
        assert isinstance(accept(offer, "share_pool"), Refused)
    if available is None:
        value(accept(offer, "share_pool"))
        assert check(offer, "share_pool").level is Level.ACCEPTED


def test_options_that_shrink_do_not_pay_for_those_that_grow(ana):
    """The worst case: only those are tendered that need more than they return."""
    a_grant(ana, "E1-2", exercise_price=Decimal("60.00"), shares_granted=50_000)
    tiers = [{"from": "2.00", "to": "50.00", "old": "1", "new": "2"}, {"from": "50.01", "old": "2", "new": "1"}]
    offer = a_draft(new_award={"ratio": tiers})
    assert check(offer, "share_pool").params["wanted"] == 1200


def test_a_contact_that_leads_nowhere_is_found():
    contact = {"purpose": "questions", "name": "Susan Cayley"}
    offer = a_draft(company={"contacts": [contact]})
    found = keys(offer, "contacts")
    assert "contacts:questions" in found
    assert "contacts:fax" in found


def test_clocks_that_differ_block_from_one_second_on(offer, monkeypatch):
    for apart, level in (
        (timedelta(milliseconds=100), Level.DONE),
        (timedelta(milliseconds=100, microseconds=1), Level.ATTENTION),
        (timedelta(seconds=-1), Level.ATTENTION),
        (timedelta(seconds=1, microseconds=1), Level.BLOCKS),
    ):
        monkeypatch.setattr(database_clock, "difference", lambda apart=apart: apart)
        assert check(offer, "clocks").level is level


def test_an_offer_that_reaches_nobody_is_not_opened(offer):
    assert check(offer, "nobody_reached").level is Level.BLOCKS
    a_grant(a_holder("E1"), "E1-1")
    assert check(offer, "nobody_reached").level is Level.DONE


# Accepting


def test_counsel_accepts_with_a_reason_and_what_is_found_later_blocks_again(offer, ana):
    a_holder("E2", legal_name="Ana Lopes", email="other@larkfield.co")
    assert isinstance(accept(offer, "duplicate_people", reason=" "), Refused)
    assert isinstance(accept(offer, "duplicate_people", shown="what was read earlier"), Refused)
    value(accept(offer, "duplicate_people", reason="Two people of one name."))
    assert check(offer, "duplicate_people").level is Level.ACCEPTED
    assert "lopes" not in FindingAcceptance.objects.get().found_keys
    a_holder("E3", legal_name="Ana Lopes", email="third@larkfield.co")
    found = check(offer, "duplicate_people")
    assert found.level is Level.BLOCKS
    assert len(found.open_findings) == 1


def test_what_always_blocks_nobody_accepts(offer):
    for code in ("nobody_reached", "documents_approved", "letters_approved"):
        assert isinstance(accept(offer, code), Refused)
    assert not FindingAcceptance.objects.exists()


def test_an_acceptance_is_kept_as_it_was_made(offer, ana):
    a_holder("E2", legal_name="Ana Lopes", email="other@larkfield.co")
    value(accept(offer, "duplicate_people"))
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE offers_findingacceptance SET reason = 'another'")


# Opening


def test_a_command_opens_and_reports_what_was_found(offer, ana):
    result = open_offer(code=CODE, actor=ACTOR, at=clock.now(), overrides=OVERRIDES)
    value(result)
    assert {remark.code for remark in result.remarks} >= {"preflight_documents_approved", "preflight_letters_approved"}


def test_the_desk_does_not_open_past_what_blocks(offer, ana):
    at = clock.now()
    result = open_offer(code=CODE, actor=ACTOR, at=at, is_held_to_checklist=True)
    assert isinstance(result, Refused)
    assert "preflight_letters_approved" in {reason.code for reason in result.reasons}
    a_holder("E2", legal_name="Ana Lopes", email="other@larkfield.co")
    make_ready(CODE)
    value(open_offer(code=CODE, actor=ACTOR, at=clock.now(), overrides=OVERRIDES, is_held_to_checklist=True))
    kept = json.loads(AuditEvent.objects.get(kind="offer.opened").payload)["checklist"]
    assert kept["duplicate_people"]["level"] == "accepted"
    assert kept["duplicate_people"]["accepted"][0]["reason"] == "A test."
    assert kept["duplicate_people"]["accepted"][0]["by"] == "staff:ruth"
    assert isinstance(accept(offer, "duplicate_people"), Refused)


# On the desk


def signed_in(client, who):
    client.force_login(an_account(who))
    return client


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_page_says_how_each_check_stands_and_leads_to_the_rows(client, offer, ana):
    a_holder("E2", legal_name="Ana Lopes", email="other@larkfield.co")
    signed_in(client, "hr")
    said = text_of(client.get(reverse("staff:preflight", args=[CODE])))
    assert "The offer cannot be opened yet" in said
    for title in checklist.TITLE.values():
        assert title in said
    page = client.get(reverse("staff:check", args=[CODE, "duplicate_people"])).content.decode()
    assert f'href="/staff/people/{ana.pk}/"' in page
    assert "Counsel can accept it on this page." in page
    refused = client.post(reverse("staff:check", args=[CODE, "duplicate_people"]), {"reason": "HR says so."})
    assert refused.status_code == 403


def test_counsel_does_not_accept_what_is_found_about_their_own_record(client, offer):
    a_holder("E1", legal_name="Ana Lopes", email="counsel@company.example")
    a_holder("E2", legal_name="Ana Lopes", email="other@larkfield.co")
    signed_in(client, "counsel")
    shown = check(offer, "duplicate_people").digest
    answer = client.post(
        reverse("staff:check", args=[CODE, "duplicate_people"]), {"shown": shown, "reason": "We are two."}
    )
    assert "Nobody decides for themselves" in answer.content.decode()
    assert not FindingAcceptance.objects.exists()


def test_the_page_asks_as_much_for_many_as_for_few(client, offer, django_assert_max_num_queries):
    signed_in(client, "hr")
    address = reverse("staff:preflight", args=[CODE])
    for number in range(3):
        a_grant(a_holder(f"A{number}", email="one@larkfield.co"), f"A{number}-1", plan=PLAN)
    with django_assert_max_num_queries(45):
        client.get(address)
    for number in range(40):
        a_grant(a_holder(f"B{number}", email="two@larkfield.co"), f"B{number}-1", plan=PLAN)
    with django_assert_max_num_queries(45):
        client.get(address)
    with django_assert_max_num_queries(30):
        client.get(reverse("staff:check", args=[CODE, "duplicate_addresses"]))
