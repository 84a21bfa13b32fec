"""The kinds of paper there are: for each its template, the template's version, and its title.

A version that has been issued is never edited: a change of wording is a new template file and a new version here.
Older papers name the template they were asked for, so they render as they would have then.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class PaperKind:
    template: str
    version: int
    title: Promise


KINDS: dict[str, PaperKind] = {
    "sample": PaperKind("documents/sample.v2.html", 2, _("Sample of a record")),
    "election_receipt": PaperKind("documents/election_receipt.v2.html", 2, _("Receipt for Election Form")),
    "withdrawal_receipt": PaperKind("documents/withdrawal_receipt.v2.html", 2, _("Receipt for Notice to Withdraw")),
    "form_not_in_force": PaperKind("documents/form_not_in_force.v2.html", 2, _("Record of form")),
    "promise_to_grant": PaperKind("documents/promise_to_grant.v2.html", 2, _("Promise to Grant")),
    "new_option": PaperKind("documents/new_option.v2.html", 2, _("Option Agreement")),
    "signed_agreement": PaperKind("documents/signed_agreement.v2.html", 2, _("Signed Option Agreement")),
    "final_statement": PaperKind("documents/final_statement.v1.html", 1, _("Final statement")),
    "marked_copy": PaperKind("documents/marked_copy.v1.html", 1, _("Document")),
    "audit_certificate": PaperKind("documents/audit_certificate.v2.html", 2, _("Audit certificate of form")),
    "election_form": PaperKind("documents/election_form.v1.html", 1, _("Paper Election Form")),
    "notice_form": PaperKind("documents/notice_form.v1.html", 1, _("Paper Notice to Withdraw")),
    "option_statement": PaperKind("documents/option_statement.v1.html", 1, _("Statement of options")),
    "adjustment_statement": PaperKind("documents/adjustment_statement.v1.html", 1, _("Statement of adjustments")),
}

STYLE: Final = "documents/paper.v2.css"
# The first versions of these templates keep the style sheet that they were issued with.
_FIRST_STYLE = "documents/paper.css"
_FIRST = frozenset(
    f"documents/{kind}.v1.html"
    for kind in (
        "sample",
        "election_receipt",
        "withdrawal_receipt",
        "form_not_in_force",
        "promise_to_grant",
        "new_option",
        "signed_agreement",
        "audit_certificate",
    )
)


def style_of(template: str) -> str:
    """The style sheet of a template; as a template, one that has been used is never edited."""
    return _FIRST_STYLE if template in _FIRST else STYLE
