"""What an offer says beside its letters: its documents and the texts of its own in papers, written and approved."""

import json
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.documents.rendering import PaperError
from exchange.interchange.staging import stage
from exchange.interchange.terms_file import raw_of, text_of
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import instant_text
from exchange.offers.approving import edit_wording
from exchange.offers.content import (
    DOCUMENTS,
    PAPER,
    PAPER_FIELDS,
    PAPER_TEXTS,
    Contents,
    Missing,
    documents_piece,
    filled_text,
)
from exchange.offers.letters import text_values
from exchange.offers.library import MARKED_COPY
from exchange.offers.models import Offer, OfferDocument, OfferVersion
from exchange.offers.reads import Loaded, load
from exchange.offers.written import body_of, page_of, refusals
from exchange.people.models import Holder
from exchange.settlement.specimens import specimen
from exchange.staff import words
from exchange.staff.actors import actor_of, is_own, shown_actor
from exchange.staff.admin.base import record_url
from exchange.staff.edge import edge_for
from exchange.staff.frame import page
from exchange.staff.offer_terms import TERMS_FILE
from exchange.staff.parts import Cell, Fact, Link, Table, table
from exchange.staff.steps import AMEND
from exchange.staff.views.letters_of_offer import APPROVE, EDIT, WHY, approval_cell, approve_shown, picks, said
from exchange.staff.views.make_offer import DOCUMENT_KINDS, documents_of, free_name, staged_page

log = logging.getLogger(__name__)

TYPES = {"text/html": "HTML", "application/pdf": "PDF", "text/plain": gettext_lazy("Text")}
AMENDMENT = "amendment"  # what files of an amendment are staged as


def documents_of_offer(request: HttpRequest, code: str) -> HttpResponse:
    """The documents of the newest version, to open and to approve; and the papers' own texts."""
    offer = get_object_or_404(Offer, code=code)
    here = reverse("staff:documents-of-offer", args=[code])
    if request.method == "POST":
        return approve_shown(request, offer, request.POST.getlist("shown"), here)
    edge = edge_for(request, offer)
    loaded = edge.loaded or load(offer)
    contents = Contents(offer)
    version = OfferVersion.objects.select_related("event").get(pk=loaded.version.pk)
    piece = documents_piece(version)
    known = contents.approvals.get((DOCUMENTS, ""), {})
    approval = known.get(piece.digest)
    missing = None if approval else Missing(DOCUMENTS, "", "edited" if known else "never")
    facts = [
        Fact(
            _("Version"), str(version.number), more=instant_text(version.created_at.replace(microsecond=0), edge.zone)
        ),
        Fact(_("Given by"), shown_actor(piece.edited_by)),
    ]
    if approval:
        when = instant_text(approval.at.replace(microsecond=0), edge.zone)
        facts.append(Fact(_("Approved by"), shown_actor(approval.approved_by), more=when))
    may_approve = request.user.has_perm(APPROVE) and actor_of(request.user) not in contents.editors(piece)
    return page(
        request,
        "staff/documents_of_offer.html",
        {
            "title": _("Documents of this offer"),
            "facts": facts,
            "missing": str(WHY[missing.why]) if missing else "",
            "shown": f"{DOCUMENTS}::{piece.digest}" if missing and may_approve else "",
            "documents": _documents(loaded, may_write=_may_write(request, loaded)),
            "links": _links(request, loaded),
            "papers": _papers(offer, contents, edge.zone),
            "back": Link(code, record_url(offer)),
        },
    )


def _documents(loaded: Loaded, *, may_write: bool) -> Table:
    rows = []
    for document in loaded.documents:
        write = f"{_write_url(loaded.offer)}?document={document.pk}"
        is_written = may_write and document.content_type == "text/html" and document.kind != MARKED_COPY
        rows.append(
            [
                Cell(document.title, url=reverse("staff:document", args=[document.pk])),
                words.document_kind(document.kind),
                str(TYPES.get(document.content_type, document.content_type)),
                Cell(document.sha256[:12]),
                Cell(_("Edit"), url=write) if is_written else Cell("–"),
            ]
        )
    heads = [_("Document"), _("Kind"), _("Type"), _("Digest, beginning"), _("Text")]
    return table(_("Documents of the newest version"), heads, rows, empty=_("No document yet. Add or write one."))


