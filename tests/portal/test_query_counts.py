"""Each page asks the database the same number of questions, however much the holder has; the first time it is opened.

What a worker would have made by then (the PDFs) is made beforehand as the worker makes it, never by opening a page.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from exchange.cli.demo import cast
from exchange.documents import codes
from exchange.documents.actions import render_paper
from exchange.documents.models import Paper
from exchange.interchange.apply import Source, import_grants
from exchange.portal.urls import urlpatterns
from exchange.settlement.models import NewGrant
from tests.portal.conftest import DURING, Stage

PAGES = ["", "options/", "choose/", "review/?grant=LK-1003", "withdraw/", "forms/", "documents/", "outcome/"]
PAGES += ["forms/{form}/", "forms/{form}/done/", "arrived/{key}/", "notices/", "notices/{notice}/"]
PAGES += [
    "compare/?grant_price=9.20&later_price=20",
    "signer/",
    "consent/",
    "consent/withdraw/",
    "on-paper/",
    "reports/",
    "reports/wrong/",
    "reports/missing/",
    "record/",
    "record/looks/",
    "record/download/",
    "dates.ics",
    "/report/no-offer/",
    "/verify/",
    "/verify/{code}/",
    "/help/signing-in/",
    "/help/signing-in/sent/",
]
AFTER = ["", "options/", "compare/", "forms/", "documents/", "outcome/", "promise/", "new-options/"]
AFTER += ["new-options/sign/", "new-options/{new}/sign/", "new-options/vesting.ics", "new-options/{new}/vesting.ics"]
SIGNED = ["", "new-options/", "new-options/{new}/signed/", "documents/"]
MOST = 30
# The names of addresses that are not counted, and why not.
NO_PAGE = {"start": "leads on to an offer and shows nothing"} | dict.fromkeys(
    [
        "consent_sample",
        "receipt",
        "certificate",
        "election_form",
        "notice_form",
        "option_statement",
        "adjustment_pdf",
        "promise_pdf",
        "agreement",
        "signed_agreement",
        "statement",
        "notice_paper",
        "document",
        "marked_copy",
    ],
    "one file of the holder's, as it is stored",
)


def _count(client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(asked)


def _counts(stage, paths: Iterable[str], number: str = "L101", **of: object) -> dict[str, int]:
    """How much each page asks when it is the first that one who has just signed in opens."""
    urls = {path: path.format(**of) for path in paths}
    return {
        path: _count(stage.client(number), url if url[:1] == "/" else stage.url(url)) for path, url in urls.items()
    }


def _what_is_there(stage) -> dict[str, object]:
    form = stage.last_form()
    code = codes.grouped(Paper.objects.filter(subject_key__endswith=form.number).get().code)
    return {"form": form.pk, "key": form.key, "notice": stage.letter("offer_opened").pk, "code": code}


def _the_worker_makes_the_papers(stage) -> None:
    for paper in Paper.objects.filter(rendered=None):
        render_paper(paper_id=paper.pk, at=stage.now)


def test_many_grants_and_many_forms_ask_no_more_than_few(stage):
    stage.elect("L101", "LK-1001")
    stage.answer(stage.report("M-0", about="other"), "stands", "No.")
    few = _counts(stage, PAGES, **_what_is_there(stage))
    first = cast.grants(2026)[2]
    more = [replace(first, grant_number=f"M-{number}") for number in range(30)]
    stage.done(import_grants(more, source=Source("more", ""), actor="test", at=DURING))
    for hour in range(1, 6):
        stage.go(DURING + timedelta(hours=hour))
        stage.elect("L101", "LK-1001", f"M-{hour}")
        stage.answer(stage.report(f"M-{hour}", about="other"), "stands", "No.")
    stage.letter("offer_opened").opened.delete()
    assert _counts(stage, PAGES, **_what_is_there(stage)) == few
    assert max(few.values()) <= MOST, few


def test_after_the_grant_too(stage):
    stage.elect("L102", "LK-1011")
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    stage.grant()
    _the_worker_makes_the_papers(stage)
    new = {"L102": NewGrant.objects.get(old_grant_number="LK-1011").pk}
    new["L101"] = NewGrant.objects.get(old_grant_number="LK-1003").pk
    waiting = [_counts(stage, AFTER, number, new=pk) for number, pk in new.items()]
    for number in new:
        stage.sign_agreements(number)
    _the_worker_makes_the_papers(stage)
    signed = [_counts(stage, SIGNED, number, new=pk) for number, pk in new.items()]
    for one, three in (waiting, signed):
        assert one == three
        assert max(one.values()) <= MOST, one


def test_every_page_is_counted_or_named_as_none():
    stand_in = dict.fromkeys(("form", "key", "notice", "new", "code"), "00000000-0000-4000-8000-000000000000")
    paths = [path.format(**stand_in) for path in (*PAGES, *AFTER, *SIGNED)]
    urls = [path if path[:1] == "/" else Stage().url(path) for path in paths]
    counted = {resolve(urlsplit(url).path).url_name for url in urls}
    named = {pattern.name for pattern in urlpatterns}
    assert counted & set(NO_PAGE) == set()
    assert named == counted | set(NO_PAGE)
