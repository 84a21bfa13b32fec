"""The whole Capstone offer by the desk alone: the same files, clicked through, come out as the commands' outcome."""

import csv
import io
import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange.elections.models import Form
from exchange.interchange.export import results
from exchange.kernel.wording import date_text
from exchange.offers.models import Offer
from exchange.people.models import Holder
from exchange.settlement.models import NewGrant
from exchange.settlement.signatures import unsigned
from exchange.staff import long_steps
from tests.staff.conftest import propose_and_approve
from tests.staff.test_making_an_offer_by_form import capstone
from tests.support.tables import CAPSTONE

pytestmark = pytest.mark.django_db
CODE = "CPST-2003"
PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.fixture(autouse=True)
def in_the_request(monkeypatch):
    """Its 224 people are enough for the worker, where there is one; that has tests of its own."""
    monkeypatch.setattr(long_steps, "MOST_IN_REQUEST", 224)


def digest_of(answer):
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', answer.content.decode())
    assert found, " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    return found.group(1)


def upload(client, kind, *names, bodies=(), **more):
    bodies = bodies or [(CAPSTONE / name).read_bytes() for name in names]
    files = {f"file{n}": SimpleUploadedFile(*pair) for n, pair in enumerate(zip(names, bodies, strict=True))}
    address = client.post(reverse("staff:upload", args=[kind]), files)["Location"]
    answer = client.post(address, {"step": "confirm", "digest": digest_of(client.get(address)), **more})
    assert answer.status_code == 302, answer.content.decode()


def by_two(hr, counsel, step, extra=None, **data):
    """What binds the company: HR proposes it, counsel approves."""
    answer = propose_and_approve(hr, counsel, reverse(f"staff:{step}", args=[CODE]), CODE, data, extra)
    assert answer.status_code == 302, answer.content.decode()


def guarded(client, step, **data):
    address = reverse(f"staff:{step}", args=[CODE])
    digest = digest_of(client.post(address, {**data, "step": "preview"}))
    answer = client.post(address, {**data, "step": "confirm", "digest": digest, "confirmation": CODE})
    assert answer.status_code == 302, answer.content.decode()


def rows(name):
    with (CAPSTONE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def local(text):
    """An instant of a file as the desk's fields take it: by the clock on the wall of the offer's zone."""
    return datetime.fromisoformat(text).astimezone(PACIFIC).replace(tzinfo=None)


def transcribed(form, lines, holders):
    """What HR types for one paper form of the file."""
    holder = holders.get(form["employee_number"])
    signed = form["signed_at"]
    at = local(signed) if "T" in signed else None
    data = {
        "number": form["form_id"],
        "kind": form["kind"],
        "channel": form["channel"],
        "received_at": local(form["received_at"]).isoformat(),
        "signature_name": form["signature_name"],
        "signed_on": at.date().isoformat() if at else signed,
        "signed_time": at.time().isoformat() if at else "",
        "signer_capacity": form["signer_capacity"] or "self",
        "signer_title": form["signer_title"],
        "email": form["email"],
        "address": form["address"],
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": "0",
    }
    data |= {"person": str(holder.pk)} if holder else {"employee_number": form["employee_number"]}
    for tick, column in (
        ("has_authority_evidence", "authority_evidence"),
        ("has_name_change_proof", "name_change_proof"),
    ):
        if form[column] == "yes":
            data[tick] = "on"
    for place, line in enumerate(lines):
        data |= {
            f"lines-{place}-is_listed": "on",
            f"lines-{place}-grant_number": line["grant_number"],
            f"lines-{place}-grant_date": date_text(datetime.fromisoformat(line["grant_date"]).date()),
            f"lines-{place}-exercise_price": line["exercise_price"],
            f"lines-{place}-shares": line["shares"],
        }
    return data


def as_csv(found):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(found[0]))
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue().encode()


