"""What the oracle knows: the files of a world, and what they say of a person or an option on a day."""

import csv
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]


@dataclass(frozen=True)
class Step:
    """One command: `does` is people, events, grants, open, forms, decide, extend, accept, promise, actions, grant.

    Or mend, exclude, lift, which two people do on the desk.
    """

    does: str
    files: tuple[str, ...] = ()
    at: str = ""
    to: str = ""  # extend: the new expiration
    on: str = ""  # grant: the day
    price: str = ""  # grant: the close of that day
    form: str = ""  # mend, decide: the form; decide: the defect, what is decided, and the grant whose line it is on
    defect: str = ""
    verdict: str = ""  # cure, waive or reject
    grant: str = ""
    holder: str = ""  # exclude, lift: whom; grant: one option only; on: from the start of which day
    corrects: bool = False  # people, events, grants: a fact that a judgement may have used


def plain_name(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def rows_of(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def optional_date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass
class Signed:
    """When a form was signed: an instant, or a date only."""

    instant: datetime | None
    day: date

    @classmethod
    def read(cls, text: str, zone: ZoneInfo) -> "Signed | None":
        if not text:
            return None
        if len(text) == 10:
            return cls(None, date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
        return cls(instant, instant.astimezone(zone).date())

    def is_after(self, other: "Signed") -> bool:
        if self.instant is None or other.instant is None:
            return self.day > other.day
        return self.instant > other.instant


class Facts:
    """What is known so far of the offer's terms, people, options and corporate actions, as of any day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.terms = tomllib.loads((folder / "offer.toml").read_text(encoding="utf-8"))
        offer = self.terms["offer"]
        self.zone = ZoneInfo(offer["time_zone"])
        self.commences: datetime = offer["commences_at"]
        self.expires: datetime = offer["expires_at"]
        self.people: dict[str, Row] = {}
        self.events: list[Row] = []
        self.register: dict[str, Row] = {}
        self.actions: list[Row] = []
        self.excluded: dict[tuple[str, str], list[tuple[date, bool]]] = {}  # (person, grant or ""): from when, or not

    def day_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def do_people(self, step: Step) -> None:
        for row in rows_of(self.folder, step.files[0]):
            self.people[row["employee_number"]] = row

    def do_events(self, step: Step) -> None:
        seen = list(self.events)
        self.events += [row for row in rows_of(self.folder, step.files[0]) if row not in seen]

    def do_grants(self, step: Step) -> None:
        for row in rows_of(self.folder, step.files[0]):
            self.register[row["grant_number"]] = row

    def do_actions(self, step: Step) -> None:
        self.actions += [row for row in rows_of(self.folder, step.files[0]) if row not in self.actions]

    def do_exclude(self, step: Step) -> None:
        self.excluded.setdefault((step.holder, step.grant), []).append((date.fromisoformat(step.on), True))

    def do_lift(self, step: Step) -> None:
        self.excluded[step.holder, step.grant].append((date.fromisoformat(step.on), False))

    def is_excluded(self, holder: str, grant: str, day: date) -> bool:
        """Whether any exclusion of it had begun by that day and had not ended."""
        told = self.excluded.get((holder, grant), [])
        pairs = [(begun, told[place + 1 : place + 2]) for place, (begun, begins) in enumerate(told) if begins]
        return any(begun <= day and not (ended and ended[0][0] <= day) for begun, ended in pairs)

    # --- people

    def person_on(self, number: str, day: date) -> tuple[bool, str, str]:
        """Whether employed, in which role, resident where, on a day: the latest dated fact of each wins."""
        person = self.people[number]
        employed, since = False, date.min
        for starts, is_employed in ((person["hired_on"], True), (person["terminated_on"], False)):
            at = optional_date(starts)
            if at is not None and since <= at <= day:
                employed, since = is_employed, at
        role, role_since = person["role"], date.min
        country, country_since = person["residence_country"], date.min
        for event in self.events:
            if event["employee_number"] != number:
                continue
            at, kind, value = date.fromisoformat(event["effective_on"]), event["event"], event["value"]
            if at > day:
                continue
            if kind in ("terminated", "rehired") and at >= since:
                employed, since = kind == "rehired", at
            elif kind == "role" and at >= role_since:
                role, role_since = value, at
            elif kind == "residence_country" and at >= country_since:
                country, country_since = value, at
        return employed, role, country

    def is_eligible_person(self, number: str, day: date) -> bool:
        employed, role, country = self.person_on(number, day)
        rule = self.terms["eligibility"]
        reached = employed and role in rule["roles"] and country in rule["residence_countries"]
        return reached and not self.is_excluded(number, "", day)

    # --- options

    def factor_on(self, day: date) -> Fraction:
        """What a split does to the outstanding options, from the day of commencement to that day."""
        factor, begin = Fraction(1), self.day_of(self.commences)
        for action in self.actions:
            if action["kind"] == "split" and begin <= date.fromisoformat(action["effective_on"]) <= day:
                factor *= Fraction(action["new"]) / Fraction(action["old"])
        return factor

    def outstanding_on(self, number: str, day: date) -> int:
        row = self.register[number]
        whole = int(row["shares_granted"]) - int(row["shares_exercised"]) - int(row["shares_cancelled"])
        return floor(whole * self.factor_on(day))

    def is_price_of(self, stated: str, number: str, day: date) -> bool:
        factor = self.factor_on(day)
        price = Fraction(self.register[number]["exercise_price"]) / factor
        if Fraction(stated) == price:
            return True
        if factor == 1:
            return False
        rounded = Decimal(price.numerator) / Decimal(price.denominator)
        return Decimal(stated) in [rounded.quantize(Decimal(unit), ROUND_HALF_UP) for unit in ("0.01", "0.0001")]

    def is_eligible_option(self, number: str, day: date) -> bool:
        row, rule = self.register[number], self.terms["eligibility"]
        return (
            row["plan"] in rule["plans"]
            and not self.is_excluded(row["employee_number"], number, day)
            and self.outstanding_on(number, day) > 0
            and day < date.fromisoformat(row["expires_on"])
            and Decimal(row["exercise_price"]) >= Decimal(rule["minimum_exercise_price"])
            and self.ratio_of(number) is not None
            and date.fromisoformat(row["grant_date"]) <= self.day_of(self.commences)
        )

    def mates_of(self, number: str, day: date) -> list[str]:
        """The other halves of a pair that have shares outstanding; none for a half that has none itself."""
        row = self.register[number]
        if not self.terms["eligibility"]["keep_split_pairs"] or not row["split_pair"]:
            return []
        if self.outstanding_on(number, day) == 0:
            return []
        return [
            other
            for other, mate in self.register.items()
            if other != number
            and mate["split_pair"] == row["split_pair"]
            and mate["employee_number"] == row["employee_number"]
            and self.outstanding_on(other, day) > 0
        ]

    def ratio_of(self, number: str) -> Fraction | None:
        price = Decimal(self.register[number]["exercise_price"])
        for tier in self.terms["new_award"]["ratio"]:
            if Decimal(tier.get("from", "0")) <= price <= Decimal(tier.get("to", "Infinity")):
                return Fraction(tier["new"]) / Fraction(tier["old"])
        return None
