"""A world run through the product's own commands, and what it exports at the end."""

import json
from pathlib import Path
from typing import Any

from exchange.offers.rules import RULES
from tests.oracle.oracle import Step
from tests.support.company import run

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


def outcome(folder: Path, steps: list[Step]) -> dict[str, Any]:
    """Everything `export_results` says once the steps are taken and the ledger verified, on an empty database."""
    code = run("load_offer", folder / "offer.toml")["offer"]
    for step in steps:
        run(*command(folder, code, step))
    run("verify_ledger")
    out = folder / "results.json"
    run("export_results", code, "--format", "json", "--out", out)
    exported: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return exported
