"""Fills the demonstration: a company, its people, a running offer, and sign-ins. Repeating it keeps what is there.

Once its offer has expired, the old one is ended and a fresh one opened, in the same database.
"""

import uuid
from datetime import datetime, timedelta
from typing import TypeVar

from django.contrib.auth.models import Group

from exchange.cli.demo import cast
from exchange.cli.demo.dates import ZONE, dates
from exchange.cli.demo.words import DOCUMENTS
from exchange.elections.actions import give_consent, open_sample, submit_form, terminate_offer
from exchange.elections.consent import wording_digest
from exchange.elections.reads import holder_view, receipt_instant
from exchange.elections.records import Submission
from exchange.elections.rules import LineFacts, Signed
from exchange.grants.models import Grant
from exchange.interchange.apply import Source, import_grants, import_people
from exchange.kernel import clock
from exchange.kernel.results import Refused, Result
from exchange.kernel.sentences import sentence
from exchange.market.reads import calendar
from exchange.offers.actions import Override, load_offer, open_offer
from exchange.offers.approving import approve_content
from exchange.offers.content import LETTER, Contents, documents_piece, kinds_of
from exchange.offers.models import Offer
from exchange.offers.reads import load, running_offer, timeline_of
from exchange.offers.rules import UNDER_THIRTY_DAYS, State
from exchange.people.models import Holder, User

T = TypeVar("T")
ACTOR = "demonstration"
REPLAYED = timedelta(days=300)
SOURCE = Source("the demonstration's cast", "")


def seed(*, at: datetime, is_replay: bool = False) -> list[cast.SignIn]:
    """Make sure that an open offer is there, with its cast; answers who can sign in."""
    running = running_offer()
    if running is not None and not running.is_replay and timeline_of(running).state(at) is State.EXPIRED:
        reason = "The demonstration's offer has expired; a fresh one follows."
        _value(terminate_offer(code=running.code, reason=reason, actor=ACTOR, at=None))
        running = None
    if running is None and (not is_replay or not Offer.objects.exists()):
        _fresh_offer(at, is_replay=is_replay)
    _users()
    return _sign_ins()


def holds_a_live_story() -> bool:
    """Whether the data there is that of a live offer: no replay is begun beside it, as one offer runs at a time."""
    return Offer.objects.exists() and not Offer.objects.filter(is_replay=True).exists()


def _value(result: Result[T]) -> T:
    if isinstance(result, Refused):
        raise RuntimeError("; ".join(sentence(reason) for reason in result.reasons))
    return result.value


def _fresh_offer(at: datetime, *, is_replay: bool) -> None:
    # A replay lies far enough back that all of it, the grant included, can be gone through with past dates.
    at = at.replace(microsecond=0)
    period = dates(at - REPLAYED if is_replay else at, calendar())
    round_number = Offer.objects.count() + 1
    code = f"LRKF-{at.year}-{round_number}" if not is_replay else f"LRKF-REPLAY-{at.year}"
    _value(
        load_offer(
            plain=cast.terms(
                code, period.commences_at.isoformat(), period.expires_at.isoformat(), ZONE, is_replay=is_replay
            ),
            documents=DOCUMENTS,
            actor=ACTOR,
            at=at,
        )
    )
    at = period.commences_at
    _value(approve_content(code=code, wanted=_all_content(code), actor=f"staff:{cast.COUNSEL}", at=at))
    _value(import_people(cast.PEOPLE, source=SOURCE, actor=ACTOR, at=at))
    used_up = Grant.objects.filter(cancellation__isnull=False).exists()
    if used_up or not Grant.objects.exists():
        rows = cast.grants(at.year, suffix=f"-{round_number}" if used_up else "")
        _value(import_grants(rows, source=SOURCE, actor=ACTOR, at=at))
    override = Override(UNDER_THIRTY_DAYS, "Holidays make 21 business days longer than 30 days; a demonstration.")
    overrides = [override] if period.needs_override else []
    _value(open_offer(code=code, actor=ACTOR, at=at, overrides=overrides))
    _tender_for(Offer.objects.get(code=code), "L103")


def _all_content(code: str) -> list[tuple[str, str, str]]:
    """Every letter and the documents as they are, which counsel has approved before the offer is opened."""
    offer = Offer.objects.get(code=code)
    contents = Contents(offer)
    pieces = [contents.newest(LETTER, kind) for kind in kinds_of(LETTER)]
    pieces.append(documents_piece(offer.versions.latest("number")))
    return [(piece.area, piece.kind, piece.digest) for piece in pieces]


def _tender_for(offer: Offer, employee_number: str) -> None:
    """The one who tendered already, through the same door as everyone."""
    holder = Holder.objects.get(employee_number=employee_number)
    at = receipt_instant(offer, holder, clock.now())
    actor = f"holder:{employee_number}"
    _value(open_sample(code=offer.code, holder=holder, actor=actor, at=at))
    shown = wording_digest(load(offer).terms)
    _value(give_consent(code=offer.code, holder=holder, shown=shown, actor=actor, at=at))
    view = holder_view(offer, holder, at)
    lines = tuple(
        LineFacts(option.grant.grant_number, option.grant.grant_date, option.price, option.outstanding)
        for option in view.eligible
    )
    submission = Submission(
        kind="election",
        channel="portal",
        employee_number=employee_number,
        signed=Signed(at=at),
        signature_name=holder.name_on_agreement,
        printed_name=holder.legal_name,
        email=holder.email,
        address=", ".join(cast.COMPANY["address"]),
        lines=lines,
        key=uuid.uuid4(),
    )
    _value(submit_form(code=offer.code, holder=holder, submission=submission, actor=ACTOR, at=at))


def _users() -> None:
    for number in cast.HOLDERS:
        holder = Holder.objects.get(employee_number=number)
        if holder.user is None:
            holder.user = User.objects.create_user(holder.email, cast.PASSWORD, name=holder.legal_name)
            holder.save(update_fields=["user"])
    for person in cast.STAFF:
        if not User.objects.filter(email=person.email).exists():
            user = User.objects.create_user(
                person.email,
                cast.PASSWORD,
                name=person.name,
                is_staff=True,
                employee_number=person.employee_number,
                is_no_employee=not person.employee_number,
            )
            user.groups.add(Group.objects.get_or_create(name=person.group)[0])
    if not User.objects.filter(is_superuser=True).exists():
        User.objects.create_superuser(
            "admin@larkfield.example", cast.PASSWORD, name="Administrator", is_no_employee=True
        )


def _sign_ins() -> list[cast.SignIn]:
    holders = Holder.objects.in_bulk(list(cast.HOLDERS), field_name="employee_number")
    people = [
        cast.SignIn(holders[number].legal_name, holders[number].email, cast.PASSWORD, sees)
        for number, sees in cast.HOLDERS.items()
    ]
    staff = [cast.SignIn(person.name, person.email, cast.PASSWORD, person.sees) for person in cast.STAFF]
    admin = cast.SignIn("Administrator", "admin@larkfield.example", cast.PASSWORD, "makes staff accounts")
    return [*people, *staff, admin]
