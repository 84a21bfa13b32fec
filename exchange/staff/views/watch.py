"""What came in between promise and grant: who left, changed role, moved, came back, or was granted something early."""

from collections import Counter
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel.wording import counted_shares_text, date_text, shares_text
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded
from exchange.people.models import Role
from exchange.settlement.models import Acceptance, Promise
from exchange.settlement.reads import acceptance_of
from exchange.settlement.watch import Means, Watch, Watched, watching
from exchange.staff import words
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.edge import Edge, edge_for
from exchange.staff.paged import Paged, answer, as_file, choices, file_links, shown_of
from exchange.staff.parts import Cell, Fact, Link, instant_cell, table
from exchange.staff.steps import import_links


def setting_of(request: HttpRequest, code: str) -> tuple[Edge, Loaded, Acceptance | None, Link]:
    """The offer that a page is about, with its acceptance if it has one, and the way back."""
    offer = get_object_or_404(Offer, code=code)
    edge = edge_for(request, offer)
    if edge.loaded is None:
        raise RuntimeError("an offer has terms")
    return edge, edge.loaded, acceptance_of(offer), Link(code, record_url(offer))


def not_yet(request: HttpRequest, title: str, back: Link, text: str = "") -> HttpResponse:
    """A page that has nothing to show before the acceptance."""
    told = text or _("Nothing has been accepted yet. This page fills once the offer is accepted.")
    return answer(request, Paged(title, told, back, shown_of(request, []), table(title, (), ()), ""))


def watch(request: HttpRequest, code: str) -> HttpResponse:
    """Who of those with a promise left, changed role, moved, came back, or was granted something too early."""
    edge, loaded, acceptance, back = setting_of(request, code)
    title = _("Watch until the grant")
    if acceptance is None:
        return not_yet(request, title, back)
    found = watching(loaded, acceptance, loaded.date_of(edge.now))
    kind = request.GET.get("kind", "")
    rows = [one for one in found.found if not kind or one.kind == kind]
    heads = [_("Who"), _("What happened"), _("Effective"), _("Promise"), _("At the grant"), _("Known since")]
    file = as_file(
        request,
        f"{code}-watch",
        ["employee_number", "name", "what", "detail", "effective_on", "promise", "shares", "means", "known_at"],
        lambda: [_plain(one) for one in rows],
    )
    if file is not None:
        return file
    shown = shown_of(request, rows)
    counted = Counter(str(one.kind) for one in found.found)
    lapsing, lost = found.lapsing()
    on = date_text(found.on)
    return answer(
        request,
        Paged(
            title,
            _(
                "What happened to people who hold a promise, and what it means if the options are granted on {day}."
            ).format(day=on),
            back,
            shown,
            table(
                title,
                heads,
                [_row(one, loaded) for one in shown],
                empty=_("Nothing is on file that touches a promise. Import employment events as they happen."),
            ),
            ngettext("%(n)s fact", "%(n)s facts", len(rows)) % {"n": shares_text(len(rows))},
            facts=[
                Fact(
                    _("Promises without an outcome"),
                    shares_text(found.promises),
                    more=_("{shares}, as promised").format(shares=counted_shares_text(found.shares)),
                    url=list_url(Promise),
                ),
                Fact(
                    _("Of these would lapse"),
                    shares_text(lapsing),
                    more=_("{shares}, as promised").format(shares=counted_shares_text(lost)),
                ),
                Fact(
                    _("Reckoned as of"),
                    on,
                    more=_(
                        "The earliest grant date, or today once that is past. Facts on file that take effect by "
                        "then count."
                    ),
                ),
            ],
            filters=[
                (
                    _("What happened"),
                    choices(
                        request,
                        "kind",
                        {"": _("All ({n})").format(n=shares_text(len(found.found)))}
                        | {
                            code: f"{words.say(words.WATCHED, code)} ({shares_text(count)})"
                            for code, count in sorted(counted.items())
                        },
                    ),
                )
            ]
            if counted
            else [],
            links=import_links(request, "employment_events", "corporate_actions"),
            files=file_links(request),
        ),
    )


def _row(one: Watch, loaded: Loaded) -> list[object]:
    holder = one.promise.holder
    what: object = words.say(words.WATCHED, one.kind)
    return [
        Cell(holder.legal_name, url=record_url(holder), more=holder.employee_number),
        Cell(str(what), more=_detail(one)),
        one.on,
        Cell(
            one.promise.number,
            url=record_url(one.promise),
            more=counted_shares_text(one.promise.shares),
        ),
        _means(one),
        instant_cell(one.known_at.replace(microsecond=0), loaded.zone)
        if one.known_at
        else Cell(_("Not dated"), more=_("It came with the people’s file.")),
    ]


def _means(one: Watch) -> Cell:
    """What it comes to at the grant, short enough for a mark."""
    return {
        Means.LAPSES: Cell(_("Lapses"), mark="lost"),
        Means.GRANTS: Cell(_("Grants"), mark="done"),
        Means.COUNSEL: Cell(_("Grants"), mark="time", more=_("It goes before counsel.")),
        Means.HELD: Cell(_("Held"), mark="time", more=_("Until counsel decides.")),
    }[one.means]


def _detail(one: Watch) -> str:
    if one.kind in {Watched.ROLE, Watched.EXECUTIVE}:
        return str(Role(one.detail).label)
    if one.kind is Watched.REHIRED and one.detail:
        return _("Had left on {day}").format(day=date_text(date.fromisoformat(one.detail)))
    return one.detail


def _plain(one: Watch) -> list[object]:
    holder, promise = one.promise.holder, one.promise
    known = one.known_at.isoformat() if one.known_at else ""
    who = [holder.employee_number, holder.legal_name]
    return [*who, one.kind.value, one.detail, one.on, promise.number, promise.shares, one.means.value, known]
