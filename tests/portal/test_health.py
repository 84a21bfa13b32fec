"""The health page: 200 while this process can do its work, 503 with the reason when it cannot."""

import math
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from exchange.kernel import clock, database_clock
from exchange.notices.actions import queue_letter

pytestmark = pytest.mark.django_db


def test_a_healthy_site_says_so(client: Client, broker: str) -> None:
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {
        "healthy": True,
        "database": "reachable",
        "clock_difference_seconds": pytest.approx(0, abs=0.2),
        "oldest_letter_waits_seconds": 0,
        "broker": "reachable",
    }
    assert "no-store" in response["Cache-Control"]


def test_it_tells_how_long_the_oldest_letter_has_been_due(client: Client) -> None:
    began = time.monotonic()
    for minutes in (1, 10, -10):  # the last is for later
        queue_letter(
            key=f"letter {minutes}",
            kind="test",
            offer_key="offer",
            owner_key="owner",
            to_address="ada@example.com",
            subject="Subject",
            text="text",
            html="<p>text</p>",
            at=clock.now() - timedelta(minutes=minutes),
        )
    response = client.get("/health/")
    assert response.status_code == 200
    assert 600 <= response.json()["oldest_letter_waits_seconds"] <= 600 + math.ceil(time.monotonic() - began)


def test_a_site_that_was_given_no_broker_is_healthy(client: Client, settings: Any) -> None:
    settings.REDIS_URL = ""
    response = client.get("/health/")
    assert (response.status_code, response.json()["broker"]) == (200, "none")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///nowhere/at/all.sock"])
def test_a_broker_that_is_down_is_a_fault(client: Client, settings: Any, url: str) -> None:
    settings.REDIS_URL = url
    response = client.get("/health/")
    assert (response.status_code, response.json()["broker"]) == (503, "unreachable")


def test_a_database_that_is_down_is_a_fault_and_nothing_of_it_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise OperationalError("connection to 10.1.2.3 as exchange failed")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/health/")
    assert (response.status_code, response.json()["database"]) == (503, "unreachable")
    assert "10.1.2.3" not in response.content.decode()


@pytest.mark.parametrize(("seconds", "status"), [(0.1, 200), (-0.1, 200), (0.3, 503), (-0.3, 503)])
def test_it_alarms_when_the_clocks_drift_apart_long_before_forms_are_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch, seconds: float, status: int
) -> None:
    monkeypatch.setattr(database_clock, "difference", lambda: timedelta(seconds=seconds))
    assert client.get("/health/").status_code == status


def test_this_machines_clock_and_its_databases_agree() -> None:
    assert abs(database_clock.difference()) < timedelta(seconds=0.2)


@pytest.mark.postgres
def test_a_difference_is_measured_with_its_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    real, began = database_clock.clock.now, time.monotonic()
    monkeypatch.setattr(database_clock.clock, "now", lambda: real() - timedelta(seconds=90))
    found = database_clock.difference().total_seconds()
    assert 90 - (time.monotonic() - began) <= found <= 90
