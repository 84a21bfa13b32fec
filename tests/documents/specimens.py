"""`make papers`: a specimen of every paper as PDF and pictures, short and long, with names that try the fonts.

Look at them after a change of a template or of the style sheet: python -m tests.documents.specimens FOLDER
"""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

PICTURE_DPI = 80


def specimens() -> Iterator[tuple[str, bytes]]:
    """The name and the PDF of each."""
    from exchange.documents import actions, rendering
    from exchange.documents.catalogue import KINDS
    from tests.documents import samples

    at = datetime(2003, 7, 8, 17, 21, tzinfo=UTC)
    cases = {
        "one": (1, "Alex Rivera"),
        "three-vietnamese": (3, "Nguyễn Thị Hồng Ngọc"),
        "sixty-long-name": (60, samples.LONG_NAME),
        "one-arabic": (1, samples.ARABIC_NAME),
        "one-hebrew": (1, samples.HEBREW_NAME),
        "one-chinese": (1, samples.CHINESE_NAME),
    }
    for kind in sorted(KINDS):
        sample = getattr(samples, kind)
        wanted = inspect.signature(sample).parameters
        for case, (count, name) in cases.items():
            if not wanted:
                snapshot = sample()
            elif "count" in wanted:
                snapshot = sample(count, name=name)
            else:  # an option agreement has shares, not grants
                snapshot = sample(2400 * count, name=name)
            asked = actions.PaperRequest(kind, "specimen", f"specimen:{case}", "CPST-2003", snapshot)
            yield f"{kind}-{case}", rendering.pdf_bytes(actions.paper_of(asked, at))
            if not wanted:
                break


def main(folder: Path) -> int:
    """Write them all; how many."""
    import django

    django.setup()
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, content in specimens():
        file = folder / f"{name}.pdf"
        file.write_bytes(content)
        subprocess.run(["pdftoppm", "-r", str(PICTURE_DPI), "-png", file, file.with_suffix("")], check=True)
        count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]))} papers in {sys.argv[1]}\n")
