"""`make demo`: a broker, a worker, the scheduler and the site on this machine, with a sample offer open in it."""

import fcntl
import os
import shutil
import socket
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from redis import Redis, RedisError

from exchange.cli.demo import broker
from exchange.cli.demo.cast import COMPANY, SignIn
from exchange.cli.demo.certificate import certificate_in
from exchange.cli.demo.seed import holds_a_live_story, seed
from exchange.cli.demo.supervisor import Child, Supervisor
from exchange.kernel import clock

CELERY = [sys.executable, "-m", "celery", "-A", "exchange"]


class Command(BaseCommand):
    help = "Runs the demonstration in the foreground until Ctrl-C; its data stays in var/ for the next time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: %(default)s)")
        parser.add_argument(
            "--story",
            choices=["live", "replay"],
            default="live",
            help="live: an offer open from today; replay: one whose clock is its latest action, to go through at once",
        )

    def handle(self, *, host: str, port: int, story: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Run it as `make demo`: it is a demonstration, and needs DEMO=1 to be one.")
        if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3" or settings.REDIS_URL:
            raise CommandError(
                "The demonstration brings its own database and broker: unset DATABASE_URL and REDIS_URL."
            )
        logs = settings.VAR_DIR / "log"
        logs.mkdir(parents=True, exist_ok=True)
        with _alone(settings.VAR_DIR / "demo.lock"), _short_folder() as short:
            _refuse_a_taken_port(host, port)
            # The links in letters lead back here, whatever the port.
            own = {
                "REDIS_URL": broker.url(short / "valkey.sock"),
                "SITE_URL": os.environ.get("SITE_URL") or f"http://localhost:{port}",
            }
            seal = certificate_in(settings.VAR_DIR, company=COMPANY["name"], at=clock.now())
            supervisor = Supervisor(env=os.environ | own | _sealed_with(seal), cwd=settings.BASE_DIR, say=self._say)
            supervisor.handle_signals()
            try:
                self._run(supervisor, logs=logs, short=short, host=host, port=port, story=story)
            finally:
                supervisor.say("Stopping …")
                supervisor.stop()
        supervisor.say("Stopped. `make demo` brings everything back as it was.")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def _run(self, supervisor: Supervisor, *, logs: Path, short: Path, host: str, port: int, story: str) -> None:
        supervisor.say("Starting …")
        data = settings.VAR_DIR / "valkey"
        data.mkdir(exist_ok=True)
        valkey = Child("broker", broker.command(folder=data, socket=short / "valkey.sock"), logs / "broker.log")
        self._add(supervisor, valkey, lambda: _pings(supervisor.env["REDIS_URL"]))

        call_command("migrate", verbosity=0, interactive=False)
        if story == "replay" and holds_a_live_story():
            raise CommandError(
                f"The demonstration in {settings.VAR_DIR} has a live offer. "
                "To begin the replay, remove that folder first."
            )
        cast = seed(at=clock.now(), is_replay=story == "replay")
        connections.close_all()

        worker = [
            *CELERY,
            "worker",
            "--loglevel",
            "INFO",
            "--concurrency",
            "2",
            "--without-mingle",
            "--without-gossip",
        ]
        supervisor.add(Child("worker", worker, logs / "worker.log"))
        supervisor.add(Child("beat", [*CELERY, "beat", "--loglevel", "INFO", "--pidfile="], logs / "beat.log"))
        granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "4"]
        web = [
            *granian,
            "--host",
            host,
            "--port",
            str(port),
            "--workers-kill-timeout",
            "5",
            "exchange.wsgi:application",
        ]
        self._add(supervisor, Child("web server", web, logs / "web.log"), lambda: _is_healthy(host, port))
        if not supervisor.asked_to_stop:
            supervisor.say(_page(supervisor.env["SITE_URL"], cast))
            supervisor.watch()

    def _add(self, supervisor: Supervisor, child: Child, is_ready: Any) -> None:
        supervisor.add(child)
        if not supervisor.wait_until(child, is_ready, seconds=60) and not supervisor.asked_to_stop:
            raise CommandError(f"The {child.name} did not start. {child.log} ends:\n{child.last_lines()}")


def _sealed_with(certificate: Path) -> dict[str, str]:
    """What the children seal papers with, whatever the environment holds for a real installation."""
    unset = ("SEAL_CERTIFICATE", "SEAL_KEY", "SEAL_PASSWORD", "SEAL_TIME_STAMP_URL")
    return {"SEAL_PKCS12": str(certificate), **dict.fromkeys(unset, "")}


def _page(url: str, cast: Sequence[SignIn]) -> str:
    """What the terminal shows once the site answers."""
    lines = ["", f"The option exchange is open at {url}", ""]
    for member in cast:
        lines += [f"  {member.name}: {member.sees}", f"      {member.email}   {member.password}"]
    lines += ["", f"E-mails can be read at {url}/demo/mail/, the staff's desk is at {url}/staff/."]
    lines += ["", f"Ctrl-C stops it. Its data and logs are in {settings.VAR_DIR}.", ""]
    return "\n".join(lines)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(f"A demonstration is already running on {lock.parent}.") from None
        yield


@contextmanager
def _short_folder() -> Iterator[Path]:
    """For the broker's socket, whose path may have about a hundred characters; only this user can enter it."""
    folder = tempfile.mkdtemp(prefix="exchange-")
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_a_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({fault.strerror}). Choose another: make demo PORT=8001"
            ) from None


def _pings(url: str) -> bool:
    try:
        with Redis.from_url(url) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _is_healthy(host: str, port: int) -> bool:
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - told to listen there, not doing it
    connection = HTTPConnection(reach, port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
