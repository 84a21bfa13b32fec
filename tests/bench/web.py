"""The web server of `make web`, and holders who review and sign over HTTP."""

import html
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

HOST = "options.example.com"


@dataclass(frozen=True)
class Holder:
    """One holder, already signed in; `csrf` and `token` once the review page has been read."""

    name: str
    email: str
    session: str
    grants: tuple[str, ...]
    csrf_cookie: str = ""
    csrf: str = ""
    token: str = ""


@contextmanager
def serving(port: int, *, threads: int, workers: int, log: Path) -> Iterator[None]:
    """granian as production runs it, in the environment of this process."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", str(threads), "exchange.wsgi:application"]
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait(port, server, log)
        yield
    finally:
        server.terminate()
        server.wait()


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/", headers={"Host": HOST})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The web server did not start:\n{log.read_text()[-3000:]}")


def reviewing(port: int, code: str) -> Callable[[Holder], Holder]:
    """A client that opens review pages; answers the holder with what the page gave them to sign with."""
    return partial(_review, _connect(port), code)


def signing(port: int, code: str) -> Callable[[Holder], str]:
    """A client that presses Sign; answers the address of the confirmation page."""
    return partial(_sign, _connect(port), code)


def _connect(port: int) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    return connection


def _headers(holder: Holder) -> dict[str, str]:
    cookies = f"sessionid={holder.session}" + (f"; csrftoken={holder.csrf_cookie}" if holder.csrf_cookie else "")
    return {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/", "Cookie": cookies}


def _review(connection: HTTPConnection, code: str, holder: Holder) -> Holder:
    query = urlencode([("grant", grant) for grant in holder.grants])
    connection.request("GET", f"/offers/{code}/review/?{query}", headers=_headers(holder))
    response = connection.getresponse()
    page = response.read().decode()
    cookie = re.search(r"csrftoken=([^;]+)", response.headers.get("Set-Cookie", ""))
    fields = {name: html.unescape(value) for name, value in _FIELD.findall(page)}
    if response.status != 200 or cookie is None or not {"csrfmiddlewaretoken", "token"} <= fields.keys():
        raise RuntimeError(f"The review page answered {response.status}:\n{page[:2000]}")
    return replace(holder, csrf_cookie=cookie[1], csrf=fields["csrfmiddlewaretoken"], token=fields["token"])


_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def _sign(connection: HTTPConnection, code: str, holder: Holder) -> str:
    body = urlencode(
        {
            "csrfmiddlewaretoken": holder.csrf,
            "token": holder.token,
            "email": holder.email,
            "address": "1 Main Street",
            "acknowledged": "on",
            "signature_name": holder.name,
        }
    )
    headers = _headers(holder) | {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"/offers/{code}/review/", body=body, headers=headers)
    response = connection.getresponse()
    page = response.read().decode()
    if response.status != 302:
        raise RuntimeError(f"The signature was answered {response.status}:\n{page[:2000]}")
    return response.headers["Location"]
