"""A world run through the product's own commands, and what it exports at the end."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from exchange.elections.actions import confirm_mend, prepare_mend
from exchange.elections.mends import entries_of, scans_of
from exchange.elections.models import Form, Scan
from exchange.elections.scans import ScanFile, attach_scan, open_scan
from exchange.interchange.paper import read_paper_forms
from exchange.offers.excluding import exclude, lift_exclusion
from exchange.offers.models import Exclusion
from exchange.offers.rules import RULES
from tests.oracle.oracle import Step
from tests.support.company import run
from tests.support.world import value

PDF = "application/pdf"

OVERRIDES = [*[word for rule in RULES for word in ("--override", rule)], "--reason", "counsel has agreed"]


def command(folder: Path, code: str, step: Step) -> list[object]:
    """One step of a world, as a person at the command line would take it."""
    files = [folder / name for name in step.files]
    at = ["--at", step.at] if step.at else []
    correct = ["--correct", "--reason", "put right"] if step.corrects else []
    grant = ["--grant", step.grant] if step.grant else []
    commands: dict[str, list[object]] = {
        "decide": ["decide_defect", code, step.form, step.defect, step.verdict, "--reason", "it is so", *grant, *at],
        "people": ["import_people", *files, *correct],
        "events": ["import_employment_events", *files, *correct],
        "grants": ["import_grants", *files, *correct],
        "actions": ["apply_corporate_actions", *files],
        "open": ["open_offer", code, *at, *OVERRIDES],
        "extend": ["extend_offer", code, "--to", step.to, *at, *OVERRIDES],
        "forms": ["record_forms", code, *files, *at],
        "accept": ["accept_offer", code, "--attest", "--leave-undecided", *at],
        "promise": ["issue_promises", code, *at],
        "grant": ["grant_new_options", code, "--on", step.on, "--closing-price", step.price, *at],
    }
    return commands[step.does]


def mend(folder: Path, code: str, step: Step) -> None:
    """The newest entry of a form mended by two people: there is no command for it."""
    (wanted,), problems = read_paper_forms(folder / step.files[0], folder / step.files[1], channels=["fax", "hand"])
    assert not problems, problems
    at, form = datetime.fromisoformat(step.at), entries_of(Form.objects.get(number=step.form))[-1]
    if not scans_of(form).exists():
        value(attach_scan(form=form, file=ScanFile(b"%PDF-1.7 " + step.form.encode(), PDF), actor="one", at=at))
    said = {"code": code, "number": form.number, "wanted": wanted, "reason": "It was copied wrongly."}
    prepared = value(prepare_mend(**said, actor="one", at=at)).mend
    for scan in scans_of(form):
        value(open_scan(scan=Scan.objects.get(pk=scan.pk), actor="another", at=at))
    value(confirm_mend(mend=prepared, actor="another", at=at))


def except_(code: str, step: Step) -> None:
    """A person or an option excluded, or put back, by two people: there is no command for it."""
    two = {"proposed_by": "one", "approved_by": "another", "actor": "another"}
    said = {"effective_on": date.fromisoformat(step.on), "reason": "A court order.", **two}
    at, of = datetime.fromisoformat(step.at), {"employee_number": step.holder, "grant_number": step.grant}
    if step.does == "exclude":
        value(exclude(code=code, told="An order.", at=at, **of, **said))
    else:
        row = Exclusion.objects.get(lifted=None, **of)
        value(lift_exclusion(exclusion=row.pk, at=at, **said))


def outcome(folder: Path, steps: list[Step]) -> dict[str, Any]:
    """Everything `export_results` says once the steps are taken and the ledger verified, on an empty database."""
    code = run("load_offer", folder / "offer.toml")["offer"]
    for step in steps:
        if step.does == "mend":
            mend(folder, code, step)
        elif step.does in ("exclude", "lift"):
            except_(code, step)
        else:
            run(*command(folder, code, step))
    run("verify_ledger")
    out = folder / "results.json"
    run("export_results", code, "--format", "json", "--out", out)
    exported: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return exported
