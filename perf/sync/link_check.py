"""Whether the link is as slow as it says: bytes to a server that only counts, beside what can be computed."""

import socket
import statistics
import threading
import time
from contextlib import ExitStack, closing

from perf.sync.link import Link, Speed

MANY, FEW = 500_000, 500
"""Bytes: of a large body, and of a request that only asks for news."""
N_TIMES = 5


def beside_computed(speed: Speed, n_bytes: int) -> float:
    """The time that so many bytes and their answer really take, the median, over the time that they should."""
    with ExitStack() as stack:
        listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        threading.Thread(target=count, args=[listener], daemon=True).start()
        link = stack.enter_context(Link(listener.getsockname()[1], speed))
        client = stack.enter_context(closing(socket.create_connection(("127.0.0.1", link.port))))
        seconds_of(client, 0)  # opens the connection, which costs a round trip more
        took = statistics.median(seconds_of(client, n_bytes) for _ in range(N_TIMES))
        return took / speed.seconds_up(n_bytes)


def seconds_of(client: socket.socket, n_bytes: int) -> float:
    begin = time.perf_counter()
    client.sendall(n_bytes.to_bytes(4, "big") + bytes(n_bytes))
    assert client.recv(1)
    return time.perf_counter() - begin


def count(listener: socket.socket) -> None:
    """Answer each length and so many bytes with one byte."""
    connection, _ = listener.accept()
    with closing(connection), connection.makefile("rb") as lines:
        while head := lines.read(4):
            lines.read(int.from_bytes(head, "big"))
            connection.sendall(b".")
