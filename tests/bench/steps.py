"""The long steps of an offer that has expired, filled, tried out, proposed, approved: how long each page takes.

The worker's part is done here too, by the function that its task calls, and timed apart: no page waits for it.
"""

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from datetime import time as time_of_day
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse

from exchange.kernel import clock
from exchange.offers.models import Attempt
from exchange.people.models import User
from exchange.settlement.models import Acceptance
from exchange.staff import working
from tests.bench import big
from tests.bench.__main__ import _say as say
from tests.support.second_factor import with_an_app

SLOW = 1.0
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')


class Steps:
    """Two people who take the offer through its steps; `slow` counts the pages that took too long."""

    def __init__(self) -> None:
        self.proposer, self.approver = _client("proposer"), _client("approver")
        self.slow = 0

    def page(self, name: str, ask: Callable[[], Any]) -> Any:
        began, busy = time.monotonic(), time.process_time()
        answer = ask()
        body = answer.content
        took, busy = time.monotonic() - began, time.process_time() - busy
        self.slow += took > SLOW
        mark = "  SLOW" if took > SLOW else ""
        say(f"  {name[:60]:62}{took:9.2f}{busy:9.2f}  {answer.status_code}{len(body) / 1000:8.0f} kB{mark}")
        return answer

    def by_the_worker(self, client: Client, name: str, ask: Callable[[], Any]) -> Any:
        """Ask for something, look how far it is, and at what came of it."""
        progress = self.page(f"{name}: asked for", ask)["Location"]
        self.page(f"{name}: how far it is", lambda: client.get(progress))
        began, busy = time.monotonic(), time.process_time()
        for attempt in Attempt.objects.filter(state="asked"):
            working.work(attempt.pk)
        took, busy = time.monotonic() - began, time.process_time() - busy
        say(f"  {name + ': the worker':62}{took:9.2f}{busy:9.2f}")
        then = self.page(f"{name}: leads on", lambda: client.get(progress))["Location"]
        answer = self.page(f"{name}: what came of it", lambda: client.get(then))
        answer.address = then
        return answer

    def confirmed(self, client: Client, name: str, address: str, data: Mapping[str, str]) -> Any:
        """Try out and confirm; the page one is led to."""
        shown = self.by_the_worker(
            client, f"{name}, tried out", lambda: client.post(address, {**data, "step": "preview"})
        )
        found = DIGEST.search(shown.content.decode())
        if found is None:
            raise SystemExit(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown.content.decode()))[:3000])
        press = {**data, "step": "confirm", "digest": found.group(1), "confirmation": big.CODE}
        return self.by_the_worker(client, f"{name}, confirmed", lambda: client.post(address, press))

    def step(self, slug: str, data: Mapping[str, str], approval: Mapping[str, str] | None = None) -> None:
        """One step from its form to what comes of it; by two people where `approval` is what the second enters."""
        say(f"\n{slug}")
        address = reverse(f"staff:{slug}", args=[big.CODE])
        self.page("the form", lambda: self.proposer.get(address))
        done = self.confirmed(self.proposer, slug, address, data)
        if approval is not None:
            self.page("the list of approvals", lambda: self.approver.get(reverse("staff:approvals")))
            self.page("the proposal, to its approver", lambda: self.approver.get(done.address))
            self.page("the proposal, to its proposer", lambda: self.proposer.get(done.address))
            self.confirmed(self.approver, f"{slug}, approved", done.address, approval)
            self.page("the proposal, once approved", lambda: self.approver.get(done.address))


def measure() -> None:
    """Acceptance, promises, the grant and the final statements of a big offer that has expired."""
    steps = Steps()
    say(f"\n{'':64}{'seconds':>9}{'of CPU':>9}")
    steps.step("accept", {"attested": "on", "leave_undecided": "on"}, {})
    steps.step("promises", {})
    earliest = Acceptance.objects.get().earliest_grant_on
    with clock.held_at(datetime.combine(earliest, time_of_day(17), ZoneInfo("America/Los_Angeles"))):
        steps.step("grant", {"on": earliest.isoformat(), "closing_price": "9.87"}, {"closing_price": "9.87"})
        steps.step("statements", {})
    say(f"\n{steps.slow} pages over {SLOW:.0f} s")


def _client(name: str) -> Client:
    client = Client()
    email = f"{name}@company.example"
    user = User.objects.filter(email=email).first()
    client.force_login(user or with_an_app(User.objects.create_superuser(email, "a long password of nobody")))
    return client
