"""Acceptance, cancellations, promises, new grants and lapses. Runs once, and never while a form is in flight."""
