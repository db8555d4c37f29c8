"""The listening of one process: its hub, the watcher that brings the news, and a thread that looks after the lines."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from benchmark.kernel.db import db, reading
from benchmark.live.hub import Hub, Listener
from benchmark.live.watch import Watcher
from benchmark.people.service import visible_to

log = logging.getLogger(__name__)
TICK = 8.0
"""Seconds between two looks at whether the devices are still there."""
KEEPALIVE = 2
"""Ticks between two looks at who may see what by now; a comment keeps the lines open."""


class Live:
    """Kept as `app.extensions["live"]`.

    takes_lines   whether the server lets go of a connection when its answer raises Taken
    """

    takes_lines = False

    def __init__(self, app: Flask, places: int) -> None:
        self.hub, self._app = Hub(places), app
        self._started, self._stop = threading.Lock(), threading.Event()
        self._lines = threading.Thread(target=self._look_after, name="live-lines", daemon=True)
        with app.app_context():
            self._watcher = Watcher(self.hub, db.engine.url, self._stop)

    def join(self, person: str, spaces: Collection[str]) -> Listener:
        """Give a device a place; raises `hub.Full`. The first one starts the threads."""
        listener = self.hub.join(person, spaces, time.monotonic())
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._watcher.run, name="live-watch", daemon=True).start()
            self._lines.start()
        return listener

    def close(self) -> None:
        """End the watching and all streams, so that the server can stop. Safe in a signal handler."""
        self._stop.set()

    def end(self, seconds: float) -> None:
        """Close, and wait until all streams have been told that this was all, but no longer."""
        self.close()
        if self._lines.is_alive():
            self._lines.join(seconds)

    def _look_after(self) -> None:
        n_ticks = 0
        while not self._stop.wait(TICK):
            n_ticks += 1
            self.hub.look(time.monotonic())
            if n_ticks % KEEPALIVE == 0:
                self._check()
        self.hub.close()

    def _check(self) -> None:
        """Let go of those who may see other spaces by now: of all at once, for one would cost as much."""
        try:
            with self._app.app_context(), reading():
                visible = visible_to(self.hub.people())
        except SQLAlchemyError as error:
            log.warning("live: %s", error)
        else:
            self.hub.keep(visible)
