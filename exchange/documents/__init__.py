"""A template version and a stored snapshot make one PDF, kept with its digest.

Never reads a domain table: owners are opaque keys.
"""
