"""A real Celery worker process on the test's own database and broker, which can be killed in the middle."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from exchange import celery_app
from exchange.cli.demo.tether import tethered
from tests.support.waiting import LONGEST

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The address of the test database, for another process."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    who = quote(facts["USER"] or "", safe="")
    if facts["PASSWORD"]:
        who += ":" + quote(facts["PASSWORD"], safe="")
    where = (facts["HOST"] or "") + (f":{facts['PORT']}" if facts["PORT"] else "")
    return f"postgresql://{who}@{where}/{facts['NAME']}"


class Worker:
    """One worker process. Only for tests that commit (`transaction=True`): it sees what is committed, nothing else."""

    def __init__(
        self, *, broker_url: str, env: dict[str, str] | None = None, concurrency: int = 1, include: str = ""
    ) -> None:
        self.concurrency = concurrency
        self.include = ["--include", include] if include else []  # a module of the tests that changes what it does
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": broker_url,
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(Path(settings.VAR_DIR) / f"mail-{uuid.uuid4().hex}"),
            **(env or {}),
        }
        self.log = Path(settings.VAR_DIR) / f"worker-{uuid.uuid4().hex}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def mail_folder(self) -> Path:
        """Where this worker leaves the letters it sends, one file per connection."""
        return Path(self.env["EMAIL_FILE_PATH"])

    def start(self) -> "Worker":
        """Start it and wait until it answers."""
        name = f"worker-{uuid.uuid4().hex[:8]}@localhost"
        command = [sys.executable, "-m", "celery", "-A", "exchange", "worker", "--concurrency", str(self.concurrency)]
        command += ["--without-mingle", "--without-gossip", "--hostname", name, *self.include]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                tethered(command), cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline and self.process.poll() is None:
            with celery_app.connection_for_write() as fresh:  # a pooled one may lead to a broker that was killed
                if celery_app.control.ping(destination=[name], timeout=0.5, connection=fresh):
                    return self
        self.kill()
        raise RuntimeError(f"The worker did not start:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """kill -9, with its children: what a dying machine does."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """Let it finish the task in hand, and wait."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        self.kill()
