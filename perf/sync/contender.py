"""What every server that is compared can be asked to do, ours too, so that all do the same work.

A contender is a server in a data folder of its own; a device is one client of it. Devices are connected, and what
they are to send is on them, before the clock runs; a client's own work on what it sends and gets is part of the time.
"""

import os
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from subprocess import CalledProcessError
from typing import Protocol

from perf.sync.observations import Observation
from tests.cluster import free_port

PATIENCE = 60
DURABLE, ON_DISK, IN_MEMORY = "durable", "on disk", "in memory"
"""Where a change is when the server answers: synced to disk, in files that an empty battery may lose, in memory."""


class Refused(Exception):
    """The server would not take a batch now."""


TROUBLE = (AssertionError, CalledProcessError, HTTPException, OSError, Refused, RuntimeError)
"""What may go wrong with a server that is not ours."""


class Device(ABC):
    """One client with storage of its own. Times are in seconds."""

    n_refused = 0
    """Batches that had to be sent again."""

    @abstractmethod
    def prepare(self, observations: Sequence[Observation]) -> None:
        """Have these saved, to be pushed. Not part of any time."""

    @abstractmethod
    def push(self) -> float:
        """Send all that was prepared, in batches, until the server has answered for all of it."""

    @abstractmethod
    def pull(self) -> tuple[int, float]:
        """Fetch what is new, until there is no more: how many observations, and the time."""

    def exchange(self) -> float:
        """Send and fetch."""
        return self.push() + self.pull()[1]

    def wait_for(self, n: int) -> float:
        """Seconds until `n` observations have come, after somebody has sent them. Most have to ask."""
        found, seconds = self.pull()
        assert found == n, f"{found} observations instead of {n}"
        return seconds

    @abstractmethod
    def close(self) -> None:
        """Hang up."""


class Stoppable(Protocol):
    """A program that runs until it is told."""

    def stop(self) -> None:
        """End it."""


class Contender(ABC):
    """A server, and the kind of device that goes with it."""

    name: str
    storage: str
    batch = 100
    """Observations in a push, where the client decides."""
    part = 1
    """It gets one observation of so many, and its figures are multiplied: for those who would take minutes."""

    def __init__(self) -> None:
        self.port = free_port()
        self.processes: list[int] = []
        """The server's; those that they started count too."""
        self.client_processes: list[int] = [os.getpid()]
        self.started: list[Stoppable] = []
        """What is to be stopped at the end."""

    @abstractmethod
    def start(self, folder: Path) -> None:
        """Start, with an empty folder to keep everything in, and return when it answers."""

    def stop(self) -> None:
        """Stop all that was started, the last first; also when starting has failed half-way."""
        while self.started:
            self.started.pop().stop()

    def run(self, command: Sequence[str | Path], folder: Path) -> None:
        """Start the server by its command, and wait until it listens."""
        program = Program(command, folder, self.port)
        self.started.append(program)
        self.processes.append(program.process.pid)

    @abstractmethod
    def new_place(self) -> None:
        """Let the devices to come share an empty place: a study, a database, a collection."""

    @abstractmethod
    def device(self, port: int) -> Device:
        """A new and empty device, connected through this port: the server's own, or one that leads to it."""


class Program:
    """A server process that says nothing worth reading; its output is in `folder`."""

    def __init__(self, command: Sequence[str | Path], folder: Path, port: int) -> None:
        self.log = folder / f"{Path(command[0]).name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + PATIENCE
        while not is_listening(port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"It did not start: {command}\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def is_listening(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
