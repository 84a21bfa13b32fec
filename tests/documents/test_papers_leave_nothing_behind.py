"""A process that has made a thousand papers holds no more than one that has made two: nothing of a paper stays."""

import gc
from collections import Counter
from datetime import UTC, datetime

from exchange.documents import actions, rendering
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import EVERY, made_of

AT = datetime(2003, 7, 28, 17, 21, tzinfo=UTC)


def make(lines: int, name: str) -> bytes:
    snapshot = samples.promise_to_grant(lines, name=name)
    asked = actions.PaperRequest("promise_to_grant", "o", f"s:{name}", "f", snapshot)
    return rendering.pdf_bytes(actions.paper_of(asked, AT))


def living() -> Counter[str]:
    """How many objects of each class of WeasyPrint and its PDF writer there are."""
    gc.collect()
    classes = (type(one) for one in gc.get_objects())
    return Counter(
        f"{kind.__module__}.{kind.__qualname__}"
        for kind in classes
        if str(kind.__module__).startswith(("weasyprint", "pydyf", "tinycss2", "cssselect2"))
    )


def test_no_text_asks_for_a_feature_of_its_font() -> None:
    """WeasyPrint frees no list of font features, and makes one for each piece of text that asks for any.

    That was 100 kB a paper. The figures of our face are tabular and lining as they are.
    """
    for kind in EVERY:
        made_of(kind)
    assert rendering._press().fonts.font_features == {}


def test_no_object_of_a_paper_outlives_it() -> None:
    make(3, "Alex Rivera")
    make(40, "Maya Okafor")
    before, struts = living(), len(rendering._press().fonts.strut_layouts)
    for number in range(3):
        make(20 + number, f"{samples.LONG_NAME} {number}")
    assert living() - before == Counter()
    assert len(rendering._press().fonts.strut_layouts) == struts
