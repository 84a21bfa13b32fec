"""A world run through the product's own commands, and what it exports at the end."""

import json
from pathlib import Path
from typing import Any

from exchange.offers.rules import RULES
from tests.oracle.oracle import Step
from tests.support.company import run


def take(folder: Path, code: str, step: Step) -> None:
    """One step of a world, as a person at the command line would take it."""
    files = [folder / name for name in step.files]
    at = ["--at", step.at] if step.at else []
    correct = ["--correct", "--reason", "put right"] if step.corrects else []
    overrides = [word for rule in RULES for word in ("--override", rule)]
    reason = ["--reason", "counsel has agreed"]
    match step.does:
        case "people":
            run("import_people", *files, *correct)
        case "events":
            run("import_employment_events", *files, *correct)
        case "grants":
            run("import_grants", *files, *correct)
        case "actions":
            run("apply_corporate_actions", *files)
        case "open":
            run("open_offer", code, *at, *overrides, *reason)
        case "extend":
            run("extend_offer", code, "--to", step.to, *at, *overrides, *reason)
        case "forms":
            run("record_forms", code, *files, *at)
        case "accept":
            run("accept_offer", code, "--attest", "--leave-undecided", *at)
        case "promise":
            run("issue_promises", code, *at)
        case "grant":
            run("grant_new_options", code, "--on", step.on, "--closing-price", step.price, *at)


def outcome(folder: Path, steps: list[Step]) -> dict[str, Any]:
    """Everything `export_results` says once the steps are taken. Call it on an empty database."""
    code = run("load_offer", folder / "offer.toml")["offer"]
    for step in steps:
        take(folder, code, step)
    out = folder / "results.json"
    run("export_results", code, "--format", "json", "--out", out)
    exported: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return exported
