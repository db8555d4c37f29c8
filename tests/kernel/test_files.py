"""Stored bytes: whole or not there, the same twice, and nothing left behind when the disk is full."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest

from benchmark.kernel import clock
from benchmark.kernel.files import Files


def test_bytes_come_back_under_their_hash(tmp_path: Path) -> None:
    files = Files(tmp_path)
    key = files.put(b"kuva")
    assert files.put(b"kuva") == key
    assert files.read(key) == b"kuva"
    assert len(list(tmp_path.rglob("*"))) == 2


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        Files(tmp_path).put(b"kuva")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_sweep_takes_what_nobody_needs_and_nobody_stored_lately(tmp_path: Path) -> None:
    files = Files(tmp_path)
    needed, old, again, new = (files.put(word) for word in (b"needed", b"old", b"again", b"new"))
    edge = clock.now() - timedelta(days=1)
    for key in (needed, old, again):
        os.utime(files.path(key), (0, 0))
    files.put(b"again")
    assert files.sweep({needed}, edge) == 1
    assert [files.path(key).exists() for key in (needed, old, again, new)] == [True, False, True, True]
