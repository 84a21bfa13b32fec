"""Domain §4, Paper: received in time but recorded after acceptance, a form keeps the status its receipt gives."""

from exchange.offers.models import CounselFlag
from tests.support.company import ACCEPTED, EXPIRES, MICROSECOND, Company, beside


def test_lines_of_options_cancelled_since_stand_as_they_did_when_it_was_received(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"))
    company.accept()
    company.record(company.election("F2", "ana", "2003-07-02T09:00:00-07:00", "A1", "A2"), at=ACCEPTED)
    assert company.status("F2") == ("effective", [])
    assert company.lines("F2") == [[], []]


def test_it_changes_nothing_accepted_and_goes_before_counsel(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"))
    company.accept()
    company.record(company.notice("F2", "ana", "2003-07-02T09:00:00-07:00"), at=ACCEPTED)
    assert company.status("F2") == ("effective", [])
    assert company.results()["cancelled"] == {"A1": 1200}
    assert [flag.subject for flag in CounselFlag.objects.all()] == ["form:F2"]


def test_it_is_late_by_its_receipt_not_by_its_recording(company: Company) -> None:
    company.open()
    company.accept()
    company.record(
        company.election("F1", "ana", beside(EXPIRES, -MICROSECOND), "A1"),
        company.election("F2", "ana", EXPIRES, "A1"),
        company.notice("F3", "ana", beside(ACCEPTED, -MICROSECOND)),
        company.notice("F4", "ana", ACCEPTED),
        at=ACCEPTED,
    )
    assert [company.status(number)[1] for number in ("F1", "F2", "F3", "F4")] == [[], ["late"], [], ["late"]]
