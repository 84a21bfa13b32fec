"""A marked copy: the new document, with everything added and removed said in words, and a structure that holds."""

import re

import pytest
from lxml import html

from exchange.offers.marking import marked_copy


def marked(before, after, kind="text/html"):
    copy = marked_copy(before.encode(), kind, after.encode(), kind, title="Offer to Exchange", version=1).decode()
    return copy.partition("<hr>\n")[2].removesuffix("</body></html>\n")


def without(copy, kind, opening):
    """What is left of a copy when every change of one kind is dropped and the other taken."""
    root = html.fromstring(f"<div>{copy}</div>")
    for change in list(root.iter(kind)):
        change.drop_tree()
    return " ".join(re.sub(rf"\[{opening}: ?|\]", "", root.text_content()).split())


def test_what_is_the_same_has_no_mark():
    text = "<h1>Offer</h1><p>The <b>same</b> words.</p>"
    assert marked(text, text) == text


def test_words_that_changed_are_marked_within_their_paragraph():
    copy = marked("<p>You get one new option.</p>", "<p>You get two new options.</p>")
    assert copy == (
        "<p>You get <del>[removed: one]</del> <ins>[added: two]</ins> new "
        "<del>[removed: option]</del> <ins>[added: options]</ins>.</p>"
    )


@pytest.mark.parametrize("aside", ["<!-- draft 2 -->", "<?page break?>"])
def test_comments_and_instructions_to_machines_are_no_words_of_it(aside):
    before, after = (
        f"{aside}<p>{aside}You get {aside}one option.</p>",
        f"<p>You {aside}get two{aside} option.</p>{aside}",
    )
    expected = "<p>You get <del>[removed: one]</del> <ins>[added: two]</ins> option.</p>"
    assert marked(before, after) == expected
    assert marked(f"<p>You get {aside}one option.</p>", f"<p>You get one {aside}option.</p>") == (
        "<p>You get one option.</p>"
    )


def test_a_note_says_how_to_read_it_and_which_version_it_is_compared_with():
    page = marked_copy(b"<p>a</p>", "text/html", b"<p>b</p>", "text/html", title="A & B", version=3).decode()
    assert "<title>A &amp; B: what changed since version 3</title>" in page
    assert '<html lang="en">' in page
    assert "The document without marks is the one that counts." in page


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("<p>a b c</p><p>gone away</p>", "<p>a b c</p>", "<p>a b c</p><p><del>[removed: gone away]</del></p>"),
        ("<p>a b c</p>", "<p>new here</p><p>a b c</p>", "<p><ins>[added: new here]</ins></p><p>a b c</p>"),
        (
            "<ul><li>one</li><li>two</li><li>three</li></ul>",
            "<ul><li>one</li><li>three</li></ul>",
            "<ul><li>one</li><li><del>[removed: two]</del></li><li>three</li></ul>",
        ),
        (
            "<p>a</p><ul><li>one</li></ul><p>b</p>",
            "<p>a</p><p>b</p>",
            "<p>a</p><ul><li><del>[removed: one]</del></li></ul><p>b</p>",
        ),
        (
            "<table><tr><td>x</td><td>1</td></tr><tr><td>y</td><td>2</td></tr></table>",
            "<table><tr><td>x</td><td>3</td></tr></table>",
            "<table><tr><td>x</td><td><del>[removed: 1]</del> <ins>[added: 3]</ins></td></tr>"
            "<tr><td><del>[removed: y]</del></td><td><del>[removed: 2]</del></td></tr></table>",
        ),
    ],
)
def test_whole_blocks_stand_where_they_stood(before, after, expected):
    assert marked(before, after) == expected


def test_inline_markup_is_kept_and_text_beside_blocks_is_compared_too():
    copy = marked(
        '<div>loose words<p>Read <a href="a">the <b>old</b> text</a> now.</p></div>',
        '<div>loose words here<p>Read <a href="a">the <b>new</b> text</a> now.</p></div>',
    )
    assert "<b><del>[removed: old]</del> <ins>[added: new]</ins></b> text</a> now." in copy
    assert "loose words <ins>[added: here]</ins>" in copy


def test_scripts_and_styles_are_no_part_of_a_copy_and_entities_stay_text():
    copy = marked("<style>p{}</style><p>a &lt;b&gt;</p>", "<script>x()</script><p>a &lt;i&gt;</p>")
    assert "script" not in copy
    assert "&lt;" in copy
    assert "<i>" not in copy


def test_an_id_stands_once_though_its_block_was_removed():
    copy = marked('<p id="s1">one two three</p><p>x</p>', '<p>x</p><p id="s1">seven eight nine</p>')
    assert copy.count('id="s1"') == 1


def test_plain_text_is_compared_by_its_paragraphs():
    copy = marked("First part.\n\nSecond <part>.", "First part.\n\nThird <part>.", "text/plain")
    assert copy == "<p>First part.</p><p><del>[removed: Second]</del> <ins>[added: Third]</ins> &lt;part&gt;.</p>"


@pytest.mark.parametrize(("before", "after"), [("", "<p>a</p>"), ("<p>a</p>", ""), ("", ""), ("<p>a</p>", "<p> </p>")])
def test_an_empty_document_is_compared_too(before, after):
    marked(before, after)


WORDS = [
    ("<h1>Offer</h1><p>One two three four.</p><p>Five six.</p>", "<h1>Offer, amended</h1><p>One three four five.</p>"),
    (
        "<p>a b</p><p>c d e f</p><ol><li>g</li><li>h</li></ol>",
        "<p>c d x f</p><ol><li>h</li><li>i j</li></ol><p>a b</p>",
    ),
    (
        "<table><tr><th>Price</th><th>New</th></tr><tr><td>$2</td><td>1</td></tr></table>",
        "<table><tr><th>Price</th><th>New for old</th></tr><tr><td>$2</td><td>1</td></tr>"
        "<tr><td>$9</td><td>2</td></tr></table>",
    ),
]


@pytest.mark.parametrize(("before", "after"), WORDS)
def test_without_its_deletions_a_copy_reads_as_the_new_document(before, after):
    said = " ".join(html.fromstring(f"<div>{after}</div>").text_content().split())
    assert without(marked(before, after), "del", "added").replace(" ", "") == said.replace(" ", "")


@pytest.mark.parametrize(("before", "after"), WORDS)
def test_every_word_that_is_gone_is_among_the_deletions(before, after):
    removed, old, new = (
        set(re.findall(r"\w+", " ".join(html.fromstring(f"<div>{text}</div>").xpath(path))))
        for text, path in ((marked(before, after), "//del//text()"), (before, "//text()"), (after, "//text()"))
    )
    assert old - new <= removed


def test_a_figure_is_one_word():
    assert "1 <del" not in marked("<p>1 for 1</p>", "<p>1.5 for 1</p>")
    assert "[added: 1.5]" in marked("<p>1 for 1</p>", "<p>1.5 for 1</p>")
    assert "[removed: $2.00]" in marked("<p>from $2.00 on</p>", "<p>from $2.50 on</p>")


def test_words_that_changed_one_after_another_are_one_change():
    copy = marked("<p>You keep all of the old ones here.</p>", "<p>You keep none of these new ones here.</p>")
    assert "[removed: the old]" in copy
    assert "[added: these new]" in copy


def test_paragraphs_that_share_no_word_are_no_version_of_each_other():
    copy = marked("<p>This paragraph goes away entirely.</p>", "<p>With words of its own.</p>")
    assert "[removed: This paragraph goes away entirely.]" in copy
    assert "[added: With words of its own.]" in copy
