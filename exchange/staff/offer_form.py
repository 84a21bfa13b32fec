"""The fields of an offer's terms, by the sections of the page; what they say is read in `offer_terms`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.wording import zone_text
from exchange.people.models import Role
from exchange.staff.fields import InstantField

CHANNELS = (
    ("portal", gettext_lazy("The portal")),
    ("fax", gettext_lazy("Fax")),
    ("hand", gettext_lazy("By hand or mail")),
)
PURPOSES = (
    ("", gettext_lazy("Choose")),
    ("forms", gettext_lazy("Takes paper forms")),
    ("questions", gettext_lazy("Answers questions")),
)
US_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


def _text(label: Any, hint: Any = "", *, lines: int = 0, attrs: Mapping[str, str] | None = None) -> forms.CharField:
    widget: forms.Widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput(attrs=dict(attrs or {}))
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget)


def _figure(label: Any, hint: Any = "") -> forms.CharField:
    return _text(label, hint, attrs={"inputmode": "decimal", "autocomplete": "off"})


class ContactForm(forms.Form):
    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=PURPOSES, required=False)
    name = _text(gettext_lazy("Name"))
    title = _text(gettext_lazy("Title"))
    phone = _text(gettext_lazy("Telephone"))
    fax = _text(gettext_lazy("Fax"))
    email = _text(gettext_lazy("E-mail"))
    hours = _text(gettext_lazy("Hours"), gettext_lazy("When the telephone is answered."))


class TierForm(forms.Form):
    low = _figure(gettext_lazy("Exercise price from"))
    high = _figure(gettext_lazy("to"), gettext_lazy("Empty: and above."))
    old = _figure(gettext_lazy("Old shares"))
    new = _figure(gettext_lazy("become new shares"))


class PlanForm(forms.Form):
    code = _text(gettext_lazy("Plan code"), gettext_lazy("As the file of options has it."))
    name = _text(gettext_lazy("Name of the plan"))
    shares_available = _figure(
        gettext_lazy("Shares available"), gettext_lazy("Left to be granted, before what this offer returns.")
    )


# Each list of the terms: its form, its name and keys in the file, and how many blank rows it starts with.
@dataclass(frozen=True)
class Rows:
    form: type[forms.Form]
    path: str
    keys: Mapping[str, str]
    blank: int
    add: Any


ROWS: Mapping[str, Rows] = {
    "contacts": Rows(
        ContactForm,
        "company.contacts",
        {key: key for key in ("purpose", "name", "title", "phone", "fax", "email", "hours")},
        2,
        gettext_lazy("Add another contact"),
    ),
    "ratio": Rows(
        TierForm,
        "new_award.ratio",
        {"low": "from", "high": "to", "old": "old", "new": "new"},
        1,
        gettext_lazy("Add another price band"),
    ),
    "plans": Rows(
        PlanForm,
        "plans",
        {key: key for key in ("code", "name", "shares_available")},
        1,
        gettext_lazy("Add another plan"),
    ),
}
WHOLE_NUMBERS = {"shares_available"}


@dataclass(frozen=True)
class Part:
    """One section of the page: its fields in order, or the list it holds."""

    slug: str
    title: Any
    lede: Any = ""
    fields: Sequence[str] = ()
    rows: str = ""
    row_title: Any = ""


PARTS: Sequence[Part] = (
    Part(
        "basics",
        gettext_lazy("The offer"),
        fields=("code", "title", "dated", "replay"),
    ),
    Part(
        "company",
        gettext_lazy("The company"),
        fields=("company_name", "short_name", "stock_symbol", "market", "address", "logo"),
    ),
    Part(
        "signatory",
        gettext_lazy("Who signs for the company"),
        gettext_lazy("The officer named on every Promise to Grant."),
        fields=("signatory_name", "signatory_title"),
    ),
    Part(
        "contacts",
        gettext_lazy("Contacts"),
        gettext_lazy("Whom holders ask, and where paper forms go. One who does both is stated twice."),
        rows="contacts",
        row_title=gettext_lazy("Contact"),
    ),
    Part(
        "timeline",
        gettext_lazy("When it is open"),
        gettext_lazy("20 business days at least, less than 30 days in all. Opening checks both to the instant."),
        fields=("time_zone", "commences_at", "expires_at", "confirm_days", "promise_days"),
    ),
    Part(
        "eligibility",
        gettext_lazy("Who and what is eligible"),
        gettext_lazy(
            "Every outstanding option under these plans that was granted by commencement, of a person who has one of "
            "these roles and lives in one of these countries. An option is taken whole or not at all."
        ),
        fields=("roles", "countries", "eligible_plans", "minimum_price", "keep_split_pairs"),
    ),
    Part(
        "plans",
        gettext_lazy("Plans"),
        gettext_lazy(
            "Names and share pools of the plans. The checklist compares the pool with what the new options need."
        ),
        rows="plans",
        row_title=gettext_lazy("Plan"),
    ),
    Part(
        "award",
        gettext_lazy("The new options"),
        gettext_lazy(
            "Non-statutory options at the market close of their grant date, on the first business day after the wait."
        ),
        fields=("award_plan", "wait_months", "wait_days", "term_years"),
    ),
    Part(
        "ratio",
        gettext_lazy("How many new shares for old ones"),
        gettext_lazy("By exercise price of the old option, rising, without gaps; the last band has no upper end."),
        rows="ratio",
        row_title=gettext_lazy("Price band"),
    ),
    Part(
        "vesting",
        gettext_lazy("Vesting"),
        gettext_lazy("Parts of the whole as fractions: 6/48 at the grant, then 1/48 each month."),
        fields=("at_grant", "each_month"),
    ),
    Part(
        "channels",
        gettext_lazy("How forms come in, and reminders"),
        fields=("channels", "reminders"),
    ),
)


def zone_choices() -> list[Any]:
    others = sorted(available_timezones() - set(US_ZONES))
    return [
        ("", _("Choose")),
        (_("United States"), [(zone, f"{zone_text(zone)} ({zone})") for zone in US_ZONES]),
        (_("Elsewhere"), [(zone, zone) for zone in others]),
    ]


class OfferForm(forms.Form):
    """Every term that is not a list of rows. All of it is text until `load_terms` reads it."""

    code = _text(
        gettext_lazy("Code of the offer"),
        gettext_lazy("Short, and never changed later; it is typed to confirm what binds, as in CPST-2003."),
    )
    title = _text(gettext_lazy("Title of the offer"))
    dated = _text(gettext_lazy("Date of the offer"), attrs={"type": "date"})
    replay = forms.BooleanField(
        label=gettext_lazy("A replay: a finished offer run again with its own dates; no letter leaves the house"),
        required=False,
    )
    company_name = _text(gettext_lazy("Name of the company"))
    short_name = _text(gettext_lazy("Short name"), gettext_lazy("As pages and letters call it."))
    stock_symbol = _text(gettext_lazy("Stock symbol"))
    market = _text(gettext_lazy("Market"))
    address = _text(gettext_lazy("Address"), gettext_lazy("One line under the other."), lines=3)
    logo = _text(
        gettext_lazy("Logo"),
        gettext_lazy("The text of an SVG drawing of shapes; it stands at the head of every paper. May be left out."),
        lines=3,
    )
    signatory_name = _text(gettext_lazy("Name"))
    signatory_title = _text(gettext_lazy("Title"))
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone of the offer"), choices=zone_choices, required=False)
    confirm_days = _figure(gettext_lazy("Receipts are confirmed within how many business days"))
    promise_days = _figure(gettext_lazy("Promises are issued within how many business days of the cancellation"))
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Made to"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    countries = _text(
        gettext_lazy("Countries of residence"), gettext_lazy("Two capital letters each, with commas between.")
    )
    eligible_plans = _text(
        gettext_lazy("Plans whose options are eligible"), gettext_lazy("Plan codes, one on each line."), lines=3
    )
    minimum_price = _figure(
        gettext_lazy("Lowest exercise price"), gettext_lazy("Options at this price or more, in dollars.")
    )
    keep_split_pairs = forms.BooleanField(
        label=gettext_lazy("An ISO and an NSO that divide one grant go together, or neither does"), required=False
    )
    award_plan = _text(gettext_lazy("Plan they are granted under"))
    wait_months = _figure(gettext_lazy("Months after the cancellation"))
    wait_days = _figure(gettext_lazy("and days"))
    term_years = _figure(gettext_lazy("They last how many years"))
    at_grant = _text(gettext_lazy("Vested at the grant"))
    each_month = _text(gettext_lazy("Vests each month"))
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Forms are taken by"), choices=CHANNELS, widget=forms.CheckboxSelectMultiple, required=False
    )
    reminders = _text(
        gettext_lazy("Reminders, business days before the deadline"),
        gettext_lazy("Such as 10, 5, 2, 1, 0; 0 is the day itself. Empty: none."),
    )

    def __init__(self, *args: Any, fixed_code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_code = fixed_code
        if fixed_code:
            self.fields["code"].disabled = True
            self.initial["code"] = fixed_code
        zone = str(self.data.get("time_zone") or self.initial.get("time_zone") or "UTC")
        zone = zone if zone in available_timezones() else "UTC"
        for name, label in (("commences_at", _("Commences")), ("expires_at", _("Closes"))):
            hint = _("By the clock of the offer’s time zone.")
            self.fields[name] = InstantField(zone=zone, label=label, required=False, help_text=hint)


def blank_rows(name: str, data: Any = None, *, initial: Any = None, extra: int | None = None) -> Any:
    """The rows of a list as a formset; `extra` is how many blank ones stand at its end."""
    rows = ROWS[name]
    factory = forms.formset_factory(rows.form, extra=rows.blank if extra is None else extra, max_num=200)
    return factory(data, initial=initial, prefix=name)


# A new offer begins with what nearly every one has.
STARTS_WITH: Mapping[str, Any] = {
    "time_zone": "America/New_York",
    "confirm_days": "2",
    "promise_days": "3",
    "roles": [Role.EMPLOYEE],
    "countries": "US",
    "keep_split_pairs": True,
    "wait_months": "6",
    "wait_days": "1",
    "term_years": "10",
    "channels": [channel for channel, _label in CHANNELS],
    "reminders": "10, 5, 2, 1, 0",
}
