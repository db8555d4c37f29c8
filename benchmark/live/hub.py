"""The listeners of one process, who are told what changes in their spaces. Knows neither requests nor the database.

A listener holds a connection and a few hundred bytes, but no thread.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

import orjson

from benchmark.live.line import Line

LIFE = 600.0
"""Seconds after which a stream ends; the browser connects again by itself."""
GREETING = b"retry: 3000\n\n"
STILL_HERE = b": still here\n\n"


class Full(Exception):
    """All places for listeners are taken."""


class Listener:
    """One device, connected until `ends_at`. It is told what happens once its `line` is there."""

    __slots__ = ("ends_at", "line", "person", "spaces")

    def __init__(self, person: str, spaces: Collection[str], ends_at: float) -> None:
        self.person, self.spaces, self.ends_at = person, frozenset(spaces), ends_at
        self.line: Line | None = None


class Hub:
    """Who listens in this process.

    places   listeners at most: each holds an open file
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._is_closed = False
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()

    def join(self, person: str, spaces: Collection[str], now: float) -> Listener:
        """Take a place; raises Full. Follow it by `connect` or `give_up`."""
        with self._lock:
            if len(self._listeners) >= self.places:
                self._look(now)
            if len(self._listeners) >= self.places:
                raise Full
            listener = Listener(person, spaces, now + LIFE)
            self._listeners.add(listener)
            return listener

    def give_up(self, listener: Listener) -> None:
        """Give the place back, unless the listener has got its line."""
        with self._lock:
            if listener.line is None:
                self._listeners.discard(listener)

    def connect(self, listener: Listener, line: Line) -> None:
        """Tell a listener by this line from now on. The hub ends it."""
        with self._lock:
            listener.line = line
            if self._is_closed or not line.say(GREETING):
                self._end(listener, line)

    def tell(self, revs: Mapping[str, int]) -> None:
        """Tell the listeners of each space its rev."""
        news = {space: _news(space, rev) for space, rev in revs.items()}
        with self._lock:
            for listener, line in self._connected():
                words = b"".join(news[space] for space in listener.spaces & news.keys())
                if words and not line.say(words):
                    self._end(listener, line)

    def keep(self, visible: Mapping[str, Collection[str]]) -> None:
        """Keep the lines open of those who see the same spaces as when they joined; the others have to come anew.

        visible   person → the spaces they may see; whoever is not in it is kept
        """
        with self._lock:
            for listener, line in self._connected():
                is_same = listener.spaces == set(visible.get(listener.person, listener.spaces))
                if not is_same or not line.say(STILL_HERE):
                    self._end(listener, line)

    def look(self, now: float) -> None:
        """Let go of those who have hung up, and of those whose time is over."""
        with self._lock:
            self._look(now)

    def close(self) -> None:
        """End all lines, and those to come."""
        with self._lock:
            self._is_closed = True
            for listener, line in self._connected():
                self._end(listener, line)

    def people(self) -> set[str]:
        """Everyone who listens."""
        with self._lock:
            return {listener.person for listener in self._listeners}

    def spaces(self) -> set[str]:
        """All spaces that somebody listens to."""
        with self._lock:
            return {space for listener in self._listeners for space in listener.spaces}

    def _look(self, now: float) -> None:
        for listener, line in self._connected():
            if now >= listener.ends_at or not line.is_open():
                self._end(listener, line)

    def _connected(self) -> list[tuple[Listener, Line]]:
        return [(listener, listener.line) for listener in self._listeners if listener.line]

    def _end(self, listener: Listener, line: Line) -> None:
        self._listeners.discard(listener)
        line.end()


def _news(space: str, rev: int) -> bytes:
    return b"data: %b\n\n" % orjson.dumps({"space": space, "rev": rev})
