"""The addresses of the holder's pages. Everything of one offer stands under its code."""

from django.urls import path

from exchange.portal.views import agreements, compare, consent, elect, files, notices, pages, reports

app_name = "portal"
urlpatterns = [
    path("", pages.start, name="start"),
    path("offers/<str:code>/", pages.home, name="home"),
    path("offers/<str:code>/options/", pages.options, name="options"),
    path("offers/<str:code>/compare/", compare.compare, name="compare"),
    path("offers/<str:code>/choose/", elect.choose, name="choose"),
    path("offers/<str:code>/review/", elect.review, name="review"),
    path("offers/<str:code>/withdraw/", elect.withdraw, name="withdraw"),
    path("offers/<str:code>/consent/", consent.consent, name="consent"),
    path("offers/<str:code>/consent/sample.pdf", consent.sample, name="consent_sample"),
    path("offers/<str:code>/consent/withdraw/", consent.withdraw, name="withdraw_consent"),
    path("offers/<str:code>/on-paper/", consent.on_paper, name="on_paper"),
    path("offers/<str:code>/forms/", pages.history, name="history"),
    path("offers/<str:code>/forms/<uuid:pk>/", pages.form, name="form"),
    path("offers/<str:code>/forms/<uuid:pk>/done/", elect.done, name="done"),
    path("offers/<str:code>/forms/<uuid:pk>/receipt.pdf", files.receipt, name="receipt"),
    path("offers/<str:code>/outcome/", pages.outcome, name="outcome"),
    path("offers/<str:code>/promise/", pages.promise, name="promise"),
    path("offers/<str:code>/promise/promise.pdf", files.promise, name="promise_pdf"),
    path("offers/<str:code>/new-options/", pages.new_grants, name="new_grants"),
    path("offers/<str:code>/new-options/sign/", agreements.sign_all, name="sign_agreements"),
    path("offers/<str:code>/new-options/<uuid:pk>/sign/", agreements.sign_one, name="sign_agreement"),
    path("offers/<str:code>/new-options/<uuid:pk>/signed/", agreements.signed, name="agreement_signed"),
    path("offers/<str:code>/new-options/<uuid:pk>/agreement.pdf", files.agreement, name="agreement"),
    path("offers/<str:code>/new-options/<uuid:pk>/signed.pdf", files.signed_agreement, name="signed_agreement"),
    path("offers/<str:code>/notices/", notices.notices, name="notices"),
    path("offers/<str:code>/notices/<uuid:pk>/", notices.notice, name="notice"),
    path("offers/<str:code>/notices/<uuid:pk>/papers/<uuid:paper>/", notices.paper, name="notice_paper"),
    path("offers/<str:code>/reports/", reports.reports, name="reports"),
    path("offers/<str:code>/reports/wrong/", reports.wrong, name="report_wrong"),
    path("offers/<str:code>/reports/missing/", reports.missing, name="report_missing"),
    path("report/no-offer/", reports.no_offer, name="report_no_offer"),
    path("help/signing-in/", reports.no_sign_in, name="no_sign_in"),
    path("help/signing-in/sent/", reports.no_sign_in_sent, name="no_sign_in_sent"),
    path("offers/<str:code>/documents/", pages.documents, name="documents"),
    path("offers/<str:code>/documents/<uuid:pk>/", files.document, name="document"),
]
