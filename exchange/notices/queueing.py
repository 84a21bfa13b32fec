"""A letter becomes a row of the outbox: its address and subject checked, its Message-ID fixed for good."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from exchange.kernel import canonical
from exchange.notices.letters import VERSIONS
from exchange.notices.models import Message, State

NOTICES = UUID("8a7d4c52-3b52-4a0e-9a7c-6a3f0f1d5e64")  # what the ids of notices are made under; ours alone


def notice_id(key: str) -> UUID:
    """The id of a notice: known before it is written down, so that the letter itself can say it."""
    return uuid5(NOTICES, key)


@dataclass(frozen=True, slots=True)
class Letter:
    """One finished letter. `key` names it for ever: (kind, what it is about, and the deadline where it names one).

    `wording_number` and `content_digest` say which approved words it was made from; `is_held` where they wait for
    counsel. `calendar` is the calendar file that goes with it, '' for none.
    """

    key: str
    kind: str
    offer_key: str
    owner_key: str
    to_address: str
    subject: str
    text: str
    html: str
    paper_ids: tuple[UUID, ...] = ()
    names_deadline: datetime | None = None
    is_replay: bool = False
    wording_number: int = 0
    content_digest: str = ""
    is_held: bool = False
    calendar: str = ""


def _one_line(value: str, what: str) -> str:
    """The value, if it can stand in a header; a line break or another control character is refused."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise ValueError(f"{what} holds a line break or another control character")
    return value


def sender_domain() -> str:
    """Our own domain, from the address that letters come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def message_of(letter: Letter, at: datetime) -> Message:
    """The row of a letter, not yet saved.

    A header that could be forged is refused (ValueError). An address that is none stops nobody's transaction: the
    letter is kept as given up, for staff to see.
    """
    message = Message(
        id=notice_id(letter.key),
        key=letter.key,
        kind=letter.kind,
        template_version=VERSIONS.get(letter.kind, 0),
        wording_number=letter.wording_number,
        content_digest=letter.content_digest,
        offer_key=letter.offer_key,
        owner_key=letter.owner_key,
        to_address=_one_line(letter.to_address.strip(), "the address"),
        subject=_one_line(letter.subject, "the subject"),
        text=letter.text,
        html=letter.html,
        attachments=[str(paper_id) for paper_id in letter.paper_ids],
        names_deadline=letter.names_deadline,
        is_replay=letter.is_replay,
        calendar=letter.calendar,
        state=State.HELD if letter.is_held else State.QUEUED,
        message_id=f"<{canonical.digest(letter.key)[:40]}@{sender_domain()}>",
        queued_at=at,
        next_attempt_at=at,
    )
    try:
        validate_email(message.to_address)
    except ValidationError:
        message.state = State.FAILED
        message.last_error = "InvalidAddress"
    return message
