"""A stage: one offer with its cast, at any moment of its life, and a clock that stands where it is put."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from exchange.audit.actions import append
from exchange.cli.demo import cast
from exchange.cli.demo.words import DOCUMENTS
from exchange.elections.models import Form
from exchange.interchange.apply import Source, import_grants, import_people
from exchange.kernel import canonical, clock, database_clock
from exchange.kernel.results import Done
from exchange.notices.models import Message
from exchange.offers.actions import load_offer, open_offer
from exchange.offers.models import Offer, OfferDocument, OfferVersion
from exchange.offers.reads import chain_of
from exchange.offers.reports import answer_report, report_facts
from exchange.people.models import EmploymentEvent, Holder, Report, ReportAnswer, User
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import decide_prohibition, issue_promises
from exchange.settlement.models import Promise
from tests.support.shared import begin_with, settle, to_undo
from tests.support.world import consent, election, paper, record

ZONE = "America/Los_Angeles"
OPENS = datetime(2026, 6, 1, 13, tzinfo=UTC)
DURING = datetime(2026, 6, 10, 17, 30, tzinfo=UTC)
EXPIRES = datetime(2026, 7, 1, 0, tzinfo=UTC)  # 30 June, 5:00 p.m. Pacific Time
ACCEPTS = datetime(2026, 7, 1, 16, tzinfo=UTC)
PROMISES = datetime(2026, 7, 2, 16, tzinfo=UTC)
GRANTS_ON = date(2027, 1, 4)
GRANTS = datetime(2027, 1, 4, 23, tzinfo=UTC)
PASSWORD = "a-good-long-password"


def draft(code: str, *, is_replay: bool = False) -> dict[str, Any]:
    """Terms of an offer from `OPENS` to `EXPIRES`."""
    return cast.terms(code, OPENS.isoformat(), EXPIRES.isoformat(), ZONE, is_replay=is_replay)


def signed_in(client: Client, user: User, *, ago: float = 0) -> Client:
    """Signed in with a password so many seconds ago: what force_login leaves out is put on record."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session["seen_at"] = time.time()
    session.save()
    return client


