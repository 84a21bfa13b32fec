"""The dashboard: how the offer goes, in figures and pictures, and which deadlines are kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.elections.confirmations import owed
from exchange.elections.models import Form
from exchange.kernel.wording import date_text, instant_text, price_text, shares_text
from exchange.notices.models import Message, State
from exchange.notices.reads import counts
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.settlement.deadlines import Kept, deadlines
from exchange.settlement.participation import Band, Figures, Part, figures_of, part_of
from exchange.settlement.reads import MEND_WAITING, PROOF_UNJUDGED, undecided
from exchange.staff import words
from exchange.staff.admin.base import list_url
from exchange.staff.edge import Edge, edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Link, Table, table
from exchange.staff.plots import Bars, Days, bars, days_table, forms_by_day, shares_by_day


@dataclass(frozen=True)
class Board:
    """Everything on the dashboard, in words."""

    as_of: str
    links: Sequence[Link]
    people: Sequence[Fact]
    tendered: Sequence[Fact]
    shares_by_day: Days
    forms_by_day: Days
    days: Table
    bars: Sequence[Bars]
    deadlines: Table
    receipts: Table
    defects: Table
    letters: Sequence[Fact]


def dashboard(request: HttpRequest) -> HttpResponse:
    edge = edge_of(request)
    opened = edge.loaded if edge.loaded is not None and edge.loaded.timeline.opened_at is not None else None
    return page(request, "staff/dashboard.html", {"board": _board(edge, opened) if opened else None})


def _board(edge: Edge, loaded: Loaded) -> Board:
    found = figures_of(loaded, edge.now)
    return Board(
        as_of=instant_text(found.at.replace(microsecond=0), loaded.zone),
        links=[
            Link(_("Results"), reverse("staff:results")),
            Link(_("Filing fee"), reverse("staff:filing-fee")),
        ],
        people=_people(found, loaded),
        tendered=_tendered(found),
        shares_by_day=shares_by_day(found.by_day),
        forms_by_day=forms_by_day(found.by_day),
        days=days_table(found.by_day, found.whole.eligible_shares),
        bars=parts_of(found),
        deadlines=_deadlines(loaded, edge.now),
        receipts=_receipts(loaded, edge),
        defects=_defects(loaded, edge),
        letters=_letters(loaded, edge),
    )


def _of(count: int, whole: int) -> str:
    return _("{percent} % of the eligible").format(percent=part_of(count, whole))


def _people(found: Figures, loaded: Loaded) -> list[Fact]:
    people, forms = list_url(Holder), list_url(Form)
    return [
        Fact(_("Eligible holders"), shares_text(found.eligible), url=people),
        Fact(_("Invited"), shares_text(found.invited), more=_of(found.invited, found.eligible)),
        _signed_in(found, loaded),
        Fact(_("Elected"), shares_text(found.elected), more=_of(found.elected, found.eligible), url=forms),
        Fact(_("Withdrew"), shares_text(found.withdrew), more=_("and elected nothing since")),
    ]


def _signed_in(found: Figures, loaded: Loaded) -> Fact:
    """A replay goes by dates of its own, sign-ins by the true clock: who had signed in by then is not known."""
    if loaded.offer.is_replay:
        return Fact(_("Signed in"), _("Not known"), more=_("a replay has no sign-ins on its own dates"))
    return Fact(_("Signed in"), shares_text(found.signed_in), more=_of(found.signed_in, found.eligible))


def _tendered(found: Figures) -> list[Fact]:
    whole = found.whole
    return [
        Fact(
            _("Shares tendered"),
            shares_text(whole.shares),
            more=ngettext(
                "{percent} % of {eligible} eligible share",
                "{percent} % of {eligible} eligible shares",
                whole.eligible_shares,
            ).format(
                percent=part_of(whole.shares, whole.eligible_shares), eligible=shares_text(whole.eligible_shares)
            ),
        ),
        Fact(
            _("Options tendered"),
            shares_text(whole.options),
            more=_("{percent} % of {eligible}").format(
                percent=part_of(whole.options, whole.eligible_options),
                eligible=words.eligible_options_text(whole.eligible_options),
            ),
        ),
        *(
            Fact(
                words.say(words.STATUS, status),
                shares_text(count),
                more=ngettext("form", "forms", count),
                url=f"{list_url(Form)}?status={status}",
            )
            for status, count in found.statuses.items()
        ),
    ]


@dataclass(frozen=True)
class Named:
    """A way to part the whole: the address of its picture, its title, what its parts are, and each part by name."""

    key: str
    title: str
    head: str
    named: Sequence[tuple[str, Part]]
    has_total: bool = False  # only where nobody is in two of its parts


def named_parts(found: Figures) -> list[Named]:
    """By plan, by price and by department."""
    by_band = [(band_text(band), part) for band, part in found.by_band.items()]
    departments = [(name or _("None on file"), part) for name, part in found.by_department.items()]
    return [
        Named("by-plan", _("By plan"), _("Plan"), list(found.by_plan.items())),
        Named("by-price", _("By exercise price"), _("Exercise price"), by_band),
        Named("by-department", _("By department"), _("Department"), departments, has_total=True),
    ]


def parts_of(found: Figures) -> list[Bars]:
    """The same as pictures with their tables."""
    return [bars(part.key, part.title, part.head, part.named, has_total=part.has_total) for part in named_parts(found)]


def band_text(band: Band) -> str:
    """$24.50, or a range; the upper end is not in it."""
    first, last = band
    if last is None:
        return price_text(first)
    return _("{first} to under {last}").format(first=price_text(first), last=price_text(last))


KEPT = {Kept.MET: "done", Kept.MISSED: "lost", Kept.OVERRIDDEN: "time", Kept.AHEAD: "act"}


def _deadlines(loaded: Loaded, now: datetime) -> Table:
    said = {Kept.MET: _("Met"), Kept.MISSED: _("Missed"), Kept.AHEAD: _("To come")}
    said[Kept.OVERRIDDEN] = _("Overridden")
    rows = [
        [Cell(item.title, more=item.done), item.due, str(item.owner), Cell(said[item.kept], mark=KEPT[item.kept])]
        for item in deadlines(loaded, now)
    ]
    return table(_("Deadlines"), [_("What"), _("By when"), _("Whose"), _("Kept")], rows)


def _receipts(loaded: Loaded, edge: Edge) -> Table:
    """Forms whose letter has not gone out, by the day by which it must; those of the next two business days first."""
    today = loaded.date_of(edge.now)
    waiting = owed(loaded)
    rows = []
    for due_on in sorted({item.due_on for item in waiting}):
        of_day = [item for item in waiting if item.due_on == due_on]
        late = Cell(_("Late"), mark="lost") if due_on < today else Cell(_("Due"), mark="time")
        rows.append([date_text(due_on), len(of_day), sum(item.is_given_up for item in of_day), late])
    return table(
        _("Receipts that have not gone out, by the day they are due"),
        [_("Due"), _("Forms"), _("Letters given up"), _("Standing")],
        rows,
        empty=_("Every form received has its receipt."),
    )


def _defects(loaded: Loaded, edge: Edge) -> Table:
    """What is neither decided nor moot, by kind."""
    found = Counter(defect.split(" ")[0] for _form, defect in undecided(loaded, edge.latest))
    rows = []
    for code, count in found.most_common():
        if code == PROOF_UNJUDGED:
            rows.append([Cell(_("A proof that nobody has judged"), url=reverse("staff:proofs"), more=code), count])
        elif code == MEND_WAITING:
            said = _("A new entry that no second person has checked")
            rows.append([Cell(said, url=reverse("staff:mends"), more=code), count])
        else:
            said = words.say(words.FORM if code in words.FORM else words.LINE, code)
            rows.append([Cell(said, url=reverse("staff:defects"), more=code), count])
    return table(
        _("Defects that are neither decided nor overtaken, by kind"),
        [_("Defect"), _("How many")],
        rows,
        empty=_("No defect waits for a decision."),
    )


def _letters(loaded: Loaded, edge: Edge) -> list[Fact]:
    code, url = loaded.offer.code, list_url(Message)
    found = counts(code)
    waiting = found.get(State.QUEUED, 0) + found.get(State.SENDING, 0)
    unsent = Message.objects.filter(offer_key=code, state__in=[State.QUEUED, State.SENDING])
    since: datetime | None = unsent.aggregate(since=Min("queued_at"))["since"]
    return [
        Fact(_("Sent"), shares_text(found.get(State.SENT, 0)), url=f"{url}?state__exact={State.SENT}"),
        Fact(
            _("Waiting"),
            shares_text(waiting),
            more=_("the oldest since {instant}").format(instant=edge.instant(since.replace(microsecond=0)))
            if since
            else "",
            url=f"{url}?state__exact={State.QUEUED}",
        ),
        Fact(_("Given up"), shares_text(found.get(State.FAILED, 0)), url=f"{url}?state__exact={State.FAILED}"),
        Fact(_("Cancelled or withheld"), shares_text(found.get(State.CANCELLED, 0) + found.get(State.WITHHELD, 0))),
    ]
