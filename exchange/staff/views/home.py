"""The desk itself: what needs doing, and where the offer stands."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from exchange.elections.models import Form
from exchange.elections.tally import Tally, tally
from exchange.grants.models import Cancellation
from exchange.kernel.wording import date_text, shares_text
from exchange.offers.reads import Loaded
from exchange.settlement.models import Lapse, NewGrant, Promise
from exchange.settlement.reads import acceptance_of, undecided
from exchange.staff.admin.base import list_url
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Fact, Section
from exchange.staff.steps import links_for
from exchange.staff.todo import tasks


def home(request: HttpRequest) -> HttpResponse:
    edge = edge_of(request)
    loaded = edge.loaded
    open_defects = undecided(loaded, edge.latest) if loaded else []
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
    sections = [Section(_("Where the offer stands"), facts=_forms(loaded, tally(loaded, now)))]
    acceptance = acceptance_of(loaded.offer)
    if acceptance is not None:
        cancelled = list(
            Cancellation.objects.filter(source=f"offer:{loaded.offer.code}").values_list("shares", flat=True)
        )
        promised = list(Promise.objects.filter(offer=loaded.offer).values_list("shares", flat=True))
        granted = list(NewGrant.objects.filter(line__promise__offer=loaded.offer).values_list("shares", flat=True))
        lapsed = Lapse.objects.filter(line__promise__offer=loaded.offer).count()
        facts = [
            _count(_("Options cancelled"), cancelled, list_url(Cancellation), date_text(acceptance.on)),
            _count(_("Promises issued"), promised, list_url(Promise), ""),
            _count(_("New options"), granted, list_url(NewGrant), ""),
            Fact(_("Lapsed"), shares_text(lapsed), url=list_url(Lapse)),
        ]
        sections.append(Section(_("What came of it"), facts=facts))
    return sections


def _count(name: str, shares: list[int], url: str, when: str) -> Fact:
    more = _("{shares} shares").format(shares=shares_text(sum(shares)))
    return Fact(name, shares_text(len(shares)), more=f"{more}, {when}" if when else more, url=url)


def _forms(loaded: Loaded, found: Tally) -> list[Fact]:
    forms = list_url(Form)
    return [
        Fact(_("Forms received"), shares_text(found.forms), url=forms),
        Fact(_("Effective"), shares_text(found.by_status.get("effective", 0)), url=f"{forms}?status=effective"),
        Fact(_("Defective"), shares_text(found.by_status.get("defective", 0)), url=f"{forms}?status=defective"),
        Fact(_("Rejected"), shares_text(found.by_status.get("rejected", 0)), url=f"{forms}?status=rejected"),
        Fact(
            _("Holders who tender") if loaded.timeline.accepted_at is None else _("Holders who tendered"),
            shares_text(found.tendering_holders),
            more=""
            if loaded.timeline.accepted_at
            else _("{grants} options, {shares} shares in force").format(
                grants=shares_text(found.tendered_grants), shares=shares_text(found.tendered_shares)
            ),
        ),
        Fact(_("Holders who withdrew"), shares_text(found.withdrawn_holders)),
    ]
