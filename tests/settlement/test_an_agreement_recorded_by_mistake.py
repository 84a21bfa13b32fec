"""An agreement recorded as signed on paper by mistake: two people say so, the option waits again, nothing is lost."""

import csv
import io
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of
from exchange.documents.models import Paper
from exchange.interchange.held.files import files_of
from exchange.kernel import canonical
from exchange.kernel.results import Done, Refused
from exchange.notices.actions import HOLDS_NO_MORE
from exchange.notices.models import Message, State
from exchange.offers.reads import load
from exchange.settlement.actions.close import closing
from exchange.settlement.actions.remind import remind_to_sign
from exchange.settlement.actions.unsign import unsign_agreement
from exchange.settlement.ledger import faults
from exchange.settlement.models import AgreementMistake, AgreementSignature, NewGrant
from exchange.settlement.reads import holder_outcome
from exchange.settlement.signatures import is_released, signature_of, signed, unsigned
from tests.support.agreements import SIGNED_AT, granted_options, keep_pdf, on_paper, shown
from tests.support.agreements import signed as sign_in_the_portal
from tests.support.attack import unguarded
from tests.support.raw import change, insert_copy
from tests.support.world import value

pytestmark = pytest.mark.django_db(transaction=True)
FOUND_AT = datetime(2004, 1, 29, 18, tzinfo=UTC)
WHY = "It was the cover letter that came, not the agreement."
TWO = {"proposed_by": "staff:hr", "approved_by": "staff:counsel", "actor": "staff:counsel"}


@pytest.fixture
def granted() -> list[NewGrant]:
    """E1's two new options, then E2's."""
    return granted_options(grants=2)


def codes(result: Any) -> list[str]:
    assert isinstance(result, Refused), result
    return [reason.code for reason in result.reasons]


def unsign(row: AgreementSignature, **changed: Any) -> Any:
    return unsign_agreement(**{"signature": row.pk, "reason": WHY, **TWO, "at": FOUND_AT, **changed})


def fresh(grant: NewGrant) -> NewGrant:
    return NewGrant.objects.get(pk=grant.pk)


def test_the_option_is_unsigned_again_wherever_one_asks(granted):
    offer, first = granted[0].line.promise.offer, granted[0]
    row = value(on_paper(first))
    assert is_released(fresh(first))
    value(unsign(row))
    assert not is_released(fresh(first))
    assert signature_of(fresh(first)) is None
    assert first in unsigned(NewGrant.objects.all())
    assert first not in signed(NewGrant.objects.all())
    assert closing(load(offer), FOUND_AT).unsigned == len(granted)
    waiting = value(remind_to_sign(code=offer.code, actor="staff:hr", at=FOUND_AT)).waiting
    assert first in [one for grants in waiting for one in grants]
    lines = holder_outcome(offer, first.holder).lines
    assert not any(is_released(line.new_grant) for line in lines)


def test_nothing_that_was_recorded_is_lost_and_the_log_says_who_and_why(granted):
    row = value(on_paper(granted[0]))
    copies = list(Paper.objects.filter(kind="signed_agreement"))
    mistake = value(unsign(row))
    assert AgreementSignature.objects.get() == row
    assert list(Paper.objects.filter(kind="signed_agreement")) == copies
    assert (mistake.reason, mistake.proposed_by, mistake.approved_by) == (WHY, "staff:hr", "staff:counsel")
    event = AuditEvent.objects.get(kind="agreement.recorded_by_mistake")
    assert (event.chain, event.actor, event.at) == ("holder:E1", "staff:counsel", FOUND_AT)
    assert payload_of(event)["record"] == row.record_digest
    assert not list(faults())


def test_what_the_holder_has_of_us_says_which_of_the_two_was_the_mistake(granted):
    """The record and the copy of both are there; of the one that stands nothing says that it was a mistake."""
    first = value(on_paper(granted[0]))
    value(unsign(first))
    second = value(on_paper(granted[0], note="The agreement came."))
    for paper in Paper.objects.filter(rendered__isnull=True):
        keep_pdf(paper)
    files = {one.title: one.body for one in files_of(granted[0].holder, actor="x", at=FOUND_AT)}
    number, mistaken = granted[0].number, "recorded as signed by mistake"
    assert files[f"Option agreement {number}, {mistaken}: the exact record"] == first.record.encode()
    assert files[f"Option agreement {number}: the exact record that was signed"] == second.record.encode()
    assert {f"Signed Option Agreement {number}", f"Signed Option Agreement {number}, {mistaken}"} <= files.keys()
    listed = files["Option agreements that you signed, and those recorded so by mistake"].decode("utf-8-sig")
    found = {row["record_digest"]: row["found_to_be_a_mistake_at"] for row in csv.DictReader(io.StringIO(listed))}
    assert found == {first.record_digest: canonical.instant_text(FOUND_AT), second.record_digest: ""}


@pytest.mark.parametrize("again", ["portal", "paper"])
def test_a_new_signature_follows_and_its_record_names_what_it_replaces(granted, again):
    first = value(on_paper(granted[0]))
    mistake = value(unsign(first))
    if again == "portal":
        second = value(sign_in_the_portal((granted[0], shown(granted[0])))).signatures[0]
    else:
        second = value(on_paper(granted[0]))  # with the very same content: it is another recording all the same
    assert second.pk != first.pk
    assert second.replaces == mistake
    assert second.content()["replaces"] == {"record": first.record_digest}
    assert signature_of(fresh(granted[0])) == second
    assert not list(faults())
    copies = Paper.objects.filter(kind="signed_agreement")
    assert {copy.values()["signed_record"]["digest"] for copy in copies} == {first.record_digest, second.record_digest}
    told = Message.objects.filter(kind="agreement_signed").order_by("queued_at", "pk")
    assert len({letter.key for letter in told}) == 2
    assert codes(on_paper(granted[0], channel="fax")) == ["agreement_signed_already"]


