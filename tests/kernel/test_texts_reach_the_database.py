"""Texts written many in a statement come back as they were, whatever stands in them."""

import pytest
from django.db import DataError, connection

from exchange.documents.models import Picture

TEXTS = (
    "",
    "NULL",
    "null",
    "plain",
    " spaces around ",
    'quoted "so" and "so"',
    "it’s 'single'",
    'back\\slash \\" and \\\\',
    "{braces, and commas}",
    "lines\nand\ttabs",
    '{"values":["a","b"]}',
    "Nguyễn Ξενάκη Жук عبد 欧阳 🙂",
    "%s %(name)s $1",
)


@pytest.mark.django_db
def test_every_text_of_a_bulk_comes_back_unchanged() -> None:
    Picture.objects.bulk_create([Picture(sha256=str(place), svg=text) for place, text in enumerate(TEXTS)])
    kept = dict(Picture.objects.values_list("sha256", "svg"))
    assert [kept[str(place)] for place in range(len(TEXTS))] == list(TEXTS)


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_list_with_gaps_and_one_of_numbers_arrive_as_they_are() -> None:
    with connection.cursor() as cursor:
        for sent, kind in (([None, 'a "b"', None], "text"), ([1, None, 3], "int"), ([], "text"), (["x"], "varchar")):
            cursor.execute(f"SELECT %s::{kind}[]", [sent])
            assert cursor.fetchone() == (sent,)


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_text_with_a_nul_is_refused_as_ever() -> None:
    with pytest.raises(DataError, match="NUL"), connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [["a\0b"]])
