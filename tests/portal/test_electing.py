"""Choose, review, sign, done: what is signed is what was shown, once, whoever presses how often."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from exchange.elections.models import Form
from exchange.elections.reads import forms_of
from exchange.kernel import database_clock
from exchange.people.models import EmploymentEvent
from tests.portal.conftest import DURING, EXPIRES


def test_the_signed_record_is_exactly_what_the_review_page_showed(stage, text):
    client = stage.client()
    page = text(client.get(stage.url("review/"), {"grant": ["LK-1003", "LK-1001"]}))
    form = stage.elect("L101", "LK-1003", "LK-1001")
    signed = form.content()["form"]
    assert [line["grant_number"] for line in signed["lines"]] == ["LK-1003", "LK-1001", "LK-1002"]
    for line, shares in zip(signed["lines"], ("1,750", "5,434", "4,566"), strict=True):
        assert line["grant_number"] in page
        assert shares in page
    for _code, statement in signed["acknowledgments"]:
        assert statement in page
    assert signed["printed_name"] == "Maya Okafor"
    assert form.received_at == form.signed_at == DURING


def test_the_review_page_says_until_when_what_is_signed_can_be_changed(stage, text):
    page = text(stage.client().get(stage.url("review/"), {"grant": ["LK-1003"]}))
    until = "You can change it until 30 June 2026, 5:00 p.m. Pacific Time (1 July, 00:00 UTC), and withdraw"
    assert f"{until} until the company accepts." in page


def test_a_split_pair_is_one_choice_and_both_halves_are_signed(stage):
    choices = stage.client().get(stage.url("choose/")).content.decode().count('name="grant"')
    assert choices == 2
    assert set(forms_of(stage.offer, stage.holder()).tendered) == set()
    stage.elect("L101", "LK-1001")
    assert set(forms_of(stage.offer, stage.holder()).tendered) == {"LK-1001", "LK-1002"}


def test_half_a_pair_cannot_be_asked_for(stage, text):
    page = stage.client().get(stage.url("review/"), {"grant": ["LK-1002"]})
    assert "can no longer be tendered" in text(page)
    assert not Form.objects.exists()


def test_choosing_nothing_is_an_error_that_links_to_the_first_box(stage, text):
    page = stage.client().get(stage.url("review/?chosen=yes"))
    assert "Tick at least one option" in text(page)
    html = page.content.decode()
    assert 'href="#id_grant"' in html
    assert 'id="id_grant"' in html
    assert "<title>Error:" in html


def test_a_review_of_nothing_leads_to_the_choices(stage):
    assert stage.client().get(stage.url("review/")).url == stage.url("choose/")


def test_pressing_twice_is_one_form_and_ends_on_the_same_page(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    first = stage.sign(client, token)
    second = stage.sign(client, token)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert Form.objects.count() == 1


def test_two_tabs_never_mix_and_the_second_is_shown_the_difference(stage, text):
    client = stage.client()
    one, other = stage.token(client, "LK-1003"), stage.token(client, "LK-1001")
    assert stage.sign(client, one).status_code == 302
    stage.go(DURING + timedelta(minutes=1))
    answer = stage.sign(client, other)
    assert answer.status_code == 409
    page = text(answer)
    assert "was not stored" in page
    assert "+ Added Grant LK-1001" in page
    assert "− Removed Grant LK-1003" in page
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]
    again = stage.sign(client, stage.token(client, "LK-1001"))
    assert again.status_code == 302
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1001", "LK-1002"]


def test_the_review_shows_how_the_new_form_differs_from_the_one_in_force(stage, text):
    stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    page = text(stage.client().get(stage.url("review/"), {"grant": ["LK-1001"]}))
    number = stage.last_form().number
    assert f"Your form {number}, whole" in page
    assert "− Removed Grant LK-1003" in page
    assert "What you keep" in page


def test_choosing_again_starts_from_what_is_tendered_now(stage):
    stage.elect("L101", "LK-1003")
    html = stage.client().get(stage.url("choose/")).content.decode()
    assert html.count("checked") == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"signature_name": ""}, "Type your full name to sign."),
        ({"signature_name": "Maya"}, "Type your name as it is on your option agreement: Maya Okafor."),
        ({"acknowledged": ""}, "Tick the box to acknowledge"),
        ({"email": ""}, "Enter your e-mail address."),
        ({"email": "maya at home"}, "Enter an e-mail address like"),
    ],
)
def test_what_is_missing_is_said_at_the_top_and_at_the_field_and_nothing_is_stored(stage, text, changed, said):
    client = stage.client()
    answer = stage.sign(client, stage.token(client, "LK-1003"), **changed)
    assert text(answer).count(said) == 2
    assert not Form.objects.exists()


def test_the_name_is_compared_as_the_rules_compare_it(stage):
    client = stage.client()
    assert stage.sign(client, stage.token(client, "LK-1003"), signature_name="  maya  OKAFOR ").status_code == 302


def test_a_correction_keeps_the_one_time_key(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    answer = stage.sign(client, token, signature_name="Maya")
    assert token in answer.content.decode()


@pytest.mark.parametrize("spoil", [lambda token: "", lambda token: token[:-2] + "AA", lambda token: "x" + token])
def test_a_seal_that_is_not_ours_stores_nothing(stage, text, spoil):
    client = stage.client()
    answer = stage.sign(client, spoil(stage.token(client, "LK-1003")))
    assert answer.status_code == 409
    assert "was not stored" in text(answer)
    assert not Form.objects.exists()


def test_the_seal_of_another_holder_stores_nothing(stage):
    token = stage.token(stage.client("L102"), "LK-1011")
    assert stage.sign(stage.client("L101"), token).status_code == 409
    assert not Form.objects.exists()


def test_the_seal_of_an_election_is_no_notice_and_the_reverse(stage):
    client = stage.client()
    assert stage.sign(client, stage.token(client, "LK-1003"), path="withdraw/").status_code == 409
    assert stage.sign(client, stage.token(client)).status_code == 409
    assert not Form.objects.exists()


@pytest.mark.parametrize(
    "beside",
    [
        {"grant": "LK-1001"},
        {"lines": "LK-1001", "shares": "1"},
        {"kind": "withdrawal", "against": "", "key": str(uuid4())},
        {"acknowledgments": "none", "language": "xx", "version": "99"},
        {"printed_name": "Somebody Else", "employee_number": "L102", "signed_at": "2003-01-01", "channel": "fax"},
    ],
)
def test_whatever_is_sent_beside_the_seal_only_what_was_shown_is_signed(stage, beside):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    stage.sign(client, token, **beside)
    form = stage.last_form()
    signed = form.content()["form"]
    assert [line["grant_number"] for line in signed["lines"]] == ["LK-1003"]
    assert (signed["kind"], signed["channel"], signed["employee_number"]) == ("election", "portal", "L101")
    assert (signed["printed_name"], signed["language"]) == ("Maya Okafor", "en-us")
    assert len(signed["acknowledgments"]) == 9
    assert form.received_at == form.signed_at == DURING


def test_the_choices_in_the_address_of_the_press_change_nothing(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    stage.sign(client, token, path="review/?grant=LK-1001")
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]


def test_the_seal_of_an_older_review_is_not_the_newer_one(stage):
    """Two reviews in one browser: each signs what it showed itself, whatever the session keeps as chosen."""
    client = stage.client()
    older = stage.token(client, "LK-1003")
    stage.token(client, "LK-1001")
    stage.sign(client, older)
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]


# What is chosen and not signed


def test_what_is_chosen_is_kept_while_one_reads_and_home_says_that_it_is_not_signed(stage, text):
    client = stage.client()
    client.get(stage.url("review/?grant=LK-1001"))
    client.get(stage.url("documents/"))
    home = client.get(stage.url())
    assert "You have chosen, and not signed" in text(home)
    assert "2 grants, 10,000 shares" in text(home)
    assert stage.url("review/?grant=LK-1001") in home.content.decode()
    assert client.get(stage.url("choose/")).content.decode().count(" checked") == 1
    assert client.get(stage.url("review/")).url == stage.url("review/?grant=LK-1001")


def test_without_scripts_the_ticks_are_kept_by_a_button(stage, text):
    client = stage.client()
    answer = client.get(stage.url("choose/"), {"grant": ["LK-1003"], "keep": "yes"})
    assert answer.url == stage.url("documents/")
    assert "Your choices are kept. Nothing is signed." in text(client.get(answer.url))
    assert "You have chosen, and not signed" in text(client.get(stage.url()))


def test_once_signed_nothing_is_kept(stage, text):
    client = stage.client()
    stage.sign(client, stage.token(client, "LK-1003"))
    assert "You have chosen, and not signed" not in text(client.get(stage.url()))


def test_what_is_tendered_already_is_no_draft(stage, text):
    stage.elect("L101", "LK-1003")
    client = stage.client()
    page = text(client.get(stage.url("review/?grant=LK-1003")))
    assert "No change: these are the grants you tender already. There is nothing to sign." in page
    assert "You have chosen, and not signed" not in text(client.get(stage.url()))


def test_the_difference_is_said_in_a_sentence_and_grant_by_grant(stage, text):
    stage.elect("L101", "LK-1003")
    page = text(stage.client().get(stage.url("review/?grant=LK-1003&grant=LK-1001")))
    assert "You are adding 2 grants, keeping 1 grant." in page
    assert "= Same Grant LK-1003" in page


def test_every_page_says_which_step_is_the_last(stage, text):
    client = stage.client()
    choose = client.get(stage.url("choose/"))
    assert "<title>Step 1 of 2: choose what to tender" in choose.content.decode()
    assert "Step 2 is to review and sign." in text(choose)
    review = client.get(stage.url("review/?grant=LK-1003"))
    assert "<title>Step 2 of 2, the last: review and sign" in review.content.decode()
    assert "Nothing is signed yet." in text(review)
    assert "This is the last step." in text(review)
    done = client.get(stage.sign(client, stage.token(client, "LK-1003")).url)
    assert "<title>Done: We have your Election Form" in done.content.decode()


# Did it arrive?


def test_whether_a_press_arrived_is_told_to_its_holder_only(stage, text):
    client = stage.client()
    page = client.get(stage.url("review/?grant=LK-1003")).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    address = re.search(r'data-ask-url="([^"]+)"', page)[1]
    assert "It has not arrived" in text(client.get(address))
    assert client.get(address, headers={"Accept": "application/json"}).json()["arrived"] is False
    stage.sign(client, token)
    told = client.get(address, headers={"Accept": "application/json"}).json()
    form = stage.last_form()
    assert told.pop("csrf")
    assert told == {"arrived": True, "number": form.number, "done": stage.url(f"forms/{form.pk}/done/")}
    assert form.number in text(client.get(address))
    other = stage.client("L102").get(address, headers={"Accept": "application/json"}).json()
    assert other.pop("csrf")
    assert other == {"arrived": False, "number": "", "done": ""}


def test_a_script_is_told_where_the_confirmation_is_or_that_nothing_was_stored(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    plain = {"Accept": "application/json"}
    data = {"token": token, "email": "me@larkfield.example", "acknowledged": "on"}
    assert client.post(stage.url("review/"), {**data, "signature_name": "Maya"}, headers=plain).json() == {"done": ""}
    told = client.post(stage.url("review/"), {**data, "signature_name": "Maya Okafor"}, headers=plain).json()
    assert told == {"done": stage.url(f"forms/{stage.last_form().pk}/done/")}


def test_options_that_changed_since_the_review_are_not_stored(stage, text):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    grant = stage.holder().grants.get(grant_number="LK-1003")
    grant.shares_exercised += 50
    grant.save()
    answer = stage.sign(client, token)
    assert answer.status_code == 409
    assert "has changed since you reviewed it" in text(answer)
    assert not Form.objects.exists()


def test_a_newer_version_of_the_offer_must_be_reviewed_before_it_is_signed(stage, text):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    newest = stage.offer.versions.latest("number")
    newest.pk, newest.number, newest._state.adding = uuid4(), newest.number + 1, True
    newest.save(force_insert=True)
    answer = stage.sign(client, token)
    assert answer.status_code == 409
    assert "The offer was amended while this page was open" in text(answer)
    assert not Form.objects.exists()


def test_one_who_is_not_eligible_is_told_why_instead_of_choosing(stage, text):
    page = text(stage.client("L104").get(stage.url("choose/")))
    assert "You have nothing to tender" in page
    assert "your role" in page


def test_one_who_loses_eligibility_between_review_and_signature_is_told_so_and_the_form_is_kept(stage, text):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    EmploymentEvent.objects.create(
        holder=stage.holder(), effective_on=DURING.date(), position=1, event="role", value="executive_officer"
    )
    answer = client.get(stage.sign(client, token).url)
    assert "has no effect" in text(answer)
    assert forms_of(stage.offer, stage.holder()).tendered == []


def test_received_strictly_before_the_deadline_counts(stage):
    client = stage.client()
    stage.go(EXPIRES - timedelta(microseconds=1))
    assert stage.sign(client, stage.token(client, "LK-1003")).status_code == 302
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]


def test_a_form_signed_at_the_deadline_is_kept_as_late_with_its_own_page(stage, text):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    stage.go(EXPIRES)
    page = text(client.get(stage.sign(client, token).url))
    form = stage.last_form()
    assert "arrived too late" in page
    assert form.number in page
    assert "30 June 2026, 5:00 p.m. Pacific Time (1 July, 00:00 UTC)" in page
    assert forms_of(stage.offer, stage.holder()).judged(form).defects == ("late",)
    assert forms_of(stage.offer, stage.holder()).tendered == []


def test_a_late_form_leaves_the_earlier_one_in_force_and_offers_to_withdraw(stage, text):
    stage.elect("L101", "LK-1003")
    client = stage.client()
    token = stage.token(client, "LK-1001")
    stage.go(EXPIRES + timedelta(minutes=3))
    answer = client.get(stage.sign(client, token).url)
    assert "stays in force" in text(answer)
    assert stage.url("withdraw/") in answer.content.decode()
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]


def test_after_the_deadline_there_is_nothing_to_choose_any_more(stage, text):
    stage.go(EXPIRES)
    for path in ("choose/", "review/?grant=LK-1003"):
        assert "An Election Form now would be late" in text(stage.client().get(stage.url(path)))


def test_no_form_is_taken_while_the_clocks_differ(stage, text, monkeypatch):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    monkeypatch.setattr(database_clock, "difference", lambda: timedelta(seconds=-1.5))
    answer = stage.sign(client, token)
    assert answer.status_code == 503
    assert "Nothing was stored" in text(answer)
    assert not Form.objects.exists()


def test_the_confirmation_says_all_that_matters(stage, text):
    form = stage.elect("L101", "LK-1003")
    page = text(stage.client().get(stage.url(f"forms/{form.pk}/done/")))
    assert form.number in page
    assert "10 June 2026, 10:30 a.m. Pacific Time (17:30 UTC)" in page
    assert "This is not acceptance" in page
    assert "by 12 June 2026 at the latest" in page
    assert "Changing is normal" in page
    assert "LK-1001" in page.split("You keep")[1]
    assert "There is no further step" in page
