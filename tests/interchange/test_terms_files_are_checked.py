"""`offer.toml`: what it may say, and that everything else is refused by the path of its key."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from exchange.interchange.terms import OfferFile, load_terms
from exchange.offers.terms import from_plain
from tests.support.tables import CAPSTONE

GOOD = (CAPSTONE / "offer.toml").read_text(encoding="utf-8")
Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    """Replaces text that must be there once."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, old
        return text.replace(old, new)

    return edit


def add(text: str) -> Edit:
    return lambda before: f"{before}\n{text}\n"


def load(folder: Path, *edits: Edit) -> tuple[OfferFile | None, list[str]]:
    text = GOOD
    for edit in edits:
        text = edit(text)
    path = folder / "offer.toml"
    path.write_text(text, encoding="utf-8")
    offer, problems = load_terms(path)
    assert (offer is None) == bool(problems)
    return offer, [str(problem) for problem in problems]


def good(folder: Path, *edits: Edit) -> OfferFile:
    offer, problems = load(folder, *edits)
    assert problems == []
    assert offer is not None
    return offer


def refusal(folder: Path, *edits: Edit) -> str:
    _offer, problems = load(folder, *edits)
    (text,) = problems
    return text


# What it may say


def test_the_plain_values_are_json_and_say_what_the_file_says(tmp_path: Path) -> None:
    plain = good(tmp_path).as_plain()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["offer"]["expires_at"] == "2003-07-25T00:00:00+00:00"
    assert plain["offer"]["dated"] == "2003-06-25"
    assert plain["eligibility"]["minimum_exercise_price"] == "2.00"
    assert plain["new_award"]["ratio"] == [{"from": "2.00", "old": "1", "new": "1"}]
    assert plain["new_award"]["vesting"] == {"at_grant": "6/48", "each_month": "1/48"}
    assert plain["channels"] == ["portal", "fax", "hand"]
    assert "phone" in plain["company"]["contacts"][0]
    assert "email" not in plain["company"]["contacts"][0]


def test_a_contact_may_state_the_hours_in_which_the_phone_is_answered(tmp_path: Path) -> None:
    hours = "Monday to Friday, 9 a.m. to 5 p.m. Pacific Time"
    edit = swap('phone = "(818) 734-5136"', f'phone = "(818) 734-5136"\nhours = "{hours}"')
    found = from_plain(good(tmp_path, edit).as_plain()).company.contacts
    assert [contact.hours for contact in found] == ["", hours, ""]


def test_the_offers_room_reads_the_plain_values(tmp_path: Path) -> None:
    terms = from_plain(good(tmp_path).as_plain())
    assert terms.code == "CPST-2003"
    assert terms.dated == date(2003, 6, 25)
    assert terms.minimum_exercise_price == Decimal("2.00")
    assert terms.reminder_days == (10, 5, 2, 1, 0)


def test_the_same_instants_written_with_another_offset_are_the_same_terms(tmp_path: Path) -> None:
    as_utc = swap("2003-07-24T17:00:00-07:00", "2003-07-25T00:00:00Z")
    assert good(tmp_path, as_utc).as_plain() == good(tmp_path).as_plain()


def test_dates_and_instants_may_be_in_quotes(tmp_path: Path) -> None:
    quoted = [swap("dated = 2003-06-25", 'dated = "2003-06-25"')]
    quoted += [swap("2003-07-24T17:00:00-07:00", '"2003-07-24T17:00:00-07:00"')]
    assert good(tmp_path, *quoted).as_plain() == good(tmp_path).as_plain()


def test_whole_figures_need_no_quotes(tmp_path: Path) -> None:
    offer = good(tmp_path, swap('old = "1", new = "1"', "old = 2, new = 1"))
    assert offer.as_plain()["new_award"]["ratio"] == [{"from": "2.00", "old": "2", "new": "1"}]


