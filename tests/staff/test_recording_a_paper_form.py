"""Recording one paper form: the person found, the form transcribed as it is, its judgement seen before it is kept."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.elections.models import Form, Scan
from exchange.elections.reads import forms_of
from exchange.kernel import clock
from exchange.people.models import User
from exchange.staff.fields import InstantField
from tests.support.world import EXPIRES_AT, a_grant, a_holder, a_live_offer, an_offer, holders_with_grants

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a scan"


@pytest.fixture
def offer():
    return an_offer()


@pytest.fixture
def ana(offer):
    holder = a_holder("E1", legal_name="Ana Lopes", name_on_agreement="Ana Lopes")
    a_grant(holder, "G1")
    a_grant(holder, "G2", exercise_price=Decimal("11.25"), shares_granted=7)
    return holder


def address(offer):
    return reverse("staff:paper-form", args=[offer.code])


def filled(holder, *lines, **facts):
    """What staff post: the form's facts, and lines as (ticked, number, date, price, shares)."""
    data = {
        "number": "P-0001",
        "kind": "election",
        "channel": "fax",
        "received_at": "2003-07-21T10:15:30",
        "signature_name": holder.name_on_agreement if holder else "Somebody",
        "signed_on": "2003-07-20",
        "signed_time": "",
        "signer_capacity": "self",
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": "0",
        "step": "preview",
        **({"person": str(holder.pk)} if holder else {}),
        **facts,
    }
    for place, (is_listed, number, on, price, shares) in enumerate(lines):
        if is_listed:
            data[f"lines-{place}-is_listed"] = "on"
        data |= {
            f"lines-{place}-grant_number": number,
            f"lines-{place}-grant_date": on,
            f"lines-{place}-exercise_price": price,
            f"lines-{place}-shares": shares,
        }
    return {name: value for name, value in data.items() if value is not None}


G1 = (True, "G1", "5 March 2001", "24.50", "1200")
G2 = (True, "G2", "2001-03-05", "$11.25", "7")


