"""The queue of defects: what is neither decided nor overtaken by a later form."""

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from exchange.settlement.reads import PROOF_UNJUDGED, undecided
from exchange.staff import words
from exchange.staff.admin.forms import person_cell
from exchange.staff.edge import edge_of
from exchange.staff.forms_words import form_url
from exchange.staff.frame import page
from exchange.staff.parts import Cell, instant_cell, table

PER_PAGE = 50


def defects(request: HttpRequest) -> HttpResponse:
    edge = edge_of(request)
    found = undecided(edge.loaded, edge.latest) if edge.loaded else []
    found = [item for item in found if item[1] != PROOF_UNJUDGED]  # they have a queue of their own
    paginator = Paginator(sorted(found, key=lambda item: item[0].received_at), PER_PAGE)
    shown = paginator.get_page(request.GET.get("p"))
    prefetch_related_objects([form for form, _text in shown], "holder")
    rows = []
    for form, text in shown:
        code, _space, grant = text.partition(" ")
        catalogue = words.LINE if grant else words.FORM
        rows.append(
            [
                Cell(form.number, url=form_url(form)),
                person_cell(form),
                instant_cell(form.received_at, edge.zone),
                Cell(_("Option {grant}").format(grant=grant) if grant else _("The form")),
                Cell(code, more=words.say(catalogue, code)),
            ]
        )
    heads = [_("Form"), _("From"), _("Received"), _("On"), _("Defect")]
    return page(
        request,
        "staff/defects.html",
        {"table": table(_("Defects"), heads, rows), "count": paginator.count, "shown": shown},
    )
