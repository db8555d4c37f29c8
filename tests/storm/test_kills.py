"""kill -9 of the server's workers, of its master and of all at once, while twenty phones send: at marked points
(before, in and after a commit, around the renaming of a picture, before the reply) and at any moment.

After each kill everything is sent, and the promises I1, I2, I3 and I6 hold. `make storm` kills more often (KILLS).
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmark.config import Config
from tests.storm.conftest import number_of
from tests.storm.launcher import POINTS, VICTIMS
from tests.storm.place import Place, tell

N_KILLS = number_of("KILLS", 30)
N_PHONES = 20
LONGEST_WAIT = 0.5
"""Seconds; by then twenty phones have mostly sent what they noted."""


@pytest.fixture
def place(config: Config, tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "data", config.database, N_PHONES)
    place.server.start()
    yield place
    place.server.stop()


def order_a_death(place: Place, chance: random.Random, point: str, victim: str) -> str:
    count = chance.randint(1, 2 if "rename" in point else 3)
    tell(place.order, f"{point} {count} {victim}")
    return f"{point} {count}"


def kill_at_any_moment(place: Place, chance: random.Random, _point: str, victim: str) -> str:
    seconds = chance.uniform(0, LONGEST_WAIT)
    time.sleep(seconds)
    assert place.server.process
    master = place.server.process.pid
    if victim == "all":
        os.killpg(master, signal.SIGKILL)
    else:
        os.kill(master if victim == "master" else chance.choice(place.workers()), signal.SIGKILL)
    return f"after {seconds:.3f} s"


@pytest.mark.timeout(60 + 20 * N_KILLS)
def test_killed_anywhere_the_server_loses_nothing(place: Place, random_seed: int) -> None:
    """Half of the kills on either database."""
    moments, n_killed = (*POINTS, ""), 0
    for seed in range(random_seed, random_seed + N_KILLS // 2):
        chance = random.Random(seed)
        point, victim = moments[seed % len(moments)], chance.choices([*VICTIMS], [10, 1, 1])[0]
        with place.storm(chance) as is_over:
            kill = order_a_death if point else kill_at_any_moment
            said = kill(place, chance, point, victim)
            is_killed = place.wait_for_death(victim, is_over)
        print(f"SEED={seed}", victim, said, "" if is_killed else "not reached", flush=True)
        n_killed += is_killed
    assert n_killed >= 0.7 * (N_KILLS // 2), "the points were hardly ever reached"
