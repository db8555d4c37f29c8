"""A crowd of phones at a real server over HTTP, each in a thread of its own, that send until all is sent."""

import http.client
import json
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from flask import Flask
from PIL import Image

from tests.factories import Someone
from tests.photos import pictures
from tests.sync.phone import Phone

TIMEOUT, PATIENCE, BACK_OFF = 10, 120, 0.05


class Unanswered(Exception):
    """No connection, or an answer that asks for patience: the phone tries again."""


@dataclass
class Link:
    """A phone's way to the server. `refusals` are the answers that asked for patience: (status, code, Retry-After)."""

    phone: Phone
    port: int
    cookie: str
    refusals: list[tuple[int, str, str | None]] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes, **headers: str) -> dict[str, Any]:
        """One request on a connection of its own. A phone waits and tries again for whatever is not a clear answer."""
        always = {"Cookie": f"benchmark={self.cookie}", "Sec-Fetch-Site": "same-origin"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, f"/api/v1{path}", body, {**always, **headers})
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered from error
        finally:
            connection.close()
        if answer.status >= 500:
            self.refusals.append((answer.status, json.loads(said)["code"], answer.headers["Retry-After"]))
            raise Unanswered(said)
        assert answer.status == 200, said
        found: dict[str, Any] = json.loads(said)
        return found

    def exchange(self) -> bool:
        """A round trip; returns whether there is more."""
        request = json.dumps(self.phone.request()).encode()
        answer = self.ask("POST", "/sync", request, **{"Content-Type": "application/json"})
        return self.phone.receive(answer) or bool(self.phone.outbox)

    def upload(self, space: str, photo: str, content: bytes) -> None:
        path = f"/photos/{photo}/content?space={space}"
        headers = {"Content-Type": "image/jpeg", **pictures.digest(content)}
        assert self.ask("PUT", path, content, **headers)["sha256"] == sha256(content).hexdigest()
        self.phone.sent.add((space, photo))

    def send_all(self) -> None:
        """Text first, then photos, until nothing is left; through whatever happens to the server meanwhile."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                while self.exchange():
                    pass
                for (space, photo), content in self.phone.unsent().items():
                    self.upload(space, photo, content)
                if not self.phone.outbox and not self.phone.unsent():
                    return
            except Unanswered:
                if time.monotonic() > deadline:
                    raise
                time.sleep(BACK_OFF)


def link(app: Flask, someone: Someone, port: int) -> Link:
    """A new phone of this person."""
    cookie = someone.client.get_cookie("benchmark")
    assert cookie is not None
    return Link(Phone(someone.id), port, cookie.value)


def write(phone: Phone, space: str, chance: random.Random, n_photos: int = 0) -> None:
    """What one person notes in one go: a new observation, an edit of one that everybody sees, photos."""
    shown = [id for (_, id), record in phone.shown().items() if record["kind"] == "observation"]
    text = f"Havainto {chance.randrange(10**9)}"
    id = phone.save(
        space, "observation", set={"text": text, "author": phone.person}, add={"tags": ["kartta"]}
    )
    if shown and chance.random() < 0.3:
        phone.save(space, "observation", chance.choice(shown), add={"tags": [f"t{chance.randrange(20)}"]})
    for _ in range(n_photos):
        content = picture(chance)
        said = {"sha256": sha256(content).hexdigest(), "observation_id": id, "author": phone.person}
        phone.bytes[space, phone.save(space, "photo", set=said)] = content


def picture(chance: random.Random) -> bytes:
    """A small picture that there is only one of."""
    colour = tuple(chance.randrange(256) for _ in range(3))
    return pictures.encoded(Image.new("RGB", (chance.randrange(64, 128), 64), colour))


@contextmanager
def sending(links: list[Link]) -> Iterator[Callable[[], bool]]:
    """All of them send while the block runs, which can ask whether they are done; it ends when they are."""
    with ThreadPoolExecutor(len(links)) as pool:
        done = [pool.submit(one.send_all) for one in links]
        yield lambda: all(one.done() for one in done)
        for one in done:
            one.result()
