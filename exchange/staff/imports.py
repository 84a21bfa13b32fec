"""What each kind of file is, how a batch of it is read, and what applying it does, in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.elections.actions import record_forms
from exchange.elections.records import Submission
from exchange.interchange import apply
from exchange.interchange.apply import Applied, Correction, Source
from exchange.interchange.paper import read_paper_forms
from exchange.interchange.problems import Problem
from exchange.interchange.schemas import CORPORATE_ACTIONS, EMPLOYMENT_EVENTS, FORM_LINES, FORMS, GRANTS, PEOPLE
from exchange.interchange.tables import Column, Schema, read_table
from exchange.interchange.terms import load_terms
from exchange.kernel.results import Result
from exchange.kernel.shares import whole
from exchange.kernel.wording import shares_text
from exchange.market.models import CorporateAction
from exchange.market.reads import corporate_actions
from exchange.offers import terms as offer_terms
from exchange.offers.actions import DocumentFile, load_offer
from exchange.offers.reads import Loaded, load
from exchange.people.models import User
from exchange.settlement.models import PromiseLine
from exchange.settlement.reads import acceptance_of, shares_now
from exchange.staff import terms_words, words
from exchange.staff.attempt import Preview
from exchange.staff.parts import Cell, Fact, Table, table

R = TypeVar("R")
MOST_CHANGES = 100


@dataclass(frozen=True)
class Context:
    """Who applies, when, and for which offer; `correction` where a fact that a judgement used may change."""

    loaded: Loaded | None
    user: User
    actor: str
    at: datetime
    offer_at: datetime
    correction: Correction | None


@dataclass(frozen=True)
class Batch(Generic[R]):
    """Files as read: what is in them, or what is wrong with them."""

    content: R | None
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Upload:
    """One kind of upload. `labels` name its files, in order."""

    labels: Sequence[Any]
    lede: Any
    more_files: Any = ""
    needs_offer: bool = False
    schemas: Sequence[Schema[Any]] = ()

    def columns(self) -> Sequence[Table]:
        """The columns of each file, for whoever has none yet: what stands in each, and whether it may be missing."""
        return [
            table(
                _("{file}: its columns").format(file=label),
                [_("Column"), _("What stands in it"), _("May be missing")],
                [[column.name, column.expected(), _missing(column)] for column in schema.columns],
                is_folded=True,
            )
            for label, schema in zip(self.labels, self.schemas, strict=False)
        ]


def _missing(column: Column) -> str:
    if column.may_be_absent:
        return _("The column, or a cell of it")
    return _("A cell of it") if column.may_be_blank else ""


@dataclass(frozen=True, kw_only=True)
class Kind(Upload, Generic[R]):
    """One that is read, shown and applied in the request; people, events and options have pages of their own."""

    button: Any
    read: Callable[[Sequence[Path], Loaded | None], Batch[R]]
    act: Callable[[R, Context], Result[Any]]
    describe: Callable[[Any, R, Context], Preview]
    asks_code: bool = False
    title: Any = ""
    done: Any = ""


@dataclass(frozen=True)
class Rows:
    rows: Sequence[Any]
    source: Source


def _read_actions(paths: Sequence[Path], loaded: Loaded | None) -> Batch[Rows]:
    found = read_table(paths[0], CORPORATE_ACTIONS)
    return Batch(Rows(found.rows, Source(found.file, found.sha256)), found.problems)


def _apply_actions(content: Rows, context: Context) -> Result[Applied]:
    return apply.apply_corporate_actions(content.rows, source=content.source, actor=context.actor, at=context.at)


def _describe_actions(value: Applied, content: Rows, context: Context) -> Preview:
    known = {(a.effective_on, a.kind, a.new, a.old, a.successor) for a in corporate_actions()}
    labels = dict(CorporateAction.Kind.choices)
    rows: list[list[object]] = [
        [row.effective_on, str(labels[row.kind]), f"{row.new} : {row.old}", row.successor, row.note]
        for row in content.rows
    ]
    facts = [
        Fact(_("New"), shares_text(value.added)),
        Fact(_("On record already"), shares_text(value.unchanged)),
        *(_promised(context.loaded) if known else ()),
    ]
    heads = [_("Effective from the start of"), _("What"), _("New : old"), _("Successor"), _("Note")]
    return Preview(
        facts=facts,
        tables=[table(_("In the file"), heads, rows)],
        finality=[
            _("Every figure counts them from their effective dates: outstanding shares, promises, new options."),
            _("A recorded split or merger is never changed or removed."),
        ],
    )


def _promised(loaded: Loaded | None) -> list[Fact]:
    """What the open promises of the offer come to without and with what is on record once the file is applied."""
    acceptance = acceptance_of(loaded.offer) if loaded else None
    if loaded is None or acceptance is None:
        return []
    lines = list(PromiseLine.objects.filter(promise__offer=loaded.offer, new_grant__isnull=True, lapse__isnull=True))
    actions = corporate_actions()
    last = max((action.effective_on for action in actions), default=acceptance.on)
    after = sum(whole(shares_now(line, acceptance.on, last, actions)) for line in lines)
    return [
        Fact(_("Shares as promised"), shares_text(sum(line.shares for line in lines))),
        Fact(_("Shares with every split and merger counted"), shares_text(after)),
    ]


# An offer's terms


def _read_terms(paths: Sequence[Path], loaded: Loaded | None) -> Batch[Any]:
    found, problems = load_terms(paths[0])
    return Batch(found, problems)


def _load_terms(content: Any, context: Context) -> Result[Any]:
    return load_offer(
        plain=content.as_plain(),
        documents=[DocumentFile(d.kind, d.title, d.content_type, d.body) for d in content.documents],
        actor=context.actor,
        at=context.at,
    )


def _describe_terms(value: Any, content: Any, context: Context) -> Preview:
    version, is_new = value
    loaded = load(version.offer)
    what = _("Version {n}").format(n=version.number) if is_new else _("Nothing: these very terms are loaded already")
    documents = ", ".join(document.title for document in content.documents) or _("None")
    terms = offer_terms.from_plain(content.as_plain())
    return Preview(
        facts=[
            Fact(_("Makes"), what, more=_("of the draft {code}").format(code=version.offer.code)),
            Fact(_("Title"), terms.title),
            *terms_words.facts(loaded),
            *terms_words.company_facts(terms.company),
            Fact(_("Documents"), documents),
        ],
        finality=[_("A draft can be loaded again with other terms until it is opened.")],
    )


# Paper forms


def _read_forms(paths: Sequence[Path], loaded: Loaded | None) -> Batch[list[Submission]]:
    channels = loaded.terms.channels if loaded else frozenset()
    found, problems = read_paper_forms(paths[0], paths[1], channels=channels)
    return Batch(found, problems)


def _record(content: list[Submission], context: Context) -> Result[Any]:
    if context.loaded is None:
        raise RuntimeError("forms are recorded for an offer")
    offer = context.loaded.offer
    at = context.offer_at if offer.is_replay else None
    return record_forms(code=offer.code, submissions=content, recorded_by=context.user, actor=context.actor, at=at)


def _describe_forms(value: Any, content: list[Submission], context: Context) -> Preview:
    statuses = [judged.status for _form, judged in value.forms]
    rows: list[list[object]] = [
        [
            form.number,
            form.employee_number,
            form.get_kind_display(),
            Cell(
                words.say(words.STATUS, judged.status),
                mark=words.MARKS.get(judged.status, ""),
                more=", ".join(judged.defects),
            ),
        ]
        for form, judged in value.forms
    ]
    return Preview(
        facts=[
            Fact(_("Recorded"), shares_text(len(value.forms))),
            *(
                Fact(words.say(words.STATUS, status), shares_text(statuses.count(status)))
                for status in ("effective", "defective", "rejected")
            ),
            Fact(_("On record already"), shares_text(len(value.already))),
        ],
        tables=[
            table(
                _("Form by form"),
                [_("Form"), _("Employee number"), _("Kind"), _("Will be")],
                rows,
                most=MOST_CHANGES,
            )
        ],
        finality=[_("A recorded form is never changed or removed.")],
    )


KINDS: dict[str, Upload] = {
    "terms": Kind(
        labels=[gettext_lazy("The terms (offer.toml)")],
        lede=gettext_lazy(
            "Makes a draft offer, or a new version of one, of these terms and the documents that come with them."
        ),
        button=gettext_lazy("Make the draft"),
        read=_read_terms,
        act=_load_terms,
        describe=_describe_terms,
        title=gettext_lazy("The terms in words"),
        done=gettext_lazy("The draft is made. {said}"),
        more_files=gettext_lazy("Documents that the terms name"),
    ),
    "people": Upload(
        [gettext_lazy("The people file, CSV or XLSX")],
        gettext_lazy("People as they stood before all events. Rows that are there already and differ are changed."),
        schemas=[PEOPLE],
    ),
    "employment_events": Upload(
        [gettext_lazy("The employment events, CSV or XLSX")],
        gettext_lazy("Who left, came back, changed role or moved, and from which day."),
        schemas=[EMPLOYMENT_EVENTS],
    ),
    "grants": Upload(
        [gettext_lazy("The grants file, CSV or XLSX")],
        gettext_lazy("Every option of every holder, as the company’s register has it."),
        schemas=[GRANTS],
    ),
    "corporate_actions": Kind(
        labels=[gettext_lazy("The splits and mergers, CSV or XLSX")],
        lede=gettext_lazy("Splits, reverse splits, stock dividends and mergers, each from its effective date."),
        button=gettext_lazy("Apply the file"),
        schemas=[CORPORATE_ACTIONS],
        read=_read_actions,
        act=_apply_actions,
        describe=_describe_actions,
        asks_code=True,
    ),
    "forms": Kind(
        labels=[gettext_lazy("The forms, CSV or XLSX"), gettext_lazy("Their lines, CSV or XLSX")],
        lede=gettext_lazy("Many paper forms at once, in order of receipt, each judged by the day it was received."),
        button=gettext_lazy("Record the forms"),
        schemas=[FORMS, FORM_LINES],
        read=_read_forms,
        act=_record,
        describe=_describe_forms,
        needs_offer=True,
    ),
}
