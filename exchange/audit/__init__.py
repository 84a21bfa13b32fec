"""One append-only line per thing that happened, chained; and the sealed rows those lines vouch for.

Never points at a domain model: subjects are opaque keys.
"""
