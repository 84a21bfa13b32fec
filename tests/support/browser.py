"""Chromium on a busy machine: pages are acted on once they have loaded, and what must come is waited for."""

import functools
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.support.waiting import until

PATIENCE = 90_000  # milliseconds; a hang is told of by then

# What one does to a page or asks of it. A press may begin a new page; what comes next is for that one, with its
# scripts, whose work begins when all of it has come: a click before that would be undone, or do nothing.
OF_LOCATORS = [
    *("click", "dblclick", "press", "check", "uncheck", "fill", "focus", "select_option", "set_input_files"),
    *("all", "evaluate", "get_attribute", "inner_text", "input_value", "text_content"),
]
OF_PAGES = ["evaluate", "screenshot"]


def wait_as_long_as_it_takes() -> None:
    """For every test in a browser: no hurry, and nothing is done to half a page."""
    expect.set_options(timeout=PATIENCE)
    for name in OF_LOCATORS:
        _once_loaded(Locator, name, lambda locator: locator.page)
    for name in OF_PAGES:
        _once_loaded(Page, name, lambda page: page)
    new_context = Browser.new_context

    @functools.wraps(new_context)
    def patient(self: Browser, **options: Any) -> BrowserContext:
        context = new_context(self, **options)
        context.set_default_timeout(PATIENCE)
        return context

    Browser.new_context = patient  # type: ignore[method-assign]  # tests make contexts of their own, each of its kind


def _once_loaded(kind: type, name: str, page_of: Callable[[Any], Page]) -> None:
    method = getattr(kind, name)

    @functools.wraps(method)
    def acting(self: Any, *args: Any, **kwargs: Any) -> Any:
        page_of(self).wait_for_load_state()
        return method(self, *args, **kwargs)

    setattr(kind, name, acting)


class Held:
    """For `page.route`: requests that get no answer until the test gives one."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def __call__(self, route: Route) -> None:
        self.routes.append(route)

    def first(self, page: Page) -> Route:
        """The first, once it has come: Playwright tells of it while this thread listens."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not self.routes:
            assert time.monotonic() < deadline, "nothing was asked for"
            page.wait_for_timeout(20)
        return self.routes[0]


# The threads of the live server that answer a request at this moment.
_answering: set[threading.Thread] = set()


def _began(**kwargs: Any) -> None:
    thread = threading.current_thread()
    if thread is not threading.main_thread():
        _answering.add(thread)


def _ended(**kwargs: Any) -> None:
    _answering.discard(threading.current_thread())


request_started.connect(_began, dispatch_uid="tests.support.browser")
request_finished.connect(_ended, dispatch_uid="tests.support.browser")


def let_the_server_finish() -> None:
    """Return once the live server is at work no more: what it still wrote would be found by the next test."""
    until(lambda: not any(thread.is_alive() for thread in list(_answering)), what=lambda: "the end of a request")
    _answering.clear()
