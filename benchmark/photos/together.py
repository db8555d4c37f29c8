"""Lets threads that want the same done at the same moment have it done in one go, by one of them for all.

For commits: one takes as long for twenty photos as for one, and what others write waits for each of them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Does `work` on whatever has gathered while it was done before. It returns which of that it refused."""

    def __init__(self, work: Callable[[list[T]], Collection[T]]) -> None:
        self._work = work
        self._waiting: deque[tuple[T, Future[bool]]] = deque()
        self._turn = threading.Lock()

    def do(self, wanted: T) -> bool:
        """Have it done; returns False when it was refused. Raises, in all of them, what the work raised."""
        done: Future[bool] = Future()
        self._waiting.append((wanted, done))
        with self._turn:
            if not done.done():
                self._do_all()
        return done.result()

    def _do_all(self) -> None:
        gathered = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            refused = self._work([wanted for wanted, _ in gathered])
        except Exception as error:
            for _, done in gathered:
                done.set_exception(error)
        else:
            for wanted, done in gathered:
                done.set_result(wanted not in refused)
