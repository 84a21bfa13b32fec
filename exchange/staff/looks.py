"""Every look of staff at a person's record is written down, in one place for the whole desk (`Desk.admin_view`).

What a page shows follows from its address: the row it names, and whose row that is. A page that shows many people is
one line that names none of them. A page that is not in these tables fails a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from exchange.audit.looks import record_list_look, record_look
from exchange.audit.models import AuditEvent
from exchange.documents.models import Paper
from exchange.elections.models import Form, Scan
from exchange.elections.models.mends import Mend
from exchange.grants.models import Cancellation, Grant
from exchange.notices.models import Message
from exchange.offers.models import CounselFlag
from exchange.people.models import Holder, Report, User
from exchange.settlement.models import Lapse, NewGrant, NotAccepted, Promise
from exchange.staff.actors import actor_of
from exchange.staff.edge import edge_of


@dataclass(frozen=True)
class Kind:
    """A model whose rows are of one person: what the look is called, the way to the person's key, the row's name."""

    what: str
    subject: str
    name: str = ""
    or_else: str = ""  # another way, where the first leads to nobody


OF_ONE: Mapping[type[Model], Kind] = {
    Holder: Kind("person", "employee_number"),
    User: Kind("account", "holder__employee_number", or_else="employee_number"),
    Report: Kind("report", "holder__employee_number"),
    Grant: Kind("option", "holder__employee_number", "grant_number"),
    Form: Kind("form", "holder__employee_number", "number"),
    Scan: Kind("scan", "form__holder__employee_number", "form__number"),
    Cancellation: Kind("cancelled_option", "grant__holder__employee_number", "grant_number"),
    NotAccepted: Kind("not_accepted", "holder__employee_number", "grant_number"),
    Promise: Kind("promise", "holder__employee_number", "number"),
    NewGrant: Kind("new_option", "holder__employee_number", "number"),
    Lapse: Kind("lapse", "line__promise__holder__employee_number", "grant_number"),
    Message: Kind("letter", "owner_key", "subject"),
    Paper: Kind("paper", "owner_key", "title"),
    AuditEvent: Kind("log", "chain", "kind"),
    CounselFlag: Kind("counsel", "subject"),
    Mend: Kind("form", "form__holder__employee_number", "form__number"),
}
# Pages beside the lists and records: the row that their address names.
PAGES_OF_ONE: Mapping[str, tuple[str, type[Model]]] = {
    "attach-scan": ("form_id", Form),
    "prepare-mend": ("form_id", Form),
    "mend": ("mend_id", Mend),
    "decide": ("form_id", Form),
    "cure-defect": ("form_id", Form),
    "reject-defect": ("form_id", Form),
    "ask-defect": ("form_id", Form),
    "waive-defect": ("form_id", Form),
    "judge-proof": ("form_id", Form),
    "scan": ("scan_id", Scan),
    "paper-pdf": ("paper_id", Paper),
    "retry": ("message_id", Message),
    "record-agreement": ("grant_id", NewGrant),
    "hold-promise": ("promise_id", Promise),
    "forbid-promise": ("promise_id", Promise),
    "allow-promise": ("promise_id", Promise),
    "answer-report": ("report_id", Report),
    "certificate": ("form_id", Form),
    "print-paper": ("holder_id", Holder),
    "account-owner": ("user_id", User),
}
# Of one person only once one is chosen, in the request; else a list.
PAPER_FORM = "paper-form"
# The same, of someone named by employee number; of nobody before. What the look is called.
PREVIEWS: Mapping[str, str] = {"letter-of-offer": "letter_preview", "paper-specimen": "paper_preview"}
PAGES_OF_MANY = frozenset(
    {
        "mends",
        "remind-now",
        "help",
        "export-file",
        "failed-letters",
        "defects",
        "proofs",
        "accept",
        "promises",
        "grant",
        "invite",
        "amend",
        "staged",
        "approval",
        "tendered",
        "watch",
        "adjusted",
        "import-marked",
        "remind-agreements",
        "statements",
        "check",
        "eligibility",
        "exceptions",
        "lift-exclusion",
        "agreement-mistake",
    }
)
PAGES_OF_NOBODY = frozenset(
    {
        "pool",
        "reminders",
        "letters-of-offer",
        "documents-of-offer",
        "paper-text",
        "write-document",
        "letter-preview",  # the frame of a page that was written down; nobody else has its address
        "close",
        "paper-progress",
        "retry-papers",
        "new-offer",
        "preflight",
        "imports",
        "import-progress",
        "step-progress",
        "edit-terms",
        "terms-file",
        "offer-documents",
        "index",
        "approvals",
        "proposal-file",
        "proposal-changes",
        "amend-changes",
        "conditions",
        "condition",
        "waive",
        "postpone",
        "dashboard",
        "results",
        "filing-fee",
        "exports",
        "open",
        "extend",
        "terminate",
        "document",
        "upload",
        "add-account",
        "exclude",  # of one person once one is named, who is then noted with `also`
    }
)
OWNER = "holder:"  # how the keys of letters, papers, chains and flags begin that are of one person


def also(request: HttpRequest, holder: Holder, what: str, called: str = "") -> None:
    """A page that shows someone whom its address does not name says so; it is written down with the look."""
    _others(request).add((holder.employee_number, what, called))


def _others(request: HttpRequest) -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = vars(request).setdefault("shown_besides", set())
    return found


def note(request: HttpRequest, kwargs: Mapping[str, Any]) -> None:
    """Write down whose record, or which list, is about to be shown."""
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    if name.endswith("_changelist"):
        _list(request, name.removesuffix("_changelist").split("_")[-1])
    elif name.endswith("_change"):
        model = _models().get(name.removesuffix("_change"))
        if model is not None:
            _one(request, OF_ONE[model], model, kwargs.get("object_id"))
    elif name in PAGES_OF_ONE:
        kwarg, model = PAGES_OF_ONE[name]
        _one(request, OF_ONE[model], model, kwargs.get(kwarg))
    elif name == PAPER_FORM:
        person = (request.POST if request.method == "POST" else request.GET).get("person", "")
        if person.isdigit():
            _one(request, Kind("paper_form", "employee_number"), Holder, person)
        else:
            _list(request, name)
    elif name in PREVIEWS:
        number = (request.POST if request.method == "POST" else request.GET).get("person", "").strip()
        key = Holder.objects.filter(employee_number=number).values_list("pk", flat=True).first() if number else None
        _one(request, Kind(PREVIEWS[name], "employee_number"), Holder, key)
    elif name in PAGES_OF_MANY:
        _list(request, name)
    for subject, what, called in sorted(_others(request)):
        record_look(subject=subject, what=what, name=called, **_viewer(request))


def _models() -> dict[str, type[Model]]:
    return {f"{model._meta.app_label}_{model._meta.model_name}": model for model in OF_ONE}


def _one(request: HttpRequest, kind: Kind, model: type[Model], key: object) -> None:
    """A row of one person; nothing where it is of nobody on file (an unknown person's form, a chain of the offer)."""
    of = Coalesce(F(kind.subject), F(kind.or_else)) if kind.or_else else F(kind.subject)
    wanted = {"of": of, **({"called": F(kind.name)} if kind.name else {})}
    row = model._default_manager.filter(pk=key).values(**wanted).first()
    subject = str(row["of"] or "") if row else ""
    if kind.subject in {"owner_key", "chain", "subject"}:
        subject = subject.removeprefix(OWNER) if subject.startswith(OWNER) else _of_form(subject)
    if subject and row:
        record_look(subject=subject, what=kind.what, name=str(row.get("called", "")), **_viewer(request))


def _of_form(subject: str) -> str:
    """Whose form, or whose exclusion, a flag for counsel is about."""
    if subject.startswith("exclusion:"):
        return subject.split(":", 2)[2]
    if not subject.startswith("form:"):
        return ""
    forms = Form.objects.filter(number=subject.removeprefix("form:"), holder__isnull=False)
    return forms.values_list("holder__employee_number", flat=True).first() or ""


def _list(request: HttpRequest, what: str) -> None:
    if isinstance(request.user, User):
        record_list_look(viewer=str(request.user.pk), what=what, **_viewer(request))


def _viewer(request: HttpRequest) -> dict[str, Any]:
    """Who looks, by name and group, and when by the true clock."""
    user = request.user
    groups = ", ".join(user.groups.order_by("name").values_list("name", flat=True)) if isinstance(user, User) else ""
    return {
        "by": str(user),
        "group": groups,
        "actor": actor_of(user),
        "at": edge_of(request).true_now,
    }
