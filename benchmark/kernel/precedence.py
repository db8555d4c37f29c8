"""Lets quick work go first: slow work that can wait asks before it begins. Within one process.

Sharing the processors by turns, what takes milliseconds would wait as long as what takes a hundred times as much.
Not for slow work that quick work may be waiting for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _AtHand:
    """How much quick work there is."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._n = 0

    def count(self, more: int) -> None:
        with self._changed:
            self._n += more
            if not self._n:
                self._changed.notify_all()

    def wait_for_none(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._n, seconds)


_quick = _AtHand()


@contextmanager
def going_first() -> Iterator[None]:
    """Quick work is at hand until the block ends."""
    _quick.count(1)
    try:
        yield
    finally:
        _quick.count(-1)


def give_way(seconds: float) -> bool:
    """Wait until no quick work is at hand, but no longer: there may always be some. Returns whether none is."""
    return _quick.wait_for_none(seconds)
