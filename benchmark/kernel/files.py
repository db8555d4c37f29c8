"""Bytes on disk, named by their content (SHA-256), so that storing twice is harmless and names say nothing of people.

A file appears under its name only when it is whole and on disk: written aside, fsynced, renamed, folder fsynced.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from flask import current_app


class Files:
    """A folder of content-addressed files: `root/ab/abcdef…`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """Where the file with this SHA-256 (hex) lies, whether or not it is there yet."""
        return self.root / key[:2] / key

    def put(self, content: bytes) -> str:
        """Store `content` durably and return its SHA-256 (hex). Raises OSError, leaving nothing half-written."""
        key = hashlib.sha256(content).hexdigest()
        target = self.path(key)
        with suppress(FileNotFoundError):
            os.utime(target)
            return key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(target)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return key

    def sweep(self, kept: Collection[str], before: datetime) -> int:
        """Remove what nobody needs any more and nobody stored since `before`; returns how many files went.

        kept      keys of what somebody needs; read them before calling
        before    long enough ago that whatever was stored earlier has been committed to the database, or never will
        """
        n_removed = 0
        for path in self.root.glob("??/*"):
            if path.name not in kept and path.stat().st_mtime < before.timestamp():
                path.unlink()
                n_removed += 1
        return n_removed

    def read(self, key: str) -> bytes:
        """The bytes stored under `key`; raises FileNotFoundError."""
        return self.path(key).read_bytes()


def store() -> Files:
    """The files of the running app."""
    return Files(current_app.extensions["config"].data / "files")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
