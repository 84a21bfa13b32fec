"""Whether this process can do its work, for a load balancer or a monitor: 200 and the facts, or 503."""

from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exchange.kernel import clock, database_clock
from exchange.notices.reads import longest_waiting

log = structlog.get_logger(__name__)

ALARM_SECONDS = 0.25  # forms are refused at a whole second; somebody should know long before


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Tells nothing that a stranger may not know: no host, no version, no number of anybody."""
    facts: dict[str, Any] = {}
    healthy = _database(facts, clock.now()) & _broker(facts)
    return JsonResponse({"healthy": healthy, **facts}, status=200 if healthy else 503)


def _database(facts: dict[str, Any], at: datetime) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        apart = abs(database_clock.difference().total_seconds())
        waiting_since = longest_waiting(at)
    except Error:
        log.exception("health: no database")
        facts["database"] = "unreachable"
        return False
    facts["database"] = "reachable"
    facts["clock_difference_seconds"] = round(apart, 3)
    # Letters that wait mean a dead worker or mail server: somebody should look, but the site can do its work.
    facts["oldest_letter_waits_seconds"] = round((at - waiting_since).total_seconds()) if waiting_since else 0
    return apart < ALARM_SECONDS


def _broker(facts: dict[str, Any]) -> bool:
    """Without a configured broker letters wait for a worker's sweep; that is a choice, not a fault."""
    if not settings.REDIS_URL:
        facts["broker"] = "none"
        return True
    from redis import Redis, RedisError

    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as broker:
            broker.ping()
    except RedisError:
        log.exception("health: no broker")
        facts["broker"] = "unreachable"
        return False
    facts["broker"] = "reachable"
    return True
