"""What each page shows, as plain values. Templates read these and nothing else; `present` makes them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Mark = Literal["", "done", "time", "lost", "act"]


@dataclass(frozen=True)
class Contact:
    """A named person who answers, and how to reach them."""

    name: str
    title: str
    phone: str
    email: str = ""
    fax: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Strip:
    """The deadline strip: what is counted down to, by the server's clock, and the state of their election."""

    server_now: datetime
    closes_at: datetime
    left: str
    urgency: Literal["", "soon", "over"]
    label: str
    election: str
    election_more: str = ""
    counts_down: bool = True
    left_label: str = ""
    closes_more: str = ""


@dataclass(frozen=True)
class Chrome:
    """The frame of every page of one offer."""

    company: str
    offer_title: str
    offer_code: str
    zone: str
    is_replay: bool
    questions: tuple[Contact, ...]
    paper: Contact | None
    paper_address: tuple[str, ...]
    strip: Strip | None


@dataclass(frozen=True)
class Banner:
    """Something that changed, or that one must know before reading on."""

    title: str
    text: str
    kind: Mark = "act"
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of a summary list."""

    name: str
    value: str
    more: str = ""


@dataclass(frozen=True)
class Task:
    """One thing to do, or done, on the offer's home."""

    title: str
    more: str
    tag: str
    mark: Mark = ""
    url: str = ""


@dataclass(frozen=True)
class Option:
    """One grant as the holder sees it. Shares are outstanding shares; `reasons` say why it is not eligible."""

    grant_number: str
    granted_on: date
    plan: str
    option_type: str
    exercise_price: Decimal
    shares: int
    expires_on: date
    reasons: tuple[str, ...] = ()
    status: str = ""
    pair: str = ""


@dataclass(frozen=True)
class Choice:
    """One thing to tick: a grant, or both halves of a split pair."""

    value: str
    title: str
    options: tuple[Option, ...]

    @property
    def shares(self) -> int:
        return sum(option.shares for option in self.options)

    @property
    def is_pair(self) -> bool:
        return len(self.options) > 1


@dataclass(frozen=True)
class Difference:
    """How one form differs from another, grant by grant."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One grant on a signed form; `problem` says why the line does not stand."""

    grant_number: str
    granted_on: date | None
    exercise_price: Decimal | None
    shares: int | None
    problem: str = ""
    option_type: str = ""


@dataclass(frozen=True)
class SignedForm:
    """One form of the history, or in full on its own page."""

    number: str
    kind: Literal["election", "withdrawal"]
    title: str
    received_at: datetime
    signed: str
    channel: str
    status: str
    mark: Mark
    status_more: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    url: str = ""
    receipt_url: str = ""
    certificate_url: str = ""
    facts: tuple[Fact, ...] = ()
    acknowledgments: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(line.shares or 0 for line in self.lines if not line.problem)


@dataclass(frozen=True)
class Outcome:
    """One tendered grant at acceptance: cancelled, or why not."""

    grant_number: str
    granted_on: date
    exercise_price: Decimal
    shares: int
    reason: str = ""


@dataclass(frozen=True)
class Paper:
    """A document to open."""

    title: str
    url: str
    more: str = ""


# Pages: what one template reads besides its frame.


@dataclass(frozen=True)
class OptionsPage:
    person_reason: str
    eligible: tuple[Option, ...]
    eligible_caption: str
    eligible_total: int
    cancelled: tuple[Option, ...]
    ineligible: tuple[Option, ...]
    choose_url: str


@dataclass(frozen=True)
class ClosedPage:
    heading: str
    paragraphs: tuple[str, ...]
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class HistoryPage:
    forms: tuple[SignedForm, ...]


@dataclass(frozen=True)
class FormPage:
    form: SignedForm


@dataclass(frozen=True)
class OutcomePage:
    lede: str
    cancelled: tuple[Outcome, ...]
    total: int
    not_accepted: tuple[Outcome, ...]
    promise_url: str
    promise_text: str
