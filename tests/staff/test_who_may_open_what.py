"""Every address of the desk, by everyone: the table fails for an address that it does not name."""

import json
import uuid

import pytest
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, reverse

from exchange.audit.models import AuditEvent
from exchange.documents.models import RenderedPaper
from exchange.elections.models import Form, ProofDecision, Scan
from exchange.elections.models.mends import Mend
from exchange.interchange import imports
from exchange.interchange.exports import run
from exchange.interchange.staging import stage
from exchange.interchange.terms_file import raw_of, text_of
from exchange.kernel import clock
from exchange.notices.models import Message
from exchange.offers import attempts
from exchange.offers.models import Attempt, Offer, OfferDocument, Proposal
from exchange.offers.proposals import propose
from exchange.people.models import Holder, Report, User
from exchange.settlement.models import NewGrant, Promise
from exchange.staff.site import desk
from tests.staff.conftest import an_account
from tests.support.life import live
from tests.support.world import value

WHO = ("anonymous", "holder", "hr", "counsel", "auditor", "superuser")
# By route: what a GET answers to each of WHO. 302 to a stranger is the sign-in page; 404 is for someone with no desk.
READ = (302, 404, 200, 200, 200, 200)
RUN = (302, 404, 200, 403, 403, 200)  # HR
COUNSEL_TOO = (302, 404, 200, 200, 403, 200)
COUNSEL = (302, 404, 403, 200, 403, 200)
TABLE = {
    "": READ,
    "approvals/": READ,
    "conditions/": READ,
    "offer/<str:code>/condition/": COUNSEL_TOO,
    "offer/<str:code>/waive/": COUNSEL_TOO,
    "offer/<str:code>/postpone/": COUNSEL_TOO,
    "offer/<str:code>/exclude/": COUNSEL_TOO,
    "offer/<str:code>/lift-exclusion/": COUNSEL_TOO,
    "offer/<str:code>/agreement-mistake/": RUN,
    "offer/<str:code>/exceptions/": READ,
    "approvals/<uuid:proposal_id>/": READ,
    "approvals/<uuid:proposal_id>/files/<int:position>/": READ,
    "approvals/<uuid:proposal_id>/files/<int:number>/changes/": READ,
    "attempts/<uuid:attempt_id>/": READ,
    "dashboard/": READ,
    "results/": READ,
    "filing-fee/": READ,
    "exports/": READ,
    "exports/<uuid:export_id>/": READ,
    "defects/": READ,
    "proofs/": READ,
    "forms/<uuid:form_id>/proof/": COUNSEL_TOO,
    "offer/new/": RUN,
    "offer/<str:code>/terms/": RUN,
    "offer/<str:code>/documents/": RUN,
    "offer/<str:code>/checklist/": READ,
    "offer/<str:code>/checklist/<slug:check>/": READ,
    "offer/<str:code>/eligibility/": READ,
    "offer/<str:code>/terms.toml": READ,
    "offer/<str:code>/content/": READ,
    "failed-letters/": READ,
    "offer/<str:code>/content/write/": COUNSEL_TOO,  # an offer that was opened: an amendment; a draft's is HR's
    "offer/<str:code>/content/<slug:kind>/": READ,
    "offer/<str:code>/content/<slug:kind>/specimen/": (302, 404, 404, 404, 404, 404),  # only of a person who is named
    "offer/<str:code>/letters/": READ,
    "offer/<str:code>/letters/<slug:kind>/": READ,
    "offer/<str:code>/letters/<slug:kind>/preview/": (302, 404, 404, 404, 404, 404),  # only from its page's frame
    "offer/<str:code>/open/": COUNSEL_TOO,
    "offer/<str:code>/extend/": COUNSEL_TOO,
    "offer/<str:code>/amend/": COUNSEL_TOO,
    "offer/<str:code>/amend/<uuid:batch>/changes/<int:number>/": COUNSEL_TOO,
    "offer/<str:code>/terminate/": COUNSEL_TOO,
    "offer/<str:code>/accept/": RUN,
    "offer/<str:code>/promises/": RUN,
    "offer/<str:code>/grant/": RUN,
    "offer/<str:code>/tendered/": READ,
    "offer/<str:code>/watch/": READ,
    "offer/<str:code>/adjusted/": READ,
    "offer/<str:code>/pool/": READ,
    "offer/<str:code>/remind-agreements/": RUN,
    "offer/<str:code>/statements/": RUN,
    "offer/<str:code>/close/": RUN,
    "promises/<uuid:promise_id>/hold-promise/": COUNSEL,
    "promises/<uuid:promise_id>/forbid-promise/": COUNSEL,
    "promises/<uuid:promise_id>/allow-promise/": COUNSEL,
    "offer/<str:code>/invite/": RUN,
    "offer/<str:code>/paper-form/": RUN,
    "forms/<uuid:form_id>/scan/": RUN,
    "forms/<uuid:form_id>/mend/": RUN,
    "entries/": READ,
    "help/": RUN,
    "offer/<str:code>/reminders/": READ,
    "offer/<str:code>/remind-now/": RUN,
    "entries/<uuid:mend_id>/": READ,
    "forms/<uuid:form_id>/defects/<slug:defect>/": READ,
    "forms/<uuid:form_id>/defects/<slug:defect>/ask/": COUNSEL_TOO,
    "forms/<uuid:form_id>/defects/<slug:defect>/cure/": COUNSEL_TOO,
    "forms/<uuid:form_id>/defects/<slug:defect>/reject/": COUNSEL_TOO,
    "forms/<uuid:form_id>/defects/<slug:defect>/waive/": COUNSEL,
    "new-options/<uuid:grant_id>/agreement/": RUN,
    "forms/<uuid:form_id>/certificate.pdf": READ,
    "people/<int:holder_id>/print/<slug:kind>.pdf": RUN,
    "scans/<uuid:scan_id>/": READ,
    "documents/<uuid:document_id>/": READ,
    "papers/<uuid:paper_id>/pdf/": READ,
    "making-papers/": READ,
    "making-papers/retry/": (302, 404, 405, 403, 403, 405),
    "letters/<uuid:message_id>/retry/": (302, 404, 405, 403, 403, 405),
    "reports/<uuid:report_id>/answer/": RUN,
    "upload/<slug:kind>/": RUN,
    "files/": RUN,
    "files/<uuid:batch>/": RUN,
    "files/<uuid:batch>/progress/": RUN,
    "files/<uuid:batch>/marked.xlsx": RUN,
    "accounts/add/": (302, 404, 403, 403, 403, 200),
    "accounts/<int:user_id>/owner/": (302, 404, 403, 403, 403, 200),
} | {
    f"{slug}/{rest}": READ
    for slug in (
        "offers",
        "people",
        "reports",
        "options",
        "forms",
        "acceptances",
        "cancelled",
        "not-accepted",
        "promises",
        "new-options",
        "lapses",
        "splits-and-mergers",
        "letters",
        "papers",
        "for-counsel",
        "audit",
        "accounts",
        "groups",
    )
    for rest in ("", "<str:object_id>/")
}


