"""A big offer in its last days, made in bulk: so many holders with six options each, forms of most. Needs Django.

People, options and the offer come through the product's own actions. Forms, invitations and letters are written as the
actions write them (the same rows, sealed, one event for each form on its holder's chain), many in one statement: so
that `verify_ledger` finds nothing, and it takes a minute instead of an hour.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from exchange.audit.models import AuditEvent, ChainHead, SealedRow
from exchange.cli.demo import cast
from exchange.cli.demo.dates import ZONE
from exchange.cli.demo.words import DOCUMENTS
from exchange.elections import records
from exchange.elections.actions.settle import judgement_row
from exchange.elections.models import Judgement
from exchange.elections.reads import Judged, JudgedLine
from exchange.elections.records import Submission
from exchange.elections.rules import LineFacts, Signed
from exchange.interchange.apply import Source, import_grants, import_people
from exchange.interchange.schemas import GrantRow, PersonRow
from exchange.kernel import canonical, clock
from exchange.kernel.results import Refused, Result
from exchange.notices.models import Message, State
from exchange.offers.actions import Override, load_offer, open_offer
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, load
from exchange.offers.rules import RULES
from exchange.people.models import Holder, Invitation, InvitationUse, User

CODE = "BIG"
GRANTS_EACH = 6
PRICES = tuple(Decimal(price) for price in ("18.40", "12.75", "7.25", "31.10", "24.50", "9.99", "1.10"))
PLANS = ("2016-EIP", "2012-SOP")
DEPARTMENTS = ("Engineering", "Manufacturing", "Sales", "Quality", "Finance", "Support", "Legal", "")
SOURCE = Source("the benchmark's roster", "")
BATCH = 1000
ACTOR = "bench"


@dataclass
class Bulk:
    """Events and the rows they vouch for, written many at once; chains begin here or go on from their heads.

    Every event names the newest one that stood before this bulk, as events do that are written side by side.
    """

    seen: list[object]
    now: datetime
    heads: dict[str, tuple[int, str]]
    events: list[AuditEvent] = field(default_factory=list)
    rows: list[list[SealedRow]] = field(default_factory=list)

    @classmethod
    def start(cls) -> "Bulk":
        newest = AuditEvent.objects.latest("pk")
        heads = {head.chain: (head.length, head.digest) for head in ChainHead.objects.all()}
        return cls([newest.pk, newest.digest], clock.now(), heads)

    def add(self, chain: str, kind: str, at: datetime, rows: Sequence[SealedRow], **payload: object) -> None:
        length, previous = self.heads.get(chain, (0, ""))
        sealed = {"count": len(rows), "root": canonical.root([row.seal() for row in rows])}
        event = AuditEvent(
            chain=chain,
            number=length + 1,
            kind=kind,
            actor=ACTOR,
            at=at,
            recorded_at=self.now,
            payload=canonical.dumps({**payload, "seen": self.seen, "sealed": sealed}),
            previous=previous,
        )
        event.digest = canonical.digest(event.content())
        self.heads[chain] = (event.number, event.digest)
        self.events.append(event)
        self.rows.append(list(rows))

    def write(self) -> None:
        """Everything in a few statements, parents before children."""
        AuditEvent.objects.bulk_create(self.events, batch_size=BATCH)
        tables: dict[type[SealedRow], list[SealedRow]] = {}
        for event, rows in zip(self.events, self.rows, strict=True):
            for row in rows:
                row.event = event
                tables.setdefault(type(row), []).append(row)
        for model, members in tables.items():
            model._default_manager.bulk_create(members, batch_size=BATCH)
        ChainHead.objects.bulk_create(
            [
                ChainHead(chain=chain, length=self.heads[chain][0], digest=self.heads[chain][1])
                for chain in {event.chain for event in self.events}
            ],
            update_conflicts=True,
            unique_fields=["chain"],
            update_fields=["length", "digest"],
            batch_size=BATCH,
        )


def make(holders: int, *, is_over: bool = False) -> Offer:
    """Load and open the offer, then its invitations, letters and forms of most holders, spread over its days.

    Of a hundred holders 96 are invited, 92 have signed in, 80 have elected (one with a line that does not stand, one
    whose form waits for a decision) and 6 of those withdrew. `is_over`: the offer expired an hour ago.
    """
    now = clock.now().replace(microsecond=0)
    expires_at = now - timedelta(hours=1) if is_over else now + timedelta(days=6)
    commences_at = expires_at - timedelta(days=29)
    plain = cast.terms(CODE, commences_at.isoformat(), expires_at.isoformat(), ZONE, is_replay=False)
    plain["eligibility"]["plans"] = list(PLANS)
    plain["plans"].append({"code": PLANS[1], "name": "2012 Stock Option Plan", "shares_available": 0})
    _do(load_offer(plain=plain, documents=DOCUMENTS, actor=ACTOR, at=commences_at))
    people = [_person(number) for number in range(holders)]
    grants = [_grant(number, line) for number in range(holders) for line in range(GRANTS_EACH)]
    _do(import_people(people, source=SOURCE, actor=ACTOR, at=commences_at))
    _do(import_grants(grants, source=SOURCE, actor=ACTOR, at=commences_at))
    every = [Override(rule, "A benchmark.") for rule in RULES]
    _do(open_offer(code=CODE, actor=ACTOR, at=commences_at, overrides=every))
    loaded = load(Offer.objects.get(code=CODE))
    with transaction.atomic():
        _fill(loaded, commences_at, min(now, expires_at) - timedelta(minutes=5))
    return loaded.offer


def _do(result: Result[object]) -> None:
    if isinstance(result, Refused):
        raise SystemExit(f"The sample was refused: {result.reasons}")


def _person(number: int) -> PersonRow:
    name = f"Holder {number:05}"
    role = "executive_officer" if number % 500 == 499 else "employee"
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    email = f"holder{number}@big.example"
    return PersonRow(0, f"B{number:05}", name, name, email, "US", "CA", role, date(2015, 1, 1), None, department)


def _grant(number: int, line: int) -> GrantRow:
    granted_on = date(clock.now().year - 3 - line % 3, 2, 14)
    price = PRICES[(number + line) % len(PRICES)]
    return GrantRow(
        0, f"B{number:05}-{line}", f"B{number:05}", PLANS[line % 2], "NSO", granted_on, price, 1000 + line, 0, 0,
        granted_on.replace(year=granted_on.year + 10), "", None, None,
    )  # fmt: skip


def _fill(loaded: Loaded, start: datetime, end: datetime) -> None:
    holders = list(Holder.objects.order_by("employee_number").prefetch_related("grants"))
    users = User.objects.bulk_create(
        [
            User(
                email=holder.email,
                name=holder.legal_name,
                password="!",
                last_login=start + (end - start) * (place % 100) / 100 if place % 100 < 92 else None,
                must_set_up=place % 100 >= 92,
            )
            for place, holder in enumerate(holders)
        ],
        batch_size=BATCH,
    )
    for holder, user in zip(holders, users, strict=True):
        holder.user = user
    invited = [holder for place, holder in enumerate(holders) if place % 100 < 96]
    Holder.objects.bulk_update(invited, ["user"], batch_size=500)
    bulk = Bulk.start()
    invitations = [
        Invitation(
            holder=holder,
            user=holder.user,
            to_address=holder.email,
            offer_code=CODE,
            invited_by=ACTOR,
            invited_at=start,
            expires_at=start + timedelta(days=14),
        )
        for holder in invited
    ]
    bulk.add(f"offer:{CODE}", "holders.invited", start, invitations)
    messages = [_letter(holder, "invitation", f"invitation:{holder.employee_number}", start) for holder in invited]
    writer = _Forms(loaded, bulk)
    for place, holder in enumerate(holders):
        part = place % 100
        if part < 92:
            bulk.add(
                f"sign-in:{holder.user_id}",
                "invitation.used",
                start,
                [InvitationUse(invitation=invitations[place - place // 100 * 4], used_at=start)],
            )
        if part < 80:
            messages += writer.of(holder, part, start + (end - start) * ((place * 37) % 1000) / 1001)
    bulk.write()
    Message.objects.bulk_create(messages, batch_size=500)


@dataclass
class _Forms:
    loaded: Loaded
    bulk: Bulk
    written: int = 0

    def of(self, holder: Holder, part: int, at: datetime) -> Iterator[Message]:
        """The forms of one holder: an Election Form, and for some a Notice an hour later."""
        grants = [
            grant for grant in holder.grants.all() if grant.exercise_price >= self.loaded.terms.minimum_exercise_price
        ]
        lines = tuple(
            LineFacts(grant.grant_number, grant.grant_date, grant.exercise_price, grant.outstanding)
            for grant in grants[: 3 + part % 4]
        )
        odd = part in {0, 1}
        channel = "fax" if odd else "portal"
        defects: dict[int, tuple[tuple[str, ...], str]] = {0: (("undated",), "defective")}
        codes, status = defects.get(part, ((), "effective"))
        judged = Judged(
            status,
            codes,
            tuple(
                JudgedLine(line.grant_number, *(("defective", ("mismatch",)) if broken else ("tendered", ())))
                for place, line in enumerate(lines)
                for broken in [part == 1 and place == 0]
            ),
        )
        first = self._take(holder, "election", channel, lines, judged, at, sequence=1, previous="", against="")
        yield _letter(holder, "election_received", f"election_received:{CODE}:{first[0]}", at)
        if 10 <= part < 16:
            later = at + timedelta(minutes=4)
            found = Judged("effective", (), ())
            number, previous = first
            notice = self._take(
                holder, "withdrawal", "portal", (), found, later, sequence=2, previous=previous, against=number
            )
            yield _letter(holder, "withdrawal_received", f"withdrawal_received:{CODE}:{notice[0]}", later)

    def _take(
        self,
        holder: Holder,
        kind: str,
        channel: str,
        lines: tuple[LineFacts, ...],
        judged: Judged,
        at: datetime,
        *,
        sequence: int,
        previous: str,
        against: str,
    ) -> tuple[str, str]:
        self.written += 1
        number = f"{CODE}-{self.written:06}"
        is_undated = "undated" in judged.defects
        submission = Submission(
            kind=kind,
            channel=channel,
            employee_number=holder.employee_number,
            signed=Signed() if is_undated else Signed(at=at),
            signature_name=holder.name_on_agreement,
            lines=lines,
            number=number,
            received_at=at,
            printed_name=holder.legal_name,
            email=holder.email,
            address="1200 Foundry Way",
            key=uuid.uuid4() if channel == "portal" else None,
        )
        written = records.write(
            submission,
            loaded=self.loaded,
            version=self.loaded.version,
            document_digests=[document.sha256 for document in self.loaded.documents],
            number=number,
            holder_id=holder.pk,
            sequence=sequence,
            previous_digest=previous,
            against=against,
            received_at=at,
            recorded_at=at,
            recorded_by=ACTOR,
        )
        judgement = judgement_row(
            written.form, judged, number=1, cause=Judgement.Cause.RECORDED, at=at, known=sequence - 1
        )
        rows = [written.form, *written.lines, judgement]
        self.bulk.add(f"holder:{holder.employee_number}", "form.submitted", at, rows, form=number)
        return number, written.form.record_digest


def _letter(holder: Holder, kind: str, key: str, at: datetime) -> Message:
    """A letter that went out, but for a few: every thousandth was given up, every four hundredth waits."""
    place = int(holder.employee_number[1:])
    state = State.FAILED if place % 1000 == 7 else State.QUEUED if place % 400 == 11 else State.SENT
    return Message(
        key=key,
        kind=kind,
        template_version=1,
        offer_key=CODE,
        owner_key=f"holder:{holder.employee_number}",
        to_address=holder.email,
        subject=f"{kind.replace('_', ' ').capitalize()} – {CODE}",
        text="A letter of the benchmark.\n" * 30,
        html="<p>A letter of the benchmark.</p>" * 60,
        message_id=f"<{canonical.digest(key)[:40]}@big.example>",
        state=state,
        queued_at=at,
        next_attempt_at=at,
        sent_at=at + timedelta(seconds=2) if state == State.SENT else None,
        last_error="TimeoutError" if state == State.FAILED else "",
    )
