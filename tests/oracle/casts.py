"""Who is in a generated world and what they hold and sign, as rows of files; many of them wrong on purpose."""

import csv
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from tests.oracle.days import add_months
from tests.oracle.edges import (
    ACCEPTANCES,
    DAY,
    GAPS,
    MICROSECOND,
    NAMES,
    OFFER,
    PLANS,
    PRICES,
    RATIOS,
    SPLITS,
    VESTINGS,
    ZONES,
)
from tests.oracle.oracle import Row, Step, World


def iso(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat()


class Cast:
    """The offer, its people, their options and forms. `Roster` makes the steps of them."""

    world: World  # what the files so far lead to; lines of forms are written from it

    def __init__(self, seed: int, folder: Path, *, excludes: bool = True) -> None:
        """`excludes` False leaves out what has no command: nobody is excluded."""
        self.random, self.excludes = Random(seed), excludes
        self.seed, self.folder = seed, folder
        self.steps: list[Step] = []
        self.people: list[Row] = []
        self.events: list[Row] = []
        self.grants: list[Row] = []
        self.forms: list[tuple[Row, list[Row]]] = []

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    def file(self, name: str, rows: Sequence[Row], header: str = "") -> str:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            names = header.split(",") if header else list(rows[0])
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
        return name

    # --- the offer

    def timeline(self) -> None:
        self.zone = ZoneInfo(self.random.choice(ZONES))
        accepted_on = self.random.choice(ACCEPTANCES) + self.random.choice([0, 0, 0, 1, -1]) * DAY
        at = self.random.choice([time(9), time(0), time(23, 59, 59, 999999), time(17)])
        self.accepted = datetime.combine(accepted_on, at, self.zone)
        self.expires = self.accepted - self.random.choice([timedelta(), MICROSECOND, timedelta(hours=16), 3 * DAY])
        self.commences = self.expires - self.random.choice([28, 28, 29, 30, 10]) * DAY
        self.announced = self.expires - self.random.choice([DAY, timedelta(hours=1), timedelta(), -timedelta(hours=1)])
        self.extends = self.announced < self.accepted and self.chance(0.25)
        # The file states the earlier expiration; an extension moves it to the one chosen above.
        self.stated = self.expires
        if self.extends:
            self.stated = self.expires - self.random.choice([2 * DAY, timedelta(hours=2), MICROSECOND])
            self.announced = max(self.stated - DAY, min(self.announced, self.expires - MICROSECOND))
        # Days on which something may change: each edge, and one side of it.
        edges = [self.commences, self.stated, self.expires, self.accepted]
        self.days = [edge.astimezone(self.zone).date() + n * DAY for edge in edges for n in (-1, 0, 0, 1)]

    def offer(self) -> None:
        text = OFFER.format(
            code=f"EDGE-{self.seed}",
            dated=self.commences.astimezone(self.zone).date(),
            commences=iso(self.commences, self.zone),
            expires=iso(self.stated, self.zone),
            zone=self.zone.key,
            roles=self.random.choice(['["employee"]'] * 3 + ['["employee", "executive_officer"]']),
            countries=self.random.choice(['["US"]'] * 3 + ['["US", "CA"]']),
            pairs=self.random.choice(["true"] * 5 + ["false"]),
            wait=self.random.choice(["{ months = 6, days = 1 }"] * 5 + ["{ days = 1 }", "{ months = 1 }"]),
            years=self.random.choice([10, 10, 10, 7]),
            ratio=self.random.choice([*RATIOS[:1] * 5, *RATIOS]),
            vesting=self.random.choice(VESTINGS),
            promise=self.random.choice([3, 3, 1, 10]),
        )
        (self.folder / "offer.toml").write_text(text, encoding="utf-8")

    def some_day(self) -> date:
        open_days = (self.accepted - self.commences).days
        anywhere = self.commences.astimezone(self.zone).date() + self.random.randint(-40, open_days + 220) * DAY
        return self.random.choice([*self.days, anywhere])

    # --- people and their options

    def person(self) -> None:
        number = f"E{len(self.people):03}"
        name, _same, _other = self.random.choice(NAMES)
        hired = self.random.choice([date(1995, 8, 21)] * 14 + [self.some_day()])
        gone = max(hired, self.some_day()).isoformat() if self.chance(0.06) else ""
        self.people.append(
            {
                "employee_number": number,
                "legal_name": self.random.choice([name, name, "Newly Wed"]),
                "name_on_agreement": name,
                "email": f"{number.lower()}@edge.example",
                "residence_country": self.random.choice(["US"] * 18 + ["CA"]),
                "residence_state": "CA",
                "role": self.random.choice(["employee"] * 18 + ["consultant", "director", "executive_officer"]),
                "hired_on": hired.isoformat(),
                "terminated_on": gone,
            }
        )
        for _ in range(self.random.choice([0, 0, 0, 0, 0, 0, 1, 2, 4])):
            self.event(number)
        for _ in range(self.random.randint(1, 5)):
            self.grant(number)

    def event(self, number: str) -> None:
        kind, values = self.random.choice(
            [
                ("terminated", [""]),
                ("rehired", [""]),
                ("role", ["employee", "employee", "consultant", "executive_management", "director"]),
                ("residence_country", ["US", "US", "CA"]),
            ]
        )
        day = self.random.choice(
            [
                self.some_day(),
                self.some_day(),
                date.fromisoformat((self.events or [{"effective_on": "1999-01-01"}])[-1]["effective_on"]),
            ]
        )
        row = {"employee_number": number, "effective_on": day.isoformat(), "event": kind}
        self.events.append({**row, "value": self.random.choice(values)})

    def grant(self, number: str) -> None:
        commenced = self.commences.astimezone(self.zone).date()
        granted = self.random.choice([date(1999, 2, 28)] * 12 + [commenced - DAY, commenced, commenced + DAY])
        expires = self.random.choice([add_months(granted, 480)] * 9 + [self.some_day()])
        size = self.random.choice([1, 2, 3, 7, 47, 48, 49, 100, 1001, 2400, 5000])
        row = {
            "grant_number": f"{len(self.grants):08}",
            "employee_number": number,
            "plan": self.random.choice(PLANS),
            "option_type": "NSO",
            "grant_date": granted.isoformat(),
            "exercise_price": self.random.choice(PRICES),
            "shares_granted": str(size),
            "shares_exercised": str(self.random.choice([0, 0, 0, 0, size // 3, size // 2, size])),
            "shares_cancelled": "0",
            "expires_on": max(expires, granted + DAY).isoformat(),
            "split_pair": "",
        }
        self.grants.append(row)
        if not self.chance(0.35):
            return
        # A pair: mostly whole, at times of three, spent, of two plans, or with a code that another holder has too.
        row["split_pair"] = self.random.choice([f"P{len(self.grants)}", f"P{len(self.grants)}", "P-SHARED"])
        row["option_type"] = "ISO"
        for _ in range(self.random.choice([1, 1, 1, 2, 0])):
            mate = {**row, "grant_number": f"{len(self.grants):08}", "option_type": "NSO"}
            mate["shares_granted"] = str(2 * size)
            mate["shares_exercised"] = self.random.choice(["0", "0", "0", str(2 * size)])
            mate["plan"] = self.random.choice([row["plan"]] * 4 + PLANS)
            if self.chance(0.15):
                mate["expires_on"] = max(self.some_day(), granted + DAY).isoformat()
            self.grants.append(mate)

    # --- forms

    def instant(self) -> datetime:
        edge = self.random.choice([self.commences, self.stated, self.expires, self.expires, self.accepted])
        begin, end = self.commences, max(self.expires, self.commences + DAY)
        inside = begin + (end - begin) * self.random.random()
        midnight = datetime.combine(inside.astimezone(self.zone).date(), time(), self.zone)
        near = self.random.choice([midnight - MICROSECOND, midnight, edge + self.random.choice(GAPS)])
        return self.random.choice([inside, inside, inside, inside, near])

    def forms_of(self, person: Row) -> None:
        before: datetime | None = None
        for _ in range(self.random.choice([0, 1, 1, 2, 3, 5])):
            before = self.form(person, before)

    def form(self, person: Row, before: datetime | None) -> datetime:
        received = before if before is not None and self.chance(0.12) else self.instant()
        kind = self.random.choice(["election"] * 5 + ["withdrawal"])
        row = {
            "form_id": f"F{len(self.forms):04}",
            "received_at": received.astimezone(self.random.choice([self.zone, ZoneInfo("UTC")])).isoformat(),
            "channel": self.random.choice(["fax", "hand"]),
            "employee_number": person["employee_number"],
            "kind": kind,
            "signed_at": self.signed(received),
            "signature_name": self.signature(person),
            "signer_capacity": self.random.choice(["self"] * 14 + ["attorney_in_fact", "fiduciary"]),
            "signer_title": self.random.choice(["", "Attorney-in-fact", "Executor", "Executor", "  "]),
            "authority_evidence": self.random.choice(["yes", "yes", "no"]),
            "name_change_proof": self.random.choice(["no"] * 6 + ["yes"]),
            "email": "",
            "address": self.random.choice(["", "1 Edge Street\nSuite 2"]),
            "id_number": "",
        }
        lines = self.lines(row["form_id"], person["employee_number"], received) if kind == "election" else []
        self.forms.append((row, lines))
        return received

    def signed(self, received: datetime) -> str:
        """Mostly a while before receipt; else at an edge: of this receipt, or of another form's signature."""
        others = [row["signed_at"] for row, _lines in self.forms if row["signed_at"]]
        instant = received - self.random.choice([timedelta(seconds=1), timedelta(hours=3), timedelta(minutes=40)])
        choice = self.random.random()
        if choice < 0.03:
            return ""
        if choice < 0.08 and others:
            return self.random.choice(others[-3:])
        if choice < 0.14:
            instant = received + self.random.choice([-MICROSECOND, timedelta(), MICROSECOND, timedelta(hours=9)])
        if choice > 0.8:
            return (instant.astimezone(self.zone).date() + self.random.choice([0] * 8 + [-1, 1]) * DAY).isoformat()
        return iso(instant, self.random.choice([self.zone, ZoneInfo("UTC"), ZoneInfo("Pacific/Kiritimati")]))

    def signature(self, person: Row) -> str:
        agreed = person.get("name_on_agreement", "Nobody")
        same, other = next(((same, other) for name, same, other in NAMES if name == agreed), (["Nobody"], ["Someone"]))
        return self.random.choice([agreed] * 14 + [same[0], *same, self.random.choice(other), "Newly Wed", "", "  "])

    def lines(self, form_id: str, number: str, received: datetime) -> list[Row]:
        own = [grant for grant in self.grants if grant["employee_number"] == number]
        pairs = [grant for grant in own if grant["split_pair"]]
        chosen = [grant for grant in own if self.chance(0.6)] or [grant for grant in own[:1] if self.chance(0.8)]
        if self.chance(0.6):  # whole pairs
            names = {grant["split_pair"] for grant in chosen if grant["split_pair"]}
            chosen += [grant for grant in pairs if grant["split_pair"] in names and grant not in chosen]
        if self.chance(0.1) and chosen:
            chosen.append(self.random.choice(chosen))
        if self.chance(0.06):
            chosen.append(self.random.choice(self.grants))
        self.random.shuffle(chosen)
        lines = [self.line(form_id, grant, received) for grant in chosen]
        if self.chance(0.06):
            unknown = (
                {**(lines or [self.line(form_id, own[0], received)])[0], "grant_number": "99999999"} if own else None
            )
            lines += [unknown] * self.random.choice([1, 2]) if unknown else []
        return lines

    def line(self, form_id: str, grant: Row, received: datetime) -> Row:
        day = received.astimezone(self.zone).date()
        shares = self.world.outstanding_on(grant["grant_number"], day)
        price = Decimal(grant["exercise_price"])
        factor = self.world.factor_on(day)
        if factor != 1:
            exact = price * factor.denominator / factor.numerator
            price = round(exact, self.random.choice([2, 4, 4]))
        line = {
            "form_id": form_id,
            "grant_number": grant["grant_number"],
            "grant_date": grant["grant_date"],
            "exercise_price": str(max(price, Decimal("0.0001"))),
            "shares": str(shares),
        }
        wrong = self.random.random()
        if wrong < 0.04:
            line["shares"] = str(max(shares + self.random.choice([-1, 1, -shares]), 0))
        elif wrong < 0.07:
            line["exercise_price"] = self.random.choice(PRICES)
        elif wrong < 0.09:
            line["grant_date"] = (date.fromisoformat(grant["grant_date"]) + DAY).isoformat()
        elif wrong < 0.11:
            line |= {"grant_date": "1998-01-01", "shares": str(shares // 2)}
        return line

    # --- what is done, in order

    def actions(self, name: str, around: datetime) -> Step:
        rows = []
        for _ in range(self.random.choice([1, 1, 2, 3])):
            kind = self.random.choice(["split", "split", "split", "stock_merger", "cash_merger"])
            day = self.some_day()
            if kind != "split":  # a merger before cancellation is no matter of arithmetic
                day = max(day, self.accepted.astimezone(self.zone).date() + DAY)
            new, old = self.random.choice(SPLITS) if kind != "cash_merger" else ("17.35", "41.2")
            successor = "" if kind == "split" else "Acquirer, Inc."
            row = {"effective_on": day.isoformat(), "kind": kind, "new": new, "old": old, "successor": successor}
            if row not in [{key: other[key] for key in row} for other in rows]:
                rows.append({**row, "note": "edge"})
        return Step("actions", (self.file(name, rows),), at=iso(around, self.zone))
