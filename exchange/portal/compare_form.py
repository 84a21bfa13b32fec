"""The share prices a reader types, and the options to count with them. Checked for shape; nothing is stored."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext, gettext_lazy

from exchange.kernel.wording import price_text
from exchange.portal.forms import helper

LARGEST = Decimal(1_000_000)
DECIMALS = 4
_AMOUNT = re.compile(
    r"(?P<minus>[-\u2212]?)\s*\$?\s*(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.(?P<part>[0-9]*))?"
)


class PriceField(forms.CharField):
    """A share price in dollars, exactly as typed: 12.50, $12.50 and 1,234.5 are prices. Never a float."""

    def __init__(self, *, may_be_zero: bool, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.may_be_zero = may_be_zero
        self.error_messages["max_length"] = gettext_lazy("Enter a price in dollars, such as 12.50.")

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        return self._price(text) if text else None

    def _price(self, text: str) -> Decimal:
        found = _AMOUNT.fullmatch(text)
        if found is None or not (found["whole"] or found["part"]):
            raise forms.ValidationError(gettext("Enter a price in dollars, such as 12.50."))
        part = (found["part"] or "").rstrip("0")
        price = Decimal(f"{found['whole'].replace(',', '') or '0'}.{part or '0'}")
        if found["minus"] and price:
            raise forms.ValidationError(gettext("A share price is never below zero."))
        if len(part) > DECIMALS:
            raise forms.ValidationError(gettext("Enter a price with four decimals at most."))
        if price > LARGEST:
            raise forms.ValidationError(
                gettext("Enter a price of {largest} or less.").format(largest=price_text(LARGEST))
            )
        if not price and not self.may_be_zero:
            raise forms.ValidationError(gettext("Enter a price above zero: an exercise price is never nothing."))
        return price


class CompareForm(forms.Form):
    """Sent by GET, so that the address says what is compared and can be kept. `options` are (value, name) pairs."""

    grant_price = PriceField(
        label=gettext_lazy("Share price on the grant date"),
        help_text=gettext_lazy("It would be the exercise price of the new options. Nobody knows it now."),
        may_be_zero=False,
        error_messages={"required": gettext_lazy("Enter a share price on the grant date.")},
    )
    later_price = PriceField(
        label=gettext_lazy("Share price later on (optional)"),
        help_text=gettext_lazy("A price at which you would exercise and sell. Nobody knows it either."),
        may_be_zero=True,
        required=False,
    )

    def __init__(self, options: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = tuple(options)
        self.fields["option"] = forms.MultipleChoiceField(
            label=gettext("Options to count"),
            choices=self.options,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": gettext("Tick at least one option to count."),
                "invalid_choice": gettext("One of the options you ticked is not among yours now. Tick again."),
            },
        )
        self.helper = helper(
            Field("grant_price", template="portal/fields/price.html"),
            Field("later_price", template="portal/fields/price.html"),
            Field("option", template="portal/fields/options_to_count.html"),
            csrf=False,
        )

    @property
    def ticks(self) -> list[tuple[str, str, bool]]:
        """Value, name, and whether it is ticked."""
        ticked = set(self["option"].value() or ())
        return [(value, name, value in ticked) for value, name in self.options]

    @property
    def ticked_count(self) -> int:
        return sum(1 for _value, _name, ticked in self.ticks if ticked)

    @classmethod
    def asked(cls, options: Sequence[tuple[str, str]], query: Any) -> "CompareForm":
        """The form as an address asks for it: bound once a price or a tick is in it. No tick named means all."""
        everything = [value for value, _name in options]
        if not any(query.get(name) for name in ("grant_price", "later_price", "option", "ticked")):
            return cls(options, initial={"option": everything})
        data = query.copy()
        if not data.getlist("option") and not data.get("ticked"):
            data.setlist("option", everything)
        return cls(options, data)
