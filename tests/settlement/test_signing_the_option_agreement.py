"""The holder signs an option agreement before receiving the new option (domain §7): once, their own, the one shown."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from exchange.audit.models import AuditEvent
from exchange.documents.reads import paper_for
from exchange.elections.actions import withdraw_consent
from exchange.elections.consent import VERSION
from exchange.interchange.export import results
from exchange.kernel import canonical
from exchange.kernel.results import Done, Refused
from exchange.notices.models import Message
from exchange.settlement.actions import sign
from exchange.settlement.ledger import faults
from exchange.settlement.models import AgreementSignature, NewGrant
from tests.support.agreements import SIGNED_AT, agreement, granted_options, on_paper, shown, signed
from tests.support.attack import unguarded
from tests.support.races import LONGEST, Pause, at_once, meanwhile
from tests.support.raw import change
from tests.support.world import ACTOR, consent, value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def granted() -> list[NewGrant]:
    """E1's two new options, then E2's."""
    return granted_options(grants=2)


def codes(result: Any) -> list[str]:
    assert isinstance(result, Refused), result
    return [reason.code for reason in result.reasons]


def test_the_record_is_what_was_signed_and_how_it_came(granted):
    row = value(signed((granted[0], shown(granted[0])))).signatures[0]
    record, paper = row.content(), agreement(granted[0])
    assert canonical.digest(row.record) == row.record_digest
    assert record["agreement"] == {
        "title": paper.title,
        "template": paper.template,
        "template_version": paper.template_version,
        "language": paper.language,
        "sha256": paper.sha256,
        "pdf_sha256": row.pdf_sha256,
    }
    assert record["grant"]["number"] == granted[0].number
    assert record["grant"]["vesting"][0] == ["2004-01-26", 150]
    assert record["signature"]["name"] == "Holder E1"
    assert record["signature"]["signed_at"] == "2004-01-28T17:30:00.000000Z"
    assert record["signature"]["acknowledgments"] == [["received", "I have received the agreement."]]
    event = AuditEvent.objects.get(kind="agreement.signed")
    assert (event.chain, event.actor, event.at) == ("holder:E1", "holder:E1", SIGNED_AT)
    assert not list(faults())


def test_the_same_button_twice_is_one_signature(granted):
    signing = shown(granted[0])
    first, second = value(signed((granted[0], signing))), value(signed((granted[0], signing)))
    assert (first.is_new, second.is_new) == (True, False)
    assert first.signatures == second.signatures
    assert AuditEvent.objects.filter(kind="agreement.signed").count() == 1


def test_from_a_second_tab_it_is_refused_and_the_first_stands(granted):
    first = value(signed((granted[0], shown(granted[0])))).signatures[0]
    assert codes(signed((granted[0], shown(granted[0])))) == ["agreement_signed_already"]
    assert AgreementSignature.objects.get() == first


def test_nobody_signs_for_another(granted):
    assert codes(signed((granted[2], shown(granted[2])), by=granted[0].holder)) == ["unknown_new_grant"]


def test_a_key_that_has_signed_another_agreement_signs_none(granted):
    signing = shown(granted[0])
    value(signed((granted[0], signing)))
    assert codes(signed((granted[1], shown(granted[1], key=signing.key)))) == ["key_of_another"]


@pytest.mark.parametrize("name", ["Holder E2", "holder", ""])
def test_another_name_is_no_signature(granted, name):
    assert codes(signed((granted[0], shown(granted[0], signature_name=name)))) == ["form_name_mismatch"]


def test_names_are_compared_as_on_forms(granted):
    value(signed((granted[0], shown(granted[0], signature_name="  HOLDER   e1 "))))


def test_what_the_page_did_not_offer_is_not_signed(granted):
    assert codes(signed((granted[0], shown(granted[0], pdf_sha256="0" * 64)))) == ["agreement_not_shown"]
    assert codes(signed((granted[1], replace(shown(granted[0]), key=uuid.uuid4())))) == ["agreement_not_shown"]


def test_without_its_acknowledgments_it_is_refused(granted):
    assert codes(signed((granted[0], shown(granted[0], acknowledgments=())))) == ["agreement_not_acknowledged"]


def test_a_signed_copy_and_a_letter_follow_and_say_how_many_still_wait(granted):
    row = value(signed((granted[0], shown(granted[0])))).signatures[0]
    copy = paper_for("signed_agreement", f"new_grant:{granted[0].number}")
    assert copy is not None
    assert copy.values()["signed_record"]["digest"] == row.record_digest
    assert copy.values()["schedule"] == agreement(granted[0]).values()["schedule"]
    letter = Message.objects.get(kind="agreement_signed", key__endswith=granted[0].number)
    assert (letter.to_address, letter.attachments) == (granted[0].holder.email, [str(copy.pk)])
    assert "1 agreement of yours still waits for your signature." in letter.text
    value(signed((granted[1], shown(granted[1]))))
    last = Message.objects.get(kind="agreement_signed", key__endswith=granted[1].number)
    assert "No agreement of yours waits" in last.text


def test_without_standing_consent_to_electronic_records_it_is_refused(granted):
    offer, holder = granted[0].line.promise.offer, granted[0].holder
    value(withdraw_consent(code=offer.code, holder=holder, actor=ACTOR, at=SIGNED_AT))
    assert codes(signed((granted[0], shown(granted[0])))) == ["consent_withdrawn"]
    consent(offer, holder, SIGNED_AT)
    row = value(signed((granted[0], shown(granted[0])))).signatures[0]
    assert row.content()["signature"]["consent_version"] == VERSION


def test_the_export_is_the_same_whether_agreements_are_signed_or_not(granted):
    before = results(granted[0].line.promise.offer)
    value(signed((granted[0], shown(granted[0]))))
    assert results(granted[0].line.promise.offer) == before


def test_one_page_signs_several_agreements_all_or_none_by_one_event_and_letter(granted):
    two = [(grant, shown(grant)) for grant in granted[:2]]
    wrong = (granted[1], shown(granted[1], pdf_sha256="0" * 64))
    assert codes(signed(two[0], wrong)) == ["agreement_not_shown"]
    assert not AgreementSignature.objects.exists()
    first, again = value(signed(*two)), value(signed(*two))
    assert (first.is_new, again.is_new) == (True, False)
    assert [row.grant_id for row in first.signatures] == [grant.pk for grant, _signing in two]
    assert AuditEvent.objects.filter(kind="agreement.signed").count() == 1
    assert len(Message.objects.get(kind="agreement_signed").attachments) == 2
    assert not list(faults())


# On paper


def test_hr_records_an_agreement_signed_on_paper_by_the_date_it_bears(granted):
    row = value(on_paper(granted[0]))
    assert (row.channel, row.signed_on, row.signed_at, row.key) == ("hand", date(2004, 1, 27), None, None)
    assert (row.recorded_at, row.recorded_by) == (SIGNED_AT, "staff:hr")
    assert AuditEvent.objects.get(kind="agreement.recorded").actor == "staff:hr"
    assert not list(faults())


def test_recorded_again_it_changes_nothing_and_otherwise_it_is_refused(granted):
    first = value(on_paper(granted[0]))
    again = on_paper(granted[0])
    assert isinstance(again, Done)
    assert (again.value, [remark.code for remark in again.remarks]) == (first, ["nothing_to_do"])
    assert codes(on_paper(granted[0], channel="fax")) == ["agreement_signed_already"]
    assert codes(signed((granted[0], shown(granted[0])))) == ["agreement_signed_already"]


def test_a_rehearsal_keeps_nothing(granted):
    value(on_paper(granted[0], dry_run=True))
    assert not AgreementSignature.objects.exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"signed_on": None}, "agreement_undated"),
        ({"signed_on": date(2004, 1, 25)}, "agreement_date_off"),
        ({"signed_on": date(2004, 1, 29)}, "agreement_date_off"),
        ({"signature_name": "Holder E9"}, "agreement_name_differs"),
    ],
)
def test_what_cannot_be_a_signed_agreement_is_refused(granted, changed, code):
    assert codes(on_paper(granted[0], **changed)) == [code]


def test_an_empty_signature_is_none(granted):
    assert codes(on_paper(granted[0], signature_name=" ", note="none")) == ["agreement_unsigned"]


def test_another_name_is_taken_with_a_note_that_stays_in_the_record(granted):
    row = value(on_paper(granted[0], signature_name="Ann Heir", note="Executor; letters testamentary seen."))
    assert row.content()["signature"]["note"] == "Executor; letters testamentary seen."


# The database, when the action is gone round


def test_the_database_keeps_one_signature_for_a_grant_and_no_half_of_one(granted):
    row = value(signed((granted[0], shown(granted[0])))).signatures[0]
    for wrong in (
        {"key": uuid.uuid4()},
        {"grant": granted[1], "key": None},
        {"grant": granted[1], "key": uuid.uuid4(), "signed_on": date(2004, 1, 28)},
        {"grant": granted[1], "key": uuid.uuid4(), "signature_name": ""},
        {"grant": granted[1], "key": uuid.uuid4(), "pdf_sha256": ""},
        {"grant": granted[1], "key": uuid.uuid4(), "channel": "hand"},
    ):
        values = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields}
        with pytest.raises(IntegrityError), transaction.atomic():
            AgreementSignature.objects.create(**{**values, "id": uuid.uuid4(), **wrong})


@pytest.mark.parametrize(
    "wrong", [{"signature_name": "Someone Else"}, {"pdf_sha256": "0" * 64}, {"agreement_sha256": "0" * 64}]
)
def test_a_column_that_is_not_what_was_signed_is_found_even_with_a_digest_of_its_own(granted, wrong):
    row = value(signed((granted[0], shown(granted[0])))).signatures[0]
    with transaction.atomic():
        with unguarded(AgreementSignature):
            change(row, **wrong)
            found = AgreementSignature.objects.get(pk=row.pk)
            change(row, digest=canonical.digest(found.sealed_content()))
        assert any(fault.startswith(f"agreement {row.grant_number}") for fault in faults())
        transaction.set_rollback(True)


# Two at once


@pytest.mark.postgres
def test_without_the_holders_lock_two_tabs_collide_in_the_database(granted, monkeypatch):
    pause = Pause(moment=LONGEST)
    monkeypatch.setattr(sign, "_locked", lambda holder_id, grant_ids: [granted[0]])
    monkeypatch.setattr(sign, "append", pause.before(sign.append))
    first, second = shown(granted[0]), shown(granted[0])
    before, after = meanwhile(pause, lambda: signed((granted[0], first)), lambda: signed((granted[0], second)))
    assert pause.was_overtaken
    assert isinstance(after, Done)
    assert isinstance(before, IntegrityError)


def test_two_tabs_at_once_make_one_signature(granted):
    first, second = shown(granted[0]), shown(granted[0])
    answers = at_once(lambda: signed((granted[0], first)), lambda: signed((granted[0], second)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Done", "Refused"]
    assert AgreementSignature.objects.count() == 1
