"""A real server of the storms' own, that dies or fails on order, and the crowd of phones around it."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import text

import benchmark
from benchmark.config import Config
from benchmark.kernel.db import db, reading
from benchmark.server import listening_problem
from tests.browser.server import PATIENCE, Server
from tests.factories import make_person
from tests.storm import promises
from tests.storm.crowd import link, sending, write
from tests.storm.promises import Tables
from tests.sync.conftest import make_space

LAUNCHER = Path(__file__).with_name("launcher.py")
N_PEOPLE = 4


def tell(file: Path, order: str) -> None:
    """Leave an order for the server, which never reads half of one."""
    file.with_suffix(".new").write_text(order)
    file.with_suffix(".new").rename(file)


class Place:
    """A server with its data, and people with phones who share a space there."""

    def __init__(self, data: Path, database: str, n_phones: int) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.app: Flask = benchmark.create_app(Config(data=data, database=database))
        self.database = database
        self.server = Server(data, command=[sys.executable, LAUNCHER])
        self.order = data.with_name("order")
        self.disk = self.order.with_suffix(".disk")
        self.server.environment |= {"BENCHMARK_DATABASE": database, "STORM_ORDER": str(self.order)}
        people = [make_person(self.app, f"Aino {n}") for n in range(N_PEOPLE)]
        self.space = make_space(self.app, **{person.id: "lead" for person in people})
        self.links = [link(self.app, people[n % N_PEOPLE], self.server.port) for n in range(n_phones)]
        self.disconnect()

    def disconnect(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    @contextmanager
    def storm(self, chance: random.Random, n_photos: int = 3) -> Iterator[Callable[[], bool]]:
        """Everybody notes something and sends it while the block runs. At the end all promises are looked at.

        Gives the block a way to ask whether all has been sent.
        """
        with_photos = chance.sample(self.links, n_photos)
        for one in self.links:
            write(one.phone, self.space, chance, n_photos=int(one in with_photos))
        with sending(self.links) as is_over:
            yield is_over
        self.check()

    def check(self) -> None:
        """I1, I2, I3 and I6, once everyone has sent everything."""
        with sending(self.links):
            pass
        tables = Tables.read(self.app)
        promises.every_op_has_one_effect(tables.records)
        promises.every_text_is_shown_or_beside(tables)
        for one in self.links:
            assert one.phone.aside == {}, "I1: refused"
            promises.nothing_saved_is_nowhere(one.phone, tables)
            promises.all_are_equal(one.phone, tables.records, {self.space})
        promises.every_picture_is_whole(self.app, [one.phone for one in self.links])
        if self.database.startswith("sqlite"):
            with self.app.app_context(), reading():
                assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        self.disconnect()

    def refusals(self) -> list[tuple[int, str, str | None]]:
        """What the phones have been told instead of an answer: (status, code, Retry-After)."""
        return [refusal for one in self.links for refusal in one.refusals]

    def forget_refusals(self) -> None:
        for one in self.links:
            one.refusals.clear()

    def n_records(self) -> int:
        n_records = len(Tables.read(self.app).records)
        self.disconnect()
        return n_records

    def workers(self) -> list[int]:
        """The processes that answer."""
        assert self.server.process
        asked = ["pgrep", "-P", str(self.server.process.pid)]
        found = subprocess.run(asked, capture_output=True, text=True, check=True)
        return [int(pid) for pid in found.stdout.split()]

    def wait_for_death(self, victim: str, is_over: Callable[[], bool]) -> bool:
        """Wait until the order has been carried out, and start the server anew where it has no master any more.

        False where everything was sent before it came to that.
        """
        while self.order.exists() and not is_over():
            time.sleep(0.005)
        if self.order.exists():
            self.order.unlink()
            return False
        if victim != "worker":
            self.restart()
        return True

    def restart(self) -> None:
        """Start a server that was killed; workers that have lost their master notice that, and leave the port."""
        assert self.server.process
        self.server.process.wait(PATIENCE)
        while listening_problem("127.0.0.1", self.server.port):
            time.sleep(0.02)
        self.server.start()
