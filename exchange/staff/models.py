"""What staff may be allowed to do. No table: Django keeps a permission for each line of `Duty`."""

from django.db import models
from django.utils.translation import gettext_noop as noop


class Duty(models.Model):
    """Carries the permissions to act, one for each kind of page that changes something. It has no rows."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("load_offer", noop("May load an offer's terms")),
            ("import_facts", noop("May import people, employment events and options")),
            ("invite_holders", noop("May invite holders to sign in")),
            ("open_offer", noop("May open an offer")),
            ("extend_offer", noop("May extend an offer")),
            ("amend_offer", noop("May amend an offer")),
            ("terminate_offer", noop("May terminate an offer")),
            ("override_clock", noop("May override a clock rule with a written reason")),
            ("record_forms", noop("May record paper forms and attach scans")),
            ("judge_proofs", noop("May judge proofs of authority and of a changed name")),
            ("decide_defects", noop("May cure and reject defects, and set a day to cure them by")),
            ("waive_defects", noop("May waive a kind of defect for every holder alike")),
            ("accept_tenders", noop("May accept tenders, attesting that all paper forms are recorded")),
            ("issue_promises", noop("May issue Promises to Grant")),
            ("apply_corporate_actions", noop("May record splits and mergers")),
            ("grant_options", noop("May grant new options")),
            ("retry_letters", noop("May have a letter tried again that was given up")),
            ("answer_reports", noop("May answer what people report as missing or wrong")),
        ]

    def __str__(self) -> str:
        return "duty"
