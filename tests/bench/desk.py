"""How long every page of the desk takes for a big offer: `make bench-desk`, or `python -m tests.bench.desk`.

With DATABASE_URL of a PostgreSQL server it makes a database of its own and removes it; `--sqlite` uses a file that is
removed too; `--keep URL` uses that database, filled once, for measuring again after a change. Pages are asked for
through Django's test client, signed in as someone who may open everything: what is measured is the page, not HTTP.
"""

import argparse
import os
import secrets
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from tests.bench.__main__ import _database as a_database
from tests.bench.__main__ import _say as say

SLOW = 1.0  # seconds: no page of the desk takes longer


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-desk", description=__doc__)
    parser.add_argument("--holders", type=int, default=10_000, help="each with six options (%(default)s)")
    parser.add_argument("--only", default="", help="pages whose address has this in it; - for none")
    parser.add_argument("--over", action="store_true", help="the offer has expired and waits for acceptance")
    parser.add_argument("--steps", action="store_true", help="and its long steps, from acceptance to the statements")
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--keep", metavar="URL", default="")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="exchange-bench-"))
        url = options.keep
        if not url and options.sqlite:
            url = f"sqlite:///{folder}/desk.sqlite3"
        elif not url:
            url = stack.enter_context(a_database(os.environ["DATABASE_URL"], f"exchange_bench_{secrets.token_hex(4)}"))
        os.environ |= {"DJANGO_SETTINGS_MODULE": "exchange.settings", "DEBUG": "1", "DATABASE_URL": url}
        os.environ |= {"EXCHANGE_VAR": folder, "LOG_LEVEL": "ERROR", "REDIS_URL": ""}
        _run(options)


def _run(options: argparse.Namespace) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings
    from django.db import connections

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.CELERY_BROKER_URL = "memory://"  # with a broker long steps are the worker's; no worker empties this one
    call_command("migrate", verbosity=0)
    from exchange.grants.models import Grant
    from exchange.people.models import Holder
    from tests.bench import big

    if not Holder.objects.exists():
        began = time.monotonic()
        big.make(options.holders, is_over=options.over or options.steps)
        with connections["default"].cursor() as cursor:
            cursor.execute("ANALYZE")
        say(f"Made in {time.monotonic() - began:.0f} s.")
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    say(f"{Holder.objects.count():,} holders, {Grant.objects.count():,} options, {engine}")
    if options.only != "-":
        _measure(options.only)
    if options.steps:
        from tests.bench import steps

        steps.measure()


def _measure(only: str) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from exchange.people.models import User
    from tests.support.second_factor import with_an_app

    client = Client()
    who = User.objects.filter(email="bench@company.example").first()
    client.force_login(
        who or with_an_app(User.objects.create_superuser("bench@company.example", "a long password of nobody"))
    )
    say(f"\n{'':64}{'first s':>9}{'then s':>9}{'queries':>9}{'kB':>8}")
    slow = 0
    for name, url in addresses():
        if only and only not in url:
            continue
        began = time.monotonic()
        answer = client.get(url)
        first = time.monotonic() - began
        then = []
        for _again in range(2):
            with CaptureQueriesContext(connection) as asked:
                began = time.monotonic()
                answer = client.get(url)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                then.append(time.monotonic() - began)
        is_slow = max(first, *then) > SLOW
        slow += is_slow
        mark = f"  {answer.status_code}" if answer.status_code != 200 else "  SLOW" if is_slow else ""
        say(f"{name[:62]:64}{first:9.2f}{min(then):9.2f}{len(asked):9}{len(body) / 1000:8.0f}{mark}")
    say(f"\n{slow} pages over {SLOW:.0f} s")


def addresses() -> Iterator[tuple[str, str]]:
    """Every page of the desk that has something to show: its route, and the address of one row of it."""
    from django.urls import URLResolver, reverse

    from exchange.staff.site import desk
    from tests.bench import big

    def routes(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from routes(pattern.url_patterns, route)
            else:
                yield route, pattern

    values = _values(big.CODE)
    models = {admin.slug: model for model, admin in desk._registry.items()}
    for route, pattern in routes(desk.get_urls()):
        wanted = set(pattern.pattern.converters)
        kwargs = {name: values[name] for name in wanted if values.get(name) is not None}
        if "kind" in wanted and route.startswith("offer/"):
            kwargs["kind"] = "reminder" if "/letters/" in route else "new_option"
        if "object_id" in wanted:
            row = models[route.partition("/")[0]]._default_manager.first()
            kwargs |= {"object_id": row.pk} if row is not None else {}
        if set(kwargs) == wanted:
            yield route, reverse(f"staff:{pattern.name}", kwargs=kwargs)
            if not wanted and not route.startswith(("accounts/add", "upload")):
                yield f"{route}?q=B0001", reverse(f"staff:{pattern.name}") + "?q=B0001"
                yield f"{route}?p=20", reverse(f"staff:{pattern.name}") + "?p=20"


def _values(code: str) -> dict[str, Any]:
    from exchange.elections.models import Form, Judgement
    from exchange.interchange import imports
    from exchange.kernel import clock
    from exchange.offers.models import OfferDocument

    defective = Judgement.objects.filter(status="defective").first()
    form = defective.form if defective else Form.objects.first()
    document = OfferDocument.objects.first()
    batch: uuid.UUID = imports.upload(
        kind="people", name="people.csv", content=b"employee_number\n", actor="bench", at=clock.now()
    )
    return {
        "code": code,
        "form_id": form.pk if form else None,
        "document_id": document.pk if document else None,
        "kind": "people",
        "check": "duplicate_people",
        "batch": batch,
        "defect": "undated",
    }


if __name__ == "__main__":
    main()
