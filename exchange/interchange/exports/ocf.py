"""The outcome as an Open Cap Table package (OCF 1.2.0), for a cap table to take in: a manifest and its files, zipped.

It has the options that the offer cancelled and those granted for them, their holders and plans, and no other stock of
the company. Where the format asks for what no offer knows, a comment beside the value says so.
"""

import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import IO, Any

from exchange.grants.models import Cancellation, Plan
from exchange.grants.reads import facts_of as grant_facts
from exchange.interchange.exports.order import ZIP, Made, Order, Progress
from exchange.interchange.exports.zips import info
from exchange.kernel import canonical
from exchange.kernel.transactions import one_snapshot
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, load
from exchange.people.models import Holder
from exchange.people.reads import facts_of as person_facts
from exchange.people.rules import status_on
from exchange.settlement.models import NewGrant
from exchange.settlement.signatures import standing_signatures

VERSION = "1.2.0"
CURRENCY, COUNTRY = "USD", "US"
NAMESPACE = uuid.UUID("5b0e3c58-6a0b-4c0a-9d57-3d2c7a6f7e10")
RELATIONSHIPS = {
    "employee": "EMPLOYEE",
    "executive_officer": "OFFICER",
    "executive_management": "EXECUTIVE",
    "director": "BOARD_MEMBER",
    "consultant": "CONSULTANT",
}
Item = dict[str, Any]


def make(order: Order, out: IO[bytes], progress: Progress) -> Made:
    """The package, as the worker makes it for the desk."""
    out.write(as_ocf(order.loaded.offer, order.at))
    return Made(f"{order.code}-ocf.zip", ZIP)


def as_ocf(offer: Offer, at: datetime) -> bytes:
    """The package as of `at`, read in one snapshot. The same outcome at the same instant makes the same bytes."""
    with one_snapshot():
        found = _Package(load(offer), at)
        manifest = found.manifest()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in [("Manifest.ocf.json", _bytes(manifest)), *found.files.items()]:
            archive.writestr(info(name, at), body)
    return out.getvalue()


