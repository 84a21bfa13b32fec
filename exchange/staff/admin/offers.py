"""Offers: the list, and one offer with its terms in words, its timeline, its versions and documents."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from exchange.kernel.wording import instant_text
from exchange.offers.models import Offer, OfferEvent, OfferVersion
from exchange.offers.reads import Loaded, load, now_for
from exchange.staff import terms_words, words
from exchange.staff.actors import shown_actor
from exchange.staff.admin.base import ReadOnlyAdmin
from exchange.staff.edge import Edge, edge_for
from exchange.staff.parts import Cell, Link, Record, Section, instant_cell, table
from exchange.staff.steps import links_for, terms_links


class OfferAdmin(ReadOnlyAdmin[Offer]):
    slug = "offers"
    title = gettext_lazy("Offers")
    counted = ngettext_lazy("%(n)d offer", "%(n)d offers", "n")
    empty = gettext_lazy("No offer yet. Make one by form, or load a file of its terms.")
    list_display = ("code", "titled", "state", "commences", "closes")

    def prepare(self, rows: Sequence[Any], edge: Edge) -> None:
        true_now = edge.true_now
        for row in rows:
            row.loaded = load(row)
            row.now = now_for(row, true_now)

    def list_links(self, request: HttpRequest) -> Sequence[Link]:
        if not request.user.has_perm("staff.load_offer"):
            return ()
        return (
            Link(_("Make an offer"), reverse("staff:new-offer"), is_main=True),
            Link(_("Load an offer’s terms"), reverse("staff:upload", args=["terms"])),
        )

    @admin.display(description=gettext_lazy("Title"))
    def titled(self, row: Any) -> str:
        return str(row.loaded.terms.title)

    @admin.display(description=gettext_lazy("State"))
    def state(self, row: Any) -> Cell:
        state = row.loaded.timeline.state(row.now)
        return Cell(words.say(words.STATE, state), mark=words.MARKS.get(state, ""))

    @admin.display(description=gettext_lazy("Commences"))
    def commences(self, row: Any) -> Cell:
        return instant_cell(row.loaded.timeline.commences_at or row.loaded.terms.commences_at, row.loaded.zone)

    @admin.display(description=gettext_lazy("Closes"))
    def closes(self, row: Any) -> Cell:
        return instant_cell(row.loaded.timeline.expires_at or row.loaded.terms.expires_at, row.loaded.zone)

    def get_record_queryset(self) -> QuerySet[Offer]:
        return Offer.objects.prefetch_related("versions__documents", "versions__amendment")

    def record(self, row: Offer, request: HttpRequest) -> Record:
        edge = edge_for(request, row)
        loaded = edge.loaded or load(row)
        state = loaded.timeline.state(edge.now)
        tags = [Cell(words.say(words.STATE, state), mark=words.MARKS.get(state, "act"))]
        if row.is_replay:
            tags.append(Cell(_("Replay"), mark="time"))
        return Record(
            title=loaded.terms.title,
            kind=_("Offer {code}").format(code=row.code),
            tags=tags,
            links=[*links_for(request, loaded, edge.now), *terms_links(request, loaded)],
            sections=[
                _timeline(loaded),
                Section(_("Terms"), facts=terms_words.facts(loaded)),
                *[_version(version, loaded.zone) for version in reversed(row.versions.all())],
                Section(_("Company and contacts"), facts=terms_words.company_facts(loaded.terms.company)),
            ],
        )


def _timeline(loaded: Loaded) -> Section:
    rows = []
    for event in loaded.offer.events.select_related("event").order_by("number"):
        what = Cell(event.get_kind_display(), more=_said(event))
        rows.append([what, instant_cell(event.at, loaded.zone), _effect(event, loaded.zone), _by(event)])
    return Section(
        _("Timeline"),
        table=table(
            _("What was done to the offer, in order"),
            [_("What"), _("When"), _("Which means"), _("By")],
            rows,
            empty=_("Nothing yet: it is a draft. Opening it is the first step."),
        ),
    )


def _by(event: OfferEvent) -> Cell:
    """Who took the step; and who had proposed it, where it took two."""
    proposer = json.loads(event.event.payload).get("proposed_by", "")
    more = _("Proposed by {who}").format(who=shown_actor(proposer)) if proposer else ""
    return Cell(shown_actor(event.actor), more=more)


def _said(event: OfferEvent) -> str:
    """The written reasons that came with a step."""
    parts = [event.reason] if event.reason else []
    for override in json.loads(event.overrides) if event.overrides else []:
        rule = words.say(words.RULE, override["rule"])
        parts.append(_("Counsel overrode “{rule}”: {reason}").format(rule=rule, reason=override["reason"]))
    return " ".join(parts)


def _effect(event: OfferEvent, zone: str) -> str:
    parts = []
    if event.commences_at:
        parts.append(_("Commences {instant}.").format(instant=instant_text(event.commences_at, zone)))
    if event.expires_at:
        parts.append(_("Closes {instant}.").format(instant=instant_text(event.expires_at, zone)))
    return " ".join(parts)


def _version(version: OfferVersion, zone: str) -> Section:
    rows = [
        [
            Cell(document.title, url=reverse("staff:document", args=[document.pk])),
            words.document_kind(document.kind),
            Cell(document.sha256[:16] + "…", more=document.content_type),
        ]
        for document in version.documents.all()
    ]
    amendment = getattr(version, "amendment", None)
    made = _("Loaded {instant}. Digest of the terms: {digest}").format(
        instant=instant_text(version.created_at.replace(microsecond=0), zone), digest=version.terms_digest
    )
    return Section(
        _("Version {number}").format(number=version.number),
        text=f"{amendment.get_classification_display()}. {made}" if amendment else made,
        table=table(
            _("Documents of this version"),
            [_("Document"), _("Kind"), _("SHA-256")],
            rows,
            empty=_("No documents come with this version."),
        ),
    )
