"""The page after signing: the number, the instant, what was tendered and kept, and what comes next."""

from django.utils.translation import gettext as _

from exchange.elections.models import Form, FormKind
from exchange.elections.rules import EFFECTIVE, REJECTED
from exchange.kernel import wording
from exchange.market.reads import calendar
from exchange.portal.pages import SignedForm
from exchange.portal.pages.electing import DonePage
from exchange.portal.present.forms import form_reasons, signed_form
from exchange.portal.present.options import kept_lines
from exchange.portal.present.signer import proof_more
from exchange.portal.present.words import deadline
from exchange.portal.visit import Visit


def done_page(visit: Visit, form: Form) -> DonePage:
    judged = visit.forms.judged(form)
    shown = signed_form(visit, form)
    if judged.status != EFFECTIVE:
        return _rejected(visit, form, shown)
    if form.kind == FormKind.WITHDRAWAL:
        return _withdrawn(visit, form, shown)
    return _elected(visit, form, shown)


def _confirmed_by(visit: Visit, form: Form) -> str:
    on = calendar().add_business_days(
        visit.loaded.date_of(form.received_at), visit.loaded.terms.confirm_within_business_days
    )
    return _("We confirm by e-mail that we received it, by {date} at the latest.").format(date=wording.date_text(on))


def _elected(visit: Visit, form: Form, shown: SignedForm) -> DonePage:
    expires = deadline(visit.expires_at, visit.zone)
    tendered = [line.grant_number for line in shown.lines if not line.problem]
    change = _(
        "Changing is normal. Until {expires} you can do it as often as you like: the last form you sign counts."
    )
    if not visit.may_elect:
        change = _("The offer expired on {expires}. You can withdraw everything until the company accepts.")
    return DonePage(
        heading=_("We have your Election Form"),
        mark="done",
        form=shown,
        remarks=proof_more(visit, form),
        paragraphs=(_("You are done. There is no further step."),),
        tendered=shown.lines,
        tendered_caption=_("You tender"),
        kept=kept_lines(visit.view, tendered) if visit.may_elect else (),
        kept_caption=_("You keep, of your eligible options"),
        next=(
            _confirmed_by(visit, form),
            _("This is not acceptance. The company decides after the offer expires, and tells you then."),
            _("You must be an eligible employee on the day of cancellation, and an employee on the day of the grant."),
        ),
        change_text=change.format(expires=expires),
        change_url=visit.url("choose") if visit.may_elect else "",
        change_link=_("Change what you tender"),
        withdraw_url=visit.url("withdraw") if visit.may_withdraw else "",
    )


def _withdrawn(visit: Visit, form: Form, shown: SignedForm) -> DonePage:
    expires = deadline(visit.expires_at, visit.zone)
    return DonePage(
        heading=_("We have your Notice to Withdraw"),
        mark="done",
        form=shown,
        remarks=proof_more(visit, form),
        paragraphs=(
            _("Nothing of yours is tendered any more. You keep your options as they are."),
            _("You are done. There is no further step."),
        ),
        next=(_confirmed_by(visit, form), _("You receive no new options for what you withdrew.")),
        change_text=_("Until {expires} you can tender again with a new Election Form.").format(expires=expires),
        change_url=visit.url("choose") if visit.may_elect else "",
        change_link=_("Sign a new Election Form"),
    )


def _rejected(visit: Visit, form: Form, shown: SignedForm) -> DonePage:
    judged = visit.forms.judged(form)
    is_election = form.kind == FormKind.ELECTION
    is_late = "late" in judged.defects
    if is_late:
        heading = _("Your Election Form arrived too late") if is_election else _("Your Notice arrived too late")
    else:
        heading = _("Your form is kept, and is not in force")
        if judged.status == REJECTED:
            heading = _("Your form is kept, and has no effect")
    told = (
        _("Our server had the whole form at or after the deadline. It is kept under this number, rejected as late."),
        _("It tenders nothing.") if is_election else _("It withdraws nothing."),
    )
    following = [_("What was in force before it stays in force.")]
    if is_late:
        following.append(
            _("A late form is accepted from nobody. Should the company revive the offer, you can sign again.")
        )
    if visit.may_withdraw and visit.forms.tendered:
        following.append(_("You can still withdraw what you tendered earlier, until the company accepts."))
    return DonePage(
        heading=heading,
        mark="lost",
        form=shown,
        paragraphs=told if is_late else form_reasons(judged),
        tendered=shown.lines,
        tendered_caption=_("On this form"),
        next=tuple(following),
        withdraw_url=visit.url("withdraw") if visit.may_withdraw and visit.forms.tendered else "",
    )
