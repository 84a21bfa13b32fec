"""What is held about a person in rows: for each table its file, what it says, its rows and its columns, by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import AuditEvent
from exchange.elections.models import ElectronicConsent, Form, FormLine, Judgement, ProofDecision, Scan
from exchange.elections.models.decisions import CureEvidence, CureRequest, Decision
from exchange.elections.models.mends import Mend, MendDecision, Mending
from exchange.grants.models import Cancellation, Grant
from exchange.notices.models import Message
from exchange.offers.models import CounselFlag, Exclusion, ExclusionLifted
from exchange.people.models import EmploymentEvent, Holder, Invitation, Report, ReportAnswer, User
from exchange.settlement.models import (
    AgreementMistake,
    AgreementSignature,
    Lapse,
    NewGrant,
    NotAccepted,
    Prohibition,
    Promise,
    PromiseLine,
)

Rows = Callable[[Holder], QuerySet[Any]]


@dataclass(frozen=True)
class Held:
    """One table. `columns` are heads and where each value comes from; `is_staff` columns hold an actor's name."""

    path: str
    title: Any
    rows: Rows
    columns: Mapping[str, str]


def _same(*names: str, **others: str) -> Mapping[str, str]:
    return {**{name: name for name in names}, **others}


def _own(model: Any, way: str = "holder") -> Rows:
    return lambda holder: model._default_manager.filter(**{way: holder})


def _keyed(model: Any, name: str = "owner_key", before: str = "holder:") -> Rows:
    return lambda holder: model._default_manager.filter(**{name: f"{before}{holder.employee_number}"})


def _of_user(model: Any) -> Rows:
    return lambda holder: model._default_manager.filter(user_id=holder.user_id or 0)


