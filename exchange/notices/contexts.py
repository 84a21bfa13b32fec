"""What each letter is filled from: plain values, formatted by the templates. The rooms that know the facts fill them.

Instants are aware, prices and shares exact. Every letter has what `Common` has; the class of a letter names the rest.
`KINDS` pairs each kind of letter with its class.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, in the terms' words; empty texts where there is none."""

    name: str
    title: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every letter says: who writes, about which offer, to whom, where the portal is, whom to ask.

    `time_zone` is the offer's. `portal_url` is the address of the sign-in page; of all letters only the invitation
    carries a link that signs anyone in, and that only as it is sent (`notices.links`).
    """

    company: str
    offer_title: str
    offer_code: str
    time_zone: str
    portal_url: str
    holder_name: str
    contacts: tuple[Contact, ...]
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One option: its grant number and the shares the letter speaks of; `reason` in words where it needs one."""

    grant_number: str
    shares: int
    grant_date: date | None = None
    exercise_price: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation(Common):
    """To one whom staff invite to the site. `link` is the placeholder of their link, which works until `link_ends_at`.

    `deadline` where the offer is open. `has_account`: they have a sign-in of the desk's already, and keep it.
    """

    link: str
    link_ends_at: datetime
    address: str
    deadline: datetime | None
    has_account: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInNotice(Common):
    """Something about a holder's sign-in happened; it holds no code and no link.

    `what` is one of by_code, passkey_added, passkey_removed, app_added, app_removed, codes_made, password_set, moved.
    """

    what: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOpened(Common):
    """To every eligible person at commencement. `eligible_count` is how many of their options are eligible."""

    deadline: datetime
    eligible_count: int
    eligible_shares: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferExtended(Common):
    """To every eligible person. `tendered_shares` is about how many shares have been tendered so far."""

    previous_deadline: datetime
    deadline: datetime
    tendered_shares: int
    has_tendered: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an amendment changed: what it is, and what it says before and now."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAmended(Common):
    """The cover letter of a new version of the offer, to everyone whom it concerns.

    `summary` is the company's own words, '' where it gave none. `previous_deadline` where the deadline was another
    before. `eligible_count` is how many options the offer as amended reaches; none may be left.
    """

    summary: str
    changes: tuple[Change, ...]
    has_marked_copies: bool
    previous_deadline: datetime | None
    deadline: datetime
    tendered_shares: int
    has_tendered: bool
    eligible_count: int
    eligible_shares: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerminated(Common):
    """To every eligible person. `reason` is the company's, in its words."""

    terminated_at: datetime
    reason: str
    has_tendered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Common):
    """To every eligible person, so many business days before the deadline; 0 is the day itself."""

    deadline: datetime
    business_days_left: int
    has_tendered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReceived(Common):
    """What every letter about one form says. `form_number` is its confirmation number."""

    form_number: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionReceived(FormReceived):
    """An effective Election Form. `not_tendered` are lines of it that do not stand, each with its reason.

    `proof_is_waiting`: it came with a proof of authority or of a changed name that staff have not judged yet.
    """

    deadline: datetime
    replaces: str
    tendered: tuple[Line, ...]
    total_shares: int
    kept_count: int
    not_tendered: tuple[Line, ...] = ()
    proof_is_waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalReceived(FormReceived):
    """An effective Notice to Withdraw. `may_tender_again` while the offer is open."""

    deadline: datetime
    may_tender_again: bool
    proof_is_waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLate(FormReceived):
    """A form received at or after its end: the deadline for an Election Form, acceptance for a Notice.

    `is_withdrawal` tells which; `ended_at` is that instant. `may_withdraw` while withdrawal is still open.
    """

    is_withdrawal: bool
    ended_at: datetime
    may_withdraw: bool
    had_tendered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRecordedAfter(FormReceived):
    """An effective form, recorded when options had been accepted, or the offer terminated, at `ended_at`."""

    is_withdrawal: bool
    recorded_at: datetime
    is_terminated: bool
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefective(FormReceived):
    """A form with defects, not in force. `defects` are sentences; `cure_by` the day staff set, where there is one.

    `is_rejected` where it can never take effect; else it does not until the defects are cured or waived.
    """

    is_withdrawal: bool
    is_rejected: bool
    defects: tuple[str, ...]
    deadline: datetime
    is_open: bool
    cure_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CureAsked(FormReceived):
    """A defect that the holder may cure by a day; `asked` is what staff ask for, `grant_number` '' for the form's own.

    `is_open` while a new form can be signed instead.
    """

    is_withdrawal: bool
    grant_number: str
    defect: str
    asked: str
    cure_by: date
    deadline: datetime
    is_open: bool


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsAccepted(Common):
    """Acceptance and cancellation; also to a holder none of whose options was taken. A reason for each not taken.

    `promise_due_on` and `earliest_grant_on` only matter where something was accepted.
    """

    accepted_at: datetime
    cancelled_on: date
    accepted: tuple[Line, ...]
    total_shares: int
    not_accepted: tuple[Line, ...]
    promise_due_on: date
    earliest_grant_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseReady(Common):
    """The Promise to Grant, attached."""

    promise_number: str
    total_shares: int
    earliest_grant_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsGranted(Common):
    """New options were granted; an option agreement to sign for each."""

    granted_on: date
    exercise_price: Decimal
    grants: tuple[Line, ...]
    total_shares: int
    vested_at_grant: Fraction
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(Common):
    """Option agreements are signed, and their options released; the signed copies are attached.

    `signed_at` in the portal, else `signed_on`, the date the paper bears. `unsigned_count` are those still open.
    """

    grants: tuple[Line, ...]
    total_shares: int
    signed_at: datetime | None = None
    signed_on: date | None = None
    unsigned_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLapsed(Common):
    """Lines of a promise that will never become a grant, each with its reason in words."""

    promise_number: str
    lapsed_on: date
    lapsed: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAnswered(Common):
    """Staff answered what the holder reported. The answer itself is read in the portal: a letter is a public filing.

    `about` and `outcome` in words; `is_closed` unless it is still being looked into.
    """

    report_number: int
    reported_at: datetime
    about: str
    outcome: str
    is_closed: bool


KINDS: dict[str, type[Common]] = {
    "invitation": Invitation,
    "sign_in_notice": SignInNotice,
    "offer_opened": OfferOpened,
    "offer_extended": OfferExtended,
    "offer_amended": OfferAmended,
    "offer_terminated": OfferTerminated,
    "reminder": Reminder,
    "election_received": ElectionReceived,
    "withdrawal_received": WithdrawalReceived,
    "form_late": FormLate,
    "form_recorded_after": FormRecordedAfter,
    "form_defective": FormDefective,
    "cure_asked": CureAsked,
    "defect_decided": DefectDecided,
    "options_accepted": OptionsAccepted,
    "promise_ready": PromiseReady,
    "options_granted": OptionsGranted,
    "agreement_signed": AgreementSigned,
    "promise_lapsed": PromiseLapsed,
    "report_answered": ReportAnswered,
}
