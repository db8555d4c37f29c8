"""The listeners of one process, and what each has yet to be told. Knows neither HTTP nor the database.

Several changes of a space between two looks are told as one: only the latest rev matters.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping


class Full(Exception):
    """All places for listeners are taken."""


class Listener:
    """One connected device."""

    def __init__(self, person: str, spaces: Collection[str]) -> None:
        self.person, self.spaces = person, frozenset(spaces)
        self.is_dismissed = False
        self._news: dict[str, int] = {}
        self._arrived = threading.Condition()

    def tell(self, space: str, rev: int) -> None:
        """Leave word that the space is at `rev`."""
        with self._arrived:
            self._news[space] = rev
            self._arrived.notify()

    def dismiss(self) -> None:
        """End its waiting for good, as when the server wants to stop, or the device may see other spaces now."""
        with self._arrived:
            self.is_dismissed = True
            self._arrived.notify()

    def wait(self, seconds: float) -> dict[str, int]:
        """What is new, space → rev; empty when nothing came within `seconds`."""
        with self._arrived:
            if not self._news and not self.is_dismissed:
                self._arrived.wait(seconds)
            news, self._news = self._news, {}
            return {space: rev for space, rev in news.items() if space in self.spaces}


class Hub:
    """Who listens in this process.

    places   listeners at most: each holds a thread of the server, and half of those must stay free to answer
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self.is_closing = False
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()

    def join(self, person: str, spaces: Collection[str]) -> Listener:
        """Take a place; raises Full."""
        with self._lock:
            if len(self._listeners) >= self.places:
                raise Full
            listener = Listener(person, spaces)
            self._listeners.add(listener)
            return listener

    def leave(self, listener: Listener) -> None:
        """Give the place back."""
        with self._lock:
            self._listeners.discard(listener)

    def dismiss(self) -> None:
        """Let nobody wait any longer."""
        with self._lock:
            for listener in self._listeners:
                listener.dismiss()

    def people(self) -> set[str]:
        """Everyone who listens."""
        with self._lock:
            return {listener.person for listener in self._listeners}

    def keep(self, visible: Mapping[str, Collection[str]]) -> None:
        """Dismiss whoever may by now see other spaces than when they joined. Person → the spaces they may see."""
        with self._lock:
            for listener in self._listeners:
                if listener.spaces != set(visible.get(listener.person, listener.spaces)):
                    listener.dismiss()

    def spaces(self) -> set[str]:
        """All spaces that somebody listens to."""
        with self._lock:
            return {space for listener in self._listeners for space in listener.spaces}

    def tell(self, revs: Mapping[str, int]) -> None:
        """Tell the listeners of each space its rev."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            for space in listener.spaces & revs.keys():
                listener.tell(space, revs[space])
