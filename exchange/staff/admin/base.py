"""The one base of every list and record of the desk: to read, never to add, change or delete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from exchange.staff.edge import Edge, edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Head, Link, Record, Table, cell

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin
else:

    class ModelAdmin(admin.ModelAdmin):
        """Django's, which names its model in a subscript only for type checkers."""

        def __class_getitem__(cls, _model):
            return cls


@dataclass(frozen=True)
class Choice:
    text: str
    url: str
    is_selected: bool


class DeskList(ChangeList):
    """A page of rows. What a whole page needs is asked once for all of its rows (`ReadOnlyAdmin.prepare`)."""

    model_admin: "ReadOnlyAdmin[Any]"

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        self.edge = edge_of(request)
        self.choosing = self.model_admin.choosing(request, self.edge)
        for row in rows:
            row.desk_edge = self.edge
        if rows:
            self.model_admin.prepare(rows, self.edge)
        self.result_list = rows

    def table(self) -> Table:
        """The page's rows as the desk's own table; the first column leads to the record."""
        rows = []
        for row in self.result_list:
            cells = [cell(lookup_field(name, row, self.model_admin)[2]) for name in self.list_display]
            if not cells[0].url:
                cells[0] = replace(cells[0], url=record_url(row), tick=str(row.pk) if self.choosing else "")
            rows.append(cells)
        heads = []
        for index, head in enumerate(result_headers(self)):
            order = ("ascending" if head["ascending"] else "descending") if head.get("sorted") else ""
            is_number = bool(rows) and any(line[index].is_number for line in rows)
            heads.append(Head(capfirst(str(head["text"])), is_number, str(head.get("url_primary", "")), order))
        return Table(str(self.model_admin.title), heads, rows, str(self.model_admin.empty))

    def counted(self) -> str:
        """How many rows there are, in words."""
        return str(self.model_admin.counted % {"n": self.result_count})

    def filters(self) -> list[tuple[str, list[Choice]]]:
        """Every filter in words: its title, and its choices as links."""
        found = []
        for spec in self.filter_specs:
            name = getattr(spec, "field_path", "")
            title = self.model_admin.filter_titles.get(name, spec.title)
            choices = [
                Choice(str(choice["display"]), str(choice["query_string"]), bool(choice["selected"]))
                for choice in spec.choices(self)
            ]
            found.append((str(title), choices))
        return found

    def hidden(self) -> list[tuple[str, str]]:
        """What a search keeps: the filters and the order, not the page."""
        kept = {key: value for key, value in self.filter_params.items() if key not in {SEARCH_VAR, PAGE_VAR}}
        return [(key, item) for key, values in kept.items() for item in values]

    def pages(self) -> dict[str, Any]:
        """Where this page is, and the addresses of the one before and the one after."""
        last = self.paginator.num_pages
        before, after = self.page_num - 1, self.page_num + 1
        return {
            "number": self.page_num,
            "last": last,
            "before": self.get_query_string({PAGE_VAR: before}) if before >= 1 else "",
            "after": self.get_query_string({PAGE_VAR: after}) if after <= last else "",
        }


class ReadOnlyAdmin(ModelAdmin[M]):
    """A list and a record. Subclasses name their columns, and say in `record` what a row shows."""

    slug: ClassVar[str]
    title: ClassVar[Any]
    counted: ClassVar[Any]
    lede: ClassVar[Any] = ""
    empty: ClassVar[Any]
    search_label: ClassVar[Any] = ""
    filter_titles: ClassVar[Mapping[str, Any]] = {}
    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    change_list_template = "staff/list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        info = (self.opts.app_label, self.opts.model_name)
        view = self.admin_site.admin_view
        return [
            path("", view(require_safe(self.changelist_view)), name="{}_{}_changelist".format(*info)),
            path("<str:object_id>/", view(require_safe(self.record_view)), name="{}_{}_change".format(*info)),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeskList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"admin": self, "links": self.list_links(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def record_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One row as a page to read; 404 for what is not there, 403 without the permission."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            row = self.get_record_queryset().filter(pk=object_id).first()
        except (ValueError, ValidationError) as error:
            raise Http404 from error
        if row is None:
            raise Http404
        back = Link(str(self.title), list_url(self.model))
        return page(request, "staff/record.html", {"record": self.record(row, request), "back": back})

    # What subclasses say

    def prepare(self, rows: Sequence[M], edge: Edge) -> None:
        """Ask once for what the columns of a page of rows need."""

    def choosing(self, request: HttpRequest, edge: Edge) -> Link | None:
        """What can be done with the rows one ticks, and the page that does it; None where rows cannot be ticked."""
        return None

    def list_links(self, request: HttpRequest) -> Sequence[Link]:
        """What one can do from the list."""
        return ()

    def get_record_queryset(self) -> QuerySet[M]:
        return self.model._default_manager.all()

    def record(self, row: M, request: HttpRequest) -> Record:
        """What a row shows."""
        raise NotImplementedError


def record_url(row: Model) -> str:
    """The desk's page of a row."""
    return reverse(f"staff:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def list_url(model: type[Model]) -> str:
    """The desk's list of a model."""
    return reverse(f"staff:{model._meta.app_label}_{model._meta.model_name}_changelist")
