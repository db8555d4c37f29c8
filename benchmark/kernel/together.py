"""Many requests' changes in one commit: it waits for the disk, which takes as long for many as for one.

Who finds nobody at it does the work of all who wait by then and commits; the others meanwhile queue up for the next
commit. Only on SQLite, where writers are alone: PostgreSQL lets several spaces be written at a time. Not for work that
reads the request (another's thread may do it), nor for work that cannot be done again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from benchmark.kernel.db import BUSY_SECONDS, db, session_at_hand
from benchmark.kernel.errors import busy

T = TypeVar("T")


def init_app(app: Flask) -> None:
    """Give the app a queue for its commits."""
    app.extensions["together"] = _Queue()


def commit_together(do: Callable[[], T]) -> T:
    """Do this work in the session of whoever's turn it is, and return its result once that is committed.

    When one work fails, the others are done again without it. When the database does, all fail: nothing was committed.
    Problem: busy.
    """
    if db.engine.dialect.name != "sqlite":
        with session_at_hand():
            result = do()
        db.session.commit()
        return result
    queue: _Queue = current_app.extensions["together"]
    return cast(T, queue.commit(_Work(do)))


class _Work:
    """What one request wants done. `called` is set when it is done, or when its thread is to do all that waits."""

    def __init__(self, do: Callable[[], Any]) -> None:
        self.do = do
        self.called = threading.Event()
        self.is_done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def end(self, error: BaseException | None = None) -> None:
        self.error, self.is_done = error, True


class _Queue:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Work] = []
        self._is_busy = False

    def commit(self, work: _Work) -> Any:
        with self._lock:
            self._waiting.append(work)
            if not self._is_busy:
                self._is_busy = True
                work.called.set()
        if not work.called.wait(BUSY_SECONDS) and not self._is_called(work):
            raise busy()
        if not work.is_done:
            self._lead()
        if work.error is not None:
            raise work.error
        return work.result

    def _is_called(self, work: _Work) -> bool:
        """Whether it was called at the last moment; else it leaves the queue, or its result will not be heard."""
        with self._lock:
            if work in self._waiting and not work.called.is_set():
                self._waiting.remove(work)
            return work.called.is_set()

    def _lead(self) -> None:
        with self._lock:
            works, self._waiting = self._waiting, []
        try:
            _commit(works)
        finally:
            with self._lock:
                self._is_busy = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].called.set()
            for work in works:
                if not work.is_done:
                    work.end(busy())
                work.called.set()


def _commit(works: list[_Work]) -> None:
    left = works
    while left:
        failed = left
        try:
            with session_at_hand():
                for work in left:
                    failed = [work]
                    work.result = work.do()
            failed = left
            db.session.commit()
            error = None
        except BaseException as problem:
            db.session.rollback()
            error, failed = problem, left if isinstance(problem, DBAPIError) else failed
        for work in failed:
            work.end(error)
        left = [work for work in left if not work.is_done]
