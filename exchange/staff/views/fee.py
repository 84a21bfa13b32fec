"""The filing fee: what it is computed from stands in the address and can be changed; nothing is kept."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.black_scholes import Inputs
from exchange.kernel.canonical import decimal_text
from exchange.kernel.shares import rounded
from exchange.kernel.wording import counted_options_text, counted_shares_text, date_text, price_text
from exchange.settlement.fee import Valuation, fee_of, sought, value_of
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.paged import as_file, file_links
from exchange.staff.parts import Cell, Fact, Link, Section, Table, table

HUNDRED = Decimal(100)


def _number(label: Any, help_text: Any, *, least: str, most: str, is_required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        min_value=Decimal(least),
        max_value=Decimal(most),
        max_digits=20,
        required=is_required,
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class FeeForm(forms.Form):
    """The inputs of the value and the fee's rate; percent are typed as percent."""

    on = forms.DateField(
        label=gettext_lazy("Valuation date"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Options eligible on this day, each until its own end."),
    )
    price = _number(
        gettext_lazy("Price of a share, in dollars"),
        gettext_lazy("Of the day that the rule names."),
        least="0.0001",
        most="1000000",
    )
    volatility = _number(gettext_lazy("Volatility, percent a year"), "", least="0.01", most="1000")
    rate = _number(
        gettext_lazy("Risk-free rate, percent a year"),
        gettext_lazy("Compounded continuously."),
        least="-20",
        most="100",
    )
    dividend = _number(
        gettext_lazy("Dividend yield, percent a year"), gettext_lazy("0 where none is paid."), least="0", most="100"
    )
    years = _number(
        gettext_lazy("Expected term, years"),
        gettext_lazy("One for all options. Left empty, each runs to its own end, a year having 365 days."),
        least="0.01",
        most="50",
        is_required=False,
    )
    per_million = _number(
        gettext_lazy("Fee rate, dollars per million"),
        gettext_lazy("The rate in force on the day of filing."),
        least="0.01",
        most="100000",
    )
    stated = _number(
        gettext_lazy("A value worked out elsewhere, in dollars"),
        gettext_lazy("Where it is given, the fee is computed from it instead."),
        least="0.01",
        most="1000000000000",
        is_required=False,
    )


def filing_fee(request: HttpRequest) -> HttpResponse:
    """The fee for the offer the desk is about. Opened without inputs it proposes those that the law does not leave."""
    edge = edge_of(request)
    loaded = edge.loaded
    if loaded is None:
        return page(request, "staff/fee.html", {})
    asked = any(name in request.GET for name in FeeForm.base_fields)
    start = {"on": loaded.commencement_date.isoformat(), "dividend": "0"}
    form = FeeForm(request.GET if asked else None, initial=start)
    sections: list[Section] = []
    files: list[Link] = []
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data
        on: date = wanted["on"]
        inputs = Inputs(
            wanted["price"], wanted["volatility"] / HUNDRED, wanted["rate"] / HUNDRED, wanted["dividend"] / HUNDRED
        )
        found = value_of(sought(loaded, on), inputs, on=on, years=wanted["years"])
        file = as_file(request, f"{loaded.offer.code}-filing-fee", FILE_HEADS, lambda: file_rows(found, wanted))
        if file is not None:
            return file
        sections = _sections(found, wanted)
        files = file_links(request)
    context = {
        "form": form,
        "sections": sections,
        "links": files,
        "back": Link(_("Results"), reverse("staff:results")),
    }
    return page(request, "staff/fee.html", context)


def _sections(found: Valuation, wanted: dict[str, Any]) -> list[Section]:
    value = wanted["stated"] or found.value
    rate = wanted["per_million"]
    working = _("{value} × {rate} ÷ 1,000,000, half up to the cent").format(
        value=price_text(value), rate=price_text(rate)
    )
    stated = Fact(_("Value stated"), price_text(value), more=_("Typed above; the one computed is not used."))
    facts = [
        Fact(_("Filing fee"), price_text(fee_of(value, rate)), more=working),
        *([stated] if wanted["stated"] else []),
        Fact(
            _("Black–Scholes value of the options sought"),
            price_text(found.value),
            more=_("{options}, {shares}, eligible on {day}").format(
                options=counted_options_text(found.options),
                shares=counted_shares_text(found.shares),
                day=date_text(wanted["on"]),
            ),
        ),
        Fact(_("Computed from"), _inputs_words(wanted)),
    ]
    return [Section(_("The fee"), facts=facts), Section(_("Option by option"), table=rows_table(found))]


def _inputs_words(wanted: dict[str, Any]) -> str:
    return _(
        "A share at {price}; volatility {volatility} %, rate {rate} %, dividend yield {dividend} % a year; {term}."
    ).format(
        price=price_text(wanted["price"]),
        volatility=decimal_text(wanted["volatility"]),
        rate=decimal_text(wanted["rate"]),
        dividend=decimal_text(wanted["dividend"]),
        term=_("years for all: {years}").format(years=decimal_text(wanted["years"]))
        if wanted["years"]
        else _("each option to its own end"),
    )


def rows_table(found: Valuation) -> Table:
    return table(
        _("Options sought, by exercise price and end"),
        [
            _("Exercise price"),
            _("Ends"),
            _("Years"),
            _("Options"),
            _("Shares"),
            _("Value of one share’s option"),
            _("Value"),
        ],
        [
            [
                price_text(row.sought.exercise_price),
                date_text(row.sought.expires_on),
                Cell(places(row.years, 4), is_number=True),
                row.sought.options,
                row.sought.shares,
                Cell(f"${places(row.each, 6)}", is_number=True),
                Cell(price_text(row.value), is_number=True),
            ]
            for row in found.rows
        ],
        total=[
            _("Total, rounded once"),
            "",
            "",
            found.options,
            found.shares,
            "",
            Cell(price_text(found.value), is_number=True),
        ],
        empty=_("No option is eligible on that day."),
        most=200,
    )


def places(value: Decimal, count: int) -> str:
    """A decimal with so many places, half up."""
    return f"{rounded(Fraction(value), count):f}"


FILE_HEADS = ("exercise_price", "expires_on", "years", "options", "shares", "value_of_one", "value")


def file_rows(found: Valuation, wanted: dict[str, Any]) -> list[list[object]]:
    """The rows, then what they were computed from and the fee."""
    rows: list[list[object]] = [
        [
            row.sought.exercise_price,
            row.sought.expires_on,
            places(row.years, 10),
            row.sought.options,
            row.sought.shares,
            places(row.each, 10),
            row.value,
        ]
        for row in found.rows
    ]
    value = wanted["stated"] or found.value
    rows.append(["total", "", "", found.options, found.shares, "", found.value])
    rows += [[name, "", "", "", "", "", wanted[name]] for name in FeeForm.base_fields if wanted[name] is not None]
    rows.append(["fee", "", "", "", "", "", fee_of(value, wanted["per_million"])])
    return rows
