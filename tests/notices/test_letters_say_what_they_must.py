"""Every kind of letter: complete, the same in both parts, with deadline, portal and contacts, and safe."""

import copy
import html
import re
from dataclasses import fields, replace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.template.loader import get_template

from exchange.kernel import wording
from exchange.notices import contexts, letters
from tests.notices import samples


@pytest.fixture(params=sorted(samples.EVERY))
def made(request: pytest.FixtureRequest) -> tuple[str, contexts.Common, letters.Rendered]:
    kind, context = samples.EVERY[request.param]
    return kind, context, letters.render(kind, context)


def words(markup: str) -> str:
    body = re.sub(r"<style>.*?</style>", " ", markup, flags=re.S)
    body = re.sub(r"</?bdi>", "", body)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_every_kind_is_tried_here() -> None:
    assert {kind for kind, _context in samples.EVERY.values()} == set(contexts.KINDS) == set(letters.VERSIONS)


class TestEveryLetter:
    def test_leaves_no_blank_where_a_value_should_be(self, made: Any, settings: Any) -> None:
        kind, context, before = made
        strict = copy.deepcopy(django_settings.TEMPLATES)
        strict[0]["OPTIONS"]["string_if_invalid"] = "MISSING(%s)"
        settings.TEMPLATES = strict
        again = letters.render(kind, context)
        assert "MISSING(" not in "".join(again)
        assert again == before

    def test_uses_every_value_it_is_given(self, made: Any) -> None:
        kind, _context, _letter = made
        names = {field.name for field in fields(contexts.KINDS[kind])} - {"is_replay", "time_zone"}
        sources = "".join(
            get_template(f"letters/{name}").template.source
            for name in (f"{kind}.txt", f"{kind}.html", f"{kind}.subject.txt", "_head.txt", "_foot.txt", "base.html")
        )
        assert [name for name in sorted(names) if name not in sources] == []

    def test_says_the_same_in_both_parts(self, made: Any) -> None:
        _kind, _context, letter = made
        shown = words(letter.html)
        lines = [line for line in letter.text.splitlines()[2:] if line and not line.startswith(("- ", "In all"))]
        assert len(lines) > 4
        assert [line for line in lines if line not in shown and line.replace(": ", " ", 1) not in shown] == []

    def test_says_whom_to_ask_and_where_to_go(self, made: Any) -> None:
        kind, context, letter = made
        for part in (letter.text, words(letter.html)):
            assert "(818) 734-5136" in part
            assert "scayley@capstoneturbine.example" in part
            assert kind == "form_late" or context.portal_url in part

    def test_names_its_deadline_with_the_zone(self, made: Any) -> None:
        kind, context, letter = made
        deadline = getattr(context, "deadline", None)
        if deadline is None or getattr(context, "terminated_at", None):
            return
        if kind == "withdrawal_received" and (context.in_force or not context.may_tender_again):
            return
        if kind == "cure_asked" and not context.is_open:
            return
        shown = wording.instant_text(deadline, context.time_zone)
        assert "Pacific Time" in shown
        assert shown in letter.text
        assert shown in words(letter.html)

    def test_is_no_way_to_tender_and_gives_no_advice(self, made: Any) -> None:
        for part in (made[2].text, words(made[2].html)):
            assert "a form sent by e-mail, is never a tender and never a withdrawal" in part
            assert "make no recommendation" in part
            assert not re.search(r"(?i)\b(reply|we urge|you should tender|we recommend)\b", part)

    def test_has_one_line_as_its_subject(self, made: Any) -> None:
        subject = made[2].subject
        assert subject == subject.strip()
        assert 10 < len(subject) <= 120
        assert "\n" not in subject

    def test_escapes_the_html_and_leaves_the_text_as_it_is(self, made: Any) -> None:
        letter = made[2]
        assert "Siobhán O’Brien & Co <b>," in letter.text
        assert "<bdi>Siobhán O’Brien &amp; Co &lt;b&gt;</bdi>," in letter.html

    def test_fetches_nothing_and_tracks_nobody(self, made: Any) -> None:
        markup = made[2].html
        assert not re.search(
            r"(?i)\b(src|background|action|srcset)\s*=|url\(|<(img|script|link|iframe|form)\b", markup
        )
        assert set(re.findall(r"https?://[^\s<\"]+", markup)) <= {
            "https://options.example.com",
            "https://options.example.com.",
            "https://options.example.com,",
        }


def test_a_replay_says_so_in_every_part() -> None:
    for kind, context in samples.EVERY.values():
        letter = letters.render(kind, replace(context, is_replay=True))
        assert letter.subject.startswith("Replay: ")
        assert "REPLAY OF A FINISHED OFFER" in letter.text
        assert "Replay of a finished offer" in letter.html


def test_another_kinds_values_are_refused() -> None:
    with pytest.raises(TypeError, match="reminder is filled from Reminder"):
        letters.render("reminder", samples.OPENED[1])


class TestWording:
    def text(self, name: str) -> str:
        return letters.render(*samples.EVERY[name]).text

    def test_a_receipt_is_not_acceptance_and_lists_what_is_tendered(self) -> None:
        text = self.text("election")
        assert "It is not acceptance" in text
        assert "- G001000, 29 June 2000, $6.4375: 1,200 shares\n" in text
        assert "In all: 25,200 shares" in text
        assert "500 shares. Its exercise price is below $2.00." in text
        assert "You keep 1 other option as it is." in text

    def test_a_late_election_form_says_what_stands_and_what_is_still_open(self) -> None:
        text = self.text("late election")
        assert "no late form is accepted" in text
        assert "What you tendered in time stands" in text
        assert "You can still withdraw" in text
        assert "You can still withdraw" not in self.text("late election, nothing in force")

    def test_an_acceptance_says_what_was_not_accepted_and_why(self) -> None:
        text = self.text("accepted")
        assert "cancelled as of 25 July 2003" in text
        assert "by 30 July 2003" in text
        assert "no earlier than 26 January 2004" in text
        assert "Its exercise price is below $2.00." in text
        assert "None of those you tendered was accepted." in self.text("none accepted")

    def test_an_extension_says_about_how_much_is_tendered(self) -> None:
        text = self.text("extended")
        assert "24 July 2003, 5:00 p.m. Pacific Time" in text
        assert "31 July 2003, 5:00 p.m. Pacific Time" in text
        assert "about 734,000 shares" in text

    def test_a_reminder_counts_the_days(self) -> None:
        assert "expires on 24 July 2003" in letters.render(*samples.REMINDER).subject
        assert "The offer expires in 5 business days" in letters.render(*samples.REMINDER).html
        assert "The offer expires today" in letters.render(*samples.EVERY["reminder on the day, tendered"]).html
