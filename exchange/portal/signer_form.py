"""Who signs, where it is not the holder under the name on the agreement: capacity, title, name, and the proof."""

from typing import Any, cast

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext, gettext_lazy

from exchange.elections.models import Purpose
from exchange.elections.scans import ScanFile, read_file
from exchange.kernel.names import folded, is_blank
from exchange.kernel.results import Refusal
from exchange.kernel.sentences import sentence
from exchange.portal.forms import helper

CHANGED_NAME = "changed_name"


class SignerForm(forms.Form):
    """`has_proof`: a proof of this kind is uploaded already, and need not be chosen again."""

    who = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who signs.")},
    )
    title = forms.CharField(
        label=gettext_lazy("Title of the signer, if someone signs for another"),
        help_text=gettext_lazy("For example: attorney-in-fact, executor, guardian, trustee."),
        max_length=120,
        required=False,
    )
    name = forms.CharField(
        label=gettext_lazy("Full name of the one who signs"),
        help_text=gettext_lazy("As it will be typed to sign. Under a changed name: the new name."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Enter the name of the one who signs.")},
    )
    proof = forms.FileField(
        label=gettext_lazy("Proof"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
        error_messages={"empty": gettext_lazy("The file is empty. Choose another.")},
    )

    def __init__(self, *args: Any, agreed: str, stated_as: str = "", **kwargs: Any) -> None:
        """`agreed` is the name on the agreement; `stated_as` the choice that an uploaded proof was given for."""
        super().__init__(*args, **kwargs)
        self.agreed, self.stated_as = agreed, stated_as
        who = cast(forms.ChoiceField, self.fields["who"])
        who.choices = [
            (CHANGED_NAME, gettext("%(name)s signs, and the name has changed") % {"name": agreed}),
            ("attorney_in_fact", gettext("An attorney-in-fact signs for %(name)s") % {"name": agreed}),
            (
                "fiduciary",
                gettext("An executor, guardian, trustee or other fiduciary signs for %(name)s") % {"name": agreed},
            ),
        ]
        who.label = gettext("Who signs")
        kept = gettext("A proof is uploaded already; choose a file only to replace it.") if stated_as else ""
        told = gettext(
            "A power of attorney, a court’s order, a marriage certificate or the like. PDF, PNG or JPEG, up to 10 MB. "
            "It is kept encrypted, and every look at it is logged."
        )
        self.fields["proof"].help_text = f"{told} {kept}".strip()
        self.helper = helper(Field("who", template="portal/fields/radios.html"), "title", "name", "proof")

    def clean_proof(self) -> ScanFile | None:
        upload = self.cleaned_data["proof"]
        if not upload:
            return None
        found = read_file(upload)
        if isinstance(found, Refusal):
            raise forms.ValidationError(sentence(found))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        who = data.get("who")
        if who and who != CHANGED_NAME and is_blank(data.get("title", "")):
            self.add_error("title", gettext("Enter the title of the one who signs for another."))
        if who == CHANGED_NAME and data.get("name") and folded(data["name"]) == folded(self.agreed):
            self.add_error(
                "name", gettext("This is the name on your option agreement: it needs no proof. Go back, and sign.")
            )
        if "proof" in data and data["proof"] is None and (not self.stated_as or not self._is_same_kind(who)):
            self.add_error("proof", gettext("Choose the file of the proof."))
        return data

    def _is_same_kind(self, who: str | None) -> bool:
        """A power of attorney proves no change of name, nor the reverse."""
        return who is not None and (who == CHANGED_NAME) == (self.stated_as == CHANGED_NAME)

    @property
    def capacity(self) -> str:
        who: str = self.cleaned_data["who"]
        return "self" if who == CHANGED_NAME else who

    @property
    def signer_title(self) -> str:
        return "" if self.capacity == "self" else str(self.cleaned_data["title"])

    @property
    def purpose(self) -> Purpose:
        return Purpose.NAME_CHANGE if self.capacity == "self" else Purpose.AUTHORITY
