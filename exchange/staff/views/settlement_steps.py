"""Acceptance, promises and the grant, each as a guarded page."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.elections.models import Form
from exchange.kernel.results import Result
from exchange.kernel.wording import (
    counted_options_text,
    counted_promises_text,
    counted_shares_text,
    date_text,
    price_text,
    shares_text,
)
from exchange.market.reads import calendar
from exchange.offers.actions import Override
from exchange.people.models import Holder, User
from exchange.people.reads import holders_by_id
from exchange.settlement.actions.accept import Accepted, accept_tenders
from exchange.settlement.actions.grant import Granted, grant_new_options
from exchange.settlement.actions.promise import Issued, issue_promises
from exchange.settlement.reads import MEND_WAITING, PROOF_UNJUDGED, acceptance_of, undecided
from exchange.settlement.rules import expires_on
from exchange.staff import words
from exchange.staff.actors import is_own, shown_actor
from exchange.staff.attempt import Preview
from exchange.staff.fields import PriceField, day_field
from exchange.staff.parts import Cell, Fact, Section, Table, table
from exchange.staff.steps import ACCEPT, APPROVE, GRANT, PROMISE, TENDERED
from exchange.staff.views.because import undecided_conditions
from exchange.staff.views.guarded import ApprovalForm, Guarded, Setting, WantedForm

MOST_ROWS = 1000
NINE = time(9)
CLOSE = time(17)


class AcceptForm(WantedForm):
    attested = forms.BooleanField(
        label=gettext_lazy("I attest that every paper form received in time is recorded."),
        error_messages={
            "required": gettext_lazy("Tick this once every paper form is recorded. Nothing is accepted without it.")
        },
    )
    leave_undecided = forms.BooleanField(required=False)

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        self.open_defects = undecided(setting.loaded, setting.latest)
        if self.open_defects:
            self.fields["leave_undecided"].label = ngettext(
                "Leave the {n} open defect as it is.",
                "Leave the {n} open defects as they are.",
                len(self.open_defects),
            ).format(n=len(self.open_defects))
            self.fields["leave_undecided"].help_text = _(
                "What is defective stays out of the acceptance, and its holders are told why. "
                "A paper form whose new entry waits counts as it was first copied."
            )
        else:
            del self.fields["leave_undecided"]

    def replay_instant(self) -> datetime:
        """Nine in the morning of the first business day after the expiration."""
        expires_at = self.setting.loaded.timeline.expires_at
        if expires_at is None:
            return self.setting.now
        day = calendar().add_business_days(self.setting.loaded.date_of(expires_at), 1)
        return datetime.combine(day, NINE, ZoneInfo(self.setting.zone))

    def known(self) -> list[Section]:
        defects = _undecided_table(
            _("Neither decided nor overtaken by a later form"),
            self.open_defects,
            empty=_("None. Every form stands or falls by itself."),
        )
        whole = Fact(
            _("Every tendered option"),
            _("By holder and by option, why each would be taken or not"),
            url=TENDERED.url(self.setting.code),
        )
        return [Section(_("What acceptance would take"), facts=[whole]), Section(_("Open defects"), table=defects)]


class AcceptPage(Guarded[Accepted]):
    step = ACCEPT
    is_long = True
    letters = ("options_accepted",)
    lede = gettext_lazy("The company takes every tendered option that is still eligible, and cancels it.")
    button = gettext_lazy("Accept the tenders and cancel the options")
    form_class = AcceptForm
    approve_permission = APPROVE
    previews_at_once = False

    def is_about(self, value: Accepted, user: User) -> bool:
        return any(is_own(user, line.grant.holder) for line in value.lines)

    def approve_by(self, setting: Setting, form: Any) -> datetime | None:
        """The end of the day on which it was attested, in the offer's zone: the word covers no later one."""
        if setting.loaded.offer.is_replay:  # its days are those it is told
            return None
        tomorrow = setting.loaded.date_of(setting.now) + timedelta(days=1)
        return datetime.combine(tomorrow, time(), ZoneInfo(setting.zone))

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Accepted]:
        return accept_tenders(
            code=setting.code,
            attested=form.cleaned_data["attested"],
            leave_undecided=form.cleaned_data.get("leave_undecided", False),
            attested_by=setting.proposer,
            actor=setting.actor,
            at=form.instant(),
            overrides=overrides,
            must_be_prompt=True,
        )

    def describe(self, setting: Setting, form: Any, value: Accepted) -> Preview:
        acceptance, taken = value.acceptance, value.taken
        refused = [line for line in value.lines if line.reason]
        return Preview(
            facts=[
                Fact(_("Cancelled on"), date_text(acceptance.on)),
                Fact(_("Options cancelled"), shares_text(len(taken))),
                Fact(_("Shares cancelled"), shares_text(value.cancelled_shares)),
                Fact(_("Holders"), shares_text(len({line.holder_id for line in taken}))),
                Fact(_("Tendered and not taken"), shares_text(len(refused))),
                Fact(_("Defects left undecided"), shares_text(acceptance.left_undecided)),
                Fact(_("Promises due on"), date_text(acceptance.promises_due_on)),
                Fact(_("Earliest grant date"), date_text(acceptance.earliest_grant_on)),
                *undecided_conditions(setting),
            ],
            tables=[
                *([_undecided_table(_("Left undecided"), value.left)] if value.left else []),
                table(
                    _("Tendered and not taken"),
                    [_("Option"), _("Held by"), _("Shares"), _("Why")],
                    [
                        [
                            line.grant.grant_number,
                            _held(line.grant.holder),
                            line.shares,
                            Cell(line.reason, more=words.say(words.ACCEPTANCE, line.reason)),
                        ]
                        for line in refused
                    ],
                ),
                table(
                    _("Every option that is taken and cancelled"),
                    [_("Option"), _("Held by"), _("Exercise price"), _("Shares")],
                    [
                        [line.grant.grant_number, _held(line.grant.holder), line.grant.exercise_price, line.shares]
                        for line in taken
                    ],
                    total=[_("In all"), Cell(""), Cell(""), value.cancelled_shares] if taken else (),
                    most=MOST_ROWS,
                    is_folded=True,
                ),
            ],
            finality=[
                _("Cancelled options are void. Nothing in this product brings one back."),
                _("Withdrawal ends the moment it is approved, and the company is bound to the exchange."),
                _("The attestation is kept under the name of who proposes it: {actor}.").format(
                    actor=shown_actor(setting.proposer)
                ),
            ],
        )

    def said(self, setting: Setting, value: Accepted) -> str:
        return _("Accepted: {options} with {shares}. Promises are due on {day}.").format(
            options=counted_options_text(len(value.taken)),
            shares=counted_shares_text(value.cancelled_shares),
            day=date_text(value.acceptance.promises_due_on),
        )


