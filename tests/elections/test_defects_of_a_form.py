"""Every form defect, what it comes to and what is listed beside it (domain §4, Form defects)."""

import pytest

from tests.support.company import MICROSECOND, Company, beside

RECEIVED = "2003-07-01T09:00:00-07:00"
SIGNED = "2003-07-01T08:00:00-07:00"


def judged(company: Company, *lines: str, holder: str = "ana", **changed: str) -> tuple[str, list[str]]:
    """One Election Form of Ana's, at nine on 1 July, with something changed."""
    company.open()
    company.record(company.election("F1", holder, RECEIVED, *(lines or ("A1",)), **changed))
    return company.status("F1")


def test_a_good_form_is_effective(company: Company) -> None:
    assert judged(company) == ("effective", [])
    assert company.lines("F1") == [[]]


@pytest.mark.parametrize("signature", ["", "   ", "\u00a0"])
def test_a_blank_signature_is_unsigned_only(company: Company, signature: str) -> None:
    assert judged(company, signature_name=signature) == ("defective", ["unsigned"])


def test_a_blank_signature_of_an_attorney_is_unsigned_only(company: Company) -> None:
    found = judged(company, signature_name="", signer_capacity="attorney_in_fact")
    assert found == ("defective", ["unsigned"])


def test_a_form_neither_signed_nor_dated_is_both(company: Company) -> None:
    assert judged(company, signature_name="", signed_at="") == ("defective", ["undated", "unsigned"])


def test_the_name_on_the_agreement_counts_not_the_legal_name(company: Company) -> None:
    company.person("ana", legal_name="Ana Lopes-Reed")
    assert judged(company, signature_name="Ana Lopes-Reed") == ("defective", ["name_mismatch"])


def test_proof_of_a_changed_name_comes_with_each_form(company: Company) -> None:
    company.person("ana", legal_name="Ana Reed")
    company.open()
    first = {"signature_name": "Ana Reed", "name_change_proof": "yes"}
    company.record(
        company.election("F1", "ana", RECEIVED, "A1", **first),
        company.election("F2", "ana", "2003-07-02T09:00:00-07:00", "A1", signature_name="Ana Reed"),
    )
    assert company.status("F1") == ("effective", [])
    assert company.status("F2") == ("defective", ["name_mismatch"])


def test_once_staff_have_put_the_new_name_on_record_it_needs_no_proof(company: Company) -> None:
    company.open()
    company.person("ana", name_on_agreement="Ana Reed")
    company.record(company.election("F1", "ana", RECEIVED, "A1"))
    assert company.status("F1") == ("effective", [])


@pytest.mark.parametrize(
    ("title", "evidence", "defects"),
    [
        ("Attorney-in-fact", "yes", []),
        ("", "yes", ["authority_not_evidenced"]),
        ("Attorney-in-fact", "no", ["authority_not_evidenced"]),
        (" ", "no", ["authority_not_evidenced"]),
    ],
)
@pytest.mark.parametrize("capacity", ["attorney_in_fact", "fiduciary"])
def test_another_signer_needs_both_title_and_evidence_and_no_name_check(
    company: Company, capacity: str, title: str, evidence: str, defects: list[str]
) -> None:
    changed = {"signature_name": "B. Torney", "signer_title": title, "authority_evidence": evidence}
    assert judged(company, signer_capacity=capacity, **changed)[1] == defects


def test_signed_at_the_very_instant_received_is_no_defect(company: Company) -> None:
    assert judged(company, signed_at=RECEIVED) == ("effective", [])


def test_signed_a_microsecond_after_receipt_is_a_defect(company: Company) -> None:
    assert judged(company, signed_at=beside(RECEIVED, MICROSECOND)) == ("defective", ["dated_after_receipt"])


def test_comparisons_are_of_instants_not_of_what_is_written(company: Company) -> None:
    assert judged(company, signed_at="2003-07-01T18:00:00+02:00") == ("effective", [])  # the instant received
    company.record(company.election("F2", "ana", beside(RECEIVED, MICROSECOND), "A1", signed_at=RECEIVED))
    assert company.status("F2") == ("defective", ["not_dated_after_previous"])


def test_a_bare_date_is_compared_by_date_in_the_offers_zone(company: Company) -> None:
    company.open()
    midnight = "2003-07-02T00:00:00-07:00"  # 07:00 in London on the 2nd
    company.person("bo")
    company.grant("B1", "bo")
    company.record(
        company.election("F1", "ana", beside(midnight, -MICROSECOND), "A1", signed_at="2003-07-02"),
        company.election("F2", "bo", midnight, "B1", signed_at="2003-07-02"),
    )
    assert company.status("F1") == ("defective", ["dated_after_receipt"])
    assert company.status("F2") == ("effective", [])


