"""An offer's terms in words: what HR and counsel read before they open it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from exchange.grants.models import Plan
from exchange.kernel.wording import counted_shares_text, date_text, instant_text, price_text
from exchange.offers import terms_words as words
from exchange.offers.reads import Loaded
from exchange.offers.terms import Company
from exchange.staff.fields import days_between
from exchange.staff.parts import Fact

_CHANNELS = {"portal": noop("the portal"), "fax": noop("fax"), "hand": noop("hand or mail")}


def facts(loaded: Loaded) -> list[Fact]:
    """The terms, line by line, in the order in which one asks for them."""
    terms = loaded.terms
    commences_at = loaded.timeline.commences_at or terms.commences_at
    expires_at = loaded.timeline.expires_at or terms.expires_at
    return [
        Fact(_("Commences"), instant_text(commences_at, terms.time_zone)),
        Fact(
            _("Closes"),
            instant_text(expires_at, terms.time_zone),
            more=_("Open for {length}.").format(length=days_between(commences_at, expires_at)),
        ),
        *facts_but_period(loaded),
    ]


def facts_but_period(loaded: Loaded) -> list[Fact]:
    """The same without when it commences and closes, which an opening says in its own words."""
    terms = loaded.terms
    return [
        *([Fact(_("Dated"), date_text(terms.dated))] if terms.dated else []),
        Fact(
            _("Made to"),
            words.roles_text(terms),
            more=_("Living in {list}").format(list=words.list_text(terms.residence_countries)),
        ),
        Fact(_("Options under"), words.list_text(terms.plans)),
        Fact(
            _("Lowest exercise price"),
            price_text(terms.minimum_exercise_price),
            more=_("All the outstanding shares of an option, or none."),
        ),
        Fact(_("Split pairs"), words.pairs_text(terms)),
        Fact(_("New options"), "\n".join(words.tier_text(tier) for tier in terms.tiers)),
        Fact(_("Granted under"), terms.award_plan, more=_("They last {years}.").format(years=words.term_text(terms))),
        Fact(
            _("Kind and price"),
            _("Non-statutory options"),
            more=_("Exercise price: the market close on the grant date."),
        ),
        Fact(_("Share pools"), "\n".join(_pools(loaded)), more=_("As the company states them, before this offer.")),
        Fact(_("Granted"), words.wait_text(terms)),
        Fact(_("Vesting"), words.vesting_text(terms)),
        Fact(
            _("Forms come by"),
            ", ".join(_(text) for channel, text in _CHANNELS.items() if channel in terms.channels),
            more=_("A form by e-mail is never a tender."),
        ),
        Fact(_("Deadlines"), words.confirm_text(terms), more=words.promise_text(terms)),
        Fact(_("Reminders"), words.reminders_text(terms)),
    ]


def _pools(loaded: Loaded) -> list[str]:
    """Each plan of the terms with its pool."""
    codes = sorted({*loaded.terms.plans, loaded.terms.award_plan})
    plans = {plan.code: plan for plan in Plan.objects.filter(code__in=codes)}
    return [_pool(code, plans.get(code)) for code in codes]


def _pool(code: str, plan: Plan | None) -> str:
    name = f"{code}, {plan.name}" if plan and plan.name else code
    if plan is None or plan.shares_available is None:
        return _("{plan}: not stated").format(plan=name)
    return _("{plan}: {shares}").format(plan=name, shares=counted_shares_text(plan.shares_available))


def company_facts(company: Company) -> list[Fact]:
    """Who makes the offer, who answers questions, who signs."""
    found = [Fact(_("Company"), company.name, more=", ".join(company.address))]
    if company.stock_symbol:
        found.append(Fact(_("Stock"), company.stock_symbol, more=company.market))
    if company.logo:
        found.append(Fact(_("Logo"), _("At the head of every paper")))
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
