"""Where the holder's election stands, stage by stage, in words; and what has been decided so far."""

from django.utils.translation import gettext as _

from exchange.elections.models import Channel, Form
from exchange.elections.units import units_of
from exchange.elections.words import form_defect_text
from exchange.kernel import wording
from exchange.offers.rules import AFTER_ACCEPTANCE
from exchange.portal.pages import Fact, Mark
from exchange.portal.pages.glance import StandingStep
from exchange.portal.present.forms import recorded_after, tendered_lines, title_of
from exchange.portal.present.words import deadline, grants_and_shares, grants_text, listing, shares_text
from exchange.portal.visit import Visit
from exchange.settlement.standing import Reached, Stage, Step, standing_of
from exchange.settlement.words import lapse_text, lapsed_for_nothing_text, not_accepted_text

TITLES = {
    Stage.RECEIVED: lambda: _("Received"),
    Stage.IN_FORCE: lambda: _("In force"),
    Stage.ACCEPTED: lambda: _("Accepted"),
    Stage.PROMISED: lambda: _("Promised"),
    Stage.GRANTED: lambda: _("Granted"),
    Stage.SIGNED: lambda: _("Agreement signed"),
}
MARKS: dict[Reached, Mark] = {
    Reached.DONE: "done",
    Reached.PARTLY: "time",
    Reached.HELD: "time",
    Reached.PROHIBITED: "lost",
    Reached.DEFECTIVE: "time",
    Reached.REJECTED: "lost",
    Reached.NOT_ACCEPTED: "lost",
    Reached.LAPSED: "lost",
}


def standing_text(visit: Visit, steps: tuple[Step, ...]) -> str:
    """One sentence for a holder who has signed nothing; nothing for one who has: the stages say it."""
    if steps:
        return ""
    if visit.may_elect and units_of(visit.view):
        return _("We have received no form from you. You keep all your options unless you sign an Election Form.")
    return _("We have received no form from you. You keep all your options.")


def standing_steps(visit: Visit, steps: tuple[Step, ...]) -> tuple[StandingStep, ...]:
    return tuple(_STEPS[step.stage](visit, step) for step in steps)


def steps_of(visit: Visit) -> tuple[Step, ...]:
    return standing_of(visit.loaded, visit.forms, visit.outcome, visit.at)


def tag_of(step: Step) -> str:
    return {
        Reached.DONE: _("Yes"),
        Reached.PARTLY: _("In part"),
        Reached.HELD: _("Held"),
        Reached.PROHIBITED: _("Prohibited"),
        Reached.LATER: _("Not yet"),
        Reached.DEFECTIVE: _("Defective"),
        Reached.REJECTED: _("Rejected"),
        Reached.WITHDRAWN: _("Withdrawn"),
        Reached.RETURNED: _("Returned"),
        Reached.NOT_ACCEPTED: _("Not accepted"),
        Reached.LAPSED: _("Lapsed"),
        Reached.NEVER: _("No"),
    }[step.reached]


def _step(step: Step, *more: str, url: str = "", link_text: str = "") -> StandingStep:
    is_reached = step.reached in {Reached.DONE, Reached.PARTLY}
    told = tuple(text for text in more if text)
    mark = MARKS.get(step.reached, "")
    return StandingStep(TITLES[step.stage](), tag_of(step), mark, told, url, link_text, is_reached)


def how(form: Form) -> str:
    """The form with its number and how it came: Election Form LRKF-1, by fax."""
    if form.channel == Channel.PORTAL:
        return _("{title} {number}").format(title=title_of(form), number=form.number)
    channel = str(Channel(form.channel).label).lower()
    return _("{title} {number} on paper ({channel})").format(title=title_of(form), number=form.number, channel=channel)


def _received(visit: Visit, step: Step) -> StandingStep:
    form = step.form
    if form is None:
        return _step(step)
    told = _("{form}, received on {at}.").format(form=how(form), at=deadline(form.received_at, visit.zone))
    effect = recorded_after(visit, form) or (_("It has no effect on what is in force.") if step.reasons else "")
    reasons = [form_defect_text(code) for code in step.reasons]
    return _step(step, told, *reasons, effect, url=visit.url("form", form.pk), link_text=_("See the form"))


def _in_force(visit: Visit, step: Step) -> StandingStep:
    form = step.form
    if form is None:
        return _step(step)
    if step.reached is Reached.WITHDRAWN:
        told = _("Notice {number} withdrew everything. Nothing of yours is tendered.").format(number=form.number)
        return _step(step, told)
    if step.reached is Reached.RETURNED:
        return _step(step, _("The offer was terminated. What you had tendered is returned, and you keep it."))
    if step.reached is Reached.DEFECTIVE:
        told = _("It is not in force, and replaces nothing, until what is wrong is mended or waived.")
        mend = _("You can sign a new form here instead.") if visit.may_elect and units_of(visit.view) else ""
        return _step(step, *[form_defect_text(code) for code in step.reasons], told, mend)
    if step.reached is Reached.REJECTED:
        return _step(step, *[form_defect_text(code) for code in step.reasons], _("It was kept, and it has no effect."))
    if visit.forms.is_recorded_after(form):
        return _step(step, _("Nothing of yours was in force when the offer ended."))
    if step.reached is Reached.NEVER:
        return _step(step, _("A form or Notice that we received after it counts instead."))
    if not step.grants:
        return _step(step, _("None of its options stands, so nothing of yours is tendered. The form says why."))
    shares = sum(line.shares or 0 for line in tendered_lines(visit.forms, form))
    is_over = visit.state in AFTER_ACCEPTANCE
    told = _("By form {number} you tendered {count}.") if is_over else _("By form {number} you tender {count}.")
    told = told.format(number=form.number, count=grants_and_shares(step.grants, shares))
    return _step(step, told)


