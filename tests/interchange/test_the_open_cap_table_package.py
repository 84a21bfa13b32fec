"""The outcome as an Open Cap Table package: whole by the format's rules, and the same shares as the export in JSON.

`RULES` restates, in our own words, what version 1.2.0 of the format asks of the objects that we write.
"""

import hashlib
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from exchange.grants.models import Grant
from exchange.interchange.export import results
from exchange.interchange.exports.ocf import as_ocf
from exchange.kernel.canonical import decimal_text
from exchange.offers.models import Offer
from exchange.people.models import Holder
from exchange.settlement.models import AgreementSignature, NewGrant
from tests.support.world import an_offer

pytestmark = pytest.mark.django_db
AT = datetime(2004, 3, 1, 17, tzinfo=UTC)


def is_text(value):
    return isinstance(value, str) and value != ""


def is_id(value):
    return is_text(value)


def is_number(value):
    """A number is a text of digits, with ten decimals at most."""
    return isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+(\.[0-9]{1,10})?", value) is not None


def is_day(value):
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def is_money(value):
    return set(value) == {"amount", "currency"} and is_number(value["amount"]) and value["currency"] == "USD"


def one_of(*values):
    return lambda value: value in values


def each(check, *, least=0):
    return lambda value: isinstance(value, list) and len(value) >= least and all(check(item) for item in value)


def is_vesting(value):
    return set(value) == {"date", "amount"} and is_day(value["date"]) and is_number(value["amount"])


OBJECT = {"id": is_id, "object_type": is_text}
TRANSACTION = {**OBJECT, "date": is_day, "security_id": is_id}
# For each kind of object: what it must have, and what it may have besides; anything else is refused.
RULES = {
    "ISSUER": (
        {**OBJECT, "legal_name": is_text, "formation_date": is_day, "country_of_formation": one_of("US")},
        {"comments": each(is_text)},
    ),
    "STAKEHOLDER": (
        {
            **OBJECT,
            "name": lambda value: set(value) == {"legal_name"} and is_text(value["legal_name"]),
            "stakeholder_type": one_of("INDIVIDUAL", "INSTITUTION"),
        },
        {
            "issuer_assigned_id": is_text,
            "current_relationship": one_of(
                "EMPLOYEE", "OFFICER", "EXECUTIVE", "BOARD_MEMBER", "CONSULTANT", "EX_EMPLOYEE"
            ),
        },
    ),
    "STOCK_CLASS": (
        {
            **OBJECT,
            "name": is_text,
            "class_type": one_of("COMMON", "PREFERRED"),
            "default_id_prefix": is_text,
            "initial_shares_authorized": one_of("NOT APPLICABLE", "UNLIMITED"),
            "votes_per_share": is_number,
            "seniority": is_number,
        },
        {"comments": each(is_text)},
    ),
    "STOCK_PLAN": (
        {
            **OBJECT,
            "plan_name": is_text,
            "initial_shares_reserved": is_number,
            "stock_class_ids": each(is_id, least=1),
        },
        {"comments": each(is_text)},
    ),
    "TX_EQUITY_COMPENSATION_ISSUANCE": (
        {
            **TRANSACTION,
            "custom_id": is_text,
            "stakeholder_id": is_id,
            "compensation_type": one_of("OPTION_NSO", "OPTION_ISO"),
            "quantity": is_number,
            "exercise_price": is_money,
            "expiration_date": is_day,
            "termination_exercise_windows": each(is_text),
            "security_law_exemptions": each(is_text),
        },
        {
            "stock_plan_id": is_id,
            "stock_class_id": is_id,
            "option_grant_type": one_of("NSO", "ISO"),
            "vestings": each(is_vesting, least=1),
            "consideration_text": is_text,
            "comments": each(is_text),
        },
    ),
    "TX_EQUITY_COMPENSATION_CANCELLATION": ({**TRANSACTION, "quantity": is_number, "reason_text": is_text}, {}),
    "TX_EQUITY_COMPENSATION_ACCEPTANCE": (TRANSACTION, {}),
}
FILES = {
    "stakeholders_files": ("OCF_STAKEHOLDERS_FILE", {"STAKEHOLDER"}),
    "stock_classes_files": ("OCF_STOCK_CLASSES_FILE", {"STOCK_CLASS"}),
    "stock_plans_files": ("OCF_STOCK_PLANS_FILE", {"STOCK_PLAN"}),
    "transactions_files": ("OCF_TRANSACTIONS_FILE", {kind for kind in RULES if kind.startswith("TX_")}),
}
NONE_OF = ("stock_legend_templates_files", "valuations_files", "vesting_terms_files")
HEAD = {"ocf_version", "file_type", "issuer", "as_of", "generated_at", "comments"}


def faults(item):
    """What is wrong with an object by the rules of its kind."""
    needed, allowed = RULES[item["object_type"]]
    named = f"{item['object_type']} {item['id']}"
    yield from (f"{named} lacks {name}" for name in needed if name not in item)
    for name, value in item.items():
        check = {**needed, **allowed}.get(name)
        if check is None or not check(value):
            yield f"{named}: {name} is {value!r}"


@pytest.fixture
def offer(life):
    return life


