"""The frame of every page: the company, the deadline strip, the named contacts."""

from datetime import timedelta

from django.utils.translation import gettext as _

from exchange.kernel import wording
from exchange.offers.reads import Loaded
from exchange.offers.rules import AFTER_ACCEPTANCE, State
from exchange.offers.terms import Contact as TermsContact
from exchange.portal.pages import Chrome, Contact, Strip
from exchange.portal.present.forms import tendered_lines
from exchange.portal.present.words import deadline, grants_and_shares, time_left
from exchange.portal.visit import Visit

SOON = timedelta(days=1)


def chrome(visit: Visit) -> Chrome:
    return frame(visit.loaded, strip(visit))


def frame(loaded: Loaded, deadline_strip: Strip | None) -> Chrome:
    company = loaded.terms.company
    questions = tuple(contact(person) for person in company.contacts if person.purpose != "forms")
    takers = tuple(contact(person) for person in company.contacts if person.purpose == "forms")
    takes_paper = bool({"fax", "hand"} & loaded.terms.channels)
    return Chrome(
        company=company.name,
        offer_title=loaded.terms.title,
        offer_code=loaded.offer.code,
        zone=loaded.zone,
        is_replay=loaded.offer.is_replay,
        questions=questions or takers,
        paper=takers[0] if takers and takes_paper else None,
        paper_address=company.address,
        strip=deadline_strip,
    )


def contact(person: TermsContact) -> Contact:
    return Contact(person.name, person.title, person.phone, person.email, person.fax, person.hours)


def strip(visit: Visit) -> Strip:
    """Time left to the expiration, by the server's clock; a replay's clock stands still."""
    state, at = visit.state, visit.at
    election, more = _election(visit)
    left_label, closes_more = _("Time left"), ""
    closes_at, label, left = visit.expires_at, _("The offer expires"), time_left(visit.expires_at, at)
    if state is State.SCHEDULED:
        closes_at = visit.loaded.timeline.commences_at or visit.loaded.terms.commences_at
        label, left = _("The offer opens"), time_left(closes_at, at)
        left_label = _("Opens in")
        closes_more = _("It expires {expires}.").format(expires=deadline(visit.expires_at, visit.zone))
    elif state is State.EXPIRED:
        label = _("The offer expired")
        left = _("None. You can still withdraw.") if visit.forms.tendered else _("None")
    elif state is not State.OPEN:
        label, left = _("The offer expired"), _("None")
    if state is State.TERMINATED and at < visit.expires_at:
        label = _("The offer would have expired")
    counts_down = state is State.OPEN and not visit.offer.is_replay
    is_soon = state is State.OPEN and closes_at - at < SOON
    return Strip(
        server_now=at,
        closes_at=closes_at,
        left=left,
        urgency="soon" if is_soon else "over" if state is State.EXPIRED else "",
        label=label,
        election=election,
        election_more=more,
        counts_down=counts_down,
        left_label=left_label,
        closes_more=closes_more,
    )


def _election(visit: Visit) -> tuple[str, str]:
    """The state of their election, and one more line."""
    form = visit.forms.election_in_force
    if visit.state is State.TERMINATED:
        return _("Nothing tendered"), _("The offer was terminated. You keep all your options.")
    acceptance = visit.outcome.acceptance if visit.state in AFTER_ACCEPTANCE else None
    if acceptance is not None:
        cancelled = visit.outcome.cancelled
        if not cancelled:
            return _("Nothing accepted"), _("You keep all your options.")
        count = grants_and_shares(len(cancelled), sum(row.shares for row in cancelled))
        on = wording.date_text(acceptance.on)
        return _("Accepted: {count}").format(count=count), _("Cancelled on {date}.").format(date=on)
    if form is None:
        notice = visit.forms.form_in_force
        if notice is not None:
            return _("Nothing tendered"), _("Your Notice {number} withdrew everything.").format(number=notice.number)
        if visit.may_elect and visit.view.eligible:
            return _("Nothing tendered"), _("You keep all your options unless you sign.")
        return _("Nothing tendered"), _("You keep all your options.")
    lines = tendered_lines(visit.forms, form)
    count = grants_and_shares(len(lines), sum(line.shares or 0 for line in lines))
    return _("Tendered: {count}").format(count=count), _("Form {number} is in force.").format(number=form.number)
