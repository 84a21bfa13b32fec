"""The signature under option agreements, and the seal on what the page showed: what was shown is what is signed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.core import signing
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from exchange.portal.forms import helper
from exchange.portal.visit import Visit
from exchange.settlement.agreements import Signing
from exchange.settlement.wording import Acknowledgment

SALT = "portal.agreements"


@dataclass(frozen=True)
class Offered:
    """The agreements that one page offered to sign: the digest of each PDF by its new option, and one key for all."""

    offer: str
    holder: int
    key: UUID
    pdfs: dict[UUID, str]
    acknowledgments: tuple[Acknowledgment, ...]
    language: str

    def sealed(self) -> str:
        return signing.dumps(
            {
                "offer": self.offer,
                "holder": self.holder,
                "key": self.key.hex,
                "pdfs": {grant.hex: sha256 for grant, sha256 in self.pdfs.items()},
                "acknowledgments": self.acknowledgments,
                "language": self.language,
            },
            salt=SALT,
            compress=True,
        )

    def signings(self, name: str) -> dict[UUID, Signing]:
        """A signature under each agreement, with a key of its own that follows from the page's."""
        return {
            grant: Signing(
                signature_name=name,
                key=uuid5(self.key, grant.hex),
                pdf_sha256=sha256,
                acknowledgments=self.acknowledgments,
                language=self.language,
            )
            for grant, sha256 in self.pdfs.items()
        }


def new_offered(visit: Visit, pdfs: dict[UUID, str], acknowledgments: tuple[Acknowledgment, ...]) -> Offered:
    """What a page offers now, with a fresh key."""
    language = translation.get_language() or "en-us"
    return Offered(visit.offer.code, visit.holder.pk, uuid4(), pdfs, acknowledgments, language)


def opened(sealed: str, visit: Visit) -> Offered | None:
    """What this holder was offered in this offer; None where the seal is not ours or not theirs."""
    try:
        plain = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
    offered = Offered(
        offer=plain["offer"],
        holder=plain["holder"],
        key=UUID(plain["key"]),
        pdfs={UUID(grant): sha256 for grant, sha256 in plain["pdfs"].items()},
        acknowledgments=tuple((code, text) for code, text in plain["acknowledgments"]),
        language=plain["language"],
    )
    return offered if (offered.offer, offered.holder) == (visit.offer.code, visit.holder.pk) else None


class AgreementForm(forms.Form):
    """The tick and the typed name. It checks shape; the action judges."""

    token = forms.CharField(widget=forms.HiddenInput)
    acknowledged = forms.BooleanField(error_messages={"required": ""})
    signature_name = forms.CharField(
        label=gettext_lazy("Type your full name to sign"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Type your full name to sign.")},
    )

    def __init__(
        self, *args: Any, name: str, is_name: Callable[[str], bool], label: str, must: str, **kwargs: Any
    ) -> None:
        """`name` is the name the signature must be; `label` and `must` are the tick's words, and what it asks for."""
        super().__init__(*args, **kwargs)
        self.name, self.is_name = name, is_name
        self.fields["acknowledged"].label = label
        self.fields["acknowledged"].error_messages["required"] = must
        self.fields["signature_name"].help_text = gettext(
            "Exactly as on your option agreement: %(name)s. Your typed name is your signature."
        ) % {"name": name}
        self.helper = helper(
            "token",
            Fieldset(gettext("Your signature"), "acknowledged", Div("signature_name", css_class="signature")),
        )

    def clean_signature_name(self) -> str:
        typed = str(self.cleaned_data["signature_name"])
        if not self.is_name(typed):
            raise forms.ValidationError(
                gettext("Type your name as it is on your option agreement: %(name)s.") % {"name": self.name}
            )
        return typed
