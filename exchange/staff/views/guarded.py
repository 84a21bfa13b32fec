"""The guarded page: say what is wanted, see exactly what will happen, type the offer's code; then one action.

Where the step binds the company, confirming keeps a proposal instead: another person approves it (`approvals`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from exchange.kernel.results import Done, Refusal, Result
from exchange.offers.actions import Override
from exchange.offers.models import Proposal
from exchange.offers.reads import Loaded
from exchange.people.models import Holder, User
from exchange.staff import looks, words
from exchange.staff.admin.base import record_url
from exchange.staff.attempt import Preview
from exchange.staff.fields import InstantField
from exchange.staff.parts import Link, Section
from exchange.staff.steps import Step
from exchange.staff.telling import held_facts

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """Where an action is to happen: the offer as it stands, the instant of the page, who acts.

    `latest` is an instant that no form came after (`Edge.latest`). Where a proposal is looked at again, `proposed_by`
    is its proposer as the log names them, and `approval` what the approver has entered (`Guarded.approval_form`).
    """

    loaded: Loaded
    now: datetime
    latest: datetime
    actor: str
    proposed_by: str = ""
    approval: Mapping[str, Any] = field(default_factory=dict)
    user: User | None = None  # who fills the page; None where a proposal is looked at

    @property
    def proposer(self) -> str:
        """Who says what is wanted: of two people the first, else the one who acts."""
        return self.proposed_by or self.actor

    @property
    def code(self) -> str:
        return self.loaded.offer.code

    @property
    def zone(self) -> str:
        return self.loaded.zone


class WantedForm(forms.Form):
    """What is wanted. For a replay, also when: its clock stands still until someone says."""

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setting = setting
        if setting.loaded.offer.is_replay:
            self.fields["at"] = InstantField(
                zone=setting.zone, label=_("When this happens (the offer is a replay)"), initial=self.replay_instant()
            )

    def replay_instant(self) -> datetime:
        """What a replay proposes; the instant of its latest action unless a step knows better."""
        return self.setting.now

    def known(self) -> Sequence[Section]:
        """What one must know before saying what is wanted."""
        return ()

    def instant(self) -> datetime | None:
        """The stated instant of a replay; None, for a live offer, is the clock, read by the action itself."""
        found: datetime | None = self.cleaned_data.get("at")
        return found


class ApprovalForm(forms.Form):
    """What the approver of a proposal enters for themselves, before they see what was proposed.

    `wanted` is the proposer's form, cleaned: `clean` compares, and says with the code `MISMATCH` that the two differ.
    What is entered reaches the action as `Setting.approval`. Until it is approved, its proposer alone is shown what
    was proposed.
    """

    MISMATCH: ClassVar[str] = "mismatch"

    def __init__(self, *args: Any, wanted: WantedForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    @property
    def is_mismatch(self) -> bool:
        """Whether what was entered is a value, and not the one that was proposed."""
        return any(error.code == self.MISMATCH for errors in self.errors.as_data().values() for error in errors)


class Guarded(Generic[T]):
    """One guarded page. Subclasses say what they need, run one action, and describe what it does.

    `approve_permission` makes the step binding: whoever fills the page proposes, and another person who has that
    permission approves. `staff.binding` then says how the page is made again from a proposal.
    """

    step: ClassVar[Step]
    lede: ClassVar[Any]
    button: ClassVar[Any]
    form_class: ClassVar[type[WantedForm]] = WantedForm
    is_typed: ClassVar[bool] = True  # whether the offer's code is typed to confirm it
    approve_permission: ClassVar[str] = ""
    is_long: ClassVar[bool] = False  # whether it takes longer the more holders there are (`staff.long_steps`)
    source = ""  # the uploaded files that the page is about, where there are any
    approval_form: ClassVar[type[ApprovalForm] | None] = None
    letters: ClassVar[Sequence[str]] = ()  # the kinds it writes to many
    # Whether the preview links what is to be read, so that beside it nothing need say so once more.
    is_read_in_preview: ClassVar[bool] = False
    # Whether an approver sees the preview made anew as the page opens, or asks for it: it locks a running offer.
    previews_at_once: ClassVar[bool] = True

    def form(self, data: Any, setting: Setting, initial: Mapping[str, Any]) -> WantedForm:
        """The form that says what is wanted."""
        return self.form_class(data, setting=setting, initial=initial)

    def back(self, setting: Setting) -> Link:
        """Where one came from."""
        return Link(setting.code, record_url(setting.loaded.offer))

    def place(self, code: str) -> str:
        """The address of the page."""
        return self.step.url(code)

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[T]:
        raise NotImplementedError

    def describe(self, setting: Setting, form: Any, value: T) -> Preview:
        raise NotImplementedError

    def preview(self, setting: Setting, form: Any, value: T) -> Preview:
        """What is confirmed: what the step does, and which of its letters wait for counsel."""
        preview = self.describe(setting, form, value)
        if not preview.facts:
            return preview
        held = held_facts(setting.loaded, self.letters, setting.now)
        return replace(preview, facts=[*preview.facts, *held]) if held else preview

    def said(self, setting: Setting, value: T) -> str:
        """The sentence that tells it is done."""
        raise NotImplementedError

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        """What the form proposes, from the page one came from."""
        return {}

    # What a binding step says besides

    def headline(self, setting: Setting, form: Any) -> str:
        """The proposal in a line, for the list of what waits."""
        return str(self.step.words)

    def approve_by(self, setting: Setting, form: Any) -> datetime | None:
        """Until when the legal clock allows what is proposed; None where it sets no such instant."""
        return None

    def files(self) -> Sequence[tuple[str, bytes]]:
        """What was uploaded and is kept with the proposal."""
        return ()

    def to_read(self, loaded: Loaded, proposal: Proposal) -> Sequence[Section]:
        """What its approver can open beside the preview: documents and files, as links."""
        return ()

    def is_about(self, value: T, user: User) -> bool:
        """Whether it would decide about options of this person's own, who then neither proposes nor approves it.

        Of what binds the company only acceptance and the grant say who gets what, and acceptance is attested besides.
        Opening, extending, amending, terminating, waiving and postponing reach all holders alike: nobody gains by
        proposing one, and staff who hold options themselves may be all there are.
        """
        return False

    def excluded(self, wanted: Mapping[str, Any]) -> Holder | None:
        """Whose exclusion the page shows, by what was entered (`canonical_data`); None where it is of nobody."""
        return None

    def note_look(self, request: HttpRequest, wanted: Mapping[str, Any]) -> None:
        """Have it written down that this page, or a proposal of it, shows somebody."""
        holder = self.excluded(wanted)
        if holder is not None:
            looks.also(request, holder, "exclusion")

    def after(self, setting: Setting) -> str:
        """The page to read once it is done."""
        return self.back(setting).url

    def tidy(self) -> None:
        """Removes what only the page needed, once it is done or proposed."""


def is_about(guarded: Guarded[Any], result: Result[Any], user: User | AnonymousUser) -> bool:
    """Whether what was done, and not refused, is about options of this person's own."""
    return isinstance(result, Done) and isinstance(user, User) and guarded.is_about(result.value, user)


def overrides_of(posted: QueryDict, may_override: bool, problems: list[str]) -> list[Override]:
    """Counsel's overrides as posted; a rule without a written reason is a problem, not an override."""
    ticked = [rule for rule in posted.getlist("override") if rule in words.RULE]
    if not ticked:
        return []
    if not may_override:
        raise PermissionDenied
    reason = posted.get("override_reason", "").strip()
    if not reason:
        problems.append(_("Write the reason for overriding the clock rule."))
        return []
    return [Override(rule, reason) for rule in ticked]


def broken_rules(reasons: Sequence[Refusal]) -> list[str]:
    return list(dict.fromkeys(reason.rule for reason in reasons if reason.rule))
