"""record_forms CODE FORMS LINES: record paper forms in order of receipt."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.elections.actions import record_forms
from exchange.elections.records import Submission
from exchange.elections.rules import LineFacts, Signed
from exchange.interchange.problems import Problem
from exchange.interchange.schemas import FORM_LINES, FORMS, FormRow, check_lines
from exchange.interchange.tables import read_table
from exchange.kernel import clock
from exchange.offers.reads import load


class Command(ExchangeCommand):
    help = "Records paper forms in order of receipt, each judged by the facts of the day it was received."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("forms")
        parser.add_argument("lines")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        forms = read_table(options["forms"], FORMS)
        lines = read_table(options["lines"], FORM_LINES)
        problems = [*forms.problems, *lines.problems, *check_lines(forms, lines)]
        channels = load(offer).terms.channels
        for row in forms.rows:
            if row.channel not in channels:
                problems.append(
                    Problem(
                        forms.file,
                        row.row,
                        "channel",
                        row.channel,
                        ", ".join(sorted(channels - {"portal"})),
                        f'"{row.channel}" is not a channel of this offer',
                    )
                )
        self.refuse_problems(problems)
        by_form: dict[str, list[LineFacts]] = defaultdict(list)
        for line in lines.rows:
            by_form[line.form_id].append(
                LineFacts(line.grant_number, line.grant_date, line.exercise_price, line.shares)
            )
        recorded = self.done(
            record_forms(
                code=offer.code,
                submissions=[_submission(row, by_form[row.form_id]) for row in forms.rows],
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]) or clock.now(),
                dry_run=options["dry_run"],
            )
        )
        counted = Counter(judged.status for _form, judged in recorded.forms)
        return {
            "offer": offer.code,
            "recorded": len(recorded.forms),
            "already_recorded": len(recorded.already),
            **{status: counted[status] for status in ("effective", "defective", "rejected")},
        }


def _submission(row: FormRow, lines: list[LineFacts]) -> Submission:
    """A transcribed paper form. Identification numbers are not kept: no offer of this kind asks for them."""
    signed = row.signed_at
    return Submission(
        kind=row.kind,
        channel=row.channel,
        employee_number=row.employee_number,
        signed=Signed(at=signed) if isinstance(signed, datetime) else Signed(on=signed),
        signature_name=row.signature_name,
        lines=tuple(lines),
        number=row.form_id,
        received_at=row.received_at,
        signer_capacity=row.signer_capacity,
        signer_title=row.signer_title,
        has_authority_evidence=row.authority_evidence,
        has_name_change_proof=row.name_change_proof,
        email=row.email,
        address=row.address,
    )
