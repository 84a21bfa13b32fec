"""The audit certificate of a form: made on demand, from what is on record then, for its holder and for staff."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.documents import ledger
from exchange.documents.models import Paper, RenderedPaper
from exchange.elections.consent import VERSION
from exchange.elections.ledger import faults
from exchange.elections.models import Form
from exchange.kernel import clock
from exchange.kernel.wording import instant_text
from exchange.offers.reads import load
from exchange.people.sign_ins import record
from exchange.portal import proof
from exchange.settlement.actions.certify import certify_form
from exchange.settlement.certificates import certificate
from tests.portal.conftest import DURING, PASSWORD, signed_in
from tests.support.second_factor import with_an_app


def certified(form, at=None):
    form.refresh_from_db()
    return certificate(load(form.offer), form, at or clock.now())


def steps(form):
    return [step["what"] for step in certified(form)["steps"]]


@pytest.fixture
def form(stage):
    return stage.elect("L101", "LK-1003")


class TestWhatItSays:
    def test_every_step_of_a_form_from_consent_to_acceptance(self, stage, form):
        stage.client().get(stage.url(f"forms/{form.pk}/receipt.pdf"))
        stage.accept()
        assert steps(form)[:3] == [
            "Consent to electronic records given",
            "Received: our server had the whole signed form",
            "Judged: effective",
        ]
        said = certified(form)["steps"]
        assert [step["at"] for step in said] == sorted(step["at"] for step in said)
        by_what = {step["what"]: step["more"] for step in said}
        made = RenderedPaper.objects.get(paper__kind="election_receipt")
        assert made.sha256 in by_what[f"Paper made: Receipt for Election Form {form.number}"]
        assert by_what["Tenders accepted, options cancelled"] == "LK-1003"
        assert "Confirmation by e-mail written" in by_what

    def test_what_replaced_it_and_what_withdrew_that(self, stage, form):
        second = stage.go(DURING + timedelta(hours=1)).elect("L101", "LK-1001")
        notice = stage.go(DURING + timedelta(hours=2)).withdraw("L101")
        assert f"Replaced, whole, by form {second.number}" in steps(form)
        assert f"Withdrawn by Notice {notice.number}" in steps(second)
        stage.accept()
        assert "Tenders accepted, options cancelled" not in steps(form) + steps(second) + steps(notice)

    def test_how_the_signer_of_a_form_of_before_had_signed_in_or_that_it_is_not_on_record(self, stage, monkeypatch):
        """Forms signed by an earlier release do not say how their signer showed who they are."""
        monkeypatch.setattr(proof, "shown", lambda request: ())
        record(user=stage.holder().user, kind="signed_in", at=clock.now(), payload={"by": ["password", "totp"]})
        form = stage.elect("L101", "LK-1003")
        record(user=stage.holder().user, kind="signed_in", at=clock.now(), payload={"by": ["webauthn"]})
        assert (
            "The last sign-in to that account before the signature: a password and a code of an authenticator app."
            in certified(form)["identified"]
        )
        other = stage.elect("L102", "LK-1011")
        assert "How the signer had signed in is not on record." in certified(other)["identified"]

    def test_how_the_signer_showed_who_they_are_for_this_very_form(self, stage):
        client = signed_in(stage.client(), stage.holder().user, ago=20 * 60)
        review = stage.url("review/?grant=LK-1003")
        asked = client.get(review).url
        client.post(asked, {"password": PASSWORD, "next": review})
        stage.sign(client, stage.token(client, "LK-1003"))
        form = Form.objects.get()
        came, again = form.content()["form"]["shown"]
        assert (came["by"], came["again"]) == ("password", False)
        assert (again["by"], again["again"]) == ("password", True)
        zone = load(form.offer).zone
        first, second = (instant_text(datetime.fromisoformat(one["at"]), zone) for one in (came, again))
        said = certified(form)["identified"]
        assert f"the signer had shown who they are by a password, on {first}." in said[1]
        assert said[2] == f"Asked again before the signature, the signer showed it by a password, on {second}."
        assert not any("last sign-in" in sentence for sentence in said)
        assert list(faults()) == []

    def test_the_wording_shown_and_the_digests_it_can_be_checked_by(self, stage, form):
        said = certified(form)
        signed = form.content()
        assert [item["text"] for item in said["acknowledgments"]] == [
            text for _code, text in signed["form"]["acknowledgments"]
        ]
        assert said["consent"]["version"] == VERSION
        assert said["consent"]["wording"]
        digests = [item["sha256"] for item in said["digests"]]
        assert digests[0] == form.record_digest
        assert signed["terms"] in digests
        assert set(signed["documents"]) <= set(digests)

    def test_the_events_of_the_log_that_vouch_for_it(self, stage, form):
        stage.accept()
        for said in certified(form)["events"]:
            event = AuditEvent.objects.get(chain=said["chain"], number=said["event"])
            assert (event.digest, event.kind) == (said["sha256"], said["kind"])
        kinds = [said["kind"] for said in certified(form)["events"]]
        assert kinds == ["consent.given", "form.received", "tenders.accepted"]


class TestMakingIt:
    def test_again_on_the_same_day_with_nothing_changed_is_the_same_paper(self, stage, form):
        first = certify_form(form=form, actor="a test", at=DURING)
        assert certify_form(form=form, actor="a test", at=DURING + timedelta(minutes=5)) == first
        assert AuditEvent.objects.filter(kind="form.certified").count() == 1
        stage.withdraw("L101")
        assert certify_form(form=form, actor="a test", at=DURING + timedelta(minutes=6)) != first
        assert certify_form(form=form, actor="a test", at=DURING + timedelta(days=1)) != first
        assert list(ledger.faults()) == []

    def test_nothing_about_the_form_is_written(self, stage, form):
        before = AuditEvent.objects.filter(chain="holder:L101").count()
        certify_form(form=form, actor="a test", at=DURING)
        assert AuditEvent.objects.filter(chain="holder:L101").count() == before

    def test_the_holder_opens_it_from_the_page_of_the_form(self, stage, form):
        client = stage.client()
        page = client.get(stage.url(f"forms/{form.pk}/")).content.decode()
        assert f"/forms/{form.pk}/certificate.pdf" in page
        answer = client.get(stage.url(f"forms/{form.pk}/certificate.pdf"))
        assert answer["Content-Disposition"] == f'inline; filename="Audit certificate of form {form.number}.pdf"'
        assert answer.content == bytes(RenderedPaper.objects.get(paper__kind="audit_certificate").pdf)
        assert list(ledger.faults()) == []

    def test_asking_without_reading_makes_none(self, stage, form):
        assert stage.client("L101").head(stage.url(f"forms/{form.pk}/certificate.pdf")).status_code == 405
        assert not Paper.objects.filter(kind="audit_certificate").exists()

    def test_nobody_elses(self, stage, form):
        assert stage.client("L102").get(stage.url(f"forms/{form.pk}/certificate.pdf")).status_code == 404
        assert not Paper.objects.filter(kind="audit_certificate").exists()


def test_staff_are_a_click_away_from_it_and_their_look_is_written_down(stage, form, client, django_user_model):
    admin = with_an_app(django_user_model.objects.create_superuser("root@larkfield.example", "a-good-long-password"))
    client.force_login(admin)
    address = reverse("staff:certificate", args=[form.pk])
    assert address in client.get(reverse("staff:elections_form_change", args=[form.pk])).content.decode()
    assert client.head(address).status_code == 405
    assert not Paper.objects.filter(kind="audit_certificate").exists()
    assert client.get(address).content.startswith(b"%PDF-")
    assert AuditEvent.objects.get(kind="form.certified").actor == "staff:root@larkfield.example"
    assert AuditEvent.objects.filter(chain="looks:L101", kind="record.looked").count() == 2
