"""What the pages on consent to electronic records, and on signing on paper instead, show."""

from dataclasses import dataclass
from typing import Literal

from exchange.elections.consent import Section
from exchange.portal.pages import Fact

State = Literal["asked", "changed", "given", "withdrawn"]


@dataclass(frozen=True)
class ConsentPage:
    """`then` says where agreeing leads; `told` is what stands about this person's consent."""

    state: State
    told: tuple[str, ...]
    sections: tuple[Section, ...]
    version: str
    sample_url: str
    sample_state: str
    then: str
    agree_text: str
    withdraw_url: str
    paper_url: str


@dataclass(frozen=True)
class WithdrawConsentPage:
    told: tuple[str, ...]
    back_url: str


@dataclass(frozen=True)
class OnPaperPage:
    """How to sign on paper; `heading` says why one is here."""

    heading: str
    told: tuple[str, ...]
    routes: tuple[Fact, ...]
    forms: tuple[tuple[str, str], ...]  # what can be printed now: its words and its address
    consent_url: str
    consent_text: str
