"""A copy of all that a server keeps, made while it runs: a folder that can be put in the place of the data folder.

Not for a database on PostgreSQL, which has tools of its own: there only the files are copied.
"""

import os
import shutil
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import make_url

from benchmark.config import Config
from benchmark.kernel.sqlite import sqlite3


def back_up(config: Config, folder: Path) -> int:
    """Make the copy; returns how many files it has beside the database. Raises FileExistsError, OSError, sqlite3.Error.

    1. The database as it is at one moment: writers wait while it is copied.
    2. Files, of which the database names only such as were there before.
    3. Under its name the folder appears when all of it is on disk.
    """
    if folder.exists():
        raise FileExistsError(folder)
    aside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    url = make_url(config.database)
    if url.get_backend_name() == "sqlite":
        _copy_database(Path(url.database or ""), aside / "benchmark.db")
    n_files = _copy_files(config.data / "files", aside / "files")
    os.sync()
    aside.rename(folder)
    return n_files


def _copy_database(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=60)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
        found = copy.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def _copy_files(source: Path, target: Path) -> int:
    """Whole files only; one that has been let go of meanwhile nobody needs."""
    n_copied = 0
    for path in source.glob("??/[!.]*"):
        place = target / path.parent.name / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            shutil.copyfile(path, place)
            n_copied += 1
    return n_copied
