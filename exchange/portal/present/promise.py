"""The promise as it was issued and as it stands today: events since, employment, the law; never a forecast."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.documents.reads import papers_for
from exchange.kernel import wording
from exchange.kernel.canonical import decimal_text
from exchange.kernel.shares import whole
from exchange.market.models import CorporateAction
from exchange.people.models import Role
from exchange.people.reads import facts_of
from exchange.portal.pages import Banner, Fact
from exchange.portal.pages import promise as pages
from exchange.portal.present.agreements import new_grants_of, waiting_for_signature
from exchange.portal.present.standing import line_standing
from exchange.portal.present.words import deadline, exact_text, shares_text, vesting_text
from exchange.portal.visit import Visit
from exchange.settlement.adjusting import KIND as STATEMENT
from exchange.settlement.adjusting import statement_key
from exchange.settlement.models import Prohibition, Promise, PromiseLine
from exchange.settlement.promised import Adjustment, Employment, EmploymentStanding, adjustments, employment_standing
from exchange.settlement.reads import HolderOutcome, shares_now


def promise_page(visit: Visit) -> pages.PromisePage | None:
    """None while there is no promise."""
    outcome = visit.outcome
    promise, acceptance = outcome.promise, outcome.acceptance
    if promise is None or acceptance is None:
        return None
    today = visit.loaded.date_of(visit.at)
    ended = [_settled_on(line) for line in outcome.lines]
    through = max((on for on in ended if on is not None), default=today) if all(ended) else today
    lines = [_line(outcome, line, acceptance.on, today) for line in outcome.lines]
    exact = [Fraction(line.exact) for line in outcome.lines]
    steps = adjustments(exact, outcome.actions, acceptance.on, through)
    is_open = any(on is None for on in ended)
    todo, url, text = _todo(visit, outcome, is_open=is_open)
    return pages.PromisePage(
        lede=_("{company} promised you new options for {shares}, to be granted on {date} at the earliest.").format(
            company=visit.loaded.terms.company.name,
            shares=shares_text(promise.shares),
            date=wording.date_text(promise.earliest_grant_on),
        ),
        todo=todo,
        todo_url=url,
        todo_text=text,
        standing=tuple(_standing(visit, outcome, acceptance.on, today)) if is_open else (),
        pdf_url=visit.url("promise_pdf"),
        facts=_facts(visit, promise),
        lines=tuple(lines),
        total=promise.shares,
        total_now=sum(line.now for line in lines),
        is_adjusted=bool(steps),
        adjustments=tuple(_adjustments(visit, promise, outcome, steps)),
        as_of=deadline(visit.at, visit.zone) if is_open else "",
    )


def _settled_on(line: PromiseLine) -> date | None:
    """The day a line became a new option or lapsed; None while it is open."""
    if hasattr(line, "new_grant"):
        return line.new_grant.granted_on
    return line.lapse.on if hasattr(line, "lapse") else None


def _line(outcome: HolderOutcome, line: PromiseLine, cancelled_on: date, today: date) -> pages.PromisedLine:
    now = shares_now(line, cancelled_on, _settled_on(line) or today, outcome.actions)
    status, mark, reason = line_standing(outcome, line)
    exact = exact_text(now) if now.denominator > 1 else ""
    return pages.PromisedLine(line.grant_number, line.shares, whole(now), exact, status, mark, reason)


def _todo(visit: Visit, outcome: HolderOutcome, *, is_open: bool) -> tuple[str, str, str]:
    """What the holder has to do, and where."""
    waiting = len(waiting_for_signature(outcome))
    if waiting:
        told = ngettext(
            "Sign the option agreement of your new option. You receive it once you have signed.",
            "Sign the option agreements of your new options. You receive each once you have signed.",
            waiting,
        )
        return told, visit.url("sign_agreements"), ngettext("Read and sign it", "Read and sign them", waiting)
    if new_grants_of(outcome):
        return _("Nothing. Your new options are yours."), visit.url("new_grants"), _("See your new options")
    if not is_open:
        told = _("Nothing. If you think that this is wrong, ask the contact on this page.")
        return told, visit.url("new_grants"), _("What became of each grant")
    return _("Nothing now. After the grant you sign an agreement for each new option; we write to you then."), "", ""


def _standing(visit: Visit, outcome: HolderOutcome, cancelled_on: date, today: date) -> Iterator[Banner]:
    """How each condition stands today."""
    standing = employment_standing(facts_of(visit.holder), cancelled_on, today)
    company = visit.loaded.terms.company.short_name
    yield _employment(standing, company)
    if standing.is_met and standing.executive_since is not None:
        told = _("You have been {role} since {on}. A promotion like this does not end the promise.")
        role, on = _role(standing.role), wording.date_text(standing.executive_since)
        yield Banner(_("Your new role changes nothing"), told.format(role=role, on=on), "done")
    if standing.is_met and standing.moved_on is not None:
        told = _(
            "Since {on} you live in another country than on the day of the cancellation. That does not end the "
            "promise by itself. Counsel looks at whether the law of that country allows the grant."
        )
        yield Banner(_("You moved abroad"), told.format(on=wording.date_text(standing.moved_on)), "time")
    yield from _law(visit, outcome)


def _employment(standing: EmploymentStanding, company: str) -> Banner:
    on = wording.date_text(standing.since) if standing.since else ""
    if standing.code is Employment.LEFT:
        told = _(
            "By the facts on file you left {company} on {on}. Nothing is granted for these options unless you are an "
            "employee on the day of the grant. If the date is wrong, tell the contact on this page."
        )
        return Banner(_("You are not employed: nothing would be granted"), told.format(company=company, on=on), "lost")
    if standing.code is Employment.ROLE:
        told = _(
            "By the facts on file you have been {role} since {on}. Only an employee receives the new options, so "
            "nothing is granted for these options unless that changes before the grant."
        )
        told = told.format(role=_role(standing.role), on=on or "–")
        return Banner(_("You are not an employee: nothing would be granted"), told, "lost")
    if standing.code is Employment.REHIRED:
        told = _(
            "You left {company} on {left_on} and were rehired on {on}. You are an employee today, so the promise "
            "stands. Counsel is told of the time between."
        )
        left_on = wording.date_text(standing.left_on) if standing.left_on else "–"
        return Banner(_("You are employed again"), told.format(company=company, left_on=left_on, on=on), "time")
    told = _(
        "By the facts on file you are an employee today. You must be one on the day of the grant too: if you leave "
        "before it, for any reason, you receive nothing for the cancelled options."
    )
    return Banner(_("You are employed"), told, "done")


def _role(code: str) -> str:
    """An executive officer, a consultant: the role inside a sentence."""
    return {
        Role.EXECUTIVE_OFFICER: _("an executive officer"),
        Role.EXECUTIVE_MANAGEMENT: _("a member of executive management"),
        Role.DIRECTOR: _("a director"),
        Role.CONSULTANT: _("a consultant"),
        Role.EMPLOYEE: _("an employee"),
    }[Role(code)]


def _law(visit: Visit, outcome: HolderOutcome) -> Iterator[Banner]:
    """Counsel's word on whether the law lets the promise be kept; the reason is counsel's own."""
    if outcome.verdict_at is None:
        return
    on = wording.date_text(visit.loaded.date_of(outcome.verdict_at))
    if outcome.verdict == Prohibition.Verdict.HELD:
        told = _(
            "Since {on} counsel has been looking at whether the law allows the grant to be made to you. Until counsel "
            "has decided nothing is granted and nothing lapses for that reason."
        )
        yield Banner(_("Held until counsel decides"), told.format(on=on), "time")
    elif outcome.verdict == Prohibition.Verdict.PROHIBITED:
        told = _(
            "On {on} counsel decided that the law does not allow the grant to be made to you. Unless that is changed "
            "before the day of the grant, the promise lapses then. Ask the contact on this page."
        )
        yield Banner(_("The law does not allow it"), told.format(on=on), "lost")
    else:
        told = _("On {on} counsel decided that the law allows the grant. Nothing holds it back.")
        yield Banner(_("Released by counsel"), told.format(on=on), "done")


def _adjustments(
    visit: Visit, promise: Promise, outcome: HolderOutcome, steps: Sequence[Adjustment]
) -> Iterator[pages.Adjustment]:
    """Each event, with the address of its statement where one was made; asked for only where there are events."""
    keys = {statement_key(promise, step.action): step for step in steps}
    stated = papers_for(STATEMENT, list(keys)) if keys else {}
    for key, step in keys.items():
        made = _adjustment(step, outcome.lines)
        yield replace(made, pdf_url=visit.url("adjustment_pdf", step.action.number)) if key in stated else made


def _adjustment(step: Adjustment, lines: Sequence[PromiseLine]) -> pages.Adjustment:
    title, told = _event(step.action, step.factor)
    shown = [
        pages.AdjustedLine(line.grant_number, exact_text(before), exact_text(after))
        for line, before, after in zip(lines, step.before, step.after, strict=True)
    ]
    return pages.Adjustment(title, step.action.effective_on, told, tuple(shown))


def _event(action: CorporateAction, factor: Fraction) -> tuple[str, tuple[str, ...]]:
    """What happened, and what it makes of one promised share."""
    new, old, successor = decimal_text(action.new), decimal_text(action.old), action.successor or _("the acquirer")
    becomes = _("Each promised share became {factor}.").format(factor=exact_text(factor))
    if action.kind == CorporateAction.Kind.SPLIT:
        name = _("Reverse split, {new} for {old}") if factor < 1 else _("Split or stock dividend, {new} for {old}")
        return name.format(new=new, old=old), (becomes,)
    of_stock = _("For each promised share the promise is now for {factor} shares of {successor}.").format(
        factor=exact_text(factor), successor=successor
    )
    price = _(
        "The new options are for stock of {successor}, at its closing price on the day of the grant. If that stock is "
        "traded on no market then, counsel decides how the price is set, and you are told."
    ).format(successor=successor)
    binds = _("The promise binds {successor}.").format(successor=successor)
    if action.kind == CorporateAction.Kind.STOCK_MERGER:
        name = _("Acquired by {successor} for stock, {new} for {old}")
        return name.format(successor=successor, new=new, old=old), (of_stock, price, binds)
    cash, share = wording.price_text(action.new), wording.price_text(action.old)
    name = _("Acquired by {successor} for cash, {cash} a share").format(successor=successor, cash=cash)
    how = _("That is the cash for one share, {cash}, over the price of a share of {successor}, {share}.").format(
        cash=cash, share=share, successor=successor
    )
    return name, (of_stock, how, price, binds)


def _facts(visit: Visit, promise: Promise) -> tuple[Fact, ...]:
    terms = visit.loaded.terms
    return (
        Fact(_("Number"), promise.number),
        Fact(_("Issued"), deadline(promise.issued_at, visit.zone)),
        Fact(_("Exercise price"), _("The closing price on the day of the grant")),
        Fact(_("Vesting"), vesting_text(terms.vesting)),
        Fact(_("Kind"), _("Non-statutory stock option (NSO), under plan {plan}").format(plan=terms.award_plan)),
        Fact(_("If the company splits its stock or is acquired"), _("The promise is adjusted, and binds successors")),
    )
