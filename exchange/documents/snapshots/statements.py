"""Papers that state: a holder's options, what the offer came to for them; a sample, and a marked copy."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from exchange.documents.snapshots.parts import GrantLine, Paper, RemarkedLine


class Sample(Paper):
    """kind `sample`: what a holder opens before consenting to electronic records. Nobody's, and invented."""

    lines: list[GrantLine]
    total: int


class StatedForm(TypedDict):
    """One form as a final statement lists it; `status` is effective, defective or rejected."""

    number: str
    is_withdrawal: bool
    received_at: datetime
    status: str


class StatedOption(RemarkedLine):
    """What became of one option: cancelled, or kept by its holder and why (`settlement.statements.Became`)."""

    became: str


class StatedPromise(TypedDict):
    """What became of one promised line: `shares` of the new option granted `on`; or lapsed `on`, held, or open."""

    grant_number: str
    cancelled: int
    promised: int
    became: str
    new_number: str
    shares: int
    on: date | None
    exercise_price: Decimal | None
    reason: str


class FinalStatement(Paper):
    """kind `final_statement`: what an offer has come to for one holder, also for one who did nothing.

    `outcome` is one of `settlement.statements.Outcome`; `reasons` say why a person could not take part. `ended_at` is
    the instant of acceptance or termination. `replaces` is the number of the statement before, or "".
    """

    outcome: str
    ended_at: datetime
    is_terminated: bool
    reasons: list[str]
    forms: list[StatedForm]
    options: list[StatedOption]
    promise_number: str
    promised_at: datetime | None
    lines: list[StatedPromise]
    total_cancelled: int
    total_promised: int
    total_granted: int
    total_lapsed: int
    total_held: int
    total_open: int
    replaces: str


class StatedLine(GrantLine):
    """One option on a statement. `granted` and `exercised` are the register's, before any split since the grant.

    `pair` is the split pair's name, or ""; `reason` says why the option is not eligible.
    """

    granted: int
    exercised: int
    expires_on: date
    pair: str
    is_eligible: bool
    reason: str


class OptionStatement(Paper):
    """kind `option_statement`: every option of a holder as of a day, those eligible first; and why others are not."""

    as_of: date
    expires_at: datetime
    portal_url: str
    person_reasons: list[str]
    eligible: list[StatedLine]
    total_eligible: int
    others: list[StatedLine]
    total: int
    count: int


class MarkedCopy(Paper):
    """kind `marked_copy`: a document of the offer with the changes of an amendment marked, of nobody's in particular.

    `body` is HTML that `offers.marking.paper_body` made: blocks and tables, nothing that runs, fetches or styles.
    """

    document_title: str
    previous_version: int
    body: str
