"""What every test may ask for: a browser, a broker, a worker; and what holds for all of them."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from exchange.offers.models import Offer
from tests.support import browser, flush
from tests.support.broker import Broker
from tests.support.life import live
from tests.support.queue import used_by_this_process
from tests.support.shared import begin_with, settle, to_undo
from tests.support.worker import Worker

flush.lift_guards_around_it()
browser.wait_as_long_as_it_takes()

# No deadline: a shared machine is slow at times, and says nothing of how quickly examples can be made. On CI always
# the same examples: a red run can be repeated.
unhurried: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("local", **unhurried)
hypothesis_settings.register_profile("ci", **unhurried, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "local")


DATABASE = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="FOLDER", help="photograph every page of the holder's in every state")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Races and advisory locks have nothing to say about SQLite, which has one writer at a time.

    What a page looks like and does in a browser does not depend on the database, and the demonstration has its own:
    on SQLite only, as does what asks no database; the journeys of a holder, whole, are walked on both.
    """
    is_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    elsewhere = {"look", "once", "browser"} if is_postgres else {"postgres"}
    passed_by = []
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        asks_none = not ({"django_db", "worker"} & marks or DATABASE & set(getattr(item, "fixturenames", ())))
        if (elsewhere & marks or (is_postgres and asks_none)) and "everywhere" not in marks:
            passed_by.append(item)
    config.hook.pytest_deselected(items=passed_by)
    left = set(passed_by)
    items[:] = [item for item in items if item not in left]
    if hasattr(config, "workerinput"):
        items[:] = _long_ones_first(items, config.workerinput["workercount"])


def _long_ones_first(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """For `--dist worksteal`, which gives each process an equal piece of this list to begin with: in every piece what
    waits for a browser or a worker comes first. A run then ends with what takes a moment, in all processes at once.
    """
    is_long = {item: not {"browser", "worker"}.isdisjoint(mark.name for mark in item.iter_markers()) for item in items}
    ordered = sorted(items, key=lambda item: not is_long[item])
    return [item for first in range(processes) for item in ordered[first::processes]]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported to collect the tests stays: the collector of garbage need not walk it again and again.

    A tenth less of the suite's time. Garbage of the tests themselves is collected as ever, in larger portions.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _no_session_left_behind(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A worker or a server thread that has just been ended may still hold the test database, which is removed next."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            connection.close()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Sign-in limits count in the cache; no test pays for another's failures."""
    flush.empty_cache(settings.REDIS_URL)


@pytest.fixture(autouse=True)
def _no_request_left_behind(request: pytest.FixtureRequest, _django_db_helper: None) -> Iterator[None]:
    """After the browser is closed, and before the tables are emptied."""
    yield
    if "live_server" in request.fixturenames:
        browser.let_the_server_finish()


@pytest.fixture(scope="module")
def _life(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Offer | None]:
    """A whole life of an offer takes a second to make: once for a file whose every test begins with one."""
    if not begin_with("life", request):
        yield None
        return
    with django_db_blocker.unblock(), to_undo():
        offer = live()
        settle()
        yield offer


@pytest.fixture
def life(_life: Offer | None, db: None) -> Iterator[Offer]:
    """An offer that is over, with a row in every table that may never change; what the test does is rolled back."""
    with to_undo():
        yield _life or live()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium without the parts for a screen (a third less to compute), reaching for nothing outside."""
    # Playwright runs an event loop in the test's thread; the ORM there is used as in any other test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    return {
        **browser_type_launch_args,
        "timeout": browser.PATIENCE,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet],
    }


@pytest.fixture(scope="session")
def _shared_broker() -> Iterator[str]:
    if os.environ.get("REDIS_URL"):
        yield os.environ["REDIS_URL"]
        return
    embedded = Broker().start()
    yield embedded.url
    embedded.remove()


@pytest.fixture
def broker(_shared_broker: str, settings: Any) -> Iterator[str]:
    """The address of a real broker with an empty queue, which this process's nudges reach."""
    with used_by_this_process(_shared_broker, settings):
        yield _shared_broker


@pytest.fixture
def mortal_broker(settings: Any) -> Iterator[Broker]:
    """A broker of this test's own, to `kill()` and `start()` again; this process's nudges reach it."""
    embedded = Broker().start()
    try:
        with used_by_this_process(embedded.url, settings):
            yield embedded
    finally:
        embedded.remove()


@pytest.fixture
def worker(transactional_db: None, broker: str) -> Iterator[Worker]:
    """A real worker process on the test database, answering; `kill()` it, `start()` it again."""
    running = Worker(broker_url=broker)
    try:
        yield running.start()
    finally:
        running.stop()
