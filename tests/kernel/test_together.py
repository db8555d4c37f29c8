"""Many who write at once share a commit, and still each succeeds or fails by itself."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from benchmark.kernel import together as queue
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem
from benchmark.kernel.ids import new_id
from benchmark.kernel.together import commit_together
from benchmark.sync.model import Space
from tests.factories import Someone, another_tab, make_op, make_person
from tests.kernel.test_db import count_spaces
from tests.sync.test_push import send

PEOPLE = 6
only_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
Work = Callable[[], Any]


def add_space() -> str:
    space = Space(id=new_id(), rev=0)
    db.session.add(space)
    db.session.flush()
    return space.id


def act(app: Flask, work: Work) -> Any:
    with app.app_context():
        return commit_together(work)


@contextmanager
def one_at_it(app: Flask) -> Iterator[ThreadPoolExecutor]:
    """Somebody's work takes until the block ends; whoever comes meanwhile, in threads of this pool, waits."""
    is_begun, is_over = threading.Event(), threading.Event()

    def slow() -> None:
        is_begun.set()
        is_over.wait(30)

    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        first = pool.submit(act, app, slow)
        assert is_begun.wait(30)
        yield pool
        is_over.set()
        first.result()


def until_waiting(app: Flask, n: int) -> None:
    """Until as many stand in the queue."""
    while len(app.extensions["together"]._waiting) < n:
        time.sleep(0.001)


def together(app: Flask, *works: Work) -> list[Future[Any]]:
    """Do all of these in one commit."""
    with one_at_it(app) as pool:
        done = [pool.submit(act, app, work) for work in works]
        until_waiting(app, len(works))
    return done


@only_sqlite
def test_all_who_wait_are_committed_at_once(app: Flask) -> None:
    commits: list[Any] = []
    with app.app_context():
        event.listen(db.engine, "commit", commits.append)
    done = together(app, *[add_space] * PEOPLE)
    assert len({one.result() for one in done}) == PEOPLE == count_spaces(app)
    assert len(commits) == 2


@only_sqlite
def test_whoever_fails_fails_alone(app: Flask) -> None:
    def fail() -> None:
        add_space()
        raise Problem("not_found")

    done = together(app, add_space, fail, add_space)
    assert isinstance(done[1].exception(), Problem)
    assert len({done[0].result(), done[2].result()}) == 2 == count_spaces(app)


def test_what_fails_is_not_committed(app: Flask) -> None:
    def fail() -> None:
        add_space()
        raise Problem("not_found")

    with pytest.raises(Problem):
        act(app, fail)
    act(app, add_space)
    assert count_spaces(app) == 1


@only_sqlite
def test_whoever_comes_later_does_not_wait_for_ever(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "BUSY_SECONDS", 0.1)
    with one_at_it(app) as pool, pytest.raises(Problem, match="busy"):
        pool.submit(act, app, add_space).result()
    assert count_spaces(app) == 0
    act(app, add_space)
    assert count_spaces(app) == 1


@only_sqlite
def test_nobody_is_told_of_success_when_the_database_fails(app: Flask) -> None:
    """SQLite may have rolled back by itself what others did before."""

    def fill() -> None:
        db.session.execute(text("INSERT INTO nowhere VALUES (1)"))

    done = together(app, add_space, fill, add_space)
    assert all(isinstance(one.exception(), OperationalError) for one in done)
    assert count_spaces(app) == 0


@only_sqlite
def test_nobody_is_told_of_success_when_nothing_can_be_taken_back(app: Flask) -> None:
    def fail() -> None:
        raise Problem("not_found")

    def break_down(_connection: Any) -> None:
        raise RuntimeError

    with app.app_context():
        engine = db.engine
    event.listen(engine, "rollback", break_down)
    done = together(app, add_space, fail, add_space)
    event.remove(engine, "rollback", break_down)
    assert all(isinstance(one.exception(), (RuntimeError, Problem)) for one in done)
    assert count_spaces(app) == 0


@only_sqlite
def test_each_is_told_in_their_own_language(app: Flask, lead: Someone) -> None:
    swede = make_person(app, "Stina", "sv")
    op = make_op(new_id(), "observation")
    with one_at_it(app) as pool:
        answers = [pool.submit(send, another_tab(app, one), op) for one in (lead, swede)]
        until_waiting(app, 2)
    finnish, swedish = (one.result()["outcomes"][0]["problem"]["detail"] for one in answers)
    assert finnish != swedish == send(swede, op)["outcomes"][0]["problem"]["detail"]
