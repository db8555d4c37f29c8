"""Two who write at the same moment, brought about on purpose: the order of revs is the order of commits."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, text

from benchmark.kernel.db import db, reading
from benchmark.sync import store
from benchmark.sync.asked import read
from benchmark.sync.push import Sender, push
from tests.factories import Someone, another_tab, make_op
from tests.sync.phone import Phone
from tests.sync.test_echo import exchange
from tests.sync.test_push import outcomes, send

PATIENCE = 0.5
"""Seconds after which a push that has not ended counts as waiting where the database cannot be asked (SQLite)."""
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@contextmanager
def uncommitted(app: Flask, space: str, person: str, op: dict[str, Any]) -> Iterator[None]:
    """A push, of another process as it were, that has done all but commit until the block ends."""
    is_held, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context():
            push(read([op]), Sender(person, "slow", {space: "member"}))
            is_held.set()
            is_over.wait(30)
            db.session.commit()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert is_held.wait(30)
        try:
            yield
        finally:
            is_over.set()
            holding.result()


@contextmanager
def between_push_and_pull(app: Flask, act: Callable[[], Any]) -> Iterator[None]:
    """Another thread acts once, after the next commit and before the connection that is taken up then."""
    due: list[Callable[[], Any]] = []

    def take_up(*_: object) -> None:
        while due:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(due.pop()).result()

    with app.app_context():
        engine = db.engine
    event.listen(db.session, "after_commit", lambda _session: due.append(act), once=True)
    event.listen(engine, "checkout", take_up)
    yield
    event.remove(engine, "checkout", take_up)


def until_done_or_waiting(app: Flask, pushes: list[Future[Any]]) -> None:
    """Wait until each of these has either ended or stands behind the one that is not committed."""
    with app.app_context(), reading():
        if db.engine.dialect.name == "sqlite":
            wait(pushes, PATIENCE)
            return
        n_waiting = 0
        while n_waiting < sum(not push.done() for push in pushes):
            n_waiting = db.session.scalar(text(WAITING)) or 0
            db.session.rollback()


def test_no_cursor_passes_a_push_that_commits_late(
    app: Flask, member: Someone, lead: Someone, space: str
) -> None:
    """With a plain sequence for revs the quick one would be seen first, and the slow one never."""
    slow, quick = (make_op(space, "observation", set={"text": text}) for text in ("hidas", "nopea"))
    phone = Phone(member.id)
    with ThreadPoolExecutor(1) as pool:
        with uncommitted(app, space, member.id, slow):
            pushing = pool.submit(send, another_tab(app, lead), quick)
            until_done_or_waiting(app, [pushing])
            exchange(member, phone)
        assert outcomes(pushing.result()) == ["merged"]
    exchange(member, phone)
    assert {id for _, id in phone.base} == {slow["id"], quick["id"]}


def test_the_same_op_twice_at_once_has_one_effect(app: Flask, member: Someone, space: str) -> None:
    """Both look before either is taken; the second must look again once it is its turn."""
    op = make_op(space, "observation", set={"text": "Kartta"})
    with ThreadPoolExecutor(2) as pool:
        with uncommitted(app, space, member.id, make_op(space, "observation", set={"text": "hidas"})):
            pushes = [pool.submit(send, another_tab(app, member), op) for _ in range(2)]
            until_done_or_waiting(app, pushes)
        assert sorted(outcomes(push.result())[0] for push in pushes) == ["duplicate", "merged"]


def test_an_edit_that_comes_between_a_push_and_its_pull_is_heard_of(
    app: Flask, member: Someone, lead: Someone, space: str
) -> None:
    """It changes what the phone has just brought; the phone's own form of that is not the latest any more."""
    phone = Phone(member.id)
    exchange(member, phone)
    id = phone.save(space, "observation", set={"text": "Kartta", "author": member.id})
    tag = make_op(space, "observation", id=id, add={"tags": ["opasteet"]})
    with between_push_and_pull(app, lambda: send(another_tab(app, lead), tag, device="other")):
        exchange(member, phone)
    assert phone.shown()[space, id]["tags"] == ["opasteet"]


def test_a_page_holds_nothing_later_than_the_rev_it_tells(app: Flask, member: Someone, space: str) -> None:
    """On PostgreSQL a push may commit between the two statements of a pull."""
    first, second = (make_op(space, "observation", set={"text": text}) for text in ("eka", "toka"))
    until = send(member, first)["outcomes"][0]["rev"]
    send(member, second)
    with app.app_context(), reading():
        rows = store.page(space, (-1, ""), until, 1000, ())
    assert [row.id for row in rows] == [first["id"]]
