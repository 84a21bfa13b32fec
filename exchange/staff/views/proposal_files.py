"""What one reads before one approves: the documents of a version, the files kept with a proposal to amend, and copies
that show what would change."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.interchange.problems import Problem
from exchange.interchange.staging import on_disk
from exchange.interchange.terms import CONTENT_TYPES, OfferFile, load_terms
from exchange.offers.actions import DocumentFile
from exchange.offers.amending import copies_to_make, marked_by_us, marked_title
from exchange.offers.models import OfferDocument, Proposal, ProposalFile
from exchange.offers.reads import Loaded, load
from exchange.staff import words
from exchange.staff.parts import Cell, Section, Table, table
from exchange.staff.steps import AMEND
from exchange.staff.views.documents import as_given


def proposal_file(request: HttpRequest, proposal_id: UUID, position: int) -> HttpResponse:
    """A file that is kept with a proposal, the very bytes."""
    file = get_object_or_404(ProposalFile, proposal_id=proposal_id, position=position)
    suffix = PurePath(file.name).suffix.lower()
    if suffix in CONTENT_TYPES:
        return as_given(bytes(file.content), CONTENT_TYPES[suffix])
    if suffix == ".toml":
        return as_given(bytes(file.content), "text/plain; charset=utf-8")
    response = as_given(bytes(file.content), "application/octet-stream")
    response["Content-Disposition"] = "attachment"
    return response


def proposal_changes(request: HttpRequest, proposal_id: UUID, number: int) -> HttpResponse:
    """The marked copy that would be made of the document with this number, against the newest version as it is now."""
    proposal = get_object_or_404(Proposal.objects.select_related("offer"), pk=proposal_id, step=AMEND.slug)
    content, _problems = content_of(kept_files(proposal))
    if content is None:
        raise Http404
    return changes_in(load(proposal.offer), content, number)


def changes_in(loaded: Loaded, content: OfferFile, number: int) -> HttpResponse:
    """The marked copy that uploaded terms would make of their document with this number."""
    documents = documents_of(content)
    for document, before in copies_to_make(loaded, documents):
        if documents.index(document) + 1 == number:
            copy = marked_by_us(loaded, document, before)
            return as_given(copy.body, copy.content_type)
    raise Http404


def copies_to_read(loaded: Loaded, content: OfferFile, address: Callable[[int], str]) -> list[list[Cell]]:
    """A row for each marked copy that would be made, linked to where one reads it (`address`, by number)."""
    documents = documents_of(content)
    made = _("Made against version {n}").format(n=loaded.version.number)
    return [
        [Cell(marked_title(document.title), url=address(documents.index(document) + 1)), Cell(made)]
        for document, _before in copies_to_make(loaded, documents)
    ]


def kept_files(proposal: Proposal) -> list[tuple[str, bytes]]:
    return [(file.name, bytes(file.content)) for file in proposal.files.all()]


def content_of(files: Sequence[tuple[str, bytes]]) -> tuple[OfferFile | None, Sequence[Problem]]:
    """The terms and documents that were uploaded, or why they cannot be read."""
    if not files:
        return None, [Problem("offer.toml", None, None, None, "", _("there is no such file"))]
    with on_disk(files) as paths:
        return load_terms(paths[0])


def documents_of(content: OfferFile) -> list[DocumentFile]:
    return [DocumentFile(d.kind, d.title, d.content_type, d.body) for d in content.documents]


def documents_table(documents: Iterable[OfferDocument], *, linked: bool) -> Table:
    """Each document of a version with its whole digest; `linked` where the version is one that stays."""
    rows = [
        [
            Cell(one.title, url=reverse("staff:document", args=[one.pk]) if linked else ""),
            words.document_kind(one.kind),
            Cell(one.sha256),
        ]
        for one in documents
    ]
    heads = [_("Document"), _("Kind"), _("SHA-256")]
    return table(_("Documents of this version"), heads, rows, empty=_("No documents come with this version."))


def files_section(loaded: Loaded, proposal: Proposal, content: OfferFile | None) -> Section:
    """The files of a proposal, to be opened; and the marked copies that it would make of them now."""
    rows = [
        [
            Cell(file.name, url=reverse("staff:proposal-file", args=[proposal.pk, file.position])),
            _what(file, content),
            Cell(file.sha256),
        ]
        for file in proposal.files.defer("content")
    ]
    if content is not None:
        copies = copies_to_read(loaded, content, lambda n: reverse("staff:proposal-changes", args=[proposal.pk, n]))
        rows += [[*row, _("In the preview")] for row in copies]
    heads = [_("File"), _("What it is"), _("SHA-256")]
    return Section(_("To read before it is approved"), table=table(_("Files of the proposal"), heads, rows))


def _what(file: ProposalFile, content: OfferFile | None) -> str:
    if file.position == 1:
        return _("The terms as amended")
    named = [one.title for one in content.documents if PurePath(one.file).name == file.name] if content else []
    return ", ".join(named) or _("No document that the terms name")
