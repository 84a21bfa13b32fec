"""With many people on file a step is tried out and carried out by the worker: its page answers at once, and waits."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of
from exchange.kernel import clock
from exchange.offers import attempts
from exchange.offers.models import Attempt, Proposal
from exchange.people.models import User
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.models import Acceptance, NewGrant, Promise
from exchange.staff import long_steps, paged, working
from exchange.staff.binding import BINDING
from exchange.staff.pages import GUARDED
from exchange.staff.standing import STEP
from tests.staff.conftest import as_shown
from tests.staff.test_amending_by_clicks import EARLY, KIND, MORE, TIERS, company, upload
from tests.staff.test_guarded_pages import AT_NINE, a_draft, an_expired_replay, text_of
from tests.staff.test_the_closing_price_by_two_people import GRANT, promised
from tests.support.life import ACCEPTED_AT
from tests.support.world import ACTOR, holders_with_grants, make_ready, value

pytestmark = pytest.mark.django_db
ATTESTED = {"attested": "on", **AT_NINE}
fixtures = (company, promised)


@pytest.fixture
def large(settings, monkeypatch):
    """Any offer is large; nothing is sent to the broker, as no transaction of a test is ever committed."""
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(long_steps, "MOST_IN_REQUEST", 0)


@pytest.fixture
def offer(large):
    return an_expired_replay()


def the_worker_works():
    """What waits is done, as by the task that each was sent to the queue with."""
    for pk in Attempt.objects.filter(state="asked").values_list("pk", flat=True):
        working.work(pk)


def send(client, address, data, step="preview", **more):
    """Fill a page; the address of the page that tells how far it is."""
    answer = client.post(address, {**data, "step": step, **more})
    assert answer.status_code == 302, text_of(answer)
    assert "/attempts/" in answer["Location"], answer["Location"]
    return answer["Location"]


def come_of(client, progress):
    """The worker does it, and the page that refreshes itself leads on."""
    the_worker_works()
    return client.get(progress, follow=True)


def preview(client, address, data):
    return come_of(client, send(client, address, data))


def confirm(client, address, code, shown, data):
    return send(client, address, data, "confirm", digest=as_shown(shown), confirmation=code)


def accept_page(offer):
    return reverse("staff:accept", args=[offer.code])


def proposed_by(client, offer):
    shown = preview(client, accept_page(offer), ATTESTED)
    done = come_of(client, confirm(client, accept_page(offer), offer.code, shown, ATTESTED))
    return done.redirect_chain[-1][0]


# The whole


def test_an_acceptance_from_filling_it_to_its_approval_each_page_at_once(hr, counsel, offer):
    progress = send(hr, accept_page(offer), ATTESTED)
    waiting = hr.get(progress)
    assert '<meta http-equiv="refresh" content="2">' in waiting.content.decode()
    assert "It waits for the worker" in text_of(waiting)
    assert "You may leave this page" in text_of(waiting)
    shown = come_of(hr, progress)
    assert "What will happen" in text_of(shown)
    assert not Acceptance.objects.exists()
    assert not Proposal.objects.exists()

    proposing = confirm(hr, accept_page(offer), offer.code, shown, ATTESTED)
    assert not Proposal.objects.exists()
    done = come_of(hr, proposing)
    assert "Proposed. Nothing is done until another person approves it" in text_of(done)
    address = done.redirect_chain[-1][0]
    assert address == reverse("staff:approval", args=[Proposal.objects.get().pk])

    assert "See what would happen now" in text_of(counsel.get(address))
    anew = preview(counsel, address, {})
    assert "Nothing moved since it was proposed" in text_of(anew)
    approving = confirm(counsel, address, offer.code, anew, {})
    assert not Acceptance.objects.exists()
    assert "At work: Accept the tenders" in text_of(hr.get(reverse("staff:index")))
    assert "Accepted: 2 options" in text_of(come_of(counsel, approving))
    event = AuditEvent.objects.get(kind="tenders.accepted")
    assert event.actor == "staff:counsel@company.example"
    assert "hr@company.example" in str(payload_of(event))
    assert Acceptance.objects.get().attested_by == "staff:hr@company.example"


def test_what_nothing_is_filled_in_for_opens_as_a_page_that_asks_whether_to_try_it_out(hr, counsel, offer):
    page = reverse("staff:statements", args=[offer.code])
    assert not Attempt.objects.exists()
    assert "See what will happen" in text_of(hr.get(page))
    assert not Attempt.objects.exists()


def test_what_takes_one_person_is_carried_out_once_they_confirm(hr, offer):
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    page, data = reverse("staff:promises", args=[offer.code]), {"at": "2003-07-28T10:00"}
    shown = preview(hr, page, data)
    progress = confirm(hr, page, offer.code, shown, data)
    assert "It waits for the worker" in text_of(hr.get(page, follow=True))  # opened anew meanwhile
    assert not Promise.objects.exists()
    done = come_of(hr, progress)
    assert "Issued: 2 promises for 2,400 shares." in text_of(done)
    assert AuditEvent.objects.get(kind="promises.issued").actor == "staff:hr@company.example"
    assert "Nothing is left to do" in text_of(preview(hr, page, data))


def test_the_preview_says_the_same_whoever_makes_it(hr, offer, settings):
    by_the_worker = preview(hr, accept_page(offer), ATTESTED)
    settings.CELERY_BROKER_URL = None
    here = hr.post(accept_page(offer), {**ATTESTED, "step": "preview"})
    assert text_of(by_the_worker) == text_of(here)
    assert as_shown(by_the_worker) == as_shown(here)
    assert "Every option that is taken and cancelled" in text_of(here)


def test_a_refusal_says_the_same_whoever_makes_it(hr, offer, settings):
    data = {**ATTESTED, "at": "2003-07-20T09:00"}
    by_the_worker = preview(hr, accept_page(offer), data)
    settings.CELERY_BROKER_URL = None
    here = hr.post(accept_page(offer), {**data, "step": "preview"})
    assert "This cannot be done" in text_of(here)
    assert text_of(by_the_worker) == text_of(here)


def test_an_amendment_keeps_its_files_until_it_is_proposed(hr, company, large):
    address = upload(hr, company, (TIERS, MORE))
    data = {**KIND, **EARLY}
    shown = preview(hr, address, data)
    assert "Version 2 of the terms" in text_of(shown)
    done = come_of(hr, confirm(hr, address, company.code, shown, data))
    assert "Proposed." in text_of(done)
    assert Proposal.objects.get().files.count() == 1
    assert "These files are gone" in text_of(hr.get(address, follow=True))


def test_a_clock_rule_is_overridden_by_counsel_as_ever(hr, counsel, large):
    offer, data = a_draft(days=12), {}
    holders_with_grants(1)
    make_ready(offer.code)
    page = reverse("staff:open", args=[offer.code])
    refused = preview(hr, page, data)
    assert "Counsel may override a clock rule" in text_of(refused)
    rule = re.search(r'name="override" value="([a-z_]+)"', refused.content.decode()).group(1)
    asked = {**data, "override": rule, "override_reason": "The notice was sent on paper."}
    shown = preview(hr, page, asked)
    assert "You ask counsel to override" in text_of(shown)
    address = come_of(hr, confirm(hr, page, offer.code, shown, asked)).redirect_chain[-1][0]
    assert "A clock rule stands against it now" in text_of(preview(counsel, address, {}))
    given = {"override": rule, "override_reason": "It was."}
    anew = preview(counsel, address, given)
    assert "You override" in text_of(anew)
    assert "is open" in text_of(come_of(counsel, confirm(counsel, address, offer.code, anew, given)))


def test_long_lists_come_in_pages_to_who_proposes_and_who_approves(hr, counsel, large, monkeypatch):
    monkeypatch.setattr(paged, "PER_TABLE", 2)
    offer = an_expired_replay(3)
    progress = send(hr, accept_page(offer), ATTESTED)
    the_worker_works()
    result = hr.get(progress)["Location"]
    address = proposed_by(hr, offer)
    for client, page in ((hr, result), (counsel, address)):
        first = client.get(page).content.decode()
        (name,) = set(re.findall(r"[?;](rows\d)=2", first))
        assert "Page 1 of 2" in first
        assert ("E1-1" in first, "E3-1" in first) == (True, False)
        assert ("<summary>Every option" in first) is (client is hr)  # the proposal keeps a short one open
        second = client.get(f"{page}{'&' if '?' in page else '?'}{name}=2")
        assert ("E1-1" in text_of(second), "E3-1" in text_of(second)) == (False, True)
        assert "<summary>Every option" not in second.content.decode()


# Which, and when


def test_few_people_are_done_in_the_request_and_more_by_the_worker(hr, offer, monkeypatch):
    monkeypatch.setattr(long_steps, "MOST_IN_REQUEST", 2)
    assert hr.post(accept_page(offer), {**ATTESTED, "step": "preview"}).status_code == 200
    monkeypatch.setattr(long_steps, "MOST_IN_REQUEST", 1)
    assert hr.post(accept_page(offer), {**ATTESTED, "step": "preview"}).status_code == 302


def test_without_a_broker_everything_is_done_in_the_request(hr, offer, settings):
    settings.CELERY_BROKER_URL = None
    assert hr.post(accept_page(offer), {**ATTESTED, "step": "preview"}).status_code == 200


def test_the_worker_can_make_the_page_of_every_long_step():
    long = {page.step.slug for page in GUARDED if page.is_long} | {"amend"}
    assert set(working.PAGES) == long
    assert long <= set(STEP) | {"remind-now"}
    not_long = set(BINDING) - long
    assert not_long == {"exclude", "lift-exclusion", "agreement-mistake"}  # each about one person, whatever the offer


# One press, two presses, two people


def test_a_press_twice_is_one_attempt_and_looking_again_asks_for_nothing(hr, offer):
    first = send(hr, accept_page(offer), ATTESTED)
    assert send(hr, accept_page(offer), ATTESTED) == first
    for _again in range(3):
        hr.get(first)
    assert Attempt.objects.count() == 1
    shown = come_of(hr, first)
    pressed = confirm(hr, accept_page(offer), offer.code, shown, ATTESTED)
    assert confirm(hr, accept_page(offer), offer.code, shown, ATTESTED) == pressed
    come_of(hr, pressed)
    # Back, and pressed once more: it is done, and says so again.
    assert confirm(hr, accept_page(offer), offer.code, shown, ATTESTED) == pressed
    assert "Proposed." in text_of(hr.get(pressed, follow=True))
    assert Proposal.objects.count() == 1


def test_trying_out_something_else_lets_go_of_what_was_tried_out_before(hr, offer):
    first = send(hr, accept_page(offer), ATTESTED)
    other = send(hr, accept_page(offer), {**ATTESTED, "at": "2003-07-25T10:00"})
    assert other != first
    assert sorted(Attempt.objects.values_list("state", flat=True)) == ["asked", "dropped"]
    assert hr.get(first)["Location"].startswith(accept_page(offer))


def test_of_two_who_approve_at_once_one_is_taken_and_the_other_is_told(hr, counsel, second, offer):
    address = proposed_by(hr, offer)
    shown, shown_too = preview(counsel, address, {}), preview(second, address, {})
    mine = confirm(counsel, address, offer.code, shown, {})
    assert confirm(second, address, offer.code, shown_too, {}) == mine
    said = text_of(second.get(mine))
    assert "Counsel pressed first. What you sent was not taken" in said
    assert second.get(address)["Location"] == mine
    assert second.post(address, {"step": "decline", "reason": "No."})["Location"] == mine
    the_worker_works()
    assert "Approved and done" in text_of(second.get(mine, follow=True))
    assert Acceptance.objects.count() == 1


def test_the_database_keeps_a_second_one_out(hr, counsel, offer):
    send(hr, accept_page(offer), ATTESTED)
    known = Attempt.objects.values("offer_id", "step", "kind", "place", "asked_by_id", "asked_at", "wanted").get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(**known)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.update(state="finished")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.update(is_done=True)
    Attempt.objects.update(kind="confirm")
    counsel_too = User.objects.get(email="counsel@company.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(**{**known, "kind": "confirm", "asked_by_id": counsel_too.pk})


# What moved, and what is not typed rightly


def test_what_moved_between_the_preview_and_the_work_is_shown_anew_and_not_done(hr, offer):
    shown = preview(hr, accept_page(offer), ATTESTED)
    pressed = confirm(hr, accept_page(offer), offer.code, shown, {**ATTESTED, "at": "2003-07-28T09:00"})
    answer = come_of(hr, pressed)
    assert "Something has changed since you saw the preview. Nothing was proposed." in text_of(answer)
    assert as_shown(answer) != as_shown(shown)
    assert not Proposal.objects.exists()
    again = {**ATTESTED, "at": "2003-07-28T09:00"}
    assert "Proposed." in text_of(come_of(hr, confirm(hr, accept_page(offer), offer.code, answer, again)))


def test_another_code_than_the_offers_shows_what_was_found_again_and_tries_nothing_out(hr, counsel, offer):
    progress = send(hr, accept_page(offer), ATTESTED)
    the_worker_works()
    result = hr.get(progress)["Location"]
    shown = hr.get(result)
    press = {**ATTESTED, "step": "confirm", "digest": as_shown(shown), "confirmation": "yes"}
    answer = hr.post(result, press)
    assert answer.status_code == 200
    assert "Type TEST, exactly so." in text_of(answer)
    assert as_shown(answer) == as_shown(shown)
    assert Attempt.objects.count() == 1
    assert hr.post(result, {**ATTESTED, "step": "change"}).status_code == 200

    address = proposed_by(hr, offer)
    progress = send(counsel, address, {})
    the_worker_works()
    result = counsel.get(progress)["Location"]
    digest = as_shown(counsel.get(result))
    answer = counsel.post(result, {"step": "confirm", "digest": digest, "confirmation": "yes"})
    assert "Type TEST, exactly so." in text_of(answer)
    assert as_shown(answer) == digest


def test_who_lost_the_permission_since_has_nothing_done_for_them(hr, offer):
    shown = preview(hr, accept_page(offer), ATTESTED)
    pressed = confirm(hr, accept_page(offer), offer.code, shown, ATTESTED)
    user = User.objects.get(email="hr@company.example")
    user.groups.clear()
    the_worker_works()
    assert not Proposal.objects.exists()
    attempt = Attempt.objects.get(kind="confirm")
    assert (attempt.state, attempt.is_done) == ("finished", False)
    assert "may not do this any more" in attempts.told_of(attempt)
    assert hr.get(pressed).status_code == 403


# Who reads what


def test_what_was_entered_and_found_is_kept_encrypted_and_shown_to_who_asked(sign_in, hr, counsel, promised, large):
    page = reverse("staff:grant", args=[promised.code])
    shown = preview(hr, page, GRANT)
    assert "12.34" in text_of(shown)
    address = come_of(hr, confirm(hr, page, promised.code, shown, GRANT)).redirect_chain[-1][0]
    assert "12.34" not in text_of(counsel.get(address))
    progress = send(counsel, address, {"closing_price": "12.34"})
    for row in Attempt.objects.all():
        assert b"12.34" not in bytes(row.wanted) + bytes(row.told)
        kept = [str(value) for name, value in vars(row).items() if name not in {"wanted", "told"}]
        assert not any("12.34" in value for value in kept)
    the_worker_works()
    mine = counsel.get(progress)["Location"]
    assert "12.34" in text_of(counsel.get(mine))
    for who in ("second", "auditor", "superuser", "hr"):
        other = sign_in(who)
        assert other.get(mine).status_code == 404
        assert other.get(progress)["Location"] == address  # the page as it is for them
        if who != "hr":
            assert "12.34" not in text_of(other.get(progress, follow=True))
    assert not any("12.34" in event.payload for event in AuditEvent.objects.filter(kind__startswith="proposal."))
    anew = counsel.get(mine)
    price = {"closing_price": "12.34"}
    come_of(counsel, confirm(counsel, address, promised.code, anew, price))
    assert NewGrant.objects.exists()


def test_a_price_that_differs_never_comes_to_the_worker(hr, counsel, promised, large):
    page = reverse("staff:grant", args=[promised.code])
    shown = preview(hr, page, GRANT)
    address = come_of(hr, confirm(hr, page, promised.code, shown, GRANT)).redirect_chain[-1][0]
    before = Attempt.objects.count()
    answer = counsel.post(address, {"closing_price": "12.33", "step": "preview"})
    assert "not the price that was proposed" in text_of(answer)
    assert AuditEvent.objects.filter(kind="proposal.mismatched").count() == 1
    assert Attempt.objects.count() == before


def test_how_far_it_is_shows_nothing_of_what_was_entered_and_is_no_look_at_anybody(sign_in, hr, offer):
    progress = send(hr, accept_page(offer), ATTESTED)
    before = AuditEvent.objects.count()
    for who in ("hr", "counsel", "auditor"):
        said = text_of(sign_in(who).get(progress))
        assert "Accept the tenders" in said
        assert "By Hr" in said
        assert "Holder" not in said.replace("Help a holder", "")
    assert AuditEvent.objects.count() == before
    assert sign_in("auditor").post(progress).status_code == 403
    hr.get(progress)
    the_worker_works()
    hr.get(progress, follow=True)
    assert AuditEvent.objects.filter(kind="list.looked").exists()


def test_what_was_found_is_gone_after_a_day(hr, offer):
    progress = send(hr, accept_page(offer), ATTESTED)
    the_worker_works()
    result = hr.get(progress)["Location"]
    attempts.sweep(at=clock.now() + timedelta(hours=25))
    row = Attempt.objects.get()
    assert (bytes(row.wanted), bytes(row.told), row.state) == (b"", b"", "finished")
    assert hr.get(result)["Location"] == accept_page(offer)


def test_the_pages_ask_no_more_the_more_there_is(hr, django_assert_max_num_queries, large):
    offer = an_expired_replay(6)
    hr.get(accept_page(offer))
    with django_assert_max_num_queries(30):
        progress = send(hr, accept_page(offer), ATTESTED)
    with django_assert_max_num_queries(14):
        hr.get(progress)
    the_worker_works()
    result = hr.get(progress)["Location"]
    with django_assert_max_num_queries(27):
        hr.get(result)


# Workers that die, or are not there


def test_where_no_worker_takes_it_up_the_page_says_so(hr, offer):
    progress = send(hr, accept_page(offer), ATTESTED)
    assert "Nothing is heard of the worker" not in text_of(hr.get(progress))
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        said = text_of(hr.get(progress))
    assert "Nothing is heard of the worker" in said
    assert "It has not taken this up" in said
    assert "Ask for it again" in said


def test_what_a_dead_worker_had_in_hand_is_done_once_by_the_next(hr, offer):
    shown = preview(hr, accept_page(offer), ATTESTED)
    progress = confirm(hr, accept_page(offer), offer.code, shown, ATTESTED)
    attempt = Attempt.objects.get(kind="confirm")
    assert attempts.take_up(attempt.pk, at=clock.now())  # and dies
    assert attempts.take_up(attempt.pk, at=clock.now()) is None
    working.work(attempt.pk)
    assert not Proposal.objects.exists()
    later = clock.now() + timedelta(seconds=31)
    with time_machine.travel(later, tick=False):
        assert "It was stopped in the middle" in text_of(hr.get(progress))
    attempts.sweep(at=clock.now())
    attempt.refresh_from_db()
    assert attempt.state == "working"
    attempts.sweep(at=later)
    attempt.refresh_from_db()
    assert attempt.state == "asked"
    assert "Proposed." in text_of(come_of(hr, progress))
    assert Proposal.objects.count() == 1


def test_who_is_heard_of_keeps_it_however_long_it_takes(hr, offer):
    send(hr, accept_page(offer), ATTESTED)
    attempt = attempts.take_up(Attempt.objects.get().pk, at=clock.now())
    with attempts.heard_of(attempt):
        heard = clock.now() + timedelta(minutes=7)
        attempts.sweep(at=heard)
        assert not attempts.is_silent(attempt, heard)
    attempt.refresh_from_db()
    assert attempt.state == "working"


def test_a_worker_that_was_given_up_and_comes_back_does_nothing(hr, offer, monkeypatch):
    shown = preview(hr, accept_page(offer), ATTESTED)
    confirm(hr, accept_page(offer), offer.code, shown, ATTESTED)
    attempt = Attempt.objects.get(kind="confirm")
    told = working._told

    def slowly(attempt):
        found = told(attempt)
        assert Proposal.objects.exists()
        Attempt.objects.filter(pk=attempt.pk).update(tries=2)  # another has it in hand by now
        return found

    monkeypatch.setattr(working, "_told", slowly)
    working.work(attempt.pk)
    assert not Proposal.objects.exists()
    attempt.refresh_from_db()
    assert attempt.state == "working"


def test_what_fails_says_so_and_can_be_asked_for_again(hr, offer, monkeypatch):
    progress = send(hr, accept_page(offer), ATTESTED)
    monkeypatch.setattr(working, "_told", lambda _attempt: {}["nothing"])
    with pytest.raises(KeyError):
        the_worker_works()
    said = text_of(hr.get(progress))
    assert "It failed" in said
    assert "Nothing was changed" in said
    assert Attempt.objects.get().problem == "KeyError"
    monkeypatch.undo()
    assert hr.post(progress).status_code == 302
    assert "What will happen" in text_of(come_of(hr, progress))


def test_what_kills_every_worker_is_given_up(hr, offer):
    progress = send(hr, accept_page(offer), ATTESTED)
    key = Attempt.objects.get().pk
    later = clock.now()
    for _death in range(attempts.MOST_TRIES):
        assert attempts.take_up(key, at=later)
        later += timedelta(minutes=1)
        attempts.sweep(at=later)
    assert Attempt.objects.get().state == "failed"
    assert "It failed" in text_of(hr.get(progress))
