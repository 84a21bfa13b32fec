"""The forms to report with: what is wrong, what is missing, that one sees no offer, that one cannot sign in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext, gettext_lazy

from exchange.people.models import Report
from exchange.portal.forms import helper

ROWS = {"rows": 5, "maxlength": Report.LONGEST}


def _words(label: Any, missing: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=Report.LONGEST,
        widget=forms.Textarea(attrs=ROWS),
        error_messages={
            "required": missing,
            "max_length": gettext_lazy("Write it in at most %(limit_value)d characters."),
        },
    )


class WrongForm(forms.Form):
    """Facts about the holder or one of their grants that are wrong."""

    about = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=lambda: [("", gettext("Choose one")), *Report.About.choices],
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    text = _words(
        gettext_lazy("What is wrong, and what is right?"), gettext_lazy("Write what is wrong, and what is right.")
    )

    def __init__(self, grants: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grant"] = forms.ChoiceField(
            label=gettext("Which grant? (optional)"),
            choices=[("", gettext("None of them")), *((number, number) for number in grants)],
            required=False,
        )
        self.helper = helper("about", *(["grant"] if grants else []), "text")


class TextForm(forms.Form):
    """An option that is missing; or an offer that somebody who is signed in does not see."""

    text = _words(gettext_lazy("What is missing?"), gettext_lazy("Write what is missing."))

    def __init__(self, *args: Any, label: str = "", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label
        self.fields["text"].help_text = hint
        self.helper = helper("text")


class NoSignInForm(forms.Form):
    """From somebody who is not signed in: no more than is needed to find and to reach them."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Enter your name.")},
    )
    email = forms.CharField(
        label=gettext_lazy("Your work e-mail address (optional)"),
        max_length=254,
        required=False,
        validators=[EmailValidator(message=gettext_lazy("Enter an e-mail address like name@example.com."))],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    reach = forms.CharField(
        label=gettext_lazy("How can we reach you?"),
        help_text=gettext_lazy("A telephone number, for example, and when to call."),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter how we can reach you, such as a telephone number.")},
    )
    text = _words(
        gettext_lazy("What happens when you try?"),
        gettext_lazy("Write what happens when you try to sign in."),
        gettext_lazy("Never write a password or a code here."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("name", "email", "reach", "text")
