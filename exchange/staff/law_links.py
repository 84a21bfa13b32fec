"""What counsel may decide next about a promise that the law may forbid, as links."""

from django.http import HttpRequest
from django.urls import reverse

from exchange.settlement.models import Prohibition, Promise
from exchange.staff.actors import is_own
from exchange.staff.parts import Link
from exchange.staff.steps import ALLOW, FORBID, HOLD

Verdict = Prohibition.Verdict
# What stands already is not offered again.
NEXT = {
    "": (HOLD, FORBID),
    Verdict.HELD: (FORBID, ALLOW),
    Verdict.PROHIBITED: (HOLD, ALLOW),
    Verdict.RELEASED: (HOLD, FORBID),
}


def law_links(request: HttpRequest, promise: Promise) -> list[Link]:
    """What this user may decide about a promise that has not come to its end, and is not their own."""
    if not request.user.has_perm(HOLD.permission) or is_own(request.user, promise.holder):
        return []
    if not promise.lines.filter(new_grant__isnull=True, lapse__isnull=True).exists():
        return []
    last = promise.prohibitions.order_by("-number").first()
    found = NEXT[last.verdict if last else ""]
    return [Link(str(step.words), reverse(f"staff:{step.slug}", args=[promise.pk])) for step in found]
