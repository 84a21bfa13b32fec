"""Scans of paper forms: attaching one later, and looking at one, which the log notes."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from exchange.elections.models import Channel, Form, Scan
from exchange.elections.scans import attach_scan, open_scan
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.staff.actors import actor_of, is_own
from exchange.staff.edge import edge_for
from exchange.staff.forms_words import form_url
from exchange.staff.frame import page
from exchange.staff.parts import Link
from exchange.staff.scan_forms import ScanForm
from exchange.staff.steps import why_not_for_self


def look(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """The scan itself, as it was attached."""
    scan = get_object_or_404(Scan.objects.select_related("form__offer"), pk=scan_id)
    edge = edge_for(request, scan.form.offer)
    result = open_scan(scan=scan, actor=actor_of(request.user), at=edge.now)
    if isinstance(result, Refused):
        messages.error(request, sentence(result.reasons[0]))
        return HttpResponseRedirect(form_url(scan.form))
    response = HttpResponse(result.value.body, content_type=result.value.content_type)
    extension = result.value.content_type.rpartition("/")[2]
    response["Content-Disposition"] = f'inline; filename="{scan.sha256[:12]}.{extension}"'
    return response


def attach(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Attach a scan to a paper form that is on record."""
    form = get_object_or_404(
        Form.objects.exclude(channel=Channel.PORTAL).select_related("holder", "offer"), pk=form_id
    )
    if is_own(request.user, form.holder):
        raise PermissionDenied(why_not_for_self())
    scan_form = ScanForm(request.POST, request.FILES) if request.method == "POST" else ScanForm()
    problems: list[str] = []
    if request.method == "POST" and scan_form.is_valid():
        file = scan_form.file()
        if file is None:
            problems.append(_("Choose the file of the scan."))
        else:
            edge = edge_for(request, form.offer)
            result = attach_scan(form=form, file=file, actor=actor_of(request.user), at=edge.now)
            if isinstance(result, Refused):
                problems = [sentence(reason) for reason in result.reasons]
            else:
                messages.success(request, _("The scan is kept with form {number}.").format(number=form.number))
                return HttpResponseRedirect(form_url(form))
    return page(
        request,
        "staff/scan_form.html",
        {"form": scan_form, "record": form, "problems": problems, "back": Link(form.number, form_url(form))},
    )