def _accepted(visit: Visit, step: Step) -> StandingStep:
    if step.reached is Reached.LATER:
        if not visit.forms.tendered:
            return _step(step)
        return _step(step, _("The company accepts soon after the offer expires. Until then you can withdraw."))
    if step.at is None:
        return _step(step)
    on = deadline(step.at, visit.zone)
    link = {"url": visit.url("outcome"), "link_text": _("See what was accepted")}
    told = [_("The company accepted on {at}.").format(at=on)]
    if step.grants:
        told.append(_("{count} accepted and cancelled.").format(count=grants_and_shares(step.grants, step.shares)))
    elif step.reached is Reached.NEVER:
        return _step(step, *told, _("Nothing of yours was tendered then. You keep all your options."))
    reasons = [not_accepted_text(code) for code in step.reasons]
    kept = _("You keep what was not accepted.") if reasons else ""
    return _step(step, *told, *reasons, kept, **link)


def _promised(visit: Visit, step: Step) -> StandingStep:
    if step.reached is Reached.LATER:
        due = _("The Promise to Grant is due by {date}.").format(date=wording.date_text(step.on)) if step.on else ""
        return _step(step, due)
    if step.at is None:
        return _step(step)
    told = _("New options for {shares}, promised on {at}.").format(
        shares=shares_text(step.shares), at=deadline(step.at, visit.zone)
    )
    return _step(step, told, url=visit.url("promise"), link_text=_("See the promise"))


def _granted(visit: Visit, step: Step) -> StandingStep:
    on = wording.date_text(step.on) if step.on else ""
    reasons = [lapse_text(code) for code in step.reasons]
    see = _("See your new options") if step.grants else _("See what became of each grant")
    link = {"url": visit.url("new_grants"), "link_text": see}
    if step.reached is Reached.HELD:
        return _step(step, _("It is held until counsel has decided whether the law allows the grant."), **link)
    if step.reached is Reached.PROHIBITED:
        unless = _("Unless counsel changes that before the day of the grant, the promise lapses then.")
        return _step(step, *reasons, unless, **link)
    if step.reached is Reached.LAPSED:
        lapsed = _("The promise lapsed on {date}.").format(date=on)
        return _step(step, lapsed, *reasons, lapsed_for_nothing_text(), **link)
    if step.reached is Reached.LATER:
        told = _("On {date} at the earliest, if you are an employee on the day of the grant.").format(date=on)
        return _step(step, told if on else "")
    if step.reached is Reached.NEVER:
        return _step(step)
    told = _("New options for {shares}, granted on {date}.").format(shares=shares_text(step.shares), date=on)
    rest = _("Not all of what was promised is granted.") if step.reached is Reached.PARTLY else ""
    return _step(step, told, rest, *reasons, **link)


def _signed(visit: Visit, step: Step) -> StandingStep:
    link = {"url": visit.url("new_grants"), "link_text": _("See the agreements")}
    has_grants = any(hasattr(line, "new_grant") for line in visit.outcome.lines)
    if step.reached is Reached.DONE:
        return _step(step, _("The new options are yours."), **link)
    if has_grants:
        return _step(step, _("A new option is yours once you have signed its agreement."), **link)
    return _step(step)


_STEPS = {
    Stage.RECEIVED: _received,
    Stage.IN_FORCE: _in_force,
    Stage.ACCEPTED: _accepted,
    Stage.PROMISED: _promised,
    Stage.GRANTED: _granted,
    Stage.SIGNED: _signed,
}


def decided(visit: Visit) -> tuple[Fact, ...]:
    """What the holder has decided so far, while it can still be decided otherwise: what is tendered, what is kept."""
    if not visit.may_withdraw or not visit.forms.forms:
        return ()
    tendered = set(visit.forms.tendered)
    kept = [option for option in visit.view.eligible if option.grant.grant_number not in tendered]
    told = [Fact(_("You tender"), listing(sorted(tendered)) if len(tendered) <= 6 else grants_text(len(tendered)))]
    if not tendered:
        told = [Fact(_("You tender"), _("Nothing"))]
    if kept:
        numbers = sorted(option.grant.grant_number for option in kept)
        named = listing(numbers) if len(numbers) <= 6 else grants_text(len(numbers))
        told.append(Fact(_("You keep, of those you may tender"), named))
    return tuple(told)
