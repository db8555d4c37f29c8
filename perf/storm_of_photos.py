"""200 phones come back to the network within 10 s, each with 40 observations and 5 photos: how long does a sync take?

Each sends its words, then its photos in pieces, and fetches what is new after each photo, as the app does. The phones
are threads of this process, on the same cores as the server: their own CPU time is printed, and slows the server.
"""

import base64
import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.kernel.ids import new_id
from perf.develop import picture
from perf.processes import cpu_seconds, own_cpu_seconds
from perf.sync.contender import Refused
from perf.sync.observations import observations
from perf.sync.ours import Benchmark, Phone
from perf.table import Figure, show
from tests.factories import make_op

N_PHONES, N_OBSERVATIONS, N_PHOTOS, WITHIN = 200, 40, 5, 10
PIECE = 256 * 1024
AGAIN = 1.0
"""Seconds before a phone tries again what was refused."""


@dataclass
class Storm:
    """What all phones together have met."""

    syncs: list[float] = field(default_factory=list)
    n_refused: int = 0
    last_photo: float = 0


class Visitor:
    """A phone with photos."""

    def __init__(self, phone: Phone, number: int, content: bytes, storm: Storm) -> None:
        self.phone, self.storm = phone, storm
        self.photos = {new_id(): content + f"{number} {n}".encode() for n in range(N_PHOTOS)}
        phone.prepare(observations(N_OBSERVATIONS, number))
        (words,) = phone.batches
        self.ops = [*words, *(self._announced(id, photo) for id, photo in self.photos.items())]
        phone.close()

    def come(self, begin: float, delay: float) -> None:
        """Wait for the network, and send everything."""
        time.sleep(max(0, begin + delay - time.perf_counter()))
        self.sync(self.ops)
        for id, photo in self.photos.items():
            self.send(id, photo)
            self.storm.last_photo = time.perf_counter() - begin
            while self.sync([]):
                pass
        self.phone.close()

    def sync(self, ops: list[dict[str, object]]) -> bool:
        """One round trip, which the phone waits for however often it is sent away; returns whether there is more."""
        begin = time.perf_counter()
        while True:
            try:
                _, is_more = self.phone.sync(ops)
            except Refused:
                self.wait_again()
            else:
                self.storm.syncs.append(time.perf_counter() - begin)
                return is_more

    def send(self, id: str, photo: bytes) -> None:
        """In pieces, as `sync/pieces.ts` does, from where the server is."""
        said = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(photo)), "Repr-Digest": digest(photo)}
        path = f"/api/v1/photos/{id}/upload?space={self.phone.study}"
        answer: dict[str, str] = {}
        while "Repr-Digest" not in answer:
            if answer:
                offset = int(answer["Upload-Offset"])
                head = {
                    **said,
                    "Content-Type": "application/offset+octet-stream",
                    "Upload-Offset": str(offset),
                }
                answer = self.ask("PATCH", path, photo[offset : offset + PIECE], head)
            else:
                answer = self.ask("HEAD", path, None, said)
            if not answer:
                self.wait_again()

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> dict[str, str]:
        """The answer's headers; none when the server would not have it."""
        self.phone.connection.request(method, path, body, {**self.phone.headers, **headers})
        answer = self.phone.connection.getresponse()
        answer.read()
        return dict(answer.headers) if answer.status < 300 else {}

    def wait_again(self) -> None:
        self.storm.n_refused += 1
        time.sleep(AGAIN)

    def _announced(self, id: str, photo: bytes) -> dict[str, object]:
        said = {"sha256": hashlib.sha256(photo).hexdigest(), "size": len(photo), "author": self.phone.person}
        return make_op(self.phone.study, "photo", id=id, set=said)


def digest(photo: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(photo).digest()).decode()}:"


def visitors(server: Benchmark, storm: Storm) -> Iterator[Visitor]:
    server.new_place()
    content = picture()
    for number in range(N_PHONES):
        phone = server.device(server.port)
        phone.batch = N_OBSERVATIONS
        yield Visitor(phone, number, content, storm)


def measure(server: Benchmark, chance: random.Random) -> list[Figure]:
    storm = Storm()
    crowd = list(visitors(server, storm))
    before, own_before = cpu_seconds(server.processes), own_cpu_seconds(server.client_processes)
    with ThreadPoolExecutor(N_PHONES) as pool:
        begin = time.perf_counter()
        coming = [pool.submit(one.come, begin, chance.uniform(0, WITHIN)) for one in crowd]
        for one in coming:
            one.result()
    taken = cpu_seconds(server.processes) - before
    own = own_cpu_seconds(server.client_processes) - own_before
    shares = statistics.quantiles(storm.syncs, n=20)
    print(
        f"{len(storm.syncs)} syncs: median {shares[9]:.2f} s, slowest {max(storm.syncs):.2f} s. The last photo was in "
        f"after {storm.last_photo:.0f} s. CPU: server {taken:.0f} s, so {N_PHONES * N_PHOTOS / taken:.1f} photos per "
        f"second and core with all syncs (photos alone: python -m perf.develop); phones {own:.0f} s."
    )
    return [
        Figure(
            f"{N_PHONES} phones with {N_PHOTOS} photos each, within {WITHIN} s: 95 of 100 syncs",
            shares[18],
            1,
            "s",
        ),
        Figure("of their requests, refused for now", storm.n_refused, 0, ""),
    ]


def main() -> None:
    server = Benchmark()
    with tempfile.TemporaryDirectory() as folder:
        server.start(Path(folder))
        try:
            figures = measure(server, random.Random(1))
        finally:
            server.stop()
    show(*figures)


if __name__ == "__main__":
    main()
