"""What needs doing today, by whom, by when: worked out from the state of the offer, never stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.elections.confirmations import owed
from exchange.elections.models import Form
from exchange.elections.proofs import waiting_proofs
from exchange.grants.models import Cancellation, Grant
from exchange.kernel.dates import local_date
from exchange.kernel.wording import date_text, shares_text
from exchange.market.reads import calendar
from exchange.notices.models import Message, State
from exchange.notices.reads import counts
from exchange.offers.models import CounselFlag
from exchange.offers.reads import Loaded
from exchange.offers.rules import State as OfferState
from exchange.offers.rules import announcement_deadline
from exchange.people.models import Holder, Report
from exchange.people.reads import never_invited, oldest, still_open, without_own_address
from exchange.settlement.models import Acceptance, NewGrant, PromiseLine
from exchange.settlement.reads import PROOF_UNJUDGED, acceptance_of
from exchange.staff.admin.base import list_url
from exchange.staff.edge import Edge
from exchange.staff.groups import COUNSEL, HR
from exchange.staff.steps import ACCEPT, EXTEND, GRANT, INVITE, OPEN, PAPER, PROMISE, import_links, link_to

STALE = timedelta(minutes=15)


@dataclass(frozen=True)
class Task:
    """One thing to do: what, why, by whom, by when; `url` where this user can do it, `mark` when it is pressing."""

    title: str
    more: str
    who: str
    due: str = ""
    mark: str = ""
    tag: str = ""
    url: str = ""


def tasks(request: HttpRequest, edge: Edge, open_defects: Sequence[tuple[Form, str]]) -> list[Task]:
    """Everything that waits, in the order in which it is due."""
    if edge.loaded is None:
        return [*_no_offer(request), *_reports(edge)]
    loaded, state = edge.loaded, edge.state
    found: list[Task] = []
    if state is OfferState.DRAFT:
        found += _draft(request, edge, loaded)
    elif state in {OfferState.SCHEDULED, OfferState.OPEN}:
        found += _running(request, edge, loaded)
    elif state is OfferState.EXPIRED:
        found += _expired(request, edge, loaded)
    elif state in {OfferState.ACCEPTED, OfferState.GRANTED}:
        found += _settling(request, edge, loaded)
    if state in {OfferState.OPEN, OfferState.EXPIRED}:
        found += _proofs(loaded)
    open_defects = [item for item in open_defects if item[1] != PROOF_UNJUDGED]
    if open_defects and state in {OfferState.SCHEDULED, OfferState.OPEN, OfferState.EXPIRED}:
        found.append(_defects(len(open_defects)))
    return [*found, *_receipts(edge, loaded), *_letters(edge, loaded), *_reports(edge), *_flags(loaded)]


def _no_offer(request: HttpRequest) -> Iterator[Task]:
    links = import_links(request, "terms")
    yield Task(
        _("Load an offer’s terms"),
        _("There is no offer yet. Its terms come as a file; loading them makes a draft."),
        HR,
        url=links[0].url if links else "",
    )


def _draft(request: HttpRequest, edge: Edge, loaded: Loaded) -> Iterator[Task]:
    for kind, model, title, more in (
        ("people", Holder, _("Import the people"), _("Nobody is on file yet.")),
        ("grants", Grant, _("Import the options"), _("No option is on file yet.")),
    ):
        if not model._default_manager.exists():
            links = import_links(request, kind)
            yield Task(title, more, HR, url=links[0].url if links else "")
    yield Task(
        _("Open {code}").format(code=loaded.offer.code),
        _("The legal clock is checked first. Counsel can override a rule with a written reason."),
        HR,
        due=edge.instant(loaded.terms.commences_at),
        mark="act",
        tag=_("Next"),
        url=link_to(request, OPEN, loaded.offer.code),
    )


def _running(request: HttpRequest, edge: Edge, loaded: Loaded) -> Iterator[Task]:
    code = loaded.offer.code
    yield Task(
        _("Record paper forms as they come in"),
        _("Each with the instant it was received. Holders use the portal for theirs."),
        HR,
        due=edge.instant(loaded.timeline.expires_at),
        mark="act",
        tag=_("Daily"),
        url=link_to(request, PAPER, code),
    )
    yield from _inviting(request, loaded)
    yield Task(
        _("Accept the tenders once the offer has closed"),
        _("After every paper form received in time is recorded."),
        HR,
        due=_("Promptly after it closes"),
        url=link_to(request, ACCEPT, code) if loaded.offer.is_replay else "",
    )


def _inviting(request: HttpRequest, loaded: Loaded) -> Iterator[Task]:
    """Who cannot sign in yet, and who cannot even be invited before the company's file is mended."""
    if left := never_invited().count():
        yield Task(
            ngettext("Invite %(n)s person to sign in", "Invite %(n)s people to sign in", left)
            % {"n": shares_text(left)},
            _("They are on file and have not been invited. Everyone eligible can be invited at once."),
            HR,
            url=link_to(request, INVITE, loaded.offer.code),
        )
    if stuck := without_own_address().count():
        yield Task(
            ngettext(
                "Give %(n)s person an e-mail address of their own",
                "Give %(n)s people an e-mail address of their own",
                stuck,
            )
            % {"n": shares_text(stuck)},
            _("They cannot be invited: none is on file, or another has the same. Import the people with it mended."),
            HR,
            mark="time",
            tag=_("Cannot sign in"),
            url=f"{list_url(Holder)}?sign_in=cannot",
        )


