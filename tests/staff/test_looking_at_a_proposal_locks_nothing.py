"""Nobody waits for whoever looks at a proposal: its page tries nothing out, and a preview words no letters."""

import json
import re

import pytest
from django.urls import reverse

from exchange.interchange.terms_file import raw_of
from exchange.interchange.terms_file import text_of as toml_of
from exchange.kernel import clock
from exchange.notices.models import Message
from exchange.offers import letters
from exchange.offers.proposals import propose as keep
from exchange.offers.reads import load
from exchange.people.models import User
from exchange.staff import approving
from exchange.staff.views.approvals_list import approval_url
from tests.staff.conftest import approve, propose
from tests.staff.test_guarded_pages import AT_NINE, an_expired_replay, text_of
from tests.support.world import value

pytestmark = pytest.mark.django_db
TERMINATE = {"reason": "The board gave it up.", **AT_NINE}
EXTEND = {"to": "2003-07-24T20:00", "at": "2003-07-24T17:30"}
LETTER = {"terminate": "offer_terminated", "extend": "offer_extended"}


@pytest.fixture
def offer():
    return an_expired_replay()


def kept(offer, step):
    """A proposal of HR's, as it is kept."""
    files = [("offer.toml", toml_of(raw_of(json.loads(load(offer).version.terms))).encode())]
    found = keep(
        code=offer.code,
        step=step,
        headline="A step",
        wanted={},
        preview='{"facts":[["Ends","The offer",""]],"finality":[],"tables":[]}',
        files=files if step == "amend" else [],
        proposed_by=User.objects.get(email="hr@company.example"),
        actor="staff:hr@company.example",
        at=clock.now(),
    )
    return approval_url(value(found))


@pytest.mark.parametrize("step", ["accept", "amend", "extend", "postpone", "terminate", "waive"])
def test_opening_the_page_of_a_running_offers_proposal_tries_nothing_out(hr, counsel, offer, monkeypatch, step):
    page = kept(offer, step)
    tried = []
    monkeypatch.setattr(approving, "try_out", lambda *_args: tried.append(step))
    for client in (hr, counsel):
        said = text_of(client.get(page))
        assert "What its proposer was shown" in said
        assert "Ends The offer" in said
    assert "See what would happen now" in said
    assert tried == []


def test_once_asked_for_it_is_tried_out_and_approved_as_ever(hr, counsel, offer):
    page = propose(hr, reverse("staff:terminate", args=[offer.code]), offer.code, TERMINATE)
    assert 'name="digest"' not in counsel.get(page).content.decode()
    assert 'name="digest"' in counsel.post(page, {"step": "preview"}).content.decode()
    assert approve(counsel, page, offer.code).status_code == 302
    assert Message.objects.filter(kind="offer_terminated").count() == 2
    assert all("The board gave it up." in letter.text for letter in Message.objects.filter(kind="offer_terminated"))


@pytest.mark.parametrize(("step", "data"), [("terminate", TERMINATE), ("extend", EXTEND)])
def test_a_preview_counts_its_letters_and_words_none(hr, offer, monkeypatch, step, data):
    monkeypatch.setattr(letters, "render", lambda *_args, **_kwargs: pytest.fail("a letter was worded"))
    said = text_of(hr.post(reverse(f"staff:{step}", args=[offer.code]), {**data, "step": "preview"}))
    assert re.search(r"Letter To holders with a tender To others In all [^0-9]+ 2 0 2", said), said
    assert not Message.objects.filter(kind=LETTER[step]).exists()