@pytest.mark.parametrize(
    ("before", "after", "defects"),
    [
        (SIGNED, SIGNED, ["not_dated_after_previous"]),
        (SIGNED, beside(SIGNED, MICROSECOND), []),
        (SIGNED, beside(SIGNED, -MICROSECOND), ["not_dated_after_previous"]),
        ("2003-07-01", "2003-07-01", ["not_dated_after_previous"]),
        ("2003-06-30", "2003-07-01", []),
        (SIGNED, "2003-07-01", ["not_dated_after_previous"]),
        ("2003-07-01", beside(SIGNED, MICROSECOND), ["not_dated_after_previous"]),
        ("2003-06-30", SIGNED, []),
        (SIGNED, "2003-07-02", []),
    ],
)
@pytest.mark.parametrize("kind", ["election", "withdrawal"])
def test_a_form_is_signed_after_the_form_in_force(
    company: Company, kind: str, before: str, after: str, defects: list[str]
) -> None:
    """A bare date on either side makes it a matter of dates, and the same date is no later."""
    company.open()
    lines = ["A1"] if kind == "election" else []
    company.record(
        company.election("F1", "ana", RECEIVED, "A1", signed_at=before),
        company.election("F2", "ana", "2003-07-02T09:00:00-07:00", *lines, signed_at=after, kind=kind),
    )
    assert company.status("F2")[1] == defects


def test_the_form_in_force_includes_a_notice(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", RECEIVED, "A1", signed_at="2003-06-28T08:00:00-07:00"),
        company.notice("F2", "ana", beside(RECEIVED, MICROSECOND), signed_at=SIGNED),
        company.election("F3", "ana", "2003-07-02T09:00:00-07:00", "A1", signed_at="2003-06-30T08:00:00-07:00"),
    )
    assert company.status("F3") == ("defective", ["not_dated_after_previous"])


def test_a_defective_form_is_not_the_one_in_force(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", RECEIVED, "A1", signature_name="Someone Else"),
        company.election("F2", "ana", "2003-07-02T09:00:00-07:00", "A1", signed_at="2003-06-30T08:00:00-07:00"),
    )
    assert company.status("F2") == ("effective", [])


def test_an_election_without_lines_lists_no_options(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", RECEIVED))
    assert company.status("F1") == ("defective", ["no_options_listed"])


def test_an_unknown_person_ends_the_examination(company: Company) -> None:
    assert judged(company, holder="nobody", signature_name="", signed_at="") == ("rejected", ["unknown_person"])


def test_a_form_that_names_no_employee_is_of_an_unknown_person(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "", RECEIVED, "A1"))
    assert company.status("F1") == ("rejected", ["unknown_person"])
    assert company.form("F1")["employee_number"] == ""


def test_of_the_three_that_end_it_all_that_apply_are_listed(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "nobody", "2003-07-24T17:00:00-07:00", "A1", signature_name=""),
        company.election("F2", "nobody", "2003-06-25T05:59:59-07:00", "A1", signed_at=""),
    )
    assert company.status("F1") == ("rejected", ["late", "unknown_person"])
    assert company.status("F2") == ("rejected", ["before_commencement", "unknown_person"])


def test_every_other_defect_is_listed(company: Company) -> None:
    company.event("ana", "2003-07-01", "terminated")
    company.open()
    company.record(
        company.election("F1", "ana", RECEIVED, signature_name="Else", signed_at="2003-07-01T23:00:00-07:00")
    )
    assert company.status("F1") == (
        "rejected",
        ["dated_after_receipt", "name_mismatch", "no_options_listed", "person_not_eligible"],
    )


@pytest.mark.parametrize(
    ("event", "value"),
    [
        ("terminated", ""),
        ("role", "consultant"),
        ("role", "director"),
        ("role", "executive_officer"),
        ("role", "executive_management"),
        ("residence_country", "CA"),
    ],
)
def test_a_person_is_judged_on_the_day_received_in_the_offers_zone(company: Company, event: str, value: str) -> None:
    company.event("ana", "2003-07-02", event, value)
    company.person("bo")
    company.grant("B1", "bo")
    company.event("bo", "2003-07-02", event, value)
    company.open()
    midnight = "2003-07-02T07:00:00+00:00"
    company.record(
        company.election("F1", "ana", beside(midnight, -MICROSECOND), "A1"),
        company.election("F2", "bo", midnight, "B1"),
    )
    assert company.status("F1") == ("effective", [])
    assert company.status("F2") == ("rejected", ["person_not_eligible"])


def test_a_notice_of_a_person_no_longer_eligible_is_taken(company: Company) -> None:
    company.event("ana", "2003-07-02", "terminated")
    company.open()
    company.record(
        company.election("F1", "ana", RECEIVED, "A1"), company.notice("F2", "ana", "2003-07-03T09:00:00-07:00")
    )
    assert company.status("F2") == ("effective", [])


def test_a_notice_with_nothing_tendered_is_rejected(company: Company) -> None:
    company.open()
    company.record(company.notice("F1", "ana", RECEIVED, signature_name=""))
    assert company.status("F1") == ("rejected", ["nothing_tendered", "unsigned"])


def test_missing_addresses_are_no_defect(company: Company) -> None:
    assert judged(company, email="", address="", id_number="") == ("effective", [])
