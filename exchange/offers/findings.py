"""The checks of the checklist before opening, each a function of what is there (`preflight` says how they weigh)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Sum

from exchange.grants.models import Plan, PoolEntry
from exchange.kernel import canonical, database_clock
from exchange.kernel.names import folded
from exchange.kernel.results import Refusal
from exchange.market.reads import calendar
from exchange.offers import content, rules
from exchange.offers.reach import Option, Reach, reach_of
from exchange.offers.reads import Loaded, running_offer
from exchange.people.models import Holder
from exchange.people.reads import of_unknown_owner

# Addresses that stand where one is missing. The domains are those set apart for examples (RFC 2606, RFC 6761).
PLACEHOLDER_NAMES = {
    "noname",
    "nobody",
    "none",
    "noemail",
    "no-email",
    "nomail",
    "unknown",
    "na",
    "n/a",
    "tbd",
    "test",
} | {"dummy", "placeholder", "noreply", "no-reply", "xxx"}
PLACEHOLDER_DOMAINS = ("example.com", "example.org", "example.net")
PLACEHOLDER_ENDS = ("example", "test", "invalid", "localhost", "local")
# Beyond a second forms are refused (`kernel.database_clock`); long before, someone should look.
CLOCK_LIMIT, CLOCK_NOTICE = timedelta(seconds=1), timedelta(milliseconds=100)


class Weight(StrEnum):
    """What a finding of a check does: it is only noted, it blocks unless counsel accepts it, it blocks."""

    NOTED = "noted"
    ACCEPTABLE = "acceptable"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Subject:
    """A row that a finding is about: a person by key, or an option by number."""

    kind: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `key` says what it is and how it stands: an acceptance is of this key and no other.

    The key may hold a name or an address; what an acceptance keeps for good is only its digest, `token`.
    """

    key: str
    subjects: Sequence[Subject] = ()
    detail: str = ""
    reason: Refusal | None = None

    @property
    def token(self) -> str:
        return canonical.digest(f"finding {self.key}")


@dataclass(frozen=True, slots=True)
class Found:
    """What one check came to: its findings, and figures for its sentence."""

    findings: Sequence[Finding] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    weight: Weight | None = None


@dataclass(frozen=True)
class Facts:
    """What the checks are asked of, each read once."""

    loaded: Loaded
    at: datetime

    @cached_property
    def reach(self) -> Reach:
        return reach_of(self.loaded, self.at)

    @cached_property
    def people(self) -> list[tuple[int, str, str, str]]:
        """Key, number, legal name and address of everyone."""
        return list(
            Holder.objects.order_by("employee_number").values_list("pk", "employee_number", "legal_name", "email")
        )

    @cached_property
    def numbers(self) -> dict[int, str]:
        return {pk: f"{number} {name}" for pk, number, name, _email in self.people}

    def person(self, pk: int) -> Subject:
        return Subject("person", str(pk), self.numbers[pk])


def _option(option: Option) -> Subject:
    facts = option.facts
    return Subject("option", facts.grant_number, f"{facts.grant_number} {facts.option_type}")


# The checks


def nobody_reached(facts: Facts) -> Found:
    """The offer reaches someone with something to tender."""
    reach = facts.reach
    params = {"people": len(reach.reached), "options": reach.whole.eligible}
    return Found([] if reach.reached else [Finding("nobody")], params)


def duplicate_people(facts: Facts) -> Found:
    """Nobody is on file twice: the same legal name, compared as signatures are."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for pk, _number, name, _email in facts.people:
        by_name[folded(name)].append(pk)
    return _alike(facts, "name", by_name)


def duplicate_addresses(facts: Facts) -> Found:
    """Nobody shares an e-mail address: a letter to one would be read by another."""
    by_address: dict[str, list[int]] = defaultdict(list)
    for pk, _number, _name, email in facts.people:
        if email.strip():
            by_address[email.strip().casefold()].append(pk)
    return _alike(facts, "address", by_address, show=True)


def _alike(facts: Facts, what: str, groups: Mapping[str, Sequence[int]], *, show: bool = False) -> Found:
    findings = [
        Finding(
            f"{what}:{value}:{','.join(str(pk) for pk in pks)}",
            [facts.person(pk) for pk in pks],
            value if show else "",
        )
        for value, pks in groups.items()
        if len(pks) > 1
    ]
    return Found(findings, {"n": len(findings), "people": sum(len(finding.subjects) for finding in findings)})


def placeholder_addresses(facts: Facts) -> Found:
    """Everyone has an address of their own that letters can reach."""
    findings = [
        Finding(f"placeholder:{pk}:{email}", [facts.person(pk)], email or "–")
        for pk, _number, _name, email in facts.people
        if is_placeholder(email)
    ]
    return Found(findings, {"n": len(findings)})


def is_placeholder(email: str) -> bool:
    """Whether an address is none that a person reads: empty, a stand-in's name, a domain set apart for examples."""
    name, _at, domain = email.strip().casefold().rpartition("@")
    if not name or not domain:
        return True
    if name in PLACEHOLDER_NAMES or domain in PLACEHOLDER_DOMAINS:
        return True
    return domain.endswith(tuple(f".{end}" for end in (*PLACEHOLDER_DOMAINS, *PLACEHOLDER_ENDS))) or (
        domain in PLACEHOLDER_ENDS
    )


def people_without_options(facts: Facts) -> Found:
    """Everyone on file holds something, and every option has its holder (the register takes none without)."""
    findings = [
        Finding(f"without:{pk}", [facts.person(pk)])
        for pk, _number, _name, _email in facts.people
        if pk not in facts.reach.holding
    ]
    return Found(findings, {"n": len(findings), "options": len(facts.reach.options)})


