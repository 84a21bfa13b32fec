"""Checking a paper against our records: open to everyone who holds one, and tells nothing but yes or no, and when."""

import hashlib
import re
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exchange.documents.reads import pdf_with_digest
from exchange.portal.forms import helper

LARGEST = 20 * 1024 * 1024


class VerifyForm(forms.Form):
    """The PDF itself, which is digested and forgotten, or its digest."""

    pdf = forms.FileField(
        label=gettext_lazy("The PDF, as you received it"),
        help_text=gettext_lazy("We compute its digest and keep nothing of it."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"empty": gettext_lazy("The file is empty. Choose the PDF.")},
    )
    digest = forms.CharField(
        label=gettext_lazy("Or its SHA-256 digest"),
        help_text=gettext_lazy("64 characters, 0 to 9 and a to f."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("pdf", "digest")

    def clean_pdf(self) -> "UploadedFile[Any] | None":
        pdf: UploadedFile[Any] | None = self.cleaned_data["pdf"]
        if pdf is not None and (pdf.size or 0) > LARGEST:
            raise forms.ValidationError(gettext("The file is larger than any paper of ours."))
        return pdf

    def clean_digest(self) -> str:
        digest = re.sub(r"[\s:]", "", self.cleaned_data["digest"]).lower()
        if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise forms.ValidationError(gettext("A SHA-256 digest has 64 characters, 0 to 9 and a to f."))
        return digest

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if not self.errors and not given["pdf"] and not given["digest"]:
            self.add_error("pdf", gettext("Choose the PDF, or enter its digest."))
        return given

    def asked(self) -> str:
        """The digest that is asked about; the file's where both are given."""
        pdf = self.cleaned_data["pdf"]
        if pdf is None:
            return str(self.cleaned_data["digest"])
        digest = hashlib.sha256()
        for chunk in pdf.chunks():
            digest.update(chunk)
        return digest.hexdigest()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Whether a PDF is a paper of ours, byte for byte. Nobody need be signed in, and nobody is told whose it is."""
    if request.method != "POST":
        return render(request, "portal/verify.html", {"form": VerifyForm()})
    if not ratelimit.consume(request, action="verify"):
        return render(request, "429.html", status=429)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "portal/verify.html", {"form": form})
    asked = form.asked()
    answer = {"form": VerifyForm(), "asked": asked, "found": pdf_with_digest(asked)}
    return render(request, "portal/verify.html", answer)
