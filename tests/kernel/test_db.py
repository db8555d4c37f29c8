"""The database traps that were met before, each held by a test: lost rollback, WAL reset, starving writers."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

import benchmark
from benchmark.config import Config, ConfigError
from benchmark.kernel import db as kernel
from benchmark.kernel.db import Base, bring_up_to_date, db, is_wal_safe, reading, snapshot
from benchmark.kernel.ids import new_id
from benchmark.kernel.sqlite import sqlite3
from benchmark.kernel.statement import Statement
from benchmark.sync.model import Space
from tests.factories import Someone, browser, make_op
from tests.sync.conftest import make_space


def count_spaces(app: Flask) -> int:
    with app.app_context(), reading():
        return db.session.scalar(select(func.count()).select_from(Space)) or 0


def test_a_row_of_an_inner_transaction_does_not_survive_the_outer_rollback(app: Flask) -> None:
    with app.app_context():
        with db.session.begin_nested():
            db.session.add(Space(id=new_id(), rev=0))
        db.session.rollback()
    assert count_spaces(app) == 0


def test_an_inner_rollback_takes_only_its_own_rows(app: Flask) -> None:
    with app.app_context():
        db.session.add(Space(id=new_id(), rev=0))
        db.session.flush()
        inner = db.session.begin_nested()
        db.session.add(Space(id=new_id(), rev=0))
        db.session.flush()
        inner.rollback()
        db.session.commit()
    assert count_spaces(app) == 1


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_wal_is_used_only_where_it_cannot_corrupt(version: tuple[int, ...], is_safe: bool) -> None:
    assert is_wal_safe(version) is is_safe


def test_sqlite_is_durable_checks_foreign_keys_and_has_pages_of_some_size(tmp_path: Path) -> None:
    app = benchmark.create_app(Config(data=tmp_path, database=f"sqlite:///{tmp_path}/x.db"))
    with app.app_context(), reading():
        asked = {
            name: db.session.scalar(text(f"PRAGMA {name}"))
            for name in ("synchronous", "foreign_keys", "journal_mode", "page_size")
        }
        db.session.remove()
        db.engine.dispose()
    journal = "wal" if is_wal_safe(sqlite3.sqlite_version_info) else "persist"
    assert asked == {"synchronous": 2, "foreign_keys": 1, "journal_mode": journal, "page_size": 8192}


def test_statements_of_a_snapshot_see_one_moment(app: Flask) -> None:
    count = Statement("SELECT count(*) FROM space")

    def add_space() -> None:
        with app.app_context():
            db.session.add(Space(id=new_id(), rev=0))
            db.session.commit()

    with app.app_context(), ThreadPoolExecutor(1) as pool:
        with snapshot():
            assert count.rows() == [(0,)]
            pool.submit(add_space).result()
            assert count.rows() == [(0,)]
        with snapshot():
            assert count.rows() == [(1,)]


def test_what_fails_in_a_snapshot_has_sqlalchemys_name_and_leaves_no_connection_behind(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(DBAPIError), snapshot():
            Statement("SELECT nothing FROM nowhere").rows()
        assert db.engine.pool.checkedout() == 0


def test_many_phones_pushing_at_once_never_see_an_error(app: Flask, member: Someone) -> None:
    space = make_space(app, **{member.id: "member"})
    cookie = member.client.get_cookie("benchmark")
    assert cookie is not None

    def push(device: int) -> list[int]:
        client = browser(app)
        client.set_cookie("benchmark", cookie.value)
        ops = [make_op(space, "observation", set={"text": "Kartta"}) for _ in range(5)]
        return [
            client.post("/api/v1/sync", json={"proto": 1, "device": str(device), "ops": [op]}).status_code
            for op in ops
        ]

    with ThreadPoolExecutor(12) as pool:
        statuses = [status for result in pool.map(push, range(12)) for status in result]
    assert set(statuses) == {200}
    with app.app_context(), reading():
        assert db.session.scalar(select(Space.rev).where(Space.id == space)) == 60


def test_a_writer_in_another_process_is_waited_for(tmp_path: Path) -> None:
    """The database locked from outside, as by a backup tool: the phone waits a moment and gets its answer."""
    app = benchmark.create_app(Config(data=tmp_path, database=f"sqlite:///{tmp_path}/x.db"))
    bring_up_to_date(app)
    outside = sqlite3.connect(tmp_path / "x.db", isolation_level=None, check_same_thread=False)
    outside.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, outside.rollback)
    release.start()
    with app.app_context():
        db.session.add(Space(id=new_id(), rev=0))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    release.join()
    assert count_spaces(app) == 1
    outside.close()


def test_a_database_that_stays_locked_is_called_busy_not_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kernel, "BUSY_SECONDS", 0)
    app = benchmark.create_app(Config(data=tmp_path, database=f"sqlite:///{tmp_path}/x.db"))
    bring_up_to_date(app)
    outside = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    outside.execute("BEGIN EXCLUSIVE")
    response = app.test_client().post(
        "/api/v1/join",
        json={"code": "ABCD2345", "name": "Aino", "language": "fi"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    outside.close()
    assert (response.status_code, response.json["code"]) == (503, "busy")
    assert response.headers["Retry-After"] == "2"
    with app.app_context():
        db.engine.dispose()


def test_who_queues_too_long_behind_another_is_told_that_it_is_busy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Or, while something keeps the database locked, all threads would stand in the queue and none could answer."""
    app = benchmark.create_app(Config(data=tmp_path, database=f"sqlite:///{tmp_path}/x.db"))
    bring_up_to_date(app)
    monkeypatch.setattr(kernel, "BUSY_SECONDS", 0)
    with app.app_context(), ThreadPoolExecutor(1) as pool:
        db.session.add(Space(id=new_id(), rev=0))
        db.session.flush()
        joining = pool.submit(
            app.test_client().post,
            "/api/v1/join",
            json={"code": "ABCD2345", "name": "Aino", "language": "fi"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        wait([joining], 10)
        is_answered = joining.done()
        db.session.rollback()
        response = joining.result()
        db.session.remove()
        db.engine.dispose()
    assert (is_answered, response.status_code, response.json["code"]) == (True, 503, "busy")
    assert response.headers["Retry-After"] == "2"


def test_the_migrations_make_exactly_the_tables_of_the_models(app: Flask) -> None:
    with app.app_context(), reading(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BENCHMARK_WORKERS", "many"),
        ("BENCHMARK_THREADS", "1"),
        ("BENCHMARK_PROXIES", "-1"),
        ("BENCHMARK_DATABASE", "mysql://localhost/x"),
        ("BENCHMARK_ORIGIN", "benchmark.example.org"),
    ],
)
def test_a_wrong_setting_stops_the_server_with_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_environment({name: value})
