"""Databases for tests, made once by the real migrations and then copied, which takes milliseconds."""

import shutil
from itertools import compress, count
from pathlib import Path
from typing import Protocol

import psycopg

import benchmark
from benchmark.config import Config
from benchmark.kernel.db import bring_up_to_date, db
from tests.cluster import Cluster

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_ALONE = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""


class Databases(Protocol):
    """A source of fresh databases of one make; `template` is the address of the one they are copies of."""

    template: str

    def fresh(self) -> str:
        """The SQLAlchemy address of a database with all tables and no rows."""

    def copy(self, url: str) -> str:
        """The address of a copy of it, as a backup would be. Nobody may be connected."""

    def put_back(self, copy: str, url: str) -> None:
        """Make the database at `url` what the copy is, as a restore does. Nobody may be connected."""

    def drop(self, url: str) -> None:
        """Remove it."""


class SQLite:
    """Copies of one file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.numbers = folder, count()
        self.template = f"sqlite:///{folder / 'template.db'}"
        migrate(folder, self.template)

    def fresh(self) -> str:
        return self.copy(self.template)

    def copy(self, url: str) -> str:
        path = self.folder / f"{next(self.numbers)}.db"
        shutil.copyfile(url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def put_back(self, copy: str, url: str) -> None:
        shutil.copyfile(copy.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))

    def drop(self, url: str) -> None:
        Path(url.removeprefix("sqlite:///")).unlink()


class PostgreSQL:
    """Databases in a private cluster, which are emptied and used again: that takes a tenth of making a new one."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self.numbers, self.spare = cluster, count(), list[str]()
        cluster.run(f"CREATE DATABASE {folder.name}")
        self.template = cluster.url(folder.name)
        migrate(folder, self.template)
        with self._connected(self.template) as connection:
            self.tables = [row[0] for row in connection.execute(_TABLES)]

    def _create(self, name: str) -> str:
        self.cluster.run(f"CREATE DATABASE {name} TEMPLATE {self.template.rpartition('/')[2]}")
        return self.cluster.url(name)

    def _connected(self, url: str) -> psycopg.Connection:
        return psycopg.connect(url.replace("+psycopg", ""))

    def fresh(self) -> str:
        return self.copy(self.template)

    def copy(self, url: str) -> str:
        copy = self.spare.pop() if self.spare else self._create(f"test_{next(self.numbers)}")
        self.put_back(url, copy)
        return copy

    def put_back(self, copy: str, url: str) -> None:
        """All rows at once; whoever is still connected, such as a server that was killed, is not any more."""
        with self._connected(copy) as source, self._connected(url) as target:
            target.execute(_ALONE)
            target.execute("SET session_replication_role = replica")  # rows come before those that they name
            target.execute("; ".join(f"DELETE FROM {table}" for table in self.tables))
            questions = ", ".join(f"EXISTS (SELECT FROM {table})" for table in self.tables)
            has_rows = source.execute(f"SELECT {questions}").fetchone() or ()
            for table in compress(self.tables, has_rows):
                with (
                    source.cursor().copy(f"COPY {table} TO STDOUT") as rows,
                    target.cursor().copy(f"COPY {table} FROM STDIN") as into,
                ):
                    for row in rows:
                        into.write(row)

    def drop(self, url: str) -> None:
        self.spare.append(url)


def migrate(folder: Path, url: str) -> None:
    app = benchmark.create_app(Config(data=folder, database=url))
    bring_up_to_date(app)
    with app.app_context():
        db.engine.dispose()