TABLES: Sequence[Held] = (
    Held(
        "facts/person.csv",
        _("What the company’s file says of you"),
        lambda holder: Holder.objects.filter(pk=holder.pk),
        _same(
            *("employee_number", "legal_name", "name_on_agreement", "email", "residence_country", "residence_state"),
            *("role", "hired_on", "terminated_on", "department"),
        ),
    ),
    Held(
        "facts/employment-events.csv",
        _("Dated facts of your employment"),
        _own(EmploymentEvent),
        _same("effective_on", "position", "event", "value", "recorded_at"),
    ),
    Held(
        "facts/options.csv",
        _("Your options as the register has them"),
        _own(Grant),
        _same(
            *("grant_number", "plan", "option_type", "grant_date", "exercise_price", "shares_granted"),
            *("shares_exercised", "shares_cancelled", "expires_on", "split_pair", "vested_shares", "vested_as_of"),
        ),
    ),
    Held(
        "facts/cancelled-options.csv",
        _("Options that were accepted and cancelled"),
        _own(Cancellation, "grant__holder"),
        _same("grant_number", "shares", "on", "source"),
    ),
    Held(
        "account/sign-in.csv",
        _("Your account on this site"),
        lambda holder: User.objects.filter(Q(pk=holder.user_id or 0) | Q(employee_number=holder.employee_number)),
        _same("email", "name", "employee_number", "last_login", "is_active", "must_set_up"),
    ),
    Held(
        "account/passkeys-and-apps.csv",
        _("How you prove who you are: the kinds, not their secrets"),
        _of_user(Authenticator),
        _same("type", "created_at", "last_used_at"),
    ),
    Held(
        "account/company-sign-in.csv",
        _("The company’s own sign-in, where you use it"),
        _of_user(SocialAccount),
        _same("provider", "uid", "last_login", "date_joined"),
    ),
    Held(
        "account/invitations.csv",
        _("Invitations sent to you"),
        _own(Invitation),
        _same("offer_code", "to_address", "invited_at", "expires_at", used_at="use__used_at"),
    ),
    Held(
        "consents/consents.csv",
        _("Your consent to electronic records, each step"),
        _own(ElectronicConsent),
        _same("number", "kind", "version", "language", "at", offer="offer__code"),
    ),
    Held(
        "forms/forms.csv",
        _("Every form of yours"),
        _own(Form),
        _same(
            *("number", "kind", "channel", "received_at", "signed_at", "signed_on", "signature_name"),
            *("signer_capacity", "recorded_at", "record_digest"),
            offer="offer__code",
        ),
    ),
    Held(
        "forms/lines.csv",
        _("The options on your forms"),
        _own(FormLine, "form__holder"),
        _same("position", "grant_number", "grant_date", "exercise_price", "shares", form="form__number"),
    ),
    Held(
        "forms/judgements.csv",
        _("How each form was judged, and when"),
        _own(Judgement, "form__holder"),
        _same("number", "cause", "at", "status", "defects", "lines", form="form__number"),
    ),
    Held(
        "forms/decisions.csv",
        _("What staff decided of a defect"),
        _own(Decision, "form__holder"),
        _same(
            *("number", "grant_number", "defect", "verdict", "reason", "evidence", "cured_on", "at"),
            form="form__number",
        ),
    ),
    Held(
        "forms/decision-files.csv",
        _("Which file shows what cured a defect"),
        _own(CureEvidence, "decision__form__holder"),
        _same(form="decision__form__number", defect="decision__defect", sha256="scan__sha256"),
    ),
    Held(
        "forms/entries-prepared.csv",
        _("New entries of your paper forms that staff prepared, where one had been copied wrongly"),
        _own(Mend, "form__holder"),
        _same("number", "reason", "at", form="form__number"),
    ),
    Held(
        "forms/entries-decided.csv",
        _("What a second person found of them"),
        _own(MendDecision, "mend__form__holder"),
        _same("verdict", "reason", "at", form="mend__form__number", number="mend__number"),
    ),
    Held(
        "forms/entries-mended.csv",
        _("Which entry stands in the place of which"),
        _own(Mending, "form__holder"),
        _same("at", form="form__number"),
    ),
    Held(
        "forms/asked-to-mend.csv",
        _("What you were asked to mend, and by when"),
        _own(CureRequest, "form__holder"),
        _same("number", "grant_number", "defect", "by", "reason", "at", form="form__number"),
    ),
    Held(
        "forms/proofs-judged.csv",
        _("What staff found of a proof you sent"),
        _own(ProofDecision, "form__holder"),
        _same("number", "verdict", "reason", "at", form="form__number"),
    ),
    Held(
        "forms/scans.csv",
        _("Scans and proofs kept with your forms; the files are in forms/scans"),
        _own(Scan, "form__holder"),
        _same("purpose", "content_type", "size", "sha256", "attached_at", form="form__number"),
    ),
    Held(
        "outcome/not-accepted.csv",
        _("Tendered options that were not accepted, and why"),
        _own(NotAccepted),
        _same("grant_number", "reason", offer="acceptance__offer__code"),
    ),
    Held(
        "outcome/promises.csv",
        _("Your Promises to Grant"),
        _own(Promise),
        _same("number", "shares", "issued_at", "earliest_grant_on", "signatory_name", "signatory_title"),
    ),
    Held(
        "outcome/promise-lines.csv",
        _("Each line of a promise, with the exact fraction"),
        _own(PromiseLine, "promise__holder"),
        _same("grant_number", "shares", "exact", promise="promise__number"),
    ),
    Held(
        "outcome/counsel.csv",
        _("Counsel’s word on whether the law allows a promise to be kept"),
        _own(Prohibition, "promise__holder"),
        _same("number", "verdict", "at", promise="promise__number"),
    ),
    Held(
        "outcome/new-options.csv",
        _("Your new options, with their vesting"),
        _own(NewGrant),
        _same(
            *("number", "old_grant_number", "plan", "shares", "exercise_price", "granted_on", "expires_on", "vesting")
        ),
    ),
    Held(
        "outcome/signed-agreements.csv",
        _("Option agreements that you signed, and those recorded so by mistake"),
        _own(AgreementSignature),
        _same(
            *("grant_number", "channel", "signature_name", "signed_at", "signed_on", "recorded_at"),
            *("agreement_sha256", "pdf_sha256", "record_digest"),
            found_to_be_a_mistake_at="mistake__at",
        ),
    ),
    Held(
        "outcome/agreements-recorded-by-mistake.csv",
        _("Agreements that we had recorded as signed by you by mistake"),
        _own(AgreementMistake, "signature__holder"),
        _same("reason", "at", grant_number="signature__grant_number", record_digest="signature__record_digest"),
    ),
    Held(
        "outcome/lapsed.csv",
        _("Lines of a promise that lapsed, and why"),
        _own(Lapse, "line__promise__holder"),
        _same("grant_number", "reason", "on"),
    ),
    Held(
        "letters/letters.csv",
        _("Letters to you; their words are in letters"),
        _keyed(Message),
        _same("kind", "subject", "to_address", "offer_key", "state", "queued_at", "sent_at", "message_id"),
    ),
    Held(
        "reports/reports.csv",
        _("What you reported as missing or wrong"),
        _own(Report),
        _same("number", "kind", "about", "grant_number", "text", "reported_at"),
    ),
    Held(
        "reports/answers.csv",
        _("What you were answered"),
        _own(ReportAnswer, "report__holder"),
        _same("number", "outcome", "text", "answered_at", report="report__number"),
    ),
    Held(
        "outcome/excluded.csv",
        _("That you, or an option of yours, were excluded from an offer"),
        _keyed(Exclusion, "employee_number", ""),
        _same("number", "grant_number", "effective_on", "told", "at", offer="offer__code"),
    ),
    Held(
        "outcome/exclusions-lifted.csv",
        _("That this was lifted again"),
        _keyed(ExclusionLifted, "exclusion__employee_number", ""),
        _same("effective_on", "at", number="exclusion__number", offer="exclusion__offer__code"),
    ),
    Held(
        "log/for-counsel.csv",
        _("Things about you that counsel was told of"),
        _keyed(CounselFlag, "subject"),
        _same("kind", "text", "at", offer="offer__code"),
    ),
    Held(
        "log/what-happened.csv",
        _("The log of what you did here and what was recorded of you"),
        _keyed(AuditEvent, "chain"),
        _same("number", "kind", "at", "recorded_at", "digest"),
    ),
)
