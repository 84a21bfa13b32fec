"""The form that a paper form is transcribed into: what it says, right or wrong, and when it was received."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.models import Channel, FormKind
from exchange.elections.reads import HolderView, OptionView
from exchange.elections.records import Submission
from exchange.elections.rules import LineFacts, Signed
from exchange.kernel.wording import zone_text
from exchange.offers.reads import Loaded
from exchange.people.models import Holder
from exchange.staff import words
from exchange.staff.fields import DayAsWrittenField, InstantField, PriceField, day_field

BLANK_LINES = 2
MORE_LINES = 5
MOST_LINES = 500


class PaperForm(forms.Form):
    """Everything but the lines. A holder who is on file is given; otherwise the number as it was written."""

    number = forms.CharField(label=gettext_lazy("The form’s number"), max_length=64)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=FormKind.choices, widget=forms.RadioSelect, initial=FormKind.ELECTION
    )
    channel = forms.ChoiceField(label=gettext_lazy("Came by"), widget=forms.RadioSelect)
    employee_number = forms.CharField(label=gettext_lazy("Employee number as written"), max_length=64, required=False)
    signature_name = forms.CharField(
        label=gettext_lazy("Name signed"),
        help_text=gettext_lazy("As it is signed, letter by letter. Empty: nobody signed."),
        max_length=200,
        required=False,
    )
    signed_on = day_field(gettext_lazy("Date signed"), required=False)
    signed_time = forms.TimeField(
        label=gettext_lazy("Time signed, if one is written"),
        required=False,
        widget=forms.TimeInput(format="%H:%M:%S", attrs={"type": "time", "step": "1"}),
    )
    signer_capacity = forms.ChoiceField(
        label=gettext_lazy("Signed by"),
        choices=[(code, gettext_lazy(text)) for code, text in words.CAPACITY.items()],
        initial="self",
    )
    signer_title = forms.CharField(
        label=gettext_lazy("Title of someone who signs for the holder"), max_length=200, required=False
    )
    has_authority_evidence = forms.BooleanField(
        label=gettext_lazy("Evidence of their authority came with the form"), required=False
    )
    has_name_change_proof = forms.BooleanField(
        label=gettext_lazy("Proof of a changed name came with the form"), required=False
    )
    is_conditional = forms.BooleanField(label=gettext_lazy("The signer wrote a condition on it"), required=False)
    printed_name = forms.CharField(label=gettext_lazy("Name in print"), max_length=200, required=False)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    takes_any_number = False  # whether the number written may be of someone on file

    RECEIPT = ("number", "kind", "channel", "received_at")
    SIGNATURE = ("signature_name", "signed_on", "signed_time", "signer_capacity", "signer_title")
    TICKS = ("has_authority_evidence", "has_name_change_proof", "is_conditional")
    CONTACT = ("printed_name", "email", "address")

    def __init__(
        self,
        *args: Any,
        loaded: Loaded,
        holder: Holder | None,
        suggested: str = "",
        now: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        """`suggested` is the number, `now` the instant received, that are proposed."""
        super().__init__(*args, **kwargs)
        self.loaded, self.holder = loaded, holder
        channels = [(value, label) for value, label in Channel.choices if value in loaded.terms.channels]
        choice: Any = self.fields["channel"]
        choice.choices = [(value, label) for value, label in channels if value != Channel.PORTAL]
        choice.initial = choice.choices[0][0] if choice.choices else None
        self.fields["number"].initial = suggested
        self.fields["received_at"] = InstantField(
            zone=loaded.zone,
            label=_("Received"),
            help_text=_("To the second if you can; {zone}.").format(zone=zone_text(loaded.zone)),
            error_messages={"required": _("Enter when it was received.")},
            initial=now,
        )
        if holder is not None:
            del self.fields["employee_number"]
            self.fields["signature_name"].help_text = _(
                "As it is signed, letter by letter. On the option agreements: {name}. Empty: nobody signed."
            ).format(name=holder.name_on_agreement)

    def clean_employee_number(self) -> str:
        number = str(self.cleaned_data["employee_number"]).strip()
        if self.takes_any_number:
            return number
        if Holder.objects.filter(employee_number=number).exists():
            raise forms.ValidationError(_("This number is on file. Go back and choose the person."))
        return number

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("signed_time") and not data.get("signed_on"):
            self.add_error("signed_on", _("A time was signed without a date: leave both empty, or enter the date."))
        elif data.get("signed_time"):
            data["signed"] = self._signed_at(data["signed_on"], data["signed_time"])
        else:
            data["signed"] = Signed(on=data.get("signed_on"))
        return data

    def _signed_at(self, on: date, at: time) -> Signed:
        field = InstantField(zone=self.loaded.zone)
        try:
            found = field.to_python(f"{on.isoformat()}T{at.isoformat()}")
        except forms.ValidationError as error:
            self.add_error("signed_time", error)
            return Signed(on=on)
        return Signed(at=found)

    def submission(self, lines: Sequence[LineFacts]) -> Submission:
        """What is to be recorded. Only after `is_valid`."""
        data = self.cleaned_data
        return Submission(
            kind=data["kind"],
            channel=data["channel"],
            employee_number=self.holder.employee_number if self.holder else data["employee_number"],
            signed=data["signed"],
            signature_name=data["signature_name"],
            lines=tuple(lines),
            number=data.get("number", ""),
            received_at=data.get("received_at"),
            signer_capacity=data["signer_capacity"],
            signer_title=data["signer_title"],
            has_authority_evidence=data["has_authority_evidence"],
            has_name_change_proof=data["has_name_change_proof"],
            is_conditional=data["is_conditional"],
            printed_name=data["printed_name"],
            email=data["email"],
            address=data["address"],
        )


class MendForm(PaperForm):
    """What a paper form that is on record really says. Its number stays."""

    takes_any_number = True
    reason = forms.CharField(
        label=gettext_lazy("What was copied wrongly, and how it came about"),
        help_text=gettext_lazy("A second person reads this, and it is written into the audit log under your name."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write what was copied wrongly.")},
    )

    def __init__(self, *args: Any, loaded: Loaded, entry: Submission, **kwargs: Any) -> None:
        """`entry` is what the form starts from: how it was copied before."""
        at = entry.signed.at.astimezone(ZoneInfo(loaded.zone)) if entry.signed.at else None
        initial = {
            **{name: value for name, value in vars(entry).items() if name in self.base_fields},
            "signed_on": at.date() if at else entry.signed.on,
            "signed_time": at.time() if at else None,
        }
        super().__init__(*args, loaded=loaded, holder=None, now=entry.received_at, initial=initial, **kwargs)
        self.entry = entry
        del self.fields["number"]
        self.fields["received_at"].help_text = _(
            "As it was written or stamped on the paper; {zone}. Change it only where the scan shows another instant "
            "than was typed: the form is judged by it, and nobody can set it for a form that came late."
        ).format(zone=zone_text(loaded.zone))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # The page shows seconds; what is left as it was keeps whatever is smaller.
        before, now = self.entry.signed.at, data.get("signed", Signed()).at
        if before is not None and now == before.replace(microsecond=0):
            data["signed"] = self.entry.signed
        received = self.entry.received_at
        if received is not None and data.get("received_at") == received.replace(microsecond=0):
            data["received_at"] = received
        return data


class LineForm(forms.Form):
    """One line. The holder's options are filled in and wait for a tick; a blank line counts once it has a number."""

    is_listed = forms.BooleanField(required=False)
    grant_number = forms.CharField(max_length=64, required=False)
    grant_date = DayAsWrittenField(required=False)
    exercise_price = PriceField(required=False)
    shares = forms.IntegerField(min_value=0, required=False)

    LABELS = {
        "is_listed": gettext_lazy("On the form"),
        "grant_number": gettext_lazy("Grant number"),
        "grant_date": gettext_lazy("Granted"),
        "exercise_price": gettext_lazy("Exercise price"),
        "shares": gettext_lazy("Shares"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.option: OptionView | None = None
        self.is_given = False  # a line that was filled in from a record, and counts only where it is ticked
        for name, label in self.LABELS.items():
            self.fields[name].widget.attrs["aria-label"] = label

    @property
    def counts(self) -> bool:
        is_written = self.option is None and not self.is_given and bool(self.cleaned_data.get("grant_number"))
        return is_written or bool(self.cleaned_data.get("is_listed"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.counts:
            for name in ("grant_number", "grant_date", "exercise_price", "shares"):
                if data.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("{field}: enter what is written.").format(field=self.LABELS[name]))
        return data

    def facts(self) -> LineFacts:
        data = self.cleaned_data
        return LineFacts(data["grant_number"], data["grant_date"], data["exercise_price"], data["shares"])


def lines_of(data: Any, view: HolderView | None) -> "BaseFormSet[LineForm]":
    """The lines: the holder's options with something outstanding, as they are today, and blank ones after them."""
    options = [option for option in view.options if option.outstanding or option.is_eligible] if view else []
    if view is not None:
        options.sort(key=lambda option: not option.is_eligible)
    initial = [
        {
            "grant_number": option.grant.grant_number,
            "grant_date": option.grant.grant_date,
            "exercise_price": option.price,
            "shares": option.outstanding,
        }
        for option in options
    ]
    blank = BLANK_LINES if options else MORE_LINES
    factory = formset_factory(LineForm, extra=blank, max_num=MOST_LINES, absolute_max=MOST_LINES)
    lines = factory(data, initial=initial, prefix="lines")
    for form, option in zip(lines.forms, options, strict=False):
        form.option = option
    return lines


def mended_lines(data: Any, entry: Submission, view: HolderView | None) -> "BaseFormSet[LineForm]":
    """The lines as they were copied, ticked; then the holder's other options, and blank ones."""
    known = {option.grant.grant_number: option for option in view.options} if view else {}
    listed = [
        {
            "is_listed": True,
            "grant_number": line.grant_number,
            "grant_date": line.grant_date,
            "exercise_price": line.exercise_price,
            "shares": line.shares,
        }
        for line in entry.lines
    ]
    on_it = {line.grant_number for line in entry.lines}
    others = [option for number, option in known.items() if number not in on_it and option.outstanding]
    initial = listed + [
        {
            "grant_number": option.grant.grant_number,
            "grant_date": option.grant.grant_date,
            "exercise_price": option.price,
            "shares": option.outstanding,
        }
        for option in others
    ]
    factory = formset_factory(LineForm, extra=BLANK_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES)
    lines = factory(data, initial=initial, prefix="lines")
    for form, row in zip(lines.forms, initial, strict=False):
        form.option, form.is_given = known.get(str(row["grant_number"])), True
    return lines


def with_more_lines(data: Any) -> Any:
    """The posted data with room for more lines."""
    more = data.copy()
    count = int(more.get("lines-TOTAL_FORMS") or 0)
    more["lines-TOTAL_FORMS"] = str(min(count + MORE_LINES, MOST_LINES))
    return more
