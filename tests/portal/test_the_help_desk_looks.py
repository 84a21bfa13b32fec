"""The help desk sees the portal as a holder does: read-only, written down, told to the holder, never a way to act."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, reverse

from exchange.audit.models import AuditEvent
from exchange.documents.models import Paper
from exchange.elections.models import Form
from exchange.notices.models import Message, Opened
from exchange.offers.models import OfferDocument
from exchange.people.models import Holder, Report, User
from exchange.portal.urls import urlpatterns
from exchange.portal.views.helping import READ
from exchange.settlement.models import NewGrant
from tests.support.life import live
from tests.support.second_factor import with_an_app
from tests.support.world import a_live_offer, consent, election, holders_with_grants, submit

pytestmark = pytest.mark.django_db
EVENTS = (AuditEvent, apps.get_model("audit", "ChainHead"))


@pytest.fixture
def helper() -> User:
    user = User.objects.create_user("helen@company.example", "a long password", name="Helen", is_staff=True)
    user.groups.add(Group.objects.get(name="Help desk"))
    return with_an_app(user)


@pytest.fixture
def desk(helper: User) -> Client:
    client = Client()
    client.force_login(helper)
    client.get("/staff/help/")  # the first request of a session writes it
    return client


def everything(*, but: Any = ()) -> dict[str, list[Any]]:
    """Every row of every table that the product keeps, and the sessions."""
    return {
        model._meta.label: sorted(map(repr, model._default_manager.values_list()))
        for model in apps.get_models()
        if model._meta.managed and model not in but and model is not Session
    } | {"sessions": sorted(row.session_data for row in Session.objects.all())}


def addresses(offer: Any, holder: Holder) -> dict[str, str]:
    """Every address of the portal under the help desk's look at this holder, each of something that is theirs."""
    owner = f"holder:{holder.employee_number}"
    form = Form.objects.filter(holder=holder).first()
    grant = NewGrant.objects.filter(holder=holder).first()
    message = Message.objects.filter(owner_key=owner).exclude(attachments=[]).first()
    made = {
        "form": form.pk if form else None,
        "grant": grant.pk if grant else None,
        "message": message.pk if message else None,
        "document": OfferDocument.objects.filter(version__offer=offer).first().pk,
    }
    found = {}
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        if pattern.name == "start":  # under the look that is the home page
            continue
        kind = next((kind for kind in ("forms/", "notices/", "documents/") if kind in route), "new-options/")
        key = {"forms/": "form", "notices/": "message", "documents/": "document", "new-options/": "grant"}[kind]
        paper = Paper.objects.filter(pk__in=message.attachments).first() if message else None
        values = {"code": offer.code, "pk": made[key], "key": form.pk if form else None, "paper": paper and paper.pk}
        kwargs = {name: values.get(name, 1) for name in pattern.pattern.converters}
        if all(kwargs.values()):
            path = reverse(f"portal:{pattern.name}", kwargs=kwargs)
            found[str(pattern.name)] = reverse("helping", args=[holder.pk]) + path.lstrip("/")
    return found


def test_it_shows_what_the_holder_sees_and_links_lead_on_within_the_look(desk: Client) -> None:
    offer = a_live_offer()
    (holder,) = holders_with_grants(1)
    shown = desk.get(reverse("helping", args=[holder.pk])).content.decode()
    assert "You see this as Holder E1, E1, does." in shown
    assert f'href="/helping/{holder.pk}/offers/{offer.code}/options/"' in shown
    assert f'href="/offers/{offer.code}/' not in shown
    assert "/helping/" not in "".join(line for line in shown.splitlines() if "/static/" in line)
    assert "Sign out" not in shown


def test_each_look_is_written_down_and_the_holder_reads_of_it(desk: Client, client: Client) -> None:
    offer = a_live_offer()
    (holder,) = holders_with_grants(1)
    holder.user = User.objects.create_user("e1@company.example", "a long password")
    holder.save()
    desk.get(f"/helping/{holder.pk}/offers/{offer.code}/options/")
    event = AuditEvent.objects.get(kind="record.looked")
    assert (event.actor, event.chain) == ("staff:helen@company.example", "looks:E1")
    client.force_login(holder.user)
    told = client.get(reverse("portal:looks", args=[offer.code])).content.decode()
    assert "This site as you see it, to help you: options" in told
    assert "Helen" in told or "helen@company.example" in told


def test_nothing_sent_to_any_address_of_the_portal_changes_anything(desk: Client) -> None:
    offer = live()
    holder = Holder.objects.get(employee_number="E1")
    every = addresses(offer, holder)
    assert {"home", "choose", "review", "withdraw", "consent", "sign_agreements", "download", "report_wrong"} <= set(
        every
    )
    before = everything()
    sent = {
        "step": "sign",
        "signature_name": "Holder E1",
        "grants": "E1-1",
        "agree": "on",
        "text": "x",
        "kind": "missing",
    }
    for name, address in every.items():
        for send in (desk.post, desk.put, desk.patch, desk.delete):
            assert send(address, sent).status_code == 405, name
    assert everything() == before