def _bytes(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _money(amount: Decimal) -> dict[str, str]:
    return {"amount": canonical.decimal_text(amount), "currency": CURRENCY}


@dataclass(frozen=True)
class _Package:
    loaded: Loaded
    at: datetime

    def id(self, kind: str, key: str) -> str:
        """The same thing has the same id in every package of the offer's company."""
        return str(uuid.uuid5(NAMESPACE, f"{self.loaded.terms.company.name}:{kind}:{key}"))

    @cached_property
    def cancelled(self) -> Sequence[Cancellation]:
        found = Cancellation.objects.filter(source=f"offer:{self.loaded.offer.code}").order_by("grant_number")
        return list(found.select_related("grant__holder"))

    @cached_property
    def granted(self) -> Sequence[NewGrant]:
        found = NewGrant.objects.filter(line__promise__offer=self.loaded.offer).order_by("number")
        return list(found.select_related("holder"))

    @cached_property
    def signed_on(self) -> dict[uuid.UUID, date]:
        rows = standing_signatures().filter(grant__line__promise__offer=self.loaded.offer)
        found = {}
        for grant, signed_at, on in rows.values_list("grant_id", "signed_at", "signed_on"):
            day = self.loaded.date_of(signed_at) if signed_at is not None else on
            if day is not None:  # one of the two is always there
                found[grant] = day
        return found

    # The files

    @cached_property
    def files(self) -> dict[str, bytes]:
        found: dict[str, tuple[str, Sequence[Item]]] = {
            "Stakeholders.ocf.json": ("OCF_STAKEHOLDERS_FILE", list(self._stakeholders())),
            "StockClasses.ocf.json": ("OCF_STOCK_CLASSES_FILE", [self._stock_class()]),
            "StockPlans.ocf.json": ("OCF_STOCK_PLANS_FILE", list(self._plans())),
            "Transactions.ocf.json": ("OCF_TRANSACTIONS_FILE", list(self._transactions())),
        }
        return {name: _bytes({"file_type": kind, "items": items}) for name, (kind, items) in found.items()}

    def manifest(self) -> Item:
        company, first = self.loaded.terms.company, min([row.grant.grant_date for row in self.cancelled], default=None)
        listed = {
            name: {"filepath": name, "md5": hashlib.md5(body, usedforsecurity=False).hexdigest()}
            for name, body in self.files.items()
        }
        return {
            "ocf_version": VERSION,
            "file_type": "OCF_MANIFEST_FILE",
            "issuer": {
                "id": self.id("issuer", company.name),
                "object_type": "ISSUER",
                "legal_name": company.name,
                "formation_date": (first or self.loaded.commencement_date).isoformat(),
                "country_of_formation": COUNTRY,
                "comments": [
                    "Date and country of formation are not on file here: the date is the first in this package, the "
                    "country that of the law of the offer. Replace both."
                ],
            },
            "as_of": self.loaded.date_of(self.at).isoformat(),
            "generated_at": canonical.instant_text(self.at),
            "comments": [
                f"Offer {self.loaded.offer.code}: the options that it cancelled and those granted for them; no other "
                "security of the company.",
                *(["The offer is a replay."] if self.loaded.offer.is_replay else []),
            ],
            "stakeholders_files": [listed["Stakeholders.ocf.json"]],
            "stock_classes_files": [listed["StockClasses.ocf.json"]],
            "stock_plans_files": [listed["StockPlans.ocf.json"]],
            "transactions_files": [listed["Transactions.ocf.json"]],
            "stock_legend_templates_files": [],
            "valuations_files": [],
            "vesting_terms_files": [],
        }

    def _stakeholders(self) -> Iterator[Item]:
        ids = {row.grant.holder_id for row in self.cancelled} | {row.holder_id for row in self.granted}
        holders = Holder.objects.filter(pk__in=ids).prefetch_related("employment_events")
        for holder in holders.order_by("employee_number"):
            status = status_on(person_facts(holder), self.loaded.date_of(self.at))
            yield {
                "id": self.id("stakeholder", holder.employee_number),
                "object_type": "STAKEHOLDER",
                "name": {"legal_name": holder.legal_name},
                "stakeholder_type": "INDIVIDUAL",
                "issuer_assigned_id": holder.employee_number,
                "current_relationship": RELATIONSHIPS[status.role] if status.is_employed else "EX_EMPLOYEE",
            }

    def _stock_class(self) -> Item:
        return {
            "id": self.id("stock class", "common"),
            "object_type": "STOCK_CLASS",
            "name": "Common Stock",
            "class_type": "COMMON",
            "default_id_prefix": "CS-",
            "initial_shares_authorized": "NOT APPLICABLE",
            "votes_per_share": "1",
            "seniority": "1",
            "comments": [
                "The stock that the options are exercised into. Shares authorized, votes and seniority are not on "
                "file: replace them."
            ],
        }

    def _plans(self) -> Iterator[Item]:
        used = {row.grant.plan for row in self.cancelled} | {row.plan for row in self.granted}
        known = {plan.code: plan for plan in Plan.objects.filter(code__in=used)}
        for code in sorted(used):
            plan = known.get(code)
            available = plan.shares_available if plan is not None else None
            yield {
                "id": self.id("plan", code),
                "object_type": "STOCK_PLAN",
                "plan_name": (plan.name if plan is not None else "") or code,
                "initial_shares_reserved": str((available or 0) + self._old_shares(code)),
                "stock_class_ids": [self.id("stock class", "common")],
                "comments": [
                    f"Plan {code}. Reserved: "
                    + (f"{available} available before the offer" if available is not None else "none stated")
                    + f", and {self._old_shares(code)} under the options of this package that it cancelled."
                ],
            }

    def _old_shares(self, plan: str) -> int:
        return sum(row.shares for row in self.cancelled if row.grant.plan == plan)

    # What happened, in order

    def _transactions(self) -> list[Item]:
        found = [*self._old(), *self._new()]
        return sorted(found, key=lambda item: (item["date"], item["object_type"], item["id"]))

    def _transaction(self, kind: str, key: str, on: date, security: str) -> Item:
        return {
            "id": self.id(kind, key),
            "object_type": f"TX_EQUITY_COMPENSATION_{kind}",
            "date": on.isoformat(),
            "security_id": security,
        }

    def _issuance(self, number: str, on: date, holder: Holder, plan: str, kind: str) -> Item:
        return {
            **self._transaction("ISSUANCE", number, on, self.id("security", number)),
            "custom_id": number,
            "stakeholder_id": self.id("stakeholder", holder.employee_number),
            "stock_plan_id": self.id("plan", plan),
            "stock_class_id": self.id("stock class", "common"),
            "compensation_type": f"OPTION_{kind}",
            "option_grant_type": kind,
            "security_law_exemptions": [],
            "termination_exercise_windows": [],
        }

    def _factor(self, on: date) -> Fraction:
        return split_factor(corporate_actions(), self.loaded.commencement_date, on)

    def _old(self) -> Iterator[Item]:
        """Each old option as it was when it was cancelled, and its cancellation."""
        factors = {on: self._factor(on) for on in {row.on for row in self.cancelled}}
        for row in self.cancelled:
            grant, factor = row.grant, factors[row.on]
            price = grant_facts(grant, grant.holder.employee_number).adjusted_price(factor)
            said = (
                f"As outstanding when it was cancelled: granted {grant.shares_granted}, exercised "
                f"{grant.shares_exercised}, cancelled before {grant.shares_cancelled}."
            )
            if factor != 1:
                said += f" Adjusted by splits since, {factor.numerator} for {factor.denominator}."
            issuance = self._issuance(
                grant.grant_number, grant.grant_date, grant.holder, grant.plan, grant.option_type
            )
            yield issuance | {
                "quantity": str(row.shares),
                "exercise_price": _money(price),
                "expiration_date": grant.expires_on.isoformat(),
                "comments": [said, "How it had vested is not told."],
            }
            yield self._transaction("CANCELLATION", grant.grant_number, row.on, issuance["security_id"]) | {
                "quantity": str(row.shares),
                "reason_text": f"Tendered in offer {self.loaded.offer.code}, accepted, and cancelled.",
            }

    def _new(self) -> Iterator[Item]:
        """Each new option with its vesting, date by date, and the day on which its agreement was signed."""
        for row in self.granted:
            issuance = self._issuance(row.number, row.granted_on, row.holder, row.plan, "NSO")
            yield issuance | {
                "quantity": str(row.shares),
                "exercise_price": _money(row.exercise_price),
                "expiration_date": row.expires_on.isoformat(),
                "vestings": [{"date": day, "amount": str(shares)} for day, shares in json.loads(row.vesting)],
                "consideration_text": f"In place of option {row.old_grant_number}, cancelled in the offer.",
            }
            if row.pk in self.signed_on:
                yield self._transaction("ACCEPTANCE", row.number, self.signed_on[row.pk], issuance["security_id"])
