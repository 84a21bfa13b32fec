"""Every write of this room, one file a topic: batch, receive, sign, change, consent, proofs, settle, decide."""

from exchange.elections.actions.change import amend_offer, extend_offer, rejudge, terminate_offer
from exchange.elections.actions.consent import give_consent, open_sample, withdraw_consent
from exchange.elections.actions.decide import ask_for_cure, decide_defect
from exchange.elections.actions.proofs import drop_uploads, judge_proof, upload_proof, waiting_upload
from exchange.elections.actions.receive import Recorded, record_forms
from exchange.elections.actions.sign import Moved, Received, submit_form

__all__ = [
    "Moved",
    "Received",
    "Recorded",
    "amend_offer",
    "ask_for_cure",
    "decide_defect",
    "drop_uploads",
    "extend_offer",
    "give_consent",
    "judge_proof",
    "open_sample",
    "record_forms",
    "rejudge",
    "submit_form",
    "terminate_offer",
    "upload_proof",
    "waiting_upload",
    "withdraw_consent",
]
