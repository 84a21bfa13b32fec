"""Forms: the list with what each came to, and one form as it was signed, with all that was judged of it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.elections.models import Channel, Form, FormStatus, Judgement, Scan
from exchange.elections.proofs import PURPOSES
from exchange.elections.reads import Judged, forms_of_holders, judged_of, latest_judgements
from exchange.kernel.wording import instant_text, shares_text
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, ended_by, load, timeline_of
from exchange.staff import words
from exchange.staff.actors import is_own, shown_actor
from exchange.staff.admin.base import ReadOnlyAdmin, record_url
from exchange.staff.decided import form_links, form_sections
from exchange.staff.edge import Edge, edge_for
from exchange.staff.forms_words import defect_text, signed_text, status_cell
from exchange.staff.mended import all_entries, entry_sections, mend_links
from exchange.staff.parts import Cell, Fact, Link, Record, Section, instant_cell, table
from exchange.staff.steps import paper_links


class Status(admin.SimpleListFilter):
    title = gettext_lazy("Status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(FormStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Form]) -> QuerySet[Form]:
        if self.value() not in FormStatus.values:
            return queryset
        latest = Judgement.objects.filter(form=OuterRef("pk")).order_by("-number")
        return queryset.alias(status=Subquery(latest.values("status")[:1])).filter(status=self.value())


class FormAdmin(ReadOnlyAdmin[Form]):
    slug = "forms"
    title = gettext_lazy("Forms")
    counted = ngettext_lazy("%(n)d form", "%(n)d forms", "n")
    empty = gettext_lazy("No form has come in yet. Holders send them in the portal; staff record those on paper.")
    search_label = gettext_lazy("Form number, employee number or name")
    search_fields = ("number", "employee_number", "holder__legal_name", "signature_name")
    list_display = ("number", "person", "kind_and_channel", "received", "status")
    list_filter = (Status, "kind", "channel", "offer")
    filter_titles = {
        "kind": gettext_lazy("Kind"),
        "channel": gettext_lazy("Came by"),
        "offer": gettext_lazy("Offer"),
    }
    list_select_related = ("holder", "mending")
    ordering = ("-received_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Form]:
        return super().get_queryset(request).defer("record")

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        judgements = latest_judgements(rows)
        offers = Offer.objects.in_bulk({row.offer_id for row in rows})
        loaded = {pk: load(offer) for pk, offer in offers.items()}
        for pk, offer in offers.items():
            ids = {row.holder_id for row in rows if row.offer_id == pk and row.holder_id}
            ended = ended_by(loaded[pk])
            held = {holder_id: forms.until(ended) for holder_id, forms in forms_of_holders(offer, ids).items()}
            in_force = {forms.form_in_force.pk for forms in held.values() if forms.form_in_force}
            for row in rows:
                if row.offer_id == pk:
                    row.judged = judged_of(judgements[row.pk])
                    row.is_in_force = row.pk in in_force
                    row.is_after = row.holder_id in held and held[row.holder_id].is_recorded_after(row)
                    row.zone = loaded[pk].zone

    def list_links(self, request: HttpRequest) -> Sequence[Link]:
        return paper_links(request)

    @admin.display(description=gettext_lazy("From"), ordering="employee_number")
    def person(self, row: Any) -> Cell:
        return person_cell(row)

    @admin.display(description=gettext_lazy("Kind"), ordering="kind")
    def kind_and_channel(self, row: Any) -> Cell:
        return Cell(row.get_kind_display(), more=row.get_channel_display())

    @admin.display(description=gettext_lazy("Received"), ordering="received_at")
    def received(self, row: Any) -> Cell:
        return instant_cell(row.received_at, row.zone)

    @admin.display(description=gettext_lazy("Status"))
    def status(self, row: Any) -> Cell:
        is_mended = hasattr(row, "mending")
        return status_cell(
            row.judged, is_in_force=row.is_in_force, is_recorded_after=row.is_after, is_mended=is_mended
        )

    def get_record_queryset(self) -> QuerySet[Form]:
        return Form.objects.select_related("holder", "offer")

    def record(self, row: Form, request: HttpRequest) -> Record:
        edge = edge_for(request, row.offer)
        loaded = edge.loaded or load(row.offer)
        judgements = list(row.judgements.order_by("number"))
        judged = judged_of(judgements[-1])
        is_in_force = is_after = False
        if row.holder_id is not None:
            forms = forms_of_holders(row.offer, [row.holder_id])[row.holder_id].until(ended_by(loaded))
            found = forms.form_in_force
            is_in_force = found is not None and found.pk == row.pk
            is_after = forms.is_recorded_after(row)
        entries = all_entries(row)
        is_mended = entries[-1].pk != row.pk
        status = status_cell(judged, is_in_force=is_in_force, is_recorded_after=is_after, is_mended=is_mended)
        return Record(
            title=row.number,
            kind=row.get_kind_display(),
            links=[*form_links(row, request), *_links(row, request)],
            tags=[Cell(status.text, mark=status.mark)],
            sections=[
                _received(row, loaded),
                _defects(judged),
                *([_lines(row, judged)] if row.kind == "election" else []),
                *entry_sections(entries, loaded.zone),
                *form_sections(row, loaded.zone),
                _history(judgements, loaded),
                _acknowledged(row),
                *_files(row, entries, request, loaded.zone),
                _record(row),
            ],
        )


def person_cell(form: Form) -> Cell:
    """Who sent a form; where nobody of that number is on file, the number as it was written."""
    if form.holder is None:
        return Cell(form.employee_number or _("No number"), more=_("not on file"))
    return Cell(form.holder.legal_name, url=record_url(form.holder), more=form.employee_number)


def _received(row: Form, loaded: Loaded) -> Section:
    content = row.content()["form"]
    who = person_cell(row)
    facts = [
        Fact(_("From"), who.text, more=who.more, url=who.url),
        Fact(_("Received"), instant_text(row.received_at, loaded.zone), more=row.get_channel_display()),
        Fact(_("Signature"), row.signature_name or _("None")),
        Fact(_("Signed"), signed_text(row, loaded.zone)),
    ]
    if row.signer_capacity != "self":
        evidence = _("with evidence") if content["has_authority_evidence"] else _("without evidence")
        title = content["signer_title"] or _("no title")
        facts.append(Fact(_("Signed by"), words.say(words.CAPACITY, row.signer_capacity), more=f"{title}, {evidence}"))
    if content["has_name_change_proof"]:
        facts.append(Fact(_("Proof of a changed name"), _("Came with the form")))
    if content["is_conditional"]:
        facts.append(Fact(_("Conditions"), _("The signer set conditions")))
    for key, label in (("printed_name", _("Name in print")), ("email", _("E-mail")), ("address", _("Address"))):
        if content[key]:
            facts.append(Fact(label, content[key]))
    recorded = instant_text(row.recorded_at, loaded.zone)
    facts.append(Fact(_("Recorded"), recorded, more=_("by {actor}").format(actor=shown_actor(row.recorded_by))))
    return Section(_("As it was signed"), facts=facts)


def _defects(judged: Judged) -> Section:
    if not judged.defects:
        return Section(_("Defects of the form"), text=_("None."))
    return Section(
        _("Defects of the form"),
        table=table(
            _("Why it is not effective"),
            [_("Code"), _("What it means")],
            [[code, words.say(words.FORM, code)] for code in judged.defects],
        ),
    )


def _lines(row: Form, judged: Judged) -> Section:
    judged_lines = list(judged.lines)
    rows: list[list[object]] = []
    for index, line in enumerate(row.lines.all()):
        found = judged_lines[index] if index < len(judged_lines) else None
        if found is None:
            status = Cell("–", more=_("Not examined."))
        else:
            said = " ".join(defect_text(words.LINE, code) for code in found.defects)
            status = Cell(words.say(words.STATUS, found.status), mark=words.MARKS.get(found.status, ""), more=said)
        rows.append([line.grant_number, line.grant_date, line.exercise_price, line.shares, status])
    total: list[object] = [_("Listed"), Cell(""), Cell(""), sum(line.shares for line in row.lines.all()), Cell("")]
    return Section(
        _("Options listed"),
        table=table(
            _("As they stand on the form"),
            [_("Grant"), _("Granted"), _("Exercise price"), _("Shares"), _("Line")],
            rows,
            empty=_("The form lists no options."),
            total=total if rows else (),
        ),
    )


def _history(judgements: Sequence[Judgement], loaded: Loaded) -> Section:
    rows = []
    for judgement in judgements:
        judged = judged_of(judgement)
        rows.append(
            [
                words.say(words.CAUSE, judgement.cause),
                instant_cell(judgement.at, loaded.zone),
                status_cell(judged),
            ]
        )
    return Section(
        _("Judged"),
        table=table(_("Every judgement of this form; the last counts"), [_("Why"), _("At"), _("Result")], rows),
    )


def _links(row: Form, request: HttpRequest) -> list[Link]:
    return [*_steps(row, request), Link(_("Audit certificate (PDF)"), reverse("staff:certificate", args=[row.pk]))]


def _steps(row: Form, request: HttpRequest) -> list[Link]:
    if row.channel == Channel.PORTAL:
        return _proof_links(row, request)
    is_paper = row.channel != Channel.PORTAL
    if not is_paper or not request.user.has_perm("staff.record_forms") or is_own(request.user, row.holder):
        return []
    return [*mend_links(row, request), Link(_("Attach a scan"), reverse("staff:attach-scan", args=[row.pk]))]


def _proof_links(row: Form, request: HttpRequest) -> list[Link]:
    """To judging the proof that came with a form, for who may and while it may be."""
    may_judge = request.user.has_perm("staff.judge_proofs") and not is_own(request.user, row.holder)
    timeline = timeline_of(row.offer)
    has_ended = timeline.accepted_at is not None or timeline.terminated_at is not None
    if not may_judge or has_ended or not row.scans.filter(purpose__in=PURPOSES).exists():
        return []
    return [Link(_("Judge its proof"), reverse("staff:judge-proof", args=[row.pk]))]


def _files(row: Form, entries: Sequence[Form], request: HttpRequest, zone: str) -> list[Section]:
    """The scans of a paper form; of one signed in the portal its proof, where it came with one, and what was found."""
    if row.channel != Channel.PORTAL:
        return [_scans(entries, request, zone)]
    if not row.scans.exists():
        return []
    return [proof_section(row, request, zone), _findings(row, zone)]


def signed_by(form: Form) -> str:
    """In which capacity a form with a proof was signed."""
    if form.signer_capacity == "self":
        return _("The holder, under a changed name")
    return words.say(words.CAPACITY, form.signer_capacity)


def proof_section(row: Form, request: HttpRequest, zone: str) -> Section:
    may_look = request.user.has_perm("elections.view_scan")
    rows: list[list[object]] = [
        [
            Cell(
                _("Open it: {kind}, {n} bytes").format(kind=scan.content_type, n=shares_text(scan.size)),
                url=reverse("staff:scan", args=[scan.pk]) if may_look else "",
            ),
            scan.get_purpose_display(),
            instant_cell(scan.attached_at, zone),
            Cell(scan.sha256, more=_("salt {salt}").format(salt=scan.salt)),
        ]
        for scan in row.scans.defer("content")
    ]
    heads = [_("Proof"), _("Of what"), _("Received"), _("SHA-256 with salt")]
    return Section(_("Proof"), table=table(_("Every look at it is written to the log"), heads, rows))


def _findings(row: Form, zone: str) -> Section:
    rows: list[list[object]] = [
        [decision.get_verdict_display(), decision.reason, instant_cell(decision.at, zone), shown_actor(decision.actor)]
        for decision in row.proof_decisions.all()
    ]
    heads = [_("Finding"), _("Reason"), _("At"), _("By")]
    empty = _("Nobody has judged the proof yet.")
    return Section(_("What was found"), table=table(_("Every finding; the last counts"), heads, rows, empty=empty))


def _scans(entries: Sequence[Form], request: HttpRequest, zone: str) -> Section:
    """Every file kept with a paper form, whichever of its entries it was attached to."""
    may_look = request.user.has_perm("elections.view_scan")
    rows: list[list[object]] = [
        [
            Cell(
                _("{kind}, {n} bytes").format(kind=scan.content_type, n=shares_text(scan.size)),
                url=reverse("staff:scan", args=[scan.pk]) if may_look else "",
                more=scan.get_purpose_display(),
            ),
            instant_cell(scan.attached_at, zone),
            shown_actor(scan.attached_by),
            scan.sha256,
        ]
        for scan in Scan.objects.filter(form__in=entries).defer("content")
    ]
    heads = [_("File"), _("Attached"), _("By"), _("SHA-256")]
    return Section(
        _("Scans"),
        table=table(_("Every look at one is written to the log"), heads, rows, empty=_("No scan is attached.")),
    )


def _acknowledged(row: Form) -> Section:
    pairs = row.content()["form"]["acknowledgments"]
    text = "\n".join(text for _code, text in pairs) if pairs else _("On paper; its wording is on the form itself.")
    return Section(_("Acknowledged by signing"), text=text)


def _record(row: Form) -> Section:
    content = row.content()
    facts = [
        Fact(_("Offer"), content["offer"], more=_("version {n}").format(n=content["offer_version"])),
        Fact(_("Made against"), content["against"] or _("No form in force")),
        Fact(_("Digest of this record"), row.record_digest),
        Fact(_("Digest of the holder’s form before"), content["previous"] or _("This is the first")),
        Fact(_("Digest of the terms"), content["terms"]),
        Fact(_("Sealed by"), str(row.event), url=reverse("staff:audit_auditevent_change", args=[row.event_id])),
    ]
    return Section(_("The record"), facts=facts)
