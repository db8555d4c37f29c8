"""GET /api/v1/live: Server-Sent Events that only say which space is at which rev."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import cast

import orjson
from flask import Flask, Response, current_app, request
from flask_smorest import Blueprint

from benchmark.kernel.db import db, reading
from benchmark.kernel.errors import Problem, name_problems
from benchmark.live.hub import Full, Hub, Listener
from benchmark.live.watch import Watcher
from benchmark.people.service import require, visible_spaces, visible_to

name_problems(live_full=503)

blueprint = Blueprint("live", __name__, url_prefix="/api/v1", description="Who changed something just now")

TICK = 8.0
"""Seconds between two looks at whether the device is still there, for its place is scarce."""
KEEPALIVE = 2
"""Ticks without news after which access is checked again and a comment keeps the line open."""
LIFE = 75
"""Ticks after which a stream ends; the browser connects again by itself."""


class Live:
    """The hub of this process and the watcher that feeds it; kept as `app.extensions["live"]`."""

    def __init__(self, app: Flask, places: int) -> None:
        self.hub, self._app = Hub(places), app
        self._turn, self._checked_at = threading.Lock(), time.monotonic()
        with app.app_context():
            self.watcher = Watcher(self.hub, db.engine.url)

    def check(self) -> None:
        """Let go of those who may see other spaces by now: of all at once, for one would cost as much."""
        with self._turn:
            if time.monotonic() - self._checked_at < KEEPALIVE * TICK:
                return
            self._checked_at = time.monotonic()
        people = self.hub.people()
        with self._app.app_context(), reading():
            self.hub.keep(visible_to(people))

    def close(self) -> None:
        """End the watching, and with it all streams, so that the server can stop. Safe in a signal handler."""
        self.hub.is_closing = True
        self.watcher.stop()


def init_app(app: Flask, places: int) -> None:
    """Give the app a hub with this many places for listeners."""
    app.extensions["live"] = Live(app, places)


@blueprint.get("/live")
@blueprint.response(200, content_type="text/event-stream", description="data: {space, rev}")
def live() -> Response:
    """Tell this device whenever a space it may see has changed."""
    person_id = require().person_id
    spaces = visible_spaces(person_id)
    extension = cast(Live, current_app.extensions["live"])
    try:
        listener = extension.hub.join(person_id, spaces)
    except Full:
        raise Problem("live_full", headers={"Retry-After": "20"}) from None
    extension.watcher.start()
    db.session.remove()
    line = request.environ.get("gunicorn.socket")
    response = Response(_stream(extension, listener, line), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: extension.hub.leave(listener))
    return response


def _stream(live: Live, listener: Listener, line: socket.socket | None) -> Iterator[bytes]:
    yield b"retry: 3000\n\n"
    quiet = 0
    for _ in range(LIFE):
        if live.hub.is_closing or listener.is_dismissed or _is_gone(line):
            return
        news = listener.wait(TICK)
        quiet = 0 if news else quiet + 1
        for space, rev in news.items():
            yield b"data: " + orjson.dumps({"space": space, "rev": rev}) + b"\n\n"
        if quiet == KEEPALIVE:
            quiet = 0
            live.check()
            if not listener.is_dismissed:
                yield b": still here\n\n"


def _is_gone(line: socket.socket | None) -> bool:
    """Whether the device has hung up: writing would show it only after two keepalives, and its place is scarce."""
    if line is None:
        return False
    try:
        return line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
