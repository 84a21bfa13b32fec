"""Making an offer by form, changing a draft by it, its documents, and its terms as a file.

The form ends where an upload ends: the terms are staged as a file with their documents, read in words, and applied.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.interchange.staging import body_of, discard, stage, staged
from exchange.interchange.terms import CONTENT_TYPES, MOST_DOCUMENT_BYTES
from exchange.interchange.terms_file import raw_of, text_of
from exchange.kernel.results import Refusal
from exchange.kernel.sentences import sentence
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, load
from exchange.staff import words
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import record_url
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.offer_form import ROWS
from exchange.staff.offer_terms import TERMS_FILE, TermsPage, check_text
from exchange.staff.parts import Link
from exchange.staff.steps import AMEND, link_to

KIND = "terms"
SUFFIX = {content_type: suffix for suffix, content_type in CONTENT_TYPES.items() if suffix != ".htm"}
DOCUMENT_KINDS = tuple((kind, gettext_lazy(text)) for kind, text in words.DOCUMENT.items())
NEW_ROWS = 3


def new_offer(request: HttpRequest) -> HttpResponse:
    """The blank form, or with `?batch=` what was staged and is to be changed before it makes the draft."""
    return _Visit(request, None).answer()


def edit_terms(request: HttpRequest, code: str) -> HttpResponse:
    """The form with a draft's terms in it. An offer that was opened is not edited: that is an amendment."""
    loaded = load(get_object_or_404(Offer, code=code))
    return _refused(request, loaded) or _Visit(request, loaded).answer()


def _refused(request: HttpRequest, loaded: Loaded) -> HttpResponse | None:
    if loaded.timeline.opened_at is None:
        return None
    code = loaded.offer.code
    context = {
        "title": _("Change the terms"),
        "reason": sentence(Refusal("offer_already_open", {"offer": code}), loaded.zone),
        "amend": link_to(request, AMEND, code),
        "back": Link(code, record_url(loaded.offer)),
    }
    return page(request, "staff/offer_not_draft.html", context)


def terms_file(request: HttpRequest, code: str) -> HttpResponse:
    """The newest terms as an `offer.toml` to keep, to change by hand, or to load elsewhere."""
    loaded = load(get_object_or_404(Offer, code=code))
    answer = HttpResponse(text_of(raw_of(json.loads(loaded.version.terms))), content_type="application/toml")
    answer["Content-Disposition"] = f'attachment; filename="{code}.toml"'
    return answer


def documents_of(loaded: Loaded) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """The documents of a draft as a file of terms names them, and their bytes by name."""
    named = json.loads(loaded.version.terms).get("documents") or []
    entries: list[dict[str, Any]] = []
    bodies: dict[str, bytes] = {}
    for document in loaded.version.documents.all():
        stated = named[document.position - 1].get("file", "") if document.position <= len(named) else ""
        name = free_name(PurePath(stated).name or document.kind + SUFFIX.get(document.content_type, ""), bodies)
        entries.append({"kind": document.kind, "title": document.title, "file": name})
        bodies[name] = bytes(document.body)
    return entries, bodies


def free_name(wanted: str, taken: Mapping[str, Any]) -> str:
    """A name for a file that none of the others has, nor the terms."""
    path, number, name = PurePath(wanted), 1, wanted
    while name in taken or name == TERMS_FILE:
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    return name


class _Visit:
    """One request to the form."""

    def __init__(self, request: HttpRequest, loaded: Loaded | None) -> None:
        self.request, self.loaded = request, loaded
        self.code = loaded.offer.code if loaded else ""
        self.entries, self.bodies = documents_of(loaded) if loaded else ([], {})
        self.batch = request.POST.get("batch") or request.GET.get("batch") or ""
        self.raw = self._raw()

    def _raw(self) -> dict[str, Any]:
        """What the form begins with: a staged file, the draft, or nothing."""
        if self.batch:
            try:
                files = [file for file in staged(UUID(self.batch)) if file.kind == KIND]
            except ValueError as error:
                raise Http404 from error
            if files:
                raw = tomllib.loads(body_of(files[0]).decode("utf-8-sig"))
                self.entries = list(raw.get("documents", ()))
                self.bodies = {file.name: body_of(file) for file in files[1:]}
                return raw
        return raw_of(json.loads(self.loaded.version.terms)) if self.loaded else {}

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._page(TermsPage(initial=self.raw, fixed_code=self.code))
        wanted = TermsPage(self.request.POST, fixed_code=self.code)
        step = self.request.POST.get("step", "")
        if step in ROWS:
            return self._page(wanted.with_more(step))
        is_good = wanted.check(self.entries, self.bodies)
        code = wanted.form.cleaned_data.get("code")
        if not self.code and code and Offer.objects.filter(code=code).exists():
            wanted.form.add_error("code", _("There is an offer with this code already. Change that draft instead."))
            is_good = False
        if not is_good:
            return self._page(wanted)
        return staged_page(self.request, wanted.text, self.bodies, replaces=self.batch)

    def _page(self, wanted: TermsPage) -> HttpResponse:
        title = _("Change the terms") if self.code else _("Make an offer")
        back = Link(self.code, record_url(self.loaded.offer)) if self.loaded else None
        context = {"title": title, "wanted": wanted, "batch": self.batch, "back": back, "code": self.code}
        return page(self.request, "staff/offer_form.html", context)


