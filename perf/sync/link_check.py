"""Whether the link is as slow as it says: bytes to a server that only counts, beside what can be computed."""

import socket
import threading
import time
from contextlib import ExitStack, closing

from perf.sync.link import Link, Speed

N_BYTES = 500_000


def beside_computed(speed: Speed) -> float:
    """The time that bytes and their answer really take, over the time that they should."""
    with ExitStack() as stack:
        listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        threading.Thread(target=count, args=[listener], daemon=True).start()
        link = stack.enter_context(Link(listener.getsockname()[1], speed))
        client = stack.enter_context(closing(socket.create_connection(("127.0.0.1", link.port))))
        seconds_of(client, 0)  # opens the connection, which costs a round trip more
        return seconds_of(client, N_BYTES) / speed.seconds_up(N_BYTES)


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
