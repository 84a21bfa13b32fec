"""`offer.toml`: everything it may not say is refused by the path of its key."""

from pathlib import Path
from typing import Any

import pytest

from exchange.interchange.terms import load_terms
from tests.interchange.terms_edits import GOOD, Edit, add, load, refusal, swap

REFUSED: list[tuple[str, Edit, str]] = [
    ("a float price", swap('"2.00" #', "2.0 #"), 'eligibility.minimum_exercise_price: "2.0" is a floating-point'),
    ("a float ratio", swap('new = "1"', "new = 1.5"), 'new_award.ratio[1].new: "1.5" is a floating-point number; exp'),
    ("a comma", swap('"2.00" #', '"2,00" #'), 'eligibility.minimum_exercise_price: "2,00" has a comma'),
    ("a NaN", swap('old = "1"', "old = nan"), 'new_award.ratio[1].old: "nan" is a floating-point number'),
    ("a price of nothing", swap('"2.00" #', '"0" #'), 'eligibility.minimum_exercise_price: "0" is not more than'),
    ("a naive instant", swap("06:00:00-07:00", "06:00:00"), 'offer.commences_at: "2003-06-25T06:00:00" has no offset'),
    ("a date for an instant", swap("2003-06-25T06:00:00-07:00", "2003-06-25"), 'offer.commences_at: "2003-06-25" is'),
    ("a text for an instant", swap("2003-06-25T06:00:00-07:00", '"noon"'), 'offer.commences_at: "noon" is not an ins'),
    ("an instant for a date", swap("dated = 2003-06-25", "dated = 2003-06-25T00:00:00Z"), 'offer.dated: "2003-06-25T'),
    (
        "a year too late",
        swap("2003-07-24T17", "2903-07-24T17"),
        'offer.expires_at: "2903-07-24T17:00:00-07:00" is not',
    ),
    (
        "an end before the beginning",
        swap("expires_at = 2003-07", "expires_at = 2003-05"),
        'offer.expires_at: "2003-05-25T00:00:00+00:00" is not after the commencement',
    ),
    ("an unknown zone", swap("America/Los_Angeles", "America/Chatsworth"), 'offer.time_zone: "America/Chatsworth" is'),
    (
        "a path as a zone",
        swap("America/Los_Angeles", "../etc/passwd"),
        'offer.time_zone: "../etc/passwd" is not a tim',
    ),
    ("an offset as a zone", swap("America/Los_Angeles", "-07:00"), 'offer.time_zone: "-07:00" is not a time zone'),
    ("a flag as text", swap("replay = true", 'replay = "yes"'), 'offer.replay: "yes" is neither true nor false; expe'),
    ("a flag as a number", swap("replay = true", "replay = 1"), 'offer.replay: "1" is neither true nor false'),
    ("a code with a space", swap("CPST-2003", "CPST 2003"), 'offer.code: "CPST 2003" is not a code; expected at most'),
    ("a long code", swap("CPST-2003", "C" * 41), "offer.code: "),
    ("a code as a path", swap("CPST-2003", "../x"), 'offer.code: "../x" is not a code'),
    ("an empty name", swap('short_name = "Capstone"', 'short_name = " "'), "company.short_name: the text is empty"),
    ("a number as text", swap('"CPST"', "7"), 'company.stock_symbol: "7" is not text; expected a code of at most 64'),
    ("two lines in one", swap('"Capstone"', '"Cap\\nstone"'), 'company.short_name: "Cap\\nstone" holds a control ch'),
    (
        "no address",
        swap('["21211 Nordhoff Street", "Chatsworth, California 91311"]', "[]"),
        "company.address: the lis",
    ),
    ("an unknown purpose", swap('"forms" ', '"form" '), 'company.contacts[1].purpose: "form" is not known here'),
    ("a bad e-mail", swap("scayley@", "scayley at "), 'company.contacts[2].email: "scayley at capstoneturbine.exampl'),
    ("an unknown role", swap('["employee"]', '["employee", "boss"]'), 'eligibility.roles[2]: "boss" is not known'),
    ("a role twice", swap('["employee"]', '["employee", "employee"]'), 'eligibility.roles[2]: "employee" is there tw'),
    ("no roles", swap('["employee"]', "[]"), "eligibility.roles: the list is empty; expected at least one"),
    ("text for a list", swap('["employee"]', '"employee"'), 'eligibility.roles: "employee" cannot stand here; expect'),
    ("no plans", swap('["1993-ISP", "2000-EIP"]', "[]"), "eligibility.plans: the list is empty"),
    ("a small country", swap('["US"]', '["us"]'), 'eligibility.residence_countries[1]: "us" is not a country code'),
    (
        "a part of a grant",
        swap("all_or_none = true", "all_or_none = false"),
        "eligibility.all_or_none: the offer take",
    ),
    (
        "an open threshold",
        swap("all_or_none = true", "price_exclusive = true"),
        "eligibility.price_exclusive: the key ",
    ),
    (
        "a lookback",
        swap("all_or_none = true", "required_grants_lookback = { months = 6 }"),
        "eligibility.required_grants_lookback: the key stands for grants that must be tendered",
    ),
    ("stock units", swap('kind = "NSO"', 'kind = "RSU"'), "new_award.kind: the new award is restricted stock units"),
    ("an ISO", swap('kind = "NSO"', 'kind = "ISO"'), 'new_award.kind: "ISO" is not a kind of award; expected NSO'),
    (
        "no wait",
        swap("{ months = 6, days = 1 }", "{ days = 0 }"),
        "new_award.wait: the new options are granted without",
    ),
    ("an empty wait", swap("{ months = 6, days = 1 }", "{}"), "new_award.wait: the new options are granted without a"),
    (
        "a negative wait",
        swap("days = 1 }", "days = -1 }"),
        'new_award.wait.days: "-1" is out of range; expected a who',
    ),
    ("half a month", swap("months = 6", "months = 6.5"), 'new_award.wait.months: "6.5" is not a whole number'),
    (
        "another price rule",
        swap("closing_price_on_grant_date", "average"),
        'new_award.exercise_price: "average" is no',
    ),
    ("no term", swap("term_years = 10", "term_years = 0"), 'new_award.term_years: "0" is out of range; expected a wh'),
    ("true as a number", swap("term_years = 10", "term_years = true"), 'new_award.term_years: "true" is not a whole'),
    ("too much at grant", swap("6/48", "49/48"), 'new_award.vesting.at_grant: "49/48" is more than the whole'),
    ("endless vesting", swap('"1/48"', '"1/99999"'), 'new_award.vesting.each_month: at "1/99999" a month it takes m'),
    ("nothing each month", swap('"1/48"', '"0/48"'), 'new_award.vesting.each_month: "0/48" is not more than 0'),
    (
        "a broken fraction",
        swap('"1/48"', '"1/0"'),
        'new_award.vesting.each_month: "1/0" is not a fraction; expected a',
    ),
    (
        "a decimal fraction",
        swap('"1/48"', "0.02"),
        'new_award.vesting.each_month: "0.02" is not text; expected a frac',
    ),
    (
        "a late receipt",
        swap("confirm_within_business_days = 2", "confirm_within_business_days = 0"),
        "deadlines.confirm",
    ),
    ("a reminder twice", swap("[10, 5, 2, 1, 0]", "[5, 5]"), 'reminders.business_days_before_expiry[2]: "5" is there'),
    ("a reminder after", swap("[10, 5, 2, 1, 0]", "[-1]"), 'reminders.business_days_before_expiry[1]: "-1" is out of'),
    (
        "an e-mail channel",
        swap("replay = true", 'channels = ["email"]'),
        "offer.channels[1]: a form by e-mail is never",
    ),
    ("no channel", swap("replay = true", "channels = []"), "offer.channels: the list is empty"),
    (
        "a misspelt key",
        swap("replay = true", "repaly = true"),
        "offer.repaly: the key is not known; did you mean repl",
    ),
    (
        "an unknown key",
        swap("replay = true", "zzz = 1"),
        "offer.zzz: the key is not known; expected one of code, titl",
    ),
    ("an unknown table", add("[surprise]\nx = 1"), "surprise: the key is not known"),
    (
        "an unknown deep key",
        swap('from = "2.00", ', 'from = "2.00", x = 1, '),
        "new_award.ratio[1].x: the key is not kn",
    ),
    ("channels at the end", add('channels = ["fax"]'), "reminders.channels: the key is not known here; expected chan"),
    (
        "a missing key",
        swap("term_years = 10", ""),
        "new_award.term_years: the key is missing; expected a whole number",
    ),
    (
        "a missing list",
        swap('roles = ["employee"] ', "#"),
        "eligibility.roles: the key is missing; expected a list in",
    ),
    ("a missing table", swap("vesting = {", "#"), "new_award.vesting: the key is missing; expected a table"),
    (
        "a table for a list",
        swap('["US"]', "{ US = true }"),
        "eligibility.residence_countries: a table cannot stand he",
    ),
    (
        "a plan unknown",
        add('[[plans]]\ncode = "X"\nname = "X"\nshares_available = 1'),
        'new_award.plan: "2000-EIP" is n',
    ),
    (
        "a plan twice",
        add('[[plans]]\ncode = "2000-EIP"\nname = "X"\nshares_available = 1\n' * 2),
        'plans[2]: "2000-EIP" is there twice',
    ),
    (
        "a negative pool",
        add('[[plans]]\ncode = "2000-EIP"\nname = "X"\nshares_available = -1'),
        'plans[1].shares_available: "-1" is out of range',
    ),
]


