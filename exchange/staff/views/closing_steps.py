"""The last steps of an offer, each a guarded page: reminding of agreements, final statements, closing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.kernel.results import Result
from exchange.kernel.wording import instant_text, shares_text
from exchange.notices.models import Message, State
from exchange.offers.actions import Override
from exchange.offers.models import OfferEvent
from exchange.settlement.actions.close import close_offer
from exchange.settlement.actions.remind import Reminded, remind_to_sign
from exchange.settlement.actions.statements import Stated, issue_statements
from exchange.settlement.models import NewGrant
from exchange.settlement.signatures import unsigned
from exchange.staff import words
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.attempt import Preview
from exchange.staff.parts import Cell, Fact, Section, table
from exchange.staff.steps import CLOSE, REMIND, STATEMENTS
from exchange.staff.views.guarded import Guarded, Setting, WantedForm

MOST_ROWS = 200


class RemindPage(Guarded[Reminded]):
    step = REMIND
    is_long = True
    letters = ("agreement_reminder",)
    lede = gettext_lazy("Everyone whose option agreement is not signed gets a letter; one a day at most.")
    button = gettext_lazy("Send the reminders")
    is_typed = False

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Reminded]:
        return remind_to_sign(code=setting.code, actor=setting.actor, at=form.instant())

    def describe(self, setting: Setting, form: Any, value: Reminded) -> Preview:
        rows: list[list[object]] = []
        for grants in value.waiting:
            holder = grants[0].holder
            who = Cell(holder.legal_name, url=record_url(holder), more=holder.employee_number)
            rows.append([who, len(grants), sum(one.shares for one in grants), grants[0].granted_on])
        return Preview(
            facts=[
                Fact(_("Letters"), shares_text(value.letters)),
                Fact(_("Holders who have not signed"), shares_text(len(value.waiting))),
                Fact(_("Agreements"), shares_text(sum(len(grants) for grants in value.waiting))),
            ],
            tables=[
                table(
                    _("Who has not signed"),
                    [_("Holder"), _("Agreements"), _("Shares"), _("Granted on")],
                    rows,
                    most=MOST_ROWS,
                )
            ],
            finality=[_("A letter that has gone out cannot be called back.")],
        )

    def said(self, setting: Setting, value: Reminded) -> str:
        return ngettext("{n} holder is reminded to sign.", "{n} holders are reminded to sign.", value.letters).format(
            n=shares_text(value.letters)
        )


class StatementsPage(Guarded[Stated]):
    step = STATEMENTS
    is_long = True
    letters = ("final_statement",)
    lede = gettext_lazy(
        "Every holder gets a sealed paper that says what the offer has come to for them, also one who did nothing."
    )
    button = gettext_lazy("Make the final statements")

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Stated]:
        return issue_statements(code=setting.code, actor=setting.actor, at=form.instant())

    def describe(self, setting: Setting, form: Any, value: Stated) -> Preview:
        rows: list[list[object]] = [
            [words.say(words.OUTCOME, code), count] for code, count in sorted(value.outcomes.items())
        ]
        return Preview(
            facts=[
                Fact(_("Statements and letters to make"), shares_text(value.made)),
                Fact(
                    _("Of these replace one"),
                    shares_text(value.replacing),
                    more=_("Because what is on record is different now. The one before stays on record."),
                ),
                Fact(_("Stand as they are"), shares_text(value.unchanged)),
            ],
            tables=[
                table(
                    _("What they say"),
                    [_("What the offer has come to"), _("Holders")],
                    rows,
                    total=[_("In all"), sum(value.outcomes.values())] if rows else (),
                )
            ],
            finality=[
                _("A statement is kept for good. A later one can replace it; none is taken back."),
                _("The worker makes the papers and sends the letters; the desk shows how far it is."),
            ],
        )

    def said(self, setting: Setting, value: Stated) -> str:
        return ngettext(
            "{n} final statement is on its way.", "{n} final statements are on their way.", value.made
        ).format(n=shares_text(value.made))


class CloseForm(WantedForm):
    """What may be left is asked only where there is something to leave."""

    leave_unsigned = forms.BooleanField(required=False)
    leave_letters = forms.BooleanField(required=False)

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        offer = setting.loaded.offer
        waiting = unsigned(NewGrant.objects.filter(line__promise__offer=offer))
        given_up = Message.objects.filter(offer_key=offer.code, state=State.FAILED)
        self.unsigned, self.given_up = waiting.count(), given_up.count()
        if self.unsigned:
            self.fields["leave_unsigned"].label = ngettext(
                "Leave {n} option agreement unsigned.", "Leave {n} option agreements unsigned.", self.unsigned
            ).format(n=shares_text(self.unsigned))
            self.fields["leave_unsigned"].help_text = _("Their holders can still sign them after the closing.")
        else:
            del self.fields["leave_unsigned"]
        if self.given_up:
            self.fields["leave_letters"].label = ngettext(
                "Leave {n} letter that was given up.", "Leave {n} letters that were given up.", self.given_up
            ).format(n=shares_text(self.given_up))
            self.fields["leave_letters"].help_text = _("They stand in the portal; the e-mails did not go out.")
        else:
            del self.fields["leave_letters"]

    def known(self) -> list[Section]:
        facts = [
            Fact(
                _("Share pool"),
                _("See whether it agrees to the share"),
                url=reverse("staff:pool", args=[self.setting.code]),
            ),
            Fact(
                _("Agreements that wait"),
                shares_text(self.unsigned),
                url=f"{list_url(NewGrant)}?agreement=waiting" if self.unsigned else "",
            ),
            Fact(
                _("Letters that were given up"),
                shares_text(self.given_up),
                url=f"{list_url(Message)}?state__exact={State.FAILED}" if self.given_up else "",
            ),
        ]
        return [Section(_("Look at these first"), facts=facts)]


class ClosePage(Guarded[OfferEvent]):
    step = CLOSE
    is_long = True
    lede = gettext_lazy(
        "An offer is closed once every promise has its outcome, every share is accounted for, and every holder has a "
        "final statement. Nothing more follows from it."
    )
    button = gettext_lazy("Close the offer")
    form_class = CloseForm

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[OfferEvent]:
        return close_offer(
            code=setting.code,
            leave_unsigned=form.cleaned_data.get("leave_unsigned", False),
            leave_letters=form.cleaned_data.get("leave_letters", False),
            actor=setting.actor,
            at=form.instant(),
        )

    def describe(self, setting: Setting, form: Any, value: OfferEvent) -> Preview:
        return Preview(
            facts=[
                Fact(_("Closes"), setting.loaded.terms.title),
                Fact(_("Agreements left unsigned"), shares_text(form.unsigned)),
                Fact(_("Letters left as given up"), shares_text(form.given_up)),
            ],
            finality=[_("A closed offer is never opened again. Its pages, papers and records stay.")],
        )

    def said(self, setting: Setting, value: OfferEvent) -> str:
        return _("{code} is closed, {instant}.").format(
            code=setting.code, instant=instant_text(value.at.replace(microsecond=0), setting.zone)
        )
