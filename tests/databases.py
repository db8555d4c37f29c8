"""Databases for tests, made once by the real migrations and then copied, which takes milliseconds."""

import shutil
from itertools import count
from pathlib import Path
from typing import Protocol

import benchmark
from benchmark.config import Config
from benchmark.kernel.db import bring_up_to_date, db
from tests.cluster import Cluster


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
    """Copies of one template database in a private cluster."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self.numbers = cluster, count()
        self.template = cluster.url(folder.name)
        cluster.run(f"CREATE DATABASE {folder.name}")
        migrate(folder, self.template)

    def fresh(self) -> str:
        return self.copy(self.template)

    def copy(self, url: str) -> str:
        name = f"test_{next(self.numbers)}"
        self._clone(url, name)
        return self.cluster.url(name)

    def _clone(self, url: str, name: str) -> None:
        self.cluster.run(f"CREATE DATABASE {name} TEMPLATE {url.rpartition('/')[2]}")

    def put_back(self, copy: str, url: str) -> None:
        self.drop(url)
        self._clone(copy, url.rpartition("/")[2])

    def drop(self, url: str) -> None:
        self.cluster.run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")


def migrate(folder: Path, url: str) -> None:
    app = benchmark.create_app(Config(data=folder, database=url))
    bring_up_to_date(app)
    with app.app_context():
        db.engine.dispose()
