"""Small hostile worlds, one for each seed: people, options, forms and actions that sit on the edges of every rule.

Only files and steps are made here; what they lead to is worked out by `oracle.World`, whose figures (outstanding
shares, adjusted prices) the generator also asks for, so that most lines are right and a few are wrong on purpose.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import holidays

from tests.oracle.casts import Cast, iso
from tests.oracle.days import business_day_from, is_business_day
from tests.oracle.edges import DAY, MICROSECOND, PLANS, PRICES
from tests.oracle.facts import rows_of
from tests.oracle.oracle import Row, Step, World

NEVER_WAIVED = {"late", "unsigned", "unknown_grant", "option_not_eligible", "partial_tender", "pair_broken"}


class Roster(Cast):
    """One world: `write()` makes its files in a folder and answers its steps."""

    def write(self) -> list[Step]:
        self.timeline()
        self.offer()
        for _ in range(self.random.randint(3, 9)):
            self.person()
        self.random.shuffle(self.events)
        self.file("people.csv", self.people)
        self.file("events.csv", self.events, "employee_number,effective_on,event,value")
        self.file("all-grants.csv", self.grants)
        self.unknown = [grant for grant in self.grants[1:] if self.chance(0.03)]  # until they are put right
        self.file("grants.csv", [grant for grant in self.grants if grant not in self.unknown])
        steps = [Step("people", ("people.csv",)), Step("grants", ("grants.csv",)), Step("events", ("events.csv",))]
        if self.chance(0.3):
            steps.append(self.actions("actions-first.csv", self.commences))
        steps.append(Step("open", at=iso(self.commences, self.zone)))
        steps += self.exceptions(steps, self.commences)
        self.world = World(self.folder).take([*steps, Step("grants", ("all-grants.csv",))])
        for person in self.people:
            self.forms_of(person)
        for _ in range(self.random.randint(0, 2)):
            self.form(self.random.choice([{"employee_number": "NOBODY"}, {"employee_number": ""}]), None)
        self.steps = steps
        self.run()
        return self.steps

    def run(self) -> None:
        self.random.shuffle(self.forms)
        batches: list[list[Any]] = [[], [], []]
        for form in self.forms:
            batches[self.random.choice([0, 0, 0, 0, 1, 1, 2])].append(form)
        between = self.commences + (min(self.announced, self.stated) - self.commences) / 2
        self.batch("1", batches[0], between)
        self.decisions(between)
        self.mends(between)
        if self.chance(0.15):
            self.steps.append(self.actions("actions-between.csv", between))
        for number in range(self.random.choice([0, 0, 0, 1, 2])):
            self.steps.append(self.correction(f"again-{number}.csv"))
        if self.extends:
            announced, to = iso(self.announced, self.zone), iso(self.expires, self.zone)
            self.steps.append(Step("extend", at=announced, to=to))
            self.decisions(self.announced)
            self.steps += self.exceptions(self.steps, self.announced)
        else:
            self.steps += self.exceptions(self.steps, between)
        self.batch("2", batches[1], self.accepted)
        self.mends(self.accepted)
        self.decisions(self.accepted)
        if self.chance(0.1):
            self.steps.append(self.actions("actions-before-acceptance.csv", self.accepted))
        self.steps.append(Step("accept", at=iso(self.accepted, self.zone)))
        self.batch("3", batches[2], self.accepted)
        self.mends(self.accepted)
        if self.chance(0.1):
            self.steps.append(self.actions("actions-after-acceptance.csv", self.accepted))
        self.steps.append(Step("promise", at=iso(self.accepted + DAY, self.zone)))
        if self.chance(0.5):
            self.steps.append(self.actions("actions-last.csv", self.accepted + DAY))
        self.grant_day()

    def batch(self, name: str, forms: Sequence[tuple[Row, list[Row]]], at: datetime) -> None:
        if forms:
            files = (
                self.file(f"forms-{name}.csv", [row for row, _lines in forms]),
                self.file(
                    f"lines-{name}.csv",
                    [line for _row, lines in forms for line in lines],
                    "form_id,grant_number,grant_date,exercise_price,shares",
                ),
            )
            self.steps.append(Step("forms", files, at=iso(at, self.zone)))

    def exceptions(self, before: Sequence[Step], at: datetime) -> list[Step]:
        """Some are excluded, a person or an option, from a day at an edge; some of that is lifted again."""
        if not self.excludes:
            return []
        chosen = Random(f"exceptions {self.seed} {len(before)}")
        known = {grant["grant_number"] for grant in self.grants if grant not in self.unknown}
        subjects = [(person["employee_number"], "") for person in self.people]
        subjects += [
            (grant["employee_number"], grant["grant_number"])
            for grant in self.grants
            if grant["grant_number"] in known
        ]
        done = [step for step in before if step.does in ("exclude", "lift")]
        found: list[Step] = []
        for _ in range(chosen.choice([0, 0, 1, 2, 3])):
            holder, grant = chosen.choice(subjects)
            same = [step for step in [*done, *found] if (step.holder, step.grant) == (holder, grant)]
            day = chosen.choice(self.days)
            if same and same[-1].does == "exclude":
                day = max(day, date.fromisoformat(same[-1].on))
            does = "lift" if same and same[-1].does == "exclude" else "exclude"
            found.append(Step(does, at=iso(at, self.zone), on=day.isoformat(), holder=holder, grant=grant))
            if does == "exclude" and chosen.random() < 0.3:
                ends = max(day, chosen.choice(self.days)).isoformat()
                found.append(Step("lift", at=iso(at, self.zone), on=ends, holder=holder, grant=grant))
        return found

    def decisions(self, at: datetime) -> None:
        """Some of the defects there are by then are decided: by cure, waiver or rejection."""
        chosen = Random(f"decisions {self.seed} {len(self.steps)}")
        for _ in range(chosen.choice([0, 1, 2, 4, 8])):
            world = World(self.folder).take(self.steps)
            steps = []
            for form in world.forms:
                if form.status == "rejected" or form.received > at:
                    continue
                for grant, defect in world.defects_of(form):
                    held = world.register.get(grant, {}).get("employee_number") == form.holder
                    may_cure = defect != "unknown_grant" or held
                    may_waive = defect not in NEVER_WAIVED and defect not in world.waived
                    is_open = (grant, defect) not in form.decided
                    verdicts = ["cure"] * 3 * (is_open and may_cure) + ["reject"] * is_open + ["waive"] * may_waive
                    named = {"form": form.row["form_id"], "defect": defect, "grant": grant}
                    steps += [Step("decide", at=iso(at, self.zone), verdict=verdict, **named) for verdict in verdicts]
            if steps:
                self.steps.append(chosen.choice(steps))

    def mends(self, at: datetime) -> None:
        """Some entries are mended: a name, a date, a kind, another form's lines, another number, the receipt."""
        chosen = Random(f"mends {self.seed} {len(self.steps)}")
        for place in range(chosen.choice([0, 0, 1, 1, 2])):
            world = World(self.folder).take(self.steps)
            forms = [form for form in world.forms if form.received <= at]
            if not forms:
                return
            form, other = chosen.choice(forms), chosen.choice(forms)
            row, lines = dict(form.row), [dict(line) for line in form.lines]
            what = chosen.choice(["name", "name", "date", "kind", "lines", "lines", "person", *["received"] * 3])
            if what == "name":
                agreed = world.people.get(form.holder, {}).get("name_on_agreement", "Nobody")
                row |= {"signature_name": "" if form.has_signature and chosen.random() < 0.3 else agreed}
                row |= {"signer_capacity": "self"}
            elif what == "date":
                earlier = iso(form.received - timedelta(hours=chosen.choice([2, 50])), self.zone)
                row["signed_at"] = chosen.choice(["", earlier])
            elif what == "kind":
                row["kind"], lines = ("withdrawal", []) if form.is_election else ("election", other.lines)
            elif what == "lines" and form.is_election:
                lines = chosen.choice([lines[1:], [*lines, *other.lines], other.lines])
            elif what == "person":
                row["employee_number"] = chosen.choice([other.holder, "E-NOBODY"])
            elif what == "received":
                edge = chosen.choice([self.commences, self.stated, self.expires, other.received, form.received])
                true = edge + chosen.choice([-1, 0, 1]) * chosen.choice([MICROSECOND, timedelta(minutes=10), 2 * DAY])
                true = min(true, self.recorded_at(row["form_id"]))
                if true != form.received:
                    row["received_at"] = iso(true, self.zone)
            lines = [{**line, "form_id": row["form_id"]} for line in lines]
            if (row, lines) != (form.row, form.lines):
                name = f"{len(self.steps)}-{place}"
                header = "form_id,grant_number,grant_date,exercise_price,shares"
                files = (self.file(f"mend-{name}.csv", [row]), self.file(f"mend-lines-{name}.csv", lines, header))
                self.steps.append(Step("mend", files, at=iso(at, self.zone), form=row["form_id"]))

    def recorded_at(self, form_id: str) -> datetime:
        """When a form was recorded first: it was not received after that."""
        for step in self.steps:
            if step.does == "forms" and any(row["form_id"] == form_id for row in rows_of(self.folder, step.files[0])):
                return datetime.fromisoformat(step.at)
        raise LookupError(form_id)

    def correction(self, name: str) -> Step:
        """Facts put right while the offer is open, judged by one and the other."""
        what = self.random.choice(["shares", "terms", "names", "people", "events"])
        if what == "events":
            rows, self.events = self.events, []
            for person in self.people:
                if self.chance(0.3):
                    self.event(person["employee_number"])
            self.events = [row for row in self.events if row not in rows]
            new, self.events = self.events, rows + self.events
            file = self.file(name, new, "employee_number,effective_on,event,value")
            return Step("events", (file,), corrects=True)
        if what in ("shares", "terms"):
            rows = [grant for grant in self.grants if grant in self.unknown or self.chance(0.3)]
            for row in rows:
                left = int(row["shares_granted"]) - int(row["shares_exercised"])
                if what == "shares":
                    row["shares_cancelled"] = str(self.random.choice([0, left // 2, left]))
                else:
                    row["exercise_price"] = self.random.choice(PRICES)
                    row["plan"] = self.random.choice(PLANS)
                    row["split_pair"] = self.random.choice(["", row["split_pair"], "P-SHARED"])
            return Step("grants", (self.file(name, rows, ",".join(self.grants[0])),), corrects=True)
        for person in self.people:
            if self.chance(0.5) and what == "names":
                person["name_on_agreement"] = "Newly Wed"
            elif self.chance(0.3):
                person["role"] = self.random.choice(["employee", "employee", "director"])
                person["terminated_on"] = self.random.choice(
                    ["", max(person["hired_on"], self.some_day().isoformat())]
                )
        return Step("people", (self.file(name, self.people),), corrects=True)

    def grant_day(self) -> None:
        """At the earliest date that is also a session, or a later one, rather at the end of a month."""
        earliest = World(self.folder).take(self.steps).earliest_grant_date()
        closed = holidays.financial_holidays("NYSE", years=range(earliest.year, earliest.year + 3))
        days = [earliest + n * DAY for n in range(500)]
        days = [day for day in days if is_business_day(day) and day not in closed]
        ends = [day for day in days if day.day >= 29 or business_day_from(day + DAY).month != day.month]
        on = self.random.choice([days[0], days[0], self.random.choice(ends), self.random.choice(days)])
        if self.chance(0.5):  # what happens to people later, some of it about this day
            self.events, before = [], self.events
            for person in self.people:
                if self.chance(0.5):
                    self.days = [on - DAY, on, on + DAY]
                    self.event(person["employee_number"])
            known = {(row["employee_number"], row["effective_on"]) for row in before}
            last = self.accepted.astimezone(self.zone).date().isoformat()
            rows = [
                row
                for row in self.events
                if row["effective_on"] > last and (row["employee_number"], row["effective_on"]) not in known
            ]
            name = self.file("events-later.csv", rows, "employee_number,effective_on,event,value")
            self.steps.append(Step("events", (name,)))
        price = self.random.choice(["2.03", "2.50", "4", "24.5", "0.0001", "1234.5678"])
        self.steps.append(Step("grant", on=on.isoformat(), price=price))
