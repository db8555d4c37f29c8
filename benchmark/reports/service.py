"""Asks for reports, tells how they come along, and does the work as a job of the kind `report`."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmark.kernel import clock, files, ids, jobs
from benchmark.kernel.confined import Progress
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem, name_problems
from benchmark.kernel.jobs import Job
from benchmark.kernel.words import LANGUAGES, request_language
from benchmark.photos import service as photos
from benchmark.reports.entries import line
from benchmark.reports.gather import gather
from benchmark.reports.model import Report
from benchmark.reports.pdf import render
from benchmark.sync import service as sync

name_problems(report_not_ready=409)


@dataclass(frozen=True)
class Manuscript:
    """What typesetting needs, read from the database beforehand."""

    content: dict[str, Any]
    pictures: dict[str, dict[str, Path]]


def ask(space: str, person: str, language: str | None, *, with_names: bool) -> tuple[Report, Job]:
    """Ask for a PDF of the study as it is now, in the study's language unless another is wished for."""
    id = ids.new_id()
    job = jobs.enqueue("report", {"report": id})
    report = Report(
        id=id,
        space_id=space,
        job_id=job.id,
        language=language or _language(space),
        with_names=with_names,
        created_at=clock.now(),
        created_by=person,
    )
    db.session.add(report)
    db.session.flush()
    return report, job


def of_space(space: str) -> list[tuple[Report, Job]]:
    """All reports of a study, the newest first."""
    query = select(Report, Job).join(Job, Job.id == Report.job_id).where(Report.space_id == space)
    return [
        (report, job)
        for report, job in db.session.execute(query.order_by(Report.created_at.desc(), Report.id))
    ]


def find(id: str, spaces: Collection[str]) -> tuple[Report, Job]:
    """One report of the spaces that the person may see. Problem: not_found."""
    query = select(Report, Job).join(Job, Job.id == Report.job_id).where(Report.id == id)
    found = db.session.execute(query.where(Report.space_id.in_(spaces))).one_or_none()
    if found is None:
        raise Problem("not_found")
    return found[0], found[1]


def document(report: Report, job: Job) -> dict[str, Any]:
    """A report and how far it is, as `schema.ReportState` has it."""
    return {
        "id": report.id,
        "study": report.space_id,
        "language": report.language,
        "with_names": report.with_names,
        "state": job.state,
        "progress": job.progress,
        "problem": job.problem,
        "size": report.size,
        "created_at": report.created_at.isoformat(timespec="milliseconds"),
    }


def file_keys() -> set[str]:
    """The keys of all files that reports need."""
    return {key for key in db.session.scalars(select(Report.file_key)) if key is not None}


def title_of(space: str) -> str:
    """What the study is called, for naming the downloaded file."""
    study = sync.record(space, "study", space) or {}
    return line(study.get("title")) or "Benchmark"


def _language(space: str) -> str:
    study = sync.record(space, "study", space) or {}
    language = study.get("language")
    return language if language in LANGUAGES else request_language()


def _read(payload: dict[str, Any]) -> Manuscript:
    report = db.session.get_one(Report, payload["report"])
    received = photos.rendition_files(files.store(), report.space_id)
    content = gather(
        sync.records(report.space_id),
        report.language,
        set(received),
        clock.now().date(),
        with_names=report.with_names,
    )
    return Manuscript(content, received)


def _make(manuscript: Manuscript, progress: Progress) -> bytes:
    # One thread for each of many cores would reserve more address space than the job may have.
    os.environ["RAYON_NUM_THREADS"] = "2"
    progress(0.1)
    return render(manuscript.content, manuscript.pictures)


def _keep(payload: dict[str, Any], made: bytes) -> None:
    report = db.session.get_one(Report, payload["report"])
    report.file_key, report.size = files.store().put(made), len(made)
    db.session.flush()


jobs.register("report", jobs.Work(_read, _make, _keep))
