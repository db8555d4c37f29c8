"""Statements of the hot path, handed to the database's driver itself: SQLAlchemy takes four times as long as SQLite.

They run in the session's transaction, or in the snapshot that is open, and fail with SQLAlchemy's errors, so all else
stays as it is. Written once, as PostgreSQL has it, with `:named` values; a list stands in `= ANY(:ids)` or
`<> ALL(:ids)`, and text comes as bytes by `convert_to(body, 'UTF8')`. Values travel as they are, and moments come back
as the driver has them: see `kernel.db.as_moment`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from benchmark.kernel.db import connection, execute
from benchmark.kernel.sqlite import sqlite3

Row = tuple[Any, ...]
_ONE_OF, _NONE_OF, _AS_BYTES, _VALUE = map(
    re.compile, (r"= ANY\(:(\w+)\)", r"<> ALL\(:(\w+)\)", r"convert_to\((\w+), 'UTF8'\)", r"(?<!:):(\w+)")
)
_WITHIN = r"(SELECT value FROM json_each(:\1))"


class Statement:
    """One statement, prepared for both databases."""

    def __init__(self, text: str) -> None:
        plain = _NONE_OF.sub(f"NOT IN {_WITHIN}", _ONE_OF.sub(f"IN {_WITHIN}", text))
        plain = _AS_BYTES.sub(r"CAST(\1 AS BLOB)", plain)
        self._sqlite, self._postgresql = plain, _VALUE.sub(r"%(\1)s", text)

    def rows(self, **values: Any) -> list[Row]:
        """Execute it and return all rows."""
        return self._rows(connection(), values)

    def rows_on(self, connection: Connection, **values: Any) -> list[Row]:
        """Execute it on this connection and return all rows."""
        return self._rows(connection.connection.driver_connection, values)

    def _rows(self, driver: Any, values: dict[str, Any]) -> list[Row]:
        if not isinstance(driver, sqlite3.Connection):
            return execute(driver, self._postgresql, values)
        return execute(driver, self._sqlite, {name: _as_text(value) for name, value in values.items()})


class Insert:
    """Puts many rows into a table at once; `tail` says what to do with those that are there.

    PostgreSQL takes each column as one value, since every row would cost a message of its own.
    """

    def __init__(self, table: str, columns: dict[str, str], tail: str = "") -> None:
        names = ", ".join(columns)
        self._sqlite = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' for _ in columns)}) {tail}"
        given = ", ".join(f"%b::{type}[]" for type in columns.values())
        self._postgresql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({given}) {tail}"

    def put(self, rows: Sequence[Row]) -> None:
        """Insert these rows, their values in the order of the columns."""
        if not rows:
            return
        driver = connection()
        if isinstance(driver, sqlite3.Connection):
            execute(driver, self._sqlite, rows, how="executemany")
        else:
            execute(driver, self._postgresql, [list(column) for column in zip(*rows, strict=True)])


def _as_text(value: Any) -> Any:
    return orjson.dumps(value).decode() if type(value) is list else value
