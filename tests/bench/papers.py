"""`make bench-papers`, and the end of `make bench`: papers a second of one core, and on all cores by the clock.

Beside it WeasyPrint as usually called, on the same machine in the same run; where the time of one paper goes; and what
a process grows by. More than half is WeasyPrint's style and layout, which grow with the rows of the tables; the
template and the seal are small beside it. What is loaded once (fonts, style sheet, certificate) is what the usual call
pays for each paper. Processes add up, threads would not; so bulk is the presses' (`documents.press`).

A paper is a Promise to Grant with ten lines, from its stored values to its sealed bytes. Storing it is one row more.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.bench.__main__ import _say

LINES = 10
AT = datetime(2003, 7, 28, 17, 21, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-papers", description=__doc__)
    parser.add_argument("--papers", type=int, default=100, help="made in each way, on each core (%(default)s)")
    count, cores = parser.parse_args().papers, os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="exchange-bench-") as folder:
        _settings(folder)
        _say(f"Making {count} papers in each way: a Promise to Grant with {LINES} lines, PDF/UA-1 …")
        naive = _alone(_naive, max(count // 4, 10), folder)
        ours = _alone(_ours, count, folder)
        sealed = _alone(_sealed, count, folder)
        began = time.monotonic()
        with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
            all_of_them = list(pool.map(_work, [_sealed] * cores, [count] * cores, [folder] * cores))
        whole = time.monotonic() - began
        parts = _alone(_parts, max(count // 4, 10), folder)
    together = sum(result["by_the_clock"] for result in all_of_them)
    _say(f"\n{'':62}{'a second':>10}{'ms each':>10}   (of one core's own time, whatever else runs)")
    for title, result in (
        ("WeasyPrint as usually called (fonts and style sheet each time)", naive),
        ("ours, one process", ours),
        ("ours, one process, sealed (PAdES B-B, EC P-256)", sealed),
    ):
        _say(f"{title:62}{result['rate']:10.1f}{1000 / result['rate']:10.1f}")
    _say(f"\n{f'ours, sealed, {cores} processes at once, by the clock':62}{together:10.1f}")
    _say(f"\nours / as usually called, one process: {ours['rate'] / naive['rate']:.1f}")
    _say(f"10,000 papers on these {cores} cores: {10_000 / together / 60:.0f} minutes (here {whole:.0f} s in all)")
    grown = sealed["grown_kb"] / count
    _say(f"a process grew by {grown:.0f} kB a paper, {sealed['peak_kb'] / 1000:.0f} MB at most")
    _say("\nWhere the time of one goes:")
    total = sum(parts["parts"].values())
    for name, seconds in parts["parts"].items():
        _say(f"    {name:46}{1000 * seconds:8.1f} ms{100 * seconds / total:6.0f} %")


def _alone(work: Callable[[int], dict[str, Any]], count: int, folder: str) -> dict[str, Any]:
    """In a process of its own, so that nothing another way has loaded helps it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_work, work, count, folder).result()


def _work(work: Callable[[int], dict[str, Any]], count: int, folder: str) -> dict[str, Any]:
    _settings(folder)
    import django

    django.setup()
    return work(count)


def _settings(folder: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "EXCHANGE_TEST_VAR": folder,
        "DATABASE_URL": f"sqlite:///{folder}/none.sqlite3",
        "LOG_LEVEL": "WARNING",
    }


def _papers(count: int) -> Iterator[Any]:
    from exchange.documents import actions
    from tests.documents import samples

    for number in range(count):
        snapshot = samples.promise_to_grant(LINES, name=f"Alex Rivera {number}")
        asked = actions.PaperRequest("promise_to_grant", "holder:E-1", f"promise:{number}", "CPST-2003", snapshot)
        yield actions.paper_of(asked, AT)


def _rate(make: Callable[[Any], Any], count: int) -> dict[str, Any]:
    """How many a second once the first is made, and how much the process has grown meanwhile."""
    first, *others = _papers(count + 1)
    make(first)
    before, began, spent = _resident(), time.monotonic(), time.process_time()
    for paper in others:
        make(paper)
    seconds, of_core = time.monotonic() - began, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "rate": count / of_core,
        "by_the_clock": count / seconds,
        "grown_kb": _resident() - before,
        "peak_kb": peak,
    }


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024


def _naive(count: int) -> dict[str, Any]:
    import weasyprint

    from exchange.documents import rendering
    from exchange.documents.catalogue import style_of

    def make(paper: Any) -> bytes:
        style = str(rendering.static_file(rendering.BASE_URL + style_of(paper.template)))
        html = weasyprint.HTML(string=rendering.html_of(paper))
        made: bytes = html.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
        return made

    return _rate(make, count)


def _ours(count: int) -> dict[str, Any]:
    from exchange.documents import rendering

    return _rate(rendering.pdf_bytes, count)


def _sealed(count: int) -> dict[str, Any]:
    from exchange.documents import rendering, sealing

    with _certificate():
        return _rate(lambda paper: sealing.seal(rendering.pdf_bytes(paper), company="Capstone", at=AT), count)


def _parts(count: int) -> dict[str, Any]:
    """The steps of `rendering.pdf_bytes` one by one, and the seal; seconds for each paper."""
    from exchange.documents import rendering, sealing, tagging
    from exchange.documents.catalogue import style_of

    spent = dict.fromkeys(
        ("the template", "reading the HTML", "style and layout", "drawing and writing", "the seal"), 0.0
    )
    with _certificate():
        for number, paper in enumerate(_papers(count + 1)):
            press = rendering._press()
            marks = [time.process_time()]
            html = rendering.html_of(paper)
            marks.append(time.process_time())
            read = press.weasyprint.HTML(string=html, base_url=rendering.BASE_URL, url_fetcher=press.fetcher)
            marks.append(time.process_time())
            options = {"pdf_variant": "pdf/ua-1"}
            style = press.style(style_of(paper.template))
            laid_out = read.render(font_config=press.fonts, stylesheets=[style], **options)
            marks.append(time.process_time())
            pdf = laid_out.write_pdf(finisher=tagging.finish, pdf_identifier=b"0" * 32, **options)
            marks.append(time.process_time())
            sealing.seal(pdf, company="Capstone", at=AT)
            marks.append(time.process_time())
            if number:  # the first loads everything
                for name, began, ended in zip(spent, marks, marks[1:], strict=False):
                    spent[name] += (ended - began) / count
    return {"parts": spent}


@contextmanager
def _certificate() -> Iterator[None]:
    """A seal that proves nothing, as long as it is measured."""
    from django.conf import settings

    from tests.support import seal

    with tempfile.TemporaryDirectory(prefix="exchange-bench-") as folder:
        settings.SEAL_PKCS12 = seal.certificate(Path(folder))
        yield


if __name__ == "__main__":
    main()
