"""The database: SQLite on one machine, PostgreSQL when users outgrow it; the same code on both.

SQLite traps that this module closes: the driver's own transaction handling lost a rollback (`isolation_level=None`
and an explicit BEGIN here), versions before the WAL-reset fix can corrupt in WAL mode (version gate), and its busy
wait starves writers (they queue at a gate before BEGIN IMMEDIATE). Not for queries: those live with their tables.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import psycopg
from flask import Flask, request
from flask_migrate import Migrate, upgrade
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    PoolProxiedConnection,
    String,
    TypeDecorator,
    event,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase

from benchmark.kernel.errors import busy
from benchmark.kernel.sqlite import sqlite3

MIGRATIONS = Path(__file__).parent.parent / "migrations"
BUSY_SECONDS = 10
"""How long a request waits for others to finish writing; phones give up after 30 and could not be told why."""
MOST_JOURNAL = 16 << 20
"""Bytes of the journal that stay on disk: to write over them takes less time than to make a new file each time."""
PAGE = 8192
"""Bytes of a page of a new database: records and ops, of half a kilobyte and more, leave little of it empty."""

_reading: ContextVar[bool] = ContextVar("reading", default=False)
_place: ContextVar[Any] = ContextVar("place", default=None)
_ERRORS = (sqlite3.Error, psycopg.Error)


class Base(DeclarativeBase):
    """Names constraints the same way on every database, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


Id = String(36).with_variant(String(36, collation="C"), "postgresql")
"""The type of an id: in the order of its bytes everywhere, by which PostgreSQL also finds it faster."""


class Moment(TypeDecorator[datetime]):
    """A moment in time: aware in Python on every database, although SQLite keeps no offset (it gets UTC)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time, which would mean whatever the machine's clock is set to."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its offset")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        return None if value is None else as_moment(value)


def as_moment(stored: datetime | str) -> datetime:
    """A moment as a driver gives it, which on SQLite is text or has no offset, in UTC."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read, and see one moment. On SQLite they take no turn at the writers' gate."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction beside the session's, for statements that read: those executed inside see one moment.

    It is the driver's own, for SQLAlchemy's takes longer to begin and to end than what is asked. Not for the session.
    """
    with closing(_lent()) as lent:
        driver = lent.driver_connection
        if isinstance(driver, sqlite3.Connection):
            execute(driver, "BEGIN")
        else:
            cast(psycopg.Connection[Any], driver).isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with _at(driver):
            yield
        # By a rollback psycopg would forget the statements that it has prepared.
        execute(driver, "COMMIT")


@contextmanager
def session_at_hand() -> Iterator[None]:
    """Statements executed inside go straight to the session's transaction, which must not end before the block does."""
    with _at(_of_session()):
        yield


@contextmanager
def _at(driver: Any) -> Iterator[None]:
    token = _place.set(driver)
    try:
        yield
    finally:
        _place.reset(token)


def _lent() -> PoolProxiedConnection:
    """A connection from the pool, which ends its transaction when it is closed."""
    try:
        return db.engine.raw_connection()
    except _ERRORS as error:
        raise _named("", None, error) from error


def connection() -> Any:
    """Where a statement is executed, as the driver has it: in the snapshot that is open here, else in the session's."""
    return _place.get() or _of_session()


def _of_session() -> Any:
    return db.session.connection().connection.driver_connection


def is_postgresql() -> bool:
    """Whether statements are executed by PostgreSQL, where others write at the same time."""
    return isinstance(connection(), psycopg.Connection)


def execute(driver: Any, text: str, values: Any = (), *, how: str = "execute") -> list[tuple[Any, ...]]:
    """Execute a statement on a driver's connection and return all rows. Fails with SQLAlchemy's errors."""
    try:
        cursor = getattr(driver, how)(text, values)
        rows = cursor.fetchall() if cursor.description else []
        cursor.close()
    except _ERRORS as error:
        raise _named(text, values, error) from error
    return cast(list[tuple[Any, ...]], rows)


def _named(text: str, values: Any, error: Exception) -> BaseException:
    return DBAPIError.instance(text, values, error, type(error))


def init_app(app: Flask) -> None:
    """Bind the database to the app. Safe requests read; all else may write."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        else:
            _prepare_postgresql(db.engine)

    @app.before_request
    def _choose_transaction() -> None:
        _reading.set(request.method in ("GET", "HEAD", "OPTIONS"))


def bring_up_to_date(app: Flask) -> None:
    """Run the migrations that this database has not seen. One process at a time."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        db.session.remove()


def is_wal_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset bug (sqlite.org/wal.html: 3.51.3, 3.50.7, 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def _prepare_sqlite(engine: Engine) -> None:
    file = engine.url.database or ""
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    gate = _Gate(Path(file + ".lock"))
    journal = "WAL" if is_wal_safe(sqlite3.sqlite_version_info) else "PERSIST"

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"page_size = {PAGE}",
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            f"journal_mode = {journal}",
            f"journal_size_limit = {MOST_JOURNAL}",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if _reading.get():
            execute(driver, "BEGIN")
            return
        gate.enter()
        connection.info["gate"] = gate
        execute(driver, "BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        if record.info.pop("gate", None):
            gate.leave()


def _prepare_postgresql(engine: Engine) -> None:
    """Who reads sees one moment, as on SQLite; said along with BEGIN, which saves asking for it."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver = cast(psycopg.Connection[Any], connection.connection.driver_connection)
        driver.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ if _reading.get() else None


class _Gate:
    """Writers queue here, first come first served enough, instead of in SQLite's busy wait.

    A thread lock orders the threads of this process, `flock` the processes of this machine.
    """

    def __init__(self, file: Path) -> None:
        self._turn = threading.Lock()
        self._file = file
        self._descriptor: int | None = None
        self._owner: int | None = None

    def enter(self) -> None:
        """Wait for our turn. Problem: busy, or while the database is locked all threads would come to stand here."""
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise busy()
        try:
            if self._owner != os.getpid():
                self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._owner = os.getpid()
            assert self._descriptor is not None
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except BaseException:
            self._turn.release()
            raise

    def leave(self) -> None:
        assert self._descriptor is not None
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._turn.release()