@pytest.mark.parametrize(("edit", "text"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_it_is_refused_by_the_path_of_its_key(tmp_path: Path, edit: Edit, text: str) -> None:
    found = refusal(tmp_path, edit)
    assert found.startswith(f"offer.toml, {text}")


@pytest.mark.parametrize("name", ["price_exclusive", "required_grants_lookback", "all_or_none", "RSU", "wait", "term"])
def test_terms_of_other_offers_are_refused_as_not_yet_built(tmp_path: Path, name: str) -> None:
    edit = {
        "price_exclusive": swap("all_or_none = true", "price_exclusive = true"),
        "required_grants_lookback": swap("all_or_none = true", "required_grants_lookback = { months = 6 }"),
        "all_or_none": swap("all_or_none = true", "all_or_none = false"),
        "RSU": swap('kind = "NSO"', 'kind = "RSU"'),
        "wait": swap("{ months = 6, days = 1 }", "{ days = 0 }"),
        "term": swap("term_years = 10", 'term_years = 10\nterm = "remaining"'),
    }[name]
    assert "this kind of term is not yet built" in refusal(tmp_path, edit)


TIERS: list[tuple[str, str, str]] = [
    ("none", "[]", "new_award.ratio: the list is empty"),
    ("above the threshold", '[{ from = "2.01", old = "1", new = "1" }]', "new_award.ratio[1].from: prices from 2.00"),
    (
        "overlapping",
        '[{ from = "2.00", to = "10.00", old = "1", new = "1" }, { from = "10.00", old = "2", new = "1" }]',
        'new_award.ratio[2].from: "10.00" is not above 10.00',
    ),
    (
        "with a gap",
        '[{ from = "2.00", to = "9.99", old = "1", new = "1" }, { from = "10.01", old = "2", new = "1" }]',
        'new_award.ratio[2].from: prices between 9.99 and "10.01" are in no tier',
    ),
    (
        "going down",
        '[{ from = "10.00", to = "20.00", old = "2", new = "1" }, { from = "2.00", old = "1", new = "1" }]',
        'new_award.ratio[2].from: "2.00" is not above 20.00',
    ),
    (
        "open in the middle",
        '[{ from = "2.00", old = "1", new = "1" }, { from = "10.00", old = "2", new = "1" }]',
        "new_award.ratio[1].to: the tier has no upper end, and another follows",
    ),
    (
        "with an end",
        '[{ from = "2.00", to = "9.99", old = "1", new = "1" }]',
        'new_award.ratio[1].to: prices above "9.99" are in no tier',
    ),
    (
        "upside down",
        '[{ from = "2.00", to = "1.00", old = "1", new = "1" }]',
        'new_award.ratio[1].to: "1.00" is less than from',
    ),
]


@pytest.mark.parametrize(("tiers", "text"), [row[1:] for row in TIERS], ids=[row[0] for row in TIERS])
def test_tiers_cover_every_eligible_price_once(tmp_path: Path, tiers: str, text: str) -> None:
    found = refusal(tmp_path, swap('[{ from = "2.00", old = "1", new = "1" }]', tiers))
    assert found.startswith(f"offer.toml, {text}")


def test_channels_given_in_both_places_are_refused(tmp_path: Path) -> None:
    edits: list[Edit] = [swap("replay = true", 'channels = ["fax"]'), lambda text: 'channels = ["fax"]\n' + text]
    assert refusal(tmp_path, *edits).startswith("offer.toml, offer.channels: the channels are given twice")


def test_every_problem_is_reported(tmp_path: Path) -> None:
    edits = [
        swap("replay = true", "repaly = true"),
        swap('["US"]', '["us", "USA"]'),
        swap("term_years = 10", ""),
        swap("[deadlines]", "[deadline]"),
    ]
    _offer, found = load(tmp_path, *edits)
    paths = [text.removeprefix("offer.toml, ").partition(": ")[0] for text in found]
    assert sorted(paths) == [
        "deadline",
        "deadlines",
        "eligibility.residence_countries[1]",
        "eligibility.residence_countries[2]",
        "new_award.term_years",
        "offer.repaly",
    ]


def test_the_problems_are_values_too(tmp_path: Path) -> None:
    (tmp_path / "offer.toml").write_text(swap("replay = true", "replay = 1")(GOOD))
    _offer, problems = load_terms(tmp_path / "offer.toml", name="uploaded.toml")
    plain: dict[str, Any] = problems[0].as_plain()
    assert (plain["file"], plain["row"], plain["column"], plain["value"]) == (
        "uploaded.toml",
        None,
        "offer.replay",
        "1",
    )
