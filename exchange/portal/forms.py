"""The forms a holder fills in: what to tender, and the signature. They check shape; the actions judge."""

from collections.abc import Callable, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext, gettext_lazy

from exchange.portal.pages import Choice


def helper(*layout: Any, csrf: bool = True) -> FormHelper:
    """A layout inside a form element that the template writes, with our error summary instead of crispy's."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = not csrf
    made.form_show_errors = True
    made.layout = Layout(*layout)
    return made


class ChooseForm(forms.Form):
    """Which grants to tender. One tick is one grant, or both halves of a split pair.

    Sent by GET: it changes nothing, and the review page's address then says what is under review, so two tabs
    never mix and the browser's Back button keeps the ticks.
    """

    def __init__(self, choices: Sequence[Choice], *args: Any, tendered: Sequence[str] = (), **kwargs: Any) -> None:
        """`tendered` are the values that the form in force tenders."""
        super().__init__(*args, **kwargs)
        self.choices = tuple(choices)
        self.tendered = frozenset(tendered)
        self.fields["grant"] = forms.MultipleChoiceField(
            label=gettext("Options you tender"),
            choices=[(choice.value, choice.value) for choice in choices],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": gettext("Tick at least one option to tender, or go back if you want to keep them all."),
                "invalid_choice": gettext("One of the options you ticked can no longer be tendered. Choose again."),
            },
        )
        self.helper = helper(Field("grant", template="portal/fields/choices.html"), csrf=False)

    @property
    def cards(self) -> list[tuple[Choice, bool, bool]]:
        """Each choice, whether it is ticked, and whether it is tendered now."""
        ticked = set(self["grant"].value() or ())
        return [(choice, choice.value in ticked, choice.value in self.tendered) for choice in self.choices]

    @property
    def ticked(self) -> list[str]:
        """The values ticked, whether they may be or not sent yet."""
        return [choice.value for choice, is_ticked, _is_tendered in self.cards if is_ticked]

    def chosen(self) -> tuple[Choice, ...]:
        """What was ticked, in the order shown. Only after `is_valid`."""
        ticked = set(self.cleaned_data["grant"])
        return tuple(choice for choice in self.choices if choice.value in ticked)


class ConsentForm(forms.Form):
    """Agreement to electronic records; `shown` is the digest of the wording that the page showed."""

    shown = forms.CharField(widget=forms.HiddenInput)
    next = forms.CharField(widget=forms.HiddenInput, required=False)
    agree = forms.BooleanField(
        label=gettext_lazy(
            "I have opened the sample and can read and keep it. I agree to sign and to receive the records of this "
            "offer electronically, as described on this page."
        ),
        error_messages={"required": gettext_lazy("Tick the box to agree, or sign on paper instead.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("shown", "next", "agree")


class SignForm(forms.Form):
    """The signature under an Election Form or a Notice to Withdraw, and the details the form asks for."""

    token = forms.CharField(widget=forms.HiddenInput)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Written on the form. Our letters go to the address the company has on file."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Enter your e-mail address."),
            "invalid": gettext_lazy("Enter an e-mail address like name@example.com."),
        },
    )
    address = forms.CharField(
        label=gettext_lazy("Home or work address (optional)"),
        help_text=gettext_lazy("If you leave it empty, HR may ask you for it later."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        required=False,
        max_length=500,
    )
    acknowledged = forms.BooleanField(error_messages={"required": ""})
    signature_name = forms.CharField(
        label=gettext_lazy("Type your full name to sign"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Type your full name to sign.")},
    )

    def __init__(
        self,
        *args: Any,
        name: str,
        is_name: Callable[[str], bool],
        acknowledgment: str,
        must_acknowledge: str,
        is_stated: bool = False,
        **kwargs: Any,
    ) -> None:
        """`name` is the name the signature must be; `is_name` compares as the rules do.

        `is_stated`: it is the name stated for this form, not the one on the option agreement.
        """
        super().__init__(*args, **kwargs)
        self.name, self.is_stated = name, is_stated
        self.is_name = is_name
        self.fields["acknowledged"].label = acknowledgment
        self.fields["acknowledged"].error_messages["required"] = must_acknowledge
        told = gettext("Exactly as on your option agreement: %(name)s. Your typed name is your signature.")
        if is_stated:
            told = gettext("Exactly as stated for this form: %(name)s. The typed name is the signature.")
        self.fields["signature_name"].help_text = told % {"name": name}
        self.helper = helper(
            "token",
            Fieldset(gettext("Your details"), "email", "address"),
            Fieldset(gettext("Your signature"), "acknowledged", Div("signature_name", css_class="signature")),
        )

    def clean_signature_name(self) -> str:
        typed = str(self.cleaned_data["signature_name"])
        if not self.is_name(typed):
            told = gettext("Type your name as it is on your option agreement: %(name)s.")
            if self.is_stated:
                told = gettext("Type the name as stated for this form: %(name)s.")
            raise forms.ValidationError(told % {"name": self.name})
        return typed
