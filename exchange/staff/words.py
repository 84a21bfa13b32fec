"""Codes of the domain in words to the staff who read them, in the third person; and what marks go with a status.

`kernel.reasons` says the same to the person concerned.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

STATE: Mapping[str, str] = {
    "draft": noop("Draft"),
    "scheduled": noop("Opened, not yet commenced"),
    "open": noop("Open"),
    "expired": noop("Expired, not yet accepted"),
    "accepted": noop("Accepted"),
    "granted": noop("New options granted"),
    "terminated": noop("Terminated"),
}
STATUS: Mapping[str, str] = {
    "effective": noop("Effective"),
    "defective": noop("Defective"),
    "rejected": noop("Rejected"),
    "tendered": noop("Stands"),
}
CAUSE: Mapping[str, str] = {
    "recorded": noop("When it was recorded"),
    "revived": noop("Again, when the offer was revived"),
    "accepted": noop("Again, at acceptance"),
    "decided": noop("After staff’s decision"),
    "proof_judged": noop("Again, when its proof was judged"),
}
CAPACITY: Mapping[str, str] = {
    "self": noop("The holder"),
    "attorney_in_fact": noop("Attorney-in-fact"),
    "fiduciary": noop("Fiduciary"),
}
PERSON: Mapping[str, str] = {
    "not_employed": noop("Not employed on this day."),
    "role_not_eligible": noop("The role is not one the offer is made to."),
    "residence_not_eligible": noop("Does not live in a country the offer is made in."),
}
OPTION: Mapping[str, str] = {
    "nothing_outstanding": noop("Nothing outstanding."),
    "plan_not_eligible": noop("The plan is not one the offer reaches."),
    "granted_after_commencement": noop("Granted after commencement."),
    "expired": noop("Expired."),
    "price_below_threshold": noop("The exercise price is below the lowest one the offer takes."),
}
FORM: Mapping[str, str] = {
    "unsigned": noop("Nobody signed it. The holder can cure it or send a new form; it is never waived."),
    "undated": noop("It has no date of signing."),
    "name_mismatch": noop("The signature is not the name on the option agreements, and no proof of a new name came."),
    "authority_not_evidenced": noop("Signed for the holder without both a title and evidence of authority."),
    "dated_after_receipt": noop("Dated later than it was received."),
    "not_dated_after_previous": noop("Dated no later than the form that was in force."),
    "no_options_listed": noop("An Election Form that lists no options."),
    "conditional": noop("The signer set conditions; the offer takes none."),
    "unknown_person": noop("The employee number is not on file."),
    "before_commencement": noop("Received before the offer commenced."),
    "late": noop("Received at or after the deadline. Never cured, never waived."),
    "person_not_eligible": noop("The person was not eligible on the day of receipt."),
    "nothing_tendered": noop("No Election Form was in force, so there was nothing to withdraw."),
}
LINE: Mapping[str, str] = {
    "unknown_grant": noop("No such option, or another person’s."),
    "option_not_eligible": noop("The option was not eligible on the day of receipt."),
    "mismatch": noop("Date or price is not the option’s, or more shares than outstanding."),
    "partial_tender": noop("Fewer shares than outstanding; an option goes whole."),
    "pair_broken": noop("The other half of its split pair is missing or does not stand."),
    "duplicate": noop("Listed twice; the first line counts."),
}
ACCEPTANCE: Mapping[str, str] = {
    "person_not_eligible": noop("The person was not eligible on the day of cancellation."),
    "option_not_eligible": noop("The option was not eligible on the day of cancellation."),
    "pair_broken": noop("The other half of its split pair could not be taken."),
}
LAPSE: Mapping[str, str] = {
    "not_an_employee": noop("Not an employee on the grant date."),
    "prohibited": noop("Prohibited by law, as counsel decided."),
    "no_whole_share": noop("Comes to less than one whole share."),
}
RULE: Mapping[str, str] = {
    "open_twenty_business_days": noop("Open for 20 business days at least"),
    "under_thirty_days": noop("Open for less than 30 days"),
    "extension_announced_in_time": noop("An extension is announced by 9:00 a.m. Eastern on the next business day"),
    "ten_business_days_after_change": noop(
        "Ten business days are left after a change in the consideration or the amount sought"
    ),
    "five_business_days_after_material_change": noop("Five business days are left after another material change"),
    "classified_no_weaker_than_derived": noop("A change is called no weaker than its terms say"),
}
FLAG: Mapping[str, str] = {
    "recorded_after_acceptance": noop("Recorded after acceptance"),
    "merger_before_cancellation": noop("Merger before cancellation"),
    "corporate_action_learnt_late": noop("Corporate action learnt late"),
    "other_grant_to_participant": noop("Another grant to a participant"),
    "rehired_after_gap": noop("Rehired after a gap"),
    "moved_abroad": noop("Moved abroad"),
}
AUDIT: Mapping[str, str] = {
    "account.added": noop("Staff account added"),
    "consent.given": noop("Consent to electronic records given"),
    "consent.sample_opened": noop("Sample of an electronic record opened"),
    "consent.withdrawn": noop("Consent to electronic records withdrawn"),
    "invitations.made": noop("Holders invited"),
    "invitation.used": noop("Invitation used"),
    "sign_in.secured": noop("Sign-in secured"),
    "signed_in": noop("Signed in"),
    "signed_in.by_code": noop("Signed in by a code by e-mail"),
    "password.set": noop("Password set"),
    "passkey.added": noop("Passkey added"),
    "passkey.removed": noop("Passkey removed"),
    "app.added": noop("Authenticator app added"),
    "app.removed": noop("Authenticator app removed"),
    "codes.made": noop("Recovery codes made"),
    "cure.asked": noop("Day set to cure a defect by"),
    "defect.decided": noop("Defect cured or rejected"),
    "defect.waived": noop("Kind of defect waived for all"),
    "corporate_actions.applied": noop("Splits or mergers recorded"),
    "employment_events.imported": noop("Employment events imported"),
    "form.received": noop("Form received in the portal"),
    "forms.judged_again": noop("Forms judged again"),
    "forms.recorded": noop("Paper forms recorded"),
    "grants.imported": noop("Options imported"),
    "offer.amended": noop("Offer amended"),
    "offer.extended": noop("Offer extended"),
    "offer.loaded": noop("Offer terms loaded"),
    "offer.opened": noop("Offer opened"),
    "offer.terminated": noop("Offer terminated"),
    "options.granted": noop("New options granted"),
    "people.imported": noop("People imported"),
    "proof.judged": noop("Proof judged that came with a form"),
    "proof.uploaded": noop("Proof uploaded for a form not yet signed"),
    "promise.prohibition_decided": noop("Prohibition decided"),
    "record.looked": noop("Staff looked at a person’s record"),
    "list.looked": noop("Staff looked at a list of people"),
    "record.downloaded": noop("Holder downloaded what is held about them"),
    "form.certified": noop("Audit certificate of a form made"),
    "agreement.signed": noop("Option agreement signed in the portal"),
    "agreement.recorded": noop("Option agreement signed on paper, recorded"),
    "promises.issued": noop("Promises to Grant issued"),
    "reminder.queued": noop("Reminder of the deadline written"),
    "report.answered": noop("Report answered"),
    "report.made": noop("Report of something missing or wrong"),
    "results.exported": noop("Results exported"),
    "scan.attached": noop("Scan of a paper form attached"),
    "scan.opened": noop("Scan or proof of a form looked at"),
    "tenders.accepted": noop("Tenders accepted"),
}
LETTER: Mapping[str, str] = {
    "invitation": noop("Invitation to the portal"),
    "sign_in_notice": noop("Something about a sign-in"),
    "offer_opened": noop("The offer is open"),
    "offer_extended": noop("The offer is extended"),
    "offer_amended": noop("The offer is amended"),
    "offer_terminated": noop("The offer is terminated"),
    "reminder": noop("Reminder of the deadline"),
    "election_received": noop("Receipt of an Election Form"),
    "withdrawal_received": noop("Receipt of a Notice to Withdraw"),
    "form_late": noop("A form came late"),
    "form_recorded_after": noop("A form was recorded after acceptance"),
    "form_defective": noop("A form has a defect"),
    "cure_asked": noop("A defect to cure by a day"),
    "defect_decided": noop("A defect was decided"),
    "options_accepted": noop("Acceptance and cancellation"),
    "promise_ready": noop("Promise to Grant"),
    "options_granted": noop("New options"),
    "agreement_signed": noop("Option agreement signed"),
    "promise_lapsed": noop("A promise has lapsed"),
    "report_answered": noop("A report has an answer"),
}

MARKS: Mapping[str, str] = {
    "effective": "done",
    "tendered": "done",
    "defective": "time",
    "rejected": "lost",
    "open": "act",
    "scheduled": "act",
    "expired": "time",
    "accepted": "done",
    "granted": "done",
    "terminated": "lost",
}


def say(catalogue: Mapping[str, str], code: str) -> str:
    """What a code says; the code itself where the catalogue has no words for it yet."""
    return _(catalogue[code]) if code in catalogue else code
