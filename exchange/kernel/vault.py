"""Bytes that only this installation can read again, under a key made from its own, another for each purpose."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def locked(content: bytes, *, purpose: str) -> bytes:
    return _vault(purpose).encrypt(content)


def unlocked(content: bytes, *, purpose: str) -> bytes:
    return _vault(purpose).decrypt(content)


def _vault(purpose: str) -> Fernet:
    key = hashlib.sha256(purpose.encode() + b"\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
