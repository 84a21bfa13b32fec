"""`make letters`: a specimen of every letter as files and pictures: HTML wide and on a phone, light and dark; text.

Look at them after a change of a template: python -m tests.notices.specimens FOLDER [part of a name]
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

WIDTHS = {"wide": 664, "phone": 360}  # a letter is 600 wide, and has room around it
SCHEMES = ("light", "dark")


def specimens() -> Iterator[tuple[str, Any]]:
    """The name and the three parts of each letter: in every form it has for one name, in one form for the others.

    And one that lists options with sixty of them.
    """
    from exchange.notices import contexts, letters
    from exchange.notices.contexts import Line
    from exchange.notices.wording import Wording
    from tests.documents.samples import ARABIC_NAME, LONG_NAME
    from tests.notices import samples
    from tests.notices.sample_values import REFERENCE

    words = Wording(opening="A word of our own.\n\nAnd another, for {holder_name}.", closing="In closing, {company}.")
    seen: set[str] = set()
    for case, (kind, context) in samples.EVERY.items():
        content = letters.content_of(kind, Wording(), 0)
        slug = "".join(letter if letter.isalnum() else "-" for letter in case.lower())
        named = replace(context, holder_name="Siobhán O’Brien")
        yield f"{kind}-{slug}", letters.render(kind, named, content=content, reference=REFERENCE)
        if kind in seen:
            continue
        seen.add(kind)
        own = letters.content_of(kind, words, 1)
        for called, name, said in (("long", LONG_NAME, content), ("arabic", ARABIC_NAME, own)):
            other: contexts.Common = replace(context, holder_name=name)
            yield f"{kind}-name-{called}", letters.render(kind, other, content=said, reference=REFERENCE)
        many: dict[str, Any] = {
            field.name: tuple(replace(value[0], grant_number=f"{value[0].grant_number}-{n:02}") for n in range(60))
            for field in fields(context)
            if (value := getattr(context, field.name)) and isinstance(value, tuple) and isinstance(value[0], Line)
        }
        if many:
            other = replace(context, **many)
            yield f"{kind}-sixty", letters.render(kind, other, content=content, reference=REFERENCE)


def main(folder: Path, wanted: str = "") -> int:
    """Write them all, or those whose name has `wanted` in it; how many."""
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        pages = {
            (name, scheme): browser.new_page(viewport={"width": width, "height": 600}, color_scheme=scheme)
            for name, width in WIDTHS.items()
            for scheme in SCHEMES
        }
        for name, letter in specimens():
            if wanted not in name:
                continue
            (folder / f"{name}.txt").write_text(f"Subject: {letter.subject}\n\n{letter.text}")
            (folder / f"{name}.html").write_text(letter.html)
            for (width, scheme), page in pages.items():
                page.set_content(letter.html)
                page.screenshot(path=folder / f"{name}.{width}.{scheme}.png", full_page=True)
            count += 1
        browser.close()
    return count


if __name__ == "__main__":
    count = main(Path(sys.argv[1]), *sys.argv[2:3])
    sys.stdout.write(f"{count} letters in {sys.argv[1]}\n")
