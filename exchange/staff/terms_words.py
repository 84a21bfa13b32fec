"""An offer's terms in words: what HR and counsel read before they open it."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel.canonical import decimal_text
from exchange.kernel.wording import date_text, instant_text, price_text
from exchange.offers.reads import Loaded
from exchange.offers.terms import Company, RatioTier, Terms
from exchange.people.models import Role
from exchange.staff.parts import Fact


def facts(loaded: Loaded) -> list[Fact]:
    """The terms, line by line, in the order in which one asks for them."""
    terms = loaded.terms
    commences_at = loaded.timeline.commences_at or terms.commences_at
    expires_at = loaded.timeline.expires_at or terms.expires_at
    return [
        Fact(_("Commences"), instant_text(commences_at, terms.time_zone)),
        Fact(_("Closes"), instant_text(expires_at, terms.time_zone)),
        *([Fact(_("Dated"), date_text(terms.dated))] if terms.dated else []),
        Fact(_("Made to"), _roles(terms), more=_("Living in {list}").format(list=_list(terms.residence_countries))),
        Fact(_("Options under"), _list(terms.plans)),
        Fact(_("Lowest exercise price"), price_text(terms.minimum_exercise_price)),
        Fact(
            _("Split pairs"),
            _("Both halves go together, or neither.") if terms.keep_split_pairs else _("Each half goes by itself."),
        ),
        Fact(_("New options"), "\n".join(_tier(tier) for tier in terms.tiers)),
        Fact(_("Granted under"), terms.award_plan, more=_("They last {n} years.").format(n=terms.term_years)),
        Fact(_("Granted"), _wait(terms)),
        Fact(_("Vesting"), _vesting(terms)),
        Fact(_("Forms come by"), _list(terms.channels)),
        Fact(
            _("Deadlines"),
            ngettext(
                "Receipts within {n} business day of the form.",
                "Receipts within {n} business days of the form.",
                terms.confirm_within_business_days,
            ).format(n=terms.confirm_within_business_days),
            more=ngettext(
                "Promises within {n} business day of the cancellation.",
                "Promises within {n} business days of the cancellation.",
                terms.promise_within_business_days,
            ).format(n=terms.promise_within_business_days),
        ),
        Fact(_("Reminders"), _reminders(terms)),
    ]


def company_facts(company: Company) -> list[Fact]:
    """Who makes the offer, who answers questions, who signs."""
    found = [Fact(_("Company"), company.name, more=", ".join(company.address))]
    if company.stock_symbol:
        found.append(Fact(_("Stock"), company.stock_symbol, more=company.market))
    for contact in company.contacts:
        purpose = _("Paper forms go to") if contact.purpose == "forms" else _("Questions go to")
        ways = [contact.phone, _("fax {n}").format(n=contact.fax) if contact.fax else "", contact.email, contact.hours]
        name = f"{contact.name}, {contact.title}" if contact.title else contact.name
        found.append(Fact(purpose, name, more=" · ".join(way for way in ways if way)))
    signatory = company.signatory
    found.append(
        Fact(_("Promises are signed by"), f"{signatory.name}, {signatory.title}")
        if signatory
        else Fact(_("Promises are signed by"), _("Nobody is named; the papers leave the line open."), mark="time")
    )
    return found


def _list(items: frozenset[str]) -> str:
    return ", ".join(sorted(items))


def _roles(terms: Terms) -> str:
    labels = {value: str(label) for value, label in Role.choices}
    return ", ".join(labels.get(role, role) for role in sorted(terms.roles))


def _tier(tier: RatioTier) -> str:
    shares = _("{new} for {old}").format(new=decimal_text(tier.new), old=decimal_text(tier.old))
    if tier.price_to is None:
        reach = _("exercise price {low} or more").format(low=price_text(tier.price_from))
    else:
        reach = _("exercise price {low} to {high}").format(
            low=price_text(tier.price_from), high=price_text(tier.price_to)
        )
    return f"{shares} ({reach})"


def _wait(terms: Terms) -> str:
    months = ngettext("{n} month", "{n} months", terms.wait_months).format(n=terms.wait_months)
    days = ngettext("{n} day", "{n} days", terms.wait_days).format(n=terms.wait_days)
    return _("On the first business day {months} and {days} after the cancellation").format(months=months, days=days)


def _vesting(terms: Terms) -> str:
    return _("{first} at the grant, then {each} each month; all of it after {n} months").format(
        first=_part(terms.vesting.at_grant), each=_part(terms.vesting.each_month), n=terms.vesting.months()
    )


def _part(part: Fraction) -> str:
    """12.5 percent where that is exact, 1/48 where it is not."""
    percent = part * 10000
    if percent.denominator == 1:
        return _("{n} percent").format(n=decimal_text(Decimal(percent.numerator).scaleb(-2)))
    return f"{part.numerator}/{part.denominator}"


def _reminders(terms: Terms) -> str:
    if not terms.reminder_days:
        return _("None")
    days = ", ".join(str(day) for day in sorted(terms.reminder_days, reverse=True))
    return _("{days} business days before the deadline, at 9:00 a.m.").format(days=days)
