"""Files in: upload, see every problem or exactly what would change, then apply all of it or nothing."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.interchange import imports
from exchange.interchange.apply import Correction
from exchange.interchange.models import StagedFile
from exchange.interchange.problems import Problem
from exchange.interchange.staging import as_files, discard, stage, staged
from exchange.kernel.results import Result
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import shares_text
from exchange.offers.models import Offer
from exchange.staff.actors import actor_of, user_of
from exchange.staff.attempt import Outcome, Preview, carry_out, try_out
from exchange.staff.edge import edge_of
from exchange.staff.fields import ConfirmForm
from exchange.staff.frame import page
from exchange.staff.imports import KINDS, Batch, Context, Kind, Upload
from exchange.staff.parts import Cell, Link, table
from exchange.staff.steps import IMPORTS
from exchange.staff.views.imports import import_page, run_of

MOST_BYTES = 32 * 1024 * 1024
MOST_PROBLEMS = 200


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, each checked as one is; cleaned to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ManyFilesInput(), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(ManyFilesField, self).clean(item, initial) for item in data or ()]


class UploadForm(forms.Form):
    """One field for each file that has a label, and one for whatever comes along."""

    def __init__(self, *args: Any, labels: Sequence[Any], more_files: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for index, label in enumerate(labels):
            self.fields[f"file{index}"] = forms.FileField(
                label=label, error_messages={"required": _("Choose the file."), "empty": _("The file is empty.")}
            )
        if more_files:
            self.fields["more"] = ManyFilesField(label=more_files, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        names: set[str] = set()
        for upload in self.uploads():
            if upload.size > MOST_BYTES:
                raise forms.ValidationError(_("{name} is larger than 32 MB.").format(name=upload.name))
            if upload.name in names:
                raise forms.ValidationError(_("Two files are called {name}.").format(name=upload.name))
            names.add(upload.name)
        return data

    def uploads(self) -> list[Any]:
        single = [self.cleaned_data[name] for name in self.fields if name != "more" and name in self.cleaned_data]
        return [*single, *self.cleaned_data.get("more", ())]


def _kind(request: HttpRequest, name: str) -> Upload:
    """The kind of that name, for those who may apply it."""
    if name not in KINDS:
        raise Http404
    if not request.user.has_perm(IMPORTS[name][1]):
        raise PermissionDenied
    return KINDS[name]


def upload(request: HttpRequest, kind: str) -> HttpResponse:
    found = _kind(request, kind)
    edge = edge_of(request)
    if found.needs_offer and edge.loaded is None:
        raise Http404
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted, labels=found.labels, more_files=found.more_files)
    if request.method == "POST" and form.is_valid():
        files = [(str(item.name), item.read()) for item in form.uploads()]
        if kind in imports.KINDS:
            ((name, body),) = files
            user = user_of(request.user)
            run = imports.upload(kind=kind, name=name, content=body, user=user, actor=actor_of(user), at=edge.true_now)
            return HttpResponseRedirect(reverse("staff:staged", args=[run]))
        batch = stage(kind=kind, files=files, actor=actor_of(request.user), at=edge.true_now)
        return HttpResponseRedirect(reverse("staff:staged", args=[batch]))
    return page(
        request,
        "staff/upload.html",
        {"form": form, "title": IMPORTS[kind][0], "kind": found, "offer": edge.offer if found.needs_offer else None},
    )


def staged_files(request: HttpRequest, batch: UUID) -> HttpResponse:
    run = run_of(request, batch)
    if run is not None:
        return import_page(request, run)
    files = staged(batch)
    if not files:
        messages.info(request, _("These files are gone: they were applied, or removed."))
        return HttpResponseRedirect(reverse("staff:index"))
    kind = _kind(request, files[0].kind)
    if not isinstance(kind, Kind):
        raise RuntimeError(f"{files[0].kind} has a page of its own")
    return _Check(request, batch, files, kind).answer()


def problems_table(problems: Sequence[Problem]) -> dict[str, Any]:
    """What `staff/staged.html` shows of files that cannot be applied."""
    rows = [
        [
            Cell(str(problem.row) if problem.row is not None else "–", more=problem.file),
            problem.column or "",
            problem.value or "",
            Cell(
                problem.message,
                more=_("Expected: {what}").format(what=problem.expected) if problem.expected else "",
            ),
        ]
        for problem in problems
    ]
    heads = [_("Row"), _("Column"), _("What stands there"), _("What is wrong")]
    found = table(_("Everything that is wrong"), heads, rows, most=MOST_PROBLEMS)
    return {"wrong": found, "count": shares_text(len(rows))}


class _Check:
    """One request to the page of an uploaded batch."""

    def __init__(self, request: HttpRequest, batch: UUID, files: list[StagedFile], kind: Kind[Any]) -> None:
        self.request, self.batch, self.files, self.kind = request, batch, files, kind
        edge = edge_of(request)
        self.edge, self.loaded = edge, edge.loaded
        self.reason = request.POST.get("reason", "").strip()
        self.context = Context(
            loaded=edge.loaded,
            user=user_of(request.user),
            actor=actor_of(request.user),
            at=edge.true_now,
            offer_at=edge.now,
            correction=Correction(self.reason) if self.reason else None,
        )
        self.code = edge.offer.code if kind.asks_code and edge.offer else ""
        self.problems: list[str] = []

    def answer(self) -> HttpResponse:
        step = self.request.POST.get("step", "")
        if step == "discard":
            discard(self.batch)
            messages.info(self.request, _("The files are removed. Nothing was applied."))
            return HttpResponseRedirect(reverse("staff:upload", args=[self.files[0].kind]))
        if step == "preview" and not self.reason:
            self.problems.append(_("Write the reason for the correction."))
        with as_files(self.files) as paths:
            batch = self.kind.read(paths, self.loaded)
        if batch.problems or batch.content is None:
            return self._wrong(batch)
        confirm = ConfirmForm(self.request.POST if step == "confirm" else None, code=self.code)
        if step == "confirm" and (not self.code or confirm.is_valid()):
            return self._carry_out(batch, confirm)
        return self._show(try_out(self._act(batch), self._describe(batch)), confirm)

    def _act(self, batch: Batch[Any]) -> Callable[[], Result[Any]]:
        return lambda: self.kind.act(batch.content, self.context)

    def _describe(self, batch: Batch[Any]) -> Callable[[Any], Preview]:
        return lambda value: self.kind.describe(value, batch.content, self.context)

    def _carry_out(self, batch: Batch[Any], confirm: ConfirmForm) -> HttpResponse:
        outcome = carry_out(self._act(batch), self._describe(batch), self.request.POST.get("digest", ""))
        if not outcome.is_done:
            if outcome.preview is not None:
                self.problems.append(
                    _("Something has changed since you saw the preview. Nothing was done. This is how it stands now.")
                )
            return self._show(outcome, ConfirmForm(code=self.code))
        discard(self.batch)
        facts = outcome.preview.facts if outcome.preview else ()
        said = " · ".join(f"{fact.name}: {fact.value}" for fact in facts[:3])
        names = ", ".join(file.name for file in self.files)
        messages.success(
            self.request, str(self.kind.done or _("{names} applied. {said}")).format(names=names, said=said)
        )
        for remark in outcome.remarks:
            messages.warning(self.request, sentence(remark, self.edge.zone))
        return HttpResponseRedirect(reverse("staff:index"))

    def _wrong(self, batch: Batch[Any]) -> HttpResponse:
        return self._page(problems_table(batch.problems))

    def _show(self, outcome: Outcome[Any], confirm: ConfirmForm) -> HttpResponse:
        codes = {reason.code for reason in outcome.reasons}
        return self._page(
            {
                "preview": outcome.preview,
                "confirm": confirm if self.code else None,
                "reasons": [sentence(reason, self.edge.zone) for reason in outcome.reasons][:MOST_PROBLEMS],
                "needs_correction": codes == {"correction_needed"},
                "remarks": [sentence(remark, self.edge.zone) for remark in outcome.remarks][:MOST_PROBLEMS],
            }
        )

    def _form_url(self) -> str:
        """The form of an offer's terms, with these in it."""
        with as_files(self.files) as paths:
            content = self.kind.read(paths, self.loaded).content
        address = reverse("staff:new-offer")
        if content is not None and Offer.objects.filter(code=content.code).exists():
            address = reverse("staff:edit-terms", args=[content.code])
        return f"{address}?batch={self.batch}"

    def _page(self, context: dict[str, Any]) -> HttpResponse:
        kind = self.files[0].kind
        links = (
            [Link(_("Change the terms in the form"), self._form_url())]
            if kind == "terms" and "wrong" not in context
            else []
        )
        return page(
            self.request,
            "staff/staged.html",
            {
                "title": self.kind.title or IMPORTS[kind][0],
                "kind": self.kind,
                "files": self.files,
                "reason": self.reason,
                "links": links,
                "problems": self.problems,
                "back": Link(str(IMPORTS[kind][0]), reverse("staff:upload", args=[kind])),
                **context,
            },
        )
