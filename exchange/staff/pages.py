"""Every page of the desk beside its lists: address, view, name, and the permission it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase

from exchange.staff.steps import AMEND, Step
from exchange.staff.views.accounts import add_account
from exchange.staff.views.agreements import record_agreement
from exchange.staff.views.amend_step import amend
from exchange.staff.views.decide import DECIDING, DefectPage, decide, guarded
from exchange.staff.views.defects import defects
from exchange.staff.views.documents import certificate, document, paper, retry
from exchange.staff.views.files import staged_files, upload
from exchange.staff.views.guarded import Guarded, view_of
from exchange.staff.views.home import home
from exchange.staff.views.invite_step import InvitePage
from exchange.staff.views.offer_steps import ExtendPage, OpenPage, TerminatePage
from exchange.staff.views.paper import paper_form
from exchange.staff.views.proofs import judge, proofs
from exchange.staff.views.reports import answer as answer_report
from exchange.staff.views.scans import attach, look
from exchange.staff.views.settlement_steps import AcceptPage, GrantPage, PromisePage


@dataclass(frozen=True)
class Page:
    route: str
    view: Callable[..., HttpResponseBase]
    name: str
    needs: str = ""


def _guarded(page: Guarded[Any]) -> Page:
    step: Step = page.step
    return Page(f"offer/<str:code>/{step.slug}/", view_of(page), step.slug, step.permission)


def _deciding(page: type[DefectPage]) -> Page:
    step = page.step
    route = f"forms/<uuid:form_id>/defects/<slug:defect>/{step.slug.removesuffix('-defect')}/"
    return Page(route, guarded(page), step.slug, step.permission)


GUARDED: tuple[Guarded[Any], ...] = (
    OpenPage(),
    ExtendPage(),
    TerminatePage(),
    AcceptPage(),
    PromisePage(),
    GrantPage(),
    InvitePage(),
)

PAGES: tuple[Page, ...] = (
    Page("", home, "index"),
    Page("defects/", defects, "defects", "elections.view_form"),
    *(_guarded(page) for page in GUARDED),
    Page(f"offer/<str:code>/{AMEND.slug}/", amend, AMEND.slug, AMEND.permission),
    Page("offer/<str:code>/paper-form/", paper_form, "paper-form", "staff.record_forms"),
    Page("forms/<uuid:form_id>/defects/<slug:defect>/", decide, "decide", "elections.view_form"),
    *(_deciding(page) for page in DECIDING),
    Page("forms/<uuid:form_id>/scan/", attach, "attach-scan", "staff.record_forms"),
    Page("proofs/", proofs, "proofs", "elections.view_form"),
    Page("forms/<uuid:form_id>/proof/", judge, "judge-proof", "staff.judge_proofs"),
    Page("scans/<uuid:scan_id>/", look, "scan", "elections.view_scan"),
    Page("new-options/<uuid:grant_id>/agreement/", record_agreement, "record-agreement", "staff.record_forms"),
    Page("forms/<uuid:form_id>/certificate.pdf", certificate, "certificate", "elections.view_form"),
    Page("documents/<uuid:document_id>/", document, "document", "offers.view_offer"),
    Page("papers/<uuid:paper_id>/pdf/", paper, "paper-pdf", "documents.view_paper"),
    Page("letters/<uuid:message_id>/retry/", retry, "retry", "staff.retry_letters"),
    Page("reports/<uuid:report_id>/answer/", answer_report, "answer-report", "staff.answer_reports"),
    Page("upload/<slug:kind>/", upload, "upload"),
    Page("files/<uuid:batch>/", staged_files, "staged"),
    Page("accounts/add/", add_account, "add-account"),
)
