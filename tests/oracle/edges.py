"""What the small worlds are made of: values on the edges of the rules, and a few ordinary ones."""

from datetime import date, timedelta

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
ZONES = ["America/Los_Angeles", "America/New_York", "Asia/Tokyo", "Europe/London", "Australia/Lord_Howe"]
# The acceptance falls on or about these: ends of months, clock changes (Los Angeles, London, Lord Howe), holidays.
_DAYS = """2003-07-25 2003-08-01 2004-02-29 2000-03-31 2001-10-31 2010-12-31 2006-04-03 2007-03-12 2007-11-05
2012-10-29 2021-06-18 2022-07-04"""
ACCEPTANCES = [
    *[date(year, 8, day) for year in (2002, 2007, 2011, 2023) for day in (28, 29, 30, 31)],
    *[date.fromisoformat(day) for day in _DAYS.split()],
]
PLANS = ["1993-ISP", *["2000-EIP"] * 20, "OLD-PLAN", "2000-eip"]
PRICES = [
    "1.99",
    "1.9999",
    "2",
    "2.00",
    "2.0001",
    "2.5",
    "9.99",
    "10",
    "24.31",
    "38.25",
    "47.38",
    "3.3333",
    "4",
    "16",
    "18.5",
]
# The name on the agreement, signatures that are it, and signatures that are not.
NAMES: list[tuple[str, list[str], list[str]]] = [
    ("Karl Strauß", ["KARL STRAUSS", " karl\u00a0strauss ", "Karl  Strauß"], ["Karl Straus", "Karl Strauss Jr"]),
    ("Ayşe İnan", ["AYŞE İNAN", "ayşe i\u0307nan"], ["Ayşe Inan", "AYŞE INAN", "ayşe ınan"]),
    (
        "Ruffina Fitz",
        ["Ru\ufb03na Fitz", "\uff32uffina\u3000Fitz", "RUFFINA\u2003FITZ"],
        ["Rufina Fitz", "Ruffina F."],
    ),
    ("Zoë Nguyễn", ["Zoe\u0308 Nguye\u0302\u0303n", "ZOË NGUYỄN"], ["Zoe Nguyen", "Zoë Nguyên"]),
    ("Ann O'Neil", ["ANN O'NEIL", "Ann\u2009O'Neil"], ["Ann O\u2019Neil", "Ann ONeil", "Ann O'Neil\u200b"]),
    ("Σωκράτης Λ", ["ΣΩΚΡΆΤΗΣ Λ", "σωκράτησ λ"], ["Σωκρατης Λ"]),
    ("\u212bsa Kelvin", ["Åsa \u212aelvin", "A\u030asa kelvin"], ["Asa Kelvin"]),
    ("Lee", ["LEE", "\uff2c\uff25\uff25", "lee "], ["Leee", "L ee"]),
]
GAPS = [-DAY, -MICROSECOND, timedelta(), MICROSECOND, timedelta(seconds=1), DAY]
OFFER = """
[company]
name = "Edge Corporation"
short_name = "Edge"
stock_symbol = "EDGE"
market = "Nasdaq National Market"
address = ["1 Edge Street"]

[[company.contacts]]
purpose = "forms"
name = "Debbie Bernard"

[offer]
code = "{code}"
title = "Offer to Exchange"
dated = {dated}
commences_at = {commences}
expires_at = {expires}
time_zone = "{zone}"
replay = true

[eligibility]
roles = {roles}
residence_countries = {countries}
plans = ["1993-ISP", "2000-EIP"]
minimum_exercise_price = "2.00"
all_or_none = true
keep_split_pairs = {pairs}

[new_award]
kind = "NSO"
plan = "2000-EIP"
wait = {wait}
exercise_price = "closing_price_on_grant_date"
term_years = {years}
ratio = {ratio}
vesting = {vesting}

[deadlines]
confirm_within_business_days = 2
promise_within_business_days = {promise}
"""
RATIOS = [
    '[{ from = "2.00", old = "1", new = "1" }]',
    '[{ from = "0.01", old = "1", new = "1" }]',
    '[{ from = "2.00", to = "9.99", old = "1.7", new = "1" }, { from = "10.00", old = "3.25", new = "1.5" }]',
    '[{ from = "2.00", to = "2.00", old = "1", new = "2" }, { from = "2.01", to = "24.31", old = "3", new = "1" }, '
    '{ from = "24.32", old = "1000", new = "1" }]',
]
VESTINGS = ['{ at_grant = "6/48", each_month = "1/48" }'] * 4 + [
    '{ at_grant = "0", each_month = "1/36" }',
    '{ at_grant = "1/4", each_month = "1/7" }',
]
SPLITS = [("3", "2"), ("2", "1"), ("1", "3"), ("1", "7"), ("1.05", "1"), ("7", "3"), ("1", "20")]