def test_a_ratio_may_be_fractional_and_have_tiers(tmp_path: Path) -> None:
    tiers = (
        '[{ from = "2.00", to = "9.99", old = "1.5", new = "1" },'
        ' { from = "10.00", to = "24.9999", old = "2", new = "1" }, { from = "25.00", old = "3.25", new = "1" }]'
    )
    offer = good(tmp_path, swap('[{ from = "2.00", old = "1", new = "1" }]', tiers))
    assert [tier.old for tier in offer.terms.new_award.ratio] == [Decimal("1.5"), Decimal(2), Decimal("3.25")]
    assert from_plain(offer.as_plain()).tiers[1].price_to == Decimal("24.9999")


@pytest.mark.parametrize(
    "edit",
    [
        swap("replay = true", 'channels = ["portal", "fax"]'),
        lambda text: 'channels = ["portal", "fax"]\n' + text,
    ],
    ids=["under [offer]", "above every table"],
)
def test_channels_may_be_narrowed_in_either_place(tmp_path: Path, edit: Edit) -> None:
    plain = good(tmp_path, edit).as_plain()
    assert plain["channels"] == ["portal", "fax"]
    assert "channels" not in plain["offer"]


def test_a_signatory_and_plans_may_be_named(tmp_path: Path) -> None:
    more = '[company.signatory]\nname = "A. Officer"\ntitle = "CFO"\n'
    more += '[[plans]]\ncode = "2000-EIP"\nname = "2000 Equity Incentive Plan"\nshares_available = 3000000\n'
    plain = good(tmp_path, add(more)).as_plain()
    assert plain["company"]["signatory"] == {"name": "A. Officer", "title": "CFO"}
    assert plain["plans"] == [{"code": "2000-EIP", "name": "2000 Equity Incentive Plan", "shares_available": 3000000}]


def test_vesting_may_outlast_a_short_term(tmp_path: Path) -> None:
    assert good(tmp_path, swap("term_years = 10", "term_years = 1")).terms.new_award.term_years == 1


def test_what_is_left_out_has_its_plain_meaning(tmp_path: Path) -> None:
    edits = [swap("replay = true", "#"), swap("all_or_none = true", "#"), swap("keep_split_pairs = true", "#")]
    edits += [swap("[reminders]\nbusiness_days_before_expiry = [10, 5, 2, 1, 0]", "")]
    plain = good(tmp_path, *edits).as_plain()
    assert plain["offer"]["replay"] is False
    assert plain["eligibility"]["all_or_none"] is True
    assert plain["reminders"] == {"business_days_before_expiry": []}


# What it may not

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


# The file


def load_bytes(folder: Path, data: bytes, name: str = "offer.toml") -> list[str]:
    (folder / name).write_bytes(data)
    offer, problems = load_terms(folder / name)
    assert (offer is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_a_byte_order_mark_and_windows_line_endings_are_read(tmp_path: Path) -> None:
    assert load_bytes(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == []


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (GOOD.encode("utf-16"), "offer.toml: the file is written in UTF-16; expected UTF-8"),
        (
            GOOD.replace("Debbie", "Débbie").encode("latin-1"),
            "offer.toml, row 13: byte 416 of the file is 0xE9, which is not UTF-8; expected UTF-8",
        ),
        (b"x = 1\ny =\n", "offer.toml, row 2: this is not TOML: Invalid value"),
        (b"[a]\n[a]\n", "offer.toml, row 2: this is not TOML: "),
        (b"x = 1\n\ny = '''", "offer.toml, row 3: this is not TOML: "),
        (b"x = \x00", "offer.toml, row 1: byte 5 of the file is NUL"),
        (b"x = " + b"[" * 100_000, "offer.toml: the file is not TOML that can be read"),
        (b"x = " + b"9" * 100_000, "offer.toml: the file is not TOML that can be read"),
        (b"#" * ((1 << 20) + 1), "offer.toml: the file is larger than 1 MB"),
    ],
    ids=["UTF-16", "Latin-1", "a value missing", "a table twice", "no end", "NUL", "deep", "long", "large"],
)
def test_what_is_no_toml_is_refused_at_its_line(tmp_path: Path, data: bytes, text: str) -> None:
    (found,) = load_bytes(tmp_path, data)
    assert found.startswith(text)


