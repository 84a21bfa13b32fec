"""The outcome of an offer as plain values, and as JSON or CSV (contract: `export_results`)."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from exchange.elections.decisions import BY_STAFF
from exchange.elections.models import Form, Judgement
from exchange.elections.reads import judged_of
from exchange.grants.models import Cancellation
from exchange.offers.models import Offer
from exchange.settlement.actions.grant import latest_verdicts
from exchange.settlement.models import Acceptance, Lapse, NewGrant, NotAccepted, Prohibition, Promise, PromiseLine


def results(offer: Offer) -> dict[str, Any]:
    """What the offer has come to, keyed as the contract says. Prices are decimal strings, dates ISO."""
    acceptance = Acceptance.objects.filter(offer=offer).first()
    forms = _forms(offer)
    source = f"offer:{offer.code}"
    cancelled = {
        row.grant_number: row.shares for row in Cancellation.objects.filter(source=source).order_by("grant_number")
    }
    new_grants = _new_grants(offer)
    lapsed = {row.grant_number: row.reason for row in Lapse.objects.filter(line__promise__offer=offer)}
    promised = {
        promise.holder.employee_number: promise.shares
        for promise in Promise.objects.filter(offer=offer).select_related("holder").order_by("holder__employee_number")
    }
    holders = Cancellation.objects.filter(source=source).values("grant__holder_id").distinct().count()
    return {
        "offer": offer.code,
        "forms": forms,
        "cancelled": cancelled,
        "not_accepted": {row.grant_number: row.reason for row in NotAccepted.objects.filter(acceptance__offer=offer)},
        "totals": {
            "forms": len(forms),
            "cancelled_grants": len(cancelled),
            "cancelled_shares": sum(cancelled.values()),
            "holders": holders,
            "new_shares": sum(grant["shares"] for grant in new_grants.values()),
            "lapsed_grants": len(lapsed),
        },
        "earliest_grant_date": acceptance.earliest_grant_on.isoformat() if acceptance else None,
        "promises_due_on": acceptance.promises_due_on.isoformat() if acceptance else None,
        "promised": {"by_holder": promised, "total": sum(promised.values())},
        "new_grants": new_grants,
        "lapsed": lapsed,
        "held": _held(offer),
    }


def _forms(offer: Offer) -> list[dict[str, Any]]:
    """Every form in order of receipt, with the status its receipt gave it: what staff decided of it is left out."""
    latest: dict[object, Judgement] = {}
    for judgement in Judgement.objects.filter(form__offer=offer).exclude(cause__in=BY_STAFF).order_by("number"):
        latest[judgement.form_id] = judgement
    result = []
    for form in Form.objects.filter(offer=offer).order_by("received_at", "recorded_at", "number"):
        judged = judged_of(latest[form.pk])
        lines = judged.lines if judged.status == "effective" else ()
        result.append(
            {
                "form_id": form.number,
                "employee_number": form.employee_number,
                "kind": form.kind,
                "status": judged.status,
                "defects": list(judged.defects),
                "lines": [
                    {"grant_number": line.grant_number, "status": line.status, "defects": list(line.defects)}
                    for line in lines
                ],
            }
        )
    return result


def _new_grants(offer: Offer) -> dict[str, dict[str, Any]]:
    found = NewGrant.objects.filter(line__promise__offer=offer).select_related("holder")
    return {
        grant.old_grant_number: {
            "employee_number": grant.holder.employee_number,
            "shares": grant.shares,
            "exercise_price": grant.stated_price,
            "granted_on": grant.granted_on.isoformat(),
            "expires_on": grant.expires_on.isoformat(),
            "vesting": json.loads(grant.vesting),
        }
        for grant in found.order_by("old_grant_number")
    }


def _held(offer: Offer) -> dict[str, str]:
    """Lines without an outcome whose promise counsel has to decide on."""
    verdicts = latest_verdicts(offer)
    open_lines = PromiseLine.objects.filter(promise__offer=offer, new_grant__isnull=True, lapse__isnull=True)
    return {
        line.grant_number: "prohibited"
        for line in open_lines.order_by("grant_number")
        if verdicts.get(line.promise_id) == Prohibition.Verdict.HELD
    }


def as_json(offer: Offer) -> str:
    return json.dumps(results(offer), ensure_ascii=False, indent=1) + "\n"


CSV_COLUMNS = (
    "record",
    "form_id",
    "employee_number",
    "grant_number",
    "kind",
    "status",
    "reasons",
    "shares",
    "exercise_price",
    "date",
    "expires_on",
)


def as_csv(offer: Offer) -> str:
    """One table: `record` names what a row is (form, line, cancelled, not_accepted, promised, new_grant, …)."""
    output = io.StringIO()
    writer = csv.DictWriter(output, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in _csv_rows(results(offer)):
        writer.writerow({key: safe_cell(value) for key, value in row.items()})
    return output.getvalue()


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _csv_rows(outcome: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for form in outcome["forms"]:
        head = {"form_id": form["form_id"], "employee_number": form["employee_number"], "kind": form["kind"]}
        yield {"record": "form", **head, "status": form["status"], "reasons": " ".join(form["defects"])}
        for line in form["lines"]:
            reasons = " ".join(line["defects"])
            number = line["grant_number"]
            yield {"record": "line", **head, "grant_number": number, "status": line["status"], "reasons": reasons}
    for number, shares in outcome["cancelled"].items():
        yield {"record": "cancelled", "grant_number": number, "shares": shares}
    for record in ("not_accepted", "lapsed", "held"):
        for number, reason in outcome[record].items():
            yield {"record": record, "grant_number": number, "reasons": reason}
    for employee, shares in outcome["promised"]["by_holder"].items():
        yield {"record": "promised", "employee_number": employee, "shares": shares}
    for number, grant in outcome["new_grants"].items():
        head = {"grant_number": number, "employee_number": grant["employee_number"]}
        yield {
            "record": "new_grant",
            **head,
            "shares": grant["shares"],
            "exercise_price": grant["exercise_price"],
            "date": grant["granted_on"],
            "expires_on": grant["expires_on"],
        }
        for day, shares in grant["vesting"]:
            yield {"record": "vesting", **head, "date": day, "shares": shares}
    for name, value in outcome["totals"].items():
        yield {"record": "total", "kind": name, "shares": value}
