"""amend_offer CODE FILE.toml, on the published offer: what it answers, refuses, and leaves when rehearsed."""

from pathlib import Path

import pytest

from exchange.offers.models import OfferVersion
from tests.support.company import EXPIRES, Company, refusal, run

pytestmark = pytest.mark.django_db
EARLY = "2003-07-03T09:00:00-07:00"
LATE = "2003-07-15T09:00:00-07:00"
TIERS = 'ratio = [{ from = "2.00", old = "1", new = "1" }]'


@pytest.fixture
def company(tmp_path: Path) -> Company:
    company = Company(tmp_path)
    for holder in ("ana", "bo"):
        company.person(holder)
        company.grant(f"{holder}-1", holder)
    company.open()
    return company


def amended(company: Company, *changes: tuple[str, str], add: str = "") -> Path:
    text = (company.folder / "offer.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = company.folder / "amended.toml"
    path.write_text(text + add, encoding="utf-8")
    return path


RATIO = (TIERS, 'ratio = [{ from = "2.00", old = "2", new = "3" }]')


def test_it_answers_what_changed_and_counts_the_days_with_their_holiday(company: Company) -> None:
    answer = run("amend_offer", company.code, amended(company, RATIO), "--at", EARLY)
    assert answer["version"] == 2
    assert (answer["classification"], answer["derived"]) == ("consideration", "consideration")
    assert answer["changes"] == [
        [
            "new_award.ratio",
            "New options for old ones",
            "1 for 1 (exercise price $2.00 or more)",
            "3 for 2 (exercise price $2.00 or more)",
        ]
    ]
    assert answer["days"][:6] == [
        ["2003-07-03", 1, ""],
        ["2003-07-04", 0, "Independence Day"],
        ["2003-07-05", 0, ""],
        ["2003-07-06", 0, ""],
        ["2003-07-07", 2, ""],
        ["2003-07-08", 3, ""],
    ]
    assert answer["days"][-1] == ["2003-07-17", 10, ""]
    assert answer["expires_at"] == answer["expired_before"] == "2003-07-25T00:00:00.000000Z"
    assert answer["letters"] == 2


def test_too_late_it_is_refused_with_the_expiration_that_would_do(company: Company) -> None:
    words = ["amend_offer", company.code, amended(company, RATIO), "--at", LATE]
    said = refusal(*words)
    assert "10 business days" in said
    assert "Proposed: 29 July 2003, 5:00 p.m. Pacific Time" in said
    assert "ten_business_days_after_change" in said
    # That would be thirty days and more in all: only counsel can say so.
    to = ["--to", "2003-07-29T17:00:00-07:00"]
    assert "under_thirty_days" in refusal(*words, *to)
    answer = run(*words, *to, "--override", "under_thirty_days", "--reason", "The ISOs are few.")
    assert answer["expires_at"] == "2003-07-30T00:00:00.000000Z"


def test_a_dry_run_says_the_same_and_leaves_nothing_and_a_repeat_does_nothing(company: Company) -> None:
    words = ["amend_offer", company.code, amended(company, RATIO), "--at", EARLY]
    rehearsed = run(*words, "--dry-run")
    assert OfferVersion.objects.count() == 1
    done = run(*words)
    rehearsed.pop("dry_run")
    assert {key: value for key, value in done.items() if key != "dry_run"} == rehearsed
    again = run(*words)
    assert again["version"] is None
    assert again["remarks"] == ["This has been done already; nothing was changed."]
    assert OfferVersion.objects.count() == 2


def test_another_offers_file_is_refused_by_its_code(company: Company) -> None:
    path = amended(company, ("CPST-2003", "CPST-2004"), RATIO)
    assert "An amendment cannot change offer.code" in refusal("amend_offer", company.code, path, "--at", EARLY)


def test_new_documents_are_classified_by_whoever_amends(company: Company) -> None:
    (company.folder / "offer.html").write_text("<p>The offer, in full.</p>", encoding="utf-8")
    document = '\n[[documents]]\nkind = "offer_to_exchange"\ntitle = "Offer to Exchange"\nfile = "offer.html"\n'
    path = amended(company, add=document)
    assert "counsel must say" in refusal("amend_offer", company.code, path, "--at", EARLY)
    answer = run(
        "amend_offer", company.code, path, "--at", EARLY, "--classify", "immaterial", "--summary", "Now here."
    )
    assert answer["days"] == []
    (company.folder / "offer.html").write_text("<p>The offer, in short.</p>", encoding="utf-8")
    answer = run("amend_offer", company.code, path, "--at", EARLY, "--classify", "material")
    assert answer["marked"] == ["Offer to Exchange, changes marked"]


def test_the_results_are_those_of_the_newest_terms(company: Company) -> None:
    company.record(company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "ana-1"))
    run("amend_offer", company.code, amended(company, RATIO), "--at", EARLY)
    company.record(company.election("F2", "bo", "2003-07-10T09:00:00-07:00", "bo-1"), at=EXPIRES)
    company.accept()
    company.promise()
    assert company.results()["promised"]["by_holder"] == {"ana": 1800, "bo": 1800}
