"""A file to take away is made by a real worker, the holder's pages among the exhibits too."""

import io
import zipfile

import pytest

from exchange.interchange.exports import run
from exchange.interchange.models import ExportState
from exchange.kernel import clock
from tests.interchange.test_a_worker_applies_a_large_file import wait_for
from tests.support.world import a_live_offer

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def test_the_exhibits_come_from_a_worker(worker):
    row = run.ask(offer=a_live_offer(), kind="exhibits", actor="staff:hr", at=clock.now())
    assert row.state == ExportState.ASKED  # not in this process
    assert wait_for(row, ExportState.DONE, ExportState.FAILED) == ExportState.DONE, row.problem
    body = b"".join(run.take(export=row, actor="staff:hr", at=clock.now()))
    assert "pages/08-review.html" in zipfile.ZipFile(io.BytesIO(body)).namelist()
