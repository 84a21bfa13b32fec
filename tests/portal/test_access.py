"""Who may open which address: nobody without signing in, and of another holder's nothing is there."""

import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse

from exchange.documents import codes
from exchange.documents.models import Paper
from exchange.notices.models import Message
from exchange.offers.actions import load_offer
from exchange.offers.marked_papers import request_marked
from exchange.offers.models import OfferDocument
from exchange.offers.reads import load
from exchange.people.models import User
from exchange.portal.urls import urlpatterns
from exchange.settlement.actions.statements import issue_statements
from exchange.settlement.models import NewGrant
from tests.portal.conftest import draft

# Addresses of no offer: where one begins, and what somebody without an offer reports. Two are open to strangers.
FREE = {"start", "report_no_offer"}
OPEN_TO_ALL = {"verify", "verify_paper", "no_sign_in", "no_sign_in_sent"}
# Addresses that take something in, beside what they show.
TAKING = {"review", "withdraw", "consent", "withdraw_consent", "signer", "sign_agreement", "sign_agreements"}
TAKING |= {"report_wrong", "report_missing", "report_no_offer", "download"}
# Addresses that name a row of one holder.
OWN = {"form", "done", "receipt", "certificate", "agreement", "sign_agreement", "agreement_signed", "signed_agreement"}
OWN |= {"notice", "notice_paper", "vesting"}
# Forms that can no longer be sent once everything has been granted, and a statement of an event that never was.
GONE = {"election_form", "notice_form", "adjustment_pdf"}


@pytest.fixture
def granted(stage):
    """Everything that can be there, is there: a form, a promise and a new option of Maya's, and of Daniel's."""
    stage.elect("L101", "LK-1003")
    stage.elect("L102", "LK-1011")
    stage.accept()
    stage.promise()
    stage.grant()
    assert stage.sign_agreements("L101").status_code == 302
    stage.done(issue_statements(code=stage.code, actor="test", at=stage.now))
    stage.amend(("marked_copy", "What changed", "text/html", b"<p>[added: all]</p>"))
    with transaction.atomic():
        request_marked(load(stage.offer), stage.offer.versions.latest("number"), at=stage.now)
    return stage


def _arguments(stage, name: str) -> list[object]:
    """What the address of Maya's page takes."""
    rest: dict[str, object] = {
        "form": stage.last_form().pk,
        "done": stage.last_form().pk,
        "receipt": stage.last_form().pk,
        "certificate": stage.last_form().pk,
        **dict.fromkeys(AGREEMENT, NewGrant.objects.get(holder=stage.holder()).pk),
        "arrived": stage.last_form().key,
        "document": OfferDocument.objects.first().pk,
        "marked_copy": OfferDocument.objects.filter(kind="marked_copy").latest("version__number").pk,
        "notice": _letter().pk,
        "adjustment_pdf": 1,
    }
    if name in FREE:
        return []
    if name == "notice_paper":
        return [stage.code, _letter().pk, _letter().attachments[0]]
    return [stage.code, *([rest[name]] if name in rest else [])]


AGREEMENT = ("agreement", "sign_agreement", "agreement_signed", "signed_agreement", "vesting")


def _letter() -> Message:
    """A letter to Maya that came with a paper."""
    return Message.objects.get(owner_key="holder:L101", kind="promise_ready")


def _url(stage, name: str) -> str:
    return reverse(f"portal:{name}", args=_arguments(stage, name)) + ("?grant=LK-1003" if name == "review" else "")


NAMES = [pattern.name for pattern in urlpatterns if pattern.name not in OPEN_TO_ALL]
OF_ONE_OFFER = [name for name in NAMES if name not in FREE]


def _statuses(stage, client: Client, names: list[str] = NAMES) -> dict[str, int]:
    return {name: client.get(_url(stage, name)).status_code for name in names}


def test_nobody_gets_in_without_signing_in(granted):
    for name in NAMES:
        answer = Client().get(_url(granted, name))
        assert answer.status_code == 302, name
        assert answer.url.startswith(reverse("account_login")), name


