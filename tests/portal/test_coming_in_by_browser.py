"""Coming in, in a real browser: invited to the first page of the offer, and back when everything is lost."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from exchange.notices import delivery
from exchange.notices.models import Message
from exchange.offers.invitations import invite_holders
from exchange.people.models import User
from tests.portal.test_journeys_in_a_browser import heading
from tests.support.second_factor import code_of_app

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRACE = "grace@larkfield.example"
PASSWORD = "a-long-password-of-graces"
HOME = "You can tender until 30 June 2026, 5:00 p.m. Pacific Time"


@pytest.fixture
def link(stage) -> str:
    """What Grace's mail leads to."""
    stage.done(invite_holders(code=stage.code, employee_numbers=["L105"], actor="test", at=stage.now))
    delivery.send_message(message_id=Message.objects.get(kind="invitation").pk, at=stage.now)
    return re.search(r"/invitation/\S+", str(mail.outbox[-1].body))[0]


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def either(request: pytest.FixtureRequest, browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


@pytest.fixture
def device(browser: Browser, live_server) -> Iterator[Page]:
    """A page in a browser whose device keeps passkeys and knows its owner."""
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()


def use(page: Page, link: str) -> None:
    page.goto(link)
    heading(page, "Your invitation")
    page.get_by_role("button", name="Use my invitation").click()
    heading(page, "Secure your sign-in")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail address")).to_be_visible()


def come_back(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(GRACE)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_an_invitation_a_passkey_and_back_with_it(stage, link, device):
    use(device, link)
    device.get_by_role("link", name="Set up a passkey").click()
    device.get_by_label("A name for it").fill("My laptop")
    device.get_by_role("button", name="Make the passkey").click()
    heading(device, HOME)
    assert Authenticator.objects.filter(user__email=GRACE, type="webauthn").count() == 1
    sign_out(device)
    device.get_by_role("link", name="Sign in with a passkey").click()
    heading(device, HOME)
    # Fifteen minutes later the page to sign on asks for it again, and is back with the same choice.
    _age_the_session(20 * 60)
    device.goto(stage.url("review/?grant=LK-1041"))
    heading(device, "Is it still you?")
    device.get_by_role("button", name="Use a passkey").click()
    expect(device).to_have_url(re.compile(r"/consent/\?.*LK-1041"))  # consent comes first, and the choice goes along
    # It is the last way in, and cannot be removed; a second one makes it removable.
    device.goto("/accounts/2fa/")
    expect(device.get_by_role("term").filter(has_text="My laptop")).to_be_visible()
    expect(device.get_by_role("link", name="Remove")).to_have_count(0)
    device.get_by_role("link", name="Choose a password").click()
    device.get_by_label("New password", exact=True).fill(PASSWORD)
    device.get_by_label("New password again").fill(PASSWORD)
    device.get_by_role("button", name="Save the password").click()
    expect(device.get_by_text("Your password is set.")).to_be_visible()
    expect(device.get_by_role("link", name="Remove")).to_have_count(0)


def test_a_ceremony_that_is_not_finished_says_so_and_can_be_tried_again(stage, link, browser, live_server):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    context.new_cdp_session(page).send("WebAuthn.enable")  # no device answers
    page.goto("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')); }")
    page.get_by_role("link", name="Sign in with a passkey").click()
    expect(page.get_by_role("status").filter(has_text="That was not finished")).to_be_visible()
    context.close()


def test_an_invitation_a_password_an_app_and_back_with_both(stage, link, either):
    page = either
    use(page, link)
    page.get_by_role("link", name="Choose a password").click()
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and go on").click()
    heading(page, "Set up an authenticator app")
    # Who leaves half-way comes back with the password, and goes on from there.
    page.context.clear_cookies()
    page.goto("/")
    come_back(page)
    heading(page, "Secure your sign-in")
    page.get_by_role("link", name="Set up the authenticator app").click()
    secret = page.locator("code.key").inner_text()
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    assert page.locator("code.key").inner_text() == secret
    page.get_by_label("Code from your app").fill(code_of_app(secret))
    page.get_by_role("button", name="Set up the app").click()
    heading(page, "Your recovery codes")
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="Go to your offer").click()
    heading(page, HOME)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    sign_out(page)
    come_back(page)
    heading(page, "One more step")
    page.get_by_label("Code from your app").fill(code_of_app(secret))
    page.get_by_role("button", name="Sign in").click()
    heading(page, HOME)
    sign_out(page)
    come_back(page)
    page.get_by_label("Code from your app").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    heading(page, HOME)


def test_everything_lost_a_code_by_e_mail(stage, link, either):
    user = User.objects.get(email=GRACE)
    user.must_set_up = False
    user.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "lost"})
    page = either
    page.goto("/")
    page.get_by_role("link", name="Send me a code by e-mail").click()
    page.get_by_label("E-mail address").fill(GRACE)
    page.get_by_role("button", name="Send me a code").click()
    heading(page, "Enter the code")
    code = re.search(r"^(\d{4}-\d{4})$", str(mail.outbox[-1].body), flags=re.MULTILINE)[1]
    page.get_by_label("Code from the e-mail").fill(code)
    page.get_by_role("button", name="Sign in").click()
    heading(page, HOME)
    assert "with a code sent to your e-mail address" in Message.objects.get(kind="sign_in_notice").text
    page.get_by_role("link", name="Your sign-in").click()
    heading(page, "Your sign-in")


def _age_the_session(seconds: float) -> None:
    """Everyone's last proof of identity was so long ago."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        for record in session.get("account_authentication_methods", []):
            record["at"] -= seconds
        session.modified = True
        session.save()