def record_every_form(client):
    """One by one the forms of half the people, in order of receipt; the others' from files. Each is judged apart."""
    address = reverse("staff:paper-form", args=[CODE])
    holders = Holder.objects.in_bulk(field_name="employee_number")
    lines = {}
    for line in rows("form_lines.csv"):
        lines.setdefault(line["form_id"], []).append(line)
    forms = sorted(rows("forms.csv"), key=lambda row: datetime.fromisoformat(row["received_at"]))
    by_hand = [form for form in forms if form["employee_number"][-1] in "02468"]
    from_files = [form for form in forms if form not in by_hand]
    their_lines = [line for form in from_files for line in lines.get(form["form_id"], ())]
    bodies = [as_csv(from_files), as_csv(their_lines)]
    upload(client, "forms", "forms.csv", "form_lines.csv", bodies=bodies)
    assert len(by_hand) > 60
    for form in by_hand:
        data = transcribed(form, lines.get(form["form_id"], []), holders)
        digest = digest_of(client.post(address, {**data, "step": "preview"}))
        answer = client.post(address, {**data, "step": "record", "digest": digest})
        assert answer.status_code == 302, answer.content.decode()


def make_the_offer(client):
    """The offer by form: no file is needed."""
    address = client.post(reverse("staff:new-offer"), capstone())["Location"]
    answer = client.post(address, {"step": "confirm", "digest": digest_of(client.get(address))})
    assert answer.status_code == 302, answer.content.decode()


def answer_the_checklist(client):
    """Counsel approves what the offer says, and accepts with a reason what can be accepted."""
    letters = reverse("staff:letters-of-offer", args=[CODE])
    shown = re.findall(r'name="shown" value="([^"]+)"', client.get(letters).content.decode())
    client.post(letters, {"shown": shown})
    for check in ("documents_approved", "duplicate_people", "placeholder_addresses", "signatory"):
        address = reverse("staff:check", args=[CODE, check])
        (shown,) = re.findall(r'name="shown" value="([^"]+)"', client.get(address).content.decode())
        assert client.post(address, {"shown": shown, "reason": "As in 2003."}).status_code == 302
    said = client.get(reverse("staff:preflight", args=[CODE])).content.decode()
    assert "Nothing holds the opening back" in said


def bring_to_its_end(client):
    """Agreements signed on paper, all but one; the final statements; then only the worker holds the closing up."""
    *signed, left = NewGrant.objects.select_related("holder").order_by("number")
    for option in signed:
        address = reverse("staff:record-agreement", args=[option.pk])
        data = {"signed_on": "2004-01-26", "channel": "fax", "signature_name": option.holder.name_on_agreement}
        answer = client.post(address, {**data, "confirmation": option.number})
        assert answer.status_code == 302, answer.content.decode()
    assert list(unsigned(NewGrant.objects.all())) == [left]
    guarded(client, "statements", at="2004-01-27T09:00")
    said = client.get(reverse("staff:pool", args=[CODE])).content.decode()
    assert "It agrees" in said
    leaving = {"leave_unsigned": "on", "at": "2004-01-28T09:00", "step": "preview"}
    said = client.post(reverse("staff:close", args=[CODE]), leaving).content.decode()
    (reasons,) = re.findall(r"This cannot be done</h2>\s*<ul>(.*?)</ul>", said, re.S)
    listed = re.findall(r"<li>(.*?)</li>", reasons, re.S)
    told = [re.sub(r"<[^>]+>", "", reason).strip().partition(":")[0] for reason in listed]
    assert told == ["Letters that have not gone out yet", "Papers that are not made yet"]


def test_an_offer_run_by_clicks_comes_out_as_it_does_by_commands(hr, counsel):
    make_the_offer(hr)
    upload(hr, "people", "people.csv")
    upload(hr, "grants", "grants.csv")
    upload(hr, "employment_events", "employment_events.csv")
    answer_the_checklist(counsel)
    by_two(hr, counsel, "open", at="2003-06-25T06:00")
    record_every_form(hr)
    assert Form.objects.count() == 160
    by_two(hr, counsel, "accept", attested="on", leave_undecided="on", at="2003-07-25T09:00")
    guarded(hr, "promises", at="2003-07-28T09:00")
    upload(hr, "corporate_actions", "corporate_actions.csv", confirmation=CODE)
    price = {"closing_price": "2.03"}
    by_two(hr, counsel, "grant", extra=price, on="2004-01-26", at="2004-01-26T17:00", **price)
    found = json.loads(json.dumps(results(Offer.objects.get(code=CODE))))
    expected = json.loads((CAPSTONE / "expected.json").read_text())
    assert {key: found[key] for key in expected} == expected
    bring_to_its_end(hr)
