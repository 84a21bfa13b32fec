"""What needs doing today, by whom, by when: worked out from the state of the offer, never stored."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.elections.confirmations import owed
from exchange.elections.models import Form
from exchange.elections.proofs import waiting_proofs
from exchange.grants.models import Grant
from exchange.kernel.dates import local_date
from exchange.kernel.wording import date_text, shares_text
from exchange.market.reads import calendar
from exchange.notices.models import Message, State
from exchange.notices.reads import counts
from exchange.offers.models import CounselFlag, Offer, OfferEvent
from exchange.offers.reads import Loaded, load
from exchange.offers.rules import State as OfferState
from exchange.offers.rules import announcement_deadline
from exchange.people.models import Holder, Report, User
from exchange.people.reads import never_invited, oldest, still_open, without_own_address
from exchange.settlement.reads import MEND_WAITING, PROOF_UNJUDGED
from exchange.staff.admin.base import list_url
from exchange.staff.decisions_due import approvals, declined, in_hand, proposals, undecided_conditions, with_proposals
from exchange.staff.edge import Edge, edge_for
from exchange.staff.groups import COUNSEL, HR
from exchange.staff.parts import Task
from exchange.staff.settling_tasks import closed, settling
from exchange.staff.steps import (
    ACCEPT,
    EXTEND,
    INVITE,
    OPEN,
    PAPER,
    import_links,
    link_to,
)

STALE = timedelta(minutes=15)


def tasks(request: HttpRequest, edge: Edge, open_defects: Sequence[tuple[Form, str]]) -> list[Task]:
    """Everything that waits, in the order in which it is due."""
    if edge.loaded is None:
        return [*_no_offer(request), *_reports(edge)]
    loaded, state, proposed = edge.loaded, edge.state, proposals()
    found: list[Task] = [*in_hand(request), *approvals(request, edge, proposed), *declined(request, loaded, edge)]
    found += undecided_conditions(loaded, edge, proposed)
    if state is OfferState.DRAFT:
        found += _draft(request, edge, loaded)
    elif state in {OfferState.SCHEDULED, OfferState.OPEN}:
        found += _running(request, edge, loaded)
    elif state is OfferState.EXPIRED:
        found += _expired(request, edge, loaded)
    elif state in {OfferState.ACCEPTED, OfferState.GRANTED, OfferState.TERMINATED}:
        found += settling(request, edge, loaded)
    elif state is OfferState.CLOSED:
        found += closed(loaded)
    if state in {OfferState.CLOSED, OfferState.TERMINATED}:
        found += _in_preparation(request)
    found = with_proposals(found, edge, proposed)
    if state in {OfferState.OPEN, OfferState.EXPIRED}:
        found += _proofs(loaded)
        found += _mends(sum(code == MEND_WAITING for _form, code in open_defects))
    open_defects = [item for item in open_defects if item[1] not in {PROOF_UNJUDGED, MEND_WAITING}]
    if open_defects and state in {OfferState.SCHEDULED, OfferState.OPEN, OfferState.EXPIRED}:
        found.append(_defects(len(open_defects)))
    return [*found, *_receipts(edge, loaded), *_letters(edge, loaded), *_reports(edge), *_flags(loaded)]


def _accounts() -> Iterator[Task]:
    """What the first administrator does first: one to prepare, another to approve."""
    staffed = set(User.objects.filter(is_active=True, groups__isnull=False).values_list("groups__name", flat=True))
    missing = [name for name in (HR, COUNSEL) if name not in staffed]
    if missing:
        yield Task(
            _("Make the staff accounts"),
            _("What binds the company takes two people. Nobody is yet in: {groups}.").format(
                groups=", ".join(missing)
            ),
            _("Administrator"),
            mark="act",
            tag=_("Next"),
            url=reverse("staff:add-account"),
        )


def _no_offer(request: HttpRequest) -> Iterator[Task]:
    if request.user.is_superuser:
        yield from _accounts()
    url = reverse("staff:new-offer") if request.user.has_perm("staff.load_offer") else ""
    yield Task(
        _("Make an offer"),
        _("There is no offer yet. Its terms come by form or as a file; either makes a draft."),
        HR,
        url=url,
    )


def _in_preparation(request: HttpRequest) -> Iterator[Task]:
    """After the end of an offer the desk stays with it; the draft of the next one is led on from here."""
    draft = Offer.objects.exclude(events__kind=OfferEvent.Kind.OPENED).first()
    if draft is not None:
        yield from _draft(request, edge_for(request, draft), load(draft))


def _draft(request: HttpRequest, edge: Edge, loaded: Loaded) -> Iterator[Task]:
    is_next = True
    for kind, model, title, more in (
        ("people", Holder, _("Import the people"), _("Nobody is on file yet.")),
        ("grants", Grant, _("Import the options"), _("No option is on file yet.")),
    ):
        if not model._default_manager.exists():
            links = import_links(request, kind)
            url = links[0].url if links else ""
            yield Task(title, more, HR, url=url, mark="act" if is_next else "", tag=_("Next") if is_next else "")
            is_next = False
    yield Task(
        _("Go through the checklist"),
        _("What must be right before the offer is opened: people, options, the pool, contacts, documents, letters."),
        _("HR, counsel"),
        url=reverse("staff:preflight", args=[loaded.offer.code]),
    )
    yield Task(
        _("Open {code}").format(code=loaded.offer.code),
        _("The legal clock is checked first. Counsel can override a rule with a written reason."),
        HR,
        due=edge.instant(loaded.terms.commences_at),
        mark="act" if is_next else "",
        tag=_("Next") if is_next else "",
        url=link_to(request, OPEN, loaded.offer.code),
        step=OPEN.slug,
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
        step=ACCEPT.slug,
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


def _mends(left: int) -> Iterator[Task]:
    """New entries of paper forms that wait for a second person."""
    if left:
        yield Task(
            ngettext("Check %(n)s new entry of a paper form", "Check %(n)s new entries of paper forms", left)
            % {"n": shares_text(left)},
            _("A colleague found that a form was copied wrongly. Until a second person confirms, the first counts."),
            f"{HR}, {COUNSEL}",
            due=_("Before acceptance"),
            mark="time",
            tag=_("Second person"),
            url=reverse("staff:mends"),
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
        due=_("Intended for {day}").format(day=date_text(loaded.timeline.acceptance_intended_on))
        if loaded.timeline.acceptance_intended_on
        else _("Promptly"),
        mark="time",
        tag=_("Due"),
        url=link_to(request, ACCEPT, code),
        step=ACCEPT.slug,
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
            step=EXTEND.slug,
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
            url=reverse("staff:failed-letters"),
        )
    if found.get(State.HELD):
        yield Task(
            _("Approve letters that wait"),
            ngettext("{n} letter waits for approval.", "{n} letters wait for approval.", found[State.HELD]).format(
                n=shares_text(found[State.HELD])
            ),
            COUNSEL,
            mark="time",
            tag=_("Waiting"),
            url=reverse("staff:letters-of-offer", args=[loaded.offer.code]),
        )
    waiting = Message.objects.filter(
        offer_key=loaded.offer.code, state=State.QUEUED, next_attempt_at__lt=edge.true_now - STALE
    )
    if loaded.offer.is_replay:  # what was written on its own dates does not tell how long it has waited
        waiting = waiting.filter(next_attempt_at__gt=edge.now)
    stale = waiting.count()
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