def package(offer):
    """The manifest and every object of a package, which is whole."""
    with zipfile.ZipFile(io.BytesIO(as_ocf(offer, AT))) as archive:
        assert archive.testzip() is None
        bodies = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(bodies.pop("Manifest.ocf.json"))
    assert set(manifest) == HEAD | set(FILES) | set(NONE_OF)
    assert (manifest["ocf_version"], manifest["file_type"]) == ("1.2.0", "OCF_MANIFEST_FILE")
    assert is_day(manifest["as_of"])
    assert datetime.fromisoformat(manifest["generated_at"]) == AT
    assert all(manifest[name] == [] for name in NONE_OF)
    objects = [manifest["issuer"]]
    for name, (file_type, kinds) in FILES.items():
        for entry in manifest[name]:
            assert set(entry) == {"filepath", "md5"}
            body = bodies.pop(entry["filepath"])
            assert hashlib.md5(body, usedforsecurity=False).hexdigest() == entry["md5"]
            content = json.loads(body)
            assert set(content) == {"file_type", "items"}
            assert content["file_type"] == file_type
            assert {item["object_type"] for item in content["items"]} <= kinds
            objects += content["items"]
    assert not bodies, "every file is named in the manifest"
    return manifest, objects


def of(objects, kind):
    return [item for item in objects if item["object_type"].endswith(kind)]


def test_every_object_is_as_its_kind_asks_for_and_refers_to_what_is_there(offer):
    _manifest, objects = package(offer)
    assert [fault for item in objects for fault in faults(item)] == []
    ids = [item["id"] for item in objects]
    assert len(ids) == len(set(ids))
    issued = {item["security_id"]: item for item in of(objects, "ISSUANCE")}
    assert len(issued) == len(of(objects, "ISSUANCE"))
    for item in of(objects, "CANCELLATION") + of(objects, "ACCEPTANCE"):
        assert item["date"] >= issued[item["security_id"]]["date"]
    for item in issued.values():
        assert {item["stakeholder_id"], item["stock_plan_id"], item["stock_class_id"]} <= set(ids)
    for item in of(objects, "STOCK_PLAN"):
        assert set(item["stock_class_ids"]) <= set(ids)


def test_it_has_the_shares_prices_and_dates_of_the_outcome(offer):
    outcome, (_manifest, objects) = results(offer), package(offer)
    issued = {item["security_id"]: item for item in of(objects, "ISSUANCE")}
    cancelled = {issued[i["security_id"]]["custom_id"]: int(i["quantity"]) for i in of(objects, "CANCELLATION")}
    assert cancelled == outcome["cancelled"]
    new = {item["custom_id"]: item for item in issued.values() if "vestings" in item}
    granted = NewGrant.objects.all()
    assert set(new) == {row.number for row in granted}
    for row in granted:
        item, told = new[row.number], outcome["new_grants"][row.old_grant_number]
        assert int(item["quantity"]) == told["shares"]
        assert Decimal(item["exercise_price"]["amount"]) == Decimal(told["exercise_price"])
        assert (item["date"], item["expiration_date"]) == (told["granted_on"], told["expires_on"])
        assert [[one["date"], int(one["amount"])] for one in item["vestings"]] == told["vesting"]
        assert sum(int(one["amount"]) for one in item["vestings"]) == told["shares"]
    signed = AgreementSignature.objects.values_list("grant_number", flat=True)
    assert {issued[item["security_id"]]["custom_id"] for item in of(objects, "ACCEPTANCE")} == set(signed) != set()


def test_an_old_option_is_told_as_it_was_when_it_was_cancelled(offer):
    _manifest, objects = package(offer)
    for item in of(objects, "ISSUANCE"):
        if "vestings" not in item:
            grant = Grant.objects.get(grant_number=item["custom_id"])
            assert item["date"] == grant.grant_date.isoformat()
            assert int(item["quantity"]) == grant.cancellation.shares
            assert item["option_grant_type"] == grant.option_type
            if "Adjusted by splits" not in item["comments"][0]:
                assert item["exercise_price"]["amount"] == decimal_text(grant.exercise_price)


def test_it_names_nobody_but_whose_options_these_are_and_no_address(offer):
    _manifest, objects = package(offer)
    named = {item["issuer_assigned_id"] for item in of(objects, "STAKEHOLDER")}
    assert named == set(
        Holder.objects.filter(grants__cancellation__isnull=False).values_list("employee_number", flat=True)
    )
    assert "@" not in json.dumps(objects)


def test_the_same_outcome_makes_the_same_bytes(offer):
    assert as_ocf(offer, AT) == as_ocf(Offer.objects.get(), AT)


def test_before_acceptance_it_is_a_whole_package_of_nothing():
    _manifest, objects = package(an_offer())
    assert {item["object_type"] for item in objects} == {"ISSUER", "STOCK_CLASS"}
    assert [fault for item in objects for fault in faults(item)] == []


def test_what_no_offer_knows_is_said_beside_it(offer):
    manifest, objects = package(offer)
    assert "not on file" in manifest["issuer"]["comments"][0]
    assert "not on file" in of(objects, "STOCK_CLASS")[0]["comments"][0]
