"""The terms of one version, typed, from their stored text. Terms are data: nothing here is one offer's constant."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from exchange.kernel.shares import VestingTerms


@dataclass(frozen=True, slots=True)
class Contact:
    purpose: str
    name: str
    title: str
    phone: str
    fax: str
    email: str
    hours: str


@dataclass(frozen=True, slots=True)
class Signatory:
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    short_name: str
    stock_symbol: str
    market: str
    address: tuple[str, ...]
    contacts: tuple[Contact, ...]
    signatory: Signatory | None
    logo: str = ""  # an SVG of shapes alone


@dataclass(frozen=True, slots=True)
class RatioTier:
    """`new` shares for `old`, for exercise prices from `price_from` to `price_to`, both inclusive."""

    price_from: Decimal
    price_to: Decimal | None
    old: Decimal
    new: Decimal

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.new) / Fraction(self.old)


@dataclass(frozen=True, slots=True)
class Terms:
    """One offer's terms. Prices in dollars, periods as named, instants in UTC."""

    code: str
    title: str
    dated: date | None
    commences_at: datetime
    expires_at: datetime
    time_zone: str
    is_replay: bool
    company: Company
    roles: frozenset[str]
    residence_countries: frozenset[str]
    plans: frozenset[str]
    minimum_exercise_price: Decimal
    keep_split_pairs: bool
    award_plan: str
    wait_months: int
    wait_days: int
    term_years: int
    tiers: tuple[RatioTier, ...]
    vesting: VestingTerms
    confirm_within_business_days: int
    promise_within_business_days: int
    reminder_days: tuple[int, ...]
    channels: frozenset[str]

    def ratio_for(self, price: Decimal) -> Fraction | None:
        """New shares for one old one at this exercise price; None where no tier has it."""
        tier = self.tier_for(price)
        return tier.ratio if tier else None

    def tier_for(self, price: Decimal) -> RatioTier | None:
        """The tier of an exercise price, both ends inclusive."""
        for tier in self.tiers:
            if price >= tier.price_from and (tier.price_to is None or price <= tier.price_to):
                return tier
        return None


@lru_cache(maxsize=32)
def parse(text: str) -> Terms:
    """The terms of a stored text (`OfferVersion.terms`)."""
    return from_plain(json.loads(text))


def _instant(value: str) -> datetime:
    result = datetime.fromisoformat(value)
    if result.tzinfo is None:
        raise ValueError("an instant of the terms has no offset")
    return result


def from_plain(plain: Mapping[str, Any]) -> Terms:
    """Terms from JSON-plain values shaped like `offer.toml` (decimals as strings, instants ISO 8601)."""
    company, offer = plain["company"], plain["offer"]
    eligibility, award = plain["eligibility"], plain["new_award"]
    signatory = company.get("signatory")
    deadlines = plain.get("deadlines") or {}
    return Terms(
        code=offer["code"],
        title=offer["title"],
        dated=date.fromisoformat(offer["dated"]) if offer.get("dated") else None,
        commences_at=_instant(offer["commences_at"]),
        expires_at=_instant(offer["expires_at"]),
        time_zone=offer["time_zone"],
        is_replay=bool(offer.get("replay", False)),
        company=Company(
            name=company["name"],
            short_name=company["short_name"],
            stock_symbol=company.get("stock_symbol", ""),
            market=company.get("market", ""),
            address=tuple(company.get("address", ())),
            contacts=tuple(
                Contact(
                    **{
                        key: contact.get(key) or ""
                        for key in ("purpose", "name", "title", "phone", "fax", "email", "hours")
                    }
                )
                for contact in company.get("contacts", ())
            ),
            signatory=Signatory(signatory["name"], signatory["title"]) if signatory else None,
            logo=company.get("logo", ""),
        ),
        roles=frozenset(eligibility["roles"]),
        residence_countries=frozenset(eligibility["residence_countries"]),
        plans=frozenset(eligibility["plans"]),
        minimum_exercise_price=Decimal(eligibility["minimum_exercise_price"]),
        keep_split_pairs=bool(eligibility.get("keep_split_pairs", True)),
        award_plan=award["plan"],
        wait_months=int(award["wait"].get("months") or 0),
        wait_days=int(award["wait"].get("days") or 0),
        term_years=int(award["term_years"]),
        tiers=tuple(
            RatioTier(
                Decimal(tier["from"]),
                Decimal(tier["to"]) if tier.get("to") is not None else None,
                Decimal(tier["old"]),
                Decimal(tier["new"]),
            )
            for tier in award["ratio"]
        ),
        vesting=VestingTerms(Fraction(award["vesting"]["at_grant"]), Fraction(award["vesting"]["each_month"])),
        confirm_within_business_days=int(deadlines.get("confirm_within_business_days") or 2),
        promise_within_business_days=int(deadlines.get("promise_within_business_days") or 3),
        reminder_days=tuple((plain.get("reminders") or {}).get("business_days_before_expiry") or ()),
        channels=frozenset(plain.get("channels") or offer.get("channels") or ("portal", "fax", "hand")),
    )
