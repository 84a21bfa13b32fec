"""Files that come with forms, scans and proofs: kept encrypted, each under its own key, every look in the log.

The encrypted bytes are append-only; purging a scan removes its key, and with it all that could be read (domain §10).
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.files import File

from exchange.audit.actions import append
from exchange.elections.models import Form, Purpose, Scan, ScanKey
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.reads import chain_of

MOST_BYTES = 10 * 1024 * 1024
_BEGINNINGS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@dataclass(frozen=True)
class ScanFile:
    body: bytes
    content_type: str


def content_type_of(body: bytes) -> str | None:
    """What a file is by its first bytes: a PDF, a PNG, a JPEG, or None."""
    return next((kind for beginning, kind in _BEGINNINGS if body.startswith(beginning)), None)


def read_file(upload: "File[Any]") -> ScanFile | Refusal:
    """An uploaded file, told by its content and never by its name; or why it is not taken."""
    if upload.size > MOST_BYTES:
        return Refusal("scan_too_large")
    body = upload.read()
    kind = content_type_of(body)
    return ScanFile(body, kind) if kind else Refusal("scan_wrong_kind")


def check_file(file: ScanFile) -> None:
    """Refuses what is no PDF, PNG or JPEG, what is too large, and all where there is no key to keep it under."""
    if not settings.SCAN_KEY:
        raise refuse(Refusal("scan_no_key"))
    if content_type_of(file.body) != file.content_type or len(file.body) > MOST_BYTES:
        raise refuse(Refusal("scan_not_readable"))


def digest_of(body: bytes, salt: str) -> str:
    """SHA-256 of the salt's bytes, then the file's."""
    return hashlib.sha256(bytes.fromhex(salt) + body).hexdigest()


def sealed_up(body: bytes) -> tuple[bytes, bytes]:
    """A file encrypted under a key of its own, and that key under the installation's."""
    key = Fernet.generate_key()
    return Fernet(key).encrypt(body), _master().encrypt(key)


def attach_scan(
    *,
    form: Form,
    file: ScanFile,
    purpose: Purpose = Purpose.FORM,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[Scan]:
    """Keep a scan with its paper form: of the form itself, or of what cured a defect of it.

    Refuses a file that `check_file` refuses, and the same one twice.
    """

    def work() -> Scan:
        check_file(file)
        sha256 = digest_of(file.body, salt="")
        if Scan.objects.filter(form=form, sha256=sha256).exists():
            raise refuse(Refusal("scan_attached_already", {"number": form.number}))
        content, wrapped = sealed_up(file.body)
        scan = Scan(
            form=form,
            purpose=purpose,
            content_type=file.content_type,
            size=len(file.body),
            sha256=sha256,
            content=content,
            attached_at=at,
            attached_by=actor,
        )
        append(
            chain=chain_of(form.offer),
            kind="scan.attached",
            actor=actor,
            at=at,
            payload={"form": form.number, "purpose": purpose, "sha256": sha256, "size": scan.size},
            rows=[scan],
        )
        ScanKey.objects.create(scan=scan, wrapped=wrapped)
        return scan

    return in_one_transaction(work, dry_run=dry_run)


def open_scan(*, scan: Scan, actor: str, at: datetime) -> Result[ScanFile]:
    """The scan as it was attached, and a line in the log that says who looked. Refuses one that was purged."""

    def work() -> ScanFile:
        found = ScanKey.objects.filter(scan=scan).first()
        if found is None:
            raise refuse(Refusal("scan_purged"))
        body = Fernet(_master().decrypt(bytes(found.wrapped))).decrypt(bytes(scan.content))
        if digest_of(body, scan.salt) != scan.sha256:
            raise RuntimeError(f"scan {scan.pk} is not what was attached")
        append(
            chain="looks",
            kind="scan.opened",
            actor=actor,
            at=at,
            payload={"offer": scan.form.offer.code, "form": scan.form.number, "sha256": scan.sha256},
        )
        return ScanFile(body, scan.content_type)

    return in_one_transaction(work)


def _master() -> Fernet:
    """The installation's key, of whatever length: what the product keeps is made with its SHA-256."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.SCAN_KEY.encode()).digest()))