def _undecided_table(caption: str, left: Sequence[tuple[Form, str]], empty: str = "") -> Table:
    rows: list[list[object]] = [[form.number, Cell(form.employee_number), _open(code)] for form, code in left]
    return table(caption, [_("Form"), _("Employee number"), _("Defect")], rows, empty=empty, most=MOST_ROWS)


def _open(code: str) -> Cell:
    """What is undecided of a form, and where it is decided."""
    if code == MEND_WAITING:
        return Cell(_("A new entry that no second person has checked"), url=reverse("staff:mends"), more=code)
    if code == PROOF_UNJUDGED:
        return Cell(_("A proof that nobody has judged"), url=reverse("staff:proofs"), more=code)
    return Cell(code.replace(" ", ", option "))


def _held(holder: Holder) -> Cell:
    return Cell(holder.legal_name, more=holder.employee_number)


class PromisePage(Guarded[Issued]):
    step = PROMISE
    is_long = True
    letters = ("promise_ready",)
    lede = gettext_lazy("Every holder of a cancelled option gets a signed Promise to Grant, and a letter with it.")
    button = gettext_lazy("Issue the promises")

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Issued]:
        return issue_promises(code=setting.code, actor=setting.actor, at=form.instant())

    def describe(self, setting: Setting, form: Any, value: Issued) -> Preview:
        if not value.promises:
            return Preview()
        signatory = setting.loaded.terms.company.signatory
        signed = f"{signatory.name}, {signatory.title}" if signatory else _("Nobody is named; the line stays open")
        first = value.promises[0]
        acceptance = acceptance_of(setting.loaded.offer)
        return Preview(
            facts=[
                Fact(_("Promises"), shares_text(len(value.promises))),
                Fact(_("Shares promised"), shares_text(value.total_shares)),
                Fact(_("Signed by"), signed),
                Fact(_("Earliest grant date"), date_text(first.earliest_grant_on)),
                Fact(_("Due on"), date_text(acceptance.promises_due_on) if acceptance else "–"),
            ],
            tables=[
                table(
                    _("Every promise, and to whom"),
                    [_("Promise"), _("To"), _("Shares")],
                    [[promise.number, _held(promise.holder), promise.shares] for promise in value.promises],
                    total=[_("In all"), Cell(""), value.total_shares],
                    most=MOST_ROWS,
                    is_folded=True,
                )
            ],
            finality=[_("A promise binds the company. It changes only in writing signed by both.")],
        )

    def said(self, setting: Setting, value: Issued) -> str:
        return _("Issued: {promises} for {shares}. Papers and letters follow.").format(
            promises=counted_promises_text(len(value.promises)),
            shares=counted_shares_text(value.total_shares),
        )


class GrantForm(WantedForm):
    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        acceptance = acceptance_of(setting.loaded.offer)
        earliest = acceptance.earliest_grant_on if acceptance else None
        required = {"required": _("Enter the closing price.")}
        self.fields = {
            "on": day_field(_("Grant date"), initial=earliest),
            "closing_price": PriceField(
                label=_("Closing price of the stock on that date, in dollars a share"),
                help_text=_("Whoever approves it reads the source too, and enters it without seeing yours."),
                min_value=Decimal("0.0001"),
                error_messages=required,
            ),
            **self.fields,
        }

    def replay_instant(self) -> datetime:
        """The end of the session of the earliest grant date."""
        acceptance = acceptance_of(self.setting.loaded.offer)
        day: date = acceptance.earliest_grant_on if acceptance else self.setting.now.date()
        return max(self.setting.now, datetime.combine(day, CLOSE, ZoneInfo(self.setting.zone)))

    def known(self) -> list[Section]:
        acceptance = acceptance_of(self.setting.loaded.offer)
        if acceptance is None:
            return []
        fact = Fact(_("Earliest grant date"), date_text(acceptance.earliest_grant_on))
        return [Section(_("As promised"), facts=[fact])]