def routes(patterns, before=""):
    """Every route of the desk, with its pattern."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


def every_route():
    return dict(routes(desk.get_urls()))


def test_the_table_names_every_address_and_no_other():
    assert set(every_route()) == set(TABLE)


def an_amendment():
    """The files of one: the offer's only document in other words."""
    document = OfferDocument.objects.first()
    entry = {"kind": document.kind, "title": document.title, "file": "document.html"}
    text = text_of({**raw_of(json.loads(document.version.terms)), "documents": [entry]})
    return [("offer.toml", text.encode()), ("document.html", b"<p>In other words.</p>")]


def a_proposal_to_amend(offer):
    """One that was made when the offer still ran."""
    files = an_amendment()
    named = {"code": offer.code, "step": "amend", "headline": "Amend the offer", "wanted": {}, "preview": "{}"}
    proposer = Proposal.objects.get(step="accept").proposed_by
    return value(propose(**named, files=files, proposed_by=proposer, actor="a test", at=clock.now()))


@pytest.fixture
def addresses(db):
    """An address for every route, each of something that is there."""
    offer = live()
    form = Form.objects.get(number="F1")
    batch = imports.upload(
        kind="people", name="people.csv", content=b"employee_number\n", actor="a test", at=clock.now()
    )
    a_file = run.ask(offer=offer, kind="results_csv", actor="a test", at=clock.now())
    run.make(a_file.pk)  # as the worker does where there is a broker
    to_amend = a_proposal_to_amend(offer)
    values = {
        "code": offer.code,
        "form_id": form.pk,
        "mend_id": Mend.objects.first().pk,
        "scan_id": Scan.objects.get(form=form).pk,
        "document_id": OfferDocument.objects.first().pk,
        "paper_id": RenderedPaper.objects.first().pk,
        "grant_id": NewGrant.objects.first().pk,
        "promise_id": Promise.objects.first().pk,
        "proposal_id": Proposal.objects.get(step="accept").pk,
        "report_id": Report.objects.first().pk,
        "message_id": Message.objects.first().pk,
        "kind": "people",
        "check": "signatory",
        "batch": batch,
        "export_id": a_file.pk,
    }
    for who in WHO[1:]:
        an_account(who)
    values["attempt_id"] = attempts.ask(
        offer=offer,
        step="accept",
        kind=Attempt.Kind.TRY_OUT,
        place=reverse("staff:accept", args=[offer.code]),
        wanted="attested=on",
        asked_by=User.objects.get(email="hr@company.example"),
        at=clock.now(),
    ).pk
    found = {}
    for route, pattern in every_route().items():
        kwargs = {name: values[name] for name in pattern.pattern.converters if name in values}
        if route == "forms/<uuid:form_id>/proof/":
            kwargs["form_id"] = ProofDecision.objects.first().form_id
        if "/letters/<slug" in route:
            kwargs["kind"] = "reminder"
        if "/content/<slug" in route:
            kwargs["kind"] = "new_option"
        if pattern.name in {"proposal-file", "proposal-changes"}:
            kwargs = {"proposal_id": to_amend.pk, "position" if pattern.name == "proposal-file" else "number": 1}
        if pattern.name == "amend-changes":
            uploaded = stage(kind="amendment", files=an_amendment(), actor="a test", at=clock.now())
            kwargs = {"code": offer.code, "batch": uploaded, "number": 1}
        if pattern.name == "print-paper":
            kwargs = {"holder_id": Holder.objects.first().pk, "kind": "option_statement"}
        if pattern.name == "account-owner":
            kwargs = {"user_id": User.objects.get(email="auditor@company.example").pk}
        if "defect" in pattern.pattern.converters:
            kwargs |= {"form_id": Form.objects.get(number="F6").pk, "defect": "name_mismatch"}
        if "object_id" in pattern.pattern.converters:
            model = next(m for m, admin in desk._registry.items() if route.startswith(f"{admin.slug}/"))
            row = Group.objects.get(name="HR") if model is Group else model._default_manager.first()
            kwargs["object_id"] = row.pk
        found[route] = reverse(f"staff:{pattern.name}", kwargs=kwargs)
    return found


