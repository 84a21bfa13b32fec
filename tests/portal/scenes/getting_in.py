"""Getting in: signing in, being invited, ways to sign in."""

from collections.abc import Callable, Sequence

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from playwright.sync_api import Page

from exchange.notices.links import address
from exchange.offers.invitations import invite_holders
from tests.portal.conftest import PASSWORD, Stage
from tests.portal.scenes.base import STRANGER, View, press, scene


@scene
def scene_getting_in(stage: Stage) -> Sequence[View]:
    stage.build()
    return [
        View("sign-in", "/accounts/login/", STRANGER),
        View("sign-in-with-errors", "/accounts/login/", STRANGER, press("Sign in")),
        View("forgotten-password", "/accounts/password/reset/", STRANGER),
        View("forgotten-password-sent", "/accounts/password/reset/done/", STRANGER),
        View("cannot-sign-in", "/help/signing-in/", STRANGER),
        View("cannot-sign-in-with-errors", "/help/signing-in/", STRANGER, press("Send to HR")),
        View("cannot-sign-in-sent", "/help/signing-in/sent/", STRANGER),
        View("check-a-paper", "/verify/", STRANGER),
        View("check-a-paper-with-errors", "/verify/", STRANGER, press("Check")),
        View("not-there", "/no/such/page/", STRANGER),
        View("not-sent", "/accounts/login/", STRANGER, sign_in_without_cookies),
    ]


def sign_in_without_cookies(page: Page) -> None:
    page.context.clear_cookies()
    press("Sign in")(page)


@scene
def scene_invited(stage: Stage) -> Sequence[View]:
    """Grace is invited, Tomás half-way, Maya has everything, Daniel an app; a stranger asks for a code."""
    stage.build()
    stage.done(invite_holders(code=stage.code, employee_numbers=["L105", "L106"], actor="test", at=stage.now))
    link = address("invitation", stage.holder("L105").invitations.get().pk.hex).removeprefix(settings.SITE_URL)
    tomas = stage.holder("L106").user
    tomas.set_password(PASSWORD)
    tomas.save()
    for number in ("L101", "L102"):
        TOTP.activate(stage.holder(number).user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(stage.holder(number).user)
    passkey = {"name": "Maya Okafor", "credential": {}}
    Authenticator.objects.create(user=stage.holder("L101").user, type="webauthn", data=passkey)
    return [
        View("invitation", link, STRANGER),
        View("invitation-ended", "/invitation/none/", STRANGER),
        View("secure-your-sign-in", "/accounts/secure/", "L105"),
        View("secure-half-way", "/accounts/secure/", "L106"),
        View("set-up-passkey", "/accounts/2fa/webauthn/add/", "L105"),
        View("set-up-password", "/accounts/password/set/", "L105"),
        View("set-up-app", "/accounts/2fa/totp/activate/", "L106"),
        View("set-up-app-with-errors", "/accounts/2fa/totp/activate/", "L106", press("Set up the app")),
        View("recovery-codes", "/accounts/2fa/recovery-codes/", "L102"),
        View("new-recovery-codes", "/accounts/2fa/recovery-codes/generate/", "L102"),
        View("your-sign-in", "/accounts/2fa/", "L101"),
        View("your-sign-in-password-alone", "/accounts/2fa/", "L103"),
        View("remove-app", "/accounts/2fa/totp/deactivate/", "L101"),
        View("change-password", "/accounts/password/change/", "L101"),
        View("still-you-password", "/accounts/reauthenticate/", "L103"),
        View("still-you-app", "/accounts/2fa/reauthenticate/", "L102"),
        View("sign-in-by-passkey", "/accounts/passkey/", STRANGER),
        View("second-step", "/accounts/login/", STRANGER, sign_in_as("daniel@larkfield.example")),
        View("code-by-e-mail", "/accounts/login/code/", STRANGER),
        View("code-sent", "/accounts/login/code/", STRANGER, ask_for_code),
        View("sign-out", "/accounts/logout/"),
        View("company-sign-in-fails", "/accounts/3rdparty/login/error/", STRANGER),
        View("company-sign-in-stopped", "/accounts/3rdparty/login/cancelled/", STRANGER),
    ]


def sign_in_as(email: str) -> Callable[[Page], None]:
    def do(page: Page) -> None:
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        press("Sign in")(page)

    return do


def ask_for_code(page: Page) -> None:
    page.get_by_label("E-mail address").fill("nobody@larkfield.example")
    press("Send me a code")(page)
