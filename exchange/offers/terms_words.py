"""One term in words, as staff, letters and the difference between two versions say it."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel.canonical import decimal_text
from exchange.kernel.wording import counted_months_text, price_text
from exchange.offers.terms import Contact, RatioTier, Terms
from exchange.people.models import Role


def list_text(items: Iterable[str]) -> str:
    return ", ".join(sorted(items))


def roles_text(terms: Terms) -> str:
    labels = {value: str(label) for value, label in Role.choices}
    return ", ".join(labels.get(role, role) for role in sorted(terms.roles))


def tier_text(tier: RatioTier) -> str:
    shares = _("{new} for {old}").format(new=decimal_text(tier.new), old=decimal_text(tier.old))
    if tier.price_to is None:
        reach = _("exercise price {low} or more").format(low=price_text(tier.price_from))
    else:
        reach = _("exercise price {low} to {high}").format(
            low=price_text(tier.price_from), high=price_text(tier.price_to)
        )
    return f"{shares} ({reach})"


def wait_text(terms: Terms) -> str:
    months = counted_months_text(terms.wait_months)
    days = ngettext("{n} day", "{n} days", terms.wait_days).format(n=terms.wait_days)
    return _("On the first business day {months} and {days} after the cancellation").format(months=months, days=days)


def vesting_text(terms: Terms) -> str:
    return _("{first} at the grant, then {each} each month; all of it after {months}").format(
        first=_part(terms.vesting.at_grant),
        each=_part(terms.vesting.each_month),
        months=counted_months_text(terms.vesting.months()),
    )


def _part(part: Fraction) -> str:
    """12.5 percent where that is exact, 1/48 where it is not."""
    percent = part * 10000
    if percent.denominator == 1:
        return _("{n} percent").format(n=decimal_text(Decimal(percent.numerator).scaleb(-2)))
    return f"{part.numerator}/{part.denominator}"


def reminders_text(terms: Terms) -> str:
    if not terms.reminder_days:
        return _("None")
    days = ", ".join(str(day) for day in sorted(terms.reminder_days, reverse=True))
    return ngettext(
        "{days} business day before the deadline, at 9:00 a.m.",
        "{days} business days before the deadline, at 9:00 a.m.",
        1 if days == "1" else 2,
    ).format(days=days)


def pairs_text(terms: Terms) -> str:
    return _("Both halves go together, or neither.") if terms.keep_split_pairs else _("Each half goes by itself.")


def term_text(terms: Terms) -> str:
    return ngettext("{n} year", "{n} years", terms.term_years).format(n=terms.term_years)


def confirm_text(terms: Terms) -> str:
    return ngettext(
        "Receipts within {n} business day of the form.",
        "Receipts within {n} business days of the form.",
        terms.confirm_within_business_days,
    ).format(n=terms.confirm_within_business_days)


def promise_text(terms: Terms) -> str:
    return ngettext(
        "Promises within {n} business day of the cancellation.",
        "Promises within {n} business days of the cancellation.",
        terms.promise_within_business_days,
    ).format(n=terms.promise_within_business_days)


def contact_text(contact: Contact) -> str:
    name = f"{contact.name}, {contact.title}" if contact.title else contact.name
    return " · ".join(part for part in (name, contact_ways(contact)) if part)


def contact_ways(contact: Contact) -> str:
    ways = [contact.phone, _("fax {n}").format(n=contact.fax) if contact.fax else "", contact.email, contact.hours]
    return " · ".join(way for way in ways if way)


def logo_text(terms: Terms) -> str:
    """The logo as far as words go: its digest tells one from another."""
    if not terms.company.logo:
        return _("None")
    return _("SVG, SHA-256 {digest}").format(digest=hashlib.sha256(terms.company.logo.encode()).hexdigest()[:12])


def signatory_text(terms: Terms) -> str:
    signatory = terms.company.signatory
    return f"{signatory.name}, {signatory.title}" if signatory else _("Nobody is named.")
