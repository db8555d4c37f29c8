"""Fixtures for the server's tests. What touches the database runs on SQLite and PostgreSQL, by the same tests."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import benchmark
from benchmark.config import Config
from benchmark.kernel import clock
from benchmark.kernel.db import db
from tests.cluster import Cluster, running_cluster
from tests.databases import Databases, PostgreSQL, SQLite
from tests.factories import Someone, browser, make_lead, make_person, make_study

SOON = 10.0
TESTS = Path(__file__).parent
SLOWEST = (
    "test_screens.py",
    "test_kills.py",
    "test_update.py",
    "test_bad_network.py",
    "test_main_job.py",
    "test_two_tabs.py",
)
FIRST = [TESTS / "test_wheel.py", *(TESTS / "browser" / name for name in SLOWEST)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: FIRST.index(item.path) if item.path in FIRST else len(FIRST))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The run's private PostgreSQL; started when a test first needs it."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        return SQLite(folder)
    return PostgreSQL(request.getfixturevalue("cluster"), folder)


@pytest.fixture
def config(databases: Databases, tmp_path: Path) -> Iterator[Config]:
    """Settings of a server with an empty database and data folder of its own."""
    url = databases.fresh()
    yield Config(data=tmp_path, database=url)
    databases.drop(url)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    app = benchmark.create_app(config)
    yield app
    app.extensions["live"].end(SOON)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser where nobody is signed in."""
    return browser(app)


@pytest.fixture
def lead(app: Flask) -> Someone:
    """The one who made the study."""
    return make_lead(app, "Liisa", "Lauttasaaren kirjasto")


@pytest.fixture
def member(app: Flask) -> Someone:
    """Staff, who joined the study."""
    return make_person(app, "Matti")


@pytest.fixture
def outsider(app: Flask) -> Someone:
    """A lead of another team, who must never see a trace of this one."""
    return make_lead(app, "Ulla", "Naapurikirjasto")


@pytest.fixture
def study(app: Flask, lead: Someone, member: Someone) -> str:
    """An empty study of the lead, joined by the member; the id is also its space's."""
    return make_study(app, lead, member)


@pytest.fixture
def move_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the one clock forward."""
    real, ahead = clock.now, timedelta()

    def move(by: timedelta) -> None:
        nonlocal ahead
        ahead += by

    monkeypatch.setattr(clock, "now", lambda: real() + ahead)
    return move
