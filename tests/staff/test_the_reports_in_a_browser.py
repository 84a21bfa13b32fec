"""The dashboard and the reports in Chromium: read by axe, fitting at two widths, light and dark."""

import pytest

from tests.staff.test_the_desk_in_a_browser import (  # noqa: F401 - the desk and its offer are fixtures
    PHONE,
    WIDE,
    assert_accessible,
    assert_fits,
    desk,
    offer,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FEE = "on=2003-06-25&price=7.10&volatility=80&rate=3.25&dividend=0&per_million=80.90"


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_the_dashboard_and_the_reports_are_accessible_and_fit(desk, live_server, size, scheme):  # noqa: F811
    desk.set_viewport_size(size)
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for address in ("dashboard/", "results/", f"filing-fee/?{FEE}", "exports/"):
        desk.goto(f"{live_server.url}/staff/{address}")
        for folded in desk.locator("details").all():
            folded.evaluate("one => one.open = true")
        assert_accessible(desk)
        assert_fits(desk)
