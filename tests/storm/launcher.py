"""The `benchmark` command that dies, or finds its disk full or read-only, when it is told to: run as a program.

An order in the file $STORM_ORDER is `point count victim`: the process that comes to the point for the count-th time
kills (SIGKILL) itself (`worker`), the process above it (`master`) or all of the server (`all`). A file beside it that
ends in `.disk` says `full` or `read_only`. Files that are not there cost nothing.
"""

import errno
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from benchmark import cli, server

POINTS = ("before_commit", "in_commit", "after_commit", "before_rename", "after_rename", "before_reply")
LONGEST_COMMIT = 0.004
VICTIMS = {
    "worker": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "master": lambda: os.kill(os.getppid(), signal.SIGKILL),
    "all": lambda: os.killpg(os.getpgrp(), signal.SIGKILL),
}


DISK_ERRORS = {"full": errno.ENOSPC, "read_only": errno.EROFS}
DISK_LIMITS = {
    "": ("query_only = OFF", "max_page_count = 1073741823"),
    "full": ("query_only = OFF", "max_page_count = 1"),
    "read_only": ("query_only = ON", "max_page_count = 1073741823"),
}
"""Each says all, for a connection may not have been used since another state."""


class Fuse:
    """Burns down as the server passes points, and kills at the end."""

    def __init__(self, order: Path) -> None:
        self.order, self.passed, self.turn = order, Counter[str](), threading.Lock()

    def reach(self, point: str) -> None:
        if self.is_end(point):
            self.kill()

    def is_end(self, point: str) -> bool:
        """Whether this is the place and the time; only one process of all gets to hear so."""
        try:
            order = self.order.read_text()
        except FileNotFoundError:
            return False
        wanted, count, self.victim = order.split()
        with self.turn:
            self.passed[order] += wanted == point
            if self.passed[order] < int(count):
                return False
            self.passed.clear()
        try:
            self.order.rename(self.order.with_suffix(".done"))
        except FileNotFoundError:
            return False
        return True

    def kill(self) -> None:
        VICTIMS[self.victim]()

    def commit(self, _connection: Connection) -> None:
        if not has_request_context() or request.method not in ("POST", "PUT"):
            return
        self.reach("before_commit")
        if self.is_end("in_commit"):
            threading.Thread(target=self.kill_soon).start()

    def kill_soon(self) -> None:
        time.sleep(random.uniform(0, LONGEST_COMMIT))
        self.kill()

    def committed(self, _session: Session) -> None:
        if has_request_context() and request.method in ("POST", "PUT"):
            self.reach("after_commit")


class Disk:
    """Fails as a real one would, with the errors that SQLite and the system have for it, while the file says so."""

    def __init__(self, state: Path) -> None:
        self.state, self.make_file = state, tempfile.mkstemp

    def is_now(self) -> str:
        try:
            return self.state.read_text()
        except FileNotFoundError:
            return ""

    def begin(self, connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            for limit in DISK_LIMITS[self.is_now()]:
                connection.exec_driver_sql(f"PRAGMA {limit}")

    def mkstemp(self, *arguments: Any, **named: Any) -> tuple[int, str]:
        if state := self.is_now():
            raise OSError(DISK_ERRORS[state], os.strerror(DISK_ERRORS[state]))
        return self.make_file(*arguments, **named)


def plant(fuse: Fuse, disk: Disk) -> None:
    """Put the points into this process, which is the server's first."""
    replace, create_app = Path.replace, server.create_app

    def renamed(self: Path, target: Any) -> Path:
        fuse.reach("before_rename")
        done = replace(self, target)
        fuse.reach("after_rename")
        return done

    def made(*arguments: Any) -> Flask:
        app = create_app(*arguments)
        answer = app.wsgi_app

        def answering(environ: Any, start: Any) -> Any:
            body = answer(environ, start)
            fuse.reach("before_reply")
            return body

        app.wsgi_app = answering  # type: ignore[method-assign]
        return app

    event.listen(Engine, "begin", disk.begin)
    event.listen(Engine, "commit", fuse.commit)
    event.listen(Session, "after_commit", fuse.committed)
    Path.replace = renamed  # type: ignore[assignment,method-assign]
    tempfile.mkstemp = disk.mkstemp
    server.create_app = made


if __name__ == "__main__":
    os.setsid()
    order = Path(os.environ["STORM_ORDER"])
    plant(Fuse(order), Disk(order.with_suffix(".disk")))
    sys.exit(cli.main())
