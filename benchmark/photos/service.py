"""Takes photo bytes in and finds their renditions. Bytes and the record announcing them come in either order."""

import hashlib
import os
import threading
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem, name_problems
from benchmark.kernel.files import Files
from benchmark.kernel.precedence import give_way
from benchmark.photos import imaging
from benchmark.photos.model import PhotoFile
from benchmark.sync import service as sync
from benchmark.sync import store
from benchmark.sync.merge import Change

name_problems(photo_conflict=409, photo_digest=422, upload_offset=409, upload_version=412)

SIZES = ("thumb", "print", "screen")

_decoding = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
"""A decoded picture takes up to 160 MB; more at once than cores, which two processes share, would queue in memory."""
GIVING_WAY = 0.5
"""Seconds that the making of a picture lets syncs go first, which are done in a few hundredths each."""


def check(space: str, photo: str, content: bytes, sha256: str) -> PhotoFile | None:
    """The file already received under this id, if any. Problems: photo_digest, and those of `received`.

    sha256   hex, as the sender computed it
    """
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Problem("photo_digest")
    return received(space, photo, sha256)


def received(space: str, photo: str, sha256: str) -> PhotoFile | None:
    """The file received under this id, if any.

    Problems: photo_conflict, when this id is known with another hash; not_found, when the bin has let go of it.
    """
    state = store.states(space, [photo]).get(photo)
    if state is not None and state.is_emptied:
        raise Problem("not_found")
    is_announced = state is not None and state.kind == "photo" and not state.deleted_at
    if state is not None and is_announced and state.fields.get("sha256") not in (None, sha256):
        raise Problem("photo_conflict")
    return _same(db.session.get(PhotoFile, (space, photo)), sha256)


def develop(files: Files, content: bytes) -> dict[str, Any]:
    """Make and store the renditions; slow, so keep no transaction open. Problems: those of `imaging.make`."""
    with _decoding:
        give_way(GIVING_WAY)
        made = imaging.make(content)
    return {
        "width": made.width,
        "height": made.height,
        "thumb_key": files.put(made.thumb),
        "screen_key": files.put(made.screen),
        "print_key": files.put(made.print),
    }


def accept(space: str, photo: str, *, sha256: str, renditions: dict[str, Any]) -> None:
    """Note that the photo's bytes are here, and tell its record if that has come. Problem: photo_conflict.

    1. Lock the space, as a push does: of "bytes came" and "record came" the later one must see the earlier.
    2. Add the row, unless another request with the same bytes was quicker.
    3. Set `is_received` on the record, which tells all phones.
    """
    store.lock([space])
    if _same(db.session.get(PhotoFile, (space, photo), populate_existing=True), sha256) is None:
        db.session.add(PhotoFile(space_id=space, photo_id=photo, sha256=sha256, **renditions))
        db.session.flush()
    announced = sync.record(space, "photo", photo)
    if announced is not None and not announced.get("is_received"):
        sync.write(space, [Change("photo", photo, {"is_received": True})])


def find(space: str, photo: str) -> PhotoFile:
    """The received file of a photo. Problem: not_found."""
    file = db.session.get(PhotoFile, (space, photo))
    if file is None:
        raise Problem("not_found")
    return file


def key_of(file: PhotoFile, size: str) -> str:
    """The key, in `kernel.files`, of the rendition called thumb, screen or print."""
    return {"thumb": file.thumb_key, "screen": file.screen_key, "print": file.print_key}[size]


def renditions_of(file: PhotoFile) -> dict[str, Any]:
    """What `develop` gave when these bytes came first."""
    return {name: getattr(file, name) for name in ("width", "height", "thumb_key", "screen_key", "print_key")}


def rendition_files(files: Files, space: str) -> dict[str, dict[str, Path]]:
    """Photo id → size (thumb, print, screen) → where that JPEG lies; all received photos of a space."""
    rows = db.session.scalars(select(PhotoFile).where(PhotoFile.space_id == space))
    return {row.photo_id: {size: files.path(key_of(row, size)) for size in SIZES} for row in rows}


def complete(space: str, records: dict[str, dict[str, Any]]) -> None:
    """Set `is_received` on new photo records: did the bytes come first?

    Without it a phone that sent them to a server which has since lost them would not know that they are missing.
    """
    query = select(PhotoFile.photo_id, PhotoFile.sha256).where(
        PhotoFile.space_id == space, PhotoFile.photo_id.in_(records)
    )
    received = {row.photo_id: row.sha256 for row in db.session.execute(query)}
    for id, fields in records.items():
        fields["is_received"] = id in received and fields.get("sha256") in (None, received[id])


def ask_again(files: Files) -> int:
    """Note which received photos have lost their files, as after an old copy was put back: phones send them again.

    Returns how many.
    """
    lost = defaultdict(list)
    for row in db.session.scalars(select(PhotoFile)):
        if not all(files.path(key_of(row, size)).exists() for size in SIZES):
            lost[row.space_id].append(row.photo_id)
    for space, ids in lost.items():
        store.lock([space])
        forget(space, ids)
        announced = [id for id in ids if sync.record(space, "photo", id) is not None]
        sync.write(space, [Change("photo", id, {"is_received": False}) for id in announced])
    return sum(len(ids) for ids in lost.values())


def forget(space: str, ids: Collection[str]) -> None:
    """Let go of the received bytes of these photos; their files go with the next `kernel.files` sweep."""
    db.session.execute(delete(PhotoFile).where(PhotoFile.space_id == space, PhotoFile.photo_id.in_(ids)))


def file_keys() -> set[str]:
    """The keys of all files that photos need."""
    rows = db.session.execute(select(PhotoFile.thumb_key, PhotoFile.screen_key, PhotoFile.print_key))
    return {key for row in rows for key in row}


def _same(file: PhotoFile | None, sha256: str) -> PhotoFile | None:
    if file is not None and file.sha256 != sha256:
        raise Problem("photo_conflict")
    return file
