"""Each page asks the database the same number of questions, however much the holder has."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.cli.demo import cast
from exchange.interchange.apply import Source, import_grants
from tests.portal.conftest import DURING

PAGES = ["", "options/", "choose/", "review/?grant=LK-1003", "withdraw/", "forms/", "documents/", "outcome/"]
PAGES += [
    "compare/?grant_price=9.20&later_price=20",
    "signer/",
    "consent/",
    "consent/withdraw/",
    "on-paper/",
    "notices/",
    "reports/",
    "record/",
    "record/looks/",
    "record/download/",
    "dates.ics",
]
MOST = 30


def _count(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def _counts(stage, client) -> dict[str, int]:
    return {path: _count(client, stage.url(path)) for path in PAGES}


def test_many_grants_and_many_forms_ask_no_more_than_few(stage):
    client = stage.client()
    stage.elect("L101", "LK-1001")
    stage.answer(stage.report("M-0", about="other"), "stands", "No.")
    client.get(stage.url("review/?grant=LK-1003"))  # what is chosen is kept once: the session is written, then left
    few = _counts(stage, client)
    first = cast.grants(2026)[2]
    more = [replace(first, grant_number=f"M-{number}") for number in range(30)]
    stage.done(import_grants(more, source=Source("more", ""), actor="test", at=DURING))
    for hour in range(1, 6):
        stage.go(DURING + timedelta(hours=hour))
        stage.elect("L101", "LK-1001", f"M-{hour}")
        stage.answer(stage.report(f"M-{hour}", about="other"), "stands", "No.")
    assert _counts(stage, client) == few
    assert max(few.values()) <= MOST, few


@pytest.mark.parametrize(
    "path", ["outcome/", "promise/", "new-options/", "", "new-options/vesting.ics", "new-options/sign/"]
)
def test_after_the_grant_too(stage, path):
    stage.elect("L102", "LK-1011")
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    stage.grant()
    for number in ("L102", "L101"):  # what the worker would have made by now is made once
        stage.client(number).get(stage.url(path))
    one, three = (_count(stage.client(number), stage.url(path)) for number in ("L102", "L101"))
    assert one == three <= MOST
