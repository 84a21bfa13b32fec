"""A holder who is excluded, or whose option is, reads since when, why, whom to ask and how to say that it is wrong."""

from exchange.elections.models import Form
from exchange.offers.excluding import exclude
from exchange.offers.reads import load
from exchange.settlement.printed import statement
from tests.portal.conftest import DURING, OPENS


def excluded(stage, grant="", *, at=DURING):
    said = {"reason": "Order 17 of the court of Exampleton.", "told": "A court order forbids it.", "actor": "counsel"}
    two = {"proposed_by": "hr", "approved_by": "counsel"}
    of = {"employee_number": "L101", "grant_number": grant, "effective_on": OPENS.date()}
    stage.done(exclude(code=stage.code, at=at, **of, **said, **two))


def test_an_option_that_is_excluded_is_not_to_be_chosen_and_says_why(stage, text):
    excluded(stage, "LK-1003")
    eligible, ineligible = text(stage.client().get(stage.url("options/"))).split("Not eligible")
    assert "LK-1003" not in eligible
    assert "has excluded this option from the offer since" in ineligible
    assert "The reason: A court order forbids it." in ineligible
    assert "Exampleton" not in ineligible
    assert "LK-1003" not in text(stage.client().get(stage.url("choose/")))


def test_the_other_half_of_its_pair_cannot_go_alone(stage, text):
    excluded(stage, "LK-1001")
    eligible, ineligible = text(stage.client().get(stage.url("options/"))).split("Not eligible")
    assert "LK-1002" not in eligible
    assert "Its other half, LK-1001, is not eligible, and they go together or not at all." in ineligible


def test_a_person_who_is_excluded_is_told_on_the_first_page_and_on_paper(stage, text):
    excluded(stage)
    home = text(stage.client().get(stage.url()))
    assert "You cannot take part in this offer" in home
    assert "has excluded you from the offer since" in home
    (told,) = statement(load(stage.offer), stage.holder(), DURING)["person_reasons"]
    assert "A court order forbids it." in told
    assert "report it in the portal" in told


def test_whoever_is_excluded_between_review_and_signature_has_signed_nothing_that_counts(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    excluded(stage, "LK-1003")
    stage.sign(client, token)
    assert not Form.objects.exists()
