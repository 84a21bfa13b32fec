"""The queue of defects and its pages: HR cures and rejects, counsel waives for all, nobody decides for themselves."""

import re
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.elections.models import Form, Scan
from exchange.elections.models.decisions import CureRequest, Decision, Waiver
from exchange.elections.reads import forms_of
from exchange.elections.rules import Signed
from exchange.kernel import clock
from exchange.notices.models import Message
from exchange.people.models import Holder
from tests.staff.test_guarded_pages import digest_of, text_of
from tests.support.world import ZONE, a_grant, a_holder, a_live_offer, election, notice, paper, record, submit

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 what she sent"


def _today():
    """The day in the offer's zone, by which a cure is dated: not always that of UTC."""
    return clock.now().astimezone(ZoneInfo(ZONE)).date()


def undated(holder, number, received_at, **facts):
    return replace(paper(election(holder), number, received_at), signed=Signed(), **facts)


@pytest.fixture
def offer():
    """Two holders whose forms bear no date, one of them unsigned besides."""
    offer = a_live_offer()
    at = clock.now() - timedelta(days=2)
    ana, ben = a_holder("E1"), a_holder("E2")
    a_grant(ana, "E1-1")
    a_grant(ben, "E2-1")
    record(offer, [undated(ana, "F1", at), undated(ben, "F2", at, signature_name="")], None)
    return offer


def address(act, number="F1", defect="undated"):
    name = f"staff:{act}-defect" if act else "staff:decide"
    return reverse(name, args=[Form.objects.get(number=number).pk, defect])


def confirmed(client, url, data, **more):
    preview = client.post(url, {**data, "step": "preview"})
    digest = digest_of(preview)
    assert digest, text_of(preview)
    return preview, client.post(url, {**data, "step": "confirm", "digest": digest, **more})


def cure(client, on=None, **changed):
    data = {"reason": "The letter says when.", "evidence": "A letter", "cured_on": on or _today(), **changed}
    return confirmed(client, address("cure"), data)


def test_the_queue_names_every_defect_with_what_can_be_done(hr, counsel, offer):
    said = text_of(hr.get(reverse("staff:defects")))
    assert "3 defects" in said
    assert "Counsel may waive it" in said
    assert "Cannot be waived" in said
    assert "Waive for everyone" in text_of(counsel.get(reverse("staff:defects")))
    assert address("") in hr.get(reverse("staff:defects")).content.decode()


def test_hr_is_offered_what_hr_may_do_and_counsel_the_waiver_too(hr, counsel, sign_in, offer):
    for client, waive, others in ((hr, False, True), (counsel, True, True), (sign_in("auditor"), False, False)):
        page = client.get(address("")).content.decode()
        assert (address("waive") in page) is waive
        assert (address("cure") in page) is others
    assert address("waive", "F2", "unsigned") not in counsel.get(address("", "F2", "unsigned")).content.decode()


def test_a_cure_is_previewed_and_puts_the_form_in_force(hr, offer):
    preview, done = cure(hr)
    assert "In force" in text_of(preview)
    assert "Tenders option E1-1." in text_of(preview)
    assert done.status_code == 302
    decision = Decision.objects.get()
    assert (decision.verdict, decision.evidence, decision.actor) == ("cured", "A letter", "staff:hr@company.example")
    assert forms_of(offer, Holder.objects.get(employee_number="E1")).form_in_force.number == "F1"
    record_page = text_of(hr.get(done["Location"]))
    assert "Decisions on its defects" in record_page
    assert "A letter" in record_page
    assert "F1" not in text_of(hr.get(reverse("staff:defects"))).split("One by one")[1]


def test_what_cured_it_is_uploaded_kept_encrypted_and_shown_beside_the_decision(hr, offer):
    url, file = address("cure"), SimpleUploadedFile("letter.pdf", PDF, "application/pdf")
    data = {"reason": "She dated it.", "evidence": "A letter", "cured_on": _today()}
    seen = hr.post(url, {**data, "file": file, "step": "preview"})
    scan = Scan.objects.get(purpose="cure")
    assert PDF not in bytes(scan.content)
    assert scan.sha256[:12] in text_of(seen)
    again = SimpleUploadedFile("letter.pdf", PDF, "application/pdf")
    assert scan.sha256[:12] in text_of(hr.post(url, {**data, "file": again, "step": "preview"})), "one file, kept once"
    wanted = {**data, "scans": str(scan.pk), "step": "confirm", "digest": seen.context["preview"].digest}
    done = hr.post(url, wanted)
    assert [row.scan for row in Decision.objects.get().files.all()] == [scan]
    assert reverse("staff:scan", args=[scan.pk]) in hr.get(done["Location"]).content.decode()
    call_command("verify_ledger")


