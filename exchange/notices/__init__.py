"""The e-mail outbox: rendered when queued, claimed, sent, and the proof of sending.

Never builds domain context: a letter arrives here as finished text.
"""
