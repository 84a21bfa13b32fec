"""The desk itself: what needs doing, and where the offer stands."""

from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.elections.actions.settle import may_be_decided
from exchange.elections.models import Form
from exchange.grants.models import Cancellation
from exchange.kernel.wording import counted_shares_text, date_text, shares_text
from exchange.offers.reads import Loaded
from exchange.settlement.models import Lapse, NewGrant, Promise
from exchange.settlement.participation import Figures, figures_of
from exchange.settlement.reads import acceptance_of, undecided
from exchange.staff.admin.base import list_url
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Fact, Section
from exchange.staff.steps import links_for
from exchange.staff.todo import tasks


def home(request: HttpRequest) -> HttpResponse:
    if request.user.has_perm("staff.help_holders") and not request.user.has_perm("offers.view_offer"):
        return HttpResponseRedirect(reverse("staff:help"))
    edge = edge_of(request)
    loaded = edge.loaded
    # Once decisions have ended nothing waits for one, and nothing is asked.
    waits = loaded is not None and may_be_decided(loaded.timeline)
    open_defects = undecided(loaded, edge.latest) if loaded and waits else []
    return page(
        request,
        "staff/home.html",
        {
            "tasks": tasks(request, edge, open_defects),
            "links": links_for(request, loaded, edge.now) if loaded else [],
            "sections": _standing(loaded, edge.now) if loaded else [],
        },
    )


def _standing(loaded: Loaded, now: datetime) -> list[Section]:
    if loaded.timeline.opened_at is None:
        return []
    sections = [Section(_("Where the offer stands"), facts=_forms(loaded, figures_of(loaded, now)))]
    acceptance = acceptance_of(loaded.offer)
    if acceptance is not None:
        cancelled = Cancellation.objects.filter(source=f"offer:{loaded.offer.code}")
        promised = Promise.objects.filter(offer=loaded.offer)
        granted = NewGrant.objects.filter(line__promise__offer=loaded.offer)
        lapsed = Lapse.objects.filter(line__promise__offer=loaded.offer).count()
        facts = [
            _count(_("Options cancelled"), cancelled, list_url(Cancellation), date_text(acceptance.on)),
            _count(_("Promises issued"), promised, list_url(Promise), ""),
            _count(_("New options"), granted, list_url(NewGrant), ""),
            Fact(_("Lapsed"), shares_text(lapsed), url=list_url(Lapse)),
        ]
        sections.append(Section(_("What came of it"), facts=facts))
    return sections


def _count(name: str, rows: QuerySet[Any], url: str, when: str) -> Fact:
    found = rows.order_by().aggregate(count=Count("pk"), shares=Sum("shares"))
    more = counted_shares_text(found["shares"] or 0)
    return Fact(name, shares_text(found["count"]), more=f"{more}, {when}" if when else more, url=url)


def _forms(loaded: Loaded, found: Figures) -> list[Fact]:
    forms = list_url(Form)
    return [
        Fact(_("Forms received"), shares_text(found.forms), url=forms),
        Fact(_("Effective"), shares_text(found.statuses.get("effective", 0)), url=f"{forms}?status=effective"),
        Fact(_("Defective"), shares_text(found.statuses.get("defective", 0)), url=f"{forms}?status=defective"),
        Fact(_("Rejected"), shares_text(found.statuses.get("rejected", 0)), url=f"{forms}?status=rejected"),
        Fact(
            _("Holders who tender") if loaded.timeline.accepted_at is None else _("Holders who tendered"),
            shares_text(found.elected),
            more=""
            if loaded.timeline.accepted_at
            else ngettext(
                "{grants} option in force; its shares: {shares}",
                "{grants} options in force; their shares: {shares}",
                found.whole.options,
            ).format(grants=shares_text(found.whole.options), shares=shares_text(found.whole.shares)),
        ),
        Fact(_("Holders who withdrew"), shares_text(found.withdrew)),
    ]
