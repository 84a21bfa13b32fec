"""A paper's PDF: the same bytes every time, tagged, named, in one embedded face, in the order a person reads."""

import hashlib
import io
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from exchange.documents import actions, rendering
from exchange.documents.catalogue import KINDS
from exchange.documents.models import Paper
from tests.documents import samples

ARABIC = {"IBM-Plex-Sans-Arabic", "IBM-Plex-Sans-Arabic-Semi-Bold"}
HEBREW = {"IBM-Plex-Sans-Hebrew", "IBM-Plex-Sans-Hebrew-Semi-Bold"}
OUR_OTHER_FACES = {*ARABIC, *HEBREW, "Noto-Sans-SC"}
AT = datetime(2003, 7, 8, 17, 21, tzinfo=UTC)


def paper(kind: str, snapshot: dict[str, Any], *, is_replay: bool = False) -> Paper:
    return actions.paper_of(actions.PaperRequest(kind, "o", "s", "f", snapshot, is_replay), AT)


def pdf(kind: str, snapshot: dict[str, Any], *, is_replay: bool = False) -> bytes:
    return rendering.pdf_bytes(paper(kind, snapshot, is_replay=is_replay))


def text(content: bytes, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def flat(content: bytes) -> str:
    """The words in reading order, whatever the lines."""
    return " ".join(text(content, "-raw").split())


def embedded_fonts(content: bytes) -> set[str]:
    """The names of the fonts of a PDF, of each of which a subset is in it; fails where one is not."""
    with pikepdf.open(io.BytesIO(content)) as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        for font in fonts:
            assert {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys())
            assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
        return {str(font.BaseFont)[8:] for font in fonts}


EVERY = {
    "sample": lambda: samples.sample(),
    "election_receipt": samples.election_receipt,
    "withdrawal_receipt": samples.withdrawal_receipt,
    "form_not_in_force": samples.form_not_in_force,
    "promise_to_grant": samples.promise_to_grant,
    "new_option": lambda: samples.new_option(),
    "signed_agreement": lambda: samples.signed_agreement(),
    "marked_copy": samples.marked_copy,
    "audit_certificate": samples.audit_certificate,
    "final_statement": samples.final_statement,
    "election_form": samples.election_form,
    "notice_form": samples.notice_form,
    "option_statement": samples.option_statement,
    "adjustment_statement": samples.adjustment_statement,
}


def test_every_kind_of_the_catalogue_is_tried_here() -> None:
    assert set(EVERY) == set(KINDS)


@cache
def made_of(kind: str) -> bytes:
    """The sample of a kind, made once for all tests of a process."""
    return pdf(kind, EVERY[kind]())


@pytest.fixture(scope="module", params=sorted(EVERY))
def made(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    return request.param, made_of(request.param)


class TestEveryPaper:
    def test_has_the_same_bytes_again(self, made: tuple[str, bytes]) -> None:
        kind, content = made
        assert pdf(kind, EVERY[kind]()) == content

    def test_is_tagged_and_says_it_is_for_everyone(self, made: tuple[str, bytes]) -> None:
        with pikepdf.open(io.BytesIO(made[1])) as document:
            assert document.Root.MarkInfo.Marked
            assert "/StructTreeRoot" in document.Root
            assert document.Root.ViewerPreferences.DisplayDocTitle
            with document.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"

    def test_names_itself_its_language_and_the_date_of_issue(self, made: tuple[str, bytes]) -> None:
        kind, content = made
        snapshot = EVERY[kind]()
        with pikepdf.open(io.BytesIO(content)) as document:
            assert str(document.docinfo["/Title"]) == f"{KINDS[kind].title} {snapshot['number']}"
            assert str(document.Root.Lang).lower() == "en-us"
            assert "20030708172031" in str(document.docinfo["/CreationDate"])

    def test_embeds_every_font_and_knows_one_family(self, made: tuple[str, bytes]) -> None:
        assert embedded_fonts(made[1]) == {"Source-Sans", "Source-Sans-Semi-Bold"}

    def test_counts_its_pages_and_names_the_offer_on_each(self, made: tuple[str, bytes]) -> None:
        pages = text(made[1], "-layout").split("\f")[:-1]
        for number, page in enumerate(pages, start=1):
            assert f"Page {number} of {len(pages)}" in page
            assert "CPST-2003" in page

    def test_ends_no_line_between_a_figure_and_its_word_nor_within_e_mail(self, made: tuple[str, bytes]) -> None:
        if made[0] == "marked_copy":  # the words of a document of the offer are set as they are
            return
        said = text(made[1], "-raw")
        assert not re.search(r"\be-\nmail\b", said)
        parted = re.findall(r".*[^\d,.]\d{1,2}\n(?:January|July|p\.m\.|a\.m\.|UTC|months|days).*", said)
        assert parted == []
        assert "\u00a0" not in said, "what is copied out has plain spaces"

    def test_names_the_company_its_address_and_whom_to_ask(self, made: tuple[str, bytes]) -> None:
        words = flat(made[1])
        assert "Capstone Turbine Corporation 21211 Nordhoff Street Chatsworth, California 91311" in words
        assert "(818) 734-5136" in words


def test_another_process_makes_the_same_bytes() -> None:
    script = (
        "import django; django.setup()\n"
        "import hashlib\n"
        "from tests.documents.test_papers_are_exact_and_accessible import pdf, samples\n"
        "print(hashlib.sha256(pdf('election_receipt', samples.election_receipt())).hexdigest())\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "7"}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, check=True, text=True
    )
    here = hashlib.sha256(pdf("election_receipt", samples.election_receipt())).hexdigest()
    assert done.stdout.split()[-1] == here


class TestWhatItSays:
    def test_a_receipt_lists_every_option_tendered_and_kept_in_order(self) -> None:
        words = flat(pdf("election_receipt", samples.election_receipt(2)))
        assert re.search(
            r"Receipt for Election Form E-000217 .*Confirmation number E-000217 Holder Alex Rivera .*"
            r"Received 8 July 2003, 10:20:31\.250000 a\.m\. Pacific Time \(17:20:31\.250000 UTC\).*"
            r"Options you tender .*G001000 29 June 2000 ISO 1993-ISP \$2\.00 1,200 "
            r"G001001 16 July 2000 NSO 2000-EIP \$2\.875 1,537 2 options 2,737 .*"
            r"Options you keep .*G001002 .*G001003 .*Not eligible: the exercise price is below \$2\.00\. .*"
            r"How to change or withdraw .*What you acknowledged .*Your signature Signed Alex Rivera .*"
            r"How this record can be checked .*This form " + samples.DIGEST,
            words,
        )

    def test_a_receipt_says_that_it_is_not_acceptance_and_how_to_change(self) -> None:
        words = flat(pdf("election_receipt", samples.election_receipt(1)))
        assert "It is not acceptance" in words
        assert "expires on 24 July 2003, 5:00 p.m. Pacific Time (25 July, 00:00 UTC)" in words
        assert "sign a new Election Form at https://options.example.com" in words
        assert "A form sent by e-mail is never a tender" in words
        assert "make no recommendation" in words

    def test_a_receipt_for_a_form_none_of_whose_lines_stands_says_so(self) -> None:
        words = flat(pdf("election_receipt", samples.election_receipt(1) | {"tendered": []}))
        assert "None: no option on this form can be tendered as it is" in words

    def test_a_receipt_for_a_notice_without_effect_does_not_say_that_it_withdraws(self) -> None:
        words = flat(pdf("withdrawal_receipt", samples.withdrawal_receipt(2) | {"remarks": ["Nothing was tendered."]}))
        assert "the notice is not in force" in words
        for claim in ("It withdraws every option", "Withdraws", "Options you keep", "To tender again"):
            assert claim not in words

    def test_a_receipt_for_a_notice_after_expiration_offers_no_new_tender(self) -> None:
        after = {name: datetime(2003, 7, 25, 8, tzinfo=UTC) for name in ("received_at", "issued_at")}
        words = flat(pdf("withdrawal_receipt", samples.withdrawal_receipt(2) | after))
        assert "so you cannot tender again" in words
        assert "To tender again" not in words

    def test_a_promise_says_everything_it_must(self) -> None:
        words = flat(pdf("promise_to_grant", samples.promise_to_grant(2)))
        for said in (
            "new options to buy 2,737 shares of its common stock in all",
            "G001000 29 June 2000 ISO 1993-ISP $2.00 1,200 1 for 1 1,200",
            "no earlier than 26 January 2004",
            "6 months and 1 day",
            "closing price of the common stock of Capstone Turbine Corporation on the date of grant, as quoted on the "
            "Nasdaq National Market under CPST",
            "non-statutory stock option (NSO), whichever kind the cancelled option was",
            "under the 2000 Equity Incentive Plan",
            "10 years after the date of grant",
            "12.5 percent is vested on the date of grant. A further 1/48 vests each month",
            "fully vested 42 months after",
            "you are not an employee of Capstone Turbine Corporation, one of its subsidiaries or a successor on the "
            "date of grant, you receive nothing",
            "A stock split, reverse split, stock dividend",
            "subject to their terms",
            "binds the successors of Capstone Turbine Corporation",
            "however the acquirer treats the option plans",
            "your Election Form E-000217, received on 8 July 2003",
            "whole agreement between you and Capstone Turbine Corporation",
            "changed only in writing signed by both you and an authorised officer",
            "/s/ Karen Clark Signature of authorised officer Karen Clark Name Chief Financial Officer Title "
            "28 July 2003 Date",
        ):
            assert said in words

    def test_a_promise_takes_its_terms_from_the_snapshot(self) -> None:
        snapshot = samples.promise_to_grant(1)
        terms = {"at_grant": "1/3", "each_month": "1/36", "months": 24}
        snapshot |= {"vesting": terms, "term_years": 7, "wait_months": 0, "wait_days": 3, "award_plan_name": "Plan B"}
        snapshot["lines"][0] |= {"old": "2", "new": "1", "promised": 600}
        words = flat(pdf("promise_to_grant", snapshot | {"total_promised": 600}))
        for said in (
            "1/3 is vested",
            "A further 1/36",
            "24 months after",
            "7 years",
            "cancellation: 3 days.",
            "Plan B",
        ):
            assert said in words
        assert "1 for 2 600" in words

    def test_a_promise_without_a_named_officer_leaves_lines_to_sign_by_hand(self) -> None:
        words = flat(pdf("promise_to_grant", samples.promise_to_grant(1, signed=False)))
        assert "/s/" not in words
        assert "Signature of authorised officer Name Title Date" in words

    def test_an_option_agreement_has_the_whole_vesting_schedule(self) -> None:
        words = flat(pdf("new_option", samples.new_option(2400)))
        assert "Date Shares that vest Vested in all 26 January 2004 300 300 26 February 2004 50 350" in words
        assert "26 July 2007 50 2,400 Total 2,400" in words
        assert "Non-statutory stock option (NSO)" in words
        assert "Signature of holder" in words

    def test_a_replay_is_marked_on_every_page_and_nothing_else_is(self) -> None:
        mark = "Replay of a finished offer: without effect"
        pages = text(pdf("promise_to_grant", samples.promise_to_grant(60), is_replay=True), "-layout").split("\f")[:-1]
        assert len(pages) > 3
        assert all(mark in page for page in pages)
        assert mark not in text(pdf("promise_to_grant", samples.promise_to_grant(1)))

    def test_a_name_in_any_european_script_is_set_whole(self) -> None:
        words = flat(pdf("new_option", samples.new_option(name=samples.LONG_NAME)))
        assert "Wołodyjowska-Nguyễn Papadopoulou-Ξενάκη Александрова-Featherstonehaugh" in words

    @pytest.mark.parametrize(
        ("name", "faces"),
        [
            (samples.ARABIC_NAME, ARABIC),
            (samples.HEBREW_NAME, HEBREW),
            (samples.CHINESE_NAME, {"Noto-Sans-SC"}),
            ("สมชาย", set()),  # a script that no font of ours has: boxes, but no font of the machine
        ],
        ids=["Arabic", "Hebrew", "Chinese", "Thai"],
    )
    def test_a_name_in_another_script_is_set_in_a_font_of_ours_and_reads_back(
        self, name: str, faces: set[str]
    ) -> None:
        content = pdf("withdrawal_receipt", samples.withdrawal_receipt(1, name=name))
        assert embedded_fonts(content) - {"Source-Sans", "Source-Sans-Semi-Bold"} <= (faces or OUR_OTHER_FACES)
        if faces:
            assert embedded_fonts(content) >= faces
            read = re.sub("[\u200e\u200f\u202a-\u202e]", "", text(content))  # the marks that turn direction
            assert read.count(name) == 3  # holder, signature, name in print

    def test_the_chinese_font_has_every_character_of_gb2312_and_the_space(self) -> None:
        """A space of another font would be a box between two names."""
        rows = range(0xB0, 0xF8)
        wanted = {
            ord(char)
            for row in rows
            for cell in range(0xA1, 0xFF)
            for char in bytes([row, cell]).decode("gb2312", "ignore")
        }
        font = TTFont(Path(rendering.__file__).parent / "fonts" / "NotoSansSC-Regular.ttf", lazy=True)
        assert len(wanted) == 6763
        assert wanted | {ord(" ")} <= font.getBestCmap().keys()
        font.close()

    def test_sixty_grants_keep_their_headings_on_each_page_and_one_total(self) -> None:
        pages = text(pdf("election_receipt", samples.election_receipt(60)), "-layout").split("\f")[:-1]
        with_grants = [page for page in pages if "G00" in page]
        assert len(with_grants) >= 3
        assert all("Exercise price" in page for page in with_grants)
        assert sum(page.count("60 options") for page in pages) == 1

    def test_markup_in_a_name_is_printed_not_obeyed(self) -> None:
        hostile = '<script>x</script> <img src="file:///etc/passwd">'
        assert hostile in flat(pdf("new_option", samples.new_option(name=hostile)))

    def test_a_signed_agreement_is_the_agreement_with_its_signature(self) -> None:
        words = flat(pdf("signed_agreement", samples.signed_agreement()))
        assert re.search(
            r"Signed Option Agreement N-000312 Alex Rivera signed this option agreement electronically on "
            r"8 July 2003, 10:20:31 a\.m\. Pacific Time \(17:20:31 UTC\)\. The option is released by this signature\. "
            r".*1\. The option .*Alex Rivera Signature of holder Alex Rivera Name in print 8 July 2003, 10:20:31 .*"
            r"Vesting schedule of grant N-000312 .*What you acknowledged .*Record of the signature " + samples.DIGEST,
            words,
        )

    def test_one_signed_on_paper_says_which_is_the_original(self) -> None:
        words = flat(pdf("signed_agreement", samples.signed_agreement(channel="hand") | {"note": "Executor."}))
        assert "signed this option agreement on paper, dated 8 July 2003; it was recorded on" in words
        assert "the signed paper is the original. Executor." in words
        assert "What you acknowledged" not in words
