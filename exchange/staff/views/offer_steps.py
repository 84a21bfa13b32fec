"""Opening, extending and terminating an offer, each as a guarded page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.actions import extend_offer, terminate_offer
from exchange.elections.tally import late_paper_elections, tally
from exchange.kernel import clock
from exchange.kernel.calendars import EASTERN
from exchange.kernel.results import Result
from exchange.kernel.wording import counted_shares_text, instant_text, local_text, shares_text
from exchange.market.reads import calendar
from exchange.offers.actions import Override, open_offer
from exchange.offers.audience import eligible_counts
from exchange.offers.models import OfferEvent, Proposal
from exchange.offers.reads import Loaded, load
from exchange.offers.rules import announcement_deadline
from exchange.staff import terms_words, words
from exchange.staff.attempt import Preview
from exchange.staff.checklist import checklist_section
from exchange.staff.fields import InstantField, days_between
from exchange.staff.parts import Fact, Section
from exchange.staff.steps import APPROVE, EXTEND, OPEN, TERMINATE
from exchange.staff.telling import letters_section
from exchange.staff.views.because import because, because_facts, chosen
from exchange.staff.views.guarded import Guarded, Setting, WantedForm
from exchange.staff.views.proposal_files import documents_table


class OpenForm(WantedForm):
    def replay_instant(self) -> datetime:
        return self.setting.loaded.terms.commences_at

    def known(self) -> Sequence[Section]:
        if self.setting.loaded.timeline.opened_at is not None:
            return ()
        return (checklist_section(self.setting.loaded, self.setting.now),)


class OpenPage(Guarded[OfferEvent]):
    step = OPEN
    is_long = True
    lede = gettext_lazy("From its commencement until it closes, eligible people can tender their options.")
    button = gettext_lazy("Open the offer")
    form_class = OpenForm
    approve_permission = APPROVE
    is_read_in_preview = True

    def to_read(self, loaded: Loaded, proposal: Proposal) -> Sequence[Section]:
        return (Section(_("To read before it is approved"), table=documents_table(loaded.documents, linked=True)),)

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[OfferEvent]:
        at = form.instant() or clock.now()
        return open_offer(
            code=setting.code, actor=setting.actor, at=at, overrides=overrides, is_held_to_checklist=True
        )

    def describe(self, setting: Setting, form: Any, value: OfferEvent) -> Preview:
        loaded, zone = load(value.offer), setting.zone
        commences_at, expires_at = loaded.timeline.commences_at, loaded.timeline.expires_at
        if commences_at is None or expires_at is None:
            raise RuntimeError("an opened offer has a period")
        if loaded.terms.commences_at > value.at:
            starts = instant_text(commences_at, zone)
        else:
            starts = _("At once, when you confirm")
        reached = eligible_counts(loaded, commences_at)
        options, shares = (sum(counts) for counts in zip(*reached.values(), strict=True)) if reached else (0, 0)
        return Preview(
            facts=[
                Fact(
                    _("Opens"), loaded.terms.title, more=_("Version {n} of the terms").format(n=loaded.version.number)
                ),
                Fact(_("Commences"), starts),
                Fact(_("Closes"), instant_text(expires_at, zone)),
                Fact(
                    _("Business days"), str(business_days(commences_at, expires_at)), more=_("The first one counted.")
                ),
                Fact(
                    _("Reaches"),
                    _("{people}, told by letter").format(people=words.eligible_people_text(len(reached))),
                    more=_("{options}, {shares}").format(
                        options=words.eligible_options_text(options), shares=counted_shares_text(shares)
                    ),
                ),
                *terms_words.facts_but_period(loaded),
                *terms_words.company_facts(loaded.terms.company),
                Fact(_("Digest of the terms"), loaded.version.terms_digest),
            ],
            tables=[documents_table(loaded.documents, linked=True)],
            known=[Section(_("Open for"), text=days_between(commences_at, expires_at)), *form.known()],
            finality=[
                _("An opened offer is never a draft again; its terms change only by an amendment."),
                _("From its commencement every form that comes in is kept for good."),
            ],
        )

    def said(self, setting: Setting, value: OfferEvent) -> str:
        closes = instant_text(value.expires_at, setting.zone) if value.expires_at else ""
        return _("{code} is open. It closes {closes}.").format(code=setting.code, closes=closes)


def business_days(start: datetime, end: datetime) -> int:
    """How many business days the period touches, as the legal clock counts: the first when it is one."""
    days = calendar()
    day, last = start.astimezone(EASTERN).date(), end.astimezone(EASTERN).date()
    count = int(days.is_business_day(day))
    while (day := days.add_business_days(day, 1)) <= last:
        count += 1
    return count


class ExtendForm(WantedForm):
    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        to = InstantField(
            zone=setting.zone,
            label=_("New expiration"),
            initial=self._next_business_day(setting),
            error_messages={"required": _("Enter the new expiration.")},
        )
        self.fields = {"to": to, **because(setting), **self.fields}

    def _next_business_day(self, setting: Setting) -> datetime | None:
        """The same time of day on the business day after the offer closes now."""
        expires_at = setting.loaded.timeline.expires_at
        if expires_at is None:
            return None
        local = expires_at.astimezone(ZoneInfo(setting.zone))
        return datetime.combine(calendar().add_business_days(local.date(), 1), local.time(), ZoneInfo(setting.zone))

    def known(self) -> list[Section]:
        timeline = self.setting.loaded.timeline
        if timeline.expires_at is None:
            return []
        deadline = announcement_deadline(timeline.expires_at, calendar())
        facts = [
            Fact(_("Closes now"), instant_text(timeline.expires_at, self.setting.zone)),
            Fact(_("An extension is announced by"), instant_text(deadline, self.setting.zone)),
        ]
        return [Section(_("As it stands"), facts=facts)]


class ExtendPage(Guarded[OfferEvent | None]):
    step = EXTEND
    is_long = True
    letters = ("offer_extended",)
    lede = gettext_lazy("The offer closes later. Forms in force stay in force; everyone eligible is told.")
    button = gettext_lazy("Extend the offer")
    form_class = ExtendForm
    approve_permission = APPROVE
    previews_at_once = False

    def headline(self, setting: Setting, form: Any) -> str:
        return _("Extend the offer until {instant}").format(instant=local_text(form.cleaned_data["to"], setting.zone))

    def approve_by(self, setting: Setting, form: Any) -> datetime | None:
        """An extension is announced by 9:00 a.m. Eastern of the next business day, and before it is over itself."""
        expires_at = setting.loaded.timeline.expires_at
        if expires_at is None:
            return None
        to: datetime = form.cleaned_data["to"]
        return min(announcement_deadline(expires_at, calendar()), to)

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[OfferEvent | None]:
        return extend_offer(
            code=setting.code,
            to=form.cleaned_data["to"],
            actor=setting.actor,
            at=form.instant(),
            condition=chosen(form),
            overrides=overrides,
        )

    def describe(self, setting: Setting, form: Any, value: OfferEvent | None) -> Preview:
        before = setting.loaded.timeline
        if value is None or value.expires_at is None or before.expires_at is None or before.commences_at is None:
            return Preview()
        late = late_paper_elections(setting.loaded, before=value.expires_at, since=before.expires_at)
        facts = [
            Fact(_("Closes now"), instant_text(before.expires_at, setting.zone)),
            Fact(_("Will close"), instant_text(value.expires_at, setting.zone)),
            Fact(_("Open in all"), days_between(before.commences_at, value.expires_at)),
            *because_facts(form),
        ]
        if late:
            facts.append(
                Fact(
                    _("Late paper forms judged again"),
                    shares_text(len(late)),
                    more=_("By the new deadline, at their receipt: {numbers}").format(numbers=", ".join(late)),
                )
            )
        so_far = tally(setting.loaded, setting.now)
        known = [
            Fact(_("Options tendered so far"), shares_text(so_far.tendered_grants)),
            Fact(
                _("Shares tendered so far"), shares_text(so_far.tendered_shares), more=_("The announcement states it.")
            ),
        ]
        return Preview(
            facts=facts,
            known=[Section(_("When it is announced"), facts=known), letters_section(setting.loaded, value.at)],
            finality=[
                _("An extension is announced to everyone and is never taken back; the offer can only close later.")
            ],
        )

    def said(self, setting: Setting, value: OfferEvent | None) -> str:
        closes = instant_text(value.expires_at, setting.zone) if value and value.expires_at else ""
        return _("{code} is extended. It closes {closes}.").format(code=setting.code, closes=closes)


class TerminateForm(WantedForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everyone reads it in the letter, as you write it; the timeline and the log keep it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        self.fields = {**because(setting), **self.fields}


class TerminatePage(Guarded[OfferEvent | None]):
    step = TERMINATE
    is_long = True
    letters = ("offer_terminated",)
    lede = gettext_lazy("The offer ends. Nothing is cancelled, and every tendered option is returned.")
    button = gettext_lazy("Terminate the offer")
    form_class = TerminateForm
    approve_permission = APPROVE
    previews_at_once = False

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[OfferEvent | None]:
        return terminate_offer(
            code=setting.code,
            reason=form.cleaned_data["reason"],
            actor=setting.actor,
            at=form.instant(),
            condition=chosen(form),
        )

    def describe(self, setting: Setting, form: Any, value: OfferEvent | None) -> Preview:
        if value is None:
            return Preview()
        so_far = tally(setting.loaded, setting.now)
        return Preview(
            facts=[
                Fact(_("Ends"), setting.loaded.terms.title, more=value.reason),
                *because_facts(form),
                Fact(_("Options returned"), shares_text(so_far.tendered_grants)),
                Fact(_("Shares returned"), shares_text(so_far.tendered_shares)),
                Fact(_("Holders who had tendered"), shares_text(so_far.tendering_holders)),
            ],
            known=[letters_section(setting.loaded, value.at)],
            finality=[
                _("A terminated offer is never opened again. Another exchange needs another offer."),
                _("Forms that come in from now on are kept, and rejected as late."),
            ],
        )

    def said(self, setting: Setting, value: OfferEvent | None) -> str:
        return _("{code} is terminated. Every tendered option is returned.").format(code=setting.code)
