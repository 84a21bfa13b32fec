"""What axe finds wrong with a page as it stands."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Only what is wrong is told in full and brought over: the list of all that is right takes twice as long as looking.
RUN = "options => axe.run(options).then(found => found.violations)"


def violations(page: Page, rules: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Every violation of axe's rules, or of these, with the elements that it concerns."""
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN, {**(rules or {}), "resultTypes": ["violations"]})
    return found
