"""What every command of the contract shares: its instant, dry run, JSON, overrides, exit codes and error output."""

import argparse
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.audit import request_id
from exchange.interchange.apply import Applied, Correction, Source, unknown_employees
from exchange.interchange.problems import Problem
from exchange.interchange.tables import Schema, Table, read_table
from exchange.kernel import canonical, clock
from exchange.kernel.results import Refusal, Refused, Result
from exchange.kernel.sentences import sentence
from exchange.offers.actions import Override
from exchange.offers.models import Offer
from exchange.offers.reads import load, now_for, offer_by_code
from exchange.offers.rules import RULES

T = TypeVar("T")
R = TypeVar("R")
LIVE_TOLERANCE = timedelta(minutes=1)
ACTOR = "command line"


def instant(text: str) -> datetime:
    """An ISO 8601 instant with an offset, in UTC."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 8601 instant") from error
    if value.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset; expected one, as in 2003-07-24T17:00:00-07:00")
    return value.astimezone(UTC)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; expected YYYY-MM-DD") from error


def price(text: str) -> Decimal:
    """An exact price in dollars, greater than zero, with at most four decimals."""
    plain = text.replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit()) or text.startswith(".") or text.endswith("."):
        raise argparse.ArgumentTypeError(f"{text!r} is not a price; expected a plain decimal such as 2.03")
    value = Decimal(text)
    places = -int(value.as_tuple().exponent)
    if value <= 0 or places > 4 or value >= 10**8:
        raise argparse.ArgumentTypeError(f"{text!r} is not a price; expected more than 0, at most four decimals")
    return value


class RefusedError(CommandError):
    """Nothing was changed: exit 1, every reason on its own line of standard error."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join(self.reasons), returncode=1)


class ExchangeCommand(BaseCommand):
    """Base of every command. Subclasses write `act`, and answer what they did as plain values."""

    is_from_command_line = False
    takes_at = True
    takes_dry_run = True
    takes_overrides = False

    def add_arguments(self, parser: CommandParser) -> None:
        if self.takes_at:
            parser.add_argument("--at", type=instant, help="the instant at which it acts, ISO 8601 with an offset")
        if self.takes_dry_run:
            parser.add_argument("--dry-run", action="store_true", help="show what would be done; change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        if self.takes_overrides:
            parser.add_argument(
                "--override", action="append", choices=RULES, default=[], help="a clock rule that counsel overrides"
            )
            parser.add_argument("--reason", default="", help="counsel's written reason for the override")

    def run_from_argv(self, argv: list[str]) -> None:
        self.is_from_command_line = True
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        self.remarks: list[str] = []
        self.zone = "UTC"
        try:
            with request_id.bound(request_id.current() or f"command-{uuid.uuid4().hex[:16]}"):
                outcome = self.act(options)
        except RefusedError as refused:
            if options["json"]:
                self._print({"command": self._name(), "refused": refused.reasons})
            if self.is_from_command_line:
                for reason in refused.reasons:
                    self.stderr.write(reason)
                raise SystemExit(1) from None
            raise
        document = {
            "command": self._name(),
            "dry_run": bool(options.get("dry_run")),
            **outcome,
            "remarks": self.remarks,
        }
        if options["json"]:
            self._print(document)
        else:
            self._print_plainly(document)

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        """Do it, and answer what was done."""
        raise NotImplementedError

    # Reading the arguments

    def offer(self, code: str) -> Offer:
        offer = offer_by_code(code)
        if offer is None:
            self.refuse([Refusal("unknown_offer", {"offer": code})])
        if offer.versions.exists():
            self.zone = load(offer).zone
        return offer

    def instant_for(self, offer: Offer, stated: datetime | None) -> datetime | None:
        """When the command acts on an offer; None is the clock, read by the action once it holds the offer's lock.

        A live offer takes no stated instant more than a minute from the true time; a replay takes any, and its own
        *now* when none is stated.
        """
        if offer.is_replay:
            return stated or now_for(offer)
        if stated is not None:
            true = clock.now()
            if abs(stated - true) > LIVE_TOLERANCE:
                self.refuse([Refusal("at_not_now", {"at": stated, "now": true})])
        return stated

    def overrides(self, options: dict[str, Any]) -> list[Override]:
        if options["override"] and not options["reason"].strip():
            self.usage("--override needs --reason")
        return [Override(rule, options["reason"]) for rule in options["override"]]

    def correction(self, options: dict[str, Any]) -> Correction | None:
        if options["correct"] and not options["reason"].strip():
            self.usage("--correct needs --reason")
        return Correction(options["reason"]) if options["correct"] else None

    def usage(self, message: str) -> NoReturn:
        """Wrong usage: exit 2."""
        raise CommandError(message, returncode=2)

    def table(self, path: str, schema: Schema[R], *, names_people: bool = False) -> Table[R]:
        """The rows of a file; refuses it with everything that is wrong with it, unknown people among that."""
        table = read_table(Path(path), schema, progress=self._progress(path))
        if table.problems:
            unknown = unknown_employees(self.source(table), table.rows) if names_people else []
            raise RefusedError([*map(str, table.problems), *(sentence(reason) for reason in unknown)])
        return table

    def source(self, table: Table[Any]) -> Source:
        return Source(table.file, table.sha256)

    # Answering

    def refuse(self, reasons: Sequence[Refusal]) -> NoReturn:
        raise RefusedError([sentence(reason, self.zone) for reason in reasons])

    def refuse_problems(self, problems: Sequence[Problem]) -> None:
        if problems:
            raise RefusedError([str(problem) for problem in problems])

    def done(self, result: Result[T]) -> T:
        """The value of an action; a refusal ends the command. Remarks go to standard error and into the JSON."""
        if isinstance(result, Refused):
            self.refuse(result.reasons)
        for remark in result.remarks:
            text = sentence(remark, self.zone)
            self.remarks.append(text)
            self.stderr.write(text)
        return result.value

    def imported(self, applied: Applied) -> dict[str, Any]:
        return {
            "added": applied.added,
            "changed": applied.changed,
            "unchanged": applied.unchanged,
            "touched": applied.touched,
        }

    def _progress(self, path: str) -> Any:
        def report(count: int) -> None:
            if count % 10_000 == 0:
                self.stderr.write(f"{Path(path).name}: {count:,} rows")

        return report

    def _name(self) -> str:
        return self.__class__.__module__.rsplit(".", 1)[1]

    def _print(self, document: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(json.loads(canonical.dumps(document)), ensure_ascii=False, sort_keys=False))

    def _print_plainly(self, document: dict[str, Any]) -> None:
        head = f"{document.pop('command')}: {'would be done' if document.pop('dry_run') else 'done'}"
        document.pop("remarks")
        facts = [f"{key} {value}" for key, value in document.items() if value not in ({}, [], None, "")]
        self.stdout.write(f"{head}; {', '.join(facts)}" if facts else head)
