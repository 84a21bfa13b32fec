"""The offer's home: where one stands, what is done, what is left and by when; the documents; closed doors."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.elections.rules import DEFECTIVE, EFFECTIVE
from exchange.elections.units import units_of
from exchange.kernel import wording
from exchange.notices.reads import unopened
from exchange.offers.rules import AFTER_ACCEPTANCE, State
from exchange.portal.pages import Banner, ClosedPage
from exchange.portal.pages.glance import Dated, HomePage
from exchange.portal.present.after import after_tasks, home_after, signing_tasks
from exchange.portal.present.choose import draft_banners
from exchange.portal.present.forms import form_reasons, nothing_tendered_text, tendered_lines
from exchange.portal.present.options import person_reason
from exchange.portal.present.signer import proof_banners
from exchange.portal.present.stages import decided, standing_steps, standing_text, steps_of
from exchange.portal.present.tasks import tasks
from exchange.portal.present.words import deadline, grants_and_shares, grants_text
from exchange.portal.visit import Visit
from exchange.settlement.dates import dates_of


def home_page(visit: Visit) -> HomePage:
    if visit.state in AFTER_ACCEPTANCE:
        heading, lede, action = home_after(visit)
    else:
        heading, lede, action = _standing(visit)
    withdraws = visit.may_withdraw and bool(visit.forms.tendered)
    steps = steps_of(visit)
    unread = unopened(visit.owner_key, visit.offer.code)
    return HomePage(
        banners=_banners(visit),
        heading=heading,
        lede=lede,
        action_url=action[0],
        action_text=action[1],
        withdraw_url=visit.url("withdraw") if withdraws else "",
        standing=standing_text(visit, steps),
        steps=standing_steps(visit, steps),
        decided=decided(visit),
        # What the company does stands in the stages, for one who has any.
        tasks=(*tasks(visit), *(signing_tasks(visit, visit.outcome) if steps else after_tasks(visit))),
        dates=dated(visit),
        notices_url=visit.url("notices"),
        notices_text=ngettext("%(count)d new notice", "%(count)d new notices", unread) % {"count": unread}
        if unread
        else "",
        report_url=visit.url("reports"),
    )


def _standing(visit: Visit) -> tuple[str, str, tuple[str, str]]:
    """Heading, sentence and the one action, before acceptance."""
    nothing = ("", "")
    expires = deadline(visit.expires_at, visit.zone)
    form = visit.forms.election_in_force
    if visit.state is State.TERMINATED:
        return (
            _("The offer was terminated"),
            _("Nothing was cancelled. Everything you tendered is returned, and you keep all your options.")
            if visit.forms.tendered
            else _("Nothing was cancelled. You keep all your options."),
            nothing,
        )
    if form is not None:
        lines = tendered_lines(visit.forms, form)
        count = grants_and_shares(len(lines), sum(line.shares or 0 for line in lines))
        heading = _("You tendered {count}").format(count=grants_text(len(lines)))
        if visit.may_elect:
            lede = _("{count}, by form {number}. You can change or withdraw until {expires}.")
            action = (visit.url("choose"), _("Change what you tender"))
        else:
            lede = _("{count}, by form {number}. The offer has expired. Until the company accepts you can withdraw.")
            action = nothing
        return heading, lede.format(count=count, number=form.number, expires=expires), action
    if visit.state is State.SCHEDULED:
        begins = deadline(visit.loaded.timeline.commences_at or visit.expires_at, visit.zone)
        return _("The offer has not begun"), _("It begins on {begins}.").format(begins=begins), nothing
    if visit.state is State.EXPIRED:
        last = visit.forms.forms[-1] if visit.forms.forms else None
        if last is not None and visit.forms.form_in_force is None and visit.forms.judged(last).status == DEFECTIVE:
            told = _(
                "Form {number} is defective. It is not in force unless what is wrong is mended or waived in time."
            )
            return _("The offer has expired"), told.format(number=last.number), nothing
        return _("The offer has expired"), nothing_tendered_text(visit), nothing
    if visit.view.person_reasons:
        told = _("{reason} You keep your options as they are.").format(reason=person_reason(visit))
        return _("You cannot take part in this offer"), told, nothing
    choosable = sum(len(unit) for unit in units_of(visit.view))
    if not choosable:
        return _("None of your options is eligible"), _("You keep them all, as they are."), nothing
    until = wording.local_text(visit.expires_at.replace(microsecond=0), visit.zone)
    total = grants_text(len(visit.view.options))
    lede = _("You may exchange {count} of your {total}. Nothing changes unless you sign an Election Form.")
    return (
        _("You can tender until {until}").format(until=until),
        lede.format(count=choosable, total=total),
        (visit.url("choose"), _("Choose what to tender")),
    )


def _banners(visit: Visit) -> tuple[Banner, ...]:
    banners = []
    expirations = [one.expires_at for one in visit.loaded.timeline.expirations if one.announced_at <= visit.at]
    is_changed = visit.state in {State.SCHEDULED, State.OPEN, State.EXPIRED}
    if len(expirations) > 1 and is_changed:
        told = _("It now expires on {now}. Before that it would have expired on {before}. What you signed stands.")
        now, before = expirations[-1], expirations[-2]
        banners.append(
            Banner(
                _("The offer was extended"),
                told.format(now=deadline(now, visit.zone), before=deadline(before, visit.zone)),
                "time",
            )
        )
    intended_on = visit.loaded.timeline.acceptance_intended_on
    if intended_on and visit.state is State.EXPIRED:
        told = _(
            "The company means to accept on {day}. Nothing is cancelled yet, and you can withdraw until it accepts."
        )
        banners.append(Banner(_("Acceptance is postponed"), told.format(day=wording.date_text(intended_on)), "time"))
    amended = [at for at in visit.loaded.timeline.amendments if at <= visit.at]
    if amended and is_changed:
        on = wording.date_text(visit.loaded.date_of(amended[-1]))
        said = _("On {date}. What you signed before stands, and is read as referring to the offer as amended.")
        see = _("See the documents and what changed")
        banners.append(Banner(_("The offer was amended"), said.format(date=on), "time", visit.url("documents"), see))
    last = visit.forms.forms[-1] if visit.forms.forms else None
    if last is not None and visit.forms.judged(last).status != EFFECTIVE:
        judged = visit.forms.judged(last)
        is_defective = judged.status == DEFECTIVE
        title = _("Form {number} is defective") if is_defective else _("Form {number} was rejected")
        effect = _("It is not in force.") if is_defective else _("It has no effect.")
        banners.append(
            Banner(
                title.format(number=last.number),
                " ".join([*form_reasons(judged), effect]),
                "time" if is_defective else "lost",
                visit.url("form", last.pk),
                _("See the form"),
            )
        )
    return (*draft_banners(visit), *proof_banners(visit), *banners)


def dated(visit: Visit) -> tuple[Dated, ...]:
    """Every dated fact of the offer that concerns this holder; what is not fixed yet is marked so."""
    found = dates_of(visit.loaded, visit.outcome, visit.at)
    return tuple(Dated(fact.title, fact.text, fact.note, fact.is_fixed, fact.is_past) for fact in found)


def closed_page(visit: Visit) -> ClosedPage:
    """Why no Election Form can be chosen and signed now."""
    expires = deadline(visit.expires_at, visit.zone)
    link, link_text = "", ""
    if visit.state is State.SCHEDULED:
        begins = deadline(visit.loaded.timeline.commences_at or visit.expires_at, visit.zone)
        return ClosedPage(_("The offer has not begun"), (_("It begins on {begins}.").format(begins=begins),))
    if visit.state is State.OPEN:
        reason = person_reason(visit) or _("None of your options is eligible.")
        return ClosedPage(
            _("You have nothing to tender"),
            (
                reason,
                _("You keep your options as they are. If that is wrong, report it from the page of your options."),
            ),
            visit.url("options"),
            _("See your options, and why"),
        )
    if visit.state is State.TERMINATED:
        return ClosedPage(_("The offer was terminated"), (_("You keep all your options."),))
    told = [_("The offer expired on {expires}. An Election Form now would be late.").format(expires=expires)]
    if visit.may_withdraw and visit.forms.tendered:
        told.append(_("You can still withdraw what you tendered, until the company accepts."))
        link, link_text = visit.url("withdraw"), _("Withdraw everything")
    return ClosedPage(_("The offer has expired"), tuple(told), link, link_text)


def no_withdrawal_page(visit: Visit) -> ClosedPage:
    """Why no Notice can be signed now."""
    if visit.state is State.SCHEDULED:
        return closed_page(visit)
    if visit.state is State.TERMINATED:
        return ClosedPage(_("The offer was terminated"), (_("There is nothing left to withdraw."),))
    accepted_at = visit.loaded.timeline.accepted_at
    told = _("The company accepted on {at}. From that instant nothing can be withdrawn.")
    return ClosedPage(
        _("Withdrawal has ended"),
        (told.format(at=deadline(accepted_at, visit.zone)) if accepted_at else _("Nothing can be withdrawn now."),),
        visit.url("outcome"),
        _("See what was accepted"),
    )
