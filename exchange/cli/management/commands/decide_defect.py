"""decide_defect CODE FORM_ID DEFECT cure|waive|reject --reason TEXT [--grant NUMBER]: staff's decision on a defect."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand, day
from exchange.elections.actions.decide import CURE, VERDICTS, decide_defect


class Command(ExchangeCommand):
    help = "Cures a defect of one form, waives its kind for every holder alike, or rejects it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("form_id")
        parser.add_argument("defect")
        parser.add_argument("verdict", choices=list(VERDICTS))
        parser.add_argument("--reason", required=True, help="why, in writing; kept with the decision")
        parser.add_argument("--grant", default="", help="the grant whose line has the defect")
        parser.add_argument("--evidence", default="", help="what cured it")
        parser.add_argument("--cured-on", type=day, help="the day the cure came, in the offer's zone; default: today")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["verdict"] != CURE and (options["evidence"] or options["cured_on"]):
            self.usage("--evidence and --cured-on go with a cure")
        offer = self.offer(options["code"])
        decided = self.done(
            decide_defect(
                code=offer.code,
                number=options["form_id"],
                defect=options["defect"],
                verdict=options["verdict"],
                reason=options["reason"],
                grant=options["grant"],
                evidence=options["evidence"],
                cured_on=options["cured_on"],
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
                dry_run=options["dry_run"],
            )
        )
        return {
            "offer": offer.code,
            "defect": decided.defect,
            "verdict": decided.verdict,
            "at": decided.at,
            "forms": [
                {
                    "form_id": item.form.number,
                    "employee_number": item.form.employee_number,
                    "status": item.after.status,
                    "in_force": item.is_in_force,
                    "tendered": item.after.tendered,
                }
                for item in decided.reached
            ],
        }