class Stage:
    """The demonstration's cast in an offer of June 2026. Maya is L101, Daniel L102, Priya L103, Victor L104."""

    code = "LRKF-2026-1"

    def __init__(self) -> None:
        self.now = OPENS

    def go(self, at: datetime) -> "Stage":
        self.now = at
        return self

    def build(
        self,
        *,
        is_replay: bool = False,
        grants: list[Any] | None = None,
        opened_at: datetime = OPENS,
        consented: bool = True,
        ratio: list[dict[str, str]] | None = None,
    ) -> "Stage":
        """The offer with its cast, who have consented to electronic records unless told otherwise."""
        source, at = Source("the stage", ""), opened_at
        terms = draft(self.code, is_replay=is_replay)
        terms["new_award"]["ratio"] = ratio or terms["new_award"]["ratio"]
        self.done(load_offer(plain=terms, documents=DOCUMENTS, actor="test", at=at))
        self.done(import_people(cast.PEOPLE, source=source, actor="test", at=at))
        self.done(import_grants(grants or cast.grants(2026), source=source, actor="test", at=at))
        self.done(open_offer(code=self.code, actor="test", at=at))
        for holder in Holder.objects.filter(employee_number__in=cast.HOLDERS):
            holder.user = User.objects.create_user(holder.email, PASSWORD, name=holder.legal_name)
            holder.save(update_fields=["user"])
            if consented:
                consent(self.offer, holder, at)
        return self.go(DURING)

    @staticmethod
    def done(result: Any) -> Any:
        assert isinstance(result, Done), result
        return result.value

    @property
    def offer(self) -> Offer:
        return Offer.objects.get(code=self.code)

    def holder(self, number: str = "L101") -> Holder:
        return Holder.objects.get(employee_number=number)

    def client(self, number: str = "L101") -> Client:
        """Signed in this moment."""
        client = Client()
        signed_in(client, User.objects.get(holder__employee_number=number))
        return client

    def url(self, rest: str = "") -> str:
        return f"/offers/{self.code}/{rest}"

    def token(self, client: Client, *grants: str) -> str:
        """The seal of a review page for these choices; of the withdrawal page without any."""
        page = client.get(self.url("review/"), {"grant": grants}) if grants else client.get(self.url("withdraw/"))
        found = re.search(r'name="token" value="([^"]+)"', page.content.decode())
        assert found, page.content.decode()
        return found[1]

    def sign(self, client: Client, token: str, *, path: str = "review/", **changed: str) -> Any:
        name = Holder.objects.get(user_id=client.session["_auth_user_id"]).name_on_agreement
        data = {"token": token, "email": "me@larkfield.example", "address": "", "acknowledged": "on"}
        return client.post(self.url(path), {**data, "signature_name": name, **changed})

    def elect(self, number: str, *grants: str) -> Form:
        """Choose, review and sign through the pages; answers the stored form."""
        client = self.client(number)
        answer = self.sign(client, self.token(client, *grants))
        assert answer.status_code == 302, answer.content.decode()
        return self.last_form(number)

    def withdraw(self, number: str) -> Form:
        client = self.client(number)
        answer = self.sign(client, self.token(client), path="withdraw/")
        assert answer.status_code == 302, answer.content.decode()
        return self.last_form(number)

    def last_form(self, number: str = "L101") -> Form:
        return Form.objects.filter(holder__employee_number=number).order_by("-sequence")[0]

    def amend(self, *documents: tuple[str, str, str, bytes]) -> None:
        """A next version of the offer, as an amendment will write it: kind, title, content type, body of each."""
        terms, number = self.offer.versions.latest("number").terms, self.offer.versions.count() + 1
        version = OfferVersion(
            offer=self.offer, number=number, terms=terms, terms_digest=canonical.digest(terms), created_at=self.now
        )
        rows = [
            OfferDocument(
                version=version,
                position=position,
                kind=kind,
                title=title,
                content_type=content_type,
                body=body,
                sha256=hashlib.sha256(body).hexdigest(),
            )
            for position, (kind, title, content_type, body) in enumerate(documents, start=1)
        ]
        with transaction.atomic():
            event = {"chain": chain_of(self.offer), "kind": "offer.loaded", "actor": "test", "at": self.now}
            append(**event, payload={}, rows=[version, *rows])

    def on_paper(self, number: str = "L101", **changed: Any) -> None:
        """A fax that tenders everything the holder has that is eligible, F1; `changed` is how it is else."""
        holder = self.holder(number)
        grants = holder.grants.filter(exercise_price__gte=5).order_by("grant_number")
        made = paper(election(holder, *grants), "F1", changed.pop("received_at", self.now))
        record(self.offer, [replace(made, **changed)], self.now)

    def leave(self, number: str, on: date) -> None:
        """The holder is no longer employed from the start of that day."""
        facts = {"effective_on": on, "position": 1, "event": "terminated"}
        EmploymentEvent.objects.create(holder=self.holder(number), **facts)

    def decide(self, number: str, verdict: str) -> None:
        """Counsel's word on whether the law allows the holder's grant, an hour later."""
        self.go(self.now + timedelta(hours=1))
        promise = Promise.objects.get(holder=self.holder(number))
        decided = decide_prohibition(promise=promise, verdict=verdict, reason="The law.", actor="test", at=self.now)
        self.done(decided)

    def letter(self, kind: str, number: str = "L101") -> Message:
        return Message.objects.get(owner_key=f"holder:{number}", kind=kind)

    def report(self, text: str, number: str = "L101", *, kind: str = "wrong", **facts: str) -> Report:
        """What a holder reports, made through the action."""
        holder = self.holder(number)
        made = report_facts(kind=kind, text=text, user=holder.user, holder=holder, actor="test", at=self.now, **facts)
        return self.done(made)

    def answer(self, report: Report, outcome: str, text: str) -> ReportAnswer:
        """Somebody at the desk answers."""
        staff = User.objects.filter(email="hr@larkfield.example").first() or User.objects.create_user(
            "hr@larkfield.example", PASSWORD, is_staff=True
        )
        answer = answer_report(
            report_id=report.pk, outcome=outcome, text=text, answered_by=staff, actor="test", at=self.now
        )
        return self.done(answer)

    def accept(self) -> None:
        self.go(ACCEPTS)
        self.done(accept_tenders(code=self.code, attested=True, leave_undecided=False, actor="test", at=ACCEPTS))

    def promise(self) -> None:
        self.go(PROMISES)
        self.done(issue_promises(code=self.code, actor="test", at=PROMISES))

    def grant(self) -> None:
        self.go(GRANTS)
        self.done(
            grant_new_options(code=self.code, on=GRANTS_ON, closing_price=Decimal("9.50"), actor="test", at=GRANTS)
        )

    def sign_agreements(self, number: str = "L101", path: str = "new-options/sign/") -> Any:
        """Open the page of agreements that wait, and sign; the answer."""
        client = self.client(number)
        page = client.get(self.url(path)).content.decode()
        found = re.search(r'name="token" value="([^"]+)"', page)
        assert found, page
        name = self.holder(number).name_on_agreement
        return client.post(self.url(path), {"token": found[1], "acknowledged": "on", "signature_name": name})


@pytest.fixture
def bare_stage(db: None, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Nothing built yet; the clock is the stage's."""
    made = Stage()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    monkeypatch.setattr(database_clock, "difference", lambda: timedelta(0))  # the database's clock is on stage too
    return made


@pytest.fixture(scope="module")
def _built(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[bool]:
    """One open offer for all tests of a file, where none of them commits; each undoes what it does to it."""
    if not begin_with("stage", request):
        yield False
        return
    with django_db_blocker.unblock(), to_undo():
        Stage().build()
        settle()
        yield True


@pytest.fixture
def stage(_built: bool, bare_stage: Stage) -> Stage:
    """An open offer, nine days in."""
    return bare_stage.go(DURING) if _built else bare_stage.build()


@pytest.fixture
def text() -> Callable[[Any], str]:
    """A page's text as one reads it: no tags, no runs of space."""

    def read(response: Any) -> str:
        html = response.content.decode()
        body = re.sub(r"<(head|script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
        plain = re.sub(r"<[^>]+>", " ", body)
        for entity, character in (("&#x27;", "'"), ("&quot;", '"'), ("&amp;", "&"), ("&nbsp;", " ")):
            plain = plain.replace(entity, character)
        return re.sub(r"\s+", " ", plain)

    return read
