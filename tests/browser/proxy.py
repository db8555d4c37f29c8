"""A bad network between a browser and a server: it cuts, delays, slows, repeats and answers by itself, as told.

It speaks just enough HTTP to tell requests apart, each on a connection of its own. Not for HTTPS or other hosts.
"""

import io
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from http import HTTPStatus
from typing import BinaryIO

PIECE = 16 * 1024
PATIENCE = 120


@dataclass(frozen=True)
class Fault:
    """What befalls requests. With nothing said, nothing.

    path      only requests with this in their path; pages and the app's files come through by default
    method    only requests with this method, when it is said
    up, down  how much of each request, of each answer, gets through before the connection is cut: bytes, or a share
    silence   seconds that a cut connection stays open, and silent, before either side hears of the cut
    delay     seconds until the request is handed on
    rate      bytes a second, up and down
    status    answered instead of the server, with `headers` and `body`
    is_twice  the server gets the request twice, one after the other, and the second answer goes back
    """

    path: str = "/api/"
    method: str = ""
    up: int | Fraction | None = None
    down: int | Fraction | None = None
    silence: float = 0
    delay: float = 0
    rate: int | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_twice: bool = False

    def befalls(self, request: "Passed") -> bool:
        return self.path in request.path and self.method in {"", request.method}


FINE = Fault()
LOGIN_PAGE = Fault(status=200, headers=(("Content-Type", "text/html"),), body=b"<h1>Tervetuloa</h1>")


@dataclass
class Passed:
    """One request as the proxy saw it: the bytes that got through, and the status that came back, if any."""

    method: str
    path: str
    up: int = 0
    down: int = 0
    status: int | None = None


@dataclass
class Request:
    """A request's head, and how many bytes of body follow it."""

    head: bytes
    passed: Passed
    length: int


class Proxy(socketserver.ThreadingTCPServer):
    """Listens on a free port of its own; give browsers its `address`. Set `fault` at any time, for new requests."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        super().__init__(("localhost", 0), Connection)
        self.behind = port
        self.address = f"http://localhost:{self.server_address[1]}"
        self.fault = FINE
        self.passed: list[Passed] = []
        self.is_over = threading.Event()

    def mend(self) -> None:
        """From now on everything comes through; what waits or is slow now is let go."""
        self.fault = FINE
        self.is_over.set()
        self.is_over = threading.Event()

    def bytes_up(self, path: str) -> int:
        """How many bytes of requests with this in their path got through."""
        return sum(one.up for one in self.passed if path in one.path)


@contextmanager
def proxy_before(port: int) -> Iterator[Proxy]:
    """A proxy in front of a server on this machine."""
    with Proxy(port) as proxy:
        threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield proxy
        proxy.mend()
        proxy.shutdown()


class Connection(socketserver.StreamRequestHandler):
    """One connection of a browser, for one request and its answer."""

    server: Proxy
    timeout = PATIENCE

    def handle(self) -> None:
        with suppress(OSError):
            request = read_request(self.rfile)
            if request is None:
                return
            self.server.passed.append(request.passed)
            self.is_over = self.server.is_over
            fault = self.server.fault
            self.fault = fault if fault.befalls(request.passed) else FINE
            self.is_over.wait(self.fault.delay)
            if self.fault.status:
                self.answer(request)
            else:
                self.forward(request)

    def forward(self, request: Request) -> None:
        body: Iterator[bytes] = pieces(self.rfile, request.length)
        if self.fault.is_twice:
            whole = b"".join(body)
            with self.ask(request, iter([whole])) as first:
                first.read()
            body = iter([whole])
        with self.ask(request, body) as answer:
            passed, (source, limit) = request.passed, limited(answer, self.fault.down)
            for piece in self.paced(pieces(source, limit)):
                if not passed.down:
                    passed.status = int(piece.split(b" ", 2)[1])
                passed.down += len(piece)
                self.wfile.write(piece)
            if passed.down == limit:
                self.is_over.wait(self.fault.silence)

    @contextmanager
    def ask(self, request: Request, body: Iterator[bytes]) -> Iterator[BinaryIO]:
        """Send a request to the server, as far as it may get, and yield what comes back."""
        limit = share(self.fault.up, len(request.head) + request.length)
        with socket.create_connection(("localhost", self.server.behind), PATIENCE) as there:
            with suppress(
                BrokenPipeError, ConnectionResetError
            ):  # the server may answer before it has it all
                for piece in self.paced(within(chain(request.head, body), limit)):
                    there.sendall(piece)
                    request.passed.up += len(piece)
            if request.passed.up == limit:
                self.is_over.wait(self.fault.silence)
                raise ConnectionAbortedError
            with there.makefile("rb") as answer:
                yield answer

    def answer(self, request: Request) -> None:
        """Say what the fault says, once the browser has sent everything: before, it would not listen."""
        request.passed.up = len(request.head) + sum(map(len, pieces(self.rfile, request.length)))
        request.passed.status = self.fault.status
        status = HTTPStatus(self.fault.status or 200)
        fields = (*self.fault.headers, ("Content-Length", len(self.fault.body)), ("Connection", "close"))
        lines = [f"HTTP/1.1 {status} {status.phrase}", *(f"{name}: {value}" for name, value in fields)]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + self.fault.body)

    def paced(self, source: Iterator[bytes]) -> Iterator[bytes]:
        for piece in source:
            yield piece
            if self.fault.rate:
                self.is_over.wait(len(piece) / self.fault.rate)


def read_request(source: BinaryIO) -> Request | None:
    """A request's head, changed only so that the server closes the connection after its answer."""
    first = source.readline()
    if not first.strip():
        return None
    method, path, _ = first.decode().split(" ", 2)
    lines, length = [first], 0
    while (line := source.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "content-length":
            length = int(value)
        if name.lower() != "connection":
            lines.append(line)
    return Request(b"".join([*lines, b"Connection: close\r\n\r\n"]), Passed(method, path), length)


def pieces(source: BinaryIO, length: int | None) -> Iterator[bytes]:
    """What `source` gives, as it comes: `length` bytes, or all."""
    left = PIECE if length is None else length
    while left and (piece := source.read1(min(left, PIECE))):  # type: ignore[attr-defined]
        left -= len(piece) if length is not None else 0
        yield piece


def share(said: int | Fraction | None, whole: int) -> int | None:
    """Bytes as they are, a share of the whole in bytes."""
    return int(said * whole) if isinstance(said, Fraction) else said


def limited(answer: BinaryIO, said: int | Fraction | None) -> tuple[BinaryIO, int | None]:
    """An answer, and how many bytes of it get through; for a share of it, all of it must be there."""
    if not isinstance(said, Fraction):
        return answer, said
    whole = answer.read()
    return io.BytesIO(whole), share(said, len(whole))


def chain(head: bytes, body: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from body


def within(source: Iterator[bytes], limit: int | None) -> Iterator[bytes]:
    """The first `limit` bytes of `source`, or all."""
    left = limit
    for piece in source:
        yield piece[:left]
        if left is not None:
            left -= len(piece[:left])
            if not left:
                return
