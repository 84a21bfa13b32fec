"""`offer.toml`, read and checked: the terms of an offer as exact values, or every reason why they are not.

`load_terms` is the one door. Problems name a key by its dotted path (`new_award.ratio[2].from`, the first of several
being `[1]`); those of TOML itself name the line as their row.
"""

import difflib
import hashlib
import re
import tomllib
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, PlainValidator, ValidationError
from pydantic.fields import FieldInfo

from exchange.interchange.csv_file import decode
from exchange.interchange.problems import Problem, printable, shown
from exchange.interchange.records import UnreadableError
from exchange.interchange.terms_model import DEFAULT_CHANNELS, NOT_BUILT, Document, Terms, plain
from exchange.interchange.toml_values import Leaf, toml_text

MOST_BYTES = 1 << 20
MOST_DOCUMENT_BYTES = 1 << 26
CONTENT_TYPES = {".html": "text/html", ".htm": "text/html", ".pdf": "application/pdf"}
_LINE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class OfferDocumentFile:
    """A document that goes with the offer, with its bytes as they were read."""

    kind: str
    title: str
    file: str
    content_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class OfferFile:
    """The terms of one offer and the documents named in them."""

    terms: Terms
    documents: tuple[OfferDocumentFile, ...]

    @property
    def code(self) -> str:
        return self.terms.offer.code

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(self.terms.channels or self.terms.offer.channels or DEFAULT_CHANNELS)

    def as_plain(self) -> dict[str, Any]:
        """The terms as JSON-plain values in the shape of the file, defaults filled in.

        Decimals and fractions are strings, instants ISO 8601 in UTC, dates ISO. `channels` is always at the top, and
        each document has its `sha256`, so that the same terms are the same values, whatever order they came in.
        """
        result: dict[str, Any] = plain(self.terms)
        result["offer"].pop("channels", None)
        result["channels"] = list(self.channels)
        result["documents"] = [
            {"kind": item.kind, "title": item.title, "file": item.file, "sha256": item.sha256}
            for item in self.documents
        ]
        return result


def load_terms(path: Path | str, *, name: str | None = None) -> tuple[OfferFile | None, list[Problem]]:
    """Reads an offer's terms; either the offer or at least one problem. Never raises for what is in the file."""
    path = Path(path)
    reading = _Reading(name or path.name)
    raw = reading.parse(path)
    if raw is None:
        return None, reading.problems
    try:
        terms = Terms.model_validate(raw)
    except ValidationError as error:
        reading.report(error)
        return None, reading.problems
    reading.check_across(terms)
    documents = tuple(reading.documents(path.parent, terms.documents))
    if reading.problems:
        return None, reading.problems
    return OfferFile(terms, documents), []