def test_it_can_happen_twice(granted):
    rows = []
    for _time in range(2):
        rows.append(value(on_paper(granted[0])))
        value(unsign(rows[-1]))
    last = value(sign_in_the_portal((granted[0], shown(granted[0])))).signatures[0]
    assert last.replaces == rows[1].mistake
    assert signature_of(fresh(granted[0])) == last
    assert not list(faults())


def test_the_holder_is_told_and_the_letter_that_said_so_is_called_back(granted):
    row = value(on_paper(granted[0]))
    value(unsign(row))
    said = Message.objects.get(kind="agreement_signed")
    assert said.state == State.CANCELLED
    letter = Message.objects.get(kind="agreement_mistaken")
    assert letter.to_address == granted[0].holder.email
    assert "on paper on 27 January 2004. That was a mistake of ours" in " ".join(letter.text.split())
    assert granted[0].number in letter.text
    assert WHY not in letter.text


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.FAILED])
def test_signed_again_before_that_letter_went_out_it_is_called_back(granted, state):
    """Held for counsel's approval, say: it would tell the holder that what they signed since is not signed."""
    rows = [value(on_paper(one)) for one in granted[:2]]
    for row in rows:
        value(unsign(row))
    Message.objects.filter(kind="agreement_mistaken").update(state=state)
    value(sign_in_the_portal((granted[0], shown(granted[0]))))
    about_first, about_second = Message.objects.filter(kind="agreement_mistaken").order_by("key")
    assert (about_first.state, about_first.last_error) == (State.CANCELLED, HOLDS_NO_MORE)
    assert about_second.state == state


def test_what_the_holder_signed_in_the_portal_is_not_ours_to_mend(granted):
    row = value(sign_in_the_portal((granted[0], shown(granted[0])))).signatures[0]
    assert codes(unsign(row)) == ["agreement_of_the_portal"]
    assert not AgreementMistake.objects.exists()
    assert not Message.objects.filter(kind="agreement_mistaken").exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"approved_by": "staff:hr"}, "proposal_own"),
        ({"approved_by": ""}, "proposal_own"),
        ({"at": SIGNED_AT - timedelta(seconds=1)}, "before_latest_action"),
        ({"signature": uuid.uuid4()}, "unknown_new_grant"),
    ],
)
def test_it_is_refused(granted, changed, code):
    row = value(on_paper(granted[0]))
    assert codes(unsign(row, **changed)) == [code]
    assert is_released(fresh(granted[0]))


def test_said_again_it_changes_nothing_and_otherwise_it_is_refused(granted):
    row = value(on_paper(granted[0]))
    first, again = value(unsign(row)), unsign(row)
    assert isinstance(again, Done)
    assert (again.value, [remark.code for remark in again.remarks]) == (first, ["nothing_to_do"])
    assert codes(unsign(row, reason="Another.")) == ["agreement_unsigned_already"]


def test_a_rehearsal_keeps_nothing(granted):
    row = value(on_paper(granted[0]))
    value(unsign(row, dry_run=True))
    assert not AgreementMistake.objects.exists()
    assert is_released(fresh(granted[0]))


# The database, when the action is gone round


def refused(insert: Any, match: str | None = None) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        insert()


def test_the_database_keeps_one_standing_signature_of_an_option(granted):
    """A second one needs a mistake of its own, each mistake serves once, and only for its own option."""
    first, other = value(on_paper(granted[0])), value(on_paper(granted[1]))
    refused(lambda: insert_copy(first))
    mistake = value(unsign(first))
    refused(lambda: insert_copy(first))
    refused(lambda: insert_copy(other, replaces=mistake), "for_another_s_mistake")
    second = value(on_paper(granted[0]))
    refused(lambda: insert_copy(second))
    refused(lambda: insert_copy(second, replaces=None))


def test_the_database_mends_nothing_that_was_signed_in_the_portal(granted):
    mistake = value(unsign(value(on_paper(granted[0]))))
    row = value(sign_in_the_portal((granted[1], shown(granted[1])))).signatures[0]
    refused(lambda: insert_copy(mistake, signature=row), "of_one_signed_in_the_portal")


@pytest.mark.parametrize("wrong", ["portal", "replaces"])
def test_what_was_slipped_in_is_found(granted, wrong):
    paper = value(on_paper(granted[0]))
    mistake = value(unsign(paper))
    web = value(sign_in_the_portal((granted[1], shown(granted[1])))).signatures[0]
    model, row, changed = (
        (AgreementMistake, mistake, {"signature": web})
        if wrong == "portal"
        else (AgreementSignature, web, {"replaces": mistake})
    )
    with transaction.atomic():
        with unguarded(model):
            change(row, **changed)
            found = model.objects.get(pk=row.pk)
            change(row, digest=canonical.digest(found.sealed_content()))
        assert any(fault.startswith(f"agreement {granted[1].number}") for fault in faults())
        transaction.set_rollback(True)


def test_the_date_of_the_mistake_says_nothing_of_the_signature(granted):
    """What follows is dated by the paper, as any other."""
    value(unsign(value(on_paper(granted[0]))))
    second = value(on_paper(granted[0], signed_on=date(2004, 1, 28)))
    assert second.signed_on == date(2004, 1, 28)
