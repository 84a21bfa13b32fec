"""Users who sign in, holders of options and the dated facts of their employment, invitations, what people report."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can sign in. The e-mail address is the name; there is no other.

    `must_set_up` holds from the invitation until its owner has a passkey, or a password with an authenticator app.
    `sessions_ended` counts how often every session was ended but the one that asked for it: each session names it.
    An account of staff says whose it is: by `employee_number`, or that it `is_no_employee`'s (an outside counsel's).
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    must_set_up = models.BooleanField(default=False)
    sessions_ended = models.PositiveIntegerField(default=0)
    employee_number = models.CharField(_("employee number"), max_length=64, blank=True)
    is_no_employee = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("employee_number"), condition=~Q(employee_number=""), name="account_number_once"
            ),
            models.CheckConstraint(
                condition=Q(employee_number="") | Q(is_no_employee=False), name="account_says_one_thing_of_its_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        return self._of_now(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._of_now, super().get_session_auth_fallback_hash())

    def _of_now(self, digest: str) -> str:
        return f"{digest}:{self.sessions_ended}" if self.sessions_ended else digest


class Role(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    EXECUTIVE_OFFICER = "executive_officer", _("Executive officer")
    EXECUTIVE_MANAGEMENT = "executive_management", _("Executive management")
    DIRECTOR = "director", _("Director")
    CONSULTANT = "consultant", _("Consultant")


class Holder(models.Model):
    """A person who holds options: the state before all events, as the company's file gives it.

    The e-mail is the address on file; two holders may share one, so it identifies nobody.
    """

    employee_number = models.CharField(max_length=64, unique=True)
    legal_name = models.CharField(max_length=200)
    name_on_agreement = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    residence_country = models.CharField(max_length=2)
    residence_state = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=24, choices=Role.choices)
    hired_on = models.DateField()
    terminated_on = models.DateField(null=True, blank=True)
    department = models.CharField(max_length=120, blank=True)
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="holder")

    class Meta:
        ordering = ["employee_number"]

    def __str__(self) -> str:
        return f"{self.employee_number} {self.legal_name}"


class EmploymentEvent(models.Model):
    """A dated fact: it holds from the start of its day; of the same day's, the later in the file wins.

    `recorded_at` is when we first knew it; null for what was loaded before that was kept.
    """

    class Event(models.TextChoices):
        TERMINATED = "terminated", _("Terminated")
        REHIRED = "rehired", _("Rehired")
        ROLE = "role", _("Role")
        RESIDENCE_COUNTRY = "residence_country", _("Country of residence")

    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="employment_events")
    effective_on = models.DateField()
    position = models.PositiveIntegerField()
    event = models.CharField(max_length=24, choices=Event.choices)
    value = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["effective_on", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["holder", "effective_on", "position"], name="employment_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} {self.effective_on} {self.event}"


class Invitation(SealedRow):
    """One invitation of one holder: who invited, to which address, and until when its link works.

    The link is no column: it is signed with the installation's key when the letter is sent (`notices.links`), so that
    nobody who reads the database holds one. It works once (`InvitationUse`), and not after a newer invitation.
    """

    SEALED = ("holder_id", "user_id", "to_address", "offer_code", "invited_by", "invited_at", "expires_at")

    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="invitations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    to_address = models.CharField(max_length=254)
    offer_code = models.CharField(max_length=80, blank=True)
    invited_by = models.CharField(max_length=120)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["event_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["holder", "invited_at"], name="invitation_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_after_it_is_made"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} {self.invited_at:%Y-%m-%d}"


class InvitationUse(SealedRow):
    """The one time that an invitation's link was used."""

    SEALED = ("invitation_id", "used_at")

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="use")
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.used_at:%Y-%m-%d}"


class Report(SealedRow):
    """What somebody says is missing, or wrong about them; work for staff, who answer it (`ReportAnswer`).

    Three of the kinds come from one who is signed in (`user`); the fourth from one who cannot sign in and need not be
    known here at all. How to reach that one is no part of the record (`ReportSender`), so that it can be removed.
    """

    class Kind(models.TextChoices):
        WRONG = "wrong", _("Something about me is wrong")
        MISSING = "missing", _("An option of mine is missing")
        NO_OFFER = "no_offer", _("I am signed in and see no offer")
        NO_SIGN_IN = "no_sign_in", _("I cannot sign in")

    class About(models.TextChoices):
        NAME = "name", _("My name")
        EMAIL = "email", _("My e-mail address")
        EMPLOYMENT = "employment", _("Whether or since when I am employed")
        ROLE = "role", _("My role")
        COUNTRY = "country", _("The country I live in")
        GRANT_NUMBER = "grant_number", _("A grant’s number")
        GRANT_DATE = "grant_date", _("A grant’s date")
        GRANT_PRICE = "grant_price", _("A grant’s exercise price")
        GRANT_SHARES = "grant_shares", _("A grant’s number of shares")
        GRANT_VESTING = "grant_vesting", _("A grant’s vesting")
        OTHER = "other", _("Something else")

    LONGEST = 2000

    SEALED = ("number", "kind", "about", "grant_number", "text", "holder_id", "user_id", "reported_at")

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    about = models.CharField(max_length=16, choices=About.choices, blank=True)
    grant_number = models.CharField(max_length=64, blank=True)
    text = models.CharField(max_length=LONGEST)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, null=True, related_name="reports")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="reports")
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="report_says_something"),
            models.CheckConstraint(
                condition=Q(kind="wrong") & ~Q(about="") | ~Q(kind="wrong") & Q(about=""),
                name="report_about_what_is_wrong",
            ),
            models.CheckConstraint(
                condition=(~Q(kind__in=["wrong", "missing"]) | Q(holder__isnull=False, user__isnull=False))
                & (~Q(kind="no_offer") | Q(user__isnull=False))
                & (~Q(kind="no_sign_in") | Q(holder__isnull=True, user__isnull=True)),
                name="report_from_whom_its_kind_names",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class ReportSender(models.Model):
    """How to reach one who reported without signing in. Outside the record: staff remove it once it is not needed."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="sender")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    reach = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.report_id)


class ReportAnswer(SealedRow):
    """What staff answered to a report; the newest tells whether it is still open.

    `reporter` repeats the report's user, so that the database itself refuses an answer to one's own report.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("We are looking into it")
        CORRECTED = "corrected", _("Corrected")
        STANDS = "stands", _("What is on file is right")
        CLOSED = "closed", _("Closed")

    SEALED = ("report_id", "number", "outcome", "text", "answered_by_id", "reporter_id", "answered_at")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    text = models.CharField(max_length=Report.LONGEST)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reporter = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_answer_once"),
            models.CheckConstraint(condition=~Q(text=""), name="report_answer_has_a_reason"),
            models.CheckConstraint(
                condition=Q(reporter__isnull=True) | ~Q(reporter=F("answered_by")),
                name="nobody_answers_their_own_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"
