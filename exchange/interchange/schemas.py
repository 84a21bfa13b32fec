"""The table files of the contract: their columns, and one typed row class for each kind of row.

Text is a str, "" where the cell is empty; dates, instants and numbers are None there. Instants are aware and in UTC.
`row` is the number of the row in its file. What a row says is checked here; whether it agrees with what is already
known (an unknown employee, a grant of another) is for those who apply it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.interchange import cells
from exchange.interchange.problems import Problem, shown
from exchange.interchange.tables import Column, RowFault, Schema, Table

ROLES = ("employee", "executive_officer", "executive_management", "director", "consultant")
EVENTS = ("terminated", "rehired", "role", "residence_country")
OPTION_TYPES = ("ISO", "NSO")
CHANNELS = ("fax", "hand")
FORM_KINDS = ("election", "withdrawal")
SIGNER_CAPACITIES = ("self", "attorney_in_fact", "fiduciary")
ACTION_KINDS = ("split", "stock_merger", "cash_merger")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as they stood before all events. `terminated_on` is the first day not employed."""

    row: int
    employee_number: str
    legal_name: str
    name_on_agreement: str
    email: str
    residence_country: str
    residence_state: str
    role: str
    hired_on: date
    terminated_on: date | None
    department: str


@dataclass(frozen=True, slots=True)
class EmploymentEventRow:
    """A change of a person's status, from the start of its day. `value` is the new role or country, else ""."""

    row: int
    employee_number: str
    effective_on: date
    event: str
    value: str


@dataclass(frozen=True, slots=True)
class GrantRow:
    """An option. `expires_on` is the day it can no longer be exercised; `exercise_price` is in dollars a share."""

    row: int
    grant_number: str
    employee_number: str
    plan: str
    option_type: str
    grant_date: date
    exercise_price: Decimal
    shares_granted: int
    shares_exercised: int
    shares_cancelled: int
    expires_on: date
    split_pair: str
    vested_shares: int | None
    vested_as_of: date | None


@dataclass(frozen=True, slots=True)
class FormRow:
    """A paper form as staff transcribed it. `signed_at` is a date where the signer gave no time of day.

    A form may be signed by nobody, and by somebody unknown: that is judged, not refused.
    """

    row: int
    form_id: str
    received_at: datetime
    channel: str
    employee_number: str
    kind: str
    signed_at: datetime | date | None
    signature_name: str
    signer_capacity: str
    signer_title: str
    authority_evidence: bool
    name_change_proof: bool
    email: str
    address: str
    id_number: str


@dataclass(frozen=True, slots=True)
class FormLineRow:
    """One grant as an Election Form lists it, right or wrong."""

    row: int
    form_id: str
    grant_number: str
    grant_date: date
    exercise_price: Decimal
    shares: int


@dataclass(frozen=True, slots=True)
class CorporateActionRow:
    """A split (`new` shares for `old`), a merger for stock (the same), or one for cash.

    In a cash merger `new` is the cash per share and `old` the acquirer's price, both in dollars.
    """

    row: int
    effective_on: date
    kind: str
    new: Decimal
    old: Decimal
    successor: str
    note: str


def _code(name: str, *, may_be_blank: bool = False) -> Column:
    return Column(name, "code", cells.parse_code, may_be_blank, "")


def _line(name: str, *, may_be_blank: bool = False) -> Column:
    return Column(name, "text", cells.parse_line, may_be_blank, "")


def _choice(name: str, *choices: str) -> Column:
    return Column(name, "text", cells.one_of(*choices))


def _date(name: str, *, may_be_blank: bool = False, may_be_absent: bool = False) -> Column:
    return Column(name, "date", cells.parse_date, may_be_blank, None, may_be_absent)


def _yes_no(name: str) -> Column:
    return Column(name, "text", cells.parse_yes_no)


def _number(name: str, parse: cells.NumberParser) -> Column:
    return Column(name, "number", parse)


def _block(name: str) -> Column:
    return Column(name, "text", cells.parse_block, True, "")


def _parse_state(text: str) -> str:
    return cells.parse_line(text, most=64)


def _parse_department(text: str) -> str:
    return cells.parse_line(text, most=120)


def _refused_channel(text: str) -> str | None:
    if text == "email":
        return _("a form sent by e-mail is never a tender, so it is not recorded as one")
    if text == "portal":
        return _("the portal records its own forms; this file is for paper ones")
    return None


# People


def _check_person(person: PersonRow) -> Iterator[RowFault]:
    if person.terminated_on is not None and person.terminated_on < person.hired_on:
        message = _("{value} is before the day of hire, {hired_on}").format(
            value=shown(person.terminated_on), hired_on=person.hired_on
        )
        yield RowFault("terminated_on", person.terminated_on, message, _("a later date, or nothing"))


PEOPLE: Schema[PersonRow] = Schema(
    name="people",
    columns=(
        _code("employee_number"),
        _line("legal_name"),
        _line("name_on_agreement"),
        Column("email", "text", cells.parse_email, True, ""),
        Column("residence_country", "text", cells.parse_country),
        Column("residence_state", "text", _parse_state, True, ""),
        _choice("role", *ROLES),
        _date("hired_on"),
        _date("terminated_on", may_be_blank=True),
        Column("department", "text", _parse_department, True, "", True),
    ),
    build=PersonRow,
    check=_check_person,
    key="employee_number",
)


# Employment events


