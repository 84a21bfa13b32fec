"""Once Sign is pressed: a late form is kept whatever it was made on, and a confirmation is of the last word."""

from datetime import timedelta

import pytest

from exchange.elections import consent
from exchange.elections.models import Form
from tests.portal.conftest import DURING, EXPIRES

pytestmark = pytest.mark.django_db


def test_a_late_form_made_on_an_earlier_version_is_kept_as_late(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    stage.amend()
    stage.go(EXPIRES)
    assert stage.sign(client, token).status_code == 302
    assert stage.last_form().judgements.get().defects == '["late"]'


def test_a_late_form_is_kept_though_the_wording_of_the_consent_has_changed(stage, monkeypatch):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    monkeypatch.setattr(consent, "VERSION", "2")
    stage.go(EXPIRES)
    assert stage.sign(client, token).status_code == 302
    form = stage.last_form().content()["form"]
    assert form["consent_version"] == "1"


def test_in_time_both_are_asked_to_review_again(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    stage.amend()
    assert stage.sign(client, token).status_code == 409
    assert not Form.objects.exists()


def test_a_notice_withdraws_whatever_version_its_page_was_made_on(stage):
    stage.elect("L101", "LK-1003")
    client = stage.client()
    token = stage.token(client)
    stage.amend()
    stage.go(DURING + timedelta(hours=1))
    assert stage.sign(client, token, path="withdraw/").status_code == 302
    assert stage.last_form().kind == "withdrawal"


def test_an_old_page_signed_again_shows_what_became_of_its_form(stage, text):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    stage.sign(client, token)
    first = stage.last_form()
    stage.go(DURING + timedelta(hours=1))
    notice = stage.withdraw("L101")
    answer = client.get(stage.sign(client, token).url, follow=True)
    assert answer.redirect_chain[-1][0] == stage.url(f"forms/{first.pk}/")
    assert f"Withdrawn by {notice.number}" in text(answer)
    assert Form.objects.count() == 2


def test_pressed_again_while_the_clocks_differ_it_is_still_the_one_form(stage, monkeypatch):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    stage.sign(client, token)
    monkeypatch.setattr("exchange.kernel.database_clock.difference", lambda: timedelta(minutes=5))
    assert stage.sign(client, token).url.endswith("/done/")
    assert Form.objects.count() == 1
