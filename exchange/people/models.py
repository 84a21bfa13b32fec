"""Users who sign in, holders of options from the company's files, the dated facts of their employment, invitations."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
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
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    must_set_up = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email


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
    """A dated fact: it holds from the start of its day; of the same day's, the later in the file wins."""

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
