"""Questions about mended transcriptions: the entries of one paper form, what waits, how two entries differ."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of
from exchange.elections.models import Form, Scan
from exchange.elections.models.mends import Mend, Mending
from exchange.elections.records import Submission, submission_from
from exchange.kernel.wording import counted_shares_text, date_text, instant_text, price_text
from exchange.offers.models import Offer

OPENED = "scan.opened"


def entry_after(form: Form) -> Form | None:
    """The entry in the place of this one; None where this one counts."""
    found = Mending.objects.filter(form=form).select_related("entry").first()
    return found.entry if found else None


def entries_of(form: Form) -> list[Form]:
    """Every entry of one paper form, the first one first; a form that was never mended is its only one."""
    entries = [form]
    while (earlier := Mending.objects.filter(entry=entries[0]).select_related("form").first()) is not None:
        entries.insert(0, earlier.form)
    while (later := entry_after(entries[-1])) is not None:
        entries.append(later)
    return entries


def numbers_on_paper(offer: Offer) -> dict[object, str]:
    """Of each entry that mends another, the number of the paper form itself, which its first entry has; one query."""
    before = {
        entry: (form, number)
        for entry, form, number in Mending.objects.filter(form__offer=offer).values_list(
            "entry_id", "form_id", "form__number"
        )
    }
    numbers: dict[object, str] = {}
    for entry in before:
        form, number = before[entry]
        while form in before:
            form, number = before[form]
        numbers[entry] = number
    return numbers


def counts(*, entered_by: int, mended_by: int | None, first_by: int, ended_by: int | None) -> bool:
    """Whether an entry is the one that its paper form counts by, from the events by which things were recorded.

    Entered and mended by: this entry's own; first by: that of the form's first entry. An entry that was mended counts
    no more. Once the offer has ended, by that event, a form counts as it read then, and what was entered since does
    not. Of a form that was recorded only since, its newest entry counts.
    """
    if ended_by is None or first_by >= ended_by:
        return mended_by is None
    return entered_by < ended_by and (mended_by is None or mended_by >= ended_by)


def not_counted(offer: Offer, ended_by: int | None) -> set[UUID]:
    """The entries that do not count for their paper form (`counts`); one query."""
    found = Mending.objects.filter(form__offer=offer).order_by("event_id")
    first: dict[UUID, int] = {}  # by entry, the event of the first one of its paper form
    mended: dict[UUID, tuple[int, int | None]] = {}  # by entry, its own event and that by which it was mended
    columns = ("form_id", "form__event_id", "entry_id", "entry__event_id", "event_id")
    for form, form_by, entry, entry_by, mended_by in found.values_list(*columns):
        first[entry] = first.setdefault(form, form_by)
        mended[form], mended[entry] = (form_by, mended_by), (entry_by, None)
    return {
        entry
        for entry, (entered_by, mended_by) in mended.items()
        if not counts(entered_by=entered_by, mended_by=mended_by, first_by=first[entry], ended_by=ended_by)
    }


def waiting_mends(offer: Offer) -> "QuerySet[Mend]":
    """Prepared entries that no second person has seen to, the oldest first."""
    found = Mend.objects.filter(form__offer=offer, decision__isnull=True).select_related("form__holder", "form__offer")
    return found.order_by("at", "number")


def wanted_of(mend: Mend) -> Submission:
    """The entry that was prepared."""
    return submission_from(json.loads(mend.content))


def scans_of(form: Form) -> "QuerySet[Scan]":
    """The scans of a paper form, whichever of its entries they were attached to; without their content."""
    return Scan.objects.filter(form__in=entries_of(form), purpose="form").defer("content")


def has_seen_scan(mend: Mend, actor: str) -> bool:
    """Whether somebody has opened a scan of the paper form since its new entry was prepared, by the log of looks."""
    digests = set(scans_of(mend.form).values_list("sha256", flat=True))
    looks = AuditEvent.objects.filter(kind=OPENED, actor=actor, pk__gt=mend.event_id)
    return any(payload_of(event).get("sha256") in digests for event in looks)


@dataclass(frozen=True)
class Difference:
    """One thing that two entries of a form say differently, in words."""

    what: str
    before: str
    after: str


def differences(before: Submission, after: Submission, zone: str) -> list[Difference]:
    """Everything that two entries of one paper form say differently; the number it goes by is none of it."""
    first, second = _plain(before, zone), _plain(after, zone)
    found = [
        Difference(what, first.get(what, _("Nothing")), second.get(what, _("Nothing")))
        for what in dict.fromkeys([*first, *second])
    ]
    return [item for item in found if item.before != item.after]


def _plain(entry: Submission, zone: str) -> dict[str, str]:
    nothing, yes, no = _("Nothing"), _("Yes"), _("No")
    signed = entry.signed
    said = instant_text(signed.at, zone) if signed.at else date_text(signed.on) if signed.on else nothing
    facts = {
        _("Employee number"): entry.employee_number,
        _("Kind"): _("Notice to Withdraw") if entry.kind == "withdrawal" else _("Election Form"),
        _("Received"): instant_text(entry.received_at, zone) if entry.received_at else nothing,
        _("Came by"): entry.channel,
        _("Name signed"): entry.signature_name,
        _("Signed"): said,
        _("Signed by"): entry.signer_capacity,
        _("Title of the signer"): entry.signer_title,
        _("Evidence of authority"): yes if entry.has_authority_evidence else no,
        _("Proof of a changed name"): yes if entry.has_name_change_proof else no,
        _("Sets a condition"): yes if entry.is_conditional else no,
        _("Name in print"): entry.printed_name,
        _("E-mail"): entry.email,
        _("Address"): entry.address,
    }
    return {name: value or nothing for name, value in facts.items()} | _lines(entry)


def _lines(entry: Submission) -> dict[str, str]:
    """Each line by its grant; a repeat is told apart by its place."""
    found: dict[str, str] = {}
    for line in entry.lines:
        what = _("Option {grant}").format(grant=line.grant_number)
        place = 2
        while what in found:
            what = _("Option {grant}, listed again ({n})").format(grant=line.grant_number, n=place)
            place += 1
        found[what] = _("granted {day} at {price}, {shares}").format(
            day=date_text(line.grant_date),
            price=price_text(line.exercise_price),
            shares=counted_shares_text(line.shares),
        )
    return found


def same_content(entries: Sequence[Submission]) -> bool:
    """Whether entries say the same, whatever number they go by."""
    plain = [{**vars(entry), "number": "", "key": None, "against": "", "version": None} for entry in entries]
    return all(other == plain[0] for other in plain)
