"""Log lines are events that a machine can read, and name nobody."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.test import Client

from exchange.audit import request_id


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What is logged, as the configured handler renders it, parsed."""
    (formatter,) = {handler.formatter for handler in logging.getLogger().handlers if handler.name == "console"}
    assert formatter
    written: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(formatter.format(record)))

    keep = Keep()
    logging.getLogger().addHandler(keep)
    yield written
    logging.getLogger().removeHandler(keep)


def test_an_event_keeps_its_facts_apart(lines: list[dict[str, Any]]) -> None:
    structlog.get_logger("exchange.somewhere").warning("letters waited", count=3)
    (line,) = lines
    assert line["event"] == "letters waited"
    assert line["count"] == 3
    assert line["level"] == "warning"
    assert line["logger"] == "exchange.somewhere"
    assert line["timestamp"].endswith("Z")


def test_a_librarys_line_takes_the_same_way_out(lines: list[dict[str, Any]]) -> None:
    logging.getLogger("some.library").error("%d things failed", 2)
    assert lines[0]["event"] == "2 things failed"


def test_the_request_id_is_on_every_line(lines: list[dict[str, Any]]) -> None:
    with request_id.bound("an-id-of-a-request"):
        logging.getLogger("some.library").error("failed")
        structlog.get_logger("exchange.somewhere").error("failed too")
    assert [line["request_id"] for line in lines] == ["an-id-of-a-request"] * 2


def test_no_address_gets_into_a_line_or_a_traceback(lines: list[dict[str, Any]]) -> None:
    try:
        raise ValueError({"ana.o'neil+x@mail.example.com": (550, b"no such user")})
    except ValueError:
        logging.getLogger("smtp").exception("refused for %s", "jo@example.com")
        structlog.get_logger("exchange.somewhere").exception("refused", recipient="jo@example.com")
    text = json.dumps(lines)
    assert "ValueError" in text
    assert "550" in text
    assert "example.com" not in text


@pytest.mark.django_db
def test_an_answer_is_logged_by_its_route_never_its_address(client: Client, lines: list[dict[str, Any]]) -> None:
    client.get("/accounts/password/reset/key/3-secretkey/?email=jo@example.com")
    (line,) = [line for line in lines if line["event"] == "answered"]
    assert line["method"] == "GET"
    assert isinstance(line["status"], int)
    assert isinstance(line["ms"], int)
    assert "secretkey" not in json.dumps(lines)
    assert "example.com" not in json.dumps(lines)


def test_a_whole_process_logs_nothing_but_json() -> None:
    code = (
        "import django, logging; django.setup();"
        "logging.getLogger('django.security').error('one'); logging.getLogger('celery').info('two')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["one", "two"]
