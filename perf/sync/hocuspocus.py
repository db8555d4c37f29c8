"""Hocuspocus (Yjs over WebSockets), by its own client. It answers from memory; a database would be written later."""

from pathlib import Path

from perf.sync.contender import IN_MEMORY, Contender
from perf.sync.install import NODE, PEERS
from perf.sync.node_device import NodeDevice, driver_of


class Hocuspocus(Contender):
    """`form` is how a record lies in the document: `json`, a value taken as a whole, or `map`, merged per field."""

    storage = IN_MEMORY

    def __init__(self, form: str) -> None:
        super().__init__()
        self.name = f"Hocuspocus, {'JSON values' if form == 'json' else 'Y.Map'}"
        self.form, self.n_places = form, 0

    def start(self, folder: Path) -> None:
        self.run([*NODE, PEERS / "hocuspocus-server.mjs", str(self.port)], folder)
        self.driver = driver_of(self, "hocuspocus-device.mjs")

    def new_place(self) -> None:
        self.n_places += 1

    def device(self, port: int) -> "LiveDevice":
        given = {"port": port, "place": f"place{self.n_places}", "batch": self.batch, "form": self.form}
        return LiveDevice(self.driver, given)


class LiveDevice(NodeDevice):
    """What others send arrives by itself."""

    def wait_for(self, n: int) -> float:
        return float(self.driver.ask(self.number, "wait_for", n)["seconds"])
