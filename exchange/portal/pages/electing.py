"""What the pages from choosing to the confirmation show."""

from dataclasses import dataclass, field
from datetime import datetime

from exchange.portal.pages import Difference, Fact, Line, Mark, SignedForm


@dataclass(frozen=True)
class Changes:
    """How what is chosen differs from the form in force: a sentence, and grant by grant."""

    number: str
    sentence: str
    is_none: bool
    grants: Difference


@dataclass(frozen=True)
class ChoosePage:
    """`changes` only where a form is in force; `words` are what the script says as ticks change, as JSON."""

    replaces: str
    ineligible_count: int
    is_draft: bool = False
    changes: Changes | None = None
    words: str = ""


@dataclass(frozen=True)
class SignerPart:
    """Who signs, on the pages where one signs: the link to change it, and what is stated so far."""

    url: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class ReviewPage:
    change_url: str
    is_late: bool
    facts: tuple[Fact, ...]
    lines: tuple[Line, ...]
    total: int
    acknowledgments: tuple[str, ...]
    kept: tuple[Line, ...]
    changes: Changes | None
    earliest_grant_on: str
    expires: str
    signer: SignerPart
    ask_url: str


@dataclass(frozen=True)
class WithdrawPage:
    until: str
    choose_url: str
    retender: str
    no_tender: bool
    facts: tuple[Fact, ...]
    lines: tuple[Line, ...]
    total: int
    acknowledgments: tuple[str, ...]
    signer: SignerPart
    ask_url: str


@dataclass(frozen=True)
class SignerPage:
    """Who signs, where it is not the holder under the name on the agreement; `proof` is what is uploaded already."""

    holder: str
    back_url: str
    proof: str
    is_stated: bool
    takes_files: bool


@dataclass(frozen=True)
class ArrivedPage:
    """Whether a form came of one press of Sign; without a form, `again_url` leads back to signing."""

    heading: str
    told: tuple[str, ...]
    number: str
    received_at: datetime | None
    url: str
    link: str


@dataclass(frozen=True)
class ChangedPage:
    what_happened: str
    in_force_title: str
    in_force_facts: tuple[Fact, ...]
    difference: Difference | None
    again_url: str


@dataclass(frozen=True)
class DonePage:
    heading: str
    mark: Mark
    form: SignedForm
    paragraphs: tuple[str, ...]
    next: tuple[str, ...]
    tendered: tuple[Line, ...] = ()
    tendered_caption: str = ""
    kept: tuple[Line, ...] = ()
    kept_caption: str = ""
    change_text: str = ""
    change_url: str = ""
    change_link: str = ""
    withdraw_url: str = ""
    remarks: tuple[str, ...] = field(default=())