class GrantApproval(ApprovalForm):
    """The closing price a second time, by the second person, who has not been shown the first's."""

    closing_price = PriceField(
        min_value=Decimal("0.0001"),
        help_text=gettext_lazy("Read it from the source yourself. You see what was proposed once the two agree."),
        error_messages={"required": gettext_lazy("Enter the closing price.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = self.wanted.cleaned_data.get("on")
        self.fields["closing_price"].label = (
            _("Closing price of the stock on {day}, in dollars a share").format(day=date_text(on))
            if on
            else _("Closing price of the stock on the grant date, in dollars a share")
        )

    def clean_closing_price(self) -> Decimal:
        price: Decimal = self.cleaned_data["closing_price"]
        if price != self.wanted.cleaned_data.get("closing_price"):
            raise forms.ValidationError(
                _(
                    "This is not the price that was proposed. Nothing is granted. Look at the source again; if your "
                    "price is right, decline the proposal, and have it proposed anew. Each difference is written "
                    "down; the third settles the proposal."
                ),
                code=self.MISMATCH,
            )
        return price


class GrantPage(Guarded[Granted]):
    step = GRANT
    is_long = True
    letters = ("options_granted",)
    lede = gettext_lazy("Each promise whose holder is still employed becomes a new option; the others lapse.")
    button = gettext_lazy("Grant the new options")
    form_class = GrantForm
    approve_permission = APPROVE
    approval_form = GrantApproval

    def is_about(self, value: Granted, user: User) -> bool:
        ids = {grant.holder_id for grant in value.grants} | {lapse.line.promise.holder_id for lapse in value.lapses}
        return any(is_own(user, holder) for holder in holders_by_id(ids).values())

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Granted]:
        return grant_new_options(
            code=setting.code,
            on=form.cleaned_data["on"],
            closing_price=form.cleaned_data["closing_price"],
            actor=setting.actor,
            at=form.instant(),
        )

    def describe(self, setting: Setting, form: Any, value: Granted) -> Preview:
        if not value.grants and not value.lapses:
            return Preview()
        on, price = form.cleaned_data["on"], form.cleaned_data["closing_price"]
        ids = {grant.holder_id for grant in value.grants} | {lapse.line.promise.holder_id for lapse in value.lapses}
        people = holders_by_id(ids)
        shares = sum(grant.shares for grant in value.grants)
        counted = Counter(str(lapse.reason) for lapse in value.lapses)
        why = " ".join(f"{count}: {words.say(words.LAPSE, reason)}" for reason, count in sorted(counted.items()))
        return Preview(
            facts=[
                Fact(_("Granted on"), date_text(on)),
                Fact(_("Exercise price"), price_text(price), more=_("The close on that date.")),
                Fact(_("New options"), shares_text(len(value.grants))),
                Fact(
                    _("Shares"),
                    shares_text(shares),
                    more=_("From the {plan} plan").format(plan=setting.loaded.terms.award_plan),
                ),
                Fact(_("Expire"), date_text(expires_on(setting.loaded.terms, on))),
                Fact(_("Lapse"), shares_text(len(value.lapses)), more=why),
                Fact(_("Held until counsel decides"), shares_text(len(value.held))),
            ],
            tables=[
                table(
                    _("What lapses"),
                    [_("Cancelled option"), _("Promised to"), _("Why")],
                    [
                        [
                            lapse.grant_number,
                            _held(people[lapse.line.promise.holder_id]),
                            Cell(str(lapse.reason), more=words.say(words.LAPSE, str(lapse.reason))),
                        ]
                        for lapse in value.lapses
                    ],
                ),
                table(
                    _("Every new option"),
                    [_("In place of"), _("To"), _("Shares")],
                    [[grant.old_grant_number, _held(people[grant.holder_id]), grant.shares] for grant in value.grants],
                    total=[_("In all"), Cell(""), shares] if value.grants else (),
                    most=MOST_ROWS,
                    is_folded=True,
                ),
            ],
            finality=[
                _("A new option stands with this price and date. A wrong price cannot be mended here."),
                _("What lapses is lost to its holder for good."),
            ],
        )

    def said(self, setting: Setting, value: Granted) -> str:
        options = ngettext("{n} new option", "{n} new options", len(value.grants))
        return _("Granted: {options} with {shares}; {lapsed} lapsed, {held} held.").format(
            options=options.format(n=shares_text(len(value.grants))),
            shares=counted_shares_text(sum(grant.shares for grant in value.grants)),
            lapsed=shares_text(len(value.lapses)),
            held=shares_text(len(value.held)),
        )
