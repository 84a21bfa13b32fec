"""Codes of the domain in words to the staff who read them, in the third person; and what marks go with a status.

`kernel.reasons` says the same to the person concerned.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

from exchange.kernel.wording import shares_text

STATE: Mapping[str, str] = {
    "draft": noop("Draft"),
    "scheduled": noop("Opened, not yet commenced"),
    "open": noop("Open"),
    "expired": noop("Expired, not yet accepted"),
    "accepted": noop("Accepted"),
    "granted": noop("New options granted"),
    "closed": noop("Closed"),
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
    "person_excluded": noop("Excluded from the offer by the company."),
}
OPTION: Mapping[str, str] = {
    "nothing_outstanding": noop("Nothing outstanding."),
    "plan_not_eligible": noop("The plan is not one the offer reaches."),
    "granted_after_commencement": noop("Granted after commencement."),
    "expired": noop("Expired."),
    "price_below_threshold": noop("The exercise price is below the lowest one the offer takes."),
    "option_excluded": noop("Excluded from the offer by the company."),
}
REACH: Mapping[str, str] = {
    "no_eligible_option": noop("Holds no eligible option."),
    "holder_not_eligible": noop("Its holder is not eligible."),
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
    "accepted_promptly": noop("Options are accepted promptly after the expiration"),
    "accepted_no_earlier_than_announced": noop("Tenders are accepted no earlier than holders were told"),
    "classified_no_weaker_than_derived": noop("A change is called no weaker than its terms say"),
}
FLAG: Mapping[str, str] = {
    "excluded_while_running": noop("Excluded from a running offer"),
    "exclusion_lifted_while_running": noop("An exclusion lifted while the offer runs"),
    "recorded_after_acceptance": noop("Recorded after acceptance"),
    "merger_before_cancellation": noop("Merger before cancellation"),
    "corporate_action_learnt_late": noop("Corporate action learnt late"),
    "other_grant_to_participant": noop("Another grant to a participant"),
    "rehired_after_gap": noop("Rehired after a gap"),
    "moved_abroad": noop("Moved abroad"),
    "mended_after_the_end": noop("Paper form’s entry mended after the end"),
}
WATCHED: Mapping[str, str] = {
    "left": noop("Left"),
    "role": noop("Is no employee any more: changed role"),
    "executive": noop("Became an executive"),
    "rehired": noop("Left and was rehired"),
    "moved": noop("Moved to another country"),
    "other_grant": noop("Was granted another option too early"),
    "held": noop("Held by counsel"),
    "prohibited": noop("Prohibited by law"),
}
TIE: Mapping[str, str] = {
    "returned": noop("Shares returned to the pool, and shares of the cancelled options"),
    "promised": noop("The promises’ totals, and their lines"),
    "ratio": noop("Promised shares exactly, and cancelled ones by the ratio of their price"),
    "outcomes": noop("Promised shares, and those granted, lapsed and open"),
    "granted": noop("Shares of new options, and what their promises come to on the grant date"),
    "pool": noop("Shares taken from the pool, and shares of new options"),
}
OUTCOME: Mapping[str, str] = {
    "accepted": noop("Accepted"),
    "in_part": noop("Accepted in part"),
    "not_accepted": noop("Tendered and not accepted"),
    "withdrawn": noop("Withdrawn"),
    "nothing_tendered": noop("A form in force that tendered nothing"),
    "not_in_force": noop("Forms came, none in force"),
    "no_decision": noop("No decision registered"),
    "ineligible": noop("Not eligible"),
    "returned": noop("Returned: the offer was terminated"),
}
AUDIT: Mapping[str, str] = {
    "account.added": noop("Staff account added"),
    "account.owner_stated": noop("Said whose a staff account is"),
    "consent.given": noop("Consent to electronic records given"),
    "consent.sample_opened": noop("Sample of an electronic record opened"),
    "consent.withdrawn": noop("Consent to electronic records withdrawn"),
    "letters.returned": noop("A letter came back"),
    "letters.readdressed": noop("Letters sent again to another address"),
    "content.approved": noop("Letters, papers or documents approved"),
    "content.edited": noop("Wording of a letter or paper edited"),
    "invitations.made": noop("Holders invited"),
    "invitation.used": noop("Invitation used"),
    "sign_in.secured": noop("Sign-in secured"),
    "signed_in": noop("Signed in"),
    "signed_in.by_code": noop("Signed in by a code by e-mail"),
    "password.set": noop("Password set"),
    "sessions.ended": noop("Every other session ended"),
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
    "findings.accepted": noop("Findings of the checklist accepted"),
    "offer.amended": noop("Offer amended"),
    "offer.extended": noop("Offer extended"),
    "offer.loaded": noop("Offer terms loaded"),
    "offer.closed": noop("Offer closed"),
    "offer.opened": noop("Offer opened"),
    "offer.terminated": noop("Offer terminated"),
    "options.granted": noop("New options granted"),
    "people.imported": noop("People imported"),
    "proof.judged": noop("Proof judged that came with a form"),
    "proof.uploaded": noop("Proof uploaded for a form not yet signed"),
    "exclusion.made": noop("Excluded from the offer"),
    "exclusion.lifted": noop("Exclusion lifted"),
    "condition.recorded": noop("Event of a condition recorded"),
    "condition.waived": noop("Condition waived"),
    "acceptance.postponed": noop("Acceptance postponed"),
    "proposal.made": noop("Step proposed that binds the company"),
    "proposal.approved": noop("Proposal approved and done"),
    "proposal.declined": noop("Proposal declined"),
    "proposal.mismatched": noop("Approver entered otherwise than was proposed"),
    "proposal.taken_back": noop("Proposal taken back"),
    "proposal.overtaken": noop("Proposal overtaken"),
    "promise.prohibition_decided": noop("Prohibition decided"),
    "record.looked": noop("Staff looked at a person’s record"),
    "list.looked": noop("Staff looked at a list of people"),
    "record.downloaded": noop("Holder downloaded what is held about them"),
    "form.certified": noop("Audit certificate of a form made"),
    "papers.retried": noop("Papers that could not be made tried again"),
    "paper.printed": noop("Form to sign on paper, or statement of options, made"),
    "agreement.signed": noop("Option agreement signed in the portal"),
    "agreements.reminded": noop("Holders reminded to sign their agreements"),
    "agreement.recorded": noop("Option agreement signed on paper, recorded"),
    "agreement.recorded_by_mistake": noop("Recording of a signed option agreement found to be a mistake"),
    "promises.issued": noop("Promises to Grant issued"),
    "reminder.changed": noop("Schedule of reminders changed"),
    "reminder.sent_now": noop("Reminder of the deadline sent by hand"),
    "reminder.queued": noop("Reminder of the deadline written"),
    "report.answered": noop("Report answered"),
    "report.made": noop("Report of something missing or wrong"),
    "results.exported": noop("Results exported"),
    "export.asked": noop("A file to take away was asked for"),
    "export.made": noop("A file to take away was made"),
    "export.taken": noop("A file was taken away"),
    "form.mended": noop("Entry of a paper form mended"),
    "mend.declined": noop("New entry of a paper form declined or taken back"),
    "mend.prepared": noop("New entry of a paper form prepared"),
    "scan.attached": noop("Scan of a paper form attached"),
    "scan.opened": noop("Scan or proof of a form looked at"),
    "statements.issued": noop("Final statements made"),
    "tenders.accepted": noop("Tenders accepted"),
}
# Why a letter was given up, by the class of what happened: what a person can make of it.
LETTER_FAILED: Mapping[str, str] = {
    "InvalidAddress": noop("The address is none"),
    "DeadlinePassed": noop("The deadline it names has passed"),
    "DeadlineMoved": noop("The deadline it names was replaced"),
    "OfferEnded": noop("The offer has ended"),
    "HoldsNoMore": noop("What it says holds no more"),
    "SMTPRecipientsRefused": noop("The mail server knows no such address"),
    "SMTPAuthenticationError": noop("The mail server did not let us in"),
    "SMTPServerDisconnected": noop("The mail server hung up"),
    "SMTPSenderRefused": noop("The mail server takes nothing from our address"),
    "SMTPDataError": noop("The mail server refused the letter itself"),
    "SMTPConnectError": noop("The mail server could not be reached"),
    "ConnectionRefusedError": noop("The mail server could not be reached"),
    "TimeoutError": noop("The mail server did not answer in time"),
    "gaierror": noop("The mail server’s name is not known"),
    "AnymailRecipientsRefused": noop("The mail service refuses the address"),
    "AnymailAPIError": noop("The mail service refused the letter"),
    "AnymailRequestsAPIError": noop("The mail service refused the letter"),
    "AnymailInvalidAddress": noop("The address is none"),
    "MailReturned": noop("It came back: the address does not take it"),
    "MailServiceRejected": noop("The mail service does not send to the address"),
    "MailServiceFailed": noop("The mail service could not send it"),
    "PaperError": noop("A paper that goes with it could not be made"),
    "WorkerDied": noop("The worker stopped in the middle, again and again"),
}
LETTER: Mapping[str, str] = {
    "invitation": noop("Invitation to the portal"),
    "sign_in_notice": noop("Something about a sign-in"),
    "offer_opened": noop("The offer is open"),
    "offer_extended": noop("The offer is extended"),
    "offer_amended": noop("The offer is amended"),
    "offer_terminated": noop("The offer is terminated"),
    "condition_waived": noop("A condition is waived"),
    "holder_excluded": noop("Excluded from the offer"),
    "exclusion_lifted": noop("An exclusion is lifted"),
    "acceptance_postponed": noop("Acceptance is postponed"),
    "reminder": noop("Reminder of the deadline"),
    "election_received": noop("Receipt of an Election Form"),
    "withdrawal_received": noop("Receipt of a Notice to Withdraw"),
    "form_late": noop("A form came late"),
    "form_recorded_after": noop("A form was recorded after acceptance"),
    "form_defective": noop("A form has a defect"),
    "form_mended": noop("The entry of a paper form was mended"),
    "cure_asked": noop("A defect to cure by a day"),
    "defect_decided": noop("A defect was decided"),
    "options_accepted": noop("Acceptance and cancellation"),
    "promise_ready": noop("Promise to Grant"),
    "promise_adjusted": noop("Statement of adjustments"),
    "options_granted": noop("New options"),
    "agreement_signed": noop("Option agreement signed"),
    "agreement_mistaken": noop("Option agreement not signed after all"),
    "agreement_reminder": noop("Reminder to sign an option agreement"),
    "promise_lapsed": noop("A promise has lapsed"),
    "final_statement": noop("Final statement"),
    "report_answered": noop("A report has an answer"),
}
# Letters about an account, which are no part of an offer.
EVERY_LETTER: Mapping[str, str] = {
    **LETTER,
    "account_made": noop("A new account of the desk"),
    "account_changed": noop("Something about an account of the desk"),
}

# What counsel approves, by the name it is kept under.
CONTENT: Mapping[str, str] = {
    **LETTER,
    "promise_to_grant": noop("Promise to Grant"),
    "new_option": noop("Option agreement"),
    "documents": noop("The documents"),
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
    "closed": "done",
    "terminated": "lost",
}


DOCUMENT: Mapping[str, str] = {
    "offer_to_exchange": noop("Offer to Exchange"),
    "summary": noop("Summary of terms"),
    "instructions": noop("Instructions to the forms"),
    "plan": noop("Plan"),
    "plan_prospectus": noop("Plan prospectus"),
    "option_agreement": noop("Form of option agreement"),
    "letter": noop("Letter to holders"),
    "annual_report": noop("Annual report"),
    "other": noop("Other"),
}


def document_kind(kind: str) -> str:
    """What a document is; a file of terms may name a kind that has no words of ours."""
    return say(DOCUMENT, kind) if kind in DOCUMENT else kind.replace("_", " ").capitalize()


def say(catalogue: Mapping[str, str], code: str) -> str:
    """What a code says; the code itself where the catalogue has no words for it yet."""
    return _(catalogue[code]) if code in catalogue else code


def eligible_people_text(count: int) -> str:
    """1 eligible person; 300 eligible people."""
    return ngettext("{n} eligible person", "{n} eligible people", count).format(n=shares_text(count))


def eligible_options_text(count: int) -> str:
    """1 eligible option; 1,200 eligible options."""
    return ngettext("{n} eligible option", "{n} eligible options", count).format(n=shares_text(count))
