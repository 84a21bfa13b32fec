"""Domain §4: names are compared after NFKC, case folding, trimming and collapsing white space, and no further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.names import folded, is_blank


@pytest.mark.parametrize(
    ("on_the_agreement", "signed"),
    [
        ("Karl Strauß", "KARL STRAUSS"),
        ("Zoë Nguyễn", "Zoe\u0308 Nguye\u0302\u0303n"),
        ("Ruffina Fitz", "Ru\ufb03na Fitz"),
        ("Ann Lee", "\uff21\uff4e\uff4e\u3000\uff2c\uff45\uff45"),
        ("Ann Lee", "  ann\u00a0\t LEE\u2003"),
        ("Σωκράτης", "ΣΩΚΡΆΤΗΣ"),
        ("\u212bsa \u212aelvin", "Åsa Kelvin"),
        ("Ayşe İnan", "ayşe i\u0307nan"),
    ],
)
def test_the_same_name_written_otherwise_is_the_same(on_the_agreement: str, signed: str) -> None:
    assert folded(signed) == folded(on_the_agreement)


@pytest.mark.parametrize(
    ("on_the_agreement", "signed"),
    [
        ("Zoë Nguyễn", "Zoe Nguyen"),
        ("Ann O'Neil", "Ann O\u2019Neil"),
        ("Ayşe Inan", "ayşe ınan"),  # a dotless i is another letter
        ("Ann Lee", "Lee Ann"),
        ("Ann Lee", "Ann  L ee"),
        ("Ann Lee", "Ann Lee\u200b"),
        ("Ann Lee", "Ann Lee Jr"),
    ],
)
def test_another_name_is_another(on_the_agreement: str, signed: str) -> None:
    assert folded(signed) != folded(on_the_agreement)


@given(name=st.text(max_size=40))
def test_comparing_is_settled_at_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize("blank", ["", " ", "\t\u00a0\u3000", "\u2028"])
def test_white_space_signs_nothing(blank: str) -> None:
    assert is_blank(blank)
