"""What each letter is filled from: plain values, formatted by the templates. The rooms that know the facts fill them.

Instants are aware, prices and shares exact. Every letter has what `Common` has; the class of a letter names the rest.
`KINDS` pairs each kind of letter with its class.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from exchange.notices.context_parts import Change as Change
from exchange.notices.context_parts import Common as Common
from exchange.notices.context_parts import Contact as Contact
from exchange.notices.context_parts import Line as Line
from exchange.notices.form_contexts import CureAsked as CureAsked
from exchange.notices.form_contexts import DefectDecided as DefectDecided
from exchange.notices.form_contexts import ElectionReceived as ElectionReceived
from exchange.notices.form_contexts import FormDefective as FormDefective
from exchange.notices.form_contexts import FormLate as FormLate
from exchange.notices.form_contexts import FormMended as FormMended
from exchange.notices.form_contexts import FormReceived as FormReceived
from exchange.notices.form_contexts import FormRecordedAfter as FormRecordedAfter
from exchange.notices.form_contexts import WithdrawalReceived as WithdrawalReceived


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
    """To every eligible person, and whoever has a tender in force: the offer may reach none of theirs any more.

    `tendered_shares` is about how many shares have been tendered so far.
    """

    previous_deadline: datetime
    deadline: datetime
    tendered_shares: int
    has_tendered: bool
    reaches_none: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAmended(Common):
    """The cover letter of a new version of the offer, to everyone whom it concerns.

    `summary` is the company's own words, '' where it gave none. `previous_deadline` where the deadline was another
    before. `has_attached_copies` where copies of what changed are PDFs too, attached unless they are large.
    `eligible_count` is how many options the offer as amended reaches; none may be left.
    """

    summary: str
    changes: tuple[Change, ...]
    has_marked_copies: bool
    has_attached_copies: bool
    previous_deadline: datetime | None
    deadline: datetime
    tendered_shares: int
    has_tendered: bool
    eligible_count: int
    eligible_shares: int

    @property
    def reaches_none(self) -> bool:
        return self.eligible_count == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerminated(Common):
    """To every eligible person. `reason` is the company's, in its words."""

    terminated_at: datetime
    reason: str
    has_tendered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionWaived(Common):
    """A material condition was waived, to everyone it concerns. `previous_deadline` where the deadline was another.

    `is_open` unless the offer has expired and stays so; `reaches_none` as in `OfferExtended`.
    """

    condition: str
    previous_deadline: datetime | None
    deadline: datetime
    is_open: bool
    tendered_shares: int
    has_tendered: bool
    reaches_none: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderExcluded(Common):
    """The company excluded this person, or one option of theirs, from the start of a day, for the reason `told`.

    `grants` is that one option; none where it is the person, with every option. `reaches_none` where no
    other option of theirs is left that the offer reaches: they have no deadline any more. The letter names none.
    """

    grants: tuple[Line, ...]
    effective_on: date
    told: str
    reaches_none: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionLifted(Common):
    """Such an exclusion ends with the start of a day; it stood from `excluded_from` on.

    `deadline` where the offer reaches them from then on, and they can still sign before it expires.
    """

    grants: tuple[Line, ...]
    excluded_from: date
    effective_on: date
    deadline: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptancePostponed(Common):
    """Acceptance was put off after the offer expired, to everyone with a tender in force. `reason`: the company's."""

    expired_at: datetime
    intended_on: date
    reason: str
    withdrawal_by_law_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Common):
    """To every eligible person, so many business days before the deadline; 0 is the day itself."""

    deadline: datetime
    business_days_left: int
    has_tendered: bool


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
class PromiseAdjusted(Common):
    """A split or merger changed the shares promised; the statement is attached.

    `event` is the kind of a `CorporateAction`, `successor` the acquirer's name, or ''; `total_now` is what would be
    granted if no other event came.
    """

    statement_number: str
    promise_number: str
    event: str
    effective_on: date
    successor: str
    total_promised: int
    total_now: int
    earliest_grant_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsGranted(Common):
    """New options were granted; an option agreement to sign for each, attached unless they are too many."""

    granted_on: date
    exercise_price: Decimal
    grants: tuple[Line, ...]
    total_shares: int
    vested_at_grant: Fraction
    expires_on: date
    are_in_portal_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(Common):
    """Option agreements are signed, and their options released; the signed copies are attached unless too many.

    `signed_at` in the portal, else `signed_on`, the date the paper bears. `unsigned_count` are those still open.
    """

    grants: tuple[Line, ...]
    total_shares: int
    signed_at: datetime | None = None
    signed_on: date | None = None
    unsigned_count: int = 0
    are_in_portal_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementMistaken(Common):
    """Agreements that we had recorded by mistake as signed on paper, on `signed_on`: they are not signed."""

    grants: tuple[Line, ...]
    total_shares: int
    signed_on: date


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReminder(Common):
    """To the holder of new options whose agreements are not signed yet; `granted_on` is the first of their dates."""

    granted_on: date
    grants: tuple[Line, ...]
    total_shares: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalStatement(Common):
    """What the offer has come to, in one sentence; the statement is attached. `replaces` another's number, or ''."""

    statement_number: str
    outcome: str
    replaces: str


KINDS: dict[str, type[Common]] = {
    "invitation": Invitation,
    "sign_in_notice": SignInNotice,
    "offer_opened": OfferOpened,
    "offer_extended": OfferExtended,
    "offer_amended": OfferAmended,
    "offer_terminated": OfferTerminated,
    "condition_waived": ConditionWaived,
    "holder_excluded": HolderExcluded,
    "exclusion_lifted": ExclusionLifted,
    "acceptance_postponed": AcceptancePostponed,
    "reminder": Reminder,
    "election_received": ElectionReceived,
    "withdrawal_received": WithdrawalReceived,
    "form_late": FormLate,
    "form_recorded_after": FormRecordedAfter,
    "form_defective": FormDefective,
    "form_mended": FormMended,
    "cure_asked": CureAsked,
    "defect_decided": DefectDecided,
    "options_accepted": OptionsAccepted,
    "promise_ready": PromiseReady,
    "promise_adjusted": PromiseAdjusted,
    "options_granted": OptionsGranted,
    "agreement_signed": AgreementSigned,
    "agreement_mistaken": AgreementMistaken,
    "agreement_reminder": AgreementReminder,
    "promise_lapsed": PromiseLapsed,
    "final_statement": FinalStatement,
    "report_answered": ReportAnswered,
}
