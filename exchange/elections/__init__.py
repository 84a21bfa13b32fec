"""Signed forms: received, judged, in force. A signed form is never edited and never deleted."""
