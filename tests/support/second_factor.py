"""An authenticator app in the hand of a test: what it keeps, and the code it shows now."""

import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from exchange.people.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_an_app(user: User) -> User:
    """The user with an authenticator app set up, as everyone who works at the desk has."""
    TOTP.activate(user, SECRET)
    return user


def code_of_app(secret: str = SECRET) -> str:
    """What the app shows at this moment."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
