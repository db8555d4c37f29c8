"""RxDB's server, its replication protocol spoken over plain HTTP. It keeps everything in memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from perf.sync.contender import IN_MEMORY, Contender
from perf.sync.http_device import HttpDevice, cut
from perf.sync.install import NODE, PEERS
from perf.sync.observations import Observation

N_PLACES = 14
"""RxDB opens no more than 16 collections without a licence; and all must be there before it serves."""
LIMIT = 1000


class RxDB(Contender):
    """The server with Express below it."""

    name = "RxDB server, plain HTTP"
    storage = IN_MEMORY

    def __init__(self) -> None:
        super().__init__()
        self.n_places = 0

    def start(self, folder: Path) -> None:
        command = [*NODE, PEERS / "rxdb-server.mjs", str(self.port), str(N_PLACES)]
        self.run(command, folder)

    def new_place(self) -> None:
        assert self.n_places < N_PLACES
        self.place = f"/place{self.n_places}/0"
        self.n_places += 1

    def device(self, port: int) -> "RawDevice":
        device = RawDevice(port, self.place, self.batch)
        device.send("GET", f"{self.place}/pull?limit=0")
        return device


class RawDevice(HttpDevice):
    """Pushes rows of new documents, pulls pages from a checkpoint."""

    def __init__(self, port: int, place: str, batch: int) -> None:
        super().__init__(port)
        self.place, self.batch = place, batch
        self.checkpoint: dict[str, Any] = {"id": "", "lwt": 0}

    def prepare(self, observations: Sequence[Observation]) -> None:
        self.pull_all()
        rows = [{"newDocumentState": {**one.flat(), "_deleted": False}} for one in observations]
        self.batches = cut(rows, self.batch)

    def push_batch(self, batch: Any) -> None:
        conflicts = self.send("POST", f"{self.place}/push", batch)
        assert conflicts == [], conflicts

    def pull_all(self) -> int:
        found, n_last = 0, LIMIT
        while n_last == LIMIT:
            mark = f"id={self.checkpoint['id']}&lwt={self.checkpoint['lwt']}"
            page = self.send("GET", f"{self.place}/pull?{mark}&limit={LIMIT}")
            self.checkpoint, n_last = page["checkpoint"], len(page["documents"])
            found += n_last
        return found
