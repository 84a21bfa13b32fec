"""People: the list with who is eligible today, and one person with their status, options and forms."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.elections.consent import consent_of
from exchange.elections.models import Form
from exchange.elections.reads import HolderView, holder_view
from exchange.kernel.wording import date_text, instant_text
from exchange.offers import eligibility
from exchange.offers.reads import Loaded, ended_by
from exchange.people.models import EmploymentEvent, Holder, Invitation, Role
from exchange.people.reads import facts_of, sign_in_states, with_outcome, without_own_address
from exchange.people.rules import Status, status_on
from exchange.staff import words
from exchange.staff.actors import shown_actor
from exchange.staff.admin import reports
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.edge import Edge, edge_of
from exchange.staff.forms_words import form_rows
from exchange.staff.parts import Cell, Fact, Link, Record, Section, instant_cell, table
from exchange.staff.sign_in_words import sign_in_cell
from exchange.staff.steps import exclude_links, import_links, invite_url, paper_form_url, print_links


class HasForm(admin.SimpleListFilter):
    title = gettext_lazy("Forms")
    parameter_name = "forms"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Sent one")), ("no", gettext_lazy("Sent none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Holder]) -> QuerySet[Holder]:
        sent = Exists(Form.objects.filter(holder=OuterRef("pk"), offer=edge_of(request).offer))
        if self.value() == "yes":
            return queryset.filter(sent)
        if self.value() == "no":
            return queryset.filter(~sent)
        return queryset


class HasSignedIn(admin.SimpleListFilter):
    title = gettext_lazy("Sign-in")
    parameter_name = "sign_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("no", gettext_lazy("Not invited")),
            ("invited", gettext_lazy("Invited, not in yet")),
            ("yes", gettext_lazy("Signed in")),
            ("cannot", gettext_lazy("No address of their own")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Holder]) -> QuerySet[Holder]:
        invited = Exists(Invitation.objects.filter(holder=OuterRef("pk")))
        if self.value() == "no":
            return queryset.filter(~invited, user__last_login=None)
        if self.value() == "invited":
            return queryset.filter(invited, user__last_login=None)
        if self.value() == "cannot":
            return queryset.filter(pk__in=without_own_address().values("pk"))
        if self.value() == "yes":
            return queryset.filter(user__last_login__isnull=False)
        return queryset


class HolderAdmin(ReadOnlyAdmin[Holder]):
    slug = "people"
    title = gettext_lazy("People")
    counted = ngettext_lazy("%(n)d person", "%(n)d people", "n")
    empty = gettext_lazy("Nobody yet. Import the company’s people file.")
    search_label = gettext_lazy("Employee number, name or e-mail address")
    search_fields = ("employee_number", "legal_name", "name_on_agreement", "email")
    list_display = ("employee_number", "named", "role_today", "lives", "eligible", "signs_in")
    list_filter = (HasForm, HasSignedIn, "role", "residence_country")
    filter_titles = {"role": gettext_lazy("Role on file"), "residence_country": gettext_lazy("Country on file")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Holder]:
        return super().get_queryset(request).prefetch_related("employment_events")

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        states = sign_in_states(rows)
        for row in rows:
            row.sign_in = states[row.pk]
            facts = facts_of(row)
            day = edge.loaded.date_of(edge.now) if edge.loaded else edge.now.date()
            row.status = status_on(facts, day)
            loaded = edge.loaded
            row.reasons = eligibility.person_reasons(loaded.terms, loaded.exclusions, facts, day) if loaded else None

    def list_links(self, request: HttpRequest) -> Sequence[Link]:
        url = invite_url(request, edge_of(request))
        invite = [Link(_("Invite everyone eligible who is not in yet"), url)] if url else []
        return [*invite, *import_links(request, "people", "employment_events")]

    def choosing(self, request: HttpRequest, edge: Edge) -> Link | None:
        url = invite_url(request, edge)
        return Link(_("Invite those ticked"), url) if url else None

    @admin.display(description=gettext_lazy("Name"), ordering="legal_name")
    def named(self, row: Holder) -> Cell:
        return Cell(row.legal_name, more=row.department)

    @admin.display(description=gettext_lazy("Role today"))
    def role_today(self, row: Any) -> str:
        return _role(row.status)

    @admin.display(description=gettext_lazy("Lives in"))
    def lives(self, row: Any) -> str:
        return str(row.status.residence_country)

    @admin.display(description=gettext_lazy("Eligible today"))
    def eligible(self, row: Any) -> Cell:
        return eligible_cell(row.reasons)

    @admin.display(description=gettext_lazy("Sign-in"))
    def signs_in(self, row: Any) -> Cell:
        return sign_in_cell(row.sign_in, row.desk_edge.zone)

    def record(self, row: Holder, request: HttpRequest) -> Record:
        edge = edge_of(request)
        view = holder_view(edge.loaded.offer, row, edge.now) if edge.loaded else None
        facts = facts_of(row)
        day = edge.loaded.date_of(edge.now) if edge.loaded else edge.now.date()
        sections = [_about(row, status_on(facts, day)), _sign_in(row, edge), _history(row)]
        if view is not None:
            sections += [_consent(view.loaded, row), _options(view), _forms(view)]
        sections.append(_reports(row))
        links = (
            [Link(_("Record a paper form"), url, is_main=True)] if (url := paper_form_url(request, edge, row)) else []
        )
        if url := invite_url(request, edge):
            links.append(Link(_("Invite to sign in"), f"{url}?person={row.pk}"))
        links += print_links(request, edge, row)
        links += exclude_links(request, edge, row)
        return Record(
            title=row.legal_name,
            kind=row.employee_number,
            tags=[eligible_cell(view.person_reasons)] if view else [],
            lede=" ".join(words.say(words.PERSON, code) for code in view.person_reasons) if view else "",
            sections=sections,
            links=links,
        )


def _consent(loaded: Loaded, row: Holder) -> Section:
    """Whether the holder may sign in the portal, or signs on paper."""
    consent = consent_of(loaded.offer, row)
    at = instant_text(consent.last.at, loaded.zone) if consent.last else ""
    if consent.stands:
        told = _("Given on {at}: signs in the portal.").format(at=at)
    elif consent.is_withdrawn:
        told = _("Withdrawn on {at}: signs on paper.").format(at=at)
    elif consent.is_outdated:
        told = _("Given on {at} to an earlier wording; asked again before the next signature.").format(at=at)
    else:
        told = _("Not given. Asked before the first signature in the portal.")
    return Section(_("Consent to electronic records"), text=told)


def _role(status: Status) -> str:
    if not status.is_employed:
        return _("Not employed")
    return str(dict(Role.choices).get(status.role, status.role))


def eligible_cell(reasons: Sequence[str] | None) -> Cell:
    """Whether someone is eligible, with the reasons why not; a dash where there is no offer to ask about."""
    if reasons is None:
        return Cell("–")
    if not reasons:
        return Cell(_("Eligible"), mark="done")
    return Cell(_("Not eligible"), mark="lost", more=" ".join(words.say(words.PERSON, code) for code in reasons))


def _about(row: Holder, status: Status) -> Section:
    facts = [
        Fact(_("Name on the option agreements"), row.name_on_agreement),
        Fact(_("E-mail on file"), row.email or "–"),
        Fact(_("Role today"), _role(status), more=_("On file: {role}").format(role=row.get_role_display())),
        Fact(
            _("Lives in"),
            " ".join(part for part in (row.residence_state, status.residence_country) if part),
        ),
        Fact(_("Hired"), date_text(row.hired_on)),
    ]
    if row.terminated_on:
        facts.append(Fact(_("First day not employed"), date_text(row.terminated_on)))
    if row.department:
        facts.append(Fact(_("Department"), row.department))
    return Section(_("On file"), facts=facts)


def _sign_in(row: Holder, edge: Edge) -> Section:
    """Where the holder stands with signing in, and each invitation: when, by whom, to which address."""
    state = sign_in_cell(sign_in_states([row])[row.pk], edge.zone)
    rows = [
        [
            instant_cell(invitation.invited_at.replace(microsecond=0), edge.zone),
            shown_actor(invitation.invited_by),
            invitation.to_address,
            instant_cell(invitation.use.used_at.replace(microsecond=0), edge.zone)
            if hasattr(invitation, "use")
            else _("Not used; ends {at}").format(at=edge.instant(invitation.expires_at)),
        ]
        for invitation in row.invitations.select_related("use")
    ]
    made = table(
        _("Invitations; a newer one ends the earlier"),
        [_("Sent"), _("By"), _("To"), _("Link used")],
        rows,
        empty=_("Has not been invited to sign in."),
    )
    facts = [Fact(_("Sign-in"), state.text, more=state.more, mark=state.mark)]
    if row.user:
        facts.append(Fact(_("Account"), row.user.email))
    return Section(_("Signing in"), facts=facts, table=made)


def _history(row: Holder) -> Section:
    rows = []
    for event in row.employment_events.all():
        value = dict(Role.choices).get(event.value, event.value) if event.event == EmploymentEvent.Event.ROLE else ""
        rows.append([event.effective_on, event.get_event_display(), str(value) or event.value])
    return Section(
        _("Changes since"),
        table=table(
            _("Dated facts; the latest wins"),
            [_("From the start of"), _("What"), _("Value")],
            rows,
            empty=_("No changes on file."),
        ),
    )


def _options(view: HolderView) -> Section:
    rows = [
        [
            Cell(option.grant.grant_number, more=_pair(option.mates)),
            option.grant.grant_date,
            Cell(option.grant.plan, more=option.option_type),
            option.price,
            option.outstanding,
            Cell(_("Eligible"), mark="done")
            if option.is_eligible
            else Cell(
                _("Not eligible"), mark="lost", more=" ".join(words.say(words.OPTION, code) for code in option.reasons)
            ),
        ]
        for option in view.options
    ]
    total: list[object] = [
        _("Outstanding"),
        Cell(""),
        Cell(""),
        Cell(""),
        sum(option.outstanding for option in view.options),
        Cell(""),
    ]
    return Section(
        _("Options"),
        table=table(
            _("As they stand today, splits counted"),
            [_("Grant"), _("Granted"), _("Plan"), _("Exercise price"), _("Outstanding"), _("Option today")],
            rows,
            empty=_("No options on file."),
            total=total if rows else (),
        ),
    )


def _pair(mates: Sequence[str]) -> str:
    return _("Pair with {grants}").format(grants=", ".join(mates)) if mates else ""


def _forms(view: HolderView) -> Section:
    rows = form_rows(view.forms.until(ended_by(view.loaded)), view.loaded.zone)
    return Section(
        _("Forms in {offer}").format(offer=view.loaded.offer.code),
        table=table(
            _("In order of receipt; the last effective one counts"),
            [_("Form"), _("Kind"), _("Received"), _("Status")],
            rows,
            empty=_("No form has come in."),
        ),
    )


def _reports(row: Holder) -> Section:
    rows = [
        [
            Cell(f"{report.number}: {reports.title_of(report)}", url=record_url(report)),
            report.reported_at.date(),
            reports.state_cell(report),
        ]
        for report in with_outcome(row.reports.all())
    ]
    heads = [_("Report"), _("Received"), _("State")]
    return Section(
        _("What they reported"),
        table=table(_("As missing or wrong"), heads, rows, empty=_("They have reported nothing.")),
    )
