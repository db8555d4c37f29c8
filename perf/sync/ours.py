"""Benchmark itself: the installed command with its default settings, and phones that joined a study by its code."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from perf.sync.contender import DURABLE, Contender
from perf.sync.http_device import HttpDevice, cut
from perf.sync.observations import Observation
from tests.browser.account import Account, first_lead
from tests.browser.server import Server
from tests.factories import make_op

LIMIT = 1000


class Benchmark(Contender):
    """Access checks, op log, merge per field, every commit on disk before its answer.

    database   address of an empty PostgreSQL database; the embedded SQLite one when empty
    """

    storage = DURABLE

    def __init__(self, database: str = "") -> None:
        super().__init__()
        self.name = f"Benchmark, {'PostgreSQL' if database else 'SQLite'}"
        self.environment = {"BENCHMARK_DATABASE": database}

    def start(self, folder: Path) -> None:
        server = Server(folder / "data")
        server.environment |= self.environment
        self.started.append(server)
        server.start()
        self.port = server.port
        assert server.process
        self.processes.append(server.process.pid)
        self.lead: Account = first_lead(server)

    def new_place(self) -> None:
        # The server has not kept the connection open for so long; it opens anew by itself.
        self.lead.close()
        self.study = self.lead.create_study("empty")
        self.code = self.lead.visit_code(self.study)

    def device(self, port: int) -> "Phone":
        return Phone(port, self.code, self.batch)


class Phone(HttpDevice):
    """A new person on a new device, who may see one study."""

    def __init__(self, port: int, code: str, batch: int) -> None:
        super().__init__(port)
        self.headers["Origin"] = f"http://127.0.0.1:{port}"
        self.batch = batch
        joined = self.send("POST", "/api/v1/join", {"code": code, "name": "Aino", "language": "fi"})
        self.study, self.person = joined["space"], joined["person"]["id"]
        self.request = {"proto": 1, "epoch": None, "device": joined["device"]}
        self.cursors: dict[str, str] = {}

    def prepare(self, observations: Sequence[Observation]) -> None:
        self.pull_all()
        self.batches = cut(
            [as_op(self.study, self.person, one, id=one.id) for one in observations], self.batch
        )

    def push_batch(self, batch: Any) -> None:
        # What others push comes along as well; nobody else's push fetches that, so it is left for the pull.
        self.sync(batch, limit=1)

    def pull_all(self) -> int:
        found, is_more = self.sync([])
        while is_more:
            page, is_more = self.sync([])
            found += page
        return found

    def exchange(self) -> float:
        """What is sent and what is fetched share a round trip, as they do on a phone."""
        begin = time.perf_counter()
        _, is_more = self.sync([op for batch in self.batches for op in batch])
        if is_more:
            self.pull_all()
        return time.perf_counter() - begin

    def sync(self, ops: Sequence[dict[str, Any]], limit: int = LIMIT) -> tuple[int, bool]:
        """One round trip: how many observations came, and whether there are more to fetch."""
        request = {**self.request, "ops": ops, "cursors": self.cursors, "limit": limit}
        answer = self.send("POST", "/api/v1/sync", request)
        self.request["epoch"] = answer["epoch"]
        refused = [outcome for outcome in answer["outcomes"] if outcome["outcome"] != "applied"]
        assert not refused, refused[0]
        pages = answer["spaces"].values()
        self.cursors.update({space: page["cursor"] for space, page in answer["spaces"].items()})
        found = sum(change["kind"] == "observation" for page in pages for change in page["changes"])
        return found, any(page["more"] for page in pages)


def as_op(space: str, author: str, observation: Observation, **parts: Any) -> dict[str, Any]:
    """The op by which a phone brings a new observation."""
    fields = {**observation.fields, "author": author}
    tags = fields.pop("tags")
    return make_op(space, "observation", set=fields, add={"tags": tags}, **parts)
