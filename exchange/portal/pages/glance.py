"""The offer at a glance: home, documents, notices, and what one reports as missing or wrong."""

from dataclasses import dataclass
from datetime import datetime

from exchange.portal.pages import Banner, Fact, Mark, Paper, Task


@dataclass(frozen=True)
class Dated:
    """One dated fact of the timeline. `is_fixed` is false for what is only counted from something still to come."""

    name: str
    value: str
    more: str
    is_fixed: bool
    is_past: bool


@dataclass(frozen=True)
class StandingStep:
    """One stage of the holder's election: its name, how far it has come in a word, and what that means."""

    title: str
    tag: str
    mark: Mark
    more: tuple[str, ...] = ()
    url: str = ""
    link_text: str = ""
    is_reached: bool = False


@dataclass(frozen=True)
class HomePage:
    banners: tuple[Banner, ...]
    heading: str
    lede: str
    action_url: str
    action_text: str
    withdraw_url: str
    standing: str
    steps: tuple[StandingStep, ...]
    decided: tuple[Fact, ...]
    tasks: tuple[Task, ...]
    dates: tuple[Dated, ...]
    notices_url: str
    notices_text: str
    report_url: str


@dataclass(frozen=True)
class OlderVersion:
    """An earlier version of the offer's documents, with when it was replaced."""

    title: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class DocumentsPage:
    version: str
    papers: tuple[Paper, ...]
    marked: tuple[Paper, ...]
    older: tuple[OlderVersion, ...]
    terms: tuple[Fact, ...]
    dates: tuple[Dated, ...]
    own: tuple[Paper, ...]


@dataclass(frozen=True)
class NoticeRow:
    """One letter in the list; `is_new` until its reader has opened it."""

    subject: str
    made_at: datetime
    state: str
    mark: Mark
    url: str
    is_new: bool


@dataclass(frozen=True)
class NoticesPage:
    notices: tuple[NoticeRow, ...]
    unread: str


@dataclass(frozen=True)
class NoticePage:
    """One letter as it was written; `text` is its plain part. `warning` where it names a deadline that has moved."""

    subject: str
    warning: str
    facts: tuple[Fact, ...]
    text: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class ReportAnswer:
    outcome: str
    at: datetime
    text: str


@dataclass(frozen=True)
class ReportRow:
    """What the holder reported, and what was answered, newest answer last."""

    number: int
    title: str
    at: datetime
    status: str
    mark: Mark
    text: str
    answers: tuple[ReportAnswer, ...] = ()


@dataclass(frozen=True)
class ReportsPage:
    reports: tuple[ReportRow, ...]
    wrong_url: str
    missing_url: str


@dataclass(frozen=True)
class ReportPage:
    """The form to report with. `facts` are what is on file now, where that helps."""

    heading: str
    lede: str
    facts: tuple[Fact, ...]
    button: str
    back_url: str
    back_text: str