def _check_event(event: EmploymentEventRow) -> Iterator[RowFault]:
    """A new role or country must be one; leaving and coming back carry no value."""
    if event.event == "role" and event.value not in ROLES:
        message = _("{value} is not a role").format(value=shown(event.value))
        yield RowFault("value", event.value, message, _("one of {choices}").format(choices=", ".join(ROLES)))
    elif event.event == "residence_country":
        try:
            cells.parse_country(event.value)
        except cells.CellError as error:
            yield RowFault("value", event.value, error.message, error.expected)
    elif event.event in {"terminated", "rehired"} and event.value:
        message = _("{value} has no meaning beside the event {event}").format(
            value=shown(event.value), event=event.event
        )
        yield RowFault("value", event.value, message, _("an empty cell"))


EMPLOYMENT_EVENTS: Schema[EmploymentEventRow] = Schema(
    name="employment_events",
    columns=(
        _code("employee_number"),
        _date("effective_on"),
        _choice("event", *EVENTS),
        _code("value", may_be_blank=True),
    ),
    build=EmploymentEventRow,
    check=_check_event,
)


# Grants


def _check_grant(grant: GrantRow) -> Iterator[RowFault]:
    gone = grant.shares_exercised + grant.shares_cancelled
    if gone > grant.shares_granted:
        message = _("{gone} shares are exercised or cancelled, more than the {granted} granted").format(
            gone=gone, granted=grant.shares_granted
        )
        yield RowFault("shares_granted", grant.shares_granted, message, _("at least as many granted"))
    if grant.expires_on <= grant.grant_date:
        message = _("{value} is not after the grant date, {grant_date}").format(
            value=shown(grant.expires_on), grant_date=grant.grant_date
        )
        yield RowFault("expires_on", grant.expires_on, message, _("a later date"))
    if (grant.vested_shares is None) != (grant.vested_as_of is None):
        empty = "vested_shares" if grant.vested_shares is None else "vested_as_of"
        message = _("one of vested_shares and vested_as_of is empty and the other is not")
        yield RowFault(empty, "", message, _("both, or neither"))
    if grant.vested_shares is not None and grant.vested_shares > grant.shares_granted:
        message = ngettext(
            "{value} is more than the {granted} share granted",
            "{value} is more than the {granted} shares granted",
            grant.shares_granted,
        ).format(value=shown(grant.vested_shares), granted=grant.shares_granted)
        yield RowFault("vested_shares", grant.vested_shares, message, _("no more than were granted"))


GRANTS: Schema[GrantRow] = Schema(
    name="grants",
    columns=(
        _code("grant_number"),
        _code("employee_number"),
        _code("plan"),
        _choice("option_type", *OPTION_TYPES),
        _date("grant_date"),
        _number("exercise_price", cells.parse_price),
        _number("shares_granted", cells.parse_some_shares),
        _number("shares_exercised", cells.parse_shares),
        _number("shares_cancelled", cells.parse_shares),
        _date("expires_on"),
        _code("split_pair", may_be_blank=True),
        Column("vested_shares", "number", cells.parse_shares, True, None, True),
        _date("vested_as_of", may_be_blank=True, may_be_absent=True),
    ),
    build=GrantRow,
    check=_check_grant,
    key="grant_number",
)


# Forms and their lines


def _nothing_more(row: object) -> tuple[()]:
    return ()


FORMS: Schema[FormRow] = Schema(
    name="forms",
    columns=(
        _code("form_id"),
        Column("received_at", "instant", cells.parse_instant),
        Column("channel", "text", cells.one_of(*CHANNELS, refused=_refused_channel)),
        _code("employee_number", may_be_blank=True),
        _choice("kind", *FORM_KINDS),
        Column("signed_at", "instant or date", cells.parse_instant_or_date, True, None),
        _line("signature_name", may_be_blank=True),
        _choice("signer_capacity", *SIGNER_CAPACITIES),
        _line("signer_title", may_be_blank=True),
        _yes_no("authority_evidence"),
        _yes_no("name_change_proof"),
        _block("email"),
        _block("address"),
        _line("id_number", may_be_blank=True),
    ),
    build=FormRow,
    check=_nothing_more,
    key="form_id",
)

FORM_LINES: Schema[FormLineRow] = Schema(
    name="form_lines",
    columns=(
        _code("form_id"),
        _code("grant_number"),
        _date("grant_date"),
        _number("exercise_price", cells.parse_price),
        _number("shares", cells.parse_shares),
    ),
    build=FormLineRow,
    check=_nothing_more,
)


def check_lines(forms: Table[FormRow], lines: Table[FormLineRow]) -> list[Problem]:
    """What is wrong between the two files: a line of no form, or of a Notice to Withdraw, which names no grants.

    A form whose own row is bad still counts as being there, and where forms could not be read none counts as
    missing, so that one mistake is reported once.
    """
    kinds = {form.form_id: form.kind for form in forms.rows}
    problems = []
    for line in lines.rows:
        if line.form_id not in forms.keys:
            if not forms.has_all_keys:
                continue
            message = _("{value} is not in {forms}").format(value=shown(line.form_id), forms=forms.file)
            expected = _("the form_id of a form in that file")
        elif kinds.get(line.form_id) == "withdrawal":
            message = _("{value} is a withdrawal").format(value=shown(line.form_id))
            expected = _("no lines under it: a withdrawal takes back every grant and names none")
        else:
            continue
        problems.append(Problem(lines.file, line.row, "form_id", line.form_id, expected, message))
    return problems


# Corporate actions


CORPORATE_ACTIONS: Schema[CorporateActionRow] = Schema(
    name="corporate_actions",
    columns=(
        _date("effective_on"),
        _choice("kind", *ACTION_KINDS),
        _number("new", cells.parse_ratio_part),
        _number("old", cells.parse_ratio_part),
        _line("successor", may_be_blank=True),
        _block("note"),
    ),
    build=CorporateActionRow,
    check=_nothing_more,
)
