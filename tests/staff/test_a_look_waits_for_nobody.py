"""A look at a person's record is written beside what that person does, not after it."""

import pytest
from django.db import connection, transaction

from exchange.audit.actions import append
from exchange.audit.models import ChainHead
from exchange.kernel import clock
from exchange.staff import looks
from tests.support.races import LONGEST, Pause, meanwhile


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_look_waits_for_nothing_that_is_written_of_the_same_person():
    """Someone signs and has not committed: a look is written meanwhile, as its chain is another."""
    pause, at = Pause(moment=LONGEST), clock.now()

    def signing() -> None:
        with transaction.atomic():
            append(chain="holder:E1", kind="form.received", actor="holder:E1", at=at, payload={})
            pause()

    def looking() -> None:
        looks.record_look(subject="E1", what="form", name="F", by="H", group="HR", actor="staff:h", at=at)

    meanwhile(pause, signing, looking)
    assert pause.was_overtaken
    assert set(ChainHead.objects.values_list("chain", flat=True)) == {"holder:E1", "looks:E1"}
    connection.close()
