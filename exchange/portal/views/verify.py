"""Checking a paper against our records: open to everyone who holds one.

By its bytes the answer is yes or no, and when it was made. The code printed on a paper leads to a page of its own,
which says what kind of paper bears it, of which company and offer, when it was made and with which digest. Neither
says whose it is.
"""

import hashlib
import re
from typing import Any, ClassVar

from allauth.core import ratelimit
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exchange.documents import codes
from exchange.documents.catalogue import KINDS
from exchange.documents.reads import paper_with_code, pdf_with_digest
from exchange.portal.forms import helper

LARGEST = 20 * 1024 * 1024


class CompareForm(forms.Form):
    """The PDF itself, which is digested and forgotten."""

    FIELDS: ClassVar[tuple[str, ...]] = ("pdf",)

    pdf = forms.FileField(
        label=gettext_lazy("The PDF, as you received it"),
        help_text=gettext_lazy("We compute its digest and keep nothing of it."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"empty": gettext_lazy("The file is empty. Choose the PDF.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(*self.FIELDS)

    def clean_pdf(self) -> "UploadedFile[Any] | None":
        pdf: UploadedFile[Any] | None = self.cleaned_data["pdf"]
        if pdf is not None and (pdf.size or 0) > LARGEST:
            raise forms.ValidationError(gettext("The file is larger than any paper of ours."))
        return pdf

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if not self.errors and not any(given[name] for name in self.FIELDS):
            self.add_error("pdf", self.nothing_given())
        return given

    def nothing_given(self) -> str:
        return gettext("Choose the PDF.")

    def asked(self) -> str:
        """The digest that is asked about: the file's."""
        digest = hashlib.sha256()
        for chunk in self.cleaned_data["pdf"].chunks():
            digest.update(chunk)
        return digest.hexdigest()


class VerifyForm(CompareForm):
    """The PDF, its digest, or the code printed on it; the file counts where more than one is given."""

    FIELDS = ("pdf", "digest", "code")

    digest = forms.CharField(
        label=gettext_lazy("Or its SHA-256 digest"),
        help_text=gettext_lazy("64 characters, 0 to 9 and a to f."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Or the code printed on it"),
        help_text=gettext_lazy("16 letters and digits in groups of four, at the foot of each page of newer papers."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_digest(self) -> str:
        digest = re.sub(r"[\s:]", "", self.cleaned_data["digest"]).lower()
        if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise forms.ValidationError(gettext("A SHA-256 digest has 64 characters, 0 to 9 and a to f."))
        return digest

    def clean_code(self) -> str:
        code = codes.read(self.cleaned_data["code"])
        if self.cleaned_data["code"] and not code:
            raise forms.ValidationError(gettext("A code has 16 letters and digits."))
        return code

    def nothing_given(self) -> str:
        return gettext("Choose the PDF, or enter its digest.")

    def asked(self) -> str:
        return super().asked() if self.cleaned_data["pdf"] else str(self.cleaned_data["digest"])


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
    if form.cleaned_data["code"] and not form.cleaned_data["pdf"] and not form.cleaned_data["digest"]:
        return redirect("portal:verify_paper", codes.grouped(form.cleaned_data["code"]))
    asked = form.asked()
    answer = {"form": VerifyForm(), "asked": asked, "found": pdf_with_digest(asked)}
    return render(request, "portal/verify.html", answer)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """What is on record of the paper that bears a code, and whether a PDF is that paper; no personal data."""
    found = paper_with_code(codes.read(code))
    if request.method == "POST" and not ratelimit.consume(request, action="verify"):
        return render(request, "429.html", status=429)
    if found is None:
        return render(request, "portal/verify_paper.html", {"form": VerifyForm()}, status=404)
    values = found.values()
    made = getattr(found, "rendered", None)
    page: dict[str, Any] = {
        "paper": found,
        "code": codes.grouped(found.code),
        "kind": KINDS[found.kind].title,
        "company": values["company"]["name"],
        "offer": values["offer"],
        "made": made,
        "form": CompareForm(),
    }
    if request.method == "POST":
        page["form"] = form = CompareForm(request.POST, request.FILES)
        if form.is_valid():
            asked = form.asked()
            page |= {"form": CompareForm(), "asked": asked, "is_same": made is not None and made.sha256 == asked}
    return render(request, "portal/verify_paper.html", page)
