"""Whether a sync costs the same however many observations there are: the curve from a thousand to a million.

All in one study, which is the worst case, and each with its place in the op log. Requests go through the real
application. What counts is the CPU's time: disks and neighbours have moods that sizes do not explain. Other sizes as
arguments: `python -m perf.growth 1000 100000`.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

from flask import Flask

import benchmark
from benchmark.config import Config
from benchmark.kernel.db import bring_up_to_date, db
from benchmark.sync.asked import read
from benchmark.sync.push import Sender, push
from perf.sync.observations import observations
from perf.sync.ours import as_op
from perf.table import Figure, show
from tests.factories import make_lead, make_study

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BATCH, N_RUNS, N_TEXTS = 500, 200, 1_000
STEEPEST = 1.5


class Phone:
    """A device that has seen everything of its study."""

    def __init__(self, app: Flask) -> None:
        lead = make_lead(app, "Liisa", "Kirjasto")
        self.app, self.client, self.author, self.study = app, lead.client, lead.id, make_study(app, lead)
        self.rev = 0
        self.observations = cycle(observations(N_TEXTS, 0))

    def ask(self, *ops: dict[str, Any]) -> None:
        """One round trip, after which all is seen."""
        request = {"proto": 1, "device": "phone", "cursors": {self.study: str(self.rev)}, "ops": ops}
        answer = self.client.post("/api/v1/sync", json=request).get_json()
        assert all(outcome["outcome"] == "applied" for outcome in answer["outcomes"]), answer
        self.rev = answer["spaces"].get(self.study, {"rev": self.rev})["rev"]

    def add_one(self) -> None:
        self.ask(self.new_op())

    def new_op(self) -> dict[str, Any]:
        """A new observation with the words of one of a few."""
        return as_op(self.study, self.author, next(self.observations))

    def others_add(self, n: int) -> None:
        """Let others bring `n` observations, of which this phone is told nothing."""
        with self.app.app_context():
            sender = Sender(self.author, "others", {self.study: "lead"})
            for start in range(0, n, BATCH):
                size = min(BATCH, n - start)
                push(read(self.new_op() for _ in range(size)), sender)
                db.session.commit()
        self.ask()


def median_ms(act: Callable[[], None]) -> float:
    waits = []
    for _ in range(N_RUNS):
        begin = time.thread_time()
        act()
        waits.append(time.thread_time() - begin)
    return 1000 * statistics.median(waits)


def curve(phone: Phone, sizes: list[int]) -> tuple[list[float], list[float]]:
    """Milliseconds of CPU for asking for news and for bringing one observation, at each size."""
    empty, one, n_held = [], [], 0
    for size in sizes:
        phone.others_add(size - n_held)
        empty.append(median_ms(phone.ask))
        one.append(median_ms(phone.add_one))
        n_held = size + N_RUNS
        print(
            f"  {size:>9,} observations: nothing new {empty[-1]:.2f} ms of CPU, one new {one[-1]:.2f} ms",
            flush=True,
        )
    return empty, one


def main() -> None:
    sizes = sorted(int(size) for size in sys.argv[1:] or SIZES)
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'growth.db'}"
        app = benchmark.create_app(Config(data=Path(folder), database=database))
        bring_up_to_date(app)
        empty, one = curve(Phone(app), sizes)
    beside = f"{sizes[-1]:,} observations beside {sizes[0]:,}"
    show(
        Figure(f"nothing new, {beside}", empty[-1] / empty[0], STEEPEST, "×"),
        Figure(f"one new, {beside}", one[-1] / one[0], STEEPEST, "×"),
    )


if __name__ == "__main__":
    main()
