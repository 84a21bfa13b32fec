"""No page weighs more than 150 kB compressed on a first visit, styles, scripts, fonts and pictures counted."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.portal.scenes import SCENES

pytestmark = [pytest.mark.django_db, pytest.mark.look]

MOST = 150_000
# A browser fetches the subsets that a page has characters of: Latin in both weights, and one more for a name's sake.
FONTS = ("latin-400", "latin-600", "latin-ext-400")


def _compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def _asset(path: str) -> int:
    found = finders.find(path)
    assert found, path
    with open(found, "rb") as file:
        return _compressed(file.read())


def _fonts() -> int:
    return sum(_asset(f"fonts/web/source-sans-3-{name}-normal.woff2") for name in FONTS)


def weight_of(html: str) -> int:
    """Bytes over the wire for a first visit to a page."""
    assets = set(re.findall(r'(?:src|href)="/static/([^"]+)"', html))
    assert assets
    return _compressed(html.encode()) + _fonts() + sum(_asset(path) for path in assets)


# The scenes with the most on a page; the rest is made of the same parts, with less of each.
HEAVIEST = ["sixty-grants", "deciding", "tendered", "agreements", "ones-own-record"]


@pytest.mark.parametrize("scene", HEAVIEST)
def test_every_page_is_light_enough_for_a_telephone(scene, bare_stage):
    weights: dict[str, int] = {}
    for view in SCENES[scene](bare_stage):
        answer = (bare_stage.client(view.who) if view.who else Client()).get(view.path)
        if answer.status_code < 300:
            weights[view.name] = weight_of(answer.content.decode())
    assert max(weights.values()) < MOST, weights


def test_pages_travel_compressed(stage):
    answer = stage.client().get(stage.url(), headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
