"""GET /api/v1/live: Server-Sent Events that only say which space is at which rev."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, cast

from flask import Flask, Response, current_app, request
from flask_smorest import Blueprint

from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem, name_problems
from benchmark.live.hub import Full, Hub, Listener
from benchmark.live.line import Line
from benchmark.live.service import Live
from benchmark.people.service import require, visible_spaces

name_problems(live_full=503)

blueprint = Blueprint("live", __name__, url_prefix="/api/v1", description="Who changed something just now")


class Taken(OSError):
    """The connection of this answer is the hub's from now on: the server forgets it, and its thread is free."""


def init_app(app: Flask, places: int) -> None:
    """Give the app a hub with this many places for listeners."""
    app.extensions["live"] = Live(app, places)


@blueprint.get("/live")
@blueprint.response(200, content_type="text/event-stream", description="data: {space, rev}")
def live() -> Response:
    """Tell this device whenever a space it may see has changed."""
    person_id = require().person_id
    extension = cast(Live, current_app.extensions["live"])
    try:
        listener = extension.join(person_id, visible_spaces(person_id))
    except Full:
        raise Problem("live_full", headers={"Retry-After": "20"}) from None
    db.session.remove()
    said = _handed_over if extension.takes_lines else _relayed
    response = Response(said(extension.hub, listener, request.environ), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: extension.hub.give_up(listener))
    return response


def _handed_over(hub: Hub, listener: Listener, environ: dict[str, Any]) -> Iterator[bytes]:
    """The head goes out as with any answer; all that follows is said by the hub."""
    yield b""
    connection = socket.socket(fileno=environ["gunicorn.socket"].detach())
    hub.connect(listener, Line(connection, is_chunked=environ["SERVER_PROTOCOL"] != "HTTP/1.0"))
    raise Taken


def _relayed(hub: Hub, listener: Listener, _environ: dict[str, Any]) -> Iterator[bytes]:
    """For servers that keep their connections to themselves: this thread passes on what the hub says."""
    heard, said = socket.socketpair()
    with heard, heard.makefile("rb") as words:
        hub.connect(listener, Line(said, is_chunked=False))
        yield from words