def _may_write(request: HttpRequest, loaded: Loaded) -> bool:
    needed = AMEND.permission if loaded.timeline.opened_at is not None else "staff.load_offer"
    return request.user.has_perm(needed)


def _write_url(offer: Offer) -> str:
    return reverse("staff:write-document", args=[offer.code])


def _links(request: HttpRequest, loaded: Loaded) -> list[Link]:
    if not _may_write(request, loaded):
        return []
    code = loaded.offer.code
    is_draft = loaded.timeline.opened_at is None
    upload = reverse("staff:offer-documents", args=[code]) if is_draft else AMEND.url(code)
    return [
        Link(_("Write a document"), _write_url(loaded.offer)),
        Link(_("Upload or replace documents") if is_draft else str(AMEND.words), upload),
    ]


def _papers(offer: Offer, contents: Contents, zone: str) -> Table:
    rows = []
    for kind, title in PAPER_TEXTS.items():
        newest = contents.newest(PAPER, kind)
        used = contents.in_use(PAPER, kind)
        rows.append(
            [
                Cell(str(title), url=reverse("staff:paper-text", args=[offer.code, kind])),
                _("Version {n}").format(n=used.number) if used.parts["text"] else _("No text of its own"),
                approval_cell(contents, newest, contents.missing(PAPER, kind), zone),
            ]
        )
    return table(_("Texts of the offer’s own in papers"), [_("Paper"), _("In use"), _("Newest approved")], rows)


# A text of the offer's own in a paper


class TextForm(forms.Form):
    based_on = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, strip=True, widget=forms.Textarea(attrs={"rows": 14})
    )


