"""How long an amended offer stays open, counted day by day: Rules 13e-4(f)(1)(ii) and 14e-1(b), to the microsecond."""

from datetime import UTC, date, datetime, timedelta

import pytest

from exchange.kernel.calendars import Calendar
from exchange.offers.arithmetic import arithmetic_of, check_amendment, count_days
from exchange.offers.rules import Classification, EventFact, Timeline

MICROSECOND = timedelta(microseconds=1)
PACIFIC = "America/Los_Angeles"
DAYS = Calendar()
OPENED = datetime(2003, 6, 25, 13, tzinfo=UTC)


def timeline(expires_at, opened=OPENED):
    return Timeline.of([EventFact("opened", opened, opened, expires_at)])


def arithmetic(classification, notice_at, expires_at, zone=PACIFIC, calendar=DAYS):
    return arithmetic_of(classification, notice_at=notice_at, expires_at=expires_at, zone=zone, calendar=calendar)


def codes(found):
    return [(refusal.code, refusal.rule) for refusal in found]


def test_the_day_of_the_notice_counts_and_weekends_do_not():
    days = count_days(date(2003, 7, 11), 10, DAYS)
    assert [(day.day.day, day.number) for day in days] == [
        *((11, 1), (12, 0), (13, 0), (14, 2), (15, 3), (16, 4), (17, 5), (18, 6), (19, 0), (20, 0)),
        *((21, 7), (22, 8), (23, 9), (24, 10)),
    ]


def test_a_holiday_inside_the_ten_days_is_named_and_not_counted():
    days = count_days(date(2003, 6, 27), 10, DAYS)
    assert [(day.day, day.holiday) for day in days if day.holiday] == [(date(2003, 7, 4), "Independence Day")]
    assert days[-1].day == date(2003, 7, 11)


def test_a_holiday_kept_on_friday_across_the_year_is_named():
    days = count_days(date(2004, 12, 27), 5, DAYS)
    assert [day.day for day in days if day.holiday] == [date(2004, 12, 31), date(2005, 1, 1)]
    assert days[-1].day == date(2005, 1, 3)


def test_a_notice_on_a_holiday_starts_the_period_on_the_next_business_day():
    days = count_days(date(2003, 7, 4), 1, DAYS)
    assert [(day.day.day, day.number) for day in days] == [(4, 0), (5, 0), (6, 0), (7, 1)]


def test_a_day_closed_by_an_override_is_not_counted():
    calendar = Calendar(business_overrides={date(2004, 6, 11): False})
    assert count_days(date(2004, 6, 11), 1, calendar)[-1].day == date(2004, 6, 14)


@pytest.mark.parametrize("gap", [-MICROSECOND, timedelta(), MICROSECOND])
def test_ten_business_days_end_at_midnight_eastern_to_the_microsecond(gap):
    ends_at = datetime(2003, 7, 25, 4, tzinfo=UTC)  # the end of Thursday 24 July in New York
    expires_at = ends_at + gap
    notice_at = datetime(2003, 7, 11, 18, tzinfo=UTC)
    found = arithmetic(Classification.CONSIDERATION, notice_at, expires_at)
    assert found.ends_at == ends_at
    refused = codes(check_amendment(timeline(expires_at), None, found, DAYS))
    assert refused == ([("amended_too_late", "ten_business_days_after_change")] if gap < timedelta() else [])


@pytest.mark.parametrize(
    ("notice_at", "first"),
    [
        (datetime(2003, 7, 11, 3, 59, 59, 999999, tzinfo=UTC), date(2003, 7, 10)),
        (datetime(2003, 7, 11, 4, tzinfo=UTC), date(2003, 7, 11)),
    ],
)
def test_the_day_of_a_notice_is_the_one_in_new_york(notice_at, first):
    found = arithmetic(Classification.AMOUNT, notice_at, datetime(2003, 7, 25, 0, tzinfo=UTC))
    assert found.days[0].day == first


