"""An offer's terms in words: what HR and counsel read before they open it."""

from django.utils.translation import gettext as _

from exchange.kernel.wording import date_text, instant_text, price_text
from exchange.offers import terms_words as words
from exchange.offers.reads import Loaded
from exchange.offers.terms import Company
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
        Fact(
            _("Made to"),
            words.roles_text(terms),
            more=_("Living in {list}").format(list=words.list_text(terms.residence_countries)),
        ),
        Fact(_("Options under"), words.list_text(terms.plans)),
        Fact(_("Lowest exercise price"), price_text(terms.minimum_exercise_price)),
        Fact(_("Split pairs"), words.pairs_text(terms)),
        Fact(_("New options"), "\n".join(words.tier_text(tier) for tier in terms.tiers)),
        Fact(_("Granted under"), terms.award_plan, more=_("They last {n} years.").format(n=terms.term_years)),
        Fact(_("Granted"), words.wait_text(terms)),
        Fact(_("Vesting"), words.vesting_text(terms)),
        Fact(_("Forms come by"), words.list_text(terms.channels)),
        Fact(_("Deadlines"), words.confirm_text(terms), more=words.promise_text(terms)),
        Fact(_("Reminders"), words.reminders_text(terms)),
    ]


def company_facts(company: Company) -> list[Fact]:
    """Who makes the offer, who answers questions, who signs."""
    found = [Fact(_("Company"), company.name, more=", ".join(company.address))]
    if company.stock_symbol:
        found.append(Fact(_("Stock"), company.stock_symbol, more=company.market))
    for contact in company.contacts:
        purpose = _("Paper forms go to") if contact.purpose == "forms" else _("Questions go to")
        name = f"{contact.name}, {contact.title}" if contact.title else contact.name
        found.append(Fact(purpose, name, more=words.contact_ways(contact)))
    signatory = company.signatory
    found.append(
        Fact(_("Promises are signed by"), f"{signatory.name}, {signatory.title}")
        if signatory
        else Fact(_("Promises are signed by"), _("Nobody is named; the papers leave the line open."), mark="time")
    )
    return found