def paper_text(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """One paper's own text: edited, looked at, approved."""
    offer = get_object_or_404(Offer, code=code)
    if kind not in PAPER_TEXTS:
        raise Http404
    here = reverse("staff:paper-text", args=[code, kind])
    step = request.POST.get("step", "")
    if step == "approve":
        return approve_shown(request, offer, request.POST.getlist("shown"), here)
    contents = Contents(offer)
    newest, missing = contents.newest(PAPER, kind), contents.missing(PAPER, kind)
    form = TextForm(initial={**newest.parts, "based_on": newest.number})
    problems: list[str] = []
    edge = edge_for(request, offer)
    if step == "edit":
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        form = TextForm(request.POST)
        if form.is_valid():
            result = edit_wording(
                code=code,
                area=PAPER,
                kind=kind,
                parts={"text": form.cleaned_data["text"]},
                based_on=form.cleaned_data["based_on"],
                actor=actor_of(request.user),
                at=edge.true_now,
            )
            if not isinstance(result, Refused):
                messages.success(request, _("Kept. It is used once another person approves it."))
                return HttpResponseRedirect(here)
            problems = [said(reason) for reason in result.reasons]
    is_mine = actor_of(request.user) in contents.editors(newest)
    values = text_values(edge.loaded or load(offer), _("(the holder’s name)"))
    return page(
        request,
        "staff/paper_text.html",
        {
            "title": str(PAPER_TEXTS[kind]),
            "offer": offer,
            "form": form,
            "problems": problems,
            "newest": newest,
            "missing": str(WHY[missing.why]) if missing else "",
            "whole": reverse("staff:paper-specimen", args=[code, kind]),
            "picks": picks() if request.user.has_perm("people.view_holder") else None,
            "preview": filled_text(newest.parts["text"], values),
            "fields": [(f"{{{name}}}", title) for name, title in PAPER_FIELDS.items()],
            "may_edit": request.user.has_perm(EDIT),
            "is_mine": is_mine,
            "shown": f"{PAPER}:{kind}:{newest.digest}" if missing and request.user.has_perm(APPROVE) else "",
            "back": Link(_("Documents of this offer"), reverse("staff:documents-of-offer", args=[code])),
        },
    )


def paper_specimen(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The whole paper as PDF, with its newest text, as one holder would have it; nothing of it is kept."""
    offer = get_object_or_404(Offer, code=code)
    number = request.GET.get("person", "").strip()
    if kind not in PAPER_TEXTS or not number:
        raise Http404
    holder = Holder.objects.filter(employee_number=number).first()
    back = HttpResponseRedirect(reverse("staff:paper-text", args=[code, kind]))
    if holder is None or is_own(request.user, holder):
        messages.warning(request, _("Choose a person on file, somebody else than you."))
        return back
    edge = edge_for(request, offer)
    loaded = edge.loaded or load(offer)
    text = filled_text(Contents(offer).newest(PAPER, kind).parts["text"], text_values(loaded, holder.legal_name))
    try:
        pdf = specimen(loaded, holder, kind, text=text, at=edge.now)
    except PaperError:
        log.exception("a specimen of %s could not be made", kind)
        messages.error(request, _("The paper could not be made just now. The log says why; try again."))
        return back
    if pdf is None:
        messages.warning(request, _("This person holds no option that the paper could be about."))
        return back
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{kind}-specimen.pdf"'
    return response


# A document written here


class WriteForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=DOCUMENT_KINDS)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=180)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 28}),
        help_text=gettext_lazy(
            "A part of HTML: headings h1 to h4, p, lists, tables, blockquote, strong, em, sub, sup, br, hr; links "
            "within the document (#name), to this site and to the company’s contacts."
        ),
    )


def write_document(request: HttpRequest, code: str) -> HttpResponse:
    """Write a document, or edit one that is there; it ends as an upload does: checked, shown, confirmed.

    A draft's goes into the next version of the draft; of an offer that was opened it makes an amendment to confirm.
    """
    loaded = load(get_object_or_404(Offer, code=code))
    if not _may_write(request, loaded):
        raise PermissionDenied
    known = _known(request, loaded)
    if request.method == "POST":
        form = WriteForm(request.POST)
    elif known is not None:
        form = WriteForm(initial={"kind": known.kind, "title": known.title, "body": body_of(bytes(known.body))})
    else:
        form = WriteForm()
    problems: Sequence[str] = ()
    if form.is_bound and form.is_valid():
        body = form.cleaned_data["body"].replace("\r\n", "\n")
        found = refusals(form.cleaned_data["title"], body, loaded.terms)
        if not found and request.POST.get("step") == "keep":
            return _stage(request, loaded, form.cleaned_data, body, known)
        problems = [sentence(reason) for reason in found]
    context: dict[str, Any] = {
        "title": _("Edit a document") if known else _("Write a document"),
        "offer": loaded.offer,
        "form": form,
        "problems": problems,
        "is_draft": loaded.timeline.opened_at is None,
        "preview": form.cleaned_data["body"] if form.is_bound and form.is_valid() and not problems else "",
        "back": Link(_("Documents of this offer"), reverse("staff:documents-of-offer", args=[code])),
    }
    return page(request, "staff/write_document.html", context)


def _known(request: HttpRequest, loaded: Loaded) -> OfferDocument | None:
    """The document that is edited, of the newest version."""
    key = request.GET.get("document", "")
    if not key:
        return None
    try:
        return get_object_or_404(OfferDocument, pk=UUID(key), version=loaded.version)
    except ValueError as error:
        raise Http404 from error


def _stage(
    request: HttpRequest, loaded: Loaded, data: dict[str, Any], body: str, known: OfferDocument | None
) -> HttpResponse:
    """Keep the terms as they are, with this document among the others, as an upload is kept."""
    entries, bodies = documents_of(loaded)
    written = page_of(data["title"], body)
    stated = {"kind": data["kind"], "title": data["title"]}
    if known is not None:
        entry = entries[known.position - 1]
        entry.update(stated)
        bodies[entry["file"]] = written
    else:
        name = free_name(f"{data['kind']}.html", bodies)
        entries.append({**stated, "file": name})
        bodies[name] = written
    # An amendment makes its own copies of what changes.
    entries = [entry for entry in entries if entry["kind"] != MARKED_COPY]
    bodies = {entry["file"]: bodies[entry["file"]] for entry in entries}
    text = text_of({**raw_of(json.loads(loaded.version.terms)), "documents": entries})
    if loaded.timeline.opened_at is None:
        return staged_page(request, text, bodies)
    at = edge_for(request, loaded.offer).true_now
    files = [(TERMS_FILE, text.encode()), *bodies.items()]
    batch = stage(kind=AMENDMENT, files=files, actor=actor_of(request.user), at=at)
    return HttpResponseRedirect(f"{AMEND.url(loaded.offer.code)}?batch={batch}")
