"""Every write of this room, one file a topic: batch, receive, sign, change, consent, proofs, settle, decide,
mend."""

from exchange.elections.actions.change import (
    amend_offer,
    extend_offer,
    postpone_acceptance,
    rejudge,
    terminate_offer,
    waive_condition,
)
from exchange.elections.actions.consent import give_consent, open_sample, withdraw_consent
from exchange.elections.actions.decide import ask_for_cure, decide_defect
from exchange.elections.actions.mend import Mendable, confirm_mend, decline_mend, prepare_mend
from exchange.elections.actions.proofs import drop_uploads, judge_proof, upload_proof, waiting_upload
from exchange.elections.actions.receive import Recorded, record_forms
from exchange.elections.actions.sign import Moved, Received, submit_form

__all__ = [
    "Mendable",
    "Moved",
    "Received",
    "Recorded",
    "amend_offer",
    "ask_for_cure",
    "confirm_mend",
    "decide_defect",
    "decline_mend",
    "drop_uploads",
    "extend_offer",
    "give_consent",
    "judge_proof",
    "open_sample",
    "postpone_acceptance",
    "prepare_mend",
    "record_forms",
    "rejudge",
    "submit_form",
    "terminate_offer",
    "upload_proof",
    "waiting_upload",
    "waive_condition",
    "withdraw_consent",
]
