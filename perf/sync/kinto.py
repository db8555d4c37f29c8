"""Kinto, on its memory and its PostgreSQL backend, by plain HTTP with the batch size that suits it best."""

import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from perf.sync.contender import DURABLE, IN_MEMORY, Contender, Refused
from perf.sync.http_device import HttpDevice, cut
from perf.sync.install import KINTO
from perf.sync.observations import Observation, observations

BATCHES = (25, 50, 100, 200)
"""Those to choose from; 25 is its default."""
BUCKET = "/v1/buckets/perf"
SETTINGS = """
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}

[app:main]
use = egg:kinto
kinto.userid_hmac_secret = measured
multiauth.policies = basicauth
kinto.bucket_create_principals = system.Authenticated
kinto.includes = kinto.plugins.flush
kinto.flush_endpoint_enabled = true
kinto.batch_max_requests = 200
kinto.storage_backend = kinto.core.storage.{backend}
kinto.storage_url = {database}
kinto.permission_backend = kinto.core.permission.{backend}
kinto.permission_url = {database}
kinto.cache_backend = kinto.core.cache.{backend}
kinto.cache_url = {database}
"""


class Kinto(Contender):
    """One collection, emptied for each work.

    database   address of an empty PostgreSQL database; the memory backend when empty
    """

    place = f"{BUCKET}/collections/observations"

    def __init__(self, database: str = "") -> None:
        super().__init__()
        self.database = database
        self.name = f"Kinto, {'PostgreSQL' if database else 'memory'}"
        self.storage = DURABLE if database else IN_MEMORY
        self.part = 10 if database else 1

    def start(self, folder: Path) -> None:
        settings = folder / "kinto.ini"
        backend = "postgresql" if self.database else "memory"
        settings.write_text(SETTINGS.format(port=self.port, backend=backend, database=self.database))
        kinto = [KINTO / "kinto"]
        if self.database:
            subprocess.run([*kinto, "migrate", "--ini", settings], capture_output=True, check=True)
        self.run([*kinto, "start", "--ini", settings, "--port", str(self.port)], folder)
        self.batch = max(BATCHES, key=self._speed)

    def new_place(self) -> None:
        with closing(RawDevice(self.port, self.place, self.batch)) as device:
            # Its memory backend takes the longer for each record the more there are anywhere.
            device.send("POST", "/v1/__flush__")
            device.send("PUT", BUCKET)
            device.send("PUT", self.place)

    def device(self, port: int) -> "RawDevice":
        device = RawDevice(port, self.place, self.batch)
        device.send("GET", self.place)
        return device

    def _speed(self, batch: int) -> float:
        """How many observations a second it takes in batches of this size."""
        self.batch = batch
        self.new_place()
        device = self.device(self.port)
        device.prepare(observations(max(BATCHES), run=0))
        seconds = device.push()
        device.close()
        return 1 / seconds


class RawDevice(HttpDevice):
    """Puts records in batches, gets all that changed since a time in one page."""

    def __init__(self, port: int, place: str, batch: int) -> None:
        super().__init__(port)
        self.headers["Authorization"] = "Basic YWlubzphaW5v"
        self.place, self.batch, self.since = place, batch, ""

    def prepare(self, observations: Sequence[Observation]) -> None:
        self.pull_all()
        requests = [
            {"path": f"{self.place}/records/{one.id}", "body": {"data": one.fields}} for one in observations
        ]
        self.batches = cut(requests, self.batch)

    def push_batch(self, batch: Any) -> None:
        answer = self.send("POST", "/v1/batch", {"defaults": {"method": "PUT"}, "requests": batch})
        worst = max(answer["responses"], key=lambda one: one["status"])
        if worst["status"] >= 400:
            raise Refused(worst)

    def pull_all(self) -> int:
        since = f"&_since={self.since}" if self.since else ""
        records = self.send("GET", f"{self.place}/records?_sort=last_modified{since}")["data"]
        if records:
            self.since = records[-1]["last_modified"]
        return len(records)
