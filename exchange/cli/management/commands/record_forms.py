"""record_forms CODE FORMS LINES: record paper forms in order of receipt."""

from collections import Counter
from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.elections.actions import record_forms
from exchange.interchange.paper import read_paper_forms
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
        submissions, problems = read_paper_forms(
            options["forms"], options["lines"], channels=load(offer).terms.channels
        )
        self.refuse_problems(problems)
        recorded = self.done(
            record_forms(
                code=offer.code,
                submissions=submissions,
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
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