def test_no_page_that_is_looked_at_leaves_anything_but_the_line_of_the_look(desk: Client) -> None:
    offer = live()
    holder = Holder.objects.get(employee_number="E3")
    before = everything(but=EVENTS)
    looked = AuditEvent.objects.latest("pk").pk
    seen = set()
    for name, address in addresses(offer, holder).items():
        answer = desk.get(address)
        assert answer.status_code != 200 or name in READ, name
        seen |= {name} if answer.status_code == 200 else set()
    assert {"home", "options", "history", "form", "notices", "notice", "outcome", "documents"} <= seen
    assert everything(but=EVENTS) == before
    assert set(AuditEvent.objects.filter(pk__gt=looked).values_list("kind", flat=True)) == {"record.looked"}
    assert not Opened.objects.exists(), "a letter the help desk looked at is not one its owner has opened"


def test_what_one_signs_or_sends_on_or_takes_away_does_not_open(desk: Client) -> None:
    offer = a_live_offer()
    (holder,) = holders_with_grants(1)
    for page in ("review/", "withdraw/", "signer/", "consent/", "consent/sample.pdf", "record/download/", "reports/"):
        assert desk.get(f"/helping/{holder.pk}/offers/{offer.code}/{page}").status_code == 403, page
    assert not AuditEvent.objects.filter(kind="record.looked").exists()


def test_choosing_is_seen_and_keeps_no_draft(desk: Client) -> None:
    offer = a_live_offer()
    (holder,) = holders_with_grants(1)
    consent(offer, holder, offer.events.first().at + timedelta(days=1))
    submit(offer, holder, election(holder), None)
    before = everything(but=EVENTS)
    assert desk.get(f"/helping/{holder.pk}/offers/{offer.code}/choose/").status_code == 200
    assert everything(but=EVENTS) == before


@pytest.mark.parametrize("who", ["HR", "Counsel", "Auditor", ""])
def test_only_who_may_help_looks(who: str, client: Client) -> None:
    a_live_offer()
    (holder,) = holders_with_grants(1)
    user = User.objects.create_user("someone@company.example", "a long password", is_staff=bool(who))
    if who:
        with_an_app(user)
        user.groups.add(Group.objects.get(name=who))
    client.force_login(user)
    assert client.get(reverse("helping", args=[holder.pk])).status_code == (200 if who == "HR" else 404)


def test_nobody_looks_at_their_own_portal_so(desk: Client, helper: User) -> None:
    a_live_offer()
    (holder,) = holders_with_grants(1)
    holder.user = helper
    holder.save()
    assert desk.get(reverse("helping", args=[holder.pk])).status_code == 403


def test_a_stranger_signs_in_first(client: Client) -> None:
    (holder,) = holders_with_grants(1)
    assert client.get(reverse("helping", args=[holder.pk])).status_code == 302


def test_the_desk_shows_the_help_desk_its_page_and_little_else(desk: Client) -> None:
    a_live_offer()
    holders_with_grants(1)
    assert desk.get("/staff/")["Location"] == "/staff/help/"
    found = desk.get("/staff/help/?q=company.example").content.decode()
    assert "Holder E1" in found
    for page in ("people", "forms", "audit", "letters", "papers", "accounts", "reports", "defects", "entries"):
        assert desk.get(f"/staff/{page}/").status_code == 403, page


def test_a_report_is_not_answered_by_the_help_desk(desk: Client) -> None:
    live()
    report = Report.objects.first()
    assert desk.get(reverse("staff:answer-report", args=[report.pk])).status_code == 403


def policy(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, _space, sources in parts}


def test_a_document_of_the_company_may_do_no_more_here_than_in_the_portal(desk: Client, client: Client) -> None:
    offer = a_live_offer()
    (holder,) = holders_with_grants(1)
    holder.user = User.objects.create_user("e1@company.example", "a long password")
    holder.save()
    client.force_login(holder.user)
    path = reverse("portal:document", args=[offer.code, OfferDocument.objects.get(version__offer=offer).pk])
    theirs = client.get(path)
    looked = desk.get(reverse("helping", args=[holder.pk]) + path.lstrip("/"))
    assert (theirs.status_code, looked.status_code) == (200, 200)
    assert policy(looked) == policy(theirs)
    for directive in ("default-src", "script-src", "form-action"):
        assert policy(looked)[directive] == "'none'"


def test_no_page_that_is_looked_at_may_send_a_form(desk: Client) -> None:
    offer = a_live_offer()
    (holder,) = holders_with_grants(1)
    looked = policy(desk.get(f"/helping/{holder.pk}/offers/{offer.code}/options/"))
    assert looked["form-action"] == "'none'"
    assert looked["script-src"] == "'self'"
