"""An open offer to many holders, each with three eligible options and signed in. Needs Django."""

import secrets
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from exchange.audit.actions import append
from exchange.cli.demo import cast
from exchange.cli.demo.dates import ZONE, dates
from exchange.cli.demo.words import DOCUMENTS
from exchange.elections import consent
from exchange.elections.models import ElectronicConsent
from exchange.interchange.apply import Source, import_grants, import_people
from exchange.interchange.schemas import GrantRow, PersonRow
from exchange.kernel import clock
from exchange.kernel.results import Refused
from exchange.market.reads import calendar
from exchange.offers.actions import Override, load_offer, open_offer
from exchange.offers.models import Offer
from exchange.offers.reads import load
from exchange.offers.rules import UNDER_THIRTY_DAYS
from exchange.people import models as people
from tests.bench.web import Holder

CODE = "BENCH"
SOURCE = Source("the benchmark's roster", "")
PRICES = (Decimal("18.40"), Decimal("12.75"), Decimal("7.25"))


def make(count: int) -> list[Holder]:
    """Load and open the offer through the product's own actions; answers its holders."""
    at = clock.now()
    period = dates(at, calendar())
    plain = cast.terms(CODE, period.commences_at.isoformat(), period.expires_at.isoformat(), ZONE, is_replay=False)
    _do(load_offer(plain=plain, documents=DOCUMENTS, actor="bench", at=at))
    _do(import_people([_person(number) for number in range(count)], source=SOURCE, actor="bench", at=at))
    grants = [_grant(number, line) for number in range(count) for line in range(len(PRICES))]
    _do(import_grants(grants, source=SOURCE, actor="bench", at=at))
    overrides = [Override(UNDER_THIRTY_DAYS, "A benchmark.")] if period.needs_override else []
    _do(open_offer(code=CODE, actor="bench", at=at, overrides=overrides))
    _consented(at)
    return _signed_in()


def _consented(at: datetime) -> None:
    """Everyone has consented to electronic records: asking for it is not what is measured."""
    loaded = load(Offer.objects.get(code=CODE))
    text = consent.wording(loaded.terms)
    rows = [
        ElectronicConsent(
            offer=loaded.offer,
            holder=holder,
            number=1,
            kind=ElectronicConsent.Kind.GIVEN,
            version=consent.VERSION,
            language="en-us",
            wording=text,
            at=at,
            actor="bench",
        )
        for holder in people.Holder.objects.all()
    ]
    with transaction.atomic():
        append(chain="bench", kind="consent.given", actor="bench", at=at, payload={}, rows=rows)


def _do(result: object) -> None:
    if isinstance(result, Refused):
        raise SystemExit(f"The sample was refused: {result.reasons}")


def _person(number: int) -> PersonRow:
    name = f"Holder {number:05}"
    email = f"holder{number}@bench.example"
    return PersonRow(0, f"B{number:05}", name, name, email, "US", "CA", "employee", date(2020, 1, 1), None, "Bench")


def _grant(number: int, line: int) -> GrantRow:
    granted_on = date(clock.now().year - 3, 2, 14)
    expires_on = granted_on.replace(year=granted_on.year + 10)
    return GrantRow(
        0, f"B{number:05}-{line}", f"B{number:05}", "2016-EIP", "NSO", granted_on, PRICES[line], 1000 + line, 0, 0,
        expires_on, "", None, None,
    )  # fmt: skip


def _signed_in() -> list[Holder]:
    """Accounts and sessions, made in bulk: signing in is not what is measured."""
    holders = list(people.Holder.objects.order_by("employee_number"))
    users = people.User.objects.bulk_create(
        [people.User(email=holder.email, name=holder.legal_name, password="!") for holder in holders]
    )
    for holder, user in zip(holders, users, strict=True):
        holder.user = user
    people.Holder.objects.bulk_update(holders, ["user"], batch_size=500)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    expires_at = clock.now() + timedelta(hours=8)
    sessions = [
        Session(
            session_key=secrets.token_hex(16),
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                    "account_authentication_methods": [{"method": "password", "at": clock.now().timestamp()}],
                    "account_authentication_methods_user": str(user.pk),
                }
            ),
            expire_date=expires_at,
        )
        for user in users
    ]
    Session.objects.bulk_create(sessions, batch_size=500)
    return [
        Holder(
            name=holder.name_on_agreement,
            email=holder.email,
            session=session.session_key,
            grants=tuple(f"{holder.employee_number}-{line}" for line in range(len(PRICES))),
        )
        for holder, session in zip(holders, sessions, strict=True)
    ]
