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
            ("edit_content", noop("May edit what letters and papers of an offer say")),
            ("approve_content", noop("May approve letters, papers and documents of an offer")),
            ("open_offer", noop("May open an offer")),
            ("extend_offer", noop("May extend an offer")),
            ("amend_offer", noop("May amend an offer")),
            ("terminate_offer", noop("May terminate an offer")),
            ("override_clock", noop("May override a clock rule with a written reason")),
            ("record_conditions", noop("May record that the event of a condition occurred")),
            ("waive_conditions", noop("May propose to waive a condition")),
            ("postpone_acceptance", noop("May propose to postpone acceptance")),
            ("exclude_from_offer", noop("May propose to exclude a person or an option from an offer, and to lift it")),
            ("approve_binding", noop("May approve or decline what another has proposed and binds the company")),
            ("record_forms", noop("May record paper forms and attach scans")),
            ("confirm_mends", noop("May confirm a colleague's new entry of a paper form that was copied wrongly")),
            ("judge_proofs", noop("May judge proofs of authority and of a changed name")),
            ("decide_defects", noop("May cure and reject defects, and set a day to cure them by")),
            ("waive_defects", noop("May waive a kind of defect for every holder alike")),
            ("accept_findings", noop("May accept what the checklist before opening finds, with a written reason")),
            ("accept_tenders", noop("May accept tenders, attesting that all paper forms are recorded")),
            ("issue_promises", noop("May issue Promises to Grant")),
            ("decide_prohibitions", noop("May decide whether the law forbids keeping a promise")),
            ("apply_corporate_actions", noop("May record splits and mergers")),
            ("grant_options", noop("May grant new options")),
            ("remind_agreements", noop("May remind holders to sign their option agreements")),
            ("issue_statements", noop("May make the final statements")),
            ("close_offer", noop("May close an offer")),
            ("retry_letters", noop("May have a letter tried again that was given up")),
            ("answer_reports", noop("May answer what people report as missing or wrong")),
            ("help_holders", noop("May look at the portal as a holder sees it, to help them; every look is logged")),
            ("manage_reminders", noop("May add and take away reminders, and send one now")),
            ("take_away", noop("May take results, exhibits and the audit trail away as files")),
        ]

    def __str__(self) -> str:
        return "duty"
