"""Letters about an account, to whoever it is of: staff above all. They are no part of an offer, and wait for nobody.

They hold no link that signs anyone in, no code, and of the person no more than a name.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from exchange.notices.actions import queue_letter
from exchange.notices.queueing import notice_id
from exchange.people.models import User

MADE, CHANGED = "account_made", "account_changed"
ACCOUNT_LETTERS = (MADE, CHANGED)


def queue_made(user: User, *, at: datetime) -> None:
    """Tell a member of staff, in the caller's transaction, that they have an account, and how to come in."""
    _queue(user, MADE, {}, about="made", at=at)


def queue_changed(user: User, what: str, *, zone: str, at: datetime) -> None:
    """Tell whoever it is of that a way to sign in was used, added or removed (`notices.contexts.SignInNotice`)."""
    said = {"what": what, "happened_at": at.replace(microsecond=0), "time_zone": zone}
    _queue(user, CHANGED, said, about=f"{what}:{at.isoformat()}", at=at)


def _queue(user: User, kind: str, said: Mapping[str, object], *, about: str, at: datetime) -> None:
    key = f"{kind}:{user.pk}:{about}"
    values = {
        **said,
        "company": _("Option exchange"),
        "holder_name": user.name or user.email,
        "portal_url": f"{settings.SITE_URL}/",
        "reference": str(notice_id(key)),
    }
    subject = " ".join(render_to_string(f"letters/{kind}.subject.txt", values).split())
    queue_letter(
        key=key,
        kind=kind,
        offer_key="",
        owner_key=f"account:{user.pk}",
        to_address=user.email,
        subject=subject,
        text=render_to_string(f"letters/{kind}.txt", values).strip() + "\n",
        html=render_to_string(f"letters/{kind}.html", {**values, "subject": subject}),
        at=at,
    )