def test_everyone_finds_exactly_what_is_theirs(addresses, sign_in):
    wrong = []
    for place, who in enumerate(WHO):
        client = sign_in(who)
        for route, expected in TABLE.items():
            answer = client.get(addresses[route])
            if answer.status_code != expected[place]:
                wrong.append((who, route, answer.status_code, expected[place]))
            if answer.status_code == 302:
                assert answer["Location"].startswith(reverse("account_login")), route
    assert not wrong


def test_the_help_desk_opens_its_own_page_and_no_other(addresses, sign_in):
    client = sign_in("helpdesk")
    answers = {route: client.get(address).status_code for route, address in addresses.items()}
    assert {route for route, status in answers.items() if status != 403} == {"", "help/"}
    assert (answers[""], answers["help/"]) == (302, 200)


def test_whoever_may_not_open_a_page_may_not_send_it_either(addresses, sign_in):
    """The same answer as to a look, whatever is sent, and nothing written down of it."""
    wrong = []
    before = AuditEvent.objects.count(), Message.objects.count()
    sent = {"step": "confirm", "digest": "x", "code": Offer.objects.get().code, "override": "late", "file": "x"}
    for place, who in enumerate(WHO):
        client = sign_in(who)
        for route, expected in TABLE.items():
            if expected[place] in {302, 403, 404}:
                answer = client.post(addresses[route], sent)
                if answer.status_code != expected[place]:
                    wrong.append((who, route, answer.status_code, expected[place]))
    assert not wrong
    assert (AuditEvent.objects.count(), Message.objects.count()) == before


def test_what_is_not_there_is_not_found(sign_in, db):
    client = sign_in("superuser")
    for address in (
        reverse("staff:people_holder_change", args=[999_999]),
        reverse("staff:people_holder_change", args=["nobody"]),
        reverse("staff:elections_form_change", args=[uuid.uuid4()]),
        reverse("staff:elections_form_change", args=["no-number"]),
        reverse("staff:open", args=["NONE"]),
        reverse("staff:upload", args=["secrets"]),
        reverse("staff:document", args=[uuid.uuid4()]),
        reverse("staff:scan", args=[uuid.uuid4()]),
        reverse("staff:paper-pdf", args=[uuid.uuid4()]),
    ):
        assert client.get(address).status_code == 404, address


def test_no_list_and_no_record_takes_anything_in(sign_in, db):
    client = sign_in("superuser")
    holder = Holder.objects.create(
        employee_number="E1",
        legal_name="Ana",
        name_on_agreement="Ana",
        residence_country="US",
        role="employee",
        hired_on="1999-02-01",
    )
    for address in (
        reverse("staff:people_holder_changelist"),
        reverse("staff:people_holder_change", args=[holder.pk]),
    ):
        answer = client.post(address, {"legal_name": "Someone else", "_save": "1", "action": "delete_selected"})
        assert answer.status_code == 405
    assert client.get(f"/staff/people/{holder.pk}/delete/").status_code == 404
    assert client.get("/staff/people/add/").status_code == 404
    holder.refresh_from_db()
    assert holder.legal_name == "Ana"
