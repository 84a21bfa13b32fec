"""Every page of the desk beside its lists: address, view, name, and the permission it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase

from exchange.staff.steps import ADJUSTED, AMEND, POOL, TENDERED, WATCH, Step
from exchange.staff.views import law
from exchange.staff.views.accounts import account_owner, add_account
from exchange.staff.views.adjusted import adjusted
from exchange.staff.views.agreements import record_agreement
from exchange.staff.views.amend_step import amend, amend_changes
from exchange.staff.views.approvals import approval
from exchange.staff.views.approvals_list import approvals
from exchange.staff.views.closing_steps import ClosePage, RemindPage, StatementsPage
from exchange.staff.views.condition_steps import ConditionPage, PostponePage, WaivePage, condition_list
from exchange.staff.views.dashboard import dashboard
from exchange.staff.views.decide import DECIDING, DefectPage, decide, guarded
from exchange.staff.views.defects import defects
from exchange.staff.views.documents import certificate, document, paper, print_for, retry
from exchange.staff.views.documents_of_offer import documents_of_offer, paper_specimen, paper_text, write_document
from exchange.staff.views.eligibility import eligibility_page
from exchange.staff.views.exclude_steps import ExcludePage, LiftPage, exceptions
from exchange.staff.views.exports import export_file, exports
from exchange.staff.views.failed_letters import failed_letters
from exchange.staff.views.fee import filing_fee
from exchange.staff.views.files import staged_files, upload
from exchange.staff.views.guarded import Guarded
from exchange.staff.views.helping import help_desk
from exchange.staff.views.home import home
from exchange.staff.views.imports import annotated_file, import_list, progress
from exchange.staff.views.invite_step import InvitePage
from exchange.staff.views.letters_of_offer import letter_of_offer, letter_preview, letters_of_offer
from exchange.staff.views.make_offer import edit_terms, new_offer, offer_documents, terms_file
from exchange.staff.views.making_papers import paper_progress, retry_papers
from exchange.staff.views.mend import mend, mends
from exchange.staff.views.mend import prepare as prepare_mend
from exchange.staff.views.offer_steps import ExtendPage, OpenPage, TerminatePage
from exchange.staff.views.paper import paper_form
from exchange.staff.views.pool import pool
from exchange.staff.views.preflight import check_page, preflight_page
from exchange.staff.views.proofs import judge, proofs
from exchange.staff.views.proposal_files import proposal_changes, proposal_file
from exchange.staff.views.reminders import RemindNowPage, reminders
from exchange.staff.views.reports import answer as answer_report
from exchange.staff.views.results import results
from exchange.staff.views.scans import attach, look
from exchange.staff.views.settlement_steps import AcceptPage, GrantPage, PromisePage
from exchange.staff.views.step_progress import step_progress
from exchange.staff.views.tendered import tendered
from exchange.staff.views.unsign_step import UnsignPage
from exchange.staff.views.visit import view_of
from exchange.staff.views.watch import watch


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


def _law(page: type[law.LawPage]) -> Page:
    step = page.step
    return Page(f"promises/<uuid:promise_id>/{step.slug}/", law.guarded(page), step.slug, step.permission)


def _reading(step: Step, view: Callable[..., HttpResponseBase]) -> Page:
    return Page(f"offer/<str:code>/{step.slug}/", view, step.slug, step.permission)


GUARDED: tuple[Guarded[Any], ...] = (
    OpenPage(),
    ExtendPage(),
    TerminatePage(),
    ConditionPage(),
    WaivePage(),
    PostponePage(),
    ExcludePage(),
    LiftPage(),
    AcceptPage(),
    PromisePage(),
    RemindNowPage(),
    GrantPage(),
    InvitePage(),
    RemindPage(),
    UnsignPage(),
    StatementsPage(),
    ClosePage(),
)

PAGES: tuple[Page, ...] = (
    Page("", home, "index"),
    Page("conditions/", condition_list, "conditions", "offers.view_offer"),
    Page("approvals/", approvals, "approvals", "offers.view_offer"),
    Page("approvals/<uuid:proposal_id>/", approval, "approval", "offers.view_offer"),
    Page("approvals/<uuid:proposal_id>/files/<int:position>/", proposal_file, "proposal-file", "offers.view_offer"),
    Page(
        "approvals/<uuid:proposal_id>/files/<int:number>/changes/",
        proposal_changes,
        "proposal-changes",
        "offers.view_offer",
    ),
    Page("dashboard/", dashboard, "dashboard", "elections.view_form"),
    Page("results/", results, "results", "elections.view_form"),
    Page("filing-fee/", filing_fee, "filing-fee", "elections.view_form"),
    Page("exports/", exports, "exports", "staff.take_away"),
    Page("exports/<uuid:export_id>/", export_file, "export-file", "staff.take_away"),
    Page("defects/", defects, "defects", "elections.view_form"),
    *(_guarded(page) for page in GUARDED),
    Page("attempts/<uuid:attempt_id>/", step_progress, "step-progress", "offers.view_offer"),
    Page("offer/new/", new_offer, "new-offer", "staff.load_offer"),
    Page("offer/<str:code>/terms/", edit_terms, "edit-terms", "staff.load_offer"),
    Page("offer/<str:code>/terms.toml", terms_file, "terms-file", "offers.view_offer"),
    Page("offer/<str:code>/checklist/", preflight_page, "preflight", "offers.view_offer"),
    Page("offer/<str:code>/checklist/<slug:check>/", check_page, "check", "people.view_holder"),
    Page("offer/<str:code>/eligibility/", eligibility_page, "eligibility", "people.view_holder"),
    Page("offer/<str:code>/exceptions/", exceptions, "exceptions", "people.view_holder"),
    Page("offer/<str:code>/documents/", offer_documents, "offer-documents", "staff.load_offer"),
    Page("offer/<str:code>/content/", documents_of_offer, "documents-of-offer", "offers.view_offer"),
    Page("offer/<str:code>/content/write/", write_document, "write-document", "offers.view_offer"),
    Page("offer/<str:code>/content/<slug:kind>/", paper_text, "paper-text", "offers.view_offer"),
    Page("offer/<str:code>/content/<slug:kind>/specimen/", paper_specimen, "paper-specimen", "people.view_holder"),
    Page("offer/<str:code>/letters/", letters_of_offer, "letters-of-offer", "offers.view_offer"),
    Page("offer/<str:code>/letters/<slug:kind>/", letter_of_offer, "letter-of-offer", "offers.view_offer"),
    Page("offer/<str:code>/letters/<slug:kind>/preview/", letter_preview, "letter-preview", "people.view_holder"),
    Page(f"offer/<str:code>/{AMEND.slug}/", amend, AMEND.slug, AMEND.permission),
    Page(
        f"offer/<str:code>/{AMEND.slug}/<uuid:batch>/changes/<int:number>/",
        amend_changes,
        "amend-changes",
        AMEND.permission,
    ),
    _reading(TENDERED, tendered),
    _reading(WATCH, watch),
    _reading(ADJUSTED, adjusted),
    _reading(POOL, pool),
    *(_law(page) for page in law.DECIDING),
    Page("offer/<str:code>/paper-form/", paper_form, "paper-form", "staff.record_forms"),
    Page("forms/<uuid:form_id>/defects/<slug:defect>/", decide, "decide", "elections.view_form"),
    *(_deciding(page) for page in DECIDING),
    Page("forms/<uuid:form_id>/mend/", prepare_mend, "prepare-mend", "staff.record_forms"),
    Page("offer/<str:code>/reminders/", reminders, "reminders", "offers.view_offer"),
    Page("help/", help_desk, "help", "staff.help_holders"),
    Page("entries/", mends, "mends", "elections.view_form"),
    Page("entries/<uuid:mend_id>/", mend, "mend", "elections.view_form"),
    Page("forms/<uuid:form_id>/scan/", attach, "attach-scan", "staff.record_forms"),
    Page("proofs/", proofs, "proofs", "elections.view_form"),
    Page("forms/<uuid:form_id>/proof/", judge, "judge-proof", "staff.judge_proofs"),
    Page("scans/<uuid:scan_id>/", look, "scan", "elections.view_scan"),
    Page("new-options/<uuid:grant_id>/agreement/", record_agreement, "record-agreement", "staff.record_forms"),
    Page("forms/<uuid:form_id>/certificate.pdf", certificate, "certificate", "elections.view_form"),
    Page("people/<int:holder_id>/print/<slug:kind>.pdf", print_for, "print-paper", "staff.record_forms"),
    Page("documents/<uuid:document_id>/", document, "document", "offers.view_offer"),
    Page("papers/<uuid:paper_id>/pdf/", paper, "paper-pdf", "documents.view_paper"),
    Page("making-papers/", paper_progress, "paper-progress", "documents.view_paper"),
    Page("making-papers/retry/", retry_papers, "retry-papers", "staff.retry_letters"),
    Page("failed-letters/", failed_letters, "failed-letters", "notices.view_message"),
    Page("letters/<uuid:message_id>/retry/", retry, "retry", "staff.retry_letters"),
    Page("reports/<uuid:report_id>/answer/", answer_report, "answer-report", "staff.answer_reports"),
    Page("upload/<slug:kind>/", upload, "upload"),
    Page("files/", import_list, "imports", "staff.import_facts"),
    Page("files/<uuid:batch>/", staged_files, "staged"),
    Page("files/<uuid:batch>/progress/", progress, "import-progress"),
    Page("files/<uuid:batch>/marked.xlsx", annotated_file, "import-marked"),
    Page("accounts/add/", add_account, "add-account"),
    Page("accounts/<int:user_id>/owner/", account_owner, "account-owner"),
)
