"""What the letters about one form are filled from; `contexts` has the rest, and pairs each with its kind of letter."""

from dataclasses import dataclass
from datetime import date, datetime

from exchange.notices.context_parts import Change, Common, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReceived(Common):
    """What every letter about one form says. `form_number` is its confirmation number."""

    form_number: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionReceived(FormReceived):
    """An effective Election Form. `not_tendered` are lines of it that do not stand, each with its reason.

    `proof_is_waiting`: it came with a proof of authority or of a changed name that staff have not judged yet.
    `has_expired` where it was recorded after the deadline. `is_overtaken` where a form received later counts instead:
    `in_force` is the number of the one that is, '' for none.
    """

    deadline: datetime
    replaces: str
    tendered: tuple[Line, ...]
    total_shares: int
    kept_count: int
    not_tendered: tuple[Line, ...] = ()
    proof_is_waiting: bool = False
    has_expired: bool = False
    is_overtaken: bool = False
    in_force: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalReceived(FormReceived):
    """An effective Notice to Withdraw. `may_tender_again` while the offer is open; the rest as `ElectionReceived`."""

    deadline: datetime
    may_tender_again: bool
    proof_is_waiting: bool = False
    is_overtaken: bool = False
    in_force: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLate(FormReceived):
    """A form received at or after its end: the deadline for an Election Form, acceptance for a Notice, termination.

    `is_withdrawal` tells which; `ended_at` is that instant. `may_withdraw` while withdrawal is still open. `deadline`
    where the offer was extended since, and this form stays late. `had_tendered` is as it is now. `terminated_at`
    where the offer was terminated, before the form came (then it is `ended_at`) or since.
    """

    is_withdrawal: bool
    ended_at: datetime
    may_withdraw: bool
    had_tendered: bool
    deadline: datetime | None = None
    terminated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRecordedAfter(FormReceived):
    """An effective form, recorded when options had been accepted, or the offer terminated, at `ended_at`."""

    is_withdrawal: bool
    recorded_at: datetime
    is_terminated: bool
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefective(FormReceived):
    """A form with defects, not in force. `defects` are sentences.

    `is_rejected` where it can never take effect; else it does not until the defects are cured or waived, and not any
    more once the offer `has_ended`: its tenders accepted, or itself terminated. `is_open` while the sender can sign
    another form, `may_withdraw` while a Notice in place of this one; `opens_at` before the offer opens. `deadline` is
    no more than what was announced where the offer was terminated.
    """

    is_withdrawal: bool
    is_rejected: bool
    defects: tuple[str, ...]
    deadline: datetime
    is_open: bool
    may_withdraw: bool
    has_ended: bool
    is_not_eligible: bool
    opens_at: datetime | None = None
    terminated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMended(FormReceived):
    """A paper form had been copied wrongly, and its entry was mended: to its holder, and to whose it is not.

    `changes` is what the two entries say differently, `problems` what is wrong with the form as it is now. The form
    `in_force` may be another one or none (''), before as now. `may_sign` while the offer is open.
    """

    entry_number: str
    is_withdrawal: bool
    was_theirs: bool
    is_theirs: bool
    changes: tuple[Change, ...]
    problems: tuple[str, ...]
    is_in_force: bool
    tendered: tuple[Line, ...]
    in_force_before: str
    in_force: str
    has_ended: bool
    may_sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CureAsked(FormReceived):
    """A defect that the holder may cure by a day; `asked` is what staff ask for, `grant_number` '' for the form's own.

    `is_open` while a new form can be signed instead, `may_withdraw` while a new Notice can.
    """

    is_withdrawal: bool
    grant_number: str
    defect: str
    asked: str
    cure_by: date
    deadline: datetime
    is_open: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectDecided(FormReceived):
    """What was decided of a defect, where no receipt says it all: rejected, or gone while something else is left.

    `verdict` is cured, waived or rejected; `grants` are the options it is about, none for the form as a whole.
    `reason` is staff's for a rejection. `remaining` are sentences on what else the form lacks; `tendered` the options
    that an effective form now tenders. `is_open` while a new form can be signed, `may_withdraw` while a Notice can.
    """

    is_withdrawal: bool
    verdict: str
    grants: tuple[str, ...]
    defect: str
    reason: str
    is_effective: bool
    remaining: tuple[str, ...]
    tendered: tuple[Line, ...]
    total_shares: int
    deadline: datetime
    is_open: bool
    may_withdraw: bool
