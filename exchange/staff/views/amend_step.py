"""Amending an offer: upload the terms as amended, see what differs and how the days are counted, then confirm."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.actions import amend_offer
from exchange.elections.tally import late_paper_elections, tally
from exchange.interchange.models import StagedFile
from exchange.interchange.problems import Problem
from exchange.interchange.staging import as_files, body_of, discard, stage, staged
from exchange.interchange.terms import OfferFile, load_terms
from exchange.kernel.results import Result
from exchange.kernel.wording import date_text, instant_text, shares_text
from exchange.market.reads import calendar
from exchange.offers.actions import Override
from exchange.offers.amending import Amended, Change, change_of
from exchange.offers.arithmetic import Arithmetic, arithmetic_of, last_notice
from exchange.offers.difference import Difference
from exchange.offers.library import MARKED_COPY
from exchange.offers.models import CLASSIFICATIONS, Offer, Proposal
from exchange.offers.reads import Loaded, load
from exchange.offers.rules import Classification
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import record_url
from exchange.staff.attempt import Preview
from exchange.staff.edge import edge_of
from exchange.staff.fields import InstantField, days_between
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Fact, Link, Section, Table, table
from exchange.staff.steps import AMEND, APPROVE
from exchange.staff.telling import letters_section
from exchange.staff.views.because import because, because_facts, chosen
from exchange.staff.views.files import UploadForm, problems_table
from exchange.staff.views.guarded import Guarded, Setting, WantedForm
from exchange.staff.views.proposal_files import (
    changes_in,
    content_of,
    copies_to_read,
    documents_of,
    documents_table,
    files_section,
    kept_files,
)
from exchange.staff.views.visit import answer

KIND = "amendment"
LABELS = [gettext_lazy("The terms as amended (offer.toml)")]
MORE = gettext_lazy("Documents that the terms name")
LEDE = gettext_lazy(
    "The whole file of the terms as they are to be, with every document of the offer. What was signed before stands; "
    "everyone it concerns is told what changed."
)


def amend(request: HttpRequest, code: str) -> HttpResponse:
    """The upload; with `?batch=`, the guarded page about what was uploaded."""
    offer = get_object_or_404(Offer, code=code)
    if "batch" not in request.GET:
        return _upload(request, offer)
    files = _staged(request.GET["batch"])
    if not files:
        messages.info(request, _("These files are gone: they were applied, or removed."))
        return HttpResponseRedirect(AMEND.url(code))
    if request.POST.get("step") == "discard":
        discard(files[0].batch)
        messages.info(request, _("The files are removed. Nothing was applied."))
        return HttpResponseRedirect(AMEND.url(code))
    with as_files(files) as paths:
        found, problems = load_terms(paths[0])
    if found is None or problems:
        wrong = {"files": files, "title": AMEND.words, "problems": [], **problems_table(problems)}
        return page(request, "staff/staged.html", {**wrong, "back": Link(str(AMEND.words), AMEND.url(code))})
    return answer(AmendPage(found, _contents(files), batch=files[0].batch), request, code)


def staged_page(source: str) -> Guarded[Amended | None]:
    """The guarded page about uploaded files, made again for the worker."""
    files = _staged(source)
    with as_files(files) as paths:
        found, problems = load_terms(paths[0]) if paths else (None, [])
    if found is None or problems:
        return UnreadablePage(problems)
    return AmendPage(found, _contents(files), batch=files[0].batch)


def _contents(files: Sequence[StagedFile]) -> list[tuple[str, bytes]]:
    return [(file.name, body_of(file)) for file in files]


def amend_changes(request: HttpRequest, code: str, batch: UUID, number: int) -> HttpResponse:
    """The marked copy that would be made of an uploaded document, before anything is proposed."""
    content, _problems = content_of(_contents(_staged(str(batch))))
    if content is None:
        raise Http404
    return changes_in(load(get_object_or_404(Offer, code=code)), content, number)


def _staged(batch: str) -> list[StagedFile]:
    try:
        return [file for file in staged(UUID(batch)) if file.kind == KIND]
    except ValueError as error:
        raise Http404 from error


def _upload(request: HttpRequest, offer: Offer) -> HttpResponse:
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted, labels=LABELS, more_files=MORE)
    if request.method == "POST" and form.is_valid():
        files = [(str(item.name), item.read()) for item in form.uploads()]
        batch = stage(kind=KIND, files=files, actor=actor_of(request.user), at=edge_of(request).true_now)
        return HttpResponseRedirect(f"{AMEND.url(offer.code)}?batch={batch}")
    return page(
        request,
        "staff/upload.html",
        {
            "form": form,
            "title": AMEND.words,
            "kind": {"lede": LEDE},
            "begin_with": _as_they_are(load(offer)),
            "offer": offer,
            "back": Link(offer.code, record_url(offer)),
        },
    )


def _as_they_are(loaded: Loaded) -> list[Link]:
    """The file of the terms and the documents that hold now: what an amendment changes and uploads again."""
    return [
        Link(_("Download the terms"), reverse("staff:terms-file", args=[loaded.offer.code])),
        *(
            Link(document.title, reverse("staff:document", args=[document.pk]))
            for document in loaded.documents
            if document.kind != MARKED_COPY
        ),
    ]


class AmendForm(WantedForm):
    """What kind of change it is, until when the offer is open then, and the company's own words."""

    def __init__(
        self, *args: Any, setting: Setting, content: OfferFile, copies: Sequence[Section] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        self.copies = copies
        self.wanted = change_of(setting.loaded, content.as_plain(), documents_of(content))
        arithmetic = self.arithmetic()
        proposed = arithmetic.proposed if arithmetic and arithmetic.must_move else None
        own: dict[str, forms.Field] = {
            "classification": forms.ChoiceField(
                label=_("What kind of change it is"),
                choices=[*([] if self.wanted.derived else [("", _("Choose"))]), *CLASSIFICATIONS],
                initial=self.wanted.derived,
                help_text=_derived_text(self.wanted),
                error_messages={"required": _("Say what kind of change it is.")},
            ),
            "to": InstantField(
                zone=setting.zone,
                label=_("New expiration; empty: it stays as it is"),
                required=False,
                initial=self.wanted.to or proposed,
            ),
            "summary": forms.CharField(
                label=_("What changed, in the company’s words"),
                help_text=_("For the cover letter. The changed terms, before and after, follow by themselves."),
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            ),
        }
        self.fields = {**own, **because(setting), **self.fields}

    def arithmetic(self) -> Arithmetic | None:
        """How the days are counted for the kind of change that is chosen, or that the terms say."""
        chosen = self.data.get("classification") or self.wanted.derived
        expires_at = self.setting.loaded.timeline.expires_at
        if chosen not in set(Classification) or expires_at is None:
            return None
        return arithmetic_of(
            Classification(chosen),
            notice_at=self._notice_at(),
            expires_at=expires_at,
            zone=self.setting.zone,
            calendar=calendar(),
        )

    def _notice_at(self) -> datetime:
        stated = getattr(self, "cleaned_data", {}).get("at")
        return stated if isinstance(stated, datetime) else self.setting.now

    def known(self) -> list[Section]:
        found = [Section(_("What changes"), table=changes_table(self.wanted.differences)), *self.copies]
        arithmetic = self.arithmetic()
        if arithmetic is not None:
            found.append(counted_section(arithmetic, self.setting.zone))
        return found


def _derived_text(wanted: Change) -> str:
    if wanted.derived is None:
        return _("The terms do not say it by themselves: counsel says.")
    label = dict(CLASSIFICATIONS)[wanted.derived.value]
    return _("By the terms: {kind}. Calling it weaker needs an override.").format(kind=label)


def changes_table(differences: Sequence[Difference]) -> Table:
    rows = [[Cell(one.title), Cell(one.before), Cell(one.after)] for one in differences]
    return table(
        _("Terms and documents that change"),
        [_("What"), _("Before"), _("As amended")],
        rows,
        empty=_("Nothing: these are the terms and documents of the newest version."),
    )


def days_table(arithmetic: Arithmetic) -> Table:
    """Every day of the period, counted or not, and why not."""
    rows = []
    for day in arithmetic.days:
        if day.number:
            said = Cell(_("Business day {n} of {all}").format(n=day.number, all=arithmetic.business_days))
        else:
            weekday = str(WEEKDAYS[day.day.weekday()]) if day.day.weekday() > 4 else _("Closed")
            said = Cell(_("Not counted"), more=day.holiday or weekday)
        rows.append([Cell(f"{WEEKDAYS[day.day.weekday()]}, {date_text(day.day)}"), said])
    return table(_("The days counted, that of the notice first"), [_("Day"), _("Counts as")], rows)


def counted_section(arithmetic: Arithmetic, zone: str) -> Section:
    """Until when the offer must stay open, and every day of it, counted or not."""
    facts = [Fact(_("Closes now"), instant_text(arithmetic.expires_at, zone))]
    if arithmetic.ends_at is not None:
        facts.append(Fact(_("Must be open until"), instant_text(arithmetic.ends_at, zone)))
    proposed = instant_text(arithmetic.proposed, zone) if arithmetic.must_move else _("The expiration can stay.")
    facts.append(Fact(_("Proposed"), proposed))
    return Section(
        _("How long it must stay open"), facts=facts, table=days_table(arithmetic) if arithmetic.days else None
    )


def amend_page_of(proposal: Proposal) -> Guarded[Amended | None]:
    """The guarded page again, about the files that were kept with a proposal; stale where they are read no longer."""
    files = kept_files(proposal)
    found, problems = content_of(files)
    if found is None or problems:
        return UnreadablePage(problems)
    return AmendPage(found, files)


class UnreadableForm(WantedForm):
    """Never valid: it says why the files of a proposal cannot be read."""

    def __init__(self, *args: Any, setting: Setting, problems: Sequence[Problem], **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        self.fields = {}
        self.problems = problems

    def clean(self) -> None:
        self.add_error(None, _("The files of this proposal can no longer be read. Propose the amendment anew."))
        for problem in self.problems:
            self.add_error(None, str(problem))


class UnreadablePage(Guarded[Amended | None]):
    """An amendment that was read when it was proposed and is not now: it can only be settled, with nothing done."""

    step = AMEND
    lede = gettext_lazy("What is wrong with the files is named below.")
    button = gettext_lazy("Amend the offer")
    approve_permission = APPROVE

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems

    def to_read(self, loaded: Loaded, proposal: Proposal) -> Sequence[Section]:
        return (files_section(loaded, proposal, None),)

    def form(self, data: Any, setting: Setting, initial: Mapping[str, Any]) -> WantedForm:
        return UnreadableForm(data, setting=setting, problems=self.problems)


class AmendPage(Guarded[Amended | None]):
    """The guarded page about one uploaded amendment; of one not yet proposed, `batch` has the files."""

    step = AMEND
    is_long = True
    letters = ("offer_amended",)
    lede = gettext_lazy("A new version of the terms and documents. Forms in force stay in force; everyone is told.")
    button = gettext_lazy("Amend the offer")
    approve_permission = APPROVE
    previews_at_once = False

    def __init__(
        self, content: OfferFile, uploaded: Sequence[tuple[str, bytes]], *, batch: UUID | None = None
    ) -> None:
        self.content, self.uploaded, self.batch = content, uploaded, batch
        self.source = str(batch) if batch else ""

    def place(self, code: str) -> str:
        return f"{self.step.url(code)}?batch={self.source}"

    def tidy(self) -> None:
        if self.batch is not None:
            discard(self.batch)

    def files(self) -> Sequence[tuple[str, bytes]]:
        return self.uploaded

    def to_read(self, loaded: Loaded, proposal: Proposal) -> Sequence[Section]:
        return (files_section(loaded, proposal, self.content),)

    def headline(self, setting: Setting, form: Any) -> str:
        kind = dict(CLASSIFICATIONS)[form.cleaned_data["classification"]]
        return _("Amend the offer: {kind}").format(kind=kind)

    def approve_by(self, setting: Setting, form: Any) -> datetime | None:
        """The last instant at which the notice still leaves the days that the kind of change wants."""
        expires_at = setting.loaded.timeline.expires_at
        if expires_at is None:
            return None
        return last_notice(
            Classification(form.cleaned_data["classification"]),
            expires_at=expires_at,
            to=form.cleaned_data["to"],
            calendar=calendar(),
        )

    def form(self, data: Any, setting: Setting, initial: Mapping[str, Any]) -> WantedForm:
        copies = self.copies(setting.loaded)
        return AmendForm(data, setting=setting, content=self.content, copies=copies, initial=initial)

    def copies(self, loaded: Loaded) -> Sequence[Section]:
        """What its proposer can open before proposing; an approver opens it from the proposal (`to_read`)."""
        if self.batch is None:
            return ()
        rows = copies_to_read(
            loaded, self.content, lambda n: reverse("staff:amend-changes", args=[loaded.offer.code, self.batch, n])
        )
        copies = table(
            _("Copies that show the changes"),
            [_("Copy"), _("What it is")],
            rows,
            empty=_("None is made: no document changes, or one in its place is among the files."),
        )
        return (Section(_("To read before you propose it"), table=copies),)

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Amended | None]:
        return amend_offer(
            code=setting.code,
            plain=self.content.as_plain(),
            documents=documents_of(self.content),
            change=form.cleaned_data["summary"],
            to=form.cleaned_data["to"],
            classification=Classification(form.cleaned_data["classification"]),
            actor=setting.actor,
            at=form.instant(),
            condition=chosen(form),
            overrides=overrides,
        )

    def describe(self, setting: Setting, form: Any, value: Amended | None) -> Preview:
        commences_at = setting.loaded.timeline.commences_at
        if value is None or commences_at is None:
            return Preview()
        zone, moved = setting.zone, value.expires_at != value.previous
        closes = instant_text(value.expires_at, zone) if moved else _("As it does now")
        late = late_paper_elections(setting.loaded, before=value.expires_at, since=value.previous) if moved else ()
        facts = [
            Fact(_("Makes"), _("Version {n} of the terms").format(n=value.amendment.version.number)),
            Fact(
                _("Kind of change"), str(value.amendment.get_classification_display()), more=_derived_text(form.wanted)
            ),
            Fact(_("Closes now"), instant_text(value.previous, zone)),
            Fact(_("Will close"), closes),
            Fact(_("Open in all"), days_between(commences_at, value.expires_at)),
            Fact(_("Letters"), shares_text(value.told), more=_("To everyone it reaches or reached, or who tendered.")),
            Fact(_("The letter says"), value.amendment.summary),
            *because_facts(form),
        ]
        if value.marked:
            facts.append(Fact(_("Copies that show the changes"), "\n".join(value.marked)))
        if late:
            more = _("By the new deadline, at their receipt: {numbers}").format(numbers=", ".join(late))
            facts.append(Fact(_("Late paper forms judged again"), shares_text(len(late)), more=more))
        so_far = tally(setting.loaded, setting.now)
        known = [
            Fact(_("Options tendered so far"), shares_text(so_far.tendered_grants)),
            Fact(_("Shares tendered so far"), shares_text(so_far.tendered_shares)),
        ]
        documents = value.amendment.version.documents.defer("body")
        tables = [changes_table(value.differences), documents_table(documents, linked=False)]
        if value.arithmetic.days:
            tables.append(days_table(value.arithmetic))
        return Preview(
            facts=facts,
            tables=tables,
            known=[
                *form.copies,
                Section(_("When it is announced"), facts=known),
                letters_section(setting.loaded, value.at),
            ],
            finality=[
                _("An amendment is announced and is never taken back; what it says can only be amended again."),
                _("Forms signed on the version before stand. Portal pages open on it must be reviewed again."),
                _("Whether a tendered option is still eligible is asked at acceptance, by the newest terms."),
            ],
        )

    def said(self, setting: Setting, value: Amended | None) -> str:
        number = value.amendment.version.number if value else ""
        return _("{code} is amended: version {n}.").format(code=setting.code, n=number)
