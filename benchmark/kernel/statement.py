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
from sqlalchemy.exc import DBAPIError

from benchmark.kernel.db import connection

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
        self._texts = {"sqlite": plain, "postgresql": _VALUE.sub(r"%(\1)s", text)}

    def rows(self, **values: Any) -> list[Row]:
        """Execute it and return all rows."""
        return self.rows_on(connection(), **values)

    def rows_on(self, connection: Connection, **values: Any) -> list[Row]:
        """Execute it on this connection and return all rows."""
        if connection.dialect.name == "sqlite":
            values = {name: _as_text(value) for name, value in values.items()}
        return _execute(connection, "execute", self._texts[connection.dialect.name], values)


class Insert:
    """Puts many rows into a table at once; `tail` says what to do with those that are there.

    PostgreSQL takes all rows as one JSON value, since each would cost a message of its own.
    """

    def __init__(self, table: str, columns: dict[str, str], tail: str = "") -> None:
        self.columns, names = tuple(columns), ", ".join(columns)
        typed = ", ".join(f"{name} {type}" for name, type in columns.items())
        self._sqlite = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' for _ in columns)}) {tail}"
        given = f"SELECT {names} FROM json_to_recordset(%s) AS given({typed})"
        self._postgresql = f"INSERT INTO {table} ({names}) {given} {tail}"

    def put(self, rows: Sequence[Row]) -> None:
        """Insert these rows, their values in the order of the columns."""
        if not rows:
            return
        place = connection()
        if place.dialect.name == "sqlite":
            _execute(place, "executemany", self._sqlite, rows)
        else:
            named = [dict(zip(self.columns, row, strict=True)) for row in rows]
            _execute(place, "execute", self._postgresql, (orjson.dumps(named).decode(),))


def _execute(connection: Connection, how: str, text: str, values: Any) -> list[Row]:
    driver = connection.connection.driver_connection
    try:
        cursor = getattr(driver, how)(text, values)
        rows: list[Row] = cursor.fetchall() if cursor.description else []
        cursor.close()
    except Exception as error:
        base: type[Exception] = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, values, error, base, dialect=connection.dialect) from error
    return rows


def _as_text(value: Any) -> Any:
    return orjson.dumps(value).decode() if type(value) is list else value
