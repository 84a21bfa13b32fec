"""The frame of every page of the desk: the menu, the line about the offer, and rendering a template in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.staff import words
from exchange.staff.edge import Edge, edge_of

# Group of the menu → its pages: words, name of the address, permission needed.
MENU: Sequence[tuple[Any, Sequence[tuple[Any, str, str]]]] = (
    (
        "",
        (
            (gettext_lazy("Desk"), "index", ""),
            (gettext_lazy("Approvals"), "approvals", "offers.view_offer"),
            (gettext_lazy("Dashboard"), "dashboard", "elections.view_form"),
        ),
    ),
    (
        gettext_lazy("The offer"),
        (
            (gettext_lazy("Offers"), "offers_offer_changelist", "offers.view_offer"),
            (gettext_lazy("People"), "people_holder_changelist", "people.view_holder"),
            (gettext_lazy("Options"), "grants_grant_changelist", "grants.view_grant"),
            (gettext_lazy("Files brought in"), "imports", "staff.import_facts"),
            (gettext_lazy("Forms"), "elections_form_changelist", "elections.view_form"),
            (gettext_lazy("Defects"), "defects", "elections.view_form"),
            (gettext_lazy("Conditions"), "conditions", "offers.view_offer"),
            (gettext_lazy("Proofs"), "proofs", "elections.view_form"),
            (gettext_lazy("Entries to check"), "mends", "elections.view_form"),
            (gettext_lazy("Help a holder"), "help", "staff.help_holders"),
            (gettext_lazy("What people report"), "people_report_changelist", "people.view_report"),
        ),
    ),
    (
        gettext_lazy("What came of it"),
        (
            (gettext_lazy("Acceptances"), "settlement_acceptance_changelist", "settlement.view_acceptance"),
            (gettext_lazy("Cancelled options"), "grants_cancellation_changelist", "grants.view_cancellation"),
            (gettext_lazy("Not accepted"), "settlement_notaccepted_changelist", "settlement.view_notaccepted"),
            (gettext_lazy("Promises to Grant"), "settlement_promise_changelist", "settlement.view_promise"),
            (gettext_lazy("New options"), "settlement_newgrant_changelist", "settlement.view_newgrant"),
            (gettext_lazy("Lapses"), "settlement_lapse_changelist", "settlement.view_lapse"),
            (
                gettext_lazy("Splits and mergers"),
                "market_corporateaction_changelist",
                "market.view_corporateaction",
            ),
        ),
    ),
    (
        gettext_lazy("Reports"),
        (
            (gettext_lazy("Results"), "results", "elections.view_form"),
            (gettext_lazy("Filing fee"), "filing-fee", "elections.view_form"),
            (gettext_lazy("Files to take away"), "exports", "staff.take_away"),
        ),
    ),
    (
        gettext_lazy("Letters and papers"),
        (
            (gettext_lazy("Letters"), "notices_message_changelist", "notices.view_message"),
            (gettext_lazy("Papers"), "documents_paper_changelist", "documents.view_paper"),
            (gettext_lazy("Papers in the making"), "paper-progress", "documents.view_paper"),
        ),
    ),
    (
        gettext_lazy("Records"),
        (
            (gettext_lazy("For counsel"), "offers_counselflag_changelist", "offers.view_counselflag"),
            (gettext_lazy("Audit log"), "audit_auditevent_changelist", "audit.view_auditevent"),
        ),
    ),
    (
        gettext_lazy("Staff"),
        (
            (gettext_lazy("Accounts"), "people_user_changelist", "people.view_user"),
            (gettext_lazy("Groups"), "auth_group_changelist", "auth.view_group"),
        ),
    ),
)


@dataclass(frozen=True)
class MenuItem:
    text: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class MenuGroup:
    title: str
    items: Sequence[MenuItem]


def menu(request: HttpRequest) -> list[MenuGroup]:
    """What this user may see, the place they are at marked."""
    groups = []
    for title, pages in MENU:
        items = []
        for text, name, permission in pages:
            if permission and not request.user.has_perm(permission):
                continue
            url = reverse(f"staff:{name}")
            is_here = request.path == url if name == "index" else request.path.startswith(url)
            items.append(MenuItem(str(text), url, is_here))
        if items:
            groups.append(MenuGroup(str(title), items))
    return groups


@dataclass(frozen=True)
class OfferLine:
    """The offer the desk is about, on every page: what state it is in and when it closes."""

    code: str
    company: str
    title: str
    url: str
    state: str
    mark: str
    label: str
    instant: str
    now: str
    is_replay: bool


def offer_line(edge: Edge) -> OfferLine | None:
    loaded = edge.loaded
    if loaded is None or edge.state is None:
        return None
    closes_at = loaded.timeline.expires_at or loaded.terms.expires_at
    is_over = edge.now >= closes_at
    return OfferLine(
        code=loaded.offer.code,
        company=loaded.terms.company.short_name,
        title=loaded.terms.title,
        url=reverse("staff:offers_offer_change", args=[loaded.offer.pk]),
        state=words.say(words.STATE, edge.state),
        mark=words.MARKS.get(edge.state, ""),
        label=_("Closed") if is_over else _("Closes"),
        instant=edge.instant(closes_at),
        now=edge.instant(edge.now.replace(microsecond=0, second=0)),
        is_replay=loaded.offer.is_replay,
    )


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the base template needs on every page."""
    edge = edge_of(request)
    return {"menu": menu(request), "line": offer_line(edge), "edge": edge}


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> TemplateResponse:
    """A page of the desk."""
    return TemplateResponse(request, template, {**frame(request), **(context or {})}, status=status)
