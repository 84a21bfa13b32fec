"""What waits for a second person, the oldest first, and what became of the rest."""

from collections.abc import Sequence
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.offers.models import Proposal, ProposalOutcome
from exchange.offers.proposals import waiting, with_first_since
from exchange.staff.actors import shown_actor
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Table, instant_cell, table

PER_PAGE = 50


def approval_url(proposal: Proposal) -> str:
    return reverse("staff:approval", args=[proposal.pk])


def approvals(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, and what became of the rest, the newest first."""
    zone = edge_of(request).zone
    rows = [
        [
            Cell(
                proposal.headline,
                more=_("{code}, by {who}").format(code=proposal.offer.code, who=shown_actor(proposal.event.actor)),
                url=approval_url(proposal),
            ),
            instant_cell(proposal.proposed_at.replace(microsecond=0), zone),
            instant_cell(proposal.approve_by, zone),
            _since(proposal.first_since, zone),
        ]
        for proposal in with_first_since(waiting()).order_by("proposed_at", "pk")
    ]
    heads = [_("What is proposed"), _("Since"), _("To be approved by"), _("Recorded since")]
    settled = ProposalOutcome.objects.select_related("proposal__offer", "proposal__event", "event")
    settled = settled.defer("proposal__preview")
    shown = Paginator(settled.order_by("-event_id"), PER_PAGE).get_page(request.GET.get("p"))
    context = {"waiting": table(_("Waiting for approval"), heads, rows), "settled": _settled(shown, zone)}
    return page(request, "staff/approvals.html", {**context, "shown": shown})


def _since(first: datetime | None, zone: str) -> Cell:
    """Whether the preview may have moved, and since when; the proposal's own page shows what did."""
    return instant_cell(first.replace(microsecond=0), zone) if first else Cell(_("Nothing"))


def _settled(outcomes: Sequence[ProposalOutcome], zone: str) -> Table:
    rows = [
        [
            Cell(one.proposal.headline, more=one.proposal.offer.code, url=approval_url(one.proposal)),
            shown_actor(one.proposal.event.actor),
            Cell(one.get_kind_display(), more=one.reason),
            shown_actor(one.event.actor),
            instant_cell(one.at.replace(microsecond=0), zone),
        ]
        for one in outcomes
    ]
    heads = [_("What was proposed"), _("By"), _("What became of it"), _("Settled by"), _("When")]
    return table(_("Settled"), heads, rows)
