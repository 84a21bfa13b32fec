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
    "sample": PaperKind("documents/sample.v3.html", 3, _("Sample of a record")),
    "election_receipt": PaperKind("documents/election_receipt.v3.html", 3, _("Receipt for Election Form")),
    "withdrawal_receipt": PaperKind("documents/withdrawal_receipt.v3.html", 3, _("Receipt for Notice to Withdraw")),
    "form_not_in_force": PaperKind("documents/form_not_in_force.v3.html", 3, _("Record of form")),
    "promise_to_grant": PaperKind("documents/promise_to_grant.v3.html", 3, _("Promise to Grant")),
    "new_option": PaperKind("documents/new_option.v3.html", 3, _("Option Agreement")),
    "signed_agreement": PaperKind("documents/signed_agreement.v3.html", 3, _("Signed Option Agreement")),
    "final_statement": PaperKind("documents/final_statement.v2.html", 2, _("Final statement")),
    "marked_copy": PaperKind("documents/marked_copy.v2.html", 2, _("Document")),
    "audit_certificate": PaperKind("documents/audit_certificate.v3.html", 3, _("Audit certificate of form")),
    "election_form": PaperKind("documents/election_form.v2.html", 2, _("Paper Election Form")),
    "notice_form": PaperKind("documents/notice_form.v2.html", 2, _("Paper Notice to Withdraw")),
    "option_statement": PaperKind("documents/option_statement.v2.html", 2, _("Statement of options")),
    "adjustment_statement": PaperKind("documents/adjustment_statement.v2.html", 2, _("Statement of adjustments")),
}

STYLE: Final = "documents/paper.v3.css"
_FIRST_KINDS = (
    *("sample", "election_receipt", "withdrawal_receipt", "form_not_in_force", "promise_to_grant", "new_option"),
    *("signed_agreement", "audit_certificate"),
)
_LATER_KINDS = (
    *("final_statement", "marked_copy", "election_form", "notice_form", "option_statement", "adjustment_statement"),
)
# Earlier versions keep the style sheet that they were issued with.
_EARLIER_STYLES = {
    **{f"documents/{kind}.v1.html": "documents/paper.css" for kind in _FIRST_KINDS},
    **{f"documents/{kind}.v2.html": "documents/paper.v2.css" for kind in _FIRST_KINDS},
    **{f"documents/{kind}.v1.html": "documents/paper.v2.css" for kind in _LATER_KINDS},
}


def style_of(template: str) -> str:
    """The style sheet of a template; as a template, one that has been used is never edited."""
    return _EARLIER_STYLES.get(template, STYLE)
