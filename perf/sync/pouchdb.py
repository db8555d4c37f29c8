"""pouchdb-server (CouchDB's protocol over LevelDB), by PouchDB's own client and by plain HTTP.

LevelDB writes to files without waiting for the disk, so what was answered last may be lost with the power.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from perf.sync.contender import ON_DISK, Contender, Device
from perf.sync.http_device import HttpDevice, cut
from perf.sync.install import NODE, PEERS
from perf.sync.node_device import NodeDevice, driver_of
from perf.sync.observations import Observation

COMMAND = PEERS / "node_modules" / "pouchdb-server" / "bin" / "pouchdb-server"


class PouchDB(Contender):
    """The server as its command starts it. `is_raw` for plain HTTP instead of PouchDB's client."""

    storage = ON_DISK

    def __init__(self, is_raw: bool = False) -> None:
        super().__init__()
        self.name = f"pouchdb-server, {'plain HTTP' if is_raw else 'PouchDB'}"
        self.is_raw, self.n_places = is_raw, 0

    def start(self, folder: Path) -> None:
        command = [*NODE, COMMAND, "--port", str(self.port), "--dir", folder, "--no-stdout-logs"]
        self.run(command, folder)
        self.driver = None if self.is_raw else driver_of(self, "pouchdb-device.mjs")

    def new_place(self) -> None:
        self.n_places += 1
        self.place = f"place{self.n_places}"
        with closing(RawDevice(self.port, self.place, self.batch)) as device:
            device.send("PUT", f"/{self.place}")

    def device(self, port: int) -> Device:
        if self.driver:
            return NodeDevice(self.driver, {"port": port, "place": self.place, "batch": self.batch})
        device = RawDevice(port, self.place, self.batch)
        device.send("GET", f"/{self.place}")
        return device


class RawDevice(HttpDevice):
    """The least that CouchDB's protocol can do: no revisions compared, no checkpoints kept."""

    def __init__(self, port: int, place: str, batch: int) -> None:
        super().__init__(port)
        self.place, self.batch, self.seen = place, batch, 0

    def prepare(self, observations: Sequence[Observation]) -> None:
        self.pull_all()
        self.batches = cut([{"_id": one.id, **one.fields} for one in observations], self.batch)

    def push_batch(self, batch: Any) -> None:
        answers = self.send("POST", f"/{self.place}/_bulk_docs", {"docs": batch})
        assert all("rev" in answer for answer in answers), answers

    def pull_all(self) -> int:
        found = self.send("GET", f"/{self.place}/_changes?include_docs=true&since={self.seen}")
        self.seen = found["last_seq"]
        return len(found["results"])
