"""Keeping and exchanging side by side, and what prices one types come to: the page, its address, its refusals."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict

from exchange.cli.demo import cast
from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.portal.compare_form import CompareForm
from tests.portal.conftest import DURING, EXPIRES, OPENS
from tests.portal.scenes.after import sixty_grants

COMPARE = "compare/"


def _page(stage, rest: str = "", who: str = "L101"):
    answer = stage.client(who).get(stage.url(COMPARE + rest))
    assert answer.status_code == 200
    return answer


def test_each_option_stands_side_by_side_with_what_exchanging_gives(stage, text):
    page = text(_page(stage))
    assert (
        "Grant LK-1003 LK-1003 If you keep it If you exchange it "
        "Shares 1,750 shares outstanding 1,750 shares: 1 new for 1 old "
        "Exercise price $7.25 The closing price on the grant date, which nobody knows now "
        "Vested 1,450 vested and 300 not, as of 2 January 2026 "
        "None before the grant, 218 shares on its day, all 42 months after it "
        "Expires 3 June 2031 31 December 2036, if granted on 31 December 2026 "
        "Kind ISO, under plan 2016-EIP NSO, under plan 2016-EIP"
    ) in page
    assert "31 December 2026 at the earliest, if the company accepts on 30 June 2026" in page
    assert "LK-1004" not in page


def test_a_split_pair_is_one_choice_with_two_options(stage, text):
    page = text(_page(stage))
    assert "Grants LK-1001 and LK-1002, together One grant divided" in page
    assert "Shares 5,434 shares outstanding 5,434 shares: 1 new for 1 old" in page
    assert "Shares 4,566 shares outstanding 4,566 shares: 1 new for 1 old" in page


def test_vesting_is_previewed_date_by_date_to_the_last_share(stage, text):
    page = text(_page(stage, who="L102"))
    rows = re.findall(
        r"(\d+ \w+ \d{4}) (\d+) ([\d,]+)(?= )", page.split("Vested in all")[1].split("What is the same")[0]
    )
    assert rows[0] == ("31 December 2026", "300", "300")
    assert rows[2] == ("28 February 2027", "50", "400")
    assert rows[-1] == ("30 June 2030", "50", "2,400")
    assert len(rows) == 43


def test_what_the_register_does_not_say_is_not_made_up(stage, text):
    assert "Vested Our records do not tell. Your option agreement has the dates" in text(_page(stage, who="L102"))


def test_what_is_given_up_stands_in_words(stage, text):
    page = text(_page(stage))
    assert "From the cancellation until 31 December 2026 at the earliest you hold no option for it." in page
    assert "You receive nothing for it: no new option and no money, for whatever reason you leave." in page
    assert "They end with the cancellation, also for shares that had vested." in page


def test_before_a_price_is_typed_none_is_proposed(stage, text):
    answer = _page(stage)
    page = text(answer)
    assert "No price on this page is a forecast" in page
    assert "<svg" not in answer.content.decode()
    assert "From a quarter to twice $16.74, the average exercise price of these options by shares." in page
    assert "None is more likely than another." in page


def test_two_prices_give_both_values_in_total_and_for_each(stage, text):
    """1,750 × (20 − 7.25) + 10,000 × (20 − 18.40) = 38,312.50; 11,750 × (20 − 9.20) = 126,900."""
    page = text(_page(stage, "?grant_price=9.20&later_price=20"))
    assert "If the price on the grant date is $9.20 Counted: 3 grants, 11,750 shares." in page
    assert "At the later price of $20.00 Kept $38,312.50 Exchanged $126,900.00" in page
    assert (
        "Grant LK-1003 counted alone $22,312.50 $18,900.00 Nowhere: above $7.25 keeping always has the larger figure"
        in page
    )
    assert (
        "Grants LK-1001 and LK-1002, together counted alone $16,000.00 $108,000.00 "
        "Nowhere: above $9.20 exchanging always has the larger figure"
    ) in page


def test_where_both_are_worth_the_same_is_said_in_words(stage, text):
    """1,750 × (P − 7.25) = 11,750 × (P − 9.20) at P = 95,412.50 / 10,000 = 9.54125."""
    page = text(_page(stage, "?grant_price=9.20"))
    assert "Up to $7.25: both come to nothing." in page
    assert "Between $7.25 and about $9.54: keeping has the larger figure." in page
    assert "At about $9.54: both come to the same." in page
    assert "Above about $9.54: exchanging has the larger figure." in page
    assert "about $9.54 (even) $4,009.69 $4,009.69 The same" in page


def test_the_picture_has_a_name_and_says_the_same(stage):
    html = _page(stage, "?grant_price=9.20&later_price=20").content.decode()
    assert 'role="img" aria-labelledby="chart-title" aria-describedby="chart-description"' in html
    assert re.search(r"<desc id=\"chart-description\">Up to \$7.25: both come to nothing.", html)
    # Kept: flat to 7.25, then 1,750 a dollar to 18.40, then 11,750; of 40 dollars and 400,000 dollars.
    assert 'points="0.00,1000.00 181.25,1000.00 230.00,991.47 460.00,951.22 1000.00,316.72"' in html
    assert 'points="0.00,1000.00 181.25,1000.00 230.00,1000.00 460.00,729.75 1000.00,95.25"' in html


def test_one_option_may_be_counted_alone(stage, text):
    page = text(_page(stage, "?grant_price=7.25&option=LK-1003"))
    assert "Counted: 1 grant, 1,750 shares." in page
    assert "At every price: both come to the same, and up to $7.25 that is nothing." in page


def test_both_sides_stand_in_the_same_order_and_nothing_is_marked_better(stage):
    html = _page(stage, "?grant_price=9.20&later_price=20").content.decode()
    for first, second in (("If you keep it", "If you exchange it"), (">Kept<", ">Exchanged<")):
        assert [m[0] for m in re.finditer(f"{first}|{second}", html)][:4] == [first, second, first, second]
    main = html[html.index("<main") : html.index("</main>")]
    for mark in ("tag-done", "tag-lost", "banner-done", "banner-lost", 'class="button"'):
        assert mark not in main
    assert main.index("make no recommendation") < main.index(stage.url("choose/"))
    assert stage.url("review/") not in main


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nine", "Enter a price in dollars, such as 12.50."),
        ("1,23", "Enter a price in dollars, such as 12.50."),
        ("1.2.3", "Enter a price in dollars, such as 12.50."),
        (".", "Enter a price in dollars, such as 12.50."),
        ("1e3", "Enter a price in dollars, such as 12.50."),
        ("NaN", "Enter a price in dollars, such as 12.50."),
        ("٣", "Enter a price in dollars, such as 12.50."),
        ("9" * 41, "Enter a price in dollars, such as 12.50."),
        ("<script>", "Enter a price in dollars, such as 12.50."),
        ("-1", "A share price is never below zero."),
        ("−$1", "A share price is never below zero."),
        ("1.23456", "Enter a price with four decimals at most."),
        ("1000000.01", "Enter a price of $1,000,000.00 or less."),
        ("0", "Enter a price above zero: an exercise price is never nothing."),
        ("", "Enter a share price on the grant date."),
    ],
)
def test_what_is_no_price_is_refused_in_words_at_its_field(stage, text, typed, said):
    answer = stage.client().get(stage.url(COMPARE), {"grant_price": typed, "later_price": "5"})
    page = text(answer)
    assert answer.status_code == 200
    assert page.count(said) == 3  # at the top, at the field, and where the figures would be
    assert "No figures are shown until this is mended." in page
    assert "<script>" not in answer.content.decode().replace("<script src", "")


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("12.5", "12.5"),
        (" $12.50 ", "12.5"),
        ("1,234.5", "1234.5"),
        (".25", "0.25"),
        ("3.", "3"),
        ("0.0001", "0.0001"),
        ("1.20000", "1.2"),
        ("1,000,000", "1000000"),
        ("-0", "0"),
    ],
)
def test_prices_as_people_type_them(typed, price):
    form = CompareForm.asked([("A", "A")], QueryDict(f"grant_price=1&later_price={typed.replace(' ', '+')}"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["later_price"] == Decimal(price)


def test_nothing_ticked_and_a_tick_of_another_are_refused(stage, text):
    assert "Tick at least one option to count." in text(_page(stage, "?grant_price=9&ticked=yes"))
    for number in ("LK-1004", "LK-1011", "no-such"):
        assert "not among yours now" in text(_page(stage, f"?grant_price=9&option={number}"))


def test_ratio_tiers_are_rounded_down_and_shown_with_what_was_lost(bare_stage, text):
    ratio = [
        {"from": "5.00", "to": "9.9999", "old": "3", "new": "2"},
        {"from": "10.00", "old": "5434", "new": "1"},
    ]
    page = text(_page(bare_stage.build(ratio=ratio)))
    assert "1,750 shares outstanding 1,166 shares: 2 new for 3 old, 1,166 2/3 rounded down" in page
    assert "5,434 shares outstanding 1 share: 1 new for 5434 old" in page
    assert "4,566 shares outstanding None: 1 new for 5434 old comes to less than one whole share" in page


def test_one_who_has_nothing_to_exchange_is_told_why(stage, text):
    answer = _page(stage, "?grant_price=9", who="L104")
    page = text(answer)
    assert "You have no option that can be exchanged, so there is nothing to compare." in page
    assert "your role, such as executive officers" in page
    assert "data-compare" not in answer.content.decode()


def test_before_the_offer_begins_it_can_be_read_and_says_so(bare_stage, text):
    stage = bare_stage.build(opened_at=OPENS - timedelta(days=2)).go(OPENS - timedelta(hours=1))
    page = text(_page(stage))
    assert "The offer has not begun It begins on 1 June 2026, 6:00 a.m. Pacific Time" in page
    assert "1,750 shares outstanding" in page
    assert "Choose what to tender" not in page


def test_after_it_expired_and_was_accepted_it_can_be_read_and_says_that_deciding_is_over(stage, text):
    stage.elect("L101", "LK-1001")
    stage.go(EXPIRES)
    page = text(_page(stage, "?grant_price=9.20"))
    assert "Deciding is over The offer expired on 30 June 2026, 5:00 p.m." in page
    assert "Choose what to tender" not in page
    before = page.split("Each option, side by side")[-1].count("shares outstanding")
    stage.accept()
    page = text(_page(stage, "?grant_price=9.20"))
    assert "Deciding is over The company has accepted what was tendered." in page
    assert (
        "Grants LK-1001 and LK-1002, together You exchanged it: it was accepted and cancelled on 1 July 2026." in page
    )
    assert "Counted: 3 grants, 11,750 shares." in page
    assert "New options are granted on 4 January 2027 at the earliest." in page
    assert page.count("shares outstanding") == before == 3


def test_a_replay_compares_too(bare_stage, text):
    page = text(_page(bare_stage.build(is_replay=True), "?grant_price=9.20"))
    assert "Counted: 3 grants, 11,750 shares." in page


def test_the_figures_alone_are_the_same_as_on_the_page(stage):
    address = stage.url(COMPARE + "?grant_price=9.20&later_price=20")
    whole = stage.client().get(address)
    part = stage.client().get(address, headers={"X-Fragment": "what-if"})
    assert "X-Fragment" in part["Vary"]
    assert "no-store" in part["Cache-Control"]
    assert "<html" not in part.content.decode()
    assert part.content.decode().strip() in whole.content.decode()
    assert 'data-say="With $9.20 on the grant date and $20.00 later: keeping $38,312.50' in part.content.decode()


def test_the_figures_alone_tell_what_is_wrong_and_at_which_field(stage):
    part = stage.client().get(stage.url(COMPARE + "?grant_price=x"), headers={"X-Fragment": "what-if"})
    assert 'data-error-for="grant_price">Enter a price in dollars' in part.content.decode()


def test_links_to_other_prices_keep_what_was_typed_and_ticked(stage):
    html = _page(stage, "?grant_price=9.20&later_price=20&option=LK-1003").content.decode()
    assert "?grant_price=7.25&amp;later_price=20.00&amp;option=LK-1003#what-if" in html
    html = _page(stage, "?grant_price=9.20").content.decode()
    assert "?grant_price=9.20&amp;option=LK-1001#what-if" in html


def test_with_many_options_each_is_folded_but_all_are_there(bare_stage, text):
    stage = bare_stage.build(grants=sixty_grants())
    answer = _page(stage, "?grant_price=9.20&later_price=20")
    assert text(answer).count("1,750 shares at $") == 60
    assert "Counted: 60 grants, 105,000 shares." in text(answer)


def test_a_split_during_the_offer_changes_shares_and_price_but_not_the_tier(bare_stage, text):
    rows = [replace(cast.grants(2026)[2], split_pair="")]
    stage = bare_stage.build(grants=rows)
    split = CorporateActionRow(1, date(2026, 6, 8), "split", Decimal(2), Decimal(1), "", "")
    stage.done(apply_corporate_actions([split], source=Source("splits", ""), actor="test", at=DURING))
    page = text(_page(stage))
    assert "Shares 3,500 shares outstanding 3,500 shares: 1 new for 1 old Exercise price $3.625 " in page
    assert "2,900 vested and 600 not" in page
