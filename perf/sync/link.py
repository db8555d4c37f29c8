"""A phone's network between a client and a server on this machine: a TCP proxy with a delay and a bandwidth.

It also counts bytes and round trips. A new connection costs a round trip, as it does outside. Not modelled: slow
start, lost packets, TLS, packet headers; so figures are kinder than life, and equally so to everyone.
"""

import asyncio
import selectors
import threading
import time
from collections.abc import Coroutine
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

PIECE = 2048


@dataclass(frozen=True)
class Speed:
    """`rtt` in seconds, `up` and `down` in bytes per second."""

    rtt: float = 0
    up: float = float("inf")
    down: float = float("inf")

    def seconds_up(self, n_bytes: int) -> float:
        """The least that it takes to send so much and hear of it: no client can be faster."""
        return self.rtt + n_bytes / self.up

    def seconds_down(self, n_bytes: int) -> float:
        """The least that it takes to ask for so much and have it."""
        return self.rtt + n_bytes / self.down


def mbit(up: float, down: float, rtt: float) -> Speed:
    return Speed(rtt, up * 1e6 / 8, down * 1e6 / 8)


class Way:
    """One direction, which all connections share: pieces leave one by one and arrive half a round trip later."""

    def __init__(self, rate: float, delay: float) -> None:
        self.rate, self.delay = rate, delay
        self.n_bytes, self.is_free_at = 0, 0.0

    def arrival(self, size: int, begin: float) -> float:
        """When a piece that may leave at `begin` is at the other end."""
        self.n_bytes += size
        self.is_free_at = max(begin, self.is_free_at) + size / self.rate
        return self.is_free_at + self.delay


class Link(AbstractContextManager["Link"]):
    """Leads from its own `port` to the server's, from a thread of its own."""

    def __init__(self, server_port: int, speed: Speed | None = None) -> None:
        self.server_port, self.speed = server_port, speed or Speed()
        # The loop's usual way to wait counts in whole milliseconds.
        self.loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
        self.forget()

    def __enter__(self) -> "Link":
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self._do(asyncio.start_server(self._connect, "127.0.0.1", 0))
        self.port: int = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def forget(self) -> None:
        """Count from zero."""
        self.up = Way(self.speed.up, self.speed.rtt / 2)
        self.down = Way(self.speed.down, self.speed.rtt / 2)
        self.n_trips = 0
        """How often a client spoke after it had listened, over all connections; a new connection is one too."""

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _close(self) -> None:
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connect(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        connection = Connection(self, time.monotonic() + self.speed.rtt)
        self.n_trips += 1
        with suppress(asyncio.CancelledError):
            await asyncio.gather(
                connection.carry(client, to_server, is_up=True),
                connection.carry(server, to_client, is_up=False),
                return_exceptions=True,
            )
        to_client.close()
        to_server.close()


class Connection:
    """One of those that share the link; `is_open_at` is when its first byte may leave."""

    def __init__(self, link: Link, is_open_at: float) -> None:
        self.link, self.is_open_at, self.was_up = link, is_open_at, False

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_up: bool) -> None:
        """Pass on what comes, each piece at its time, until the source ends."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        reading = asyncio.create_task(self._read(source, pieces, is_up=is_up))
        try:
            while True:
                at, piece = await pieces.get()
                if at > time.monotonic():
                    await asyncio.sleep(at - time.monotonic())
                if not piece:
                    break
                sink.write(piece)
                await sink.drain()
            sink.write_eof()
        finally:
            reading.cancel()

    async def _read(
        self, source: asyncio.StreamReader, pieces: asyncio.Queue[tuple[float, bytes]], *, is_up: bool
    ) -> None:
        while piece := await source.read(PIECE):
            self.link.n_trips += is_up and not self.was_up
            self.was_up = is_up
            way = self.link.up if is_up else self.link.down
            pieces.put_nowait((way.arrival(len(piece), max(time.monotonic(), self.is_open_at)), piece))
        pieces.put_nowait((0, b""))
