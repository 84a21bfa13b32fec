"""Someone who knows how digests are made, and mends what they can reach, is found all the same."""

import json
from typing import Any

from django.db.models import Model

from exchange.audit.models import AuditEvent, ChainHead, SealedRow
from exchange.audit.verify import sealed_models
from exchange.elections.ledger import faults as form_faults
from exchange.elections.models import Form, FormLine, Judgement
from exchange.kernel import canonical
from exchange.settlement.ledger import faults, settlement_faults
from tests.support.attack import rehash, set_head, unguarded
from tests.support.raw import change, delete, insert_copy


def first_fault() -> str:
    return next(faults(), "")


def a_form() -> Form:
    """The first of several forms of one holder, who sent others after it."""
    return Form.objects.get(holder__employee_number="E1", sequence=1)


def rows_of(event: AuditEvent) -> list[SealedRow]:
    """Every row that an event vouches for, children first."""
    found = [row for model in sealed_models() for row in model._default_manager.filter(event=event)]
    return sorted(found, key=lambda row: isinstance(row, Form))


def reseal(row: SealedRow) -> None:
    """Give a row the digest of its columns as they are."""
    found = type(row)._default_manager.get(pk=row.pk)
    change(row, digest=canonical.digest(found.sealed_content()))


def revouch(event: AuditEvent) -> None:
    """Make an event vouch for the rows that name it now, and give it the digest of that."""
    digests = [row.digest for row in rows_of(event)]
    payload = json.loads(event.payload) | {"sealed": {"count": len(digests), "root": canonical.root(digests)}}
    change(event, payload=canonical.dumps(payload))
    rehash(event)


def erase(event: AuditEvent) -> None:
    for row in rows_of(event):
        delete(row)
    delete(event)


def all_tables() -> list[type[Model]]:
    return [AuditEvent, *sealed_models()]


def test_a_row_with_a_new_digest_is_not_the_one_its_event_vouches_for(life):
    line = FormLine.objects.filter(form=a_form()).first()
    with unguarded(FormLine):
        change(line, shares=1)
        reseal(line)
    assert f"{line.event}: it vouches for" in first_fault()


def test_a_form_rewritten_with_its_record_and_all_digests_is_not_the_one_its_event_vouches_for(life):
    form = a_form()
    record = form.content()
    record["form"]["signature_name"] = "Somebody Else"
    text = canonical.dumps(record)
    with unguarded(Form):
        change(form, signature_name="Somebody Else", record=text, record_digest=canonical.digest(text))
        reseal(form)
    assert f"{form.event}: it vouches for" in first_fault()
    assert any("does not follow its holder's previous form" in fault for fault in form_faults())


def test_a_form_and_its_lines_rewritten_with_their_event_breaks_the_chain(life):
    form = a_form()
    with unguarded(*all_tables()):
        change(form, signer_capacity="fiduciary")
        reseal(form)
        revouch(form.event)
    fault = first_fault()
    assert "holder:E1 2" in fault
    assert "does not follow the event before it" in fault


def test_a_rewritten_last_event_does_not_fit_the_head(life):
    event = AuditEvent.objects.filter(chain="holder:E1").last()
    with unguarded(AuditEvent):
        change(event, actor="nobody")
        rehash(event)
    assert any("holder:E1: it ends at event" in fault for fault in faults())


def test_a_rewritten_last_event_with_its_head_is_not_what_another_chain_saw(life):
    event = AuditEvent.objects.filter(chain="holder:E1").last()
    with unguarded(AuditEvent):
        change(event, actor="nobody")
        rehash(event)
        set_head("holder:E1")
    assert "the event that was the newest when it was written is gone" in first_fault()


def test_a_form_deleted_with_its_lines_and_its_event_leaves_a_gap(life):
    form = a_form()
    with unguarded(*all_tables()):
        erase(form.event)
    assert "holder:E1 2: form.received: the event before it in its chain is missing" in first_fault()


def test_the_last_event_of_a_chain_deleted_with_its_rows_does_not_fit_the_head(life):
    event = AuditEvent.objects.filter(chain="holder:E2").last()
    with unguarded(*all_tables()):
        erase(event)
    assert any("holder:E2: it ends at event 1, its head says 2" in fault for fault in faults())


def test_the_last_event_deleted_and_the_head_set_back_is_missed_by_another_chain(life):
    event = AuditEvent.objects.filter(chain="holder:E2").last()
    with unguarded(*all_tables()):
        erase(event)
        set_head("holder:E2")
    assert "is gone" in first_fault()


def test_a_whole_chain_deleted_with_its_head_is_missed_by_another_chain(life):
    with unguarded(*all_tables()):
        for event in AuditEvent.objects.filter(chain="holder:E6"):
            erase(event)
        ChainHead.objects.get(chain="holder:E6").delete()
    assert "is gone" in first_fault()


def test_a_chain_deleted_with_its_head_while_its_rows_stay_is_found(life):
    with unguarded(AuditEvent):
        for event in AuditEvent.objects.filter(chain="holder:E6"):
            delete(event)
        ChainHead.objects.get(chain="holder:E6").delete()
    assert any("which does not exist" in fault for fault in faults())


def test_forms_that_acceptance_knew_cannot_be_taken_from_it_or_put_under_it(life):
    form = Form.objects.get(holder__employee_number="E6")
    with unguarded(*all_tables()):
        erase(form.event)
    assert "acceptance of TEST: the forms it was made on are not those on record" in list(settlement_faults())


def test_a_head_moved_or_taken_away_is_found(life):
    head = ChainHead.objects.get(chain="holder:E1")
    change(head, length=9)
    assert "holder:E1: it ends at event 7, its head says 9" in first_fault()
    head.delete()
    assert "holder:E1: its head is missing" in first_fault()
    ChainHead.objects.create(chain="holder:E999", length=1, digest="x")
    assert any("holder:E999: it ends at event 0, its head says 1" in fault for fault in faults())


def test_an_event_slipped_into_the_end_of_a_chain_is_found(life):
    last = AuditEvent.objects.filter(chain="imports").last()
    with unguarded(AuditEvent):
        insert_copy(last, number=last.number + 1, previous=last.digest, payload="{}")
        rehash(AuditEvent.objects.get(chain="imports", number=last.number + 1))
    assert any("imports: it ends at event" in fault for fault in faults())


def test_a_judgement_moved_to_another_form_with_new_digests_is_found(life):
    judgement = Judgement.objects.filter(form=a_form()).first()
    other: Any = Form.objects.exclude(pk=judgement.form_id).first()
    with unguarded(Judgement):
        change(judgement, number=99, form=other)
        reseal(judgement)
    assert f"{judgement.event}: it vouches for" in first_fault()


def test_an_event_whose_payload_is_no_longer_text_of_one_is_found_not_stumbled_over(life):
    event = AuditEvent.objects.get(kind="tenders.accepted")
    for payload in ("", "[]", "null", '{"sealed": 7, "seen": "x"}', '{"seen": [{}]}'):
        with unguarded(AuditEvent):
            change(event, payload=payload)
            rehash(event)
        assert "offer:TEST" in first_fault()
        assert len(list(faults())) > 1
