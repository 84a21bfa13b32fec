"""Every reason of the domain in words to the person it concerns: eligibility, defects, acceptance, lapses.

One catalogue for pages, letters and papers, by the codes of domain §3 to §7.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

# Why a person is not eligible on a day (§3).
PERSON: Mapping[str, str] = {
    "not_employed": noop("You are not an employee of the company on this day."),
    "role_not_eligible": noop("Your role is not one that the offer is made to."),
    "residence_not_eligible": noop("You do not live in a country that the offer is made in."),
}

# Why an option is not eligible (§3). {price} is the lowest exercise price that the offer takes.
OPTION: Mapping[str, str] = {
    "nothing_outstanding": noop("No share of it is outstanding."),
    "plan_not_eligible": noop("It was granted under a plan that the offer does not reach."),
    "granted_after_commencement": noop("It was granted after the offer began."),
    "expired": noop("It has expired."),
    "price_below_threshold": noop("Its exercise price is below {price}."),
}

# Defects of a form as a whole (§4).
FORM: Mapping[str, str] = {
    "unsigned": noop("It is not signed."),
    "undated": noop("It has no date."),
    "name_mismatch": noop("The signature is not the name on your option agreements."),
    "authority_not_evidenced": noop("It is signed for you by someone who did not show their title and authority."),
    "dated_after_receipt": noop("It is dated later than we received it."),
    "not_dated_after_previous": noop("It is dated no later than the form that was in force."),
    "no_options_listed": noop("It lists no options."),
    "conditional": noop("It sets conditions, and the offer takes none."),
    "unknown_person": noop("We cannot tell whose form it is."),
    "before_commencement": noop("It was received before the offer began."),
    "late": noop("It was received at or after the deadline."),
    "person_not_eligible": noop("You were not eligible on the day it was received."),
    "nothing_tendered": noop("Nothing of yours was tendered when it was received, so there was nothing to withdraw."),
}

# Defects of one line of a form (§4).
LINE: Mapping[str, str] = {
    "unknown_grant": noop("We have no such option of yours."),
    "option_not_eligible": noop("The option is not eligible."),
    "mismatch": noop("The date, the price or the number of shares is not the option’s."),
    "partial_tender": noop("Not all of its outstanding shares are listed, and an option goes whole or not at all."),
    "pair_broken": noop("It is half of a split pair, and the other half is not properly tendered with it."),
    "duplicate": noop("It is listed twice; the first line counts."),
}

# Why a tendered line was not taken at acceptance (§5).
ACCEPTANCE: Mapping[str, str] = {
    "person_not_eligible": noop("You were not eligible on the day of cancellation."),
    "option_not_eligible": noop("The option was no longer eligible on the day of cancellation."),
    "pair_broken": noop("The other half of this split pair could not be accepted, so neither was."),
}

# Why a promised option is not granted (§7).
LAPSE: Mapping[str, str] = {
    "not_an_employee": noop("You were not an employee on the day of the grant."),
    "prohibited": noop("The law forbids this grant."),
    "no_whole_share": noop("It comes to less than one whole share."),
    "held": noop("It is held until counsel has decided whether the law allows it."),
}


def reason_text(catalogue: Mapping[str, str], code: str, **params: str) -> str:
    """What a code of one of the catalogues above says, as a whole sentence."""
    return _(catalogue[code]).format(**params)
