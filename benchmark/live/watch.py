"""Notices commits of any process: SQLite by `PRAGMA data_version`, PostgreSQL by NOTIFY (sent by sync.store.lock).

One thread per process, started with the first listener. A database out of reach is tried again; when it is back,
all revs are read anew, so nothing is missed.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

import orjson
import psycopg
from sqlalchemy import URL

from benchmark.live.hub import Hub

log = logging.getLogger(__name__)
TICK = 0.02
"""Seconds between two looks at SQLite's data_version (3 µs each)."""
AGAIN = 1.0
"""Seconds before a lost database is tried again."""


class Watcher:
    """Tells a hub what changes in a database."""

    def __init__(self, hub: Hub, url: URL) -> None:
        self._hub, self._url = hub, url
        self._started = threading.Lock()
        self._stop = threading.Event()

    def start(self) -> None:
        """Watch from now on; harmless when it watches already."""
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._run, name="live-watch", daemon=True).start()

    def stop(self) -> None:
        """Stop watching, for good."""
        self._stop.set()

    def _run(self) -> None:
        look = _sqlite if self._url.get_backend_name() == "sqlite" else _postgresql
        while not self._stop.is_set():
            try:
                known: dict[str, int] = {}
                for revs in look(self._url, self._hub, self._stop):
                    self._hub.tell({space: rev for space, rev in revs.items() if known.get(space) != rev})
                    known = revs if revs.keys() >= known.keys() else {**known, **revs}
            except (sqlite3.Error, psycopg.Error) as error:
                log.warning("live: %s", error)
                self._stop.wait(AGAIN)
        self._hub.dismiss()


def _sqlite(url: URL, hub: Hub, stop: threading.Event) -> Iterator[dict[str, int]]:
    with closing(sqlite3.connect(url.database or "", timeout=5, isolation_level=None)) as connection:
        version = None
        while not stop.wait(TICK):
            latest = connection.execute("PRAGMA data_version").fetchone()[0]
            if latest != version:
                version = latest
                rows = connection.execute(
                    "SELECT id, rev FROM space WHERE id IN (SELECT value FROM json_each(?))",
                    [orjson.dumps(sorted(hub.spaces())).decode()],
                )
                yield dict(rows.fetchall())


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
