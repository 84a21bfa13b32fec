"""`make bench`: makes its databases, runs both measurements, prints them side by side."""

import argparse
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.bench import bare, web
from tests.bench.load import Measured, measure
from tests.support.broker import Broker


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--holders", type=int, default=2000, help="each submits one Election Form (%(default)s)")
    parser.add_argument("--clients", type=int, default=8, help="at a time (%(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes of the web server (%(default)s)")
    parser.add_argument("--threads", type=int, default=4, help="of each of them (%(default)s)")
    options = parser.parse_args()
    server = os.environ["DATABASE_URL"]
    name = f"exchange_bench_{secrets.token_hex(4)}"
    with _database(server, name) as url, tempfile.TemporaryDirectory(prefix="exchange-bench-") as folder:
        broker = Broker().start()  # its queue is filled, and no worker empties it: that is not what is measured
        try:
            _become_production(url, broker.url, folder)
            _run(options, server=server, url=url, name=name, folder=Path(folder))
        finally:
            broker.remove()


def _run(options: argparse.Namespace, *, server: str, url: str, name: str, folder: Path) -> None:
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    _say(f"Preparing an offer to {options.holders:,} holders with three options each …")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tests.bench import sample

    holders = sample.make(options.holders)
    connections.close_all()
    with _database(server, f"{name}_bare", template=name) as bare_url:
        before = bare.counts(url)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with web.serving(port, threads=options.threads, workers=options.workers, log=folder / "web.log"):
            _say("Reviewing and signing over HTTP …")
            measure_clients = partial(measure, clients=options.clients)
            reviews = measure_clients(partial(web.reviewing, port, sample.CODE), holders)
            signed = measure_clients(partial(web.signing, port, sample.CODE), reviews.values)
        columns, forms = bare.rows_of_forms(url)
        _check(before, bare.counts(url), forms, holders=options.holders)
        _say("Writing the same rows with psycopg alone …")
        written = measure_clients(partial(bare.writing, bare_url, columns), forms)
        _check(before, bare.counts(bare_url), forms, holders=options.holders)
    _report(options, url, reviews=reviews, signed=signed, written=written)


def _check(before: dict[str, int], after: dict[str, int], forms: list[bare.Rows], *, holders: int) -> None:
    """Every holder has one form, and no table grew that the bare transactions would leave out."""
    grown = {table for table in after if after[table] > before.get(table, 0)}
    if grown - bare.BELONGS.keys() or len(forms) != holders or after["elections_form"] != holders:
        raise SystemExit(f"{after['elections_form']} forms of {holders}; rows were added to {sorted(grown)}.")


def _report(options: argparse.Namespace, url: str, *, reviews: Measured, signed: Measured, written: Measured) -> None:
    with psycopg.connect(url) as connection:
        version = connection.info.parameter_status("server_version")
        fsync = connection.execute("SHOW fsync").fetchall()[0][0]
    _say(
        f"\n{options.holders:,} holders, {options.clients} clients at a time on the same {os.cpu_count()} cores; "
        f"granian, {options.workers} × {options.threads} threads; PostgreSQL {version}, fsync {fsync}\n"
    )
    _say(f"{'':42}{'a second':>10}{'p50 ms':>10}{'p99 ms':>10}")
    rows = [
        ("review pages over HTTP", reviews),
        ("signed Election Forms over HTTP", signed),
        ("bare transactions of the same rows", written),
    ]
    for title, measured in rows:
        _say(f"{title:42}{measured.rate:10,.0f}{measured.wait(50):10.1f}{measured.wait(99):10.1f}")
    _say(f"\nforms over HTTP / bare transactions: {signed.rate / written.rate:.2f}")


@contextmanager
def _database(server: str, name: str, *, template: str = "template1") -> Iterator[str]:
    """A database of our own on that server, removed at the end."""
    at = urlsplit(server)
    with psycopg.connect(at._replace(path="/postgres").geturl(), autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(create)
        try:
            yield at._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _become_production(url: str, broker_url: str, folder: str) -> None:
    """The environment of an installation."""
    for name in ("DEBUG", "DEMO"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "exchange.settings",
        "DATABASE_URL": url,
        "REDIS_URL": broker_url,
        "EXCHANGE_VAR": folder,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": web.HOST,
        "SITE_URL": f"https://{web.HOST}",
        "LOG_LEVEL": "WARNING",
    }


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the terminal is where a benchmark answers


if __name__ == "__main__":
    main()
