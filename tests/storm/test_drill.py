"""The restore drill: a backup while phones write, the disk is lost, the copy is put back, phones reconnect, and nothing
that was saved is gone. On PostgreSQL with pg_dump, as docs/operations.md says. `make storm` drills more often (DRILLS).
"""

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmark.config import Config
from tests.databases import Databases
from tests.programs import postgresql
from tests.storm.conftest import number_of
from tests.storm.place import Place

N_DRILLS = number_of("DRILLS", 2)
N_PHONES = 12


@pytest.fixture
def place(config: Config, databases: Databases, tmp_path: Path) -> Iterator[Place]:
    """With the database where it is by default: in the data folder, or in PostgreSQL."""
    data, database = tmp_path / "data", config.database
    if database.startswith("sqlite"):
        data.mkdir()
        database = f"sqlite:///{data / 'benchmark.db'}"
        databases.put_back(databases.template, database)
    place = Place(data, database, N_PHONES)
    place.server.start()
    yield place
    place.server.stop()


def back_up(place: Place, folder: Path) -> None:
    """What docs/operations.md says."""
    if "postgresql" in place.database:
        run_postgresql("pg_dump", "--format=custom", "--file", f"{folder}.dump", place)
    place.server.run("backup", str(folder))


def lose_the_disk(place: Place) -> None:
    assert place.server.process
    os.killpg(place.server.process.pid, signal.SIGKILL)
    place.server.process.wait()
    shutil.rmtree(place.server.data)


def put_back(place: Place, folder: Path) -> None:
    """What docs/operations.md says."""
    if "postgresql" in place.database:
        run_postgresql("pg_restore", "--clean", "--if-exists", f"{folder}.dump", "--dbname", place)
    shutil.copytree(folder, place.server.data)
    place.server.run("restored")
    place.server.start()


def run_postgresql(program: str, *arguments: str | Place) -> None:
    """One of PostgreSQL's programs; the place stands for the address of its database."""
    given = [part.database.replace("+psycopg", "") if isinstance(part, Place) else part for part in arguments]
    subprocess.run([postgresql() / program, *given], check=True, timeout=60, capture_output=True)


@pytest.mark.timeout(120 + 60 * N_DRILLS)
def test_after_a_lost_disk_everything_comes_back(place: Place, tmp_path: Path, random_seed: int) -> None:
    """Half of the drills on either database."""
    for seed in range(random_seed, random_seed + -(-N_DRILLS // 2)):
        print(f"SEED={seed}", flush=True)
        chance, folder = random.Random(seed), tmp_path / f"backup-{seed}"
        with place.storm(chance):
            back_up(place, folder)
        n_before = place.n_records()
        with place.storm(chance):
            pass
        lose_the_disk(place)
        put_back(place, folder)
        assert n_before - N_PHONES * 3 <= place.n_records() <= n_before, (
            "the copy is older than what was lost"
        )
        with place.storm(chance):
            pass
