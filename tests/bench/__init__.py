"""How many Election Forms a second the whole product takes, beside the bare transactions of the same rows.

`make bench` runs it on PostgreSQL, in databases of its own that it removes again.
"""
