"""Fields of the desk's forms: instants in the offer's zone, exact prices, the typed confirmation."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.kernel.canonical import decimal_text
from exchange.kernel.wording import date_text, zone_text


class InstantField(forms.Field):
    """An instant as people write it, by the clock of one zone; in UTC once cleaned.

    A time that the clocks skip is refused; one that comes twice must be written with its offset.
    """

    def __init__(self, *, zone: str, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}))
        kwargs.setdefault("help_text", _("In {zone}").format(zone=zone_text(zone)))
        super().__init__(**kwargs)
        self.zone = ZoneInfo(zone)

    def prepare_value(self, value: Any) -> Any:
        return local_text(value, self.zone) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            found = datetime.fromisoformat(str(value).strip())
        except ValueError as error:
            raise forms.ValidationError(_("Enter a date and a time.")) from error
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        both = {found.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        real = [at for at in both if at.astimezone(self.zone).replace(tzinfo=None) == found]
        if not real:
            raise forms.ValidationError(_("The clocks skip this time that night. Enter one that there was."))
        if len(real) > 1:
            self.widget.input_type = "text"
            example = f"{found.isoformat()}{min(real).astimezone(self.zone).isoformat()[-6:]}"
            raise forms.ValidationError(
                _("This time comes twice that night. Write it with its offset, as in {example}.").format(
                    example=example
                )
            )
        return real[0]


def local_text(at: datetime, zone: ZoneInfo) -> str:
    """An instant as a `datetime-local` input takes it; seconds and smaller only where there are any."""
    local = at.astimezone(zone).replace(tzinfo=None)
    return local.isoformat(timespec="auto" if local.second or local.microsecond else "minutes")


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Enter a date."), "required": gettext_lazy("Enter a date.")},
        **kwargs,
    )


class DayAsWrittenField(forms.DateField):
    """A date to compare with paper: shown as 4 September 2000, taken so, as September 4, 2000 or as 2000-09-04.

    Figures alone are taken only in the order of ISO 8601: 9/4/2000 is two dates.
    """

    FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(
            input_formats=self.FORMATS,
            error_messages={"invalid": gettext_lazy("Write it as 4 September 2000 or 2000-09-04.")},
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return date_text(value) if isinstance(value, date) else value


class PriceField(forms.DecimalField):
    """Dollars a share, exact, at most four decimals. A dollar sign and separators are taken."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_digits=14, decimal_places=4, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return decimal_text(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        text = str(value).strip().removeprefix("$").replace(",", "") if value is not None else ""
        if text and not (text.isascii() and text.replace(".", "", 1).isdigit()):
            raise forms.ValidationError(_("Enter a price in plain figures, such as 2.03."))
        return super().to_python(text)


class ConfirmForm(forms.Form):
    """The typed confirmation: the offer's code, exactly."""

    confirmation = forms.CharField(
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        required=False,
    )

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code = code
        self.fields["confirmation"].label = _("Type {code} to confirm").format(code=code)

    def clean_confirmation(self) -> str:
        typed = str(self.cleaned_data["confirmation"]).strip()
        if typed != self.code:
            raise forms.ValidationError(_("Type {code}, exactly so.").format(code=self.code))
        return typed


def days_between(start: datetime, end: datetime) -> str:
    """29 days 11 hours, for periods that the law counts."""
    length: timedelta = end - start
    hours, minutes = divmod(length.seconds // 60, 60)
    parts = [ngettext("{n} day", "{n} days", length.days).format(n=length.days)]
    if hours:
        parts.append(ngettext("{n} hour", "{n} hours", hours).format(n=hours))
    if minutes:
        parts.append(ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes))
    return " ".join(parts)


def canonical_data(form: forms.Form) -> dict[str, Any]:
    """What was entered, each value as one exact text, so that a form made from it again comes to the same values.

    Only a valid form has any. An instant keeps its offset; a box that is not ticked is left out.
    """
    found: dict[str, Any] = {}
    for name, value in form.cleaned_data.items():
        if name not in form.fields or value is None or value is False or value == "":
            continue
        many = isinstance(value, list | tuple | set)
        texts = [_exact(item) for item in value] if many else [_exact(value)]
        found[name] = texts if many else texts[0]
    return found


def _exact(value: Any) -> str:
    if value is True:
        return "on"
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)
