"""The one catalogue of sentences: what each refusal and remark says to a person."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from exchange.kernel.results import Refusal
from exchange.kernel.wording import counted_business_days_text, date_text, instant_text, price_text

SENTENCES: Mapping[str, str] = {
    # offers
    "unknown_offer": noop("There is no offer with the code {offer}."),
    "offer_already_open": noop("The offer {offer} has been opened; its terms change only by an amendment."),
    "another_offer_running": noop("The offer {other} is open or awaits acceptance; at most one offer runs at a time."),
    # the checklist before opening
    "preflight_nobody_reached": noop("The offer reaches nobody: no eligible person has an eligible option."),
    "preflight_duplicate_people": noop("Names that stand on more than one record: {n}, on {people} records."),
    "preflight_duplicate_addresses": noop("E-mail addresses that several people share: {n}, {people} people."),
    "preflight_placeholder_addresses": noop("People without an address that a letter can reach: {n}."),
    "preflight_people_without_options": noop("People on file who hold no option: {n}."),
    "preflight_unpaired_halves": noop("ISO and NSO that look like a split pair and are not named as one: {n}."),
    "preflight_share_pool": noop(
        "The pool of the plan {plan} may be too small. Shares that the new options can need beyond those that "
        "the cancelled ones return: {wanted}. Available: {available}."
    ),
    "preflight_contacts": noop("Contacts that are missing: {n}."),
    "preflight_signatory": noop("Nobody is named who signs the promises for the company."),
    "preflight_staff_numbers": noop(
        "Staff accounts of which nobody said whose they are, by an employee number or as no employee’s: {n}."
    ),
    "preflight_documents_approved": noop("Counsel has yet to approve the documents or texts of papers: {n}."),
    "preflight_letters_approved": noop("Counsel has yet to approve letters: {n} of {count} kinds."),
    "preflight_legal_clock": noop("The legal clock does not allow this period, {commences_at} to {expires_at}."),
    "preflight_clocks": noop("This computer’s clock and the database’s differ by {milliseconds} ms."),
    "checklist_is_over": noop("The offer {offer} was opened; its checklist is closed."),
    "finding_not_acceptable": noop("Nobody can accept what this check finds; it must be mended."),
    "findings_moved": noop("What the check finds has changed since you read it. Nothing was accepted."),
    "expires_before_commencing": noop(
        "The offer would expire on {expires_at}, before it commences on {commences_at}."
    ),
    "open_too_short": noop(
        "The offer must stay open for 20 business days, the first one counted: from {commences_at} until {earliest} "
        "at least. It would expire on {expires_at}."
    ),
    "open_too_long": noop(
        "The offer must be open for less than 30 days of 24 hours: it commences on {commences_at}, so it must expire "
        "before {latest}. It would expire on {expires_at}."
    ),
    "offer_not_open": noop("The offer is not in a state that allows this: it is {state}."),
    "extension_not_later": noop(
        "The new expiration, {to}, must be later than the one it replaces, {expires_at}, and than its announcement, "
        "{at}."
    ),
    "extension_announced_late": noop(
        "An extension of the expiration of {expires_at} must be announced by {deadline}; this is {at}."
    ),
    "amendment_changes_identity": noop(
        "An amendment cannot change {key}: it is {before}, and the file says {after}. That would be another offer."
    ),
    "amendment_changes_nothing": noop(
        "The terms and documents are those of the newest version; nothing would be amended. A later expiration alone "
        "is an extension."
    ),
    "expirations_differ": noop("Two new expirations are stated: {to}, and {stated} in the terms. State one."),
    "amendment_not_classified": noop(
        "The difference of terms does not say what kind of change this is; counsel must say: consideration, amount, "
        "material or immaterial (--classify)."
    ),
    "amendment_classified_weaker": noop(
        "The difference of terms says that this is a change of the kind {derived}; it is stated to be {stated}."
    ),
    "marked_copy_missing": noop(
        "{title} has changed, and its changes cannot be marked here because it is not text; give a copy that shows "
        'them, a document of the kind "marked_copy" with the same title.'
    ),
    "amendment_of_expired": noop(
        "The offer expired on {expires_at}. An amendment can only revive it: state a new expiration, announced by "
        "{deadline}."
    ),
    "amended_too_late": noop(
        "After a change in the consideration or in the amount sought the offer must stay open for {count} business "
        "days, the day of the notice counted: from {at} until {earliest} at least. It would expire on {expires_at}. "
        "Proposed: {proposed}."
    ),
    "amended_late_for_material": noop(
        "After another material change the offer should stay open for {count} business days, the day of the notice "
        "counted: from {at} until {earliest} at least. It would expire on {expires_at}. Proposed: {proposed}."
    ),
    "before_latest_action": noop(
        "The stated instant, {at}, is before an action already taken on this offer, at {latest}."
    ),
    "at_not_now": noop(
        "The stated instant, {at}, is more than a minute from the true time, {now}; only a replayed offer takes that."
    ),
    "reason_missing": noop("A written reason is required."),
    "nothing_to_do": noop("This has been done already; nothing was changed."),
    # the offer's own words, and their approval
    "wording_too_long": noop("{part}: too long; at most {longest} characters."),
    "wording_control": noop("{part}: holds a character that cannot be seen. Type it again without it."),
    "wording_markup": noop("{part}: plain text only; no tags, entities or template code."),
    "wording_unknown_field": noop("{part}: there is no field {{{field}}}. Known here: {known}."),
    "wording_brace": noop("{part}: a brace that is no field’s. A field is written as {{holder_name}}."),
    "wording_link": noop(
        "{part}: {link} leads, or looks as if it led, elsewhere. Only the site and the "
        "company’s contacts may be named."
    ),
    "wording_subject_lines": noop("Subject: one line only."),
    "markup_tag": noop("{part}: the tag <{what}> cannot stand here."),
    "markup_attribute": noop("{part}: the attribute “{what}” cannot stand here."),
    "markup_link": noop(
        "{part}: the link {what} leads elsewhere. Only the site and the company’s contacts may be named."
    ),
    "markup_unclosed": noop("{part}: the tag <{what}> is not closed where it must be."),
    "content_unknown": noop("There is nothing of that name to edit or approve."),
    "content_moved": noop("{kind} is no longer what was shown; look at it again before you approve it."),
    "approved_by_editor": noop("{kind} was made by {editor}; another person approves it."),
    "letter_deadline_passed": noop(
        "“{subject}” to {owner} asks to act by a deadline that has passed; it was cancelled."
    ),
    "letter_without_address": noop("“{subject}”: {owner} has no valid address on file."),
    "document_empty": noop("{title}: the document is empty."),
    # conditions, and acceptance put off
    "condition_incomplete": noop("Name the condition, what happened, when, and what shows it."),
    "condition_in_the_future": noop("The event cannot have occurred on {on}: today is {today}."),
    "condition_not_waiting": noop("This condition is not recorded here, or it has been decided on."),
    "waiver_moves_nothing": noop("An immaterial waiver moves no expiration. Call it material, or extend the offer."),
    "waived_late": noop(
        "After a material condition is waived the offer should stay open for {count} business days, the day of the "
        "notice counted: from {at} until {earliest} at least. It expires on {expires_at}. Proposed: {proposed}."
    ),
    "postponed_before_expiration": noop(
        "Acceptance is postponed only between the expiration, {expires_at}, and acceptance or termination; the offer "
        "is {state}."
    ),
    "postponed_to_no_later_day": noop("The intended day, {on}, must be later than {before}."),
    "postponed_too_long": noop(
        "Options are accepted or returned promptly: within {count} business days of the expiration of {expires_at}, "
        "by {latest}. {on} is later."
    ),
    # exclusions
    "excluded_already": noop("{what} is excluded from the offer already, since {since}. Lift that first."),
    "exclusion_after_acceptance": noop("The offer is {state}. Nothing is excluded, or put back, any more."),
    "exclude_unknown_employee": noop('There is no person with the employee number "{number}" on file.'),
    "exclude_unknown_option": noop('"{number}" is not an option of {holder}.'),
    "exclude_own": noop("This is your own affair. Somebody else must propose it."),
    "exclusion_unknown": noop("This exclusion is not on record."),
    "exclusion_lifted_already": noop("This exclusion was lifted already, from {on}."),
    "lifted_before_excluded": noop("It cannot be lifted from {on}: it began on {since}."),
    # proposals
    "proposal_waits_already": noop("The same is proposed already, as number {number}; it waits for approval."),
    "proposal_settled": noop("This proposal is settled already: {outcome}."),
    "proposal_own": noop("You proposed this. Somebody else must approve or decline it."),
    "proposal_of_another": noop("Only the person who proposed it takes a proposal back."),
    "accepted_late": noop(
        "Options are accepted or returned promptly: within {count} business days of the expiration of {expires_at}, "
        "by {latest}. This is {on}."
    ),
    "accepted_before_announced": noop(
        "Holders were told that the company means to accept on {intended}, and withdraw until then. This is {on}."
    ),
    "attestation_too_old": noop(
        "That every paper form is recorded was attested on {on}, and holds for that day alone: more may have come "
        "since. It has to be attested and proposed anew."
    ),
    "proposal_passed": noop(
        "The offer moved on since this was proposed ({what}, {at}). What was proposed and attested before that does "
        "not cover it: it has to be proposed anew."
    ),
    "proposal_without_authority": noop(
        "{who}, who proposed this, may not do so any more. Somebody who may has to propose it anew."
    ),
    "proposal_about_oneself": noop("Your own options are among them. Somebody else must propose it."),
    "proposal_about_proposer": noop(
        "Options of {who}, who proposed this, are among them. Somebody else has to propose it anew."
    ),
    "proposal_paused": noop(
        "What you entered differed {times} times within a day from what was proposed. You can enter it again from "
        "{until} on; another person who may approve it can at once."
    ),
    "proposal_mismatched": noop("What was entered to approve it differed {times} times from what was proposed."),
    # accounts
    "account_number_taken": noop('Another account has the employee number "{number}" already.'),
    "account_owner_own": noop(
        "Whose account this is was said already. Somebody else must correct it: it is your own."
    ),
    "account_owner_linked": noop("The owner of this account holds options as {number}; it has no other number."),
    "account_exists": noop("There is an account with the address {email} already."),
    # invitations
    "nobody_to_invite": noop("Nobody is left to invite: every eligible person has been invited or has signed in."),
    "invite_unknown_employee": noop('There is no person with the employee number "{number}" on file.'),
    "invite_no_address": noop("{holder} has no valid e-mail address on file, and cannot be invited."),
    "invite_shared_address": noop(
        "{holder} cannot be invited: one e-mail address is on file for {others}. Give each their own."
    ),
    "invite_address_taken": noop(
        "{holder} cannot be invited: the e-mail address on file is the sign-in of another holder."
    ),
    "invite_staff_moved": noop(
        "{holder} cannot be invited: the account is a staff account with another address than the one on file."
    ),
    "invite_account_closed": noop("{holder} cannot be invited: the account is closed."),
    "invitation_used": noop("This link has been used. It works once."),
    "invitation_superseded": noop("A newer invitation has replaced this one. Use the link in the newest letter."),
    "invitation_expired": noop("This link has expired. It works for 14 days."),
    "invitation_ended": noop("This link no longer works."),
    # what people report
    "report_empty": noop("Write what is missing or wrong."),
    "report_too_long": noop("Write it in at most {most} characters."),
    "report_of_another_grant": noop("That grant is not on your list. Choose one of yours, or none."),
    "reports_too_many": noop("You have {most} reports that are not closed yet. Wait for an answer, or call."),
    "report_answer_empty": noop("Write the answer, or the reason for closing."),
    "report_own": noop("Nobody answers their own report. Somebody else must."),
    # forms
    "form_own": noop("Form {number} is your own. Nobody records for themselves; somebody else must."),
    "form_recorded_otherwise": noop(
        "Form {number} is on record with other content; a signed form is never changed. "
        "Mend a transcription by a new one."
    ),
    # reminders
    "reminder_days_off": noop("A reminder goes out on the day itself (0) or up to {most} business days before."),
    "reminder_passed": noop(
        "The reminder {days} before has gone out, or its time has passed ({at}). Send one now instead."
    ),
    "reminder_unknown": noop("There is no reminder {days} before the deadline."),
    "reminder_there": noop("There is such a reminder {days} before the deadline already."),
    "reminder_to_nobody": noop("Nobody would get this reminder."),
    # mending a transcription
    "form_mended": noop("This entry of form {number} was mended; entry {by} stands in its place."),
    "mend_portal": noop("Form {number} was signed in the portal: it says what its holder signed, and is not mended."),
    "mend_says_the_same": noop("This says what the entry of form {number} says already."),
    "mend_without_scan": noop("Attach a scan of form {number} first: a second person must see it."),
    "mend_waiting": noop("A new entry of form {number} is prepared already and waits for a second person."),
    "mend_received_after_recorded": noop(
        "Form {number} was recorded on {at}: it cannot have been received after that."
    ),
    "mend_own": noop("This is your own form. Two other people must mend its entry."),
    "mend_same_person": noop("You prepared this entry. A second person must confirm it."),
    "mend_scan_not_seen": noop("Open the scan first, then confirm: this entry is to be checked against it."),
    "mend_decided": noop("This was seen to already: {verdict}."),
    # decisions on defects
    "unknown_form": noop("There is no form {number} in the offer {offer}."),
    "defect_not_on_form": noop("Form {number} has no defect {defect}."),
    "defect_not_on_line": noop("Form {number} has no line of grant {grant} with the defect {defect}."),
    "defect_which_grant": noop("Form {number} has the defect {defect} on the grants {grants}; name one (--grant)."),
    "defect_final": noop(
        "Form {number} is rejected for {defect}: that is neither cured nor waived. Only a new form, received in time, "
        "can help."
    ),
    "decision_on_rejected": noop("Form {number} is rejected; no decision on another of its defects gives it effect."),
    "defect_never_waived": noop("{defect} cannot be waived: that would be an amendment of the offer."),
    "defect_decided_otherwise": noop("The defect {defect} of form {number} has been decided: it is {verdict}."),
    "decisions_ended": noop("Decisions on defects end at acceptance, and with the offer; it is {state}."),
    "decided_before_receipt": noop("Form {number} was received at {at}, after this decision."),
    "evidence_of_another": noop("What shows a cure is attached to the form itself: attach it to form {number} first."),
    "decision_own": noop("Nobody decides on their own form. Somebody else must."),
    "decision_overtaken": noop(
        "The holder sent another form after form {number}; this decision does not put it in force."
    ),
    "cured_on_off": noop(
        "The cure cannot have come on {on}: the form was received on {received_on}, and today is {today}."
    ),
    "cure_too_late": noop("Form {number} was to be cured by {by}; a cure that came on {on} does not count."),
    "cure_day_passed": noop("The day to cure by, {by}, has passed."),
    "cure_unknown_grant": noop(
        "Grant {grant} is not on file as one of the holder’s, so there is nothing that a cure could tender."
    ),
    "scan_no_key": noop("This installation has no key to keep scans under (SCAN_KEY)."),
    "scan_not_readable": noop("The scan is no PDF, PNG or JPEG of at most 10 MB."),
    "scan_too_large": noop("The file is larger than 10 MB."),
    "scan_wrong_kind": noop("The file is neither a PDF nor a PNG or JPEG picture."),
    "scan_attached_already": noop("This scan is attached to form {number} already."),
    "consent_missing": noop("Read the consent to electronic records and agree to it before you sign here."),
    "consent_withdrawn": noop(
        "You have withdrawn your consent to electronic records. Sign on paper, or consent again."
    ),
    "consent_sample_unopened": noop("Open the sample document first: it shows that you can open your records."),
    "consent_wording_changed": noop("The wording changed while this page was open. Read it again, then agree."),
    "proof_gone": noop("The proof you uploaded is no longer here. Upload it again, then review and sign."),
    "proof_none": noop("No proof was uploaded with form {number}."),
    "proof_of_rejected": noop("Form {number} was rejected; what its proof shows changes nothing."),
    "proof_too_late": noop("The offer has ended: decisions on proofs end at acceptance."),
    "proof_undecided": noop(
        "Form {form} came with a proof that nobody has judged; that is neither decided nor expressly left "
        "(--leave-undecided leaves it)."
    ),
    "mend_undecided": noop(
        "Form {form} has a new entry that waits for a second person; that is neither decided nor expressly left "
        "(--leave-undecided leaves it, and the first entry counts)."
    ),
    "scan_purged": noop("This scan was purged. Its digest is kept; what it showed is gone for good."),
    "received_in_the_future": noop("Form {number} is said to be received later than now."),
    "key_of_another": noop("This page belongs to another form; open the review page again."),
    "offer_amended": noop("The offer was amended while this page was open; read what changed, and review again."),
    "form_not_dated_after_previous": noop("Your form would be signed no later than the form now in force."),
    "form_no_options_listed": noop("Choose at least one option to exchange."),
    "form_unsigned": noop("Type your name to sign."),
    "form_name_mismatch": noop("The name you typed is not the name on your option agreements."),
    "form_undated": noop("The form has no date."),
    "form_dated_after_receipt": noop("The form is dated after it was received."),
    "form_conditional": noop("A form with conditions cannot be taken."),
    "form_authority_not_evidenced": noop("Someone who signs for another must show their title and authority."),
    "line_option_not_eligible": noop("Option {grant} can no longer be exchanged."),
    "line_mismatch": noop("Option {grant} has changed since you reviewed it."),
    "line_partial_tender": noop("Option {grant} has more shares now than when you reviewed it."),
    "line_pair_broken": noop("Option {grant} and the other half of its pair go together, or neither."),
    "line_duplicate": noop("Option {grant} is listed twice."),
    "line_unknown_grant": noop("Option {grant} is not one of yours."),
    # acceptance, promises, grants
    "offer_not_expired": noop("The offer can be accepted only once it has expired, {expires_at}; it is {state}."),
    "not_attested": noop("HR must attest that every paper form received in time is recorded (--attest)."),
    "defect_undecided": noop(
        "Form {form} has a defect that is neither decided nor expressly left: {defect} (--leave-undecided leaves it)."
    ),
    "offer_not_accepted": noop("The tenders of the offer {offer} have not been accepted."),
    "promises_late": noop("Promises were due on {due_on}; they are issued after that."),
    "no_signatory": noop("The terms name no officer who signs the promises; the papers leave the line open."),
    "promises_missing": noop("Cancelled options that have no promise yet: {count}. Issue the promises first."),
    "promise_has_its_outcome": noop(
        "All of the promise {promise} is granted or has lapsed; nothing is left to decide."
    ),
    "prohibition_decided_so": noop("This is how it stands for the promise {promise} already."),
    "offer_not_granted": noop("The offer is closed once its new options are granted; it is {state}."),
    "promises_held": noop("Promised options held: {count}. Counsel decides, and the grant is run again."),
    "pool_not_tied": noop("The shares do not agree: {tie}, {one} and {other}. Look at the page of the share pool."),
    "statements_missing": noop("Holders without a final statement of how things stand now: {count}."),
    "letters_waiting": noop("Letters that have not gone out yet: {count}."),
    "papers_waiting": noop("Papers that are not made yet: {count}."),
    "letters_given_up": noop("Letters given up: {count}. Try them again, or say that they are left as they are."),
    "agreements_unsigned": noop("Option agreements not signed: {count}. Wait, or say that they are left open."),
    "offer_not_over": noop("The offer {offer} is not over: it is neither accepted nor terminated."),
    "promises_not_settled": noop("Promised options neither granted nor lapsed nor held by counsel: {count}."),
    "grant_too_early": noop("New options can be granted on {earliest} at the earliest, not on {on}."),
    "not_a_business_day": noop("{on} is not a business day."),
    "not_a_trading_day": noop("There is no trading session on {on}, so there is no closing price."),
    "grant_in_the_future": noop("The grant date, {on}, is after today, {today}."),
    "price_not_positive": noop("The closing price must be greater than zero, not {price}."),
    # option agreements
    "unknown_new_grant": noop("There is no such new option of this holder."),
    "agreement_signed_already": noop(
        "The option agreement for grant {grant} is signed already; one signature is kept."
    ),
    "agreement_of_the_portal": noop(
        "The holder signed the option agreement for grant {grant} in the portal; only what staff recorded is mended."
    ),
    "agreement_mistake_own": noop("This is your own affair. Somebody else must propose it."),
    "agreement_unsigned_already": noop(
        "It is on record already, with another reason, that the agreement for grant {grant} was recorded by mistake."
    ),
    "agreement_not_shown": noop(
        "The option agreement for grant {grant} is not the one this page offered; open the page again."
    ),
    "agreement_not_acknowledged": noop("Tick that you acknowledge the statements above your signature."),
    "agreement_undated": noop("State the date that the signed agreement bears."),
    "agreement_date_off": noop(
        "The agreement cannot have been signed on {on}: the option was granted on {granted_on}, and today is {today}."
    ),
    "agreement_unsigned": noop("State the name as it was signed; an agreement without a signature is not signed."),
    "agreement_name_differs": noop(
        "The signature is not the name on the option agreement, {name}; say in the note why it is taken."
    ),
    # files
    "unknown_employee": noop(
        '{file}, row {row}, column employee_number: "{value}" is not an employee number on file; expected one of an '
        "imported person."
    ),
    "import_own": noop(
        "{file}, row {row}: {value} is you. Nobody adds or changes what is on file about themselves: leave the row "
        "out, or have somebody else bring it in."
    ),
    "correction_needed": noop(
        "{file}, row {row}: {subject} changes a fact that was used to judge {touched}; expected --correct and "
        "--reason."
    ),
    "correction_touches": noop(
        "{subject} was corrected; the judgement of {touched} used the earlier fact and stands."
    ),
    "grant_held_by_another": noop(
        '{file}, row {row}, column employee_number: grant {grant} belongs to "{other}"; a grant does not change '
        'hands, expected "{other}", not "{value}".'
    ),
    "other_grant_to_participant": noop(
        "Grant {grant} of {on} is made to a participant before the new options are granted; counsel is told."
    ),
    "split_learnt_late": noop(
        "The corporate action effective {on} was learnt after acceptance of {offer}; counsel is told, nothing "
        "is changed."
    ),
}


def sentence(refusal: Refusal, zone: str = "UTC") -> str:
    """What a refusal or remark says; instants in the offer's zone and UTC."""
    params = {key: _shown(key, value, zone) for key, value in refusal.params.items()}
    text = _(SENTENCES[refusal.code]).format(**params)
    if refusal.rule:
        text += " " + _("(Counsel may override the rule {rule} with a written reason.)").format(rule=refusal.rule)
    return text


def _shown(key: str, value: Any, zone: str) -> Any:
    if key == "days":  # a count that may be one; every other sentence stands its count apart from a noun
        return counted_business_days_text(value)
    if isinstance(value, datetime):
        return instant_text(value, zone)
    if isinstance(value, date):
        return date_text(value)
    if isinstance(value, Decimal) and value.is_finite() and value > 0:
        return price_text(value)
    return value
