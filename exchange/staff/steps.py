"""What can be done to an offer, by whom, and in which state: the links to the guarded pages.

The actions themselves decide; this only spares people pages that would refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.offers.reads import Loaded
from exchange.offers.rules import State
from exchange.people.models import Holder
from exchange.settlement.actions.print import may_print
from exchange.settlement.printed import ELECTION, NOTICE, STATEMENT
from exchange.staff.actors import is_own
from exchange.staff.edge import Edge, edge_of
from exchange.staff.parts import Link

APPROVE = "staff.approve_binding"  # whoever has it approves what another proposed
AFTER_OPENING = frozenset(State) - {State.DRAFT}
SETTLING = frozenset({State.ACCEPTED, State.GRANTED, State.CLOSED})


@dataclass(frozen=True)
class Step:
    """One guarded page: its place in the address, what its link says, the permission, the states it may work in."""

    slug: str
    words: Any
    permission: str
    states: frozenset[State]
    main_in: frozenset[State] = frozenset()

    def url(self, code: str) -> str:
        return reverse(f"staff:{self.slug}", args=[code])


OPEN = Step(
    "open", gettext_lazy("Open the offer"), "staff.open_offer", frozenset({State.DRAFT}), frozenset({State.DRAFT})
)
PAPER = Step(
    "paper-form",
    gettext_lazy("Record a paper form"),
    "staff.record_forms",
    AFTER_OPENING,
    frozenset({State.SCHEDULED, State.OPEN}),
)
EXTEND = Step(
    "extend",
    gettext_lazy("Extend the offer"),
    "staff.extend_offer",
    frozenset({State.SCHEDULED, State.OPEN, State.EXPIRED}),
)
AMEND = Step(
    "amend",
    gettext_lazy("Amend the offer"),
    "staff.amend_offer",
    frozenset({State.SCHEDULED, State.OPEN, State.EXPIRED}),
)
ACCEPT = Step(
    "accept",
    gettext_lazy("Accept the tenders"),
    "staff.accept_tenders",
    frozenset({State.EXPIRED}),
    frozenset({State.EXPIRED}),
)
PROMISE = Step(
    "promises",
    gettext_lazy("Issue the promises"),
    "staff.issue_promises",
    frozenset({State.ACCEPTED}),
    frozenset({State.ACCEPTED}),
)
GRANT = Step(
    "grant", gettext_lazy("Grant the new options"), "staff.grant_options", frozenset({State.ACCEPTED, State.GRANTED})
)
TENDERED = Step(
    "tendered",
    gettext_lazy("What acceptance would take"),
    "settlement.view_acceptance",
    frozenset({State.OPEN, State.EXPIRED}),
)
WATCH = Step("watch", gettext_lazy("Watch until the grant"), "settlement.view_promise", SETTLING)
ADJUSTED = Step("adjusted", gettext_lazy("Promises before and after a split"), "settlement.view_promise", SETTLING)
POOL = Step("pool", gettext_lazy("Share pool"), "settlement.view_promise", SETTLING)
REMIND = Step(
    "remind-agreements",
    gettext_lazy("Remind holders to sign"),
    "staff.remind_agreements",
    frozenset({State.GRANTED, State.CLOSED}),
)
STATEMENTS = Step(
    "statements",
    gettext_lazy("Make the final statements"),
    "staff.issue_statements",
    SETTLING | {State.TERMINATED},
)
CLOSE = Step("close", gettext_lazy("Close the offer"), "staff.close_offer", frozenset({State.ACCEPTED, State.GRANTED}))
TERMINATE = Step(
    "terminate",
    gettext_lazy("Terminate the offer"),
    "staff.terminate_offer",
    frozenset({State.SCHEDULED, State.OPEN, State.EXPIRED}),
)
HOLD, FORBID, ALLOW = (
    Step(slug, words, "staff.decide_prohibitions", frozenset({State.ACCEPTED, State.GRANTED}))
    for slug, words in (
        ("hold-promise", gettext_lazy("Hold the promise")),
        ("forbid-promise", gettext_lazy("The law forbids the grant")),
        ("allow-promise", gettext_lazy("The law allows the grant")),
    )
)
INVITE = Step(
    "invite", gettext_lazy("Invite holders to sign in"), "staff.invite_holders", frozenset(State) - {State.TERMINATED}
)
RUNNING = frozenset({State.SCHEDULED, State.OPEN, State.EXPIRED})
CONDITION = Step("condition", gettext_lazy("Record a condition’s event"), "staff.record_conditions", RUNNING)
WAIVE = Step("waive", gettext_lazy("Waive a condition"), "staff.waive_conditions", RUNNING)
EXCLUDE, LIFT = (
    Step(slug, words, "staff.exclude_from_offer", frozenset({State.DRAFT}) | RUNNING)
    for slug, words in (
        ("exclude", gettext_lazy("Exclude from the offer…")),
        ("lift-exclusion", gettext_lazy("Lift an exclusion")),
    )
)
UNSIGN = Step(
    "agreement-mistake",
    gettext_lazy("Recorded as signed by mistake…"),
    "staff.record_forms",
    frozenset({State.GRANTED, State.CLOSED}),
)
POSTPONE = Step(
    "postpone", gettext_lazy("Postpone acceptance"), "staff.postpone_acceptance", frozenset({State.EXPIRED})
)
STEPS: Sequence[Step] = (
    OPEN,
    PAPER,
    TENDERED,
    ACCEPT,
    PROMISE,
    WATCH,
    ADJUSTED,
    GRANT,
    POOL,
    REMIND,
    STATEMENTS,
    CLOSE,
    INVITE,
    EXTEND,
    AMEND,
    POSTPONE,
    CONDITION,
    WAIVE,
    TERMINATE,
)


def is_possible(step: Step, loaded: Loaded, state: State) -> bool:
    """Whether the step may work now. A replay's clock waits for its next action: acceptance states its instant."""
    return state in step.states or (step in {ACCEPT, POSTPONE} and loaded.offer.is_replay and state is State.OPEN)


