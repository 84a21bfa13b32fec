"""Comparing a signature with the name on the agreement."""

import unicodedata


def folded(name: str) -> str:
    """A name as it is compared: NFKC, case folded, trimmed, white space collapsed (domain §4)."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def is_blank(text: str) -> bool:
    return not folded(text)
