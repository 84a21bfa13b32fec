"""The outcome of an offer as plain values, and as JSON, CSV or XLSX (contract: `export_results`)."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook

from exchange.elections.decisions import BY_STAFF
from exchange.elections.mends import not_counted, numbers_on_paper
from exchange.elections.models import Form, Judgement
from exchange.elections.reads import judged_of
from exchange.grants.models import Cancellation
from exchange.kernel.transactions import one_snapshot
from exchange.offers.models import Offer
from exchange.offers.reads import ended_by, load
from exchange.settlement.actions.grant import latest_verdicts
from exchange.settlement.models import Acceptance, Lapse, NewGrant, NotAccepted, Prohibition, Promise, PromiseLine


def results(offer: Offer) -> dict[str, Any]:
    """What the offer has come to, keyed as the contract says. Prices are decimal strings, dates ISO.

    As of one instant: made across an acceptance, it has all of it or nothing.
    """
    with one_snapshot():
        return _results(offer)


def _results(offer: Offer) -> dict[str, Any]:
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
    """Every form in order of receipt, with the status its receipt gave it: what staff decided of it is left out.

    Of a paper form whose transcription was mended, what its newest entry says, under the paper form's own number; once
    the offer was accepted or terminated, what the entry said that was in place then.
    """
    latest: dict[object, Judgement] = {}
    for judgement in Judgement.objects.filter(form__offer=offer).exclude(cause__in=BY_STAFF).order_by("number"):
        latest[judgement.form_id] = judgement
    result = []
    numbers = numbers_on_paper(offer)
    forms = Form.objects.filter(offer=offer).exclude(pk__in=not_counted(offer, ended_by(load(offer))))
    for form in forms.order_by("received_at", "recorded_at", "number"):
        judged = judged_of(latest[form.pk])
        lines = judged.lines if judged.status == "effective" else ()
        result.append(
            {
                "form_id": numbers.get(form.pk, form.number),
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


SHEETS = ("form", "line", "cancelled", "not_accepted", "promised", "new_grant", "vesting", "lapsed", "held", "total")


def as_xlsx(offer: Offer) -> bytes:
    """One sheet for each kind of record, with the columns of the CSV that it uses; the same results, the same bytes.

    Shares are numbers; prices and dates stay the texts that JSON has, so that no spreadsheet makes a float of them.
    """
    rows: dict[str, list[dict[str, Any]]] = {record: [] for record in SHEETS}
    for row in _csv_rows(results(offer)):
        rows[row["record"]].append(row)
    book = Workbook(write_only=True)
    for record, found in rows.items():
        columns = [name for name in CSV_COLUMNS[1:] if any(name in row for row in found)]
        sheet = book.create_sheet(record)
        sheet.append(columns or ["none"])
        for row in found:
            sheet.append([safe_cell(row.get(column, "")) for column in columns])
    output = io.BytesIO()
    book.save(output)
    return _undated(output)


def _undated(book: io.BytesIO) -> bytes:
    """The workbook without the instant at which it was written, which would make no two of them alike."""
    output = io.BytesIO()
    with zipfile.ZipFile(book) as written, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in written.namelist():
            body = written.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", body)
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, body)
    return output.getvalue()
