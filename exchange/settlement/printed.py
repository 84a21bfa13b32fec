"""What is printed for one holder: forms for the paper route, filled in but for the signature, and their statement.

Read from what is on record, as of an instant; nothing is decided here.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.elections.models import FormKind
from exchange.elections.reads import HolderView, OptionView, holder_view
from exchange.elections.units import units_of
from exchange.elections.wording import acknowledgments
from exchange.grants.models import Grant
from exchange.grants.reads import grants_of
from exchange.kernel.wording import date_text
from exchange.offers.letters import paper_common
from exchange.offers.reads import Loaded, ended_by
from exchange.offers.words import option_reason_text, person_reason_text
from exchange.people.models import Holder
from exchange.settlement.reads import holder_outcome

ELECTION, NOTICE, STATEMENT = "election_form", "notice_form", "option_statement"


def paper_form(loaded: Loaded, holder: Holder, kind: str, at: datetime) -> dict[str, Any]:
    """An Election Form or a Notice to Withdraw to sign on paper (`documents.snapshots.forms.PaperForm`)."""
    view = holder_view(loaded.offer, holder, at, loaded)
    forms = view.forms.until(ended_by(loaded))
    in_force, terms = forms.form_in_force, loaded.terms
    units = units_of(view)
    choices = [
        {
            "lines": [_line(option) for option in unit],
            "box": _box([option.grant.grant_number for option in unit]),
        }
        for unit in units
    ]
    tendered = [
        _line(option) for option in view.options if option.grant.grant_number in (forms.tendered if in_force else [])
    ]
    form_kind = FormKind.ELECTION if kind == ELECTION else FormKind.WITHDRAWAL
    return {
        **paper_common(loaded, holder, number=_number(loaded, holder), issued_at=at),
        "name_on_agreement": holder.name_on_agreement,
        "expires_at": loaded.timeline.expires_at or terms.expires_at,
        "takers": [
            {"name": contact.name, "title": contact.title, "phone": contact.phone, "fax": contact.fax}
            for contact in _takers(loaded)
        ],
        "portal_url": f"{settings.SITE_URL}/",
        "in_force": in_force.number if in_force else "",
        "choices": choices if kind == ELECTION else [],
        "total": sum(option.outstanding for unit in units for option in unit) if kind == ELECTION else 0,
        "tendered": tendered if kind == NOTICE else [],
        "total_tendered": sum(line["shares"] for line in tendered) if kind == NOTICE else 0,
        "minimum_exercise_price": terms.minimum_exercise_price,
        "confirm_within_business_days": terms.confirm_within_business_days,
        "acknowledgments": [{"code": code, "text": text} for code, text in acknowledgments(terms, form_kind)],
    }


def statement(loaded: Loaded, holder: Holder, at: datetime) -> dict[str, Any]:
    """Every option of a holder, eligible or why not (`documents.snapshots.statements.OptionStatement`)."""
    view = holder_view(loaded.offer, holder, at, loaded)
    rows = {grant.grant_number: grant for grant in grants_of([holder.pk])[holder.pk]}
    cancelled = {row.grant_number: row.on for row in holder_outcome(loaded.offer, holder).cancelled}
    together = {option.grant.grant_number for unit in units_of(view) for option in unit}
    lines = []
    for option in view.options:
        number = option.grant.grant_number
        if number in cancelled:
            reason = _("Accepted in this offer, and cancelled on {day}.").format(day=date_text(cancelled[number]))
        else:
            reason = "" if number in together else _why_not(view, option)
        lines.append({**_line(option), **_register(rows[number]), "is_eligible": not reason, "reason": reason})
    eligible = [line for line in lines if line["is_eligible"]]
    return {
        **paper_common(loaded, holder, number=_number(loaded, holder), issued_at=at),
        "as_of": loaded.date_of(at),
        "expires_at": loaded.timeline.expires_at or loaded.terms.expires_at,
        "portal_url": f"{settings.SITE_URL}/",
        "person_reasons": _why_not_reached(view),
        "eligible": eligible,
        "total_eligible": sum(line["shares"] for line in eligible),
        "others": [line for line in lines if not line["is_eligible"]],
        "total": sum(line["shares"] for line in lines),
        "count": len(lines),
    }


def _number(loaded: Loaded, holder: Holder) -> str:
    return f"{loaded.offer.code}-{holder.employee_number}"


def _takers(loaded: Loaded) -> list[Any]:
    """Who takes paper forms; where the terms name nobody for it, everyone they name."""
    contacts = loaded.terms.company.contacts
    return [contact for contact in contacts if contact.purpose == "forms"] or list(contacts)


def _line(option: OptionView) -> dict[str, Any]:
    grant = option.grant
    return {
        "grant_number": grant.grant_number,
        "grant_date": grant.grant_date,
        "exercise_price": option.price,
        "shares": option.outstanding,
        "plan": grant.plan,
        "option_type": option.option_type,
    }


def _register(grant: Grant) -> dict[str, Any]:
    """What the register has of a grant beside its line, as granted: before any split."""
    return {
        "granted": grant.shares_granted,
        "exercised": grant.shares_exercised,
        "expires_on": grant.expires_on,
        "pair": grant.split_pair,
    }


def _box(numbers: list[str]) -> str:
    """What the box to tick stands for, for those who cannot see it."""
    told = ngettext("Box to tick: tender grant {numbers}", "Box to tick: tender grants {numbers}", len(numbers))
    return told.format(numbers=_(" and ").join(numbers))


def _why_not_reached(view: HolderView) -> list[str]:
    return [person_reason_text(code, view.loaded.terms, view.person_exclusion) for code in view.person_reasons]


def _why_not(view: HolderView, option: OptionView) -> str:
    terms, exclusion = view.loaded.terms, view.exclusion_of(option)
    reasons = [option_reason_text(code, terms, exclusion) for code in option.reasons]
    if not reasons and option.mates and not view.person_reasons:
        told = _("Its other half, {others}, is not eligible, and they go together or not at all.")
        reasons = [told.format(others=_(" and ").join(option.mates))]
    return " ".join([*reasons, *_why_not_reached(view)])
