"""Amending an offer: what may change, who says what kind of change it is, what the clock allows, once."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from exchange.audit.actions import append
from exchange.audit.models import AuditEvent
from exchange.documents.models import Paper
from exchange.elections.actions import submit_form
from exchange.elections.models import Form
from exchange.elections.reads import forms_of, judged_of
from exchange.kernel import clock
from exchange.kernel.results import Done, Refused
from exchange.notices.models import Message, State
from exchange.offers.actions import DocumentFile
from exchange.offers.ledger import faults
from exchange.offers.models import Amendment, OfferVersion
from exchange.offers.reads import chain_of, load, timeline_of
from exchange.people.models import Holder
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.models import NotAccepted
from tests.support.raw import insert_copy
from tests.support.world import (
    ACTOR,
    EXPIRES_AT,
    a_grant,
    a_holder,
    a_live_offer,
    amend,
    an_offer,
    consent,
    election,
    extend,
    holders_with_grants,
    paper,
    record,
    submit,
    value,
)

pytestmark = pytest.mark.django_db
DAY, MICRO = timedelta(days=1), timedelta(microseconds=1)
EARLY = EXPIRES_AT - 20 * DAY
LATE = EXPIRES_AT - 2 * DAY
RATIO = {"ratio": [{"from": "10.00", "old": "1", "new": "1.5"}]}


@pytest.fixture
def offer():
    return an_offer()


def refused(result):
    assert isinstance(result, Refused), result
    return [reason.code for reason in result.reasons]


def amended(offer, at, **change):
    return amend(offer, at, **{"overrides": [], **change})


def html(text):
    return DocumentFile("offer_to_exchange", "Offer to Exchange", "text/html", text.encode())


# What changes, and what kind of change that is


@pytest.mark.parametrize(
    ("change", "derived"),
    [
        ({"new_award": RATIO}, "consideration"),
        ({"new_award": {"vesting": {"at_grant": "1/4", "each_month": "1/48"}}}, "consideration"),
        ({"new_award": {"wait": {"months": 7}}}, "consideration"),
        ({"new_award": {"term_years": 9}}, "consideration"),
        ({"eligibility": {"minimum_exercise_price": "12.00"}}, "amount"),
        ({"eligibility": {"residence_countries": ["CA", "US"]}}, "amount"),
        ({"eligibility": {"roles": ["consultant", "employee"]}}, "amount"),
        ({"deadlines": {"confirm_within_business_days": 2, "promise_within_business_days": 5}}, "material"),
        ({"new_award": RATIO, "eligibility": {"minimum_exercise_price": "12.00"}}, "consideration"),
    ],
)
def test_the_difference_of_terms_says_what_kind_of_change_it_is(offer, change, derived):
    done = value(amended(offer, EARLY, **change))
    assert (done.amendment.classification, done.amendment.derived) == (derived, derived)


def test_a_title_or_a_document_says_nothing_by_itself_and_counsel_must(offer):
    for change in ({"offer_terms": {"title": "Another title"}}, {"documents": [html("<p>new</p>")]}):
        assert refused(amended(offer, EARLY, **change)) == ["amendment_not_classified"]
    done = value(amended(offer, EARLY, offer_terms={"title": "Another title"}, classification="immaterial"))
    assert done.amendment.derived == ""
    assert done.amendment.classification == "immaterial"


def test_a_change_is_never_called_weaker_than_its_terms_say_without_counsels_reason(offer):
    change = {"new_award": RATIO, "classification": "immaterial"}
    assert refused(amended(offer, EARLY, **change)) == ["amendment_classified_weaker"]
    assert refused(amended(offer, EARLY, **{**change, "classification": "amount"})) == ["amendment_classified_weaker"]
    done = value(amended(offer, EARLY, **change, overrides=None))
    assert done.amendment.classification == "immaterial"
    assert json.loads(done.amendment.step.overrides) == [
        {"rule": "classified_no_weaker_than_derived", "reason": "a test"}
    ]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"code": "OTHER"}, "offer.code"),
        ({"commences_at": "2003-06-26T13:00:00+00:00"}, "offer.commences_at"),
        ({"time_zone": "America/New_York"}, "offer.time_zone"),
        ({"replay": False}, "offer.replay"),
        ({"dated": "2003-06-30"}, "offer.dated"),
    ],
)
def test_what_makes_it_this_offer_is_refused_by_name(offer, change, key):
    result = amended(offer, EARLY, offer_terms=change, new_award=RATIO)
    assert [r.params["key"] for r in result.reasons if r.code == "amendment_changes_identity"] == [key]
    assert offer.versions.count() == 1


def test_nothing_changed_is_no_amendment(offer):
    assert refused(amended(offer, EARLY, classification="immaterial")) == ["amendment_changes_nothing"]
    assert refused(amended(offer, EARLY, classification="immaterial", to=EXPIRES_AT + timedelta(hours=1))) == [
        "amendment_changes_nothing"
    ]


# The clock


def test_ten_business_days_are_left_or_it_is_refused_with_what_is_proposed(offer):
    result = amended(offer, LATE, new_award=RATIO)
    assert refused(result) == ["amended_too_late"]
    assert result.reasons[0].params["proposed"] == datetime(2003, 8, 6, 0, tzinfo=UTC)
    to = result.reasons[0].params["proposed"]
    assert refused(amended(offer, LATE, new_award=RATIO, to=to - DAY)) == ["open_too_long", "amended_too_late"]
    assert timeline_of(offer).expires_at == EXPIRES_AT


def test_the_expiration_moves_by_what_is_stated_or_by_the_terms_and_not_by_an_old_copy(offer):
    at = EARLY
    to = EXPIRES_AT + timedelta(hours=3)
    value(amended(offer, at, new_award=RATIO, to=to))
    assert timeline_of(offer).expires_at == to
    # The file still states the first expiration: that is an old copy, no wish.
    value(amended(offer, at, new_award={"term_years": 9}))
    assert timeline_of(offer).expires_at == to
    later = to + timedelta(hours=1)
    value(amended(offer, at, new_award={"term_years": 8}, offer_terms={"expires_at": later.isoformat()}))
    assert timeline_of(offer).expires_at == later
    stated = {"expires_at": (later + DAY).isoformat()}
    result = amended(offer, at, new_award={"term_years": 7}, offer_terms=stated, to=later + 2 * DAY)
    assert "expirations_differ" in refused(result)


def test_an_expiration_never_moves_to_an_earlier_instant(offer):
    result = amended(offer, EARLY, new_award=RATIO, offer_terms={"expires_at": (EXPIRES_AT - DAY).isoformat()})
    assert refused(result) == ["extension_not_later"]


def test_an_amendment_after_the_expiration_revives_the_offer_or_is_refused(offer):
    (holder,) = holders_with_grants(1)
    record(offer, [paper(election(holder), "F1", EXPIRES_AT + timedelta(minutes=5))], EXPIRES_AT + timedelta(hours=1))
    at = EXPIRES_AT + timedelta(hours=2)
    text = {"documents": [html("<p>x</p>")], "classification": "immaterial"}
    assert refused(amended(offer, at, **text)) == ["amendment_of_expired"]
    assert judged_of(Form.objects.get().judgements.latest("number")).defects == ("late",)
    value(amended(offer, at, **text, to=EXPIRES_AT + timedelta(hours=3)))
    assert judged_of(Form.objects.get().judgements.latest("number")).status == "effective"
    again = {**text, "documents": [html("<p>y</p>")]}
    assert refused(amended(offer, EXPIRES_AT + 9 * DAY, **again, to=EXPIRES_AT + 20 * DAY)) == [
        "extension_announced_late",
        "open_too_long",
    ]


def test_a_draft_and_an_accepted_offer_are_not_amended(offer):
    value(accept_tenders(code="TEST", attested=True, leave_undecided=True, actor=ACTOR, at=EXPIRES_AT))
    assert refused(amended(offer, EXPIRES_AT + DAY, new_award=RATIO)) == ["offer_not_open"]


def test_an_instant_before_what_was_done_already_is_refused(offer):
    extend(offer, EXPIRES_AT + timedelta(hours=1), LATE)
    assert refused(amended(offer, EARLY, new_award=RATIO)) == ["before_latest_action"]


# Once


def test_repeated_it_has_no_second_effect(offer):
    holders_with_grants(2)
    change = {"new_award": RATIO, "documents": [html("<p>x</p>")]}
    value(amended(offer, EARLY, **change))
    before = (AuditEvent.objects.count(), Message.objects.count(), OfferVersion.objects.count())
    again = amended(offer, EARLY + DAY, **change)
    assert isinstance(again, Done)
    assert [remark.code for remark in again.remarks] == ["nothing_to_do"]
    assert (AuditEvent.objects.count(), Message.objects.count(), OfferVersion.objects.count()) == before


def test_a_dry_run_answers_everything_and_leaves_nothing(offer):
    holders_with_grants(2)
    before = (AuditEvent.objects.count(), Message.objects.count(), OfferVersion.objects.count())
    done = value(amended(offer, EARLY, new_award=RATIO, dry_run=True))
    assert done.told == 2
    assert (AuditEvent.objects.count(), Message.objects.count(), OfferVersion.objects.count()) == before


def test_the_record_of_an_amendment_holds_together(offer):
    value(amended(offer, EARLY, new_award=RATIO, documents=[html("<p>x</p>")]))
    assert list(faults()) == []
    assert load(offer).amended_on == [date(2003, 7, 4)]
    event = AuditEvent.objects.get(kind="offer.amended")
    assert json.loads(event.payload)["classification"] == "consideration"


def test_a_form_that_we_had_before_the_notice_stands_though_it_was_taken_in_after_it(db):
    """Received whole before the amendment, it waited while that took the lock (domain §4: received is then)."""
    live = a_live_offer()
    ana, bo = holders_with_grants(2)
    for holder in (ana, bo):
        consent(live, holder, clock.now())
    at = value(amend(live, None, offer_terms={"title": "Another title"}, classification="immaterial")).at
    before = submit(live, ana, election(ana, version=1), at - MICRO)
    assert before.judged.status == "effective"
    assert before.form.content()["offer_version"] == 1
    at_notice = submit_form(code=live.code, holder=bo, submission=election(bo, version=1), actor=ACTOR, at=at)
    assert refused(at_notice) == ["offer_amended"]


def test_a_version_made_past_an_amendment_is_found(offer):
    first = offer.versions.get()
    rogue = OfferVersion(offer=offer, number=2, terms=first.terms, terms_digest=first.terms_digest, created_at=EARLY)
    with transaction.atomic():
        append(chain=chain_of(offer), kind="offer.loaded", actor=ACTOR, at=EARLY, payload={}, rows=[rogue])
    assert list(faults()) == ["offer TEST: a version came after its opening without an amendment"]


def test_the_database_refuses_a_second_amendment_of_a_version_and_a_kind_of_change_that_is_none(offer):
    amendment = value(amended(offer, EARLY, new_award=RATIO)).amendment
    other = value(amended(offer, EARLY, new_award={"term_years": 9})).amendment
    for changes in ({"step": other.step}, {"classification": "trifling"}, {"summary": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_copy(Amendment.objects.get(pk=amendment.pk), **changes)


# Forms


def test_a_form_signed_before_stands_and_is_not_judged_again(offer):
    (holder,) = holders_with_grants(1)
    form = submit(offer, holder, election(holder), EARLY).form
    value(
        amended(
            offer,
            EARLY + DAY,
            eligibility={"minimum_exercise_price": "30.00"},
            new_award={"ratio": [{"from": "30.00", "old": "1", "new": "1"}]},
        )
    )
    assert form.judgements.count() == 1
    assert forms_of(offer, holder).tendered == ["E1-1"]
    # Whether it is still eligible is asked at acceptance, by the terms as they are then.
    value(accept_tenders(code="TEST", attested=True, leave_undecided=True, actor=ACTOR, at=EXPIRES_AT))
    assert NotAccepted.objects.get().reason == "option_not_eligible"


@pytest.mark.parametrize("recorded", [EARLY + timedelta(hours=1), EARLY + 2 * DAY])
def test_a_paper_form_is_judged_by_the_terms_of_its_receipt_whenever_it_is_recorded(offer, recorded):
    holder = a_holder("E1")
    a_grant(holder, "E1-1", exercise_price=Decimal("11.25"))
    form = paper(election(holder), "F1", EARLY)
    if recorded < EARLY + DAY:
        record(offer, [form], recorded)
    value(amended(offer, EARLY + DAY, eligibility={"minimum_exercise_price": "12.00"}))
    if recorded > EARLY + DAY:
        record(offer, [form], recorded)
    found = Form.objects.get()
    assert judged_of(found.judgements.get()).tendered == ["E1-1"]
    assert found.content()["offer_version"] == 1


@pytest.mark.parametrize(("gap", "lines"), [(timedelta(microseconds=-1), "tendered"), (timedelta(), "defective")])
def test_new_terms_reach_forms_from_the_instant_of_the_notice(offer, gap, lines):
    holder = a_holder("E1")
    a_grant(holder, "E1-1", exercise_price=Decimal("11.25"))
    value(amended(offer, EARLY, eligibility={"minimum_exercise_price": "12.00"}))
    record(offer, [paper(election(holder), "F1", EARLY + gap)], EARLY + DAY)
    (line,) = judged_of(Form.objects.get().judgements.get()).lines
    assert line.status == lines


# Letters


def test_everyone_it_concerns_is_told_the_one_it_reaches_no_more_among_them(offer):
    stays, goes = a_holder("E1"), a_holder("E2")
    a_grant(stays, "E1-1")
    a_grant(goes, "E2-1", exercise_price=Decimal("11.25"))
    left = a_holder("E3")
    a_grant(left, "E3-1")
    submit(offer, left, election(left), EARLY)
    Holder.objects.filter(pk=left.pk).update(role="consultant")
    words = "Options below $12.00 are left out.\nRead Section 2 again."
    done = value(amended(offer, EARLY + DAY, eligibility={"minimum_exercise_price": "12.00"}, change=words))
    told = {message.owner_key: message for message in Message.objects.filter(kind="offer_amended")}
    assert set(told) == {"holder:E1", "holder:E2", "holder:E3"}
    assert done.told == 3
    text = told["holder:E1"].text
    assert "Options below $12.00 are left out." in text
    assert "Lowest exercise price. Before: $5.00. Now: $12.00" in text
    assert "The deadline is unchanged" in text
    assert "24 July 2003, 5:00 p.m. Pacific Time" in text
    assert "reaches none of your options" in told["holder:E2"].text
    assert "What you signed stands" in told["holder:E3"].text


def test_letters_that_name_the_old_deadline_are_called_back_and_made_again(offer):
    (holder,) = holders_with_grants(1)
    submit(offer, holder, election(holder), EARLY)
    to = EXPIRES_AT + timedelta(hours=3)
    value(amended(offer, EARLY + DAY, new_award=RATIO, to=to))
    waiting = Message.objects.filter(state=State.QUEUED, names_deadline__isnull=False)
    assert set(waiting.values_list("names_deadline", flat=True)) == {to}
    assert set(waiting.values_list("kind", flat=True)) == {"election_received", "offer_amended"}
    assert "The offer was to expire" in waiting.get(kind="offer_amended").text
    assert "options for about 1,200 shares" in waiting.get(kind="offer_amended").text


def test_an_extension_of_the_same_instant_came_before_and_the_letter_says_the_deadline_is_unchanged(offer):
    holders_with_grants(1)
    extend(offer, EXPIRES_AT + timedelta(hours=3), EARLY)
    value(amended(offer, EARLY, new_award=RATIO))
    text = Message.objects.get(kind="offer_amended").text
    assert "The deadline is unchanged" in text
    assert "It was to expire" not in text


def test_a_cover_letter_that_had_not_gone_out_when_the_offer_is_extended_is_made_again(offer):
    holders_with_grants(1)
    value(amended(offer, EARLY, new_award=RATIO))
    to = EXPIRES_AT + timedelta(hours=3)
    extend(offer, to, EARLY + DAY)
    again = Message.objects.get(kind="offer_amended", state=State.QUEUED)
    assert again.names_deadline == to
    assert "It now expires" in again.text
    assert Message.objects.filter(kind="offer_amended", state=State.CANCELLED).count() == 1


# Marked copies


def test_a_changed_document_has_a_copy_that_shows_the_changes(offer):
    value(amended(offer, EARLY, documents=[html("<p>One new option for each.</p>")], classification="immaterial"))
    value(amended(offer, EARLY, documents=[html("<p>No new option for each.</p>")], classification="immaterial"))
    new, marked = load(offer).version.documents.order_by("position")
    assert (new.kind, marked.kind) == ("offer_to_exchange", "marked_copy")
    assert marked.title == "Offer to Exchange, changes marked"
    assert "<del>[removed: One]</del> <ins>[added: No]</ins>" in bytes(marked.body).decode()


def test_a_changed_pdf_needs_counsels_marked_copy(offer):
    first = DocumentFile("offer_to_exchange", "Offer to Exchange", "application/pdf", b"%PDF-1 one")
    assert refused(amended(offer, EARLY, documents=[first], classification="immaterial")) == ["marked_copy_missing"]
    by_counsel = DocumentFile("marked_copy", "Offer to Exchange", "application/pdf", b"%PDF-1 marked")
    value(amended(offer, EARLY, documents=[first, by_counsel], classification="immaterial"))
    assert [row.kind for row in load(offer).version.documents.all()] == ["offer_to_exchange", "marked_copy"]


def test_new_papers_bear_the_dates_of_the_amendments(offer):
    (holder,) = holders_with_grants(1)
    value(amended(offer, EARLY, new_award=RATIO))
    form = submit(offer, holder, election(holder), EARLY + DAY).form
    paper_row = Paper.objects.get(subject_key=f"form:TEST:{form.number}")
    snapshot = json.loads(paper_row.snapshot)
    assert snapshot["offer"]["amended_on"] == ["2003-07-04"]
    assert snapshot["offer"]["version"] == 2