def _expired(request: HttpRequest, edge: Edge, loaded: Loaded) -> Iterator[Task]:
    code, expires_at = loaded.offer.code, loaded.timeline.expires_at
    yield Task(
        _("Record the last paper forms"),
        _("Those received before the deadline count, whenever they are recorded before acceptance."),
        HR,
        due=_("Before acceptance"),
        url=link_to(request, PAPER, code),
    )
    yield Task(
        _("Accept the tenders"),
        _("The offer has closed. Holders can still withdraw until you accept."),
        HR,
        due=_("Promptly"),
        mark="time",
        tag=_("Due"),
        url=link_to(request, ACCEPT, code),
    )
    if expires_at is None:
        return
    deadline = announcement_deadline(expires_at, calendar())
    if edge.now <= deadline:
        yield Task(
            _("Extend instead, if the company decides so"),
            _("An offer that has closed can be revived only until the announcement is due."),
            f"{HR}, {COUNSEL}",
            due=edge.instant(deadline),
            url=link_to(request, EXTEND, code),
        )


def _settling(request: HttpRequest, edge: Edge, loaded: Loaded) -> Iterator[Task]:
    code, acceptance = loaded.offer.code, acceptance_of(loaded.offer)
    if acceptance is None:
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
    yield from _agreements(loaded)


def _granting(request: HttpRequest, edge: Edge, loaded: Loaded, acceptance: Acceptance) -> Iterator[Task]:
    waiting = PromiseLine.objects.filter(
        promise__offer=loaded.offer, new_grant__isnull=True, lapse__isnull=True
    ).count()
    if not waiting:
        return
    if edge.state is OfferState.GRANTED:
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
            url=link_to(request, GRANT, loaded.offer.code),
        )
        return
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
    )


def _agreements(loaded: Loaded) -> Iterator[Task]:
    """Option agreements that wait for their holders; nothing the desk can hurry, but it can ask."""
    waiting = NewGrant.objects.filter(line__promise__offer=loaded.offer, agreement_signature__isnull=True).count()
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


def _defects(count: int) -> Task:
    return Task(
        _("Look at the defects"),
        ngettext(
            "{n} defect is neither decided nor overtaken by a later form.",
            "{n} defects are neither decided nor overtaken by a later form.",
            count,
        ).format(n=shares_text(count)),
        f"{HR}, {COUNSEL}",
        due=_("Before acceptance"),
        mark="time",
        tag=_("Waiting"),
        url=reverse("staff:defects"),
    )