def staged_page(request: HttpRequest, text: str, bodies: Mapping[str, bytes], *, replaces: str = "") -> HttpResponse:
    """Keep terms and documents as an upload is kept, and go on to the page that says in words what they make."""
    files = [(TERMS_FILE, text.encode()), *bodies.items()]
    batch = stage(kind=KIND, files=files, actor=actor_of(request.user), at=edge_of(request).true_now)
    if replaces:
        discard(UUID(replaces))
    return HttpResponseRedirect(reverse("staff:staged", args=[batch]))


# The documents of a draft


def _kind_field(choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Kind"), choices=choices, required=False)


class DocumentForm(forms.Form):
    """One document: there already (`name`), or to be added."""

    name = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = _kind_field(DOCUMENT_KINDS)
    title = forms.CharField(label=gettext_lazy("Title"), required=False)
    file = forms.FileField(
        label=gettext_lazy("File, HTML or PDF"),
        required=False,
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    is_removed = forms.BooleanField(label=gettext_lazy("Remove it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = str(self.initial.get("kind", ""))
        self.is_there = bool(known)
        if known and known not in dict(DOCUMENT_KINDS):
            self.fields["kind"] = _kind_field([(known, words.document_kind(known)), *DOCUMENT_KINDS])
        if self.is_there:
            self.fields["file"].label = _("Replace it by")
        else:
            del self.fields["is_removed"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        upload = data.get("file")
        if upload is not None and upload.size > MOST_DOCUMENT_BYTES:
            self.add_error("file", _("The file is larger than {most} MB.").format(most=MOST_DOCUMENT_BYTES >> 20))
        if self.is_there:
            if not data.get("title"):
                self.add_error("title", _("Fill this in."))
        elif upload is not None and not data.get("title"):
            self.add_error("title", _("Fill this in."))
        elif upload is None and data.get("title") and not self.has_error("file"):
            self.add_error("file", _("Choose the file."))
        return data


def offer_documents(request: HttpRequest, code: str) -> HttpResponse:
    """The documents that go with a draft: added, replaced, named, removed; ends as the form of its terms does."""
    loaded = load(get_object_or_404(Offer, code=code))
    refused = _refused(request, loaded)
    if refused is not None:
        return refused
    entries, bodies = documents_of(loaded)
    initial = [{"name": item["file"], "kind": item["kind"], "title": item["title"]} for item in entries]
    factory = forms.formset_factory(DocumentForm, extra=NEW_ROWS, max_num=200)
    is_posted = request.method == "POST"
    data, files = (request.POST, request.FILES) if is_posted else (None, None)
    rows: Any = factory(data, files, initial=initial, prefix="documents")
    problems: list[str] = []
    if is_posted and rows.is_valid():
        wanted, kept = _wanted(rows, bodies)
        text = text_of({**raw_of(json.loads(loaded.version.terms)), "documents": wanted})
        found, wrong = check_text(text, kept)
        if found is not None:
            return staged_page(request, text, kept)
        problems = [problem.message[:1].upper() + problem.message[1:] + "." for problem in wrong]
        messages.warning(request, _("Nothing was kept. Choose the files again."))
    context = {
        "title": _("Upload documents"),
        "rows": rows,
        "problems": problems,
        "has_errors": bool(problems) or (rows.is_bound and not rows.is_valid()),
        "back": Link(_("Documents of this offer"), reverse("staff:documents-of-offer", args=[code])),
    }
    return page(request, "staff/offer_documents.html", context)


def _wanted(rows: Any, bodies: Mapping[str, bytes]) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """The documents that are to be, and their bytes."""
    wanted: list[dict[str, Any]] = []
    kept: dict[str, bytes] = {}
    for row in rows.forms:
        data = row.cleaned_data
        upload, name = data.get("file"), data.get("name", "")
        is_known = row.is_there and name in bodies
        if data.get("is_removed") or (upload is None and not is_known):
            continue
        name = free_name(PurePath(upload.name).name if upload else name, kept)
        kept[name] = upload.read() if upload else bodies[data["name"]]
        wanted.append({"kind": data["kind"], "title": data["title"], "file": name})
    return wanted, kept
