"""What is missing or wrong, from the people to the desk and back, in a real browser."""

import re

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Browser, Page, expect

from exchange.people.models import User
from tests.portal.conftest import PASSWORD
from tests.portal.test_journeys_in_a_browser import heading, sign_in
from tests.support.second_factor import code_of_app, with_an_app

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def someone(browser: Browser, live_server):
    """A new browser for each person."""
    contexts = []

    def opened() -> Page:
        contexts.append(browser.new_context(base_url=live_server.url, viewport={"width": 1000, "height": 900}))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def test_a_report_goes_to_the_desk_and_its_answer_comes_back(stage, someone):
    hr = with_an_app(
        User.objects.create_user("hannah@larkfield.example", PASSWORD, name="Hannah Sorensen", is_staff=True)
    )
    hr.groups.add(Group.objects.get(name="HR"))

    stranger = someone()
    stranger.goto("/")
    stranger.get_by_role("link", name="Write to HR that you cannot sign in").click()
    heading(stranger, "Ask for help with signing in")
    stranger.get_by_role("button", name="Send to HR").click()
    stranger.get_by_role("link", name="Enter your name.").click()
    expect(stranger.get_by_label("Your name")).to_be_focused()
    stranger.get_by_label("Your name").fill("Zoë Quist")
    stranger.get_by_label("How can we reach you?").fill("555-0199")
    stranger.get_by_label("What happens when you try?").fill("No code comes.")
    stranger.get_by_role("button", name="Send to HR").click()
    heading(stranger, "Sent to HR")

    maya = someone()
    sign_in(maya)
    maya.get_by_role("link", name="Report it, and see the answers").click()
    maya.get_by_role("link", name="A fact about me or about a grant is wrong").click()
    maya.get_by_label("What is wrong?").select_option("A grant’s exercise price")
    maya.get_by_label("Which grant? (optional)").select_option("LK-1003")
    maya.get_by_label("What is wrong, and what is right?").fill("It is $7.00.")
    maya.get_by_role("button", name="Send to HR").click()
    expect(maya.get_by_role("status")).to_contain_text("Your report 2 is with HR.")
    expect(maya.get_by_role("article", name="2: A grant’s exercise price: grant LK-1003")).to_contain_text("Waits")

    hannah = someone()
    sign_in(hannah, "hannah")
    hannah.get_by_label("Code from your app").fill(code_of_app())
    hannah.get_by_role("button", name="Sign in").click()
    expect(hannah.get_by_text("2 reports are open.")).to_be_visible()
    hannah.get_by_role("link", name="Answer what people report").click()
    hannah.get_by_role("link", name="2: A grant’s exercise price").click()
    hannah.get_by_role("link", name="Answer it").click()
    hannah.get_by_label("What is on file is right").check()
    hannah.get_by_label("Answer", exact=True).fill("Your agreement says $7.25.")
    hannah.get_by_role("button", name="Send the answer").click()
    expect(hannah.get_by_text("Report 2 is answered.")).to_be_visible()

    maya.get_by_role("link", name="Notices").click()
    maya.get_by_role("link", name="Your report 2 has an answer").click()
    expect(maya.get_by_text("What is on file is right")).to_be_visible()
    maya.go_back()
    expect(maya.get_by_role("listitem").filter(has_text="Your report 2").get_by_text("New")).to_have_count(0)
    maya.get_by_role("link", name="Your offer").first.click()
    maya.get_by_role("link", name=re.compile("Report it")).click()
    expect(maya.get_by_role("article")).to_contain_text("Your agreement says $7.25.")
