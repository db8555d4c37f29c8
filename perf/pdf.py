"""Making the PDF as people get it: as a job in a process of its own, from start to file.

The demo study, and a large one of 300 observations with 150 photos. Memory is that of the hungriest process.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

import benchmark
from benchmark.config import Config
from benchmark.demo.service import load
from benchmark.kernel.db import bring_up_to_date, db
from benchmark.kernel.jobs import Job
from benchmark.reports import service as reports
from benchmark.reports.model import Report
from benchmark.studies.model import Study
from perf.table import Figure, show
from tests.factories import make_lead, make_study
from tests.reports import sample

N_OBSERVATIONS, N_PHOTOS, N_RUNS = 300, 150, 3


@dataclass(frozen=True)
class Run:
    """One making of a report: seconds and the largest resident size in MB."""

    seconds: float
    memory: float


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo, large = server(Path(folder) / "demo"), server(Path(folder) / "large")
        with demo.app_context():
            load(demo.extensions["config"].data)
            db.session.commit()
            demo_study = db.session.query(Study.id).scalar()
        lead = make_lead(large, "Liisa", "Lähikirjasto")
        large_study = make_study(large, lead)
        with large.app_context():
            sample.put_in_place(large_study, sample.study(N_OBSERVATIONS, N_PHOTOS))
            db.session.commit()
        small_run, large_run = best(demo, demo_study), best(large, large_study)
    show(
        Figure("PDF of the demo study, with the start of its process", small_run.seconds, 2, "s"),
        Figure("PDF of 300 observations with 150 photos, likewise", large_run.seconds, 6, "s"),
        Figure("its child process, memory at most", large_run.memory, 600, "MB"),
    )


def server(data: Path) -> Flask:
    """A new server's data folder and database."""
    data.mkdir()
    app = benchmark.create_app(Config(data=data, database=f"sqlite:///{data}/benchmark.db"))
    bring_up_to_date(app)
    return app


def best(app: Flask, study: str) -> Run:
    """The quickest of a few runs, so that it is our time and not a busy machine's."""
    return min((make(app, study) for _ in range(N_RUNS)), key=lambda run: run.seconds)


def make(app: Flask, study: str) -> Run:
    """Ask for a report and let the product's own command make it."""
    config: Config = app.extensions["config"]
    with app.app_context():
        report, job = reports.ask(study, studies_lead(study), "fi", with_names=True)
        db.session.commit()
        report_id, job_id = report.id, job.id
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmark", "jobs", "drain"],
        env={**os.environ, "BENCHMARK_DATA": str(config.data), "BENCHMARK_DATABASE": config.database},
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    with app.app_context():
        assert status == 0
        assert db.session.get_one(Job, job_id).state == "done"
        assert db.session.get_one(Report, report_id).size
    return Run(seconds, usage.ru_maxrss / 1024)


def studies_lead(study: str) -> str:
    """Whoever made the study."""
    created_by = db.session.get_one(Study, study).created_by
    assert created_by is not None
    return created_by


if __name__ == "__main__":
    main()
