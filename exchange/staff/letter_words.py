"""What each kind of letter is for, as the desk says it: when it goes out, and to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.elections.everyone import everyone
from exchange.offers.audience import eligible_counts
from exchange.offers.reads import Loaded, ended_by
from exchange.people.models import Invitation

EACH, ELIGIBLE, INVITED, ELECTED = "each", "eligible", "invited", "elected"
WHOM: Mapping[str, Any] = {
    EACH: _("One holder, whom it concerns"),
    ELIGIBLE: _("Every eligible person"),
    INVITED: _("Whoever staff invite"),
    ELECTED: _("Every holder who tendered"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """When a kind of letter goes out, and to whom."""

    when: Any
    to: str = EACH


USES: Mapping[str, Use] = {
    "invitation": Use(_("When staff invite holders to the site"), INVITED),
    "sign_in_notice": Use(_("At once when a sign-in is changed, or used by a code")),
    "offer_opened": Use(_("When the offer is opened"), ELIGIBLE),
    "offer_extended": Use(_("When the offer is extended"), ELIGIBLE),
    "offer_amended": Use(_("When the offer is amended; also to whom it reached before"), ELIGIBLE),
    "offer_terminated": Use(_("When the offer is terminated"), ELIGIBLE),
    "condition_waived": Use(_("When a material condition of the offer is waived"), ELIGIBLE),
    "holder_excluded": Use(_("When a person or an option is excluded from the offer")),
    "exclusion_lifted": Use(_("When such an exclusion is lifted")),
    "acceptance_postponed": Use(_("When acceptance is postponed after the offer has expired"), ELECTED),
    "reminder": Use(_("At 9:00 a.m. on the days of reminders before the deadline"), ELIGIBLE),
    "election_received": Use(_("When an Election Form takes effect")),
    "withdrawal_received": Use(_("When a Notice to Withdraw takes effect")),
    "form_late": Use(_("When a form came too late")),
    "form_recorded_after": Use(_("When a paper form is recorded after acceptance or termination")),
    "form_defective": Use(_("When a form has a defect or is rejected")),
    "cure_asked": Use(_("When staff set a day to cure a defect by")),
    "defect_decided": Use(_("When a defect is decided")),
    "options_accepted": Use(_("When the tenders are accepted and the options cancelled"), ELECTED),
    "promise_ready": Use(_("When the promises are issued"), ELECTED),
    "promise_adjusted": Use(_("When a split or merger that changes the promises is recorded"), ELECTED),
    "options_granted": Use(_("When the new options are granted"), ELECTED),
    "agreement_signed": Use(_("When an option agreement is signed")),
    "agreement_mistaken": Use(_("When staff had recorded one as signed on paper by mistake")),
    "promise_lapsed": Use(_("When a promise lapses, in whole or in part")),
    "agreement_reminder": Use(_("When staff remind of option agreements that wait to be signed")),
    "final_statement": Use(_("When the final statements are issued; also to who did nothing"), ELIGIBLE),
    "form_mended": Use(_("When staff mend what they entered of a paper form")),
    "report_answered": Use(_("When staff answer what someone reported")),
}
OTHER = Use(_("When what it tells of happens"))


def use_of(kind: str) -> Use:
    return USES.get(kind, OTHER)


def reach(kind: str, loaded: Loaded, at: datetime) -> int | None:
    """How many people would get the letter if it went out now; None where it goes to one, as it happens.

    Read as plain values, a few queries: the page must stand at 10,000 holders.
    """
    to = use_of(kind).to
    if to == ELIGIBLE:
        return len(eligible_counts(loaded, at))
    if to == INVITED:
        return len(eligible_counts(loaded, at).keys() - set(Invitation.objects.values_list("holder_id", flat=True)))
    if to == ELECTED:
        standing = everyone(loaded.offer, ended_by=ended_by(loaded)).in_force()
        return sum(bool(placed.tendered) for _holder, placed in standing)
    return None
