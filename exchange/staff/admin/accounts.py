"""Accounts and groups: who can sign in, and what each group may do. Only the superuser makes staff accounts."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.kernel.wording import instant_text
from exchange.people.models import User
from exchange.people.reads import own_holders
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.edge import Edge, edge_of
from exchange.staff.groups import DUTIES
from exchange.staff.parts import Cell, Fact, Link, Record, Section


class Who(admin.SimpleListFilter):
    title = gettext_lazy("Who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        groups = [(f"group:{name}", name) for name in DUTIES]
        return [("staff", gettext_lazy("Staff")), *groups, ("holders", gettext_lazy("Holders of options"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "staff":
            return queryset.filter(is_staff=True)
        if (self.value() or "").startswith("group:"):
            return queryset.filter(groups__name=str(self.value()).removeprefix("group:"))
        if self.value() == "holders":
            return queryset.filter(holder__isnull=False)
        return queryset


class UserAdmin(ReadOnlyAdmin[User]):
    slug = "accounts"
    title = gettext_lazy("Accounts")
    counted = ngettext_lazy("%(n)d account", "%(n)d accounts", "n")
    empty = gettext_lazy("Nobody can sign in.")
    search_label = gettext_lazy("E-mail address or name")
    search_fields = ("email", "name")
    list_display = ("email", "name", "who", "last", "open")
    list_filter = (Who,)
    list_select_related = ("holder",)
    ordering = ("email",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        for row in rows:
            row.zone = edge.zone

    def list_links(self, request: HttpRequest) -> Sequence[Link]:
        if not getattr(request.user, "is_superuser", False):
            return ()
        return (Link(_("Add a staff account"), reverse("staff:add-account")),)

    @admin.display(description=gettext_lazy("Duty"))
    def who(self, row: User) -> Cell:
        return who_cell(row)

    @admin.display(description=gettext_lazy("Last signed in"), ordering="last_login")
    def last(self, row: Any) -> str:
        return instant_text(row.last_login.replace(microsecond=0), row.zone) if row.last_login else _("Never")

    @admin.display(description=gettext_lazy("Account"), ordering="is_active")
    def open(self, row: User) -> str:
        return _("Open") if row.is_active else _("Closed")

    def get_record_queryset(self) -> QuerySet[User]:
        return User.objects.select_related("holder").prefetch_related("groups")

    def record(self, row: User, request: HttpRequest) -> Record:
        may = who_cell(row)
        last = instant_text(row.last_login, edge_of(request).zone) if row.last_login else _("Never")
        facts = [
            Fact(_("Name"), row.name or "–"),
            Fact(_("Duty"), may.text, more=may.more),
            Fact(_("Last signed in"), last),
            Fact(_("Account"), _("Open") if row.is_active else _("Closed")),
        ]
        holder = row.holder if hasattr(row, "holder") else None
        if row.is_staff:
            facts.append(Fact(_("Employee number"), owner_text(row)))
            holder = holder or own_holders(row).first()
        if holder is not None:
            facts.append(Fact(_("Holds options as"), str(holder), url=record_url(holder)))
        return Record(
            title=row.email,
            kind=_("Account"),
            sections=[Section(_("The account"), facts=facts)],
            links=self._links(row, request),
        )

    def _links(self, row: User, request: HttpRequest) -> Sequence[Link]:
        if not row.is_staff or not getattr(request.user, "is_superuser", False):
            return ()
        return (Link(_("Say whose account it is"), reverse("staff:account-owner", args=[row.pk])),)


def owner_text(row: User) -> str:
    """Whose a staff account is, as far as anybody said."""
    if row.is_no_employee:
        return _("No employee")
    number: str = row.holder.employee_number if hasattr(row, "holder") else row.employee_number
    return number or _("Nobody has said whose account this is")


def who_cell(row: User) -> Cell:
    """What an account is for: its groups, or a holder's own affairs."""
    groups = ", ".join(sorted(group.name for group in row.groups.all()))
    holds = _("holds options") if hasattr(row, "holder") else ""
    if row.is_superuser:
        return Cell(_("Makes staff accounts, and may do everything"), more=holds)
    if row.is_staff:
        return Cell(groups or _("Staff without a group: sees nothing"), more=holds)
    return Cell(_("Sees and tenders their own options") if holds else _("Nothing"))


class GroupAdmin(ReadOnlyAdmin[Group]):
    slug = "groups"
    title = gettext_lazy("Groups")
    counted = ngettext_lazy("%(n)d group", "%(n)d groups", "n")
    lede = gettext_lazy("What each group may do is set by the product, and set again whenever it is updated.")
    empty = gettext_lazy("No groups.")
    list_display = ("name", "duties")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related("permissions__content_type")

    @admin.display(description=gettext_lazy("May act"))
    def duties(self, row: Group) -> str:
        return " ".join(f"{_(duty)}." for duty in acts(row)) or _("Reads; changes nothing.")

    def get_record_queryset(self) -> QuerySet[Group]:
        return Group.objects.prefetch_related("permissions__content_type")

    def record(self, row: Group, request: HttpRequest) -> Record:
        seen = sorted(
            permission.content_type.name
            for permission in row.permissions.all()
            if permission.codename.startswith("view_")
        )
        members = row.user_set.order_by("email")
        sections = [
            Section(_("May act"), text="\n".join(_(duty) for duty in acts(row)) or _("Reads; changes nothing.")),
            Section(_("May read"), text=", ".join(seen)),
            Section(_("Members"), text="\n".join(user.email for user in members) or _("Nobody.")),
        ]
        return Record(title=row.name, kind=_("Group"), sections=sections)


def acts(group: Group) -> list[str]:
    """The duties of a group, in the words of its permissions."""
    return sorted(p.name for p in group.permissions.all() if p.content_type.app_label == "staff")