class _Reading:
    """The reading of one file: its name and the problems found so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def problem(
        self,
        message: str,
        expected: str = "",
        *,
        row: int | None = None,
        path: str | None = None,
        value: object = None,
    ) -> None:
        text = None if value is None else toml_text(value)
        self.problems.append(Problem(self.name, row, path, text, expected, message))

    def parse(self, path: Path) -> dict[str, Any] | None:
        """The TOML of the file, or None with the problem said."""
        if path.suffix.lower() != ".toml":
            self.problem(_("the file's name does not end in .toml"), _("a .toml file"))
            return None
        try:
            if path.stat().st_size > MOST_BYTES:
                self.problem(_("the file is larger than {most} MB").format(most=MOST_BYTES >> 20))
                return None
            text = decode(path.read_bytes())
            return tomllib.loads(text)
        except FileNotFoundError:
            self.problem(_("there is no such file"))
        except OSError as error:
            self.problem(_("the file cannot be read: {error}").format(error=error.strerror or error))
        except UnreadableError as error:
            self.problem(error.message, error.expected, row=error.row)
        except tomllib.TOMLDecodeError as error:
            self._not_toml(str(error), text.count("\n") + 1)
        except (RecursionError, ValueError):
            # Nested beyond reason, or a number with more digits than Python will read.
            self.problem(_("the file is not TOML that can be read"))
        return None

    def _not_toml(self, detail: str, last_line: int) -> None:
        found = _LINE.search(detail)
        row = int(found.group(1)) if found and found.group(1) else last_line
        detail = printable(_LINE.sub("", detail))
        self.problem(_("this is not TOML: {detail}").format(detail=detail), row=row)

    def report(self, error: ValidationError) -> None:
        for item in error.errors(include_url=False):
            self._report_one(item["type"], item["loc"], item["input"], item.get("ctx") or {})

    def _report_one(self, kind: str, loc: tuple[int | str, ...], value: object, context: dict[str, Any]) -> None:
        path = _dotted(loc)
        if kind == "refused":
            below = str(context.get("below", ""))
            is_leaf = not below and not isinstance(value, dict | list)
            self.problem(context["message"], context["expected"], path=path + below, value=value if is_leaf else None)
        elif kind == "missing":
            self.problem(_("the key is missing"), _expected_at(loc), path=path)
        elif kind == "extra_forbidden":
            self._refuse_key(loc, path)
        else:
            found = _("a table") if isinstance(value, dict) else _("a list") if isinstance(value, list) else None
            message = _("{value} cannot stand here").format(value=found or shown(toml_text(value)))
            self.problem(message, _expected_at(loc), path=path, value=None if found else value)

    def _refuse_key(self, loc: tuple[int | str, ...], path: str) -> None:
        key = str(loc[-1])
        if key in NOT_BUILT:
            message = _("the key stands for {what}, and this kind of term is not yet built")
            self.problem(message.format(what=_(NOT_BUILT[key])), _("terms without it"), path=path)
            return
        if key == "channels":
            self.problem(_("the key is not known here"), _("channels under [offer], or above every table"), path=path)
            return
        model = _model_at(loc[:-1])
        keys = [field.alias or name for name, field in model.model_fields.items()] if model else []
        near = difflib.get_close_matches(key[:64], keys, n=1)
        message = _("the key is not known; did you mean {near}?") if near else _("the key is not known")
        expected = "" if near else _("one of {keys}").format(keys=", ".join(keys))
        self.problem(message.format(near="".join(near)), expected, path=path)

    def check_across(self, terms: Terms) -> None:
        """What must hold between one table and another."""
        first, least = terms.new_award.ratio[0].from_, terms.eligibility.minimum_exercise_price
        if first > least:
            message = _("prices from {least} to {value} are eligible and in no tier")
            self.problem(
                message.format(least=least, value=shown(first)),
                _("a first tier from the minimum exercise price"),
                path="new_award.ratio[1].from",
                value=first,
            )
        codes = [plan.code for plan in terms.plans]
        if codes and terms.new_award.plan not in codes:
            message = _("{value} is not among the plans").format(value=shown(terms.new_award.plan))
            expected = _("one of {choices}").format(choices=", ".join(codes))
            self.problem(message, expected, path="new_award.plan", value=terms.new_award.plan)
        if terms.channels is not None and terms.offer.channels is not None:
            message = _("the channels are given twice, here and above every table")
            self.problem(message, _("them once"), path="offer.channels")

    def documents(self, folder: Path, documents: Sequence[Document]) -> Iterator[OfferDocumentFile]:
        """The documents that can be read; a file is looked for beside the terms and nowhere above them."""
        root = folder.resolve()
        for number, document in enumerate(documents, start=1):
            path = f"documents[{number}].file"
            content_type = CONTENT_TYPES.get(Path(document.file).suffix.lower())
            if content_type is None:
                message = _("{value} is neither HTML nor PDF").format(value=shown(document.file))
                self.problem(message, _("a .html or .pdf file"), path=path, value=document.file)
                continue
            body = self._document_bytes(root, document.file, path)
            if body is None:
                continue
            if content_type == "application/pdf" and not body.startswith(b"%PDF-"):
                message = _("{value} is not a PDF, whatever its name says").format(value=shown(document.file))
                self.problem(message, _("a PDF"), path=path, value=document.file)
                continue
            if content_type == "text/html":
                try:
                    decode(body)
                except UnreadableError as error:
                    self.problem(
                        f"{shown(document.file)}: {error.message}", error.expected, path=path, value=document.file
                    )
                    continue
            yield OfferDocumentFile(document.kind, document.title, document.file, content_type, body)

    def _document_bytes(self, root: Path, file: str, path: str) -> bytes | None:
        expected = _("a file beside the terms, or in a folder there")
        found = (root / file).resolve()
        if Path(file).is_absolute() or not found.is_relative_to(root):
            message = _("{value} lies outside the folder of the terms")
        elif not found.is_file():
            message = _("there is no file {value}")
        elif found.stat().st_size > MOST_DOCUMENT_BYTES:
            message = _("{value} is larger than {most} MB")
        else:
            try:
                return found.read_bytes()
            except OSError:
                message = _("{value} cannot be read")
        message = message.format(value=shown(file), most=MOST_DOCUMENT_BYTES >> 20)
        self.problem(message, expected, path=path, value=file)
        return None


# Where a path leads in the models


def _dotted(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def _field_at(loc: tuple[int | str, ...]) -> tuple[FieldInfo | None, type[BaseModel] | None]:
    """The field a path ends at, and the model it holds, if it holds one."""
    model: type[BaseModel] | None = Terms
    field: FieldInfo | None = None
    for part in loc:
        if isinstance(part, int):
            continue
        fields = model.model_fields if model else {}
        field = next((item for name, item in fields.items() if part in {name, item.alias}), None)
        model = _model_in(field.annotation) if field else None
    return field, model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    origin = typing.get_origin(annotation)
    if origin in {list, typing.Union, UnionType}:
        return next(filter(None, map(_model_in, typing.get_args(annotation))), None)
    return None


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    return _field_at(loc)[1]


def _expected_at(loc: tuple[int | str, ...]) -> str:
    field, model = _field_at(loc)
    for item in field.metadata if field else ():
        if isinstance(item, PlainValidator) and isinstance(item.func, Leaf):
            return item.func.expected()
    is_list = field is not None and typing.get_origin(field.annotation) is list and not isinstance(loc[-1], int)
    if is_list:
        return _("a list of tables") if model else _("a list in square brackets")
    return _("a table") if model else _("a value")
