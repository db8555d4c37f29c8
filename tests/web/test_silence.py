"""Clients whose network goes away in the middle of something: no thread waits for them for ever."""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser.server import PATIENCE, Server

N_THREADS = 4
SHORT = "from benchmark import cli, server; server.SILENCE = 1; cli.main()"
HEAD = b"POST /api/v1/ses"
BODY = (
    b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of few threads that is soon tired of silence."""
    server = Server(tmp_path / "data", command=(sys.executable, "-c", SHORT))
    server.environment |= {"BENCHMARK_WORKERS": "1", "BENCHMARK_THREADS": str(N_THREADS)}
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("said", "answer"),
    [(HEAD, b""), (BODY, b"HTTP/1.1 503")],
    ids=["in the head", "in the body"],
)
def test_who_falls_silent_holds_no_thread_for_ever(server: Server, said: bytes, answer: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(2 * N_THREADS):
            silent = stack.enter_context(socket.create_connection(("localhost", server.port)))
            silent.sendall(said)
        deadline = time.monotonic() + PATIENCE
        while not server.is_answering():
            assert time.monotonic() < deadline, "all threads wait for the silent"
        assert silent.recv(12) == answer, "whose network is back should try again"
    assert "Traceback" not in server.output()