def test_a_file_that_is_no_scan_is_refused_before_anything_is_kept(hr, offer):
    file = SimpleUploadedFile("letter.pdf", b"not a scan", "application/pdf")
    data = {"reason": "r", "evidence": "e", "cured_on": _today(), "file": file, "step": "preview"}
    assert "neither a PDF nor a PNG or JPEG" in text_of(hr.post(address("cure"), data))
    assert not Scan.objects.filter(purpose="cure").exists()


def test_the_preview_says_when_a_later_form_stands_in_the_way(hr, offer):
    ana = Holder.objects.get(employee_number="E1")
    submit(offer, ana, notice(ana), None)
    preview = hr.post(address("cure"), {"reason": "r", "evidence": "e", "cured_on": _today(), "step": "preview"})
    assert "Not in force" in text_of(preview)


def test_a_waiver_names_every_holder_and_asks_for_the_code(counsel, offer):
    url, data = address("waive"), {"reason": "The day of receipt will do."}
    preview, refused = confirmed(counsel, url, data, confirmation="no")
    said = text_of(preview)
    assert "Holder E1" in said
    assert "Holder E2" in said
    assert refused.status_code == 200
    assert not Waiver.objects.exists()
    _preview, done = confirmed(counsel, url, data, confirmation=offer.code)
    assert done.status_code == 302
    assert Decision.objects.filter(waiver=Waiver.objects.get()).count() == 2
    # F2 is not signed, which nobody can waive.
    assert forms_of(offer, Holder.objects.get(employee_number="E2")).form_in_force is None
    queue = text_of(counsel.get(reverse("staff:defects")))
    assert "One defect" in queue
    assert "The day of receipt will do." in queue


def test_a_waiver_that_reaches_somebody_more_than_was_shown_is_not_done(counsel, offer):
    url, data = address("waive"), {"reason": "The day of receipt will do."}
    digest = digest_of(counsel.post(url, {**data, "step": "preview"}))
    cem = a_holder("E3")
    a_grant(cem, "E3-1")
    record(offer, [undated(cem, "F3", clock.now() - timedelta(hours=1))], None)
    press = {**data, "step": "confirm", "digest": digest, "confirmation": offer.code}
    answer = counsel.post(url, press)
    assert "Something has changed" in text_of(answer)
    assert "Holder E3" in text_of(answer)
    assert not Waiver.objects.exists()


def test_a_rejection_is_told_to_the_holder(hr, offer):
    confirmed(hr, address("reject"), {"reason": "No letter came."})
    assert "No letter came." in Message.objects.get(kind="defect_decided").text
    page = hr.get(address("")).content.decode()
    assert "It is decided: Rejected." in page
    assert address("cure") not in page


def test_counsel_can_still_waive_what_was_rejected(hr, counsel, offer):
    confirmed(hr, address("reject"), {"reason": "No letter came."})
    assert address("waive") in counsel.get(address("")).content.decode()


def test_a_day_to_cure_is_told_and_kept_to(hr, offer):
    today = _today()
    confirmed(hr, address("ask"), {"reason": "Say when you signed.", "by": today + timedelta(days=3)})
    assert CureRequest.objects.get().by == today + timedelta(days=3)
    assert "Say when you signed." in Message.objects.get(kind="cure_asked").text
    assert "To be cured by" in text_of(hr.get(reverse("staff:defects")))
    past = hr.post(address("ask"), {"reason": "r", "by": date(2020, 1, 1), "step": "preview"})
    assert "has passed" in text_of(past)


def test_nobody_decides_on_their_own_form(sign_in, offer):
    client = sign_in("hr")
    Holder.objects.filter(employee_number="E1").update(email="HR@company.example")
    assert client.get(address("cure")).status_code == 403
    page = client.get(address("")).content.decode()
    assert "own affair" in page
    assert address("cure") not in page
    counsel = sign_in("counsel")
    Holder.objects.filter(employee_number="E2").update(email="counsel@company.example")
    answer = counsel.post(address("waive"), {"reason": "r", "step": "preview"})
    assert "Nobody decides on their own form" in text_of(answer)


def test_a_defect_that_the_form_does_not_have_is_not_found(hr, offer):
    assert hr.get(address("", "F1", "conditional")).status_code == 404
    assert hr.get(address("cure", "F1", "conditional")).status_code == 404


def test_the_queue_asks_as_much_of_many_forms_as_of_few(hr, offer):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert hr.get(reverse("staff:defects")).status_code == 200
        return [re.sub(r"\d+", "n", query["sql"])[:60] for query in found.captured_queries]

    queries()  # the first asks what the session may do
    few = queries()
    at = clock.now() - timedelta(days=1)
    for place in range(4, 9):
        holder = a_holder(f"E{place}")
        a_grant(holder, f"E{place}-1")
        record(offer, [undated(holder, f"F{place}", at)], None)
    assert len(queries()) == len(few), (few, queries())
