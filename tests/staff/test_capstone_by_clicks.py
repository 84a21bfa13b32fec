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
from tests.support.tables import CAPSTONE

pytestmark = pytest.mark.django_db
CODE = "CPST-2003"
PACIFIC = ZoneInfo("America/Los_Angeles")


def digest_of(answer):
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', answer.content.decode())
    assert found, re.sub(r"<[^>]+>", " ", answer.content.decode())
    return found.group(1)


def upload(client, kind, *names, bodies=(), **more):
    bodies = bodies or [(CAPSTONE / name).read_bytes() for name in names]
    files = {f"file{n}": SimpleUploadedFile(*pair) for n, pair in enumerate(zip(names, bodies, strict=True))}
    address = client.post(reverse("staff:upload", args=[kind]), files)["Location"]
    answer = client.post(address, {"step": "confirm", "digest": digest_of(client.get(address)), **more})
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


def test_an_offer_run_by_clicks_comes_out_as_it_does_by_commands(hr):
    upload(hr, "terms", "offer.toml")
    upload(hr, "people", "people.csv")
    upload(hr, "grants", "grants.csv")
    upload(hr, "employment_events", "employment_events.csv")
    guarded(hr, "open", at="2003-06-25T06:00")
    record_every_form(hr)
    assert Form.objects.count() == 160
    guarded(hr, "accept", attested="on", leave_undecided="on", at="2003-07-25T09:00")
    guarded(hr, "promises", at="2003-07-28T09:00")
    upload(hr, "corporate_actions", "corporate_actions.csv", confirmation=CODE)
    prices = {"closing_price": "2.03", "closing_price_again": "2.03"}
    guarded(hr, "grant", on="2004-01-26", at="2004-01-26T17:00", **prices)
    found = json.loads(json.dumps(results(Offer.objects.get(code=CODE))))
    expected = json.loads((CAPSTONE / "expected.json").read_text())
    assert {key: found[key] for key in expected} == expected
