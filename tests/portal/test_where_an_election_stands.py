"""Home says in every state of a holder's forms and of the offer where the election stands and what is left to do."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from exchange.cli.demo import cast
from exchange.elections.actions import terminate_offer
from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from tests.portal.conftest import ACCEPTS, DURING, EXPIRES, GRANTS, OPENS


def lists(stage, number="L101"):
    """The two lists of home: stage → what it says, and task → what it says."""
    page = stage.client(number).get(stage.url()).content.decode()
    found = []
    stages = page.partition('id="standing"')[2].partition("</section>")[0]
    for part in (stages, page.partition("what is left</h2>")[2]):
        entries = re.findall(r"<li[^>]*>\s*<span class=\"what\">.*?</li>", part.partition("</ol>")[0], re.DOTALL)
        said = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", entry)).strip() for entry in entries]
        titles = [re.search(r'class="what">(?:<a[^>]*>)?([^<]+)', entry).group(1) for entry in entries]
        found.append(dict(zip(titles, said, strict=True)))
    return found


def heading(stage, number="L101"):
    """The h1 of home, and the sentence below it."""
    page = stage.client(number).get(stage.url()).content.decode()
    h1, after = re.search(r"<h1[^>]*>(.*?)</h1>(.*)", page, re.DOTALL).groups()
    lede = re.sub(r"<[^>]+>", " ", after.partition("</p>")[0])
    return h1.strip(), re.sub(r"\s+", " ", lede).strip()


def standing(stage, number="L101"):
    return lists(stage, number)[0]


def tasks(stage, number="L101"):
    return lists(stage, number)[1]


def test_who_signed_nothing_has_no_stages_and_is_told_what_that_means(stage, text):
    page = text(stage.client().get(stage.url()))
    assert "We have received no form from you. You keep all your options unless you sign an Election Form." in page
    assert standing(stage) == {}
    assert "Not signed Before 30 June 2026" in tasks(stage)["Choose, review and sign your Election Form"]


def test_before_the_offer_begins_signing_is_later(bare_stage):
    stage = bare_stage.build(opened_at=OPENS - timedelta(days=2)).go(OPENS - timedelta(hours=1))
    assert "Later From 1 June 2026" in tasks(stage)["Choose, review and sign your Election Form"]


def test_who_cannot_take_part_has_nothing_to_sign(stage, text):
    found = tasks(stage, "L104")
    assert not any("Election Form" in title for title in found)
    assert "0 of 1 eligible" in found["See which of your grants are eligible"]
    page = text(stage.client("L104").get(stage.url()))
    assert "We have received no form from you. You keep all your options." in page


def test_a_form_from_the_portal_is_received_and_in_force(stage):
    form = stage.elect("L101", "LK-1001")
    found = standing(stage)
    assert list(found) == ["Received", "In force", "Accepted", "Promised", "Granted", "Agreement signed"]
    assert f"Yes Election Form {form.number}, received on 10 June 2026" in found["Received"]
    assert f"Yes By form {form.number} you tender 2 grants, 10,000 shares." in found["In force"]
    assert "Not yet The company accepts soon after the offer expires." in found["Accepted"]
    assert "In force" in tasks(stage)["Your Election Form"]


def test_what_is_decided_so_far_names_what_goes_and_what_stays(stage, text):
    assert "What you have decided so far" not in text(stage.client().get(stage.url()))
    stage.elect("L101", "LK-1001")
    page = text(stage.client().get(stage.url()))
    assert "You tender LK-1001 and LK-1002" in page
    assert "You keep, of those you may tender LK-1003" in page


def test_a_paper_form_says_that_it_came_on_paper(stage):
    stage.on_paper()
    assert "Yes Election Form F1 on paper (fax), received on 10 June 2026" in standing(stage)["Received"]
    assert "In force Election Form F1 on paper (fax)" in tasks(stage)["Your Election Form"]


def test_a_defective_form_says_why_and_what_to_do(stage):
    stage.on_paper(signature_name="")
    found = standing(stage)
    assert found["Received"].startswith("Received Yes")
    assert "Defective The form is not signed. It is not in force" in found["In force"]
    assert "You can sign a new form here instead." in found["In force"]
    assert found["Accepted"] == "Accepted Not yet"
    task = tasks(stage)["Your Election Form"]
    assert "Defective" in task
    assert "Sign a new form here, or ask the contact" in task
    stage.go(EXPIRES)
    assert "Ask the contact on this page how to mend it." in tasks(stage)["Your Election Form"]
    assert "sign a new form" not in standing(stage)["In force"]


def test_a_defective_form_beside_one_in_force_leaves_that_one_standing(stage):
    first = stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    stage.on_paper(signature_name="")
    found = standing(stage)
    assert "F1 on paper" in found["Received"]
    assert "The form is not signed. It has no effect on what is in force." in found["Received"]
    assert f"By form {first.number} you tender 1 grant" in found["In force"]


def test_a_late_form_is_rejected_and_says_so(stage):
    stage.go(EXPIRES)
    stage.on_paper(received_at=EXPIRES)
    assert "Rejected The form was received too late. It was kept, and it has no effect." in standing(stage)["In force"]
    assert "Rejected: late" in tasks(stage)["Your Election Form"]


def test_a_withdrawal_says_what_it_did_and_that_one_may_tender_again(stage):
    stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    notice = stage.withdraw("L101")
    assert f"Withdrawn Notice {notice.number} withdrew everything." in standing(stage)["In force"]
    assert "A new Election Form would tender again." in tasks(stage)["Your Election Form"]
    stage.go(EXPIRES)
    assert "tender again" not in tasks(stage)["Your Election Form"]
    withdrew = f"Your Notice {notice.number} withdrew everything. You keep all your options."
    assert heading(stage) == ("The offer has expired", withdrew)
    assert heading(stage, "L102")[1] == "You tendered nothing. You keep all your options."
    stage.accept()
    assert heading(stage) == ("The offer is over", withdrew)


def test_after_the_deadline_without_a_form_nothing_is_left_to_sign(stage):
    stage.go(EXPIRES)
    assert "None You signed none in time. You keep all your options." in tasks(stage)["Your Election Form"]


def test_a_termination_returns_what_was_tendered(stage, text):
    stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(days=1))
    stage.done(terminate_offer(code=stage.code, reason="A condition failed.", actor="test", at=stage.now))
    found = standing(stage)
    assert "Returned The offer was terminated. What you had tendered is returned" in found["In force"]
    assert all(said.endswith("No") for name, said in found.items() if name not in {"Received", "In force"})
    assert "Returned" in tasks(stage)["Your Election Form"]
    assert "Everything you tendered is returned" not in text(stage.client("L102").get(stage.url()))


def test_accepted_promised_granted_signed(stage):
    stage.elect("L101", "LK-1003")
    stage.accept()
    assert heading(stage)[0] == "Your tender was accepted"
    found = standing(stage)
    assert "Yes The company accepted on 1 July 2026" in found["Accepted"]
    assert "1 grant, 1,750 shares accepted and cancelled." in found["Accepted"]
    assert "Not yet The Promise to Grant is due by 7 July 2026." in found["Promised"]
    stage.promise()
    found = standing(stage)
    assert "Yes New options for 1,750 shares, promised on 2 July 2026" in found["Promised"]
    assert "Not yet On 4 January 2027 at the earliest" in found["Granted"]
    stage.grant()
    assert heading(stage)[0] == "Your new options are granted"
    found = standing(stage)
    assert "Yes New options for 1,750 shares, granted on 4 January 2027. See your new options" in found["Granted"]
    assert "Not yet A new option is yours once you have signed its agreement." in found["Agreement signed"]
    assert stage.sign_agreements("L101").status_code == 302
    assert "Yes The new options are yours." in standing(stage)["Agreement signed"]


def test_a_tender_that_is_not_accepted_says_why(stage):
    stage.elect("L101", "LK-1003")
    stage.leave("L101", date(2026, 6, 20))
    stage.accept()
    assert heading(stage)[0] == "Your tender was not accepted"
    found = standing(stage)
    assert "Not accepted The company accepted on" in found["Accepted"]
    assert "You were no longer eligible on the day the tenders were accepted." in found["Accepted"]
    assert found["Promised"] == "Promised No"


def test_a_tender_accepted_in_part_says_what_is_kept(bare_stage):
    first_to_expire = [
        replace(row, expires_on=ACCEPTS.date()) if row.grant_number == "LK-1003" else row for row in cast.grants(2026)
    ]
    stage = bare_stage.build(grants=first_to_expire)
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    h1, lede = heading(stage)
    assert h1 == "Your tender was accepted in part"
    assert lede.startswith("10,000 shares were cancelled on 1 July 2026.")
    assert lede.endswith("1 grant was not accepted: you keep it.")
    assert "In part The company accepted on" in standing(stage)["Accepted"]


def promised(stage, *grants):
    stage.elect("L101", *(grants or ("LK-1003",)))
    stage.accept()
    stage.promise()
    return stage


def test_a_held_promise_is_held(stage):
    promised(stage).decide("L101", "held")
    h1, lede = heading(stage)
    assert h1 == "Your new options are held"
    assert "until that is decided nothing is granted" in lede
    granted = standing(stage)["Granted"]
    assert "Held It is held until counsel has decided" in granted
    assert "See what became of each grant" in granted
    stage.decide("L101", "released")
    assert heading(stage)[0] == "Your tender was accepted"
    assert "Not yet" in standing(stage)["Granted"]


def test_a_promise_the_law_does_not_allow_is_prohibited_then_lapses(stage):
    promised(stage).decide("L101", "prohibited")
    h1, lede = heading(stage)
    assert h1 == "The law does not allow your grant"
    assert "the promise lapses then, and you receive nothing for the cancelled options." in lede
    granted = standing(stage)["Granted"]
    assert "Prohibited The law does not allow the grant to be made to you." in granted
    assert "Held" not in granted
    assert "See what became of each grant" in granted
    stage.grant()
    assert heading(stage) == (
        "Your promise lapsed",
        "The law does not allow the grant to be made to you. You receive nothing for these options.",
    )


def test_a_lapsed_promise_says_why(stage):
    promised(stage)
    stage.leave("L101", date(2026, 11, 1))
    stage.grant()
    found = standing(stage)
    why = "You were not an employee on the grant date. You receive nothing for these options."
    assert heading(stage) == ("Your promise lapsed", why)
    assert f"Lapsed The promise lapsed on 4 January 2027. {why} See what became of each grant" in found["Granted"]
    assert found["Agreement signed"] == "Agreement signed No"


def test_granted_in_part_says_what_lapsed_too(stage):
    promised(stage, "LK-1001", "LK-1003")
    split = CorporateActionRow(1, date(2026, 9, 1), "split", Decimal(1), Decimal(2000), "", "")
    stage.go(GRANTS)
    stage.done(apply_corporate_actions([split], source=Source("test", ""), actor="test", at=stage.now))
    stage.grant()
    h1, lede = heading(stage)
    assert h1 == "Your new options are granted in part"
    assert lede.startswith("New options for 4 shares were granted on 4 January 2027")
    assert lede.endswith(
        "The promise for 1 grant lapsed. What was promised came to less than one whole share. "
        "You receive nothing for these options."
    )
    assert "In part New options for 4 shares" in standing(stage)["Granted"]


def test_who_tendered_nothing_is_told_so_after_acceptance_too(stage, text):
    stage.elect("L102", "LK-1011")
    stage.accept()
    assert "We have received no form from you." in text(stage.client().get(stage.url()))
    stage.go(GRANTS)
    assert standing(stage) == {}


@pytest.mark.parametrize("number", ["L101", "L104"])
def test_the_dates_stand_on_home_and_with_the_documents(stage, text, number):
    for path in ("", "documents/"):
        page = text(stage.client(number).get(stage.url(path)))
        assert "The offer began 1 June 2026, 6:00 a.m. Pacific Time (13:00 UTC)" in page
        assert "New options 31 December 2026 at the earliest Not fixed yet Counted from a cancellation" in page
