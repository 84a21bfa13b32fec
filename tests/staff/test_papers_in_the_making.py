"""The desk tells how far the papers are, and tries again what failed; HR prints what a holder needs on paper."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.documents import actions
from exchange.documents.models import Paper, PaperFault
from exchange.kernel import clock
from exchange.people.models import Holder
from tests.documents import samples
from tests.support.world import a_grant, a_holder, a_live_offer


@pytest.fixture
def offer(db):
    return a_live_offer()


def ask(offer, first: int, count: int) -> list[Paper]:
    snapshot = samples.promise_to_grant(1)
    return actions.request_papers(
        [
            actions.PaperRequest("promise_to_grant", "holder:E-10042", f"p:{n}:P-000088", offer.code, snapshot)
            for n in range(first, first + count)
        ],
        at=clock.now(),
    )


def fail(papers: list[Paper]) -> None:
    later = clock.now() + timedelta(hours=1)
    PaperFault.objects.bulk_create(
        PaperFault(paper=paper, attempts=3, error="its template is at fault", last_at=clock.now(), next_at=later)
        for paper in papers
    )


def shown(client) -> str:
    page = client.get(reverse("staff:paper-progress")).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_before_the_first_paper_it_says_what_comes(offer, sign_in):
    assert "No paper is asked for yet. The first is the receipt of the first form." in shown(sign_in("auditor"))


def test_it_counts_what_is_made_to_make_and_failed(offer, sign_in, monkeypatch):
    made, *left = ask(offer, 0, 5)
    monkeypatch.setattr(actions.rendering, "pdf_bytes", lambda paper: b"%PDF")
    monkeypatch.setattr(actions.transaction, "atomic", _plain(actions.transaction.atomic))
    actions.render_paper(paper_id=made.pk, at=clock.now())
    fail(left[:2])
    page = shown(sign_in("auditor"))
    assert "1 of 5 made; 4 to make; 2 failed so far" in page
    assert "One was made in the last minute. About 2 minutes at this pace." in page
    assert "its template is at fault" in page
    assert "Try them again now" not in page  # an auditor reads


def _plain(atomic):
    """The test is in a transaction already; that a PDF is stored in one of its own has a test elsewhere."""
    return lambda **given: atomic()


def test_hr_tries_the_failed_again(offer, sign_in):
    fail(ask(offer, 0, 2))
    client = sign_in("hr")
    assert "Try them again now" in shown(client)
    answer = client.post(reverse("staff:retry-papers"), follow=True)
    assert "2 papers are tried again." in answer.content.decode()
    assert all(fault.next_at <= clock.now() for fault in PaperFault.objects.all())
    assert AuditEvent.objects.get(kind="papers.retried").actor.startswith("staff:")
    assert "There is nothing to try again." in client.post(reverse("staff:retry-papers"), follow=True).content.decode()


def test_it_asks_no_more_of_many_papers_than_of_few(offer, sign_in):
    client, counted = sign_in("hr"), []
    shown(client)  # the first look of a session writes down more
    for first, count, failed in ((0, 2, 1), (2, 60, 55)):
        fail(ask(offer, first, count)[:failed])
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("staff:paper-progress"))
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_hr_prints_the_forms_of_a_holder_and_nobody_reads_less(offer, sign_in):
    holder = a_holder("E1")
    a_grant(holder, "G1")
    client = sign_in("hr")
    record = client.get(reverse("staff:people_holder_change", args=[holder.pk])).content.decode()
    for kind in ("election_form", "notice_form", "option_statement"):
        address = reverse("staff:print-paper", args=[holder.pk, kind])
        assert address in record
        assert client.get(reverse("staff:print-paper", args=[holder.pk + 999, kind])).status_code == 404
    assert client.get(reverse("staff:print-paper", args=[holder.pk, "diploma"])).status_code == 404
    auditor = sign_in("auditor").get(reverse("staff:people_holder_change", args=[holder.pk])).content.decode()
    assert reverse("staff:print-paper", args=[holder.pk, "election_form"]) not in auditor
    assert Holder.objects.count() == 1
