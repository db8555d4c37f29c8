"""Slow work, done after the answer: a row of `job` in the same transaction as what asked for it, then a process.

A kind of job is three steps: `read` (database → plain data), `make` (data → bytes, in a forked child with limits
on memory and time, without the database) and `keep` (bytes → database and files). Not for quick things.
"""

import fcntl
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Index, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from benchmark.kernel import clock, confined, ids
from benchmark.kernel.confined import ConfinedError, Limits, Progress
from benchmark.kernel.db import Base, Id, Moment, db, reading
from benchmark.kernel.errors import Problem

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 2
READ_SHARE, MADE_SHARE = 0.1, 0.95


class Job(Base):
    """One piece of slow work. `worker` names the machine that claimed it, `problem` what went wrong."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_created_at", "state", "created_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(7))
    progress: Mapped[float]
    problem: Mapped[str | None] = mapped_column(String(40))
    attempts: Mapped[int]
    worker: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class Work:
    """How jobs of one kind are done. `keep` flushes only; problems are named `<kind>_<reason>`."""

    read: Callable[[dict[str, Any]], Any]
    make: Callable[[Any, Progress], bytes]
    keep: Callable[[dict[str, Any], bytes], None]
    limits: Limits = field(default_factory=Limits)


_works: dict[str, Work] = {}


def register(kind: str, work: Work) -> None:
    """Declare how jobs of this kind are done; folders do so once, at import."""
    _works[kind] = work


def enqueue(kind: str, payload: dict[str, Any]) -> Job:
    """Add a job to the running transaction. After its commit, `kick` sees that somebody does it."""
    if kind not in _works:
        raise KeyError(f"no kind of job is called {kind}")
    job = Job(
        id=ids.new_id(),
        kind=kind,
        payload=orjson.dumps(payload).decode(),
        state="waiting",
        progress=0.0,
        attempts=0,
        created_at=clock.now(),
    )
    db.session.add(job)
    db.session.flush()
    return job


def kick(data: Path, database: str) -> bool:
    """Start a process that does the waiting jobs, and return at once; False where one on this machine is at it.

    That one looks for jobs again after letting go of the lock, so that however often somebody asks about a job that
    waits its turn, no processes pile up. The new process outlives this one (own session); a thread waits for it, so
    that no zombie is left while we live.
    """
    with _only_drainer(data) as is_nobody_at_it:
        pass
    if not is_nobody_at_it:
        return False
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmark", "jobs", "drain"],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        env={**os.environ, "BENCHMARK_DATA": str(data), "BENCHMARK_DATABASE": database},
    )
    threading.Thread(target=child.wait, daemon=True, name="job-child").start()
    return True


def is_stalled(job: Job) -> bool:
    """Whether nobody can be working on this unfinished job any more, so that it is worth another `kick`."""
    if job.finished_at is not None:
        return False
    since, patience = job.created_at, timedelta(seconds=10)
    if job.claimed_at is not None and job.state == "working":
        since, patience = job.claimed_at, patience + timedelta(seconds=_works[job.kind].limits.seconds)
    return clock.now() - since > patience


def drain(data: Path) -> int:
    """Do all waiting jobs, one by one; returns how many. A second drainer on the machine leaves at once.

    After letting go of the lock it looks again: a job whose `kick` found the lock taken must not be left lying.
    """
    n_done = 0
    while True:
        with _only_drainer(data) as is_only:
            if not is_only:
                return n_done
            _reclaim()
            while (claimed := _claim()) is not None:
                _do(*claimed)
                n_done += 1
        if not _is_any_waiting():
            return n_done


@contextmanager
def _only_drainer(data: Path) -> Iterator[bool]:
    data.mkdir(parents=True, exist_ok=True)
    with (data / "jobs.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _reclaim() -> None:
    """Put back jobs whose worker died: this machine's (we hold its lock), or any claimed an hour ago.

    One that took its worker with it too often is given up, or it would do so for ever.
    """
    lost = (Job.state == "working") & or_(
        Job.worker == socket.gethostname(), Job.claimed_at < clock.now() - timedelta(hours=1)
    )
    for job in db.session.scalars(select(Job).where(lost)):
        if job.attempts < MOST_ATTEMPTS:
            job.state, job.progress = "waiting", 0.0
        else:
            job.state, job.problem, job.finished_at = "failed", f"{job.kind}_failed", clock.now()
    db.session.commit()


def _claim() -> tuple[str, str, dict[str, Any]] | None:
    """Take the oldest waiting job by a conditional UPDATE, which only one worker can win on any database."""
    while True:
        oldest = select(Job.id).where(Job.state == "waiting").order_by(Job.created_at, Job.id).limit(1)
        with reading():
            id = db.session.scalar(oldest)
            db.session.rollback()
        if id is None:
            return None
        won = db.session.execute(
            update(Job)
            .where(Job.id == id, Job.state == "waiting")
            .values(
                state="working",
                worker=socket.gethostname(),
                attempts=Job.attempts + 1,
                claimed_at=clock.now(),
            )
            .returning(Job.id, Job.kind, Job.payload)
        ).one_or_none()
        db.session.commit()
        if won is not None:
            return won.id, won.kind, orjson.loads(won.payload)


def _is_any_waiting() -> bool:
    with reading():
        found = db.session.scalar(select(Job.id).where(Job.state == "waiting").limit(1))
        db.session.rollback()
    return found is not None


def _do(id: str, kind: str, payload: dict[str, Any]) -> None:
    """Do one claimed job to its end; whatever goes wrong ends up in its row."""
    try:
        work = _works[kind]
        with reading():
            data = work.read(payload)
            db.session.remove()
        _set(id, progress=READ_SHARE)

        def on_progress(fraction: float) -> None:
            _set(id, progress=READ_SHARE + fraction * (MADE_SHARE - READ_SHARE))

        made = confined.run(lambda progress: work.make(data, progress), work.limits, on_progress)
        work.keep(payload, made)
        _set(id, state="done", progress=1.0, finished_at=clock.now())
    except ConfinedError as failure:
        _fail(id, failure.code or f"{kind}_{failure.reason}")
    except Problem as problem:
        _fail(id, problem.code)
    except Exception:
        log.exception("job %s (%s) failed", id, kind)
        _fail(id, f"{kind}_failed")


def _fail(id: str, code: str) -> None:
    db.session.rollback()
    _set(id, state="failed", problem=code, finished_at=clock.now())


def _set(id: str, **values: Any) -> None:
    """Write to the job's row and commit, together with what `keep` flushed."""
    db.session.execute(update(Job).where(Job.id == id).values(**values))
    db.session.commit()
    db.session.remove()
