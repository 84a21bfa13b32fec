"""The last effective form by instant received, then by order of recording; what a late recording does (domain §4)."""

from tests.support.company import MICROSECOND, Company, beside

DAYS = [f"2003-07-{day:02}T09:00:00-07:00" for day in range(1, 15)]
FIRST, SECOND, THIRD, FOURTH = DAYS[:4]


def taken(company: Company) -> dict[str, int]:
    company.accept()
    cancelled: dict[str, int] = company.results()["cancelled"]
    return cancelled


def test_a_newer_election_replaces_the_earlier_whole(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", "A2"), company.election("F2", "ana", SECOND, "A2"))
    assert taken(company) == {"A2": 500}


def test_a_notice_withdraws_everything(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", "A2"), company.notice("F2", "ana", SECOND))
    assert taken(company) == {}


def test_after_a_notice_only_a_new_election_tenders_again(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1"),
        company.notice("F2", "ana", SECOND),
        company.notice("F3", "ana", THIRD),
        company.election("F4", "ana", FOURTH, "A2"),
    )
    assert company.status("F3") == ("rejected", ["nothing_tendered"])
    assert taken(company) == {"A2": 500}


def test_a_defective_form_replaces_nothing(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1"),
        company.election("F2", "ana", SECOND, "A2", signature_name=""),
        company.notice("F3", "ana", THIRD, signed_at=""),
    )
    assert taken(company) == {"A1": 1200}


def test_an_election_none_of_whose_lines_stands_is_still_in_force(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1"), company.election("F2", "ana", SECOND, "99999999"))
    assert company.status("F2") == ("effective", [])
    assert taken(company) == {}


def test_of_forms_received_at_one_instant_the_last_recorded_counts(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", SECOND, "A1", signed_at=FIRST),
        company.election("F2", "ana", SECOND, "A2", signed_at=beside(FIRST, MICROSECOND)),
    )
    assert company.status("F2") == ("effective", [])
    assert taken(company) == {"A2": 500}


def test_forms_of_one_instant_keep_the_order_of_the_file_whatever_their_numbers(company: Company) -> None:
    company.open()
    company.record(
        company.election("F9", "ana", SECOND, "A1", signed_at=FIRST),
        company.election("F10", "ana", SECOND, "A2", signed_at=beside(FIRST, MICROSECOND)),
    )
    assert taken(company) == {"A2": 500}


def test_the_order_of_the_file_does_not_matter_the_order_of_receipt_does(company: Company) -> None:
    company.open()
    company.record(company.election("F2", "ana", SECOND, "A2"), company.election("F1", "ana", FIRST, "A1"))
    assert company.status("F2") == ("effective", [])
    assert taken(company) == {"A2": 500}


# A form recorded after one that was received later


def test_a_form_recorded_late_does_not_replace_a_later_effective_one(company: Company) -> None:
    company.open()
    company.record(company.election("F2", "ana", SECOND, "A2"))
    company.record(company.election("F1", "ana", FIRST, "A1"))
    assert company.status("F1") == ("effective", [])
    assert taken(company) == {"A2": 500}


def test_a_notice_recorded_late_does_not_undo_a_later_election(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1"), company.election("F3", "ana", THIRD, "A2"))
    company.record(company.notice("F2", "ana", SECOND))
    assert company.status("F2") == ("effective", [])
    assert taken(company) == {"A2": 500}


def test_a_form_recorded_late_counts_when_it_is_the_last(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1"), company.election("F3", "ana", THIRD, "A1", signed_at="")
    )
    company.record(company.election("F2", "ana", SECOND, "A2"))
    assert taken(company) == {"A2": 500}


def test_an_election_recorded_after_a_signed_notice_is_not_put_in_force(company: Company) -> None:
    """The Notice had nothing to withdraw when it was judged; the holder meant to withdraw all the same."""
    company.open()
    company.record(company.notice("F2", "ana", SECOND))
    company.record(company.election("F1", "ana", FIRST, "A1"))
    assert company.status("F2") == ("rejected", ["nothing_tendered"])
    assert company.status("F1") == ("effective", [])
    assert taken(company) == {}


def test_a_defective_but_signed_notice_overtakes_too(company: Company) -> None:
    company.open()
    company.record(company.notice("F2", "ana", SECOND, signature_name="Someone Else"))
    company.record(company.election("F1", "ana", FIRST, "A1"))
    assert taken(company) == {}


def test_an_unsigned_notice_overtakes_nothing(company: Company) -> None:
    company.open()
    company.record(company.notice("F2", "ana", SECOND, signature_name=""))
    company.record(company.election("F1", "ana", FIRST, "A1"))
    assert taken(company) == {"A1": 1200}


def test_a_defective_notice_does_not_overtake_what_was_recorded_before_it(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1"))
    company.record(company.notice("F2", "ana", SECOND, signature_name="Someone Else"))
    assert taken(company) == {"A1": 1200}


def test_a_form_that_was_overtaken_stays_so_when_others_follow(company: Company) -> None:
    company.open()
    company.record(company.notice("F2", "ana", SECOND))
    company.record(company.election("F1", "ana", FIRST, "A1"))
    company.record(company.election("F3", "ana", THIRD, "A2", signature_name=""))
    assert taken(company) == {}


def test_a_late_recording_is_judged_against_the_form_in_force_at_its_receipt(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1"), company.election("F3", "ana", THIRD, "A2"))
    company.record(
        company.election("F2", "ana", SECOND, "A2", signed_at=beside(FIRST, -2 * MICROSECOND)),
        company.notice("F4", "ana", beside(SECOND, MICROSECOND)),
    )
    assert company.status("F2") == ("effective", [])  # F1 was signed a minute before its receipt
    assert company.status("F4") == ("effective", [])


def test_later_forms_are_not_judged_again(company: Company) -> None:
    """Signed before the form that came to light; judged when that was unknown, it stays effective."""
    company.open()
    company.record(company.election("F2", "ana", SECOND, "A2", signed_at="2003-06-28T09:00:00-07:00"))
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at="2003-06-30T09:00:00-07:00"))
    assert company.status("F2") == ("effective", [])
    assert taken(company) == {"A2": 500}
