"""A step of a large offer, tried out and carried out by a real worker; killed in the middle, it is done once."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.kernel import clock
from exchange.offers import attempts
from exchange.offers.models import Attempt
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.models import Promise
from exchange.staff import long_steps
from tests.staff.conftest import as_shown
from tests.staff.test_guarded_pages import an_expired_replay, text_of
from tests.support.life import ACCEPTED_AT
from tests.support.waiting import until
from tests.support.world import ACTOR, value

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
PROMISE = {"at": "2003-07-28T10:00"}


def read(client, progress):
    """Look again, as the page does by itself, until it leads on; then what came of it."""
    shown = []

    def leads_on():
        shown.append(client.get(progress))
        return shown[-1].status_code == 302

    until(leads_on, every=0.1, what=lambda: text_of(shown[-1]))
    return client.get(shown[-1]["Location"])


def test_promises_are_tried_out_and_issued_by_a_worker_and_once_though_it_is_killed(worker, sign_in, monkeypatch):
    monkeypatch.setattr(long_steps, "MOST_IN_REQUEST", 0)
    offer = an_expired_replay(40)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    hr, page = sign_in("hr"), reverse("staff:promises", args=[offer.code])
    shown = read(hr, hr.post(page, {**PROMISE, "step": "preview"})["Location"])
    assert "Promises 40" in text_of(shown)
    assert not Promise.objects.exists()

    press = {**PROMISE, "step": "confirm", "digest": as_shown(shown), "confirmation": offer.code}
    progress = hr.post(page, press)["Location"]
    worker.kill()
    assert Promise.objects.count() in {0, 40}
    worker.start()
    attempt = Attempt.objects.get(kind="confirm")
    cache.delete(attempts._key(attempt))  # nothing was heard of the dead one for as long as that lasts
    attempts.sweep(at=clock.now() + attempts.LEASE * 2)
    assert "40 promises" in text_of(read(hr, progress))
    assert Promise.objects.count() == 40
    event = AuditEvent.objects.get(kind="promises.issued")
    assert event.actor == "staff:hr@company.example"
