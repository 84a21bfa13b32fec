"""After acceptance: what was cancelled and what was not and why, the promise, the new options."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel import wording
from exchange.offers.rules import AFTER_ACCEPTANCE, State
from exchange.people.reads import facts_of
from exchange.portal.pages import (
    Mark,
    Outcome,
    OutcomePage,
    Task,
)
from exchange.portal.present.agreements import new_grants_of, waiting_for_signature, waiting_text
from exchange.portal.present.forms import nothing_tendered_text
from exchange.portal.present.words import deadline, grants_and_shares, grants_text, shares_text
from exchange.portal.visit import Visit
from exchange.settlement.models import Lapse, NewGrant, Prohibition
from exchange.settlement.promised import Employment, employment_standing, keeps_promise
from exchange.settlement.reads import HolderOutcome
from exchange.settlement.words import lapse_text, lapsed_for_nothing_text, not_accepted_text


def home_after(visit: Visit) -> tuple[str, str, tuple[str, str]]:
    """Heading, sentence and the one action, from acceptance on."""
    outcome = visit.outcome
    grants = new_grants_of(outcome)
    if grants:
        return _home_granted(visit, grants)
    lapses = _lapses_of(outcome)
    if lapses and len(lapses) == len(outcome.lines):
        lede = " ".join([*_lapse_reasons(lapses), lapsed_for_nothing_text()])
        return _("Your promise lapsed"), lede, (visit.url("new_grants"), _("See what became of each grant"))
    to_promise = (visit.url("promise"), _("Your Promise to Grant"))
    not_employed = _not_employed(visit)
    if not_employed is not None:
        return *not_employed, to_promise if outcome.promise else _see(visit)
    if outcome.verdict == Prohibition.Verdict.HELD:
        lede = _(
            "Counsel is looking at whether the law allows the grant to be made to you, and until that is decided "
            "nothing is granted. If you leave before the new options are granted, you receive nothing for the "
            "cancelled ones."
        )
        return _("Your new options are held"), lede, to_promise
    if outcome.verdict == Prohibition.Verdict.PROHIBITED:
        lede = _(
            "Counsel decided that the law does not allow the grant to be made to you. Unless that is changed before "
            "the day of the grant, the promise lapses then, and you receive nothing for the cancelled options."
        )
        return _("The law does not allow your grant"), lede, to_promise
    if outcome.acceptance is not None and outcome.cancelled:
        shares = shares_text(sum(row.shares for row in outcome.cancelled))
        lede = _(
            "{shares} were cancelled on {cancelled_on}. If you leave before the new options are granted, {earliest} "
            "at the earliest, you receive nothing for them."
        ).format(
            shares=shares,
            cancelled_on=wording.date_text(outcome.acceptance.on),
            earliest=wording.date_text(outcome.acceptance.earliest_grant_on),
        )
        action = to_promise if outcome.promise else _see(visit)
        if outcome.not_accepted:
            return _("Your tender was accepted in part"), f"{lede} {_kept_text(len(outcome.not_accepted))}", action
        return _("Your tender was accepted"), lede, action
    if outcome.not_accepted:
        return (
            _("Your tender was not accepted"),
            _("You keep your options as they are."),
            (visit.url("outcome"), _("See why")),
        )
    return _("The offer is over"), nothing_tendered_text(visit), ("", "")


def _not_employed(visit: Visit) -> tuple[str, str] | None:
    """Heading and sentence for one whom the facts on file call no employee today; None for an employee."""
    outcome = visit.outcome
    if outcome.acceptance is None or not outcome.cancelled or keeps_promise(visit.status):
        return None
    today = visit.loaded.date_of(visit.at)
    standing = employment_standing(facts_of(visit.holder), outcome.acceptance.on, today)
    told = (
        _("By the facts on file you left {company} on {on}.")
        if standing.code is Employment.LEFT
        else _("By the facts on file you have not been an employee of {company} since {on}.")
    )
    says = told.format(
        company=visit.loaded.terms.company.short_name, on=wording.date_text(standing.since) if standing.since else "–"
    )
    lede = _(
        "{says} You receive nothing for the {shares} that were cancelled on {cancelled_on} unless you are an employee "
        "again on the day of the grant, {earliest} at the earliest. If that is wrong, report it."
    ).format(
        says=says,
        shares=shares_text(sum(row.shares for row in outcome.cancelled)),
        cancelled_on=wording.date_text(outcome.acceptance.on),
        earliest=wording.date_text(outcome.acceptance.earliest_grant_on),
    )
    return _("You are not an employee: nothing would be granted"), lede


def _home_granted(visit: Visit, grants: Sequence[NewGrant]) -> tuple[str, str, tuple[str, str]]:
    """What was granted, what of it waits for a signature, and what lapsed beside it."""
    told = [
        _("New options for {shares} were granted on {date} at {price} a share.").format(
            shares=shares_text(sum(grant.shares for grant in grants)),
            date=wording.date_text(grants[0].granted_on),
            price=wording.price_text(grants[0].exercise_price),
        )
    ]
    action = (visit.url("new_grants"), _("See them, with their vesting"))
    waiting = len(waiting_for_signature(visit.outcome))
    if waiting:
        more = _("{waiting}; you receive an option once you have signed its agreement.")
        told.append(more.format(waiting=waiting_text(waiting)))
        action = (visit.url("sign_agreements"), ngettext("Read and sign it", "Read and sign them", waiting))
    lapses = _lapses_of(visit.outcome)
    if not lapses:
        return _("Your new options are granted"), " ".join(told), action
    count = grants_text(len(lapses))
    told.append(_("The promise for {count} lapsed.").format(count=count))
    told += [*_lapse_reasons(lapses), lapsed_for_nothing_text()]
    return _("Your new options are granted in part"), " ".join(told), action


def _lapses_of(outcome: HolderOutcome) -> list[Lapse]:
    return [line.lapse for line in outcome.lines if hasattr(line, "lapse")]


def _lapse_reasons(lapses: Sequence[Lapse]) -> list[str]:
    """Each reason once."""
    return [lapse_text(code) for code in dict.fromkeys(lapse.reason for lapse in lapses)]


def _kept_text(count: int) -> str:
    told = ngettext("%(count)s was not accepted: you keep it.", "%(count)s were not accepted: you keep them.", count)
    return told % {"count": grants_text(count)}


def _see(visit: Visit) -> tuple[str, str]:
    return visit.url("outcome"), _("See what was accepted")


def after_tasks(visit: Visit) -> tuple[Task, ...]:
    """What the company does, and how far it has come for this holder."""
    outcome = visit.outcome
    acceptance = outcome.acceptance
    if acceptance is None or visit.state not in AFTER_ACCEPTANCE:
        if visit.state is State.TERMINATED or visit.view.person_reasons:
            return ()
        more = _("Soon after the offer expires. You are told here and by e-mail.")
        return (Task(_("The company accepts and cancels"), more, _("Later")),)
    tasks = [_acceptance_task(visit, outcome)]
    if outcome.cancelled:
        tasks.append(_promise_task(visit, outcome, acceptance.promises_due_on))
        tasks.append(_grant_task(visit, outcome, acceptance.earliest_grant_on))
        tasks += signing_tasks(visit, outcome)
    return tuple(tasks)


def _acceptance_task(visit: Visit, outcome: HolderOutcome) -> Task:
    title, url = _("Acceptance and cancellation"), visit.url("outcome")
    if not outcome.cancelled and not outcome.not_accepted:
        return Task(title, _("You had tendered nothing."), _("Nothing accepted"), "", url)
    told = []
    if outcome.cancelled:
        count = grants_and_shares(len(outcome.cancelled), sum(row.shares for row in outcome.cancelled))
        told.append(_("Cancelled: {count}.").format(count=count))
    if outcome.not_accepted:
        told.append(_("Not accepted: {count}. The page says why.").format(count=len(outcome.not_accepted)))
    mark: Mark = "done" if outcome.cancelled else "lost"
    return Task(title, " ".join(told), _("Accepted") if outcome.cancelled else _("Not accepted"), mark, url)


def _promise_task(visit: Visit, outcome: HolderOutcome, due_on: date) -> Task:
    if outcome.promise is None:
        more = _("By {date}.").format(date=wording.date_text(due_on))
        return Task(_("Promise to Grant"), more, _("Later"))
    more = _("For {shares}.").format(shares=shares_text(outcome.promise.shares))
    return Task(_("Promise to Grant"), more, _("Issued"), "done", visit.url("promise"))


def _grant_task(visit: Visit, outcome: HolderOutcome, earliest_on: date) -> Task:
    title = _("Your new options")
    grants = new_grants_of(outcome)
    if grants:
        more = _("{shares} at {price}.").format(
            shares=shares_text(sum(grant.shares for grant in grants)),
            price=wording.price_text(grants[0].exercise_price),
        )
        return Task(title, more, _("Granted"), "done", visit.url("new_grants"))
    if outcome.lines and all(hasattr(line, "lapse") for line in outcome.lines):
        return Task(title, _("None is granted. The page says why."), _("Lapsed"), "lost", visit.url("new_grants"))
    more = _("On {date} at the earliest, if you are an employee on that day.").format(
        date=wording.date_text(earliest_on)
    )
    return Task(title, more, _("Later"))


def signing_tasks(visit: Visit, outcome: HolderOutcome) -> list[Task]:
    """The agreements of the new options, once there are any."""
    grants, waiting = new_grants_of(outcome), len(waiting_for_signature(outcome))
    if not grants:
        return []
    title = ngettext("Option agreement", "Option agreements", len(grants))
    if waiting:
        more = _("{waiting}. You receive an option once you have signed its agreement.")
        url = visit.url("sign_agreements")
        return [Task(title, more.format(waiting=waiting_text(waiting)), _("Not signed"), "time", url)]
    more = ngettext(
        "It is signed, and the option is yours.", "All are signed, and the options are yours.", len(grants)
    )
    return [Task(title, more, _("Signed"), "done", visit.url("new_grants"))]


def outcome_page(visit: Visit) -> OutcomePage:
    outcome = visit.outcome
    acceptance = outcome.acceptance
    options = {option.grant.grant_number: option for option in visit.view.options}
    cancelled = tuple(
        Outcome(row.grant_number, row.grant.grant_date, row.grant.exercise_price, row.shares)
        for row in outcome.cancelled
    )
    kept = tuple(
        Outcome(
            row.grant_number,
            options[row.grant_number].grant.grant_date,
            options[row.grant_number].price,
            options[row.grant_number].outstanding,
            not_accepted_text(row.reason),
        )
        for row in outcome.not_accepted
        if row.grant_number in options
    )
    if acceptance is None:
        lede = _("The company has not accepted yet.")
    elif cancelled or kept:
        lede = _("The company decided on {at}.").format(at=deadline(acceptance.at, visit.zone))
    else:
        lede = _("You had tendered nothing when the company accepted, on {at}. You keep all your options.").format(
            at=deadline(acceptance.at, visit.zone)
        )
    if outcome.promise is not None:
        told = _("A Promise to Grant for {shares}.").format(shares=shares_text(outcome.promise.shares))
    elif acceptance is not None:
        told = _("A Promise to Grant, by {date}.").format(date=wording.date_text(acceptance.promises_due_on))
    else:
        told = ""
    return OutcomePage(
        lede=lede,
        cancelled=cancelled,
        total=sum(row.shares for row in cancelled),
        not_accepted=kept,
        promise_url=visit.url("promise") if outcome.promise else "",
        promise_text=told,
    )
