"""Takes a request's body to disk as it comes: what arrived before a connection broke, or the time was up, stays."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import request

from benchmark.kernel.errors import Problem
from benchmark.photos.partial import Partial

LONGEST = 30.0
"""Seconds that one request may hold a thread with bytes that trickle in; its phone goes on with the next one."""
STEP = 32 * 1024
"""Bytes between two writes, each of which holds others up a little; a broken connection may take so many along."""


def receive(partial: Partial, offset: int) -> int:
    """Append the body to `partial`, which must end at `offset`; returns where it ends then. No transaction may be open.

    Problems: too_large (more than was announced), upload_offset (someone else has gone on meanwhile).
    """
    if (request.content_length or 0) > partial.length - offset:
        raise Problem("too_large")
    with within(LONGEST):
        while piece := _next(min(STEP, partial.length - offset)):
            if not partial.append(offset, piece):
                raise Problem("upload_offset")
            offset += len(piece)
    return offset


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Have the body end after so many seconds, also when nothing more comes; gunicorn would wait for ever."""
    connection: socket.socket | None = request.environ.get("gunicorn.socket")
    timer = threading.Timer(seconds, _end, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _next(most: int) -> bytes:
    """The next bytes of the body; none when it is over or its sender is gone."""
    with suppress(OSError):
        return request.stream.read(most)
    return b""


def _end(connection: socket.socket | None) -> None:
    with suppress(OSError):
        if connection:
            connection.shutdown(socket.SHUT_RD)
