"""More pictures on their way than the server has threads: words pass them, nobody is refused, everything arrives."""

import http.client
import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from benchmark.config import Config
from tests.photos.pictures import digest
from tests.storm.crowd import TIMEOUT, Link, sending, write
from tests.storm.place import Place

N_THREADS, N_SENDERS = 4, 12


@pytest.fixture
def place(config: Config, tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "data", config.database, N_SENDERS + 1)
    place.server.environment |= {"BENCHMARK_WORKERS": "1", "BENCHMARK_THREADS": str(N_THREADS)}
    place.server.start()
    yield place
    place.server.stop()


class Upload:
    """A picture of this phone, half of which is on its way to the server, which waits for the rest."""

    def __init__(self, one: Link) -> None:
        self.link = one
        ((self.space, self.photo), self.content), *_ = one.phone.unsent().items()
        self.half = len(self.content) // 2
        self.connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=TIMEOUT)
        self.connection.putrequest("PUT", f"/api/v1/photos/{self.photo}/content?space={self.space}")
        said = {
            "Content-Type": "image/jpeg",
            "Content-Length": str(len(self.content)),
            **digest(self.content),
        }
        who = {"Cookie": f"benchmark={one.cookie}", "Sec-Fetch-Site": "same-origin"}
        for name, value in {**said, **who}.items():
            self.connection.putheader(name, value)
        self.connection.endheaders(self.content[: self.half])

    def finish(self) -> None:
        """Send the rest."""
        self.connection.send(self.content[self.half :])

    def expect_received(self) -> None:
        answer = self.connection.getresponse()
        assert (answer.status, sha256(self.content).hexdigest().encode() in answer.read()) == (200, True)
        self.connection.close()
        self.link.phone.sent.add((self.space, self.photo))


def test_words_do_not_wait_for_pictures_on_their_way(place: Place) -> None:
    chance = random.Random(1)
    *senders, writer = place.links
    for one in senders:
        write(one.phone, place.space, chance, n_photos=1)
    uploads = [Upload(one) for one in senders]
    write(writer.phone, place.space, chance)
    while writer.exchange():
        pass
    assert not writer.phone.outbox
    for upload in uploads:
        upload.finish()
    for upload in uploads:
        upload.expect_received()
    with sending(place.links):
        pass
    place.check()
    assert place.refusals() == []
