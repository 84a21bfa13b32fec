"""Personal links in letters: signed with the installation's key, put in at the moment of sending, kept nowhere.

The outbox holds a placeholder, so that whoever reads the database, the desk or a backup finds no link that works.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer

from exchange.notices.models import Message

# What stands in the outbox in the link's place; the same in both parts of a letter, so nothing in it is escaped.
PLACEHOLDER = "[personal link, put in when this letter is sent]"
# Only these kinds of letter have one, and their keys say what it is for: kind:subject:…
PATHS = {"invitation": "/invitation/"}


def _signer(kind: str) -> Signer:
    return Signer(salt=f"exchange.notices.links.{kind}", sep=".")


def token(kind: str, subject: str) -> str:
    """What the link to `subject` ends in: anyone may read what it is for, and only we can make one."""
    return _signer(kind).sign(subject)


def subject_of(kind: str, link_token: str) -> str | None:
    """What a link is for; None for one that we did not make."""
    try:
        return _signer(kind).unsign(link_token)
    except BadSignature:
        return None


def address(kind: str, subject: str) -> str:
    return f"{settings.SITE_URL}{PATHS[kind]}{token(kind, subject)}/"


def put_in(message: Message, part: str) -> str:
    """A part of the letter as it goes out. What a letter of another kind holds is left alone, whoever wrote it."""
    if message.kind not in PATHS:
        return part
    return part.replace(PLACEHOLDER, address(message.kind, message.key.split(":")[1]))
