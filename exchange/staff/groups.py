"""Who may do what: HR prepares and proposes, counsel approves and overrides, an auditor reads all and writes nothing,
the help desk sees the portal as a holder does and little else.

Synchronised after every migrate; a group of another name is left alone.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.db import connections

HR, COUNSEL, AUDITOR, HELP_DESK = "HR", "Counsel", "Auditor", "Help desk"

# Every model that the desk shows; each group but the help desk may look at all of them.
SHOWN = (
    "audit.auditevent",
    "auth.group",
    "documents.paper",
    "elections.form",
    "elections.scan",
    "grants.cancellation",
    "grants.grant",
    "market.corporateaction",
    "notices.message",
    "offers.counselflag",
    "offers.offer",
    "people.holder",
    "people.report",
    "people.user",
    "settlement.acceptance",
    "settlement.lapse",
    "settlement.newgrant",
    "settlement.notaccepted",
    "settlement.promise",
)

DUTIES: Mapping[str, tuple[str, ...]] = {
    HR: (
        "load_offer",
        "edit_content",
        "import_facts",
        "invite_holders",
        "open_offer",
        "extend_offer",
        "amend_offer",
        "terminate_offer",
        "record_conditions",
        "waive_conditions",
        "postpone_acceptance",
        "exclude_from_offer",
        "record_forms",
        "confirm_mends",
        "judge_proofs",
        "decide_defects",
        "accept_tenders",
        "issue_promises",
        "apply_corporate_actions",
        "grant_options",
        "remind_agreements",
        "issue_statements",
        "close_offer",
        "retry_letters",
        "answer_reports",
        "help_holders",
        "manage_reminders",
        "take_away",
    ),
    COUNSEL: (
        "edit_content",
        "approve_content",
        "accept_findings",
        "open_offer",
        "extend_offer",
        "amend_offer",
        "terminate_offer",
        "record_conditions",
        "waive_conditions",
        "postpone_acceptance",
        "exclude_from_offer",
        "override_clock",
        "approve_binding",
        "confirm_mends",
        "judge_proofs",
        "decide_defects",
        "waive_defects",
        "decide_prohibitions",
        "take_away",
    ),
    HELP_DESK: ("help_holders",),
    AUDITOR: ("take_away",),
}


def permissions_of(group: str) -> set[str]:
    """The permissions of a group, as `app.codename`."""
    shown = SHOWN if group != HELP_DESK else ()
    views = {f"{label.split('.')[0]}.view_{label.split('.')[1]}" for label in shown}
    return views | {f"staff.{duty}" for duty in DUTIES[group]}


def synchronise(using: str = "default") -> None:
    """Give each group exactly its permissions; repeating it changes nothing."""
    from django.contrib.auth.models import Group, Permission

    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name in DUTIES:
        group, _created = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set([found[codename] for codename in sorted(permissions_of(name))])


def after_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Runs for this room; the permissions of rooms that `migrate` has not come to yet are made first."""
    tables = set(connections[using].introspection.table_names())
    if not {"auth_group_permissions", "django_content_type"} <= tables:
        return
    for label in {*(label.split(".")[0] for label in SHOWN), "staff"}:
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    synchronise(using)
