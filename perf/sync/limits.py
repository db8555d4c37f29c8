"""What no server could beat here: SQLite alone, with the same durability, and a constant answer from our gunicorn."""

import http.client
import json
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmark.kernel.db import is_wal_safe
from benchmark.kernel.sqlite import sqlite3
from perf.sync.contender import Program
from perf.sync.http_device import cut
from perf.sync.observations import Observation
from tests.cluster import free_port

UPSERT = "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, body = excluded.body"
N_ASKED = 200
IN_ONE, IN_HUNDREDS = "SQLite alone, one transaction", "SQLite alone, transactions of 100"
READING = "SQLite alone, reading"


def sqlite_limits(folder: Path, all_of: Sequence[Observation]) -> dict[str, float]:
    """Rows per second: written in one transaction, upserted in hundreds, read."""
    rows = [(one.id, 1, json.dumps(one.fields)) for one in all_of]
    return {
        IN_ONE: len(rows) / _write(folder / "one.db", rows, len(rows)),
        IN_HUNDREDS: len(rows) / _write(folder / "hundreds.db", rows, 100),
        READING: len(rows) / _read(folder / "one.db", len(rows)),
    }


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    journal = "WAL" if is_wal_safe(sqlite3.sqlite_version_info) else "DELETE"
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _write(file: Path, rows: Sequence[Any], size: int) -> float:
    file.unlink(missing_ok=True)
    with closing(_open(file)) as connection:
        connection.execute("CREATE TABLE record (id TEXT PRIMARY KEY, rev INTEGER, body TEXT) WITHOUT ROWID")
        begin = time.perf_counter()
        for batch in cut(rows, size):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(UPSERT, batch)
            connection.execute("COMMIT")
        return time.perf_counter() - begin


def _read(file: Path, n: int) -> float:
    with closing(_open(file)) as connection:
        begin = time.perf_counter()
        found = connection.execute("SELECT id, rev, body FROM record").fetchall()
        assert len(found) == n
        return time.perf_counter() - begin


def constant_seconds(folder: Path) -> float:
    """How long a client waits for that answer, the median."""
    port = free_port()
    program = Program([sys.executable, Path(__file__).with_name("constant.py"), str(port)], folder, port)
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            return statistics.median(_ask(connection) for _ in range(N_ASKED))
    finally:
        program.stop()


def _ask(connection: http.client.HTTPConnection) -> float:
    begin = time.perf_counter()
    connection.request("GET", "/")
    connection.getresponse().read()
    return time.perf_counter() - begin
