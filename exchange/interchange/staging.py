"""Keeping uploaded files between the check and the applying of them, and reading them as files.

They are kept encrypted under a key made from the installation's own, and removed once applied, or after a week.
"""

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from exchange.interchange.models import StagedFile
from exchange.kernel import vault

KEPT_FOR = timedelta(days=7)
PURPOSE = "staged files"
LONGEST_NAME = 200


def stage(*, kind: str, files: Sequence[tuple[str, bytes]], actor: str, at: datetime) -> uuid.UUID:
    """Keep files as one batch; those that nobody applied within a week are removed. Answers the batch."""
    drop_old(at=at)
    batch = uuid.uuid4()
    StagedFile.objects.bulk_create(
        StagedFile(
            batch=batch,
            kind=kind,
            position=position,
            name=_safe(name),
            content=locked(content),
            uploaded_at=at,
            uploaded_by=actor,
        )
        for position, (name, content) in enumerate(files, start=1)
    )
    return batch


def drop_old(*, at: datetime) -> None:
    """Remove what nobody applied within a week."""
    StagedFile.objects.filter(uploaded_at__lt=at - KEPT_FOR).delete()


def _safe(name: str) -> str:
    """The last part of a name, which leads nowhere."""
    last = PurePath(name).name.replace("\\", "_").replace("\0", "_")[-LONGEST_NAME:]
    return last if last.strip(".") else "file"


def staged(batch: uuid.UUID) -> list[StagedFile]:
    """The files of a batch in order; none once it was applied or discarded."""
    return list(StagedFile.objects.filter(batch=batch))


def body_of(file: StagedFile) -> bytes:
    """The file as it was uploaded."""
    return unlocked(bytes(file.content))


def locked(content: bytes) -> bytes:
    """Bytes that only this installation can read again."""
    return vault.locked(content, purpose=PURPOSE)


def unlocked(content: bytes) -> bytes:
    return vault.unlocked(content, purpose=PURPOSE)


def discard(batch: uuid.UUID) -> None:
    StagedFile.objects.filter(batch=batch).delete()


@contextmanager
def as_files(files: Sequence[StagedFile]) -> Iterator[list[Path]]:
    """The files on disk under their own names, in one folder that is gone afterwards."""
    with on_disk([(file.name, body_of(file)) for file in files]) as paths:
        yield paths


@contextmanager
def on_disk(files: Sequence[tuple[str, bytes]]) -> Iterator[list[Path]]:
    """Files by name and content, as `as_files` has those of a batch."""
    with tempfile.TemporaryDirectory(prefix="exchange-") as folder:
        paths = []
        for name, content in files:
            path = Path(folder) / name
            path.write_bytes(content)
            paths.append(path)
        yield paths