def unpaired_halves(facts: Facts) -> Found:
    """An ISO and an NSO of one holder, day, plan and price are named a pair; and no half of a pair stands alone.

    Only where the offer keeps pairs together; of options that the offer reaches, or would but for their price.
    """
    if not facts.loaded.terms.keep_split_pairs:
        return Found()
    loose: dict[tuple[Any, ...], list[Option]] = defaultdict(list)
    pairs: dict[tuple[int, str], list[Option]] = defaultdict(list)
    for option in facts.reach.options:
        if not option.outstanding:
            continue
        if option.facts.split_pair:
            pairs[option.holder_id, option.facts.split_pair].append(option)
        elif option.facts.plan in facts.loaded.terms.plans:
            grant = option.facts
            loose[option.holder_id, grant.grant_date, grant.plan, grant.exercise_price].append(option)
    findings = [
        _pair("unpaired", found, facts)
        for found in loose.values()
        if {option.facts.option_type for option in found} >= {"ISO", "NSO"}
    ]
    findings += [
        _pair("same_kind", found, facts)
        for found in pairs.values()
        if len(found) > 1 and len({option.facts.option_type for option in found}) == 1
    ]
    return Found(findings, {"n": len(findings)})


def _pair(what: str, options: Sequence[Option], facts: Facts) -> Finding:
    subjects = [facts.person(options[0].holder_id), *(_option(option) for option in options)]
    grant = options[0].facts
    key = ",".join(sorted(option.facts.grant_number for option in options))
    return Finding(f"{what}:{key}", subjects, f"{grant.grant_date.isoformat()}, ${grant.exercise_price}")


def share_pool(facts: Facts) -> Found:
    """The pool holds the new options in the worst case: those tendered whose new shares are more than they return.

    What is cancelled returns to the pool of the new award's plan (domain §5), so an option that becomes as many
    shares or fewer never needs any of it.
    """
    reach, terms = facts.reach, facts.loaded.terms
    eligible = [option for option in reach.options if option.is_eligible]
    wanted = sum(max(0, option.new_shares - option.outstanding) for option in eligible)
    plan = Plan.objects.filter(code=terms.award_plan).first()
    stated = plan.shares_available if plan else None
    entries = PoolEntry.objects.filter(plan=plan).aggregate(total=Sum("shares"))["total"] if plan else None
    available = (stated or 0) + (entries or 0)
    params = {
        "plan": terms.award_plan,
        "returned": reach.whole.shares,
        "new": reach.whole.new_shares,
        "wanted": wanted,
        "available": available,
    }
    if wanted <= available:
        return Found((), params)
    unknown = stated is None
    weight = Weight.ACCEPTABLE if unknown else Weight.BLOCKING
    return Found([Finding(f"pool:{wanted}:{'unknown' if unknown else available}")], params, weight)


def legal_clock(facts: Facts) -> Found:
    """The period that the terms state is one that the law allows, opened now."""
    terms = facts.loaded.terms
    commences_at = max(facts.at, terms.commences_at)
    params = {"commences_at": commences_at, "expires_at": terms.expires_at}
    if terms.expires_at <= commences_at:
        refusals = [Refusal("expires_before_commencing", params)]
    else:
        refusals = rules.check_period(commences_at, terms.expires_at, calendar())
    running = running_offer()
    if running is not None and running.pk != facts.loaded.offer.pk:
        refusals.append(Refusal("another_offer_running", {"other": running.code}))
    return Found([Finding(f"clock:{refusal.code}", reason=refusal) for refusal in refusals], params)


def documents_approved(facts: Facts) -> Found:
    """Counsel approved the documents and every text of a paper."""
    return _approved(content.documents_approved(facts.loaded.offer))


def letters_approved(facts: Facts) -> Found:
    """Counsel approved every letter as it would go out."""
    return _approved(content.letters_approved(facts.loaded.offer))


def _approved(found: content.Approved) -> Found:
    findings = [
        Finding(f"{missing.area}:{missing.kind}:{missing.why}", [Subject(missing.area, missing.kind, missing.why)])
        for missing in found.missing
    ]
    return Found(findings, {"n": len(findings), "count": found.count})


def contacts(facts: Facts) -> Found:
    """Someone answers questions who can be reached, and each way in which paper forms come leads somewhere."""
    terms = facts.loaded.terms
    asked = [contact for contact in terms.company.contacts if contact.purpose == "questions"]
    paper = [contact for contact in terms.company.contacts if contact.purpose == "forms"]
    findings = []
    if not any(contact.phone or contact.email for contact in asked):
        findings.append(Finding("contacts:questions"))
    if "fax" in terms.channels and not any(contact.fax for contact in paper):
        findings.append(Finding("contacts:fax"))
    if "hand" in terms.channels and not (paper and terms.company.address):
        findings.append(Finding("contacts:hand"))
    return Found(findings, {"n": len(findings), "count": len(terms.company.contacts)})


def signatory(facts: Facts) -> Found:
    """An officer is named who signs the promises."""
    return Found([] if facts.loaded.terms.company.signatory else [Finding("signatory")])


def staff_numbers(facts: Facts) -> Found:
    """Every account of staff says whose it is, so that nobody acts on what is their own."""
    findings = [
        Finding(f"staff:{user.pk}", [Subject("account", str(user.pk), user.email)]) for user in of_unknown_owner()
    ]
    return Found(findings, {"n": len(findings)})


def clocks(facts: Facts) -> Found:
    """This computer's clock and the database's agree."""
    apart = abs(database_clock.difference())
    params = {"milliseconds": apart // timedelta(milliseconds=1)}
    if apart <= CLOCK_NOTICE:
        return Found((), params)
    return Found([Finding("clocks")], params, Weight.BLOCKING if apart > CLOCK_LIMIT else Weight.NOTED)
