"""The checklist before opening, each check with what it found, and counsel's acceptance of it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.kernel.results import Refused, Result
from exchange.kernel.sentences import sentence
from exchange.offers.accepting import accept_findings
from exchange.offers.approving import approve_content
from exchange.offers.content import DOCUMENTS, Contents, documents_approved, documents_piece
from exchange.offers.findings import Weight
from exchange.offers.models import Offer
from exchange.offers.preflight import CHECKS, Check, Level, preflight
from exchange.offers.reads import Loaded
from exchange.people.reads import own_holders
from exchange.staff import checklist, words
from exchange.staff.actors import actor_of, shown_actor, user_of
from exchange.staff.admin.base import record_url
from exchange.staff.edge import edge_for
from exchange.staff.frame import page
from exchange.staff.parts import Cell, Link, instant_cell, table
from exchange.staff.steps import OPEN, link_to

ACCEPT, APPROVE = "staff.accept_findings", "staff.approve_content"
DOCUMENTS_APPROVED = "documents_approved"
PER_PAGE = 50


def preflight_page(request: HttpRequest, code: str) -> HttpResponse:
    """Every check with how it stands."""
    offer = get_object_or_404(Offer, code=code)
    edge = edge_for(request, offer)
    if edge.loaded is None:
        raise RuntimeError("an offer has terms")
    is_draft = edge.loaded.timeline.opened_at is None
    checks = preflight(edge.loaded, edge.now) if is_draft else []
    is_blocked = any(check.level is Level.BLOCKS for check in checks)
    open_url = link_to(request, OPEN, code) if is_draft else ""
    context = {
        "title": _("Checklist"),
        "offer": offer,
        "is_draft": is_draft,
        "summary": checklist.summary(checks),
        "is_blocked": is_blocked,
        "table": checklist.checklist_table(edge.loaded, checks) if is_draft else None,
        "links": [
            *([Link(str(OPEN.words), open_url, is_main=not is_blocked)] if open_url else []),
            Link(_("Eligibility"), reverse("staff:eligibility", args=[code])),
        ],
        "back": Link(code, record_url(offer)),
    }
    return page(request, "staff/preflight.html", context)


def check_page(request: HttpRequest, code: str, check: str) -> HttpResponse:
    """One check: what it found, row by row; counsel accepts what can be accepted, with a reason."""
    offer = get_object_or_404(Offer, code=code)
    if check not in CHECKS:
        raise Http404
    edge = edge_for(request, offer)
    if edge.loaded is None:
        raise RuntimeError("an offer has terms")
    problems: list[str] = []
    (found,) = preflight(edge.loaded, edge.now, only=check)
    if request.method == "POST":
        problems = _post(request, edge.loaded, edge.now if offer.is_replay else edge.true_now, found)
        if not problems:
            return HttpResponseRedirect(reverse("staff:preflight", args=[code]))
        (found,) = preflight(edge.loaded, edge.now, only=check)
    still_open = {finding.token for finding in found.open_findings}
    findings = sorted(found.findings, key=lambda finding: finding.token not in still_open)
    shown = Paginator(findings, PER_PAGE).get_page(request.GET.get("p"))
    is_draft = edge.loaded.timeline.opened_at is None
    can_be_accepted = is_draft and found.weight is Weight.ACCEPTABLE and bool(found.open_findings)
    rows = [
        [
            shown_actor(row.accepted_by),
            instant_cell(row.at.replace(microsecond=0), edge.zone),
            len(row.keys_accepted),
            row.reason,
        ]
        for row in found.acceptances
    ]
    context = {
        "title": checklist.title_of(found),
        "check": found,
        "found": checklist.found_text(found, edge.zone),
        "level": checklist.LEVEL[found.level],
        "mark": checklist.MARK[found.level],
        "to_do": checklist.TO_DO[check],
        "table": checklist.findings_table(found, list(shown), edge.zone),
        "shown": shown,
        "open_count": len(found.open_findings),
        "can_accept": can_be_accepted and request.user.has_perm(ACCEPT),
        "waits_for_counsel": can_be_accepted and not request.user.has_perm(ACCEPT),
        "never": found.weight is Weight.BLOCKING and found.is_gate,
        "accepted": table(_("Accepted"), [_("By"), _("When"), _("Findings"), _("Reason")], rows) if rows else None,
        "reason": request.POST.get("reason", ""),
        "problems": problems,
        "documents": _documents(request, edge.loaded) if is_draft and check == DOCUMENTS_APPROVED else None,
        "back": Link(_("Checklist"), reverse("staff:preflight", args=[code])),
    }
    return page(request, "staff/check.html", context)


def _post(request: HttpRequest, loaded: Loaded, at: datetime, found: Check) -> list[str]:
    """Accept the findings, or approve the documents; why not, where it was not done."""
    code, actor, shown = loaded.offer.code, actor_of(request.user), request.POST.get("shown", "")
    result: Result[Any]
    if found.code == DOCUMENTS_APPROVED:
        if not request.user.has_perm(APPROVE):
            raise PermissionDenied
        result = approve_content(code=code, wanted=[(DOCUMENTS, "", shown)], actor=actor, at=at)
    else:
        if not request.user.has_perm(ACCEPT):
            raise PermissionDenied
        if _is_of_own(request, found):
            return [_("One of these records is your own. Nobody decides for themselves; ask a colleague.")]
        reason = request.POST.get("reason", "")
        result = accept_findings(code=code, check=found.code, shown=shown, reason=reason, actor=actor, at=at)
    if isinstance(result, Refused):
        return [sentence(reason, loaded.zone) for reason in result.reasons]
    messages.success(request, _("Kept, under your name."))
    return []


def _documents(request: HttpRequest, loaded: Loaded) -> dict[str, Any] | None:
    """The documents of the newest version, for whoever may approve them; None where they are approved."""
    piece = documents_piece(loaded.version)
    missing = documents_approved(loaded.offer).missing
    if not any(item.area == DOCUMENTS for item in missing):
        return None
    rows = [
        [
            Cell(row.title, url=reverse("staff:document", args=[row.pk])),
            words.document_kind(row.kind),
            row.sha256[:16] + "…",
        ]
        for row in loaded.documents
    ]
    empty = _("No document comes with the offer. Approving says that none is to come with it.")
    heads = [_("Document"), _("Kind"), _("SHA-256")]
    is_own_work = actor_of(request.user) in Contents(loaded.offer).editors(piece)
    return {
        "digest": piece.digest,
        "can_approve": request.user.has_perm(APPROVE) and not is_own_work,
        "given_by": shown_actor(piece.edited_by),
        "table": table(_("Documents of version {n}").format(n=piece.number), heads, rows, empty=empty),
    }


def _is_of_own(request: HttpRequest, check: Check) -> bool:
    """Whether a finding is about whoever is signed in."""
    keys = {subject.key for item in check.open_findings for subject in item.subjects if subject.kind == "person"}
    return any(str(holder.pk) in keys for holder in own_holders(user_of(request.user)))
