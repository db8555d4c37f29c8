"""Listeners of the real server: they hold none of its threads, and their connections end as they should."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import orjson
import pytest

from benchmark.config import Config
from perf.processes import family
from tests.factories import make_op
from tests.storm.crowd import Link
from tests.storm.place import Place

N_THREADS, N_LISTENERS = 4, 12
ESTABLISHED, CLOSE_WAIT = "01", "08"
SOON = 10.0
"""Seconds, on a machine that does much else."""


@pytest.fixture
def place(config: Config, tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "data", config.database, 1)
    place.server.environment |= {"BENCHMARK_WORKERS": "1", "BENCHMARK_THREADS": str(N_THREADS)}
    place.server.start()
    yield place
    place.server.stop()


@contextmanager
def listen(one: Link) -> Iterator[http.client.HTTPResponse]:
    """An open stream, past its greeting."""
    with closing(http.client.HTTPConnection("127.0.0.1", one.port, timeout=SOON)) as connection:
        connection.request("GET", "/api/v1/live", headers={"Cookie": f"benchmark={one.cookie}"})
        with connection.getresponse() as stream:
            assert (stream.status, stream.headers.get_content_type()) == (200, "text/event-stream")
            assert [stream.readline(), stream.readline()] == [b"retry: 3000\n", b"\n"]
            yield stream


@contextmanager
def listening(place: Place, number: int = N_LISTENERS) -> Iterator[list[http.client.HTTPResponse]]:
    """Open streams, more than the server has threads."""
    with ExitStack() as stack:
        yield [stack.enter_context(listen(place.links[0])) for _ in range(number)]


def observe(place: Place) -> bytes:
    """Push one observation; returns how its listeners are told."""
    body = {
        "proto": 1,
        "device": "phone",
        "ops": [make_op(place.space, "observation", set={"text": "Kartta"})],
    }
    answer = place.links[0].ask("POST", "/sync", orjson.dumps(body), **{"Content-Type": "application/json"})
    rev = answer["spaces"][place.space]["rev"]
    return b"data: " + orjson.dumps({"space": place.space, "rev": rev}) + b"\n"


def n_connections(place: Place) -> int:
    """How many the server holds, those included whose other side has hung up."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()]
    here = f":{place.server.port:04X}"
    return sum(row[1].endswith(here) and row[3] in (ESTABLISHED, CLOSE_WAIT) for row in rows)


def test_more_listen_than_there_are_threads_and_all_hear(place: Place) -> None:
    with listening(place) as streams:
        for _ in range(3):
            told = observe(place)
            for stream in streams:
                assert told in iter(stream.readline, b"")


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_more_listen_than_a_shell_lets_programs_open_files(place: Place) -> None:
    place.server.stop()
    place.server.command = ["sh", "-c", 'ulimit -Sn 64 && exec "$@"', "sh", *place.server.command]
    place.server.start()
    with listening(place, 80) as streams:
        told = observe(place)
        assert all(told in iter(stream.readline, b"") for stream in streams)


def test_a_proxy_that_speaks_http_1_0_gets_the_bare_words(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.server.port), SOON) as proxy:
        proxy.sendall(
            b"GET /api/v1/live HTTP/1.0\r\nCookie: benchmark=%b\r\n\r\n" % place.links[0].cookie.encode()
        )
        with proxy.makefile("rb") as answer:
            head = b"".join(iter(answer.readline, b"\r\n"))
            assert b"Transfer-Encoding" not in head
            assert answer.readline() == b"retry: 3000\n"
            assert observe(place) in iter(answer.readline, b"")


def test_who_hangs_up_leaves_nothing_open(place: Place) -> None:
    with listening(place):
        assert n_connections(place) >= N_LISTENERS
    deadline = time.monotonic() + 30
    while n_connections(place):
        assert time.monotonic() < deadline
        observe(place)


def test_when_a_worker_is_replaced_its_streams_end_at_once_and_the_next_takes_them(place: Place) -> None:
    assert place.server.process
    master, worker = family(place.server.process.pid)
    with listening(place) as streams:
        os.kill(worker, signal.SIGTERM)
        for stream in streams:
            assert b"still here" not in stream.read(), "and to its proper end, or reading it fails"
    while worker in family(master) or not place.server.is_answering():
        time.sleep(0.02)
    with listening(place) as streams:
        told = observe(place)
        assert all(told in iter(stream.readline, b"") for stream in streams)