def conditions_url() -> str:
    return reverse("staff:conditions")


def exceptions_url(code: str) -> str:
    return reverse("staff:exceptions", args=[code])


def exclude_links(request: HttpRequest, edge: Edge, holder: Holder, grant_number: str = "") -> list[Link]:
    """Where this user proposes to exclude a person or an option; none where they may not, or it is their own."""
    if edge.loaded is None or edge.state not in EXCLUDE.states or is_own(request.user, holder):
        return []
    url = link_to(request, EXCLUDE, edge.loaded.offer.code)
    asked = urlencode({"person": holder.employee_number, **({"option": grant_number} if grant_number else {})})
    return [Link(str(EXCLUDE.words), f"{url}?{asked}")] if url else []


def links_for(request: HttpRequest, loaded: Loaded, now: datetime) -> list[Link]:
    """What this user can do to an offer now, the next step first."""
    state = loaded.timeline.state(now)
    found = [
        Link(str(step.words), step.url(loaded.offer.code), is_main=state in step.main_in)
        for step in STEPS
        if is_possible(step, loaded, state) and request.user.has_perm(step.permission)
    ]
    return sorted(found, key=lambda link: not link.is_main)


def terms_links(request: HttpRequest, loaded: Loaded) -> list[Link]:
    """The terms as a form and the documents, while the offer is a draft; letters and the terms as a file, always."""
    code = loaded.offer.code
    found = [
        Link(_("Eligibility"), reverse("staff:eligibility", args=[code])),
        Link(_("Exceptions"), exceptions_url(code)),
        Link(_("Letters of this offer"), reverse("staff:letters-of-offer", args=[code])),
        Link(_("Reminders of the deadline"), reverse("staff:reminders", args=[code])),
        Link(_("Documents of this offer"), reverse("staff:documents-of-offer", args=[code])),
        Link(_("Download the terms"), reverse("staff:terms-file", args=[code])),
    ]
    if loaded.timeline.opened_at is None:
        found.insert(0, Link(_("Checklist"), reverse("staff:preflight", args=[code])))
    if loaded.timeline.opened_at is None and request.user.has_perm("staff.load_offer"):
        found = [
            Link(_("Change the terms"), reverse("staff:edit-terms", args=[code])),
            *found,
        ]
    return found


def link_to(request: HttpRequest, step: Step, code: str) -> str:
    """The address of a guarded page; empty for someone who may not use it."""
    return step.url(code) if request.user.has_perm(step.permission) else ""


IMPORTS = {
    "terms": (gettext_lazy("Load an offer’s terms"), "staff.load_offer"),
    "people": (gettext_lazy("Import people"), "staff.import_facts"),
    "employment_events": (gettext_lazy("Import employment events"), "staff.import_facts"),
    "grants": (gettext_lazy("Import options"), "staff.import_facts"),
    "forms": (gettext_lazy("Record many paper forms from files"), "staff.record_forms"),
    "corporate_actions": (gettext_lazy("Record splits and mergers"), "staff.apply_corporate_actions"),
}


def import_links(request: HttpRequest, *kinds: str) -> list[Link]:
    """Links to the pages that take files of these kinds."""
    return [
        Link(str(IMPORTS[kind][0]), reverse("staff:upload", args=[kind]))
        for kind in kinds
        if request.user.has_perm(IMPORTS[kind][1])
    ]


def paper_links(request: HttpRequest) -> list[Link]:
    """Recording paper forms for the offer the desk is about: one by one, or from files."""
    edge = edge_of(request)
    if edge.loaded is None or edge.state not in AFTER_OPENING or not request.user.has_perm(PAPER.permission):
        return []
    one = Link(str(PAPER.words), PAPER.url(edge.loaded.offer.code), is_main=True)
    return [one, *import_links(request, "forms")]


def paper_form_url(request: HttpRequest, edge: Edge, holder: Holder) -> str:
    """Where this user records a paper form of a holder; empty where they may not, or it would be their own."""
    may = edge.loaded is not None and edge.state in AFTER_OPENING and request.user.has_perm(PAPER.permission)
    if not may or edge.loaded is None or is_own(request.user, holder):
        return ""
    return f"{PAPER.url(edge.loaded.offer.code)}?person={holder.pk}"


def print_links(request: HttpRequest, edge: Edge, holder: Holder) -> list[Link]:
    """Papers to print for a holder: the forms that could still be sent, and the statement of their options."""
    if edge.loaded is None or not request.user.has_perm(PAPER.permission):
        return []
    names = {
        ELECTION: _("Print an Election Form (PDF)"),
        NOTICE: _("Print a Notice to Withdraw (PDF)"),
        STATEMENT: _("Print the statement of options (PDF)"),
    }
    return [
        Link(text, reverse("staff:print-paper", args=[holder.pk, kind]))
        for kind, text in names.items()
        if may_print(edge.loaded, kind, edge.now)
    ]


def invite_url(request: HttpRequest, edge: Edge) -> str:
    """Where this user invites holders; empty where they may not, or there is no offer."""
    if edge.loaded is None or edge.state not in INVITE.states:
        return ""
    return link_to(request, INVITE, edge.loaded.offer.code)


def why_not_for_self() -> str:
    return _("This is your own affair. Nobody records for themselves; ask a colleague.")
