"""The disk is full or read-only, or something outside keeps the database locked, while phones send: each is told to
wait, nothing is lost, and the server goes on by itself afterwards. `make storm` does it more often (DISKS).

The disk fails in the launcher, with the errors that SQLite and the system have for it; the lock is a real one.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from benchmark.config import Config
from benchmark.kernel.sqlite import sqlite3
from tests.storm.conftest import number_of
from tests.storm.place import Place, tell

N_RUNS = number_of("DISKS", 5)
LONGEST_LOCK = number_of("LONGEST_LOCK", 2)
N_PHONES, N_REFUSALS = 8, 12

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@pytest.fixture
def place(config: Config, tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "data", config.database, N_PHONES)
    place.server.start()
    yield place
    place.server.stop()


@contextmanager
def failing(place: Place, state: str, _chance: random.Random) -> Iterator[None]:
    """Until the phones have been refused a few times."""
    tell(place.disk, state)
    yield
    while len(place.refusals()) < N_REFUSALS:
        time.sleep(0.01)
    place.disk.unlink()


@contextmanager
def locked(place: Place, _state: str, chance: random.Random) -> Iterator[None]:
    """For a while, as by a tool that copies the file."""
    file = place.database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as outside:
        outside.execute("BEGIN EXCLUSIVE")
        yield
        time.sleep(chance.uniform(1, LONGEST_LOCK))


Trouble = Callable[[Place, str, random.Random], AbstractContextManager[None]]
TROUBLES: dict[str, tuple[Trouble, set[tuple[int, str, str | None]]]] = {
    "full": (failing, {(507, "disk_full", "60")}),
    "read_only": (failing, {(503, "busy", "2")}),
    "locked": (locked, {(503, "busy", "2")}),
}


@pytest.mark.timeout(120 + N_RUNS * (30 + LONGEST_LOCK))
def test_whatever_ails_the_disk_nothing_is_lost(place: Place, random_seed: int) -> None:
    for seed in range(random_seed, random_seed + N_RUNS):
        chance, name = random.Random(seed), [*TROUBLES][seed % len(TROUBLES)]
        trouble, expected = TROUBLES[name]
        print(f"SEED={seed} {name}", flush=True)
        with ExitStack() as until_lifted:
            until_lifted.enter_context(trouble(place, name, chance))
            with place.storm(chance):
                until_lifted.close()
        assert set(place.refusals()) <= expected
        place.forget_refusals()
