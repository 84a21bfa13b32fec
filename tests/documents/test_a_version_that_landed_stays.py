"""Papers that were asked for before a release are made by the templates they name: those that landed never change.

`landed_versions.sha256` pins them, as `sha256sum` writes. A change of one is the next version: a file of its own here.
"""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

from exchange.documents.catalogue import KINDS, style_of

PINNED = dict(
    reversed(line.split(maxsplit=1))
    for line in Path(__file__).with_name("landed_versions.sha256").read_text().splitlines()
)


@pytest.mark.parametrize("name", sorted(PINNED))
def test_what_has_landed_is_not_edited(name: str) -> None:
    assert hashlib.sha256((settings.BASE_DIR / name).read_bytes()).hexdigest() == PINNED[name]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_version_before_the_newest_is_pinned_with_its_style(kind: str) -> None:
    assert KINDS[kind].template == f"documents/{kind}.v{KINDS[kind].version}.html"
    for version in range(1, KINDS[kind].version):
        template = f"documents/{kind}.v{version}.html"
        assert f"templates/{template}" in PINNED
        assert f"static/{style_of(template)}" in PINNED


@pytest.mark.parametrize("name", [name for name in sorted(PINNED) if name.endswith(".html")])
def test_a_pinned_template_is_made_of_pinned_parts(name: str) -> None:
    source = (settings.BASE_DIR / name).read_text()
    for part in re.findall(r"{% (?:extends|include) \"(.*?)\"", source):
        assert f"templates/{part}" in PINNED
