"""What needs doing from acceptance, or termination, to the closing: worked out from rows, never stored."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.documents.models import Paper
from exchange.grants.models import Cancellation, Grant
from exchange.kernel.wording import date_text, shares_text
from exchange.offers.reads import Loaded
from exchange.offers.rules import State
from exchange.settlement.models import Acceptance, NewGrant, PromiseLine
from exchange.settlement.reads import acceptance_of, unsettled
from exchange.settlement.signatures import unsigned
from exchange.settlement.statement_letters import KIND as STATEMENT
from exchange.settlement.watch import watching
from exchange.staff.admin.base import list_url
from exchange.staff.edge import Edge
from exchange.staff.groups import COUNSEL, HR
from exchange.staff.parts import Task
from exchange.staff.steps import CLOSE, GRANT, PROMISE, STATEMENTS, WATCH, import_links, link_to


def settling(request: HttpRequest, edge: Edge, loaded: Loaded) -> Iterator[Task]:
    """What follows acceptance, or termination, in the order in which it is due."""
    code, acceptance = loaded.offer.code, acceptance_of(loaded.offer)
    if acceptance is None:
        yield from _closing(request, edge, loaded)
        return
    source = f"offer:{code}"
    missing = Cancellation.objects.filter(source=source, promise_line__isnull=True)
    holders = missing.values("grant__holder_id").distinct().count()
    if holders:
        is_late = loaded.date_of(edge.now) > acceptance.promises_due_on
        yield Task(
            _("Issue the promises"),
            ngettext(
                "{n} holder of cancelled options has no Promise to Grant yet.",
                "{n} holders of cancelled options have no Promise to Grant yet.",
                holders,
            ).format(n=shares_text(holders)),
            HR,
            due=date_text(acceptance.promises_due_on),
            mark="lost" if is_late else "time",
            tag=_("Late") if is_late else _("Due"),
            url=link_to(request, PROMISE, code),
        )
    yield from _granting(request, edge, loaded, acceptance)
    yield from _agreements(request, loaded)
    yield from _closing(request, edge, loaded)


def _granting(request: HttpRequest, edge: Edge, loaded: Loaded, acceptance: Acceptance) -> Iterator[Task]:
    waiting = PromiseLine.objects.filter(
        promise__offer=loaded.offer, new_grant__isnull=True, lapse__isnull=True
    ).count()
    if not waiting:
        return
    if edge.state is State.GRANTED:
        yield Task(
            _("Decide on the promises that are held"),
            ngettext(
                "{n} promised option is held until counsel decides; then grant again.",
                "{n} promised options are held until counsel decides; then grant again.",
                waiting,
            ).format(n=shares_text(waiting)),
            COUNSEL,
            mark="time",
            tag=_("Waiting"),
            url=f"{WATCH.url(loaded.offer.code)}?kind=held",
        )
        return
    watched = len(watching(loaded, acceptance, loaded.date_of(edge.now)).found)
    if watched:
        yield Task(
            _("Look at who left, moved or came back"),
            ngettext("{n} fact on file touches a promise.", "{n} facts on file touch promises.", watched).format(
                n=shares_text(watched)
            ),
            f"{HR}, {COUNSEL}",
            due=date_text(acceptance.earliest_grant_on),
            url=WATCH.url(loaded.offer.code),
        )
    is_due = loaded.date_of(edge.now) >= acceptance.earliest_grant_on
    links = import_links(request, "employment_events")
    yield Task(
        _("Keep the people’s file current"),
        _("Who leaves before the grant date gets nothing. Import employment events as they happen."),
        HR,
        due=date_text(acceptance.earliest_grant_on),
        url=links[0].url if links else "",
    )
    links = import_links(request, "corporate_actions")
    yield Task(
        _("Record splits and mergers"),
        _("Those effective by the grant date change what was promised."),
        HR,
        due=date_text(acceptance.earliest_grant_on),
        url=links[0].url if links else "",
    )
    yield Task(
        _("Grant the new options"),
        ngettext(
            "{n} promised option waits for its grant date.", "{n} promised options wait for their grant date.", waiting
        ).format(n=shares_text(waiting)),
        HR,
        due=_("From {day}").format(day=date_text(acceptance.earliest_grant_on)),
        mark="time" if is_due else "",
        tag=_("Due") if is_due else "",
        url=link_to(request, GRANT, loaded.offer.code),
        step=GRANT.slug,
    )


def _agreements(request: HttpRequest, loaded: Loaded) -> Iterator[Task]:
    """Option agreements that wait for their holders; nothing the desk can hurry, but it can ask."""
    yield from _to_be_signed(unsigned(NewGrant.objects.filter(line__promise__offer=loaded.offer)).count())


def closed(loaded: Loaded) -> Iterator[Task]:
    """Agreements found since not to be signed after all; what else waits was expressly left at the closing."""
    since = NewGrant.objects.filter(
        line__promise__offer=loaded.offer, signatures__mistake__at__gte=loaded.timeline.closed_at
    )
    yield from _to_be_signed(unsigned(since).distinct().count())


def _to_be_signed(waiting: int) -> Iterator[Task]:
    if waiting:
        yield Task(
            _("See that option agreements are signed"),
            ngettext(
                "{n} new option waits for its holder’s signature.",
                "{n} new options wait for their holders’ signatures.",
                waiting,
            ).format(n=shares_text(waiting)),
            HR,
            url=f"{list_url(NewGrant)}?agreement=waiting",
        )


def _closing(request: HttpRequest, edge: Edge, loaded: Loaded) -> Iterator[Task]:
    """The final statements once nothing more is to come, and then the closing."""
    code, left = loaded.offer.code, unsettled(loaded.offer)
    if left.unpromised or left.open or not Grant.objects.exists():
        return
    if not Paper.objects.filter(kind=STATEMENT, offer_key=code).exists():
        yield Task(
            _("Make the final statements"),
            _("Everyone who holds options learns what the offer has come to for them, also who did nothing."),
            HR,
            url=link_to(request, STATEMENTS, code),
        )
    elif edge.state is State.GRANTED and not left.held:
        yield Task(
            _("Close the offer"),
            _("The page names whatever is still in the way."),
            HR,
            url=link_to(request, CLOSE, code),
        )
