"""A paper's line ends neither between a figure and its word nor within "e-mail"; whatever came in stays text."""

import pytest
from django.template import Context, Template

from exchange.kernel.templatetags.wording import unparted

HELD = "\u00a0"
E_MAIL = '<span class="unparted">e-mail</span>'


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("on 8 July 2003", f"on 8{HELD}July 2003"),
        ("at 5:00 p.m.", f"at 5:00{HELD}p.m."),
        ("by e-mail", f"by {E_MAIL}"),
    ],
)
def test_what_belongs_together_is_held_together(said: str, held: str) -> None:
    assert unparted(said) == held


def test_what_stands_in_a_tag_is_left_alone() -> None:
    assert unparted('<a href="/e-mail/8 July">e-mail</a>') == f'<a href="/e-mail/8 July">{E_MAIL}</a>'


def test_what_is_html_in_a_paper_stays_so() -> None:
    page = Template("{% load wording %}{% filter unparted %}<p>{{ by }} on 8 July</p>{% endfilter %}")
    assert page.render(Context({"by": "<b> e-mail"})) == f"<p>&lt;b&gt; {E_MAIL} on 8{HELD}July</p>"


def test_text_that_nobody_escaped_is_escaped() -> None:
    page = Template("{% load wording %}{{ text|unparted }}")
    hostile = '<img src="x" onerror="alert(8)">'
    assert page.render(Context({"text": hostile})) == "&lt;img src=&quot;x&quot; onerror=&quot;alert(8)&quot;&gt;"