def test_across_the_clock_change_the_period_still_ends_at_midnight_and_the_hour_proposed_is_the_same():
    # 26 October 2003: the clocks go back in both zones.
    expires_at = datetime(2003, 10, 25, 0, tzinfo=UTC)  # Friday 24 October, 5 p.m. Pacific daylight time
    found = arithmetic(Classification.CONSIDERATION, datetime(2003, 10, 20, 16, tzinfo=UTC), expires_at)
    assert found.ends_at == datetime(2003, 11, 1, 5, tzinfo=UTC)  # the end of Friday 31 October, standard time
    assert found.proposed == datetime(2003, 11, 4, 1, tzinfo=UTC)  # Monday 3 November, 5 p.m. standard time


def test_what_is_proposed_is_the_usual_hour_on_the_first_business_day_that_is_late_enough():
    expires_at = datetime(2003, 7, 25, 0, tzinfo=UTC)  # Thursday 24 July, 5 p.m. Pacific: 8 p.m. in New York
    found = arithmetic(Classification.CONSIDERATION, datetime(2003, 7, 11, 16, tzinfo=UTC), expires_at)
    assert found.ends_at == datetime(2003, 7, 25, 4, tzinfo=UTC)
    assert found.proposed == datetime(2003, 7, 26, 0, tzinfo=UTC)
    assert found.must_move


def test_an_expiration_that_is_late_enough_is_left_alone():
    expires_at = datetime(2003, 7, 25, 0, tzinfo=UTC)
    found = arithmetic(Classification.CONSIDERATION, datetime(2003, 7, 10, 16, tzinfo=UTC), expires_at)
    assert found.proposed == expires_at
    assert not found.must_move


def test_another_material_change_proposes_five_days_and_counsel_decides():
    expires_at = datetime(2003, 7, 25, 0, tzinfo=UTC)
    found = arithmetic(Classification.MATERIAL, datetime(2003, 7, 21, 16, tzinfo=UTC), expires_at)
    assert found.business_days == 5
    assert codes(check_amendment(timeline(expires_at), None, found, DAYS)) == [
        ("amended_late_for_material", "five_business_days_after_material_change")
    ]


def test_an_immaterial_change_starts_no_period():
    expires_at = datetime(2003, 7, 25, 0, tzinfo=UTC)
    found = arithmetic(Classification.IMMATERIAL, expires_at - MICROSECOND, expires_at)
    assert (found.days, found.ends_at, found.proposed) == ((), None, expires_at)
    assert check_amendment(timeline(expires_at), None, found, DAYS) == []


def test_a_moved_expiration_stays_under_thirty_times_24_hours():
    expires_at = datetime(2003, 7, 25, 0, tzinfo=UTC)
    found = arithmetic(Classification.CONSIDERATION, datetime(2003, 7, 15, 16, tzinfo=UTC), expires_at)
    refused = codes(check_amendment(timeline(expires_at), found.proposed, found, DAYS))
    assert refused == [("open_too_long", "under_thirty_days")]
    most = OPENED + timedelta(days=30)
    assert codes(check_amendment(timeline(expires_at), most - MICROSECOND, found, DAYS)) == [
        ("amended_too_late", "ten_business_days_after_change")
    ]


def test_an_expired_offer_is_amended_only_by_reviving_it_inside_the_window():
    expires_at = datetime(2003, 7, 24, 0, tzinfo=UTC)
    window_ends = datetime(2003, 7, 24, 13, tzinfo=UTC)
    to = datetime(2003, 7, 24, 23, tzinfo=UTC)
    for gap, expected in ((timedelta(), []), (MICROSECOND, ["extension_announced_late"])):
        found = arithmetic(Classification.IMMATERIAL, window_ends + gap, expires_at)
        assert [code for code, _rule in codes(check_amendment(timeline(expires_at), to, found, DAYS))] == expected
    assert codes(check_amendment(timeline(expires_at), None, found, DAYS)) == [("amendment_of_expired", "")]
