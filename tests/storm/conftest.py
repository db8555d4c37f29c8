"""How big a storm is, and the seed it grows from: printed, and written down where a storm has done damage."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

FAILURES = Path(".storm-failures")


def number_of(name: str, default: int) -> int:
    """How much of something: the short form's number, unless the environment names another."""
    return int(os.environ.get(name, default))


@pytest.fixture
def random_seed(request: pytest.FixtureRequest) -> Iterator[int]:
    """SEED=… for the same storm again."""
    seed = number_of("SEED", random.randrange(10**9))
    print(f"SEED={seed}", flush=True)
    n_failed = request.session.testsfailed
    yield seed
    if request.session.testsfailed > n_failed:
        with FAILURES.open("a") as file:
            file.write(f"SEED={seed} {request.node.nodeid}\n")
