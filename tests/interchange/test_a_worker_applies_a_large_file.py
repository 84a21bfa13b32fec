"""A large file is checked and applied by a real worker; killed in the middle, it is applied once all the same."""

import pytest
from django.conf import settings

from exchange.audit.models import AuditEvent
from exchange.interchange import imports
from exchange.interchange.models import Import, ImportState
from exchange.kernel import clock
from exchange.people.models import Holder
from tests.interchange.test_imports_are_staged import people
from tests.support.waiting import until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
ROWS = 4000


def wait_for(run, *states):
    def is_there():
        run.refresh_from_db()
        return run.state in states

    until(is_there, every=0.1, what=lambda: f"{run.state}: {states}")
    return run.state


def test_a_worker_checks_and_applies_and_its_death_in_between_changes_nothing(worker):
    body = people(ROWS)
    batch = imports.upload(kind="people", name="people.csv", content=body, actor="staff:hr", at=clock.now())
    run = Import.objects.get(batch=batch)
    assert run.state == ImportState.CHECKING  # not in this process
    assert wait_for(run, ImportState.CHECKED) == ImportState.CHECKED
    if "redis" in settings.CACHES["default"]["BACKEND"]:  # else this process has a cache of its own
        assert imports.progress_of(batch) is not None
    assert imports.ask_to_apply(batch=batch, shown=run.digest, actor="staff:hr", at=clock.now())
    worker.kill()
    assert Holder.objects.count() in {0, ROWS}
    worker.start()
    imports.try_again(batch=batch, at=clock.now())
    assert wait_for(run, ImportState.APPLIED) == ImportState.APPLIED
    assert Holder.objects.count() == ROWS
    assert AuditEvent.objects.filter(kind="people.imported").count() == 1
