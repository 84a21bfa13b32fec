"""Who waits for whom: one holder's forms for each other, acceptance for forms in flight, other holders for nobody.

On PostgreSQL these are transaction-scoped advisory locks. SQLite has one writer at a time (IMMEDIATE), which is
stricter, so there they are nothing.
"""

import zlib

from django.db import connection

_OFFER = 0x0FFE  # a class of locks of our own, so that no other user of advisory locks meets them


def _key(name: str) -> int:
    return zlib.crc32(name.encode()) - 2**31


def _lock(function: str, name: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a lock is held until the end of a transaction, and there is none")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [_OFFER, _key(name)])


def share_offer(code: str) -> None:
    """A form in flight: many at once, none while the offer itself changes."""
    _lock("pg_advisory_xact_lock_shared", f"offer:{code}")


def own_offer(code: str) -> None:
    """Accept, extend, amend, terminate: waits for every form in flight and keeps new ones out."""
    _lock("pg_advisory_xact_lock", f"offer:{code}")


def own(name: str) -> None:
    """Any other thing that one transaction at a time may do, by name."""
    _lock("pg_advisory_xact_lock", name)