def said_by(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def record(client, offer, data, **files):
    """See the judgement, then record the form."""
    preview = client.post(address(offer), data)
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', preview.content.decode())
    assert found, said_by(preview)
    return client.post(address(offer), {**data, "step": "record", "digest": found.group(1), **files})


def test_the_person_is_found_by_a_part_of_number_name_or_address(hr, offer, ana):
    ben = a_holder("E12", legal_name="Ben Lopes", email="ben@elsewhere.example")
    for query in ("E1", "e1", "ana", "Lopes Ana", "e1@company"):
        assert hr.get(f"{address(offer)}?q={query}")["Location"] == f"{address(offer)}?person={ana.pk}", query
    assert hr.get(f"{address(offer)}?q=elsewhere")["Location"].endswith(f"?person={ben.pk}")
    both = hr.get(f"{address(offer)}?q=LOPES").content.decode()
    assert f"?person={ana.pk}" in both
    assert f"?person={ben.pk}" in both
    assert "Nobody on file fits" in hr.get(f"{address(offer)}?q=zzz").content.decode()


def test_the_page_lists_the_eligible_options_first_and_says_why_others_are_not(hr, offer, ana):
    a_grant(ana, "G0", exercise_price=Decimal("1.00"))
    page = hr.get(f"{address(offer)}?person={ana.pk}").content.decode()
    assert page.index('value="G1"') < page.index('value="G0"')
    assert 'value="5 March 2001"' in page
    assert "The exercise price is below the lowest one the offer takes." in page
    assert 'value="P-0001"' in page


def test_what_most_forms_say_is_there_already(hr, offer, ana):
    """From the number typed to a recorded form: ticks, the name, the date; all else is proposed or can stay empty."""
    page = hr.get(f"{address(offer)}?q=E1", follow=True)
    shown = {field.html_name: field.value() for field in page.context["form"]}
    assert (shown["number"], shown["kind"], shown["channel"]) == ("P-0001", "election", "fax")
    assert shown["received_at"], "the instant it is now, in the offer's zone"
    data = {name: "" if value in (None, False) else value for name, value in shown.items()}
    typed = {"signature_name": "Ana Lopes", "signed_on": "2003-06-25", "lines-0-is_listed": "on"}
    lines = {"lines-TOTAL_FORMS": "4", "lines-INITIAL_FORMS": "2"}
    for line in page.context["lines"]:
        for field in line:
            value = field.field.prepare_value(field.value())
            lines |= {} if value in (None, False, "") else {field.html_name: value}
    field = page.context["form"]["received_at"]
    data["received_at"] = field.field.prepare_value(field.value())
    del data["has_authority_evidence"], data["has_name_change_proof"], data["is_conditional"]
    posted = {**data, **lines, **typed, "person": str(ana.pk)}
    seen = hr.post(address(offer), {**posted, "step": "preview"})
    file = SimpleUploadedFile("fax.pdf", PDF, "application/pdf")
    digest = seen.context["preview"].digest
    hr.post(address(offer), {**posted, "step": "record", "digest": digest, "scan": file})
    assert (forms_of(offer, ana).tendered, Scan.objects.count()) == (["G1"], 1)


def test_a_form_is_judged_before_it_is_recorded_and_recorded_as_it_was_judged(hr, offer, ana):
    preview = hr.post(address(offer), filled(ana, G1, G2))
    assert re.search(r"It will be\s+Effective", said_by(preview))
    assert not Form.objects.exists()
    answer = record(hr, offer, filled(ana, G1, G2))
    form = Form.objects.get()
    assert answer["Location"] == reverse("staff:elections_form_change", args=[form.pk])
    assert sorted(forms_of(offer, ana).tendered) == ["G1", "G2"]
    assert form.received_at == datetime(2003, 7, 21, 17, 15, 30, tzinfo=UTC)
    assert form.signed_on == date(2003, 7, 20)
    assert form.recorded_by == "staff:hr@company.example"
    assert AuditEvent.objects.filter(kind="forms.recorded").count() == 1


def test_what_the_paper_says_wrongly_is_kept_so_and_its_defects_are_named_at_once(hr, offer, ana):
    wrong_price = (True, "G1", "5 March 2001", "24", "1200")
    fewer = (True, "G2", "5 March 2001", "11.25", "6")
    nobodys = (True, "G404", "1 May 2001", "3.50", "100")
    twice = (True, "G1", "5 March 2001", "24.50", "1200")
    said = said_by(hr.post(address(offer), filled(ana, wrong_price, fewer, nobodys, twice)))
    for code in ("mismatch", "partial_tender", "unknown_grant", "duplicate"):
        assert f"{code}: " in said
    record(hr, offer, filled(ana, wrong_price, fewer, nobodys, twice))
    lines = Form.objects.get().lines.values_list("grant_number", "exercise_price", "shares")
    assert list(lines) == [
        ("G1", Decimal("24"), 1200),
        ("G2", Decimal("11.25"), 6),
        ("G404", Decimal("3.5"), 100),
        ("G1", Decimal("24.5"), 1200),
    ]


def test_only_ticked_options_are_on_the_form_and_a_blank_line_counts_once_it_has_a_number(hr, offer, ana):
    unticked = (False, "G1", "5 March 2001", "24.50", "1200")
    second = (False, "G2", "5 March 2001", "11.25", "7")
    written = (False, "G404", "5 March 2001", "11.25", "7")
    record(hr, offer, filled(ana, unticked, second, written))
    assert [line.grant_number for line in Form.objects.get().lines.all()] == ["G404"]


def test_a_line_must_have_all_that_is_written(hr, offer, ana):
    answer = hr.post(address(offer), filled(ana, (True, "G1", "", "24.50", "1200")))
    assert "Granted: enter what is written." in answer.content.decode()
    answer = hr.post(address(offer), filled(ana, (True, "G1", "3/5/2001", "24.50", "1200")))
    assert "Write it as 4 September 2000 or 2000-09-04." in answer.content.decode()
    assert not Form.objects.exists()


def test_unsigned_undated_and_conditional_forms_are_recorded_as_defective(hr, offer, ana):
    data = filled(ana, G1, signature_name="", signed_on="", is_conditional="on")
    said = said_by(hr.post(address(offer), data))
    assert "Nobody signed it." in said
    assert "undated" in said
    assert "conditional" in said
    record(hr, offer, data)
    assert Form.objects.get().judgements.get().status == "defective"


def test_someone_who_signs_for_the_holder_needs_a_title_and_evidence(hr, offer, ana):
    data = filled(ana, G1, signature_name="Attorney", signer_capacity="attorney_in_fact")
    assert "authority_not_evidenced" in said_by(hr.post(address(offer), data))
    data |= {"signer_title": "Attorney-in-fact", "has_authority_evidence": "on"}
    assert re.search(r"It will be\s+Effective", said_by(hr.post(address(offer), data)))


def test_a_notice_withdraws_and_lists_no_options(hr, offer, ana):
    record(hr, offer, filled(ana, G1))
    listed = hr.post(address(offer), filled(ana, G1, kind="withdrawal", number="P-0002"))
    assert "A Notice to Withdraw lists no options" in listed.content.decode()
    notice = filled(ana, kind="withdrawal", number="P-0002", received_at="2003-07-22T10:00", signed_on="2003-07-21")
    record(hr, offer, notice)
    assert forms_of(offer, ana).tendered == []


def test_a_form_of_someone_not_on_file_is_recorded_and_rejected(hr, offer, ana):
    page = hr.get(f"{address(offer)}?unknown=1").content.decode()
    assert "someone who is not on file" in page
    data = filled(None, G1, employee_number="E999")
    assert "unknown_person" in said_by(hr.post(address(offer), data))
    record(hr, offer, data)
    form = Form.objects.get()
    assert (form.holder, form.employee_number) == (None, "E999")


def test_a_number_that_is_on_file_is_not_taken_for_a_stranger(hr, offer, ana):
    answer = hr.post(address(offer), filled(None, G1, employee_number="E1"))
    assert "This number is on file." in answer.content.decode()


def test_nobody_records_for_themselves(sign_in, offer, ana):
    hr = sign_in("hr")
    ana.user = User.objects.get(email="hr@company.example")
    ana.save()
    assert hr.get(f"{address(offer)}?person={ana.pk}").status_code == 403
    assert hr.post(address(offer), filled(ana, G1)).status_code == 403
    assert hr.post(address(offer), filled(ana, G1, step="record")).status_code == 403
    assert "Nobody records for themselves" in hr.get(f"{address(offer)}?q=E1").content.decode()
    assert f"?person={ana.pk}" not in hr.get(f"{address(offer)}?q=E1").content.decode()
    assert not Form.objects.exists()


def test_an_account_with_the_holders_own_address_is_the_same_person(hr, offer, ana):
    ana.email = "HR@company.example"
    ana.save()
    assert hr.post(address(offer), filled(ana, G1, step="record")).status_code == 403


def test_a_superuser_does_not_record_for_themselves_either(sign_in, offer, ana):
    client = sign_in("superuser")
    ana.user = User.objects.get(email="superuser@company.example")
    ana.save()
    assert client.post(address(offer), filled(ana, G1)).status_code == 403


def test_what_changed_since_it_was_judged_is_shown_anew_and_not_recorded(hr, offer, ana):
    data = filled(ana, G1)
    preview = hr.post(address(offer), data)
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', preview.content.decode()).group(1)
    ana.name_on_agreement = "Ana Somebody Else"
    ana.save()
    answer = hr.post(address(offer), {**data, "step": "record", "digest": digest})
    assert "Nothing was recorded. This is how it stands now." in said_by(answer)
    assert "name_mismatch" in said_by(answer)
    assert not Form.objects.exists()


def test_the_same_form_twice_is_one_and_another_of_its_number_is_refused(hr, offer, ana):
    record(hr, offer, filled(ana, G1))
    again = hr.post(address(offer), filled(ana, G1))
    assert "This very form is on record already." in said_by(again)
    other = hr.post(address(offer), filled(ana, G1, G2))
    assert "is on record with other content" in said_by(other)
    assert Form.objects.count() == 1


def test_a_form_after_the_deadline_is_recorded_as_late(hr, offer, ana):
    data = filled(ana, G1, received_at="2003-07-24T17:00")
    assert "Never cured, never waived." in said_by(hr.post(address(offer), data))
    just = filled(ana, G1, received_at="2003-07-24T16:59:59.999999")
    assert re.search(r"It will be\s+Effective", said_by(hr.post(address(offer), just)))


def test_a_live_offer_takes_no_form_received_later_than_now(hr):
    offer = a_live_offer()
    (holder,) = holders_with_grants(1)
    tomorrow = clock.now() + timedelta(days=1)
    data = filled(holder, (True, "E1-1", "2001-03-05", "24.5", "1200"), received_at=f"{tomorrow:%Y-%m-%dT%H:%M}")
    assert "said to be received later than now" in said_by(hr.post(address(offer), data))


def test_an_hour_that_the_clocks_skip_or_repeat_is_not_guessed(hr):
    field = InstantField(zone="America/Los_Angeles")
    with pytest.raises(ValidationError, match="skip"):
        field.clean("2003-04-06T02:30")
    with pytest.raises(ValidationError, match="twice"):
        field.clean("2003-10-26T01:30")
    assert field.clean("2003-10-26T01:30:00-07:00") == datetime(2003, 10, 26, 8, 30, tzinfo=UTC)
    assert field.clean("2003-10-26T01:30:00-08:00") == datetime(2003, 10, 26, 9, 30, tzinfo=UTC)


def test_more_lines_can_be_asked_for_and_nothing_typed_is_lost(hr, offer, ana):
    answer = hr.post(address(offer), filled(ana, G1, step="more", printed_name="ANA LOPES")).content.decode()
    assert 'name="lines-5-grant_number"' in answer
    assert 'value="ANA LOPES"' in answer
    assert "There is a problem" not in answer


def test_a_scan_is_kept_with_the_form_in_the_same_press(hr, offer, ana):
    record(hr, offer, filled(ana, G1), scan=SimpleUploadedFile("form.pdf", PDF))
    scan = Scan.objects.get()
    assert scan.form == Form.objects.get()
    assert scan.content_type == "application/pdf"


def test_a_scan_that_is_none_records_nothing(hr, offer, ana):
    answer = record(hr, offer, filled(ana, G1), scan=SimpleUploadedFile("form.pdf", b"MZ not a scan"))
    assert "neither a PDF nor a PNG or JPEG picture" in said_by(answer)
    assert not Form.objects.exists()


def test_the_contact_details_on_the_form_are_kept(hr, offer, ana):
    record(hr, offer, filled(ana, G1, printed_name="ANA LOPES", email="ana@home.example", address="1 Road"))
    kept = Form.objects.get().content()["form"]
    assert (kept["printed_name"], kept["email"], kept["address"]) == ("ANA LOPES", "ana@home.example", "1 Road")


def test_it_was_received_before_the_offer_expired_whatever_zone_staff_sit_in(hr, offer, ana):
    data = filled(ana, G1, received_at=f"{EXPIRES_AT - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}+00:00")
    assert re.search(r"It will be\s+Effective", said_by(hr.post(address(offer), data)))