def test_the_holder_gets_each_of_their_own_pages(granted):
    # After acceptance a confirmation leads on to its form's own page, which says what has become of it.
    leads_on = {"start", "done"}
    expected = {name: 302 if name in leads_on else 404 if name in GONE else 200 for name in NAMES}
    assert _statuses(granted, granted.client("L101")) == expected


def test_another_holder_finds_no_row_of_it_there(granted):
    expected = {name: 404 if name in OWN | GONE else 302 if name == "start" else 200 for name in NAMES}
    assert _statuses(granted, granted.client("L102")) == expected


def test_nothing_of_one_holder_stands_on_a_page_of_another(granted):
    maya, form = granted.holder("L101"), granted.last_form("L101")
    client = granted.client("L102")
    for name in OF_ONE_OFFER:
        answer = client.get(_url(granted, name))
        if answer.get("Content-Type", "").startswith("text/html"):
            page = answer.content.decode()
            for secret in (maya.legal_name, maya.employee_number, maya.email, form.number, "LK-100"):
                assert secret not in page, name


def test_a_holder_without_form_or_promise_gets_404_for_what_is_not_there(granted):
    absent = OWN | GONE | {"promise", "promise_pdf", "new_grants", "all_vesting"}
    expected = {name: 404 if name in absent else 302 if name == "start" else 200 for name in NAMES}
    assert _statuses(granted, granted.client("L103")) == expected


def test_staff_who_hold_no_options_find_no_holder_pages(granted):
    user = User.objects.create_user("hr@larkfield.example", "a-good-long-password", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="HR")[0])
    client = Client()
    client.force_login(user)
    assert _statuses(granted, client, OF_ONE_OFFER) == dict.fromkeys(OF_ONE_OFFER, 404)
    assert client.get(reverse("portal:start")).url == "/staff/"


def test_a_draft_and_an_unknown_offer_are_not_there(granted):
    granted.done(load_offer(plain=draft("LRKF-DRAFT"), actor="test", at=granted.now))
    client = granted.client()
    for code in ("NO-SUCH", "LRKF-DRAFT"):
        for name in OF_ONE_OFFER:
            arguments = [code, *_arguments(granted, name)[1:]]
            assert client.get(reverse(f"portal:{name}", args=arguments)).status_code == 404, (code, name)


def test_a_made_up_key_is_not_there(granted):
    client = granted.client()
    for name in (*OWN, "document", "marked_copy"):
        keys = [uuid4()] * (2 if name == "notice_paper" else 1)
        assert client.get(reverse(f"portal:{name}", args=[granted.code, *keys])).status_code == 404, name


def test_help_with_signing_in_is_open_to_all(granted):
    code = codes.grouped(Paper.objects.first().code)
    for name in OPEN_TO_ALL:
        answer = Client().get(reverse(f"portal:{name}", args=[code] if name == "verify_paper" else []))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]


def test_a_paper_is_not_there_with_a_letter_that_it_did_not_come_with(granted):
    other = Message.objects.get(owner_key="holder:L101", kind="offer_opened")
    address = reverse("portal:notice_paper", args=[granted.code, other.pk, _letter().attachments[0]])
    assert granted.client().get(address).status_code == 404


def test_pages_to_read_take_nothing_else(granted):
    client = granted.client()
    for name in set(NAMES) - TAKING:
        assert client.post(_url(granted, name)).status_code == 405, name


def test_no_page_is_kept_by_a_cache(granted):
    client = granted.client()
    for name in set(NAMES) - GONE:
        assert "no-store" in client.get(_url(granted, name))["Cache-Control"], name


@pytest.mark.parametrize("path", ["review/", "withdraw/", "new-options/sign/"])
def test_a_signature_needs_the_token_against_forgery(stage, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(holder__employee_number="L101"))
    answer = client.post(stage.url(path), {"token": "x"})
    assert answer.status_code == 403
    assert "This was not sent" in answer.content.decode()


def test_every_address_of_an_offer_is_in_this_table():
    assert len(NAMES) + len(OPEN_TO_ALL) == len({pattern.name for pattern in urlpatterns})
    keyed = {name for pattern, name in ((str(p.pattern), p.name) for p in urlpatterns) if re.search("uuid", pattern)}
    assert keyed == OWN | {"document", "marked_copy", "arrived"}
