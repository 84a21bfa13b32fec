"""What is looked at before an offer is opened: each check is a function of what is there; none writes anything.

Opened from the desk, an offer is held back by what blocks; a command only reports it (`actions.open_offer`). Some
findings may be accepted by counsel with a written reason, finding by finding as it stands: what is found anew, or
otherwise, blocks again. The legal clock blocks by itself, in the action, and is overridden there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from exchange.kernel import canonical
from exchange.kernel.results import Refusal
from exchange.kernel.wording import shares_text
from exchange.offers import findings
from exchange.offers.findings import Finding, Found, Weight
from exchange.offers.models import FindingAcceptance
from exchange.offers.reads import Loaded

LEGAL_CLOCK = "legal_clock"


class Level(StrEnum):
    DONE = "done"
    ATTENTION = "attention"
    ACCEPTED = "accepted"
    BLOCKS = "blocks"


@dataclass(frozen=True)
class Check:
    """One line of the checklist."""

    code: str
    level: Level
    weight: Weight
    findings: Sequence[Finding]
    params: Mapping[str, Any]
    acceptances: Sequence[FindingAcceptance]

    @property
    def open_findings(self) -> list[Finding]:
        """What nobody has accepted."""
        accepted = {key for row in self.acceptances for key in row.keys_accepted}
        return [finding for finding in self.findings if finding.token not in accepted]

    @property
    def digest(self) -> str:
        """Of what is still to be accepted: an acceptance names it, so that it is of what was read."""
        return canonical.digest(canonical.dumps(sorted(finding.token for finding in self.open_findings)))

    @property
    def is_gate(self) -> bool:
        """Whether it holds an opening back here; the legal clock does so itself."""
        return self.level is Level.BLOCKS and self.code != LEGAL_CLOCK

    @property
    def is_remarkable(self) -> bool:
        """Whether an opening that went on tells of it."""
        return self.level is not Level.DONE and self.code != LEGAL_CLOCK

    @property
    def refusal(self) -> Refusal:
        said = {key: shares_text(value) if isinstance(value, int) else value for key, value in self.params.items()}
        return Refusal(f"preflight_{self.code}", said)


# In the order in which one prepares an offer. A further check is one more line here, and its words.
CHECKS: Mapping[str, tuple[Weight, Callable[[findings.Facts], Found]]] = {
    "duplicate_people": (Weight.ACCEPTABLE, findings.duplicate_people),
    "duplicate_addresses": (Weight.ACCEPTABLE, findings.duplicate_addresses),
    "placeholder_addresses": (Weight.ACCEPTABLE, findings.placeholder_addresses),
    "people_without_options": (Weight.NOTED, findings.people_without_options),
    "unpaired_halves": (Weight.ACCEPTABLE, findings.unpaired_halves),
    "nobody_reached": (Weight.BLOCKING, findings.nobody_reached),
    "share_pool": (Weight.BLOCKING, findings.share_pool),
    "contacts": (Weight.ACCEPTABLE, findings.contacts),
    "signatory": (Weight.ACCEPTABLE, findings.signatory),
    "staff_numbers": (Weight.NOTED, findings.staff_numbers),
    "documents_approved": (Weight.BLOCKING, findings.documents_approved),
    "letters_approved": (Weight.BLOCKING, findings.letters_approved),
    LEGAL_CLOCK: (Weight.BLOCKING, findings.legal_clock),
    "clocks": (Weight.BLOCKING, findings.clocks),
}


def preflight(loaded: Loaded, at: datetime, *, only: str = "") -> list[Check]:
    """Every check as it stands at `at`, in order; a constant number of queries."""
    facts = findings.Facts(loaded, at)
    accepted: dict[str, list[FindingAcceptance]] = defaultdict(list)
    for row in FindingAcceptance.objects.filter(offer=loaded.offer):
        accepted[row.check_code].append(row)
    return [_check(code, facts, accepted[code]) for code in CHECKS if not only or code == only]


def _check(code: str, facts: findings.Facts, accepted: Sequence[FindingAcceptance]) -> Check:
    usual, look = CHECKS[code]
    found = look(facts)
    weight = found.weight or usual
    keys = {key for row in accepted for key in row.keys_accepted}
    is_open = any(finding.token not in keys for finding in found.findings)
    if not found.findings:
        level = Level.DONE
    elif weight is Weight.NOTED:
        level = Level.ATTENTION
    elif weight is Weight.BLOCKING or is_open:
        level = Level.BLOCKS
    else:
        level = Level.ACCEPTED
    return Check(code, level, weight, found.findings, found.params, accepted)


def blocking(checks: Iterable[Check]) -> Iterator[Check]:
    return (check for check in checks if check.is_gate)


def plain(checks: Iterable[Check]) -> dict[str, Any]:
    """The checklist as the log of the opening keeps it: each check, and what was accepted, by whom and why."""
    return {
        check.code: {
            "level": str(check.level),
            "findings": len(check.findings),
            "accepted": [
                {"by": row.accepted_by, "at": row.at, "reason": row.reason, "findings": len(row.keys_accepted)}
                for row in check.acceptances
            ],
        }
        for check in checks
    }
