"""Reads a rescue file: a ZIP with `benchmark.json` (the phone's ops, as it would have sent them) and pictures.

The file comes from anybody's hands: nothing in it is believed before it is measured, and no more is unpacked than
its kind of content may have. Not for what the ops say: `sync.push` judges each of them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from benchmark.kernel.encodings import read_json
from benchmark.kernel.errors import Problem, name_problems
from benchmark.kernel.ids import is_id
from benchmark.photos import imaging

name_problems(
    rescue_not_a_zip=422,
    rescue_damaged=422,
    rescue_not_ours=422,
    rescue_too_new=422,
    rescue_too_large=413,
    rescue_picture_missing=422,
)

MOST_BYTES = 512 << 20
MOST_TEXT = 32 << 20
MOST_DIRECTORY = 2 << 20
CONTENTS = "benchmark.json"
FORMAT, VERSION = "benchmark-rescue", 1

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_END_BYTES, _LOCATOR_BYTES, _COMMENT_BYTES = 22, 20, 65_535
_BAD = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True)
class Picture:
    """A photo whose bytes the phone still had: its id and space, its hash, and the entry they lie in."""

    id: str
    space: str
    sha256: str
    file: str


@dataclass(frozen=True)
class Rescue:
    """What one phone still had. `epoch` is the server's history that its revs belong to."""

    person: str
    name: str
    device: str
    epoch: str | None
    ops: list[dict[str, Any]]
    pictures: list[Picture]
    _archive: zipfile.ZipFile

    def content(self, picture: Picture) -> bytes:
        """The picture's bytes. Problems: rescue_picture_missing, photo_damaged, photo_too_large."""
        return _unpacked(
            self._archive,
            picture.file,
            imaging.MOST_BYTES,
            missing="rescue_picture_missing",
            damaged="photo_damaged",
            too_large="photo_too_large",
        )


@contextmanager
def opened(file: BinaryIO) -> Iterator[Rescue]:
    """The rescue file, read as far as its pictures. Problems: those named above."""
    _measure(file)
    try:
        archive = zipfile.ZipFile(file)
    except _BAD as error:
        raise Problem("rescue_damaged") from error
    with archive:
        yield _rescue(archive, _contents(archive))


def _measure(file: BinaryIO) -> None:
    """Refuse what is no ZIP, or lists more entries than a rescue file has, before the list is read."""
    size = file.seek(0, 2)
    if size > MOST_BYTES:
        raise Problem("rescue_too_large")
    start = max(0, size - _COMMENT_BYTES - _END_BYTES - _LOCATOR_BYTES)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_BYTES:
        file.seek(0)
        raise Problem("rescue_damaged" if file.read(4) == b"PK\x03\x04" else "rescue_not_a_zip")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    is_64 = tail[max(0, at - _LOCATOR_BYTES) : at].startswith(_END_64)
    if is_64 or directory > MOST_DIRECTORY:
        raise Problem("rescue_too_large")


def _contents(archive: zipfile.ZipFile) -> dict[str, Any]:
    text = _unpacked(
        archive,
        CONTENTS,
        MOST_TEXT,
        missing="rescue_not_ours",
        damaged="rescue_damaged",
        too_large="rescue_too_large",
    )
    try:
        contents = read_json(text)
    except ValueError as error:
        raise Problem("rescue_damaged") from error
    if not isinstance(contents, dict) or contents.get("format") != FORMAT:
        raise Problem("rescue_not_ours")
    if contents.get("version") != VERSION:
        raise Problem("rescue_too_new")
    return contents


def _unpacked(
    archive: zipfile.ZipFile, name: str, most: int, *, missing: str, damaged: str, too_large: str
) -> bytes:
    """The entry's bytes, at most `most` of them, whatever size it claims. Problems: those named."""
    try:
        with archive.open(name) as entry:
            content = entry.read(most + 1)
    except KeyError as error:
        raise Problem(missing) from error
    except _BAD as error:
        raise Problem(damaged) from error
    if len(content) > most:
        raise Problem(too_large)
    return content


def _rescue(archive: zipfile.ZipFile, contents: dict[str, Any]) -> Rescue:
    person, device, epoch = (contents.get(name) for name in ("person", "device", "epoch"))
    ops, pictures = contents.get("ops"), contents.get("photos")
    if not isinstance(person, dict) or not isinstance(ops, list) or not isinstance(pictures, list):
        raise Problem("rescue_damaged")
    id_, name = person.get("id"), person.get("name")
    return Rescue(
        id_ if isinstance(id_, str) and is_id(id_) else "",
        name[:80] if isinstance(name, str) else "",
        device[:36] if isinstance(device, str) and device else "rescue",
        epoch if isinstance(epoch, str) else None,
        [op for op in ops if isinstance(op, dict) and isinstance(op.get("space"), str)],
        [picture for entry in pictures if (picture := _picture(entry))],
        archive,
    )


def _picture(entry: Any) -> Picture | None:
    if not isinstance(entry, dict):
        return None
    id_, space, sha256, file = (entry.get(name) for name in ("id", "space", "sha256", "file"))
    if not (is_id(id_) and is_id(space) and isinstance(sha256, str) and isinstance(file, str)):
        return None
    return Picture(str(id_), str(space), sha256, file)
