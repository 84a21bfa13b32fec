"""amend_offer CODE FILE.toml: a new version of an open offer's terms and documents."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand, RefusedError, instant
from exchange.elections.actions import amend_offer
from exchange.interchange.terms import load_terms
from exchange.offers.actions import DocumentFile
from exchange.offers.amending import Amended
from exchange.offers.rules import Classification


class Command(ExchangeCommand):
    help = "Amends an open offer: a new version of its terms and documents, announced to everyone it concerns."
    takes_overrides = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("file", help="the offer's terms as amended")
        parser.add_argument("--to", type=instant, help="the new expiration, ISO 8601 with an offset")
        parser.add_argument(
            "--classify",
            choices=[kind.value for kind in Classification],
            help="what kind of change it is, where the terms do not say it by themselves",
        )
        parser.add_argument("--summary", default="", help="what changed, in the company's words, for the cover letter")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        overrides = self.overrides(options)
        offer = self.offer(options["code"])
        found, problems = load_terms(Path(options["file"]))
        if found is None or problems:
            raise RefusedError([str(problem) for problem in problems])
        amended = self.done(
            amend_offer(
                code=offer.code,
                plain=found.as_plain(),
                documents=[DocumentFile(d.kind, d.title, d.content_type, d.body) for d in found.documents],
                change=options["summary"],
                to=options["to"],
                classification=Classification(options["classify"]) if options["classify"] else None,
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
                overrides=overrides,
                dry_run=options["dry_run"],
            )
        )
        return {"offer": offer.code, **(_described(amended) if amended else {"version": None})}


def _described(amended: Amended) -> dict[str, Any]:
    """What the amendment is, and how its expiration was counted, day by day."""
    arithmetic = amended.arithmetic
    return {
        "version": amended.amendment.version.number,
        "at": amended.at,
        "classification": amended.amendment.classification,
        "derived": amended.amendment.derived,
        "changes": [one.as_plain() for one in amended.differences],
        "expires_at": amended.expires_at,
        "expired_before": amended.previous,
        "open_until_at_least": arithmetic.ends_at,
        "proposed": arithmetic.proposed,
        "days": [[day.day, day.number, day.holiday] for day in arithmetic.days],
        "marked": list(amended.marked),
        "letters": amended.told,
    }