def test_an_empty_file_misses_every_table(tmp_path: Path) -> None:
    found = load_bytes(tmp_path, b"")
    assert found == [
        f"offer.toml, {table}: the key is missing; expected a table"
        for table in ("company", "offer", "eligibility", "new_award", "deadlines")
    ]


def test_a_file_that_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    assert [str(problem) for problem in load_terms(tmp_path / "offer.toml")[1]] == [
        "offer.toml: there is no such file"
    ]
    (tmp_path / "folder.toml").mkdir()
    assert "cannot be read" in str(load_terms(tmp_path / "folder.toml")[1][0])
    assert load_bytes(tmp_path, GOOD.encode(), "offer.txt") == [
        "offer.txt: the file's name does not end in .toml; expected a .toml file"
    ]


# Documents


def document(file: str, kind: str = "offer_to_exchange") -> Edit:
    return add(f'[[documents]]\nkind = "{kind}"\ntitle = "Offer to Exchange"\nfile = \'{file}\'')


def test_documents_come_with_their_bytes_and_digests(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "offer.html").write_text("<p>An offer</p>")
    (tmp_path / "notice.PDF").write_bytes(b"%PDF-1.7\n")
    offer = good(tmp_path, document("papers/offer.html"), document("notice.PDF", "notice"))
    html, pdf = offer.documents
    assert (html.content_type, html.body, html.kind) == ("text/html", b"<p>An offer</p>", "offer_to_exchange")
    assert (pdf.content_type, pdf.title) == ("application/pdf", "Offer to Exchange")
    assert offer.as_plain()["documents"][0] == {
        "kind": "offer_to_exchange",
        "title": "Offer to Exchange",
        "file": "papers/offer.html",
        "sha256": html.sha256,
    }
    (tmp_path / "papers" / "offer.html").write_text("<p>Another</p>")
    changed = good(tmp_path, document("papers/offer.html"), document("notice.PDF", "notice"))
    assert changed.as_plain() != offer.as_plain()


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "terms"
    folder.mkdir()
    (tmp_path / "outside.html").write_text("<p>secret</p>")
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    (folder / "offer.docx").write_text("x")
    (folder / "not.pdf").write_text("x")
    (folder / "latin.html").write_bytes("<p>é</p>".encode("latin-1"))
    (folder / "folder.html").mkdir()
    return folder


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("gone.html", 'there is no file "gone.html"'),
        ("folder.html", 'there is no file "folder.html"'),
        ("../outside.html", '"../outside.html" lies outside the folder of the terms'),
        ("link.html", '"link.html" lies outside the folder of the terms'),
        ("/etc/hosts.html", '"/etc/hosts.html" lies outside the folder of the terms'),
        ("offer.docx", '"offer.docx" is neither HTML nor PDF'),
        ("not.pdf", '"not.pdf" is not a PDF, whatever its name says'),
        ("latin.html", '"latin.html": byte 4 of the file is 0xE9, which is not UTF-8'),
    ],
)
def test_a_document_that_cannot_be_shown_is_refused(papers: Path, file: str, text: str) -> None:
    assert refusal(papers, document(file)).startswith(f"offer.toml, documents[1].file: {text}")


def test_a_kind_of_document_is_one_word(tmp_path: Path) -> None:
    (tmp_path / "offer.html").write_text("<p>An offer</p>")
    found = refusal(tmp_path, document("offer.html", "The Offer"))
    assert found.startswith('offer.toml, documents[1].kind: "The Offer" is not a kind')


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