def _proofs(loaded: Loaded) -> Iterator[Task]:
    """Proofs of authority or of a changed name that nobody has judged."""
    count = len(waiting_proofs(loaded))
    if not count:
        return
    yield Task(
        _("Judge the proofs that came with forms"),
        ngettext(
            "{n} form was signed for another or under a changed name, and its proof is not judged.",
            "{n} forms were signed for another or under a changed name, and their proofs are not judged.",
            count,
        ).format(n=shares_text(count)),
        f"{HR}, {COUNSEL}",
        due=_("Before acceptance"),
        mark="time",
        tag=_("Waiting"),
        url=reverse("staff:proofs"),
    )


def _receipts(edge: Edge, loaded: Loaded) -> Iterator[Task]:
    """Receipts are due within the days that the terms state; the worker sends them by itself."""
    waiting = owed(loaded)
    if not waiting:
        return
    first, today = waiting[0].due_on, loaded.date_of(edge.now)
    given_up = sum(item.is_given_up for item in waiting)
    more = ngettext("{n} form has no receipt yet.", "{n} forms have no receipt yet.", len(waiting))
    if given_up:
        more += " " + ngettext("{m} letter was given up.", "{m} letters were given up.", given_up)
    is_pressing = given_up or first <= today
    yield Task(
        _("See that receipts go out"),
        more.format(n=shares_text(len(waiting)), m=shares_text(given_up)),
        HR,
        due=date_text(first),
        mark="lost" if first < today else "time" if is_pressing else "",
        tag=_("Late") if first < today else _("Due") if is_pressing else "",
        url=list_url(Message),
    )


def _letters(edge: Edge, loaded: Loaded) -> Iterator[Task]:
    """The outbox: what was given up, and what has waited so long that the worker must be looked at."""
    found = counts(loaded.offer.code)
    if found.get(State.FAILED):
        yield Task(
            _("Look at the letters that were given up"),
            ngettext("{n} letter did not go out.", "{n} letters did not go out.", found[State.FAILED]).format(
                n=shares_text(found[State.FAILED])
            ),
            HR,
            mark="lost",
            tag=_("Failed"),
            url=f"{list_url(Message)}?state__exact={State.FAILED}",
        )
    stale = Message.objects.filter(
        offer_key=loaded.offer.code, state=State.QUEUED, next_attempt_at__lt=edge.true_now - STALE
    ).count()
    if stale:
        yield Task(
            _("See whether the worker runs"),
            ngettext(
                "{n} letter has waited for more than {m} minutes.",
                "{n} letters have waited for more than {m} minutes.",
                stale,
            ).format(n=shares_text(stale), m=STALE.seconds // 60),
            HR,
            mark="time",
            tag=_("Waiting"),
            url=f"{list_url(Message)}?state__exact={State.QUEUED}",
        )


def _reports(edge: Edge) -> Iterator[Task]:
    """What people report as missing or wrong, and since when the oldest of it waits."""
    waiting = still_open(Report.objects.all())
    count, since = waiting.count(), oldest(waiting)
    if not count or since is None:
        return
    told = ngettext("{n} report is open.", "{n} reports are open.", count).format(n=shares_text(count))
    day = date_text(local_date(since, edge.zone))
    yield Task(
        _("Answer what people report"),
        f"{told} " + _("The oldest is of {day}.").format(day=day),
        HR,
        mark="time",
        tag=_("Waiting"),
        url=f"{list_url(Report)}?state=open",
    )


def _flags(loaded: Loaded) -> Iterator[Task]:
    count = CounselFlag.objects.filter(offer=loaded.offer).count()
    if count:
        yield Task(
            _("Look at what is marked for counsel"),
            ngettext("{n} thing is marked.", "{n} things are marked.", count).format(n=shares_text(count)),
            COUNSEL,
            url=list_url(CounselFlag),
        )
