"""Jobs on both databases: each is done once, by one worker, and whatever happens ends up in its row."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from benchmark.config import Config
from benchmark.kernel import clock, jobs
from benchmark.kernel.confined import Limits, Progress
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem
from benchmark.kernel.jobs import Job, Work

kept: list[tuple[Any, bytes]] = []


def read(payload: dict[str, Any]) -> str:
    if "problem" in payload:
        raise Problem(payload["problem"])
    return str(payload.get("say", ""))


def make(data: str, progress: Progress) -> bytes:
    progress(0.5)
    if data == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if data == "fail":
        raise ValueError(data)
    if data == "sleep":
        signal.pause()
    return data.upper().encode()


def keep(payload: dict[str, Any], made: bytes) -> None:
    if payload.get("say") == "unkept":
        db.session.add(Job(id="half-done"))
        raise OSError("disk")
    kept.append((payload, made))


@pytest.fixture(autouse=True)
def shouting(app: Flask) -> Iterator[None]:
    """Kinds of jobs for tests: one repeats loudly what it is told, the other has a second for it."""
    kept.clear()
    jobs.register("shout", Work(read, make, keep, Limits(seconds=60)))
    jobs.register("nap", Work(read, make, keep, Limits(seconds=1)))
    with app.app_context():
        yield
        db.session.remove()


def enqueue(kind: str = "shout", **payload: Any) -> str:
    job = jobs.enqueue(kind, payload)
    db.session.commit()
    return job.id


def state(id: str) -> tuple[str, str | None]:
    job = db.session.get_one(Job, id, populate_existing=True)
    db.session.rollback()
    return job.state, job.problem


def test_jobs_are_done_in_the_order_they_came(config: Config) -> None:
    ids = [enqueue(say=word) for word in ("one", "two", "three")]
    assert jobs.drain(config.data) == 3
    assert [made for _, made in kept] == [b"ONE", b"TWO", b"THREE"]
    assert [state(id) for id in ids] == [("done", None)] * 3
    assert jobs.drain(config.data) == 0


def test_a_job_belongs_to_the_transaction_that_asked_for_it(config: Config) -> None:
    jobs.enqueue("shout", {"say": "never"})
    db.session.rollback()
    assert jobs.drain(config.data) == 0


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"say": "fail"}, "shout_failed"),
        ({"say": "die"}, "shout_too_large"),
        ({"kind": "nap", "say": "sleep"}, "nap_timed_out"),
        ({"say": "unkept"}, "shout_failed"),
        ({"problem": "not_found"}, "not_found"),
    ],
)
def test_what_goes_wrong_is_named_and_stops_nobody_else(
    config: Config, payload: dict[str, Any], code: str
) -> None:
    bad, good = enqueue(**payload), enqueue(say="well")
    assert jobs.drain(config.data) == 2
    assert (state(bad), state(good)) == (("failed", code), ("done", None))
    assert db.session.get(Job, "half-done") is None


def test_a_job_whose_worker_died_is_done_again(config: Config) -> None:
    id = enqueue(say="again")
    assert jobs._claim() is not None
    assert state(id) == ("working", None)
    assert jobs.drain(config.data) == 1
    assert state(id) == ("done", None)


def test_a_job_that_keeps_killing_its_worker_is_given_up(config: Config) -> None:
    id = enqueue(say="poison")
    for _ in range(jobs.MOST_ATTEMPTS):
        assert jobs._claim() is not None
        jobs._reclaim()
    assert state(id) == ("failed", "shout_failed")


def test_another_machines_work_is_left_alone_until_it_must_have_died(config: Config) -> None:
    id = enqueue(say="elsewhere")
    assert jobs._claim() is not None
    db.session.get_one(Job, id, populate_existing=True).worker = "another-machine"
    db.session.commit()
    assert jobs.drain(config.data) == 0
    assert state(id) == ("working", None)
    db.session.get_one(Job, id).claimed_at = clock.now() - timedelta(hours=2)
    db.session.commit()
    assert jobs.drain(config.data) == 1


def test_a_second_drainer_leaves_at_once(config: Config) -> None:
    enqueue(say="mine")
    with jobs._only_drainer(config.data):
        assert jobs.drain(config.data) == 0
    assert jobs.drain(config.data) == 1


def test_no_transaction_is_open_while_it_works(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    run = jobs.confined.run
    monkeypatch.setattr(
        jobs.confined, "run", lambda *given: (seen.append(db.engine.pool.checkedout()), run(*given))[1]
    )
    enqueue(say="quietly")
    jobs.drain(config.data)
    assert seen == [0]


def test_the_command_finds_nothing_to_do_and_says_so_by_leaving(config: Config) -> None:
    env = {**os.environ, "BENCHMARK_DATA": str(config.data), "BENCHMARK_DATABASE": config.database}
    done = subprocess.run(
        [sys.executable, "-m", "benchmark", "jobs", "drain"], check=False, env=env, cwd="/", timeout=60
    )
    assert done.returncode == 0


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        jobs.enqueue("whisper", {})


def test_stalled_is_what_nobody_works_on(tmp_path: Path) -> None:
    job = jobs.enqueue("shout", {})
    assert not jobs.is_stalled(job)
    job.created_at -= timedelta(minutes=2)
    assert jobs.is_stalled(job)
    job.state, job.claimed_at = "working", clock.now()
    assert not jobs.is_stalled(job)
    job.claimed_at -= timedelta(minutes=2)
    assert jobs.is_stalled(job)
    job.state, job.finished_at = "done", clock.now()
    assert not jobs.is_stalled(job)
    db.session.rollback()


def test_asking_about_a_job_that_waits_its_turn_starts_no_second_process(config: Config) -> None:
    config.data.mkdir(exist_ok=True)
    with (config.data / "jobs.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert jobs.kick(config.data, config.database) is False
