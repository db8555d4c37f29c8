"""What has arrived so far of pictures sent in pieces, so that a cut connection costs only what it was carrying.

One file for each photo and sender; what was announced of it is its name. No file is locked for longer than a write
takes: of two senders the one that goes on where the file ends wins. Whole pictures live in `kernel.files`.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app


@dataclass(frozen=True)
class Partial:
    """A picture on its way: `length` bytes with this SHA-256 (hex)."""

    path: Path
    length: int
    sha256: str

    def offset(self) -> int:
        """How many bytes count as here. The last one does only once the picture is accepted, however that fails."""
        with suppress(FileNotFoundError):
            return self._counting(self.path.stat())
        return 0

    def append(self, offset: int, piece: bytes) -> bool:
        """Write a piece that begins at `offset`; False when someone else has gone on, or ended, meanwhile."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if self._counting(os.fstat(file.fileno())) != offset:
                return False
            file.truncate(offset)
            file.write(piece)
            file.flush()
        return True

    def read(self) -> bytes:
        """All that is here; nothing when it has been accepted meanwhile."""
        with suppress(FileNotFoundError):
            return self.path.read_bytes()
        return b""

    def drop(self) -> None:
        """Let go of it."""
        self.path.unlink(missing_ok=True)

    def _counting(self, status: os.stat_result) -> int:
        return min(status.st_size, self.length - 1)


class Partials:
    """A folder of partial pictures: `root/<space>.<photo>.<person>.<length>.<sha256>`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def of(self, space: str, photo: str, person: str, length: int, sha256: str) -> Partial:
        """The picture that this person sends under this id, whether or not any of it is here."""
        return Partial(self.root / f"{space}.{photo}.{person}.{length}.{sha256}", length, sha256)

    def sweep(self, before: datetime) -> int:
        """Remove what nobody has gone on with since `before`; returns how many files went."""
        old = [path for path in self.root.glob("*") if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def partials() -> Partials:
    """The partial pictures of the running app."""
    return Partials(current_app.extensions["config"].data / "partial")
