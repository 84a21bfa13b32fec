"""The kinds of paper there are: for each its template, the template's version, and its title.

A version that has been issued is never edited: a change of wording is a new template file and a new version here.
Older papers name the template they were asked for, so they render as they would have then.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class PaperKind:
    template: str
    version: int
    title: Promise


KINDS: dict[str, PaperKind] = {
    "sample": PaperKind("documents/sample.v1.html", 1, _("Sample of a record")),
    "election_receipt": PaperKind("documents/election_receipt.v1.html", 1, _("Receipt for Election Form")),
    "withdrawal_receipt": PaperKind("documents/withdrawal_receipt.v1.html", 1, _("Receipt for Notice to Withdraw")),
    "form_not_in_force": PaperKind("documents/form_not_in_force.v1.html", 1, _("Record of form")),
    "promise_to_grant": PaperKind("documents/promise_to_grant.v1.html", 1, _("Promise to Grant")),
    "new_option": PaperKind("documents/new_option.v1.html", 1, _("Option Agreement")),
    "signed_agreement": PaperKind("documents/signed_agreement.v1.html", 1, _("Signed Option Agreement")),
    "audit_certificate": PaperKind("documents/audit_certificate.v1.html", 1, _("Audit certificate of form")),
}
