"""How far this process's clock and the database server's are apart: deadlines hold only while they agree."""

from datetime import timedelta

from django.db import connection

from exchange.kernel import clock


def difference() -> timedelta:
    """The database's present less ours: as much of it as is certain, however long the question took.

    Nothing where the answer lies between our readings before and after; nothing on SQLite, which has no clock.
    """
    if connection.vendor != "postgresql":
        return timedelta(0)
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    after = clock.now()
    apart: timedelta = theirs - min(max(theirs, before), after)
    return apart
