"""A private PostgreSQL for one run: own folder, own free port, gone afterwards.

For tests it gives up durability for speed; measurements ask for one that is as safe as PostgreSQL is by default. Its
text is ordered as in Finnish, as on the servers of those who will use it: there "~" comes before "0".
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.programs import postgresql

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
SAFE = "-c max_connections=200"
FINNISH = ("--locale=C", "--locale-provider=icu", "--icu-locale=fi-FI")
UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Cluster:
    """A running server of which everything may be dropped."""

    port: int
    process: int

    def run(self, statement: str) -> None:
        """Execute a statement that cannot stand in a transaction, such as CREATE DATABASE."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def address(self, database: str) -> str:
        return f"postgresql://benchmark@127.0.0.1:{self.port}/{database}"

    def url(self, database: str) -> str:
        """The address as SQLAlchemy wants it, with the driver named."""
        return self.address(database).replace("postgresql:", "postgresql+psycopg:")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running_cluster(settings: str = FAST) -> Iterator[Cluster]:
    """Make and start a cluster, and remove it at the end. PostgreSQL refuses to run as root, so root lends a name."""
    programs, port = postgresql(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="benchmark-pg-"))
    identity = lend_identity(folder)
    data, log = folder / "data", folder / "log"

    def control(*arguments: str) -> None:
        done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False, **identity)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr + (log.read_text() if log.exists() else ""))

    try:
        initdb, pg_ctl = str(programs / "initdb"), str(programs / "pg_ctl")
        control(initdb, "-D", str(data), "-U", "benchmark", "-A", "trust", "-E", "UTF8", *FINNISH, "-N")
        listen = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' {settings}"
        control(pg_ctl, "-D", str(data), "-l", str(log), "-w", "-o", listen, "start")
        try:
            yield Cluster(port, int((data / "postmaster.pid").read_text().split()[0]))
        finally:
            control(pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def lend_identity(folder: Path) -> dict[str, Any]:
    """Who the server runs as: ourselves, or an ordinary user when we are root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(known[name] for name in UNPRIVILEGED if name in known)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
