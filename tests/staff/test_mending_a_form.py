"""A paper form that was copied wrongly is mended on the desk: one prepares, a second one who saw the scan confirms."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange.audit.looks import looks_at
from exchange.elections.models import Form
from exchange.elections.models.mends import Mend
from exchange.elections.reads import forms_of
from tests.support.world import EXPIRES_AT, a_grant, a_holder, an_offer, election, paper, record

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 what Ana signed"
RECEIVED = EXPIRES_AT - timedelta(days=3)


@pytest.fixture
def form():
    offer = an_offer()
    ana = a_holder("E1", legal_name="Ana Lopes", name_on_agreement="Ana Lopes")
    first = a_grant(ana, "G1")
    a_grant(ana, "G2", shares_granted=500)
    record(offer, [paper(election(ana, first, email="", address="", printed_name=""), "P-1", RECEIVED)], RECEIVED)
    return Form.objects.get()


def attach(client, form):
    file = SimpleUploadedFile("fax.pdf", PDF, "application/pdf")
    return client.post(reverse("staff:attach-scan", args=[form.pk]), {"scan": file})


def values(answer):
    """What a browser would send back of the page's form and lines."""
    data = {"lines-INITIAL_FORMS": "0"}
    page = answer.context
    for field in page["form"]:
        value = field.value()
        data[field.html_name] = "" if value in (None, False) else value
    for line in page["lines"]:
        for field in line:
            value = field.field.prepare_value(field.value())
            if value not in (None, False, ""):
                data[field.html_name] = "on" if value is True else value
    return data | {"lines-TOTAL_FORMS": str(len(page["lines"].forms)), "lines-INITIAL_FORMS": "2"}


def prepared(client, form, **said):
    """Both options ticked, as the paper has them, handed to a second person."""
    address = reverse("staff:prepare-mend", args=[form.pk])
    wanted = values(client.get(address)) | {"lines-1-is_listed": "on", "reason": "The second option was missed."}
    wanted |= said
    preview = client.post(address, {**wanted, "step": "preview"})
    assert preview.context["preview"] is not None, preview.content.decode()
    digest = preview.context["preview"].digest
    return client.post(address, {**wanted, "step": "prepare", "digest": digest}, follow=True)


def in_force(form):
    return forms_of(form.offer, form.holder).tendered


def test_the_page_starts_from_what_was_copied_and_a_second_person_decides(hr, counsel, form):
    attach(hr, form)
    told = prepared(hr, form).content.decode()
    assert "waits for a second person" in told
    assert in_force(form) == ["G1"]
    mend = Mend.objects.get()
    address = reverse("staff:mend", args=[mend.pk])
    assert "Entries to check" in counsel.get(reverse("staff:mends")).content.decode()
    own = hr.get(address)
    assert "a second person must confirm it" in own.content.decode()
    unseen = counsel.get(address).content.decode()
    assert "Open the scan and compare" in unseen
    assert "confirm the new entry" not in unseen
    counsel.get(reverse("staff:scan", args=[form.scans.get().pk]))
    seen = counsel.get(address)
    assert [row[0].text for row in seen.context["preview"].tables[0].rows] == ["Option G2"], "and nothing else"
    done = counsel.post(address, {"step": "confirm", "digest": seen.context["preview"].digest}, follow=True)
    assert "stands in the place of form P-1" in done.content.decode()
    assert in_force(form) == ["G1", "G2"]
    shown = hr.get(reverse("staff:elections_form_change", args=[form.pk])).content.decode()
    assert "Copied wrongly" in shown
    assert "Counts no more" in shown
    listed = hr.get(reverse("staff:elections_form_changelist")).content.decode()
    assert listed.count("Effective, in force") == 1
    assert listed.count("Copied wrongly") == 1


def test_another_instant_received_is_said_to_whoever_confirms_and_stands_on_the_record(hr, counsel, form):
    attach(hr, form)
    address = reverse("staff:prepare-mend", args=[form.pk])
    wanted = values(hr.get(address)) | {"received_at": "2003-07-24T17:00", "reason": "It is stamped 5 p.m."}
    shown = hr.post(address, {**wanted, "step": "preview"})
    digest = shown.context["preview"].digest
    assert hr.post(address, {**wanted, "step": "prepare", "digest": digest}).status_code == 302
    counsel.get(reverse("staff:scan", args=[form.scans.get().pk]))
    address = reverse("staff:mend", args=[Mend.objects.get().pk])
    seen = counsel.get(address)
    assert "The scan itself must show it." in seen.content.decode()
    assert [row[0].text for row in seen.context["preview"].tables[0].rows] == ["Received"]
    digest = seen.context["preview"].digest
    done = counsel.post(address, {"step": "confirm", "digest": digest}, follow=True).content.decode()
    assert "when it says that it was received" in done
    assert in_force(form) == [], "at the deadline it was late"


