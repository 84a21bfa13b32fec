"""The steps that bind the company, by the name a proposal keeps, and how the page of each is made again from one."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.offers.models import Proposal
from exchange.staff.views.amend_step import amend_page_of
from exchange.staff.views.condition_steps import PostponePage, WaivePage
from exchange.staff.views.exclude_steps import ExcludePage, LiftPage
from exchange.staff.views.guarded import Guarded
from exchange.staff.views.offer_steps import ExtendPage, OpenPage, TerminatePage
from exchange.staff.views.settlement_steps import AcceptPage, GrantPage
from exchange.staff.views.unsign_step import UnsignPage

BINDING: Mapping[str, Callable[[Proposal], Guarded[Any]]] = {
    page.step.slug: lambda _proposal, page=page: page()
    for page in (
        OpenPage,
        ExtendPage,
        TerminatePage,
        WaivePage,
        PostponePage,
        ExcludePage,
        LiftPage,
        UnsignPage,
        AcceptPage,
        GrantPage,
    )
} | {"amend": amend_page_of}


def page_of(proposal: Proposal) -> Guarded[Any]:
    """The guarded page a proposal was made on."""
    return BINDING[proposal.step](proposal)
