"""Notices commits of any process: SQLite by `PRAGMA data_version`, asked for whenever something was written into its
folder (inotify; elsewhere than on Linux every 20 ms), PostgreSQL by NOTIFY (sent by sync.store.lock).

A database out of reach is tried again; when it is back,
all revs are read anew, so nothing is missed.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
import psycopg
from sqlalchemy import URL

from benchmark.kernel.sqlite import sqlite3
from benchmark.live.hub import Hub

if sys.platform == "linux":
    from inotify_simple import INotify, flags

log = logging.getLogger(__name__)
TICK = 0.02
"""Seconds between two looks at SQLite's data_version where nothing tells when to look."""
SOON = 0.005
"""Seconds between two looks while somebody commits: what they have written can be read only when it is on disk."""
COMMIT = 1.0
"""Seconds that a commit may take after its last write."""
AGAIN = 1.0
"""Seconds before a lost database is tried again, and at most between two looks."""
BUSY = 0.002
"""Seconds that SQLite waits for a commit to end before we ask anew; it sleeps ever longer, and would be late."""
_REVS = "SELECT id, rev FROM space WHERE id IN (SELECT value FROM json_each(?))"


class Watcher:
    """Tells a hub what changes in a database."""

    def __init__(self, hub: Hub, url: URL, stop: threading.Event) -> None:
        self._hub, self._url, self._stop = hub, url, stop

    def run(self) -> None:
        """Watch until told to stop."""
        look = _sqlite if self._url.get_backend_name() == "sqlite" else _postgresql
        while not self._stop.is_set():
            try:
                known: dict[str, int] = {}
                for revs in look(self._url, self._hub, self._stop):
                    self._hub.tell({space: rev for space, rev in revs.items() if known.get(space) != rev})
                    known = revs if revs.keys() >= known.keys() else {**known, **revs}
            except (sqlite3.Error, psycopg.Error, OSError) as error:
                log.warning("live: %s", error)
                self._stop.wait(AGAIN)


def _sqlite(url: URL, hub: Hub, stop: threading.Event) -> Iterator[dict[str, int]]:
    file = url.database or ""
    with (
        closing(sqlite3.connect(file, timeout=BUSY, isolation_level=None)) as connection,
        _writing(Path(file).parent) as wait,
    ):
        version, written = None, time.monotonic()
        while not stop.is_set():
            try:
                latest = connection.execute("PRAGMA data_version").fetchone()[0]
                if latest != version:
                    spaces = orjson.dumps(sorted(hub.spaces())).decode()
                    yield dict(connection.execute(_REVS, [spaces]).fetchall())
                    version = latest
                if wait(SOON if time.monotonic() < written + COMMIT else AGAIN):
                    written = time.monotonic()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise


@contextmanager
def _writing(folder: Path) -> Iterator[Callable[[float], object]]:
    """Gives what waits until something was written into the folder, or so many seconds; tells whether it was."""
    if sys.platform != "linux":
        yield lambda _seconds: time.sleep(TICK)
        return
    with INotify() as notes:
        notes.add_watch(folder, flags.MODIFY)
        yield lambda seconds: notes.read(timeout=int(1000 * seconds))


def _postgresql(url: URL, hub: Hub, stop: threading.Event) -> Iterator[dict[str, int]]:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("LISTEN space")
        yield dict(
            connection.execute(
                "SELECT id, rev FROM space WHERE id = ANY(%s)", [sorted(hub.spaces())]
            ).fetchall()
        )
        while not stop.is_set():
            for notice in connection.notifies(timeout=AGAIN):
                space, _, rev = notice.payload.partition(" ")
                yield {space: int(rev)}
