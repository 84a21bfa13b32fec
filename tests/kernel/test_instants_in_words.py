"""An instant is told in the zone it is for and in UTC; where the two are one, once."""

from datetime import UTC, datetime

from exchange.kernel.wording import instant_text
from exchange.staff.parts import instant_cell

AT = datetime(2003, 7, 25, 0, 0, tzinfo=UTC)


def test_the_zone_comes_first_and_utc_with_its_date_where_that_differs():
    assert instant_text(AT, "America/Los_Angeles") == "24 July 2003, 5:00 p.m. Pacific Time (25 July, 00:00 UTC)"


def test_utc_itself_is_said_once():
    assert instant_text(AT, "UTC") == "25 July 2003, 00:00 UTC"
    assert instant_text(AT.replace(second=7), "UTC") == "25 July 2003, 00:00:07 UTC"


def test_in_a_table_the_zone_stands_under_it():
    cells = [instant_cell(AT, zone) for zone in ("America/Los_Angeles", "UTC")]
    assert [(cell.text, cell.more) for cell in cells] == [
        ("24 July 2003, 5:00 p.m.", "Pacific Time (25 July, 00:00 UTC)"),
        ("25 July 2003, 00:00", "UTC"),
    ]
