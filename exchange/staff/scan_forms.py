"""The form that takes a scan: a PDF or a picture, told by its content, never by its name."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from exchange.elections.scans import ScanFile, read_file
from exchange.kernel.results import Refusal
from exchange.kernel.sentences import sentence


class ScanForm(forms.Form):
    scan = forms.FileField(
        label=gettext_lazy("Scan of the form, if you have it"),
        help_text=gettext_lazy("PDF, PNG or JPEG, up to 10 MB. It is kept encrypted, and every look at it is logged."),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.SCAN_KEY:
            del self.fields["scan"]

    def clean_scan(self) -> ScanFile | None:
        upload = self.cleaned_data["scan"]
        if not upload:
            return None
        found = read_file(upload)
        if isinstance(found, Refusal):
            raise forms.ValidationError(sentence(found))
        return found

    def file(self) -> ScanFile | None:
        """The scan; None where none was given. Only after `is_valid`."""
        found: ScanFile | None = self.cleaned_data.get("scan")
        return found
