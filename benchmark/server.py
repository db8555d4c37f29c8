"""Gunicorn, set up for this product and started inside the `benchmark` command: a few processes of many threads.

Not for development with reloading, and not the only way to serve: any WSGI server can run `benchmark:create_app()`,
as long as it has threads to spare for the listeners of `live`, which hold none here.
"""

import gc
import logging
import os
import resource
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import TConn, ThreadWorker

from benchmark import create_app
from benchmark.config import Config
from benchmark.live.api import Taken

DAY = 24 * 60 * 60
MEMORY_FOLDER = "/dev/shm"  # noqa: S108  heartbeats only, in files without names


GARBAGE = 20_000
"""New objects between two searches for garbage: a push makes thousands, and nearly all go by themselves."""


PICTURES = (b"PUT", b"PATCH")
"""How requests begin that bring much, and slowly."""


SILENCE = 40
"""Seconds that a thread waits for a client in the middle of something; pictures and phones give up before."""


LISTENERS = 500
"""In each process; every one holds an open file."""
FILES = 4096
"""That a process may have open, where the machine allows: listeners, and gunicorn's thousand other connections."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that takes pictures in on threads of their own, so that no word waits for them.

    It lets go of the connections that live streams take over, and ends these when told to stop.
    """

    def init_process(self) -> None:
        """Make the threads, and serve."""
        self.log.error_log.addFilter(_is_news)
        self.pictures = ThreadPoolExecutor(max(2, self.cfg.threads // 2), "pictures")
        super().init_process()

    def run(self) -> None:
        """Serve until told to stop, then see the streams to their end."""
        super().run()
        self.wsgi.extensions["live"].end(self.cfg.graceful_timeout)

    def enqueue_req(self, conn: TConn) -> None:
        """Have a connection that begins to speak wait for a thread of its kind; a silent one waits for its words.

        What waits holds no thread: the rest of its picture stays with the phone, whose network holds it back.
        """
        begin = _first_bytes(conn.sock)
        if not conn.initialized:
            _bound_silence(conn.sock)
        if begin is None and not conn.initialized:
            conn.set_timeout()
            self.keepalived_conns.append(conn)
            self.poller.register(conn.sock, EVENT_READ, partial(self.on_client_socket_readable, conn))
            return
        pool = self.pictures if begin and begin.startswith(PICTURES) else self.tpool
        answering = pool.submit(self.handle, conn)
        answering.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer one request; returns whether the connection may bring another."""
        try:
            return bool(super().handle_request(req, conn))
        except Taken:
            return False

    def finish_request(self, conn: TConn, done: Future[bool]) -> None:
        """Wait for the next request, or hang up, unless the connection has been taken over."""
        if conn.sock.fileno() == -1:
            self.nr_conns -= 1
        elif done.cancelled() or done.exception() or done.result():
            super().finish_request(conn, done)
        else:
            self.nr_conns -= 1
            # Two seconds if the client does not hang up too; gunicorn would have everybody wait for that.
            self.pictures.submit(conn.close, graceful=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End streams, then finish the requests at hand."""
        self._end_streams()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """End streams, then stop at once."""
        self._end_streams()
        super().handle_quit(sig, frame)

    def _end_streams(self) -> None:
        app: Flask | None = getattr(self, "wsgi", None)
        if app is not None:
            app.extensions["live"].close()


def _first_bytes(connection: socket.socket) -> bytes | None:
    """What a connection is about to say; None while it says nothing."""
    try:
        return connection.recv(max(map(len, PICTURES)), socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _bound_silence(connection: socket.socket) -> None:
    """Have the system end the wait for one whose network is gone: nobody else tells a thread that it is."""
    for way in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        connection.setsockopt(socket.SOL_SOCKET, way, struct.pack("ll", SILENCE, 0))


def _is_news(record: logging.LogRecord) -> bool:
    """Whether the log of errors should hold this; that a client fell silent is none of the server's."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))


class Server(BaseApplication):  # type: ignore[misc]
    """One server of this product on one port. `run()` never returns: it exits when it is stopped.

    on_ready    called once the port is open
    """

    def __init__(self, config: Config, host: str, port: int, on_ready: Callable[[], None]) -> None:
        self.config, self.host, self.port, self.on_ready = config, host, port, on_ready
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn, and ask the machine for room."""
        for name, value in self._settings().items():
            self.cfg.set(name, value)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY:
            most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))

    def load(self) -> Flask:
        """Make the app anew in each worker: no database connection may cross a fork.

        What is there by then stays, so the garbage collector need not look through it again and again.
        """
        app = create_app(self.config)
        live = app.extensions["live"]
        live.hub.places, live.takes_lines = LISTENERS, True
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE)
        return app

    def _settings(self) -> dict[str, Any]:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return {
            "bind": f"{host}:{self.port}",
            "worker_class": Worker,
            "workers": self.config.workers,
            "threads": self.config.threads,
            # Heartbeat files on a disk would make workers wait for it.
            "worker_tmp_dir": MEMORY_FOLDER if os.access(MEMORY_FOLDER, os.W_OK) else None,
            # Forwarded headers are believed in one place, `web`, and only from the configured proxies.
            "secure_scheme_headers": {},
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "keepalive": 20,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "when_ready": lambda _arbiter: self._begin(),
        }

    def _begin(self) -> None:
        threading.Thread(target=self._keep_house, daemon=True, name="house").start()
        self.on_ready()

    def _keep_house(self) -> None:
        """Prune daily, in a process of its own: this one holds no database and only minds its workers."""
        env = {
            **os.environ,
            "BENCHMARK_DATA": str(self.config.data),
            "BENCHMARK_DATABASE": self.config.database,
        }
        while not threading.Event().wait(DAY):
            prune = [sys.executable, "-m", "benchmark", "prune"]
            subprocess.run(prune, env=env, cwd="/", stdout=subprocess.DEVNULL, check=False)


def listening_problem(host: str, port: int) -> OSError | None:
    """Why nobody could listen there now; None when all is well. Asked early, since gunicorn would try for long."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            return problem
    return None
