"""The promises of a big offer, from acceptance to the last letter sent, by real workers: `make bench-bulk`.

On PostgreSQL and Redis: the offer of `tests.bench.big` is accepted and its promises issued; a worker with a process
for each core makes and seals every paper and sends every letter, into a folder. One process is killed with -9 once a
third is made. Told on the way: how far the desk's page says it is, and what the processes hold in memory. At the end:
that nothing is missing and nothing there twice, and what the ledger says.

`--keep URL` uses that database, filled once, instead of one that is made and removed, and goes on where it stands.
"""

import argparse
import os
import re
import secrets
import signal
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench.__main__ import _database as a_database
from tests.bench.__main__ import _say as say

LOOK_SECONDS = 15.0  # how often it is looked, and a sweep asked for as beat does


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-bulk", description=__doc__)
    parser.add_argument("--holders", type=int, default=1000, help="73 of 100 get a promise (%(default)s)")
    parser.add_argument("--presses", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)")
    parser.add_argument("--minutes", type=float, default=240, help="leave off after so many (%(default)s)")
    parser.add_argument("--keep", metavar="URL", default="")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="exchange-bench-"))
        name = f"exchange_bench_{secrets.token_hex(4)}"
        url = options.keep or stack.enter_context(a_database(os.environ["DATABASE_URL"], name))
        from tests.support import seal

        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "exchange.settings",
            "DEBUG": "1",
            "DATABASE_URL": url,
            "EXCHANGE_VAR": folder,
            "LOG_LEVEL": "WARNING",
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "PAPER_PRESSES": str(options.presses),
            "SEAL_PKCS12": seal.certificate(Path(folder)),
        }
        _run(options)


def _run(options: argparse.Namespace) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    cache.clear()
    from exchange.people.models import Holder
    from exchange.settlement.models import Promise
    from tests.bench import big
    from tests.support.worker import Worker

    if not options.keep:
        call_command("migrate", verbosity=0)
    if not Holder.objects.exists():
        _timed("made", lambda: big.make(options.holders, is_over=True))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    say(f"{Holder.objects.count():,} holders; {options.presses} processes")
    # The worker is an installation's: with DEBUG it would keep every query it asked.
    told = {name: os.environ[name] for name in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    told |= {"DEBUG": "", "SECRET_KEY": secrets.token_urlsafe(48), "ALLOWED_HOSTS": "testserver"}
    worker = Worker(broker_url=os.environ["REDIS_URL"], env=told, concurrency=options.presses)
    worker.start()
    try:
        if not Promise.objects.exists():
            _settle()
        _watch(worker, options.minutes * 60)
    finally:
        worker.stop()
    _check(worker.mail_folder)


def _timed(what: str, work: Any) -> Any:
    began, spent = time.monotonic(), time.process_time()
    done = work()
    say(f"{what} in {time.monotonic() - began:.0f} s ({time.process_time() - spent:.0f} s of one core)")
    return done


def _settle() -> None:
    from exchange.kernel.results import Refused
    from exchange.settlement.actions.accept import accept_tenders
    from exchange.settlement.actions.promise import issue_promises
    from tests.bench import big

    who: dict[str, Any] = {"code": big.CODE, "actor": big.ACTOR, "at": None}
    accept = _timed("accepted", lambda: accept_tenders(**who, attested=True, leave_undecided=True))
    promise = _timed("promised", lambda: issue_promises(**who))
    for done in (accept, promise):
        if isinstance(done, Refused):
            raise SystemExit(f"Refused: {done.reasons}")


def _processes(worker: Any) -> dict[int, int]:
    """The processes of the worker that do its tasks, and what each holds in memory, in MB."""
    found = subprocess.run(["pgrep", "-P", str(worker.process.pid)], capture_output=True, text=True, check=False)
    held = {}
    for pid in map(int, found.stdout.split()):
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):  # it has just been replaced
            continue
        held[pid] = pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    return held


def _watch(worker: Any, seconds: float) -> None:
    """Until nothing waits, or so long; says how far it is."""
    from django.test import Client

    from exchange import celery_app
    from exchange.documents.models import Paper, RenderedPaper
    from exchange.notices.models import Message, State
    from exchange.people.models import User
    from tests.support.second_factor import with_an_app

    desk = Client()
    who = User.objects.filter(email="bulk@company.example").first()
    desk.force_login(
        who or with_an_app(User.objects.create_superuser("bulk@company.example", "a long password of nobody"))
    )
    papers, before, began = Paper.objects.count(), RenderedPaper.objects.count(), time.monotonic()
    is_killed, most = False, 0
    while True:
        made = RenderedPaper.objects.count()
        letters = Message.objects.filter(kind__in=("options_accepted", "promise_ready"))
        waiting = letters.filter(state__in=(State.QUEUED, State.SENDING)).count()
        held = _processes(worker)
        most = max([most, *held.values()])
        page = desk.get("/staff/making-papers/", follow=True).content.decode()
        told = re.search(r'id="how-far">([^<]*)', page)
        spent = time.monotonic() - began
        say(
            f"{spent:6.0f} s  {made:6} papers  {letters.filter(state=State.SENT).count():6} letters sent  "
            f"MB: {', '.join(map(str, held.values()))}  the desk: {told.group(1) if told else '–'}"
        )
        if (made >= papers and not waiting) or spent > seconds:
            break
        if not is_killed and made - before > (papers - before) / 3 and held:
            os.kill(next(iter(held)), signal.SIGKILL)
            say("        one process is killed with -9")
            is_killed = True
        celery_app.send_task("exchange.notices.tasks.sweep")
        time.sleep(LOOK_SECONDS)
    say(f"\n{(made - before) / spent:.2f} papers a second by the clock, sealed; a process: {most} MB at most")


def _check(folder: Path) -> None:
    """Counts, doubles, and the ledger."""
    from exchange.documents.models import Paper, RenderedPaper
    from exchange.notices.models import Message
    from exchange.settlement.ledger import faults
    from exchange.settlement.models import Promise

    kinds = ("options_accepted", "promise_ready")
    states = Counter(Message.objects.filter(kind__in=kinds).values_list("kind", "state"))
    say(f"promises {Promise.objects.count()}, papers {Paper.objects.count()}, PDFs {RenderedPaper.objects.count()}")
    say(f"sealed {RenderedPaper.objects.exclude(seal_level='').count()}")
    for (kind, state), count in sorted(states.items()):
        say(f"letters {kind} {state}: {count}")
    sent = Counter(
        line
        for file in folder.iterdir()
        for line in file.read_text(errors="replace").splitlines()
        if line.startswith("X-Notice-Id:")
    )
    doubled = [line for line, times in sent.items() if times > 1]
    say(f"letters in the mail folder: {sum(sent.values())}, twice: {len(doubled)} {doubled[:5]}")
    found = _timed("the ledger was verified", lambda: list(faults()))
    say(f"faults in the ledger: {len(found)} {found[:3]}")


if __name__ == "__main__":
    main()
