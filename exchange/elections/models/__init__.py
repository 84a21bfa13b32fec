"""The room's rows: signed forms and what hangs on them (`forms`), staff's decisions beside them (`decisions`),
mended transcriptions (`mends`), the schedule of reminders (`reminders`)."""

from exchange.elections.models.decisions import CureEvidence, CureRequest, Decision, Verdict, Waiver
from exchange.elections.models.forms import (
    Channel,
    ElectronicConsent,
    Form,
    FormKind,
    FormLine,
    FormStatus,
    Judgement,
    PendingProof,
    ProofDecision,
    Purpose,
    Scan,
    ScanKey,
)
from exchange.elections.models.mends import Mend, MendDecision, Mending, MendVerdict
from exchange.elections.models.reminders import Audience, ReminderChange

__all__ = [
    "Audience",
    "Channel",
    "CureEvidence",
    "CureRequest",
    "Decision",
    "ElectronicConsent",
    "Form",
    "FormKind",
    "FormLine",
    "FormStatus",
    "Judgement",
    "Mend",
    "MendDecision",
    "MendVerdict",
    "Mending",
    "PendingProof",
    "ProofDecision",
    "Purpose",
    "ReminderChange",
    "Scan",
    "ScanKey",
    "Verdict",
    "Waiver",
]
