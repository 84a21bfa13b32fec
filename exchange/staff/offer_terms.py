"""The terms of an offer as a form: fields to tables of `offer.toml` and back, and each problem to its field.

The form decides nothing about a term: what it makes is read by `load_terms`, as a file is, and what that finds wrong
is said at the field.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from exchange.interchange.problems import Problem
from exchange.interchange.terms import OfferFile, load_terms
from exchange.interchange.terms_file import text_of
from exchange.staff.fields import local_text
from exchange.staff.offer_form import CHANNELS, PARTS, ROWS, STARTS_WITH, WHOLE_NUMBERS, OfferForm, blank_rows

TERMS_FILE = "offer.toml"
CLOSING_PRICE = "closing_price_on_grant_date"

# Where a key of the file has its field on the page; lists are told by their row (`ROWS`).
FIELD_OF: Mapping[str, str] = {
    "company.name": "company_name",
    "company.short_name": "short_name",
    "company.stock_symbol": "stock_symbol",
    "company.market": "market",
    "company.address": "address",
    "company.logo": "logo",
    "company.signatory": "signatory_name",
    "company.signatory.name": "signatory_name",
    "company.signatory.title": "signatory_title",
    "offer.code": "code",
    "offer.title": "title",
    "offer.dated": "dated",
    "offer.commences_at": "commences_at",
    "offer.expires_at": "expires_at",
    "offer.time_zone": "time_zone",
    "eligibility.roles": "roles",
    "eligibility.residence_countries": "countries",
    "eligibility.plans": "eligible_plans",
    "eligibility.minimum_exercise_price": "minimum_price",
    "new_award.plan": "award_plan",
    "new_award.wait": "wait_months",
    "new_award.wait.months": "wait_months",
    "new_award.wait.days": "wait_days",
    "new_award.term_years": "term_years",
    "new_award.vesting.at_grant": "at_grant",
    "new_award.vesting.each_month": "each_month",
    "deadlines.confirm_within_business_days": "confirm_days",
    "deadlines.promise_within_business_days": "promise_days",
    "reminders.business_days_before_expiry": "reminders",
    "channels": "channels",
}
_ITEM = re.compile(r"\[(\d+)\]")


class TermsPage:
    """The form and its lists as one page was sent, or as it begins; `raw` is what they say, as tables of the file."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None, fixed_code: str = "") -> None:
        raw = initial or {}
        self.fixed_code = fixed_code
        self.form = OfferForm(data, initial=fields_of(raw) if raw else STARTS_WITH, fixed_code=fixed_code)
        self.rows = {
            name: blank_rows(name, data, initial=_rows_of(name, raw), extra=0 if _rows_of(name, raw) else None)
            for name in ROWS
        }

    def with_more(self, name: str) -> "TermsPage":
        """The same page with one more blank row in a list; only shown again, and not judged."""
        data: Any = self.form.data
        many = {field for field in self.form.fields if field in {"roles", "channels"}}
        more = TermsPage(fixed_code=self.fixed_code)
        stated = {field: data.getlist(field) if field in many else data.get(field) for field in self.form.fields}
        more.form = OfferForm(initial=stated, fixed_code=self.fixed_code)
        more.rows = {
            key: blank_rows(
                key,
                initial=[{field: data.get(row.add_prefix(field)) for field in row.fields} for row in rows.forms],
                extra=1 if key == name else 0,
            )
            for key, rows in self.rows.items()
        }
        return more

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The sections of the page with their bound fields, for the template."""
        return [
            {
                "part": part,
                "fields": [self.form[name] for name in part.fields],
                "rows": self.rows.get(part.rows),
                "add": ROWS[part.rows].add if part.rows else "",
            }
            for part in PARTS
        ]

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self.forms if form.is_bound)

    @property
    def forms(self) -> list[forms.Form]:
        """Everything that may have an error to list at the top."""
        return [self.form, *(row for rows in self.rows.values() for row in rows.forms)]

    def check(self, documents: Sequence[Mapping[str, Any]] = (), files: Mapping[str, bytes] | None = None) -> bool:
        """Read what the form says as a file of terms is read; problems go to their fields. True when there are none.

        `documents` are the entries of the documents that go with the terms, `files` their bytes by name.
        """
        is_whole = all([self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())])
        self.text = text_of({**self.raw(), "documents": list(documents)})
        found, problems = check_text(self.text, files or {})
        for problem in problems:
            self._say(problem)
        return is_whole and found is not None

    def _say(self, problem: Problem) -> None:
        path = problem.column or ""
        is_blank = problem.value in {None, ""} and "[" not in path
        for name, rows in ROWS.items():
            if path.startswith(f"{rows.path}["):
                return self._say_in_row(name, path.removeprefix(rows.path), problem)
            if path == rows.path:
                row = self.rows[name].forms[0]
                text = _sentence(problem) if self._full(name) else _("State at least one.")
                row.add_error(next(iter(row.fields)), text)
                return None
        field = FIELD_OF.get(path) or FIELD_OF.get(path.split("[")[0]) or None
        if field is None:
            self.form.add_error(None, str(problem))
        elif not self.form.has_error(field):
            text = _("Fill this in.") if is_blank and not self._stated(field) else _sentence(problem)
            if field == "expires_at" and self._stated(field) and self._stated("commences_at"):
                text = _("It must be after the commencement.")  # in the field's own clock, not in the file's
            self.form.add_error(field, text)
        return None

    def _say_in_row(self, name: str, rest: str, problem: Problem) -> None:
        found = _ITEM.match(rest)
        row = self._full(name)[int(found.group(1)) - 1] if found else self.rows[name].forms[0]
        key = rest.rpartition(".")[2]
        field = next((field for field, known in ROWS[name].keys.items() if known == key), next(iter(row.fields)))
        stated = row.cleaned_data.get(field)
        row.add_error(field, _sentence(problem) if stated else _("Fill this in."))

    def _stated(self, field: str) -> bool:
        return bool(self.form.cleaned_data.get(field))

    def _full(self, name: str) -> list[Any]:
        """The rows of a list in which something stands."""
        return [row for row in self.rows[name].forms if any((getattr(row, "cleaned_data", None) or {}).values())]

    def raw(self) -> dict[str, Any]:
        """What the form says, as tables. A field left empty is left out: what reads it says what is missing."""
        said = self.form.cleaned_data
        zone = said.get("time_zone") or "UTC"
        company = {
            "name": said.get("company_name"),
            "short_name": said.get("short_name"),
            "stock_symbol": said.get("stock_symbol"),
            "market": said.get("market"),
            "address": _lines(said.get("address", "")),
            "contacts": self._listed("contacts"),
            "logo": said.get("logo"),
        }
        if said.get("signatory_name") or said.get("signatory_title"):
            company["signatory"] = _some({"name": said.get("signatory_name"), "title": said.get("signatory_title")})
        offer = {
            "code": said.get("code"),
            "title": said.get("title"),
            "dated": _day(said.get("dated", "")),
            "commences_at": _instant(said.get("commences_at"), zone),
            "expires_at": _instant(said.get("expires_at"), zone),
            "time_zone": said.get("time_zone"),
        }
        if said.get("replay"):
            offer["replay"] = True
        wait = {"months": _whole(said.get("wait_months", "")), "days": _whole(said.get("wait_days", ""))}
        return {
            "channels": list(said.get("channels", ())),
            "company": _some(company),
            "offer": _some(offer),
            "eligibility": {
                "roles": list(said.get("roles", ())),
                "residence_countries": _words(said.get("countries", "")),
                "plans": _lines(said.get("eligible_plans", "")),
                **_some({"minimum_exercise_price": said.get("minimum_price")}),
                "all_or_none": True,
                "keep_split_pairs": bool(said.get("keep_split_pairs")),
            },
            "new_award": {
                "kind": "NSO",
                **_some({"plan": said.get("award_plan")}),
                "wait": _some(wait),
                "exercise_price": CLOSING_PRICE,
                **_some({"term_years": _whole(said.get("term_years", ""))}),
                "ratio": self._listed("ratio"),
                "vesting": _some({"at_grant": said.get("at_grant"), "each_month": said.get("each_month")}),
            },
            "deadlines": _some(
                {
                    "confirm_within_business_days": _whole(said.get("confirm_days", "")),
                    "promise_within_business_days": _whole(said.get("promise_days", "")),
                }
            ),
            "reminders": {
                "business_days_before_expiry": [_whole(word) for word in _words(said.get("reminders", ""))],
            },
            "plans": self._listed("plans"),
        }

    def _listed(self, name: str) -> list[dict[str, Any]]:
        keys = ROWS[name].keys
        return [
            _some(
                {
                    keys[field]: _whole(value) if field in WHOLE_NUMBERS else value
                    for field, value in row.cleaned_data.items()
                }
            )
            for row in self._full(name)
        ]


def check_text(text: str, files: Mapping[str, bytes]) -> tuple[OfferFile | None, list[Problem]]:
    """Terms and the documents beside them, read exactly as files are."""
    with tempfile.TemporaryDirectory(prefix="exchange-") as folder:
        for name, body in files.items():
            (Path(folder) / name).write_bytes(body)
        (Path(folder) / TERMS_FILE).write_text(text, encoding="utf-8")
        return load_terms(Path(folder) / TERMS_FILE)


def _sentence(problem: Problem) -> ValidationError:
    return ValidationError(capfirst(problem.message) + ".")


def _some(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value not in (None, "")}


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,;\n]", text) if word.strip()]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _whole(text: str) -> int | str:
    """A whole number as typed, thousands separated or not; what is none stays text, and is refused as such."""
    plain = text.replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else text


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text
    except ValueError:
        return text


def _instant(at: datetime | None, zone: str) -> datetime | None:
    return at.astimezone(ZoneInfo(zone)) if at else None


def fields_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields show of terms that are there already (`terms_file.raw_of`)."""
    company, offer = raw["company"], raw["offer"]
    eligibility, award = raw["eligibility"], raw["new_award"]
    signatory = company.get("signatory") or {}
    deadlines = raw.get("deadlines") or {}
    days = (raw.get("reminders") or {}).get("business_days_before_expiry") or ()
    zone = ZoneInfo(offer["time_zone"])
    return {
        "code": offer["code"],
        "title": offer["title"],
        "dated": offer["dated"].isoformat() if offer.get("dated") else "",
        "replay": bool(offer.get("replay")),
        "company_name": company["name"],
        "short_name": company["short_name"],
        "stock_symbol": company.get("stock_symbol", ""),
        "market": company.get("market", ""),
        "address": "\n".join(company.get("address") or ()),
        "logo": company.get("logo", ""),
        "signatory_name": signatory.get("name", ""),
        "signatory_title": signatory.get("title", ""),
        "time_zone": offer["time_zone"],
        "commences_at": local_text(offer["commences_at"], zone),
        "expires_at": local_text(offer["expires_at"], zone),
        "confirm_days": str(deadlines.get("confirm_within_business_days") or 2),
        "promise_days": str(deadlines.get("promise_within_business_days") or 3),
        "roles": list(eligibility["roles"]),
        "countries": ", ".join(eligibility["residence_countries"]),
        "eligible_plans": "\n".join(eligibility["plans"]),
        "minimum_price": eligibility["minimum_exercise_price"],
        "keep_split_pairs": bool(eligibility.get("keep_split_pairs", True)),
        "award_plan": award["plan"],
        "wait_months": str(award["wait"].get("months") or 0),
        "wait_days": str(award["wait"].get("days") or 0),
        "term_years": str(award["term_years"]),
        "at_grant": award["vesting"]["at_grant"],
        "each_month": award["vesting"]["each_month"],
        "channels": list(raw.get("channels") or [channel for channel, _label in CHANNELS]),
        "reminders": ", ".join(str(day) for day in days),
    }


def _rows_of(name: str, raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a list of terms that are there already."""
    found: Any = raw
    for key in ROWS[name].path.split("."):
        found = found.get(key) or {}
    return [{field: item.get(key) for field, key in ROWS[name].keys.items()} for item in found or ()]
