"""A device that speaks HTTP itself, with no more between it and the server than a connection and orjson."""

import gzip
import http.client
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from benchmark.kernel.encodings import zstd
from perf.sync.contender import Device, Refused

TRIES = 50
UNPACK: dict[str | None, Callable[[bytes], bytes]] = {
    "zstd": zstd.decompress,
    "gzip": gzip.decompress,
    None: bytes,
}
"""What browsers take too."""


class HttpDevice(Device):
    """One connection, kept open. Subclasses say what a batch looks like and how to ask for news."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.headers = {"Content-Type": "application/json", "Accept-Encoding": "zstd, gzip"}
        self.batches: list[Any] = []

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request; returns the answer's JSON, or raises Refused."""
        content = None if body is None else orjson.dumps(body)
        self.connection.request(method, path, content, self.headers)
        answer = self.connection.getresponse()
        found = answer.read()
        if answer.status >= 400:
            raise Refused(f"{method} {path}: {answer.status} {found[:500].decode()}")
        found = UNPACK[answer.headers["Content-Encoding"]](found)
        if cookie := answer.headers["Set-Cookie"]:
            self.headers["Cookie"] = cookie.partition(";")[0]
        return orjson.loads(found) if found else None

    @abstractmethod
    def push_batch(self, batch: Any) -> None:
        """Send one batch; raises Refused when it is to be sent again."""

    @abstractmethod
    def pull_all(self) -> int:
        """Fetch what is new, page by page; returns how many observations came."""

    def push(self) -> float:
        begin = time.perf_counter()
        for batch in self.batches:
            self._insist(batch)
        return time.perf_counter() - begin

    def pull(self) -> tuple[int, float]:
        begin = time.perf_counter()
        found = self.pull_all()
        return found, time.perf_counter() - begin

    def close(self) -> None:
        self.connection.close()

    def _insist(self, batch: Any) -> None:
        for tries_left in reversed(range(TRIES)):
            try:
                self.push_batch(batch)
                return
            except Refused:
                self.n_refused += 1
                if not tries_left:
                    raise


def cut(all_of: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """In pieces of `size`, the last one maybe smaller."""
    return [all_of[start : start + size] for start in range(0, len(all_of), size)]
