"""Files: uploaded, every problem or exactly what would change shown, then applied whole or not at all."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.elections.models import Form
from exchange.grants.models import Grant
from exchange.interchange import imports
from exchange.interchange.models import StagedFile
from exchange.interchange.schemas import CORPORATE_ACTIONS, EMPLOYMENT_EVENTS, GRANTS
from exchange.interchange.schemas import PEOPLE as PEOPLE_FILE
from exchange.interchange.staging import KEPT_FOR, stage
from exchange.kernel import clock
from exchange.market.models import CorporateAction
from exchange.offers.models import Offer, OfferDocument
from exchange.people.models import Holder
from tests.support.tables import CAPSTONE
from tests.support.world import EXPIRES_AT, an_offer, election, holders_with_grants, paper, record

pytestmark = pytest.mark.django_db
HEAD = (
    "employee_number,legal_name,name_on_agreement,email,residence_country,residence_state,role,hired_on,terminated_on"
)
PEOPLE = f"{HEAD}\nE1,Ana Lopes,Ana Lopes,ana@company.example,US,CA,employee,1999-02-01,\n"
SPLIT = "effective_on,kind,new,old,successor,note\n2003-11-03,split,3,2,,three for two\n"


def upload(client, kind, *bodies, **more):
    """Upload files of a kind; answers the address of the batch."""
    files = {
        f"file{place}": SimpleUploadedFile(name, body if isinstance(body, bytes) else body.encode())
        for place, (name, body) in enumerate(bodies)
    }
    answer = client.post(reverse("staff:upload", args=[kind]), {**files, **more})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def digest_of(answer):
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', answer.content.decode())
    return found.group(1) if found else ""


def apply(client, address, **more):
    digest = digest_of(client.get(address))
    return client.post(address, {"step": "confirm", "digest": digest, **more})


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_page_that_takes_a_file_lists_its_columns_for_whoever_has_none_yet(hr):
    for name, schema in (
        ("people", PEOPLE_FILE),
        ("grants", GRANTS),
        ("employment_events", EMPLOYMENT_EVENTS),
        ("corporate_actions", CORPORATE_ACTIONS),
    ):
        page = text_of(hr.get(reverse("staff:upload", args=[name])))
        assert [column.name for column in schema.columns if column.name not in page] == []
    assert "exercise_price a price more than 0 in plain digits" in text_of(
        hr.get(reverse("staff:upload", args=["grants"]))
    )
    assert re.search(
        r"department one line of at most 120 characters The column, or a cell of it",
        text_of(hr.get(reverse("staff:upload", args=["people"]))),
    )


def test_a_file_shows_what_it_would_do_and_does_it_only_when_confirmed(hr):
    address = upload(hr, "people", ("people.csv", PEOPLE))
    assert re.search(r"New\s+1", text_of(hr.get(address)))
    assert not Holder.objects.exists()
    answer = apply(hr, address)
    assert answer.status_code == 302
    assert Holder.objects.get().legal_name == "Ana Lopes"
    event = AuditEvent.objects.get(kind="people.imported")
    assert event.actor == "staff:hr@company.example"
    assert not StagedFile.objects.exists()
    assert "The file is applied" in hr.get(address).content.decode()


def test_every_problem_is_named_and_nothing_can_be_applied(hr):
    bad = f"{HEAD}\nE1,,Ana,x,USA,CA,boss,31-Apr-2003,\nE1,Ana,Ana,,US,CA,employee,1999-02-01,\n"
    address = upload(hr, "people", ("people.csv", bad))
    said = text_of(hr.get(address))
    for word in ("31-Apr-2003", "USA", "boss", "the cell is empty", "already in row 2"):
        assert word in said
    assert not digest_of(hr.get(address))
    assert hr.post(address, {"step": "confirm", "digest": ""}).status_code == 200
    assert not Holder.objects.exists()


def test_what_changes_is_shown_field_by_field(hr):
    apply(hr, upload(hr, "people", ("people.csv", PEOPLE)))
    said = text_of(hr.get(upload(hr, "people", ("people.csv", PEOPLE.replace("Ana Lopes,Ana", "Ana Reis,Ana")))))
    assert re.search(r"Changed\s+1", said)
    assert "Ana Lopes Ana Reis" in said


def test_a_change_of_what_a_judgement_used_needs_a_written_reason(hr):
    offer = an_offer()
    (holder,) = holders_with_grants(1)
    at = EXPIRES_AT - timedelta(days=9)
    record(offer, [paper(election(holder), "F1", at)], at)
    row = "E1,Holder E1,Holder E1,e1@company.example,US,,director,1999-02-01,"
    address = upload(hr, "people", ("people.csv", f"{HEAD}\n{row}\n"))
    said = text_of(hr.get(address))
    assert "The file changes facts that were used" in said
    assert "form F1" in said
    assert "Write the reason for the correction." in text_of(hr.post(address, {"step": "preview", "reason": " "}))
    preview = hr.post(address, {"step": "preview", "reason": "HR's file was wrong."}, follow=True)
    assert digest_of(preview)
    hr.post(address, {"step": "confirm", "digest": digest_of(preview)})
    holder.refresh_from_db()
    assert holder.role == "director"
    assert "HR's file was wrong." in AuditEvent.objects.get(kind="people.imported").payload


def test_what_changed_since_the_preview_is_shown_anew_and_not_applied(hr):
    address = upload(hr, "people", ("people.csv", PEOPLE))
    digest = digest_of(hr.get(address))
    apply(hr, upload(hr, "people", ("other.csv", PEOPLE.replace("ana@", "a.lopes@"))))
    answer = hr.post(address, {"step": "confirm", "digest": digest}, follow=True)
    assert "Something has changed since you saw the preview" in answer.content.decode()
    assert Holder.objects.get().email == "a.lopes@company.example"


def test_a_split_needs_the_offers_code_and_is_then_counted(hr):
    an_offer()
    address = upload(hr, "corporate_actions", ("actions.csv", SPLIT))
    answer = apply(hr, address, confirmation="wrong")
    assert "Type TEST, exactly so." in answer.content.decode()
    assert not CorporateAction.objects.exists()
    assert apply(hr, address, confirmation="TEST").status_code == 302
    assert CorporateAction.objects.get().new == Decimal(3)


def test_paper_forms_come_in_from_two_files(hr):
    offer = an_offer()
    holders_with_grants(2)
    forms = (
        "form_id,received_at,channel,employee_number,kind,signed_at,signature_name,signer_capacity,signer_title,"
        "authority_evidence,name_change_proof,email,address,id_number\n"
        "F1,2003-07-01T10:00:00-07:00,fax,E1,election,2003-07-01,Holder E1,self,,no,no,,,\n"
        "F2,2003-07-01T10:00:00-07:00,fax,E404,election,2003-07-01,Nobody,self,,no,no,,,\n"
    )
    lines = (
        "form_id,grant_number,grant_date,exercise_price,shares\nF1,E1-1,2001-03-05,24.5,1200\n"
        "F2,E1-1,2001-03-05,24.5,1200\n"
    )
    address = upload(hr, "forms", ("forms.csv", forms), ("lines.csv", lines))
    said = text_of(hr.get(address))
    assert re.search(r"Recorded\s+2", said)
    assert "unknown_person" in said
    assert apply(hr, address).status_code == 302
    assert Form.objects.filter(offer=offer).count() == 2
    wrong = upload(hr, "forms", ("forms.csv", forms.replace("fax", "email")), ("lines.csv", lines))
    assert not digest_of(hr.get(wrong))


def test_an_offers_terms_are_read_in_words_before_they_make_a_draft(hr):
    address = upload(hr, "terms", ("offer.toml", (CAPSTONE / "offer.toml").read_bytes()))
    said = text_of(hr.get(address))
    for words in ("24 July 2003, 5:00 p.m. Pacific Time", "1 for 1", "$2.00", "12.5 percent at the grant", "Capstone"):
        assert words in said
    assert not Offer.objects.exists()
    apply(hr, address)
    assert Offer.objects.get().code == "CPST-2003"


def test_documents_that_the_terms_name_come_along(hr):
    terms = (CAPSTONE / "offer.toml").read_text()
    terms += '\n[[documents]]\nkind = "offer_to_exchange"\ntitle = "Offer to Exchange"\nfile = "offer.html"\n'
    document = SimpleUploadedFile("offer.html", b"<h1>The offer</h1>")
    address = upload(hr, "terms", ("offer.toml", terms), more=[document])
    assert apply(hr, address).status_code == 302
    kept = OfferDocument.objects.get()
    answer = hr.get(reverse("staff:document", args=[kept.pk]))
    assert answer.content == b"<h1>The offer</h1>"
    assert "sandbox" in answer["Content-Security-Policy"]
    missing = upload(hr, "terms", ("offer.toml", terms))
    assert not digest_of(hr.get(missing))


def test_a_file_can_be_removed_instead(hr):
    address = upload(hr, "people", ("people.csv", PEOPLE))
    hr.post(address, {"step": "discard"})
    assert not StagedFile.objects.exists()
    assert not Holder.objects.exists()


def test_a_colleague_without_the_permission_sees_nothing_of_it(hr, counsel):
    address = upload(hr, "people", ("people.csv", PEOPLE))
    assert counsel.get(address).status_code == 403
    assert counsel.post(address, {"step": "discard"}).status_code == 403
    assert StagedFile.objects.count() == 1


def test_what_nobody_applied_within_a_week_is_removed():
    old = clock.now() - KEPT_FOR - timedelta(minutes=1)
    stage(kind="people", files=[("old.csv", b"x")], actor="staff:hr", at=old)
    stage(kind="people", files=[("new.csv", b"x")], actor="staff:hr", at=clock.now())
    assert [file.name for file in StagedFile.objects.all()] == ["new.csv"]


@pytest.mark.parametrize("name", ["../../people.csv", "/etc/people.csv", "..", "a/b/people.csv"])
def test_a_files_name_never_leads_out_of_its_folder(hr, name):
    batch = imports.upload(kind="people", name=name, content=PEOPLE.encode(), actor="staff:hr", at=clock.now())
    assert hr.get(reverse("staff:staged", args=[batch])).status_code == 200
    assert "/" not in StagedFile.objects.get().name


def test_files_that_are_none_are_problems_not_errors(hr):
    for body in (b"\x00\x01\x02", b"\xff\xfe", b"PK\x03\x04 no workbook", "é".encode("latin-1")):
        for name in ("people.csv", "people.xlsx", "people.pdf"):
            address = upload(hr, "people", (name, body))
            answer = hr.get(address)
            assert answer.status_code == 200
            assert not digest_of(answer)
    assert not Grant.objects.exists()
