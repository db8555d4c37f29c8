"""Reports over HTTP: ask for one, watch it being made, download it now or later."""

from typing import Any

from flask import Response, current_app, send_file
from flask_smorest import Blueprint

from benchmark.kernel import files, jobs
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem
from benchmark.people.service import require, require_role, visible_spaces
from benchmark.reports import service
from benchmark.reports.schema import ReportState, ReportWish

blueprint = Blueprint("reports", __name__, url_prefix="/api/v1", description="Reports to read and share")


TEAM = ("lead", "member")
"""Who gets reports: guests see no results."""


@blueprint.post("/studies/<space>/reports")
@blueprint.arguments(ReportWish)
@blueprint.response(202, ReportState)
def ask_for_report(wish: dict[str, Any], space: str) -> dict[str, Any]:
    """Have a PDF made of the study as it is now; it is made after the answer."""
    caller = require_role(space, *TEAM)
    report, job = service.ask(space, caller.person_id, wish["language"], with_names=wish["with_names"])
    db.session.commit()
    _kick()
    return service.document(report, job)


@blueprint.get("/studies/<space>/reports")
@blueprint.response(200, ReportState(many=True))
def list_reports(space: str) -> list[dict[str, Any]]:
    """All reports made of the study, the newest first."""
    require_role(space, *TEAM)
    return [service.document(report, job) for report, job in service.of_space(space)]


@blueprint.get("/reports/<report_id>")
@blueprint.response(200, ReportState)
def get_report(report_id: str) -> dict[str, Any]:
    """How far a report is. One that nobody works on any more (the machine stopped) is taken up again."""
    report, job = service.find(report_id, _readable())
    if jobs.is_stalled(job):
        _kick()
    return service.document(report, job)


@blueprint.get("/reports/<report_id>/pdf")
@blueprint.alt_response(200, description="The PDF", content_type="application/pdf")
def get_pdf(report_id: str) -> Response:
    """Download a report that is done."""
    report, _ = service.find(report_id, _readable())
    if report.file_key is None:
        raise Problem("report_not_ready")
    answer = send_file(
        files.store().path(report.file_key),
        mimetype="application/pdf",
        as_attachment=True,
        etag=report.file_key,
        download_name=f"{service.title_of(report.space_id)}.pdf",
        max_age=0,
    )
    answer.cache_control.private = True
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _kick() -> None:
    config = current_app.extensions["config"]
    jobs.kick(config.data, config.database)


def _readable() -> list[str]:
    """The spaces whose reports the person may have."""
    return [space for space, role in visible_spaces(require().person_id).items() if role in TEAM]
