"""What changes between two versions of an offer, in words, and what that says about the kind of change. Pure.

Each difference belongs to an area of the terms; the area says which kind of change it is by itself, or that only
counsel can say (documents, who answers questions, wording).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from exchange.kernel.wording import date_text, instant_text, price_text
from exchange.offers import terms_words as words
from exchange.offers.library import MARKED_COPY
from exchange.offers.rules import Classification
from exchange.offers.terms import Terms

NONE = "–"


class Document(Protocol):
    """One document of a version: what it is, and the digest of its bytes."""

    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def sha256(self) -> str: ...


D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes. `key` is where it stands in the terms; `says` the kind of change, None: counsel does."""

    key: str
    title: str
    before: str
    after: str
    says: Classification | None = None

    def as_plain(self) -> list[str]:
        return [self.key, self.title, self.before, self.after]


@dataclass(frozen=True, slots=True)
class _Area:
    key: str
    title: str
    text: Callable[[Terms], str]
    says: Classification | None = None


def _contacts(terms: Terms, purpose: str) -> str:
    return "\n".join(words.contact_text(one) for one in terms.company.contacts if one.purpose == purpose)


# What an offer is: another value is another offer.
FIXED = (
    _Area("offer.code", noop("Code"), lambda terms: terms.code),
    _Area("offer.commences_at", noop("Commences"), lambda terms: instant_text(terms.commences_at, "UTC")),
    _Area("offer.time_zone", noop("Time zone"), lambda terms: terms.time_zone),
    _Area("offer.replay", noop("Replay"), lambda terms: _("Yes") if terms.is_replay else _("No")),
    _Area("offer.dated", noop("Dated"), lambda terms: date_text(terms.dated) if terms.dated else NONE),
)
AREAS = (
    _Area(
        "new_award.ratio",
        noop("New options for old ones"),
        lambda terms: "\n".join(words.tier_text(tier) for tier in terms.tiers),
        Classification.CONSIDERATION,
    ),
    _Area("new_award.plan", noop("Granted under"), lambda terms: terms.award_plan, Classification.CONSIDERATION),
    _Area("new_award.wait", noop("Granted"), words.wait_text, Classification.CONSIDERATION),
    _Area("new_award.term_years", noop("New options last"), words.term_text, Classification.CONSIDERATION),
    _Area("new_award.vesting", noop("Vesting"), words.vesting_text, Classification.CONSIDERATION),
    _Area("eligibility.roles", noop("Made to"), words.roles_text, Classification.AMOUNT),
    _Area(
        "eligibility.residence_countries",
        noop("Living in"),
        lambda terms: words.list_text(terms.residence_countries),
        Classification.AMOUNT,
    ),
    _Area(
        "eligibility.plans",
        noop("Options under"),
        lambda terms: words.list_text(terms.plans),
        Classification.AMOUNT,
    ),
    _Area(
        "eligibility.minimum_exercise_price",
        noop("Lowest exercise price"),
        lambda terms: price_text(terms.minimum_exercise_price),
        Classification.AMOUNT,
    ),
    _Area("eligibility.keep_split_pairs", noop("Split pairs"), words.pairs_text, Classification.AMOUNT),
    _Area("channels", noop("Forms come by"), lambda terms: words.list_text(terms.channels), Classification.MATERIAL),
    _Area(
        "company.contacts.forms",
        noop("Paper forms go to"),
        lambda terms: _contacts(terms, "forms"),
        Classification.MATERIAL,
    ),
    _Area("deadlines.promise_within_business_days", noop("Promises"), words.promise_text, Classification.MATERIAL),
    _Area("deadlines.confirm_within_business_days", noop("Receipts"), words.confirm_text, Classification.MATERIAL),
    _Area("offer.title", noop("Title"), lambda terms: terms.title),
    _Area("company.name", noop("Company"), lambda terms: f"{terms.company.name} ({terms.company.short_name})"),
    _Area("company.address", noop("Address"), lambda terms: "\n".join(terms.company.address) or NONE),
    _Area("company.stock", noop("Stock"), lambda terms: f"{terms.company.stock_symbol}, {terms.company.market}"),
    _Area("company.contacts.questions", noop("Questions go to"), lambda terms: _contacts(terms, "questions") or NONE),
    _Area("company.logo", noop("Logo"), words.logo_text),
    _Area("company.signatory", noop("Promises are signed by"), words.signatory_text),
    _Area("reminders", noop("Reminders"), words.reminders_text),
)
# Terms that have one value today: a difference is one of the consideration, or of the amount sought.
_AWARD = ("kind", "exercise_price")


def forbidden(before: Terms, after: Terms) -> list[Difference]:
    """What an amendment may not change, and the new terms do."""
    return list(_between(FIXED, before, after))


def _between(areas: Sequence[_Area], before: Terms, after: Terms) -> Iterator[Difference]:
    for area in areas:
        old, new = area.text(before), area.text(after)
        if old != new:
            yield Difference(area.key, _(area.title), old, new, area.says)


def differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    terms: tuple[Terms, Terms],
    documents: tuple[Sequence[Document], Sequence[Document]],
) -> list[Difference]:
    """Everything that changes, in the order in which one asks for it, its expiration apart.

    `before` and `after` are the plain terms and `terms` the same typed; of `documents`, marked copies are left out.
    """
    found = list(_between(AREAS, *terms))
    for key in _AWARD:
        old, new = before["new_award"].get(key), after["new_award"].get(key)
        if old is not None and new is not None and old != new:
            found.append(
                Difference(f"new_award.{key}", _("New award"), str(old), str(new), Classification.CONSIDERATION)
            )
    old_plans, new_plans = _plans(before), _plans(after)
    if old_plans != new_plans and new_plans != NONE:
        found.append(Difference("plans", _("Plans"), old_plans, new_plans))
    return [*found, *_documents(*documents)]


def _plans(plain: Mapping[str, Any]) -> str:
    plans = plain.get("plans") or ()
    return "\n".join(f"{plan['code']}: {plan.get('name')}, {plan.get('shares_available')}" for plan in plans) or NONE


def _documents(before: Sequence[Document], after: Sequence[Document]) -> Iterator[Difference]:
    old = {_same(document): document for document in before if document.kind != MARKED_COPY}
    new = {_same(document): document for document in after if document.kind != MARKED_COPY}
    for key, document in new.items():
        if key not in old:
            yield Difference("documents", document.title, NONE, _("A new document"))
        elif old[key].sha256 != document.sha256:
            yield Difference("documents", document.title, _("As it was"), _("A new version of the document"))
    for key, document in old.items():
        if key not in new:
            yield Difference("documents", document.title, _("Part of the offer"), _("No longer part of the offer"))


def _same(document: Document) -> tuple[str, str]:
    """Documents of two versions are one document where kind and title are the same."""
    return document.kind, " ".join(document.title.split()).casefold()


def predecessor(document: Document, before: Sequence[D]) -> D | None:
    """The same document in the version before."""
    same = [old for old in before if _same(old) == _same(document)]
    return same[0] if same else None


def derived(found: Sequence[Difference]) -> Classification | None:
    """The strongest kind of change that the difference says by itself; None where only counsel can say."""
    said = {difference.says for difference in found}
    return next((kind for kind in Classification if kind in said), None)


def summary(found: Sequence[Difference]) -> str:
    """The change in words of our own, where the company gives none."""
    return "\n".join(
        f"{one.title}: {one.after}"
        if one.key == "documents"
        else _("{title}: {after} (before: {before})").format(
            title=one.title,
            after=" · ".join(one.after.splitlines()),
            before=" · ".join(one.before.splitlines()),
        )
        for one in found
    )