def test_a_preparer_cannot_confirm_by_a_request_of_their_own(hr, form):
    attach(hr, form)
    prepared(hr, form)
    hr.get(reverse("staff:scan", args=[form.scans.get().pk]))
    hr.post(reverse("staff:mend", args=[Mend.objects.get().pk]), {"step": "confirm", "digest": ""})
    assert in_force(form) == ["G1"]
    assert Form.objects.count() == 1


def test_it_is_declined_with_a_reason_and_can_be_prepared_again(hr, counsel, form):
    attach(hr, form)
    prepared(hr, form)
    address = reverse("staff:mend", args=[Mend.objects.get().pk])
    assert "A written reason is required" in counsel.post(address, {"step": "decline", "reason": ""}).content.decode()
    counsel.post(address, {"step": "decline", "reason": "The fax lists one option."})
    assert in_force(form) == ["G1"]
    prepared(hr, form)
    assert Mend.objects.count() == 2


def test_an_auditor_reads_it_and_cannot_act(hr, sign_in, form):
    attach(hr, form)
    prepared(hr, form)
    auditor, address = sign_in("auditor"), reverse("staff:mend", args=[Mend.objects.get().pk])
    assert "confirm" not in auditor.get(address).content.decode().lower().replace("a second person must confirm", "")
    assert auditor.post(address, {"step": "confirm", "digest": ""}).status_code == 403


def test_without_a_scan_nothing_is_prepared_and_the_page_says_so(hr, form):
    address = reverse("staff:prepare-mend", args=[form.pk])
    page = hr.get(address)
    assert "No scan is attached" in page.content.decode()
    wanted = values(page) | {"lines-1-is_listed": "on", "reason": "Missed."}
    refused = hr.post(address, {**wanted, "step": "preview"}).content.decode()
    assert "Attach a scan of form P-1 first" in refused
    assert not Mend.objects.exists()


def test_the_acceptance_page_names_the_entry_that_waits_and_so_does_the_home(hr, form):
    attach(hr, form)
    prepared(hr, form)
    home = hr.get(reverse("staff:index"))
    assert [task.title for task in home.context["tasks"] if "new entry" in task.title] == [
        "Check 1 new entry of a paper form"
    ]
    assert "Decide" not in " ".join(task.title for task in home.context["tasks"]), "it is no defect to decide on"
    address = reverse("staff:accept", args=["TEST"])
    asked = hr.get(address).content.decode()
    assert "A new entry that no second person has checked" in asked
    data = {"attested": "on", "at": "2003-07-25T09:00", "step": "preview"}
    refused = hr.post(address, data).content.decode()
    assert "Form P-1 has a new entry that waits for a second person" in refused
    left = hr.post(address, {**data, "leave_undecided": "on"})
    (found,) = [table for table in left.context["preview"].tables if table.caption == "Left undecided"]
    assert [(row[0].text, row[2].more) for row in found.rows] == [("P-1", "mend_waiting")]


def looks(holder):
    return [(look.by, look.what, look.name) for look in looks_at(holder.employee_number)[0]]


def test_whoever_the_new_entry_turns_out_to_be_of_is_told_of_each_look_through_it(hr, counsel, form):
    ben = a_holder("E2", legal_name="Ben Ode")
    a_grant(ben, "G9")
    attach(hr, form)
    address = reverse("staff:prepare-mend", args=[form.pk])
    start = values(hr.get(address)) | {"reason": "It is Ben's.", "employee_number": "E2"}
    hr.post(address, {**start, "step": "more"})
    assert looks(ben) == [], "a number typed shows nobody yet"
    assert "Ben Ode" in hr.post(address, {**start, "step": "preview"}).content.decode()
    assert looks(ben) == [("Hr", "form", "P-1")]
    prepared(hr, form, employee_number="E2")
    before, of_ana = len(looks(ben)), len(looks(form.holder))
    assert "E2" in counsel.get(reverse("staff:mend", args=[Mend.objects.get().pk])).content.decode()
    assert looks(ben)[:-before] == [("Counsel", "form", "P-1")]
    assert len(looks(form.holder)) == of_ana + 1, "and so is whose it was taken to be"


def test_a_look_through_a_mend_of_ones_own_form_is_one_line(hr, form):
    attach(hr, form)
    prepared(hr, form)
    before = len(looks(form.holder))
    hr.get(reverse("staff:mend", args=[Mend.objects.get().pk]))
    assert len(looks(form.holder)) == before + 1
