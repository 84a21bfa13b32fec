"""A small company with one offer, run through the product's own commands: a test says who, what and when."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.support.tables import CAPSTONE, EVENT, FORM, GRANT, PERSON

Row = dict[str, str]
Paper = tuple[Row, list[Row]]

COMMENCES = "2003-06-25T06:00:00-07:00"
EXPIRES = "2003-07-24T17:00:00-07:00"
ACCEPTED = "2003-07-25T09:00:00-07:00"
GRANTED = "2004-01-26"
MICROSECOND = timedelta(microseconds=1)


def run(command: str, *arguments: object) -> dict[str, Any]:
    """One command with `--json`; what it printed."""
    output = io.StringIO()
    call_command(command, *map(str, arguments), "--json", stdout=output, stderr=io.StringIO())
    answer: dict[str, Any] = json.loads(output.getvalue())
    return answer


def refusal(command: str, *arguments: object) -> str:
    """What a command that must refuse says on standard error."""
    with pytest.raises(CommandError) as refused:
        run(command, *arguments)
    assert refused.value.returncode == 1
    return str(refused.value)


def beside(instant: str, gap: timedelta) -> str:
    """An instant so much later, or earlier; ISO 8601 with the same offset."""
    return (datetime.fromisoformat(instant) + gap).isoformat()


class Company:
    """Facts are loaded as they are named; forms are recorded when `record` is called."""

    code = "CPST-2003"

    def __init__(self, folder: Path, terms: Mapping[str, str] | None = None) -> None:
        """`terms` replaces passages of the published offer's terms."""
        self.folder = folder
        self.people: dict[str, Row] = {}
        self.grants: dict[str, Row] = {}
        text = (CAPSTONE / "offer.toml").read_text(encoding="utf-8")
        for old, new in (terms or {}).items():
            assert old in text, old
            text = text.replace(old, new)
        (folder / "offer.toml").write_text(text, encoding="utf-8")
        run("load_offer", folder / "offer.toml")

    def file(self, name: str, rows: Sequence[Row], header: Sequence[str] = ()) -> Path:
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(header) or list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    # Facts

    def person(self, number: str, *options: str, **changed: str) -> Row:
        self.people[number] = {**PERSON, **self.people.get(number, {}), "employee_number": number, **changed}
        run("import_people", self.file("people", [self.people[number]]), *options)
        return self.people[number]

    def grant(self, number: str, holder: str, *options: str, **changed: str) -> Row:
        before = self.grants.get(number, {})
        self.grants[number] = {**GRANT, **before, "grant_number": number, "employee_number": holder, **changed}
        run("import_grants", self.file("grants", [self.grants[number]]), *options)
        return self.grants[number]

    def event(self, number: str, on: str, event: str, value: str = "", *options: str) -> dict[str, Any]:
        row = {**EVENT, "employee_number": number, "effective_on": on, "event": event, "value": value}
        return run("import_employment_events", self.file("events", [row]), *options)

    def action(self, on: str, new: str, old: str, kind: str = "split", at: str = "") -> dict[str, Any]:
        successor = "" if kind == "split" else "Acquirer, Inc."
        row = {"effective_on": on, "kind": kind, "new": new, "old": old, "successor": successor, "note": ""}
        return run("apply_corporate_actions", self.file("actions", [row]), *(["--at", at] if at else []))

    # Forms

    def line(self, grant: str, **changed: str) -> Row:
        """A line as the register has the grant; a number that nobody holds is taken from the sample grant."""
        held = self.grants.get(grant, {**GRANT, "grant_number": grant})
        left = int(held["shares_granted"]) - int(held["shares_exercised"]) - int(held["shares_cancelled"])
        facts = {key: held[key] for key in ("grant_number", "grant_date", "exercise_price")}
        return {**facts, "shares": str(left), **changed}

    def election(self, form_id: str, holder: str, received_at: str, *lines: str | Row, **changed: str) -> Paper:
        row = {
            **FORM,
            "form_id": form_id,
            "employee_number": holder,
            "received_at": received_at,
            "signed_at": beside(received_at, -timedelta(minutes=1)),
            "signature_name": self.people.get(holder, PERSON)["name_on_agreement"],
            **changed,
        }
        found = [self.line(line) if isinstance(line, str) else line for line in lines]
        return row, [{"form_id": form_id, **line} for line in found]

    def notice(self, form_id: str, holder: str, received_at: str, **changed: str) -> Paper:
        return self.election(form_id, holder, received_at, **{"kind": "withdrawal", **changed})

    def record(self, *papers: Paper, at: str = "") -> dict[str, Any]:
        forms = self.file("forms", [row for row, _lines in papers])
        header = ("form_id", "grant_number", "grant_date", "exercise_price", "shares")
        lines = self.file("lines", [line for _row, lines in papers for line in lines], header)
        return run("record_forms", self.code, forms, lines, *(["--at", at] if at else []))

    # The life of the offer

    def open(self, at: str = COMMENCES, *options: str) -> dict[str, Any]:
        return run("open_offer", self.code, "--at", at, *options)

    def accept(self, at: str = ACCEPTED) -> dict[str, Any]:
        return run("accept_offer", self.code, "--attest", "--leave-undecided", "--at", at)

    def promise(self, at: str = ACCEPTED) -> dict[str, Any]:
        return run("issue_promises", self.code, "--at", at)

    def grants_new(self, on: str = GRANTED, price: str = "2.03") -> dict[str, Any]:
        return run("grant_new_options", self.code, "--on", on, "--closing-price", price)

    # What came of it

    def results(self) -> dict[str, Any]:
        out = self.folder / "results.json"
        run("export_results", self.code, "--format", "json", "--out", out)
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found

    def form(self, form_id: str) -> dict[str, Any]:
        found: dict[str, Any] = next(form for form in self.results()["forms"] if form["form_id"] == form_id)
        return found

    def status(self, form_id: str) -> tuple[str, list[str]]:
        form = self.form(form_id)
        return form["status"], form["defects"]

    def lines(self, form_id: str) -> list[list[str]]:
        """The defects of each line of a form, in the form's order."""
        return [line["defects"] for line in self.form(form_id)["lines"]]
