"""One's own record: what is on file, who looked at it, and everything as one file to take along."""

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from exchange.interchange.held.archive import archive_of
from exchange.interchange.held.files import named
from exchange.portal import proof
from exchange.portal.present.record import download_page, looks_page, record_page
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, visiting


@require_safe
@visiting
def record(visit: Visit) -> HttpResponse:
    return show(visit, "record", record_page(visit), section="record")


@require_safe
@visiting
def looks(visit: Visit) -> HttpResponse:
    """Who of the staff looked, newest first."""
    asked = visit.request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return show(visit, "looks", looks_page(visit, max(1, number)), section="record")


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def download(visit: Visit) -> HttpResponseBase:
    """What the file has in it (GET), and the file (POST), both after a recent proof of identity."""
    if not proof.is_recent(visit.request):  # no deadline hangs on it, so it asks also once sent
        return proof.ask_again(visit.request)
    if visit.request.method != "POST":
        return show(visit, "download", download_page(visit), section="record")
    archive = archive_of(visit.holder, company=visit.loaded.terms.company.name, actor=visit.actor, at=visit.true_now)
    name = f"record-{named(visit.holder.employee_number)}-{visit.true_now.date().isoformat()}.zip"
    return FileResponse(archive.file, as_attachment=True, filename=name, content_type="application/zip")
