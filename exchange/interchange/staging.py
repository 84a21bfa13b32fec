"""Keeping uploaded files between the check and the applying of them, and reading them as files."""

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from exchange.interchange.models import StagedFile

KEPT_FOR = timedelta(days=7)
LONGEST_NAME = 200


def stage(*, kind: str, files: Sequence[tuple[str, bytes]], actor: str, at: datetime) -> uuid.UUID:
    """Keep files as one batch; those that nobody applied within a week are removed. Answers the batch."""
    StagedFile.objects.filter(uploaded_at__lt=at - KEPT_FOR).delete()
    batch = uuid.uuid4()
    StagedFile.objects.bulk_create(
        StagedFile(
            batch=batch,
            kind=kind,
            position=position,
            name=_safe(name),
            content=content,
            uploaded_at=at,
            uploaded_by=actor,
        )
        for position, (name, content) in enumerate(files, start=1)
    )
    return batch


def _safe(name: str) -> str:
    """The last part of a name, which leads nowhere."""
    last = PurePath(name).name.replace("\\", "_").replace("\0", "_")[-LONGEST_NAME:]
    return last if last.strip(".") else "file"


def staged(batch: uuid.UUID) -> list[StagedFile]:
    """The files of a batch in order; none once it was applied or discarded."""
    return list(StagedFile.objects.filter(batch=batch))


def discard(batch: uuid.UUID) -> None:
    StagedFile.objects.filter(batch=batch).delete()


@contextmanager
def as_files(files: Sequence[StagedFile]) -> Iterator[list[Path]]:
    """The files on disk under their own names, in one folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="exchange-") as folder:
        paths = []
        for file in files:
            path = Path(folder) / file.name
            path.write_bytes(bytes(file.content))
            paths.append(path)
        yield paths
