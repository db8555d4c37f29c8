"""POST /api/v1/rescue: a lead hands in the rescue file of a phone that cannot send."""

from __future__ import annotations

import tempfile
from typing import Any

from flask import request
from flask_smorest import Blueprint

from benchmark.kernel import files
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem
from benchmark.people.service import glance, require, visible_spaces
from benchmark.rescue import archive, report, schema, service

blueprint = Blueprint("rescue", __name__, url_prefix="/api/v1", description="Rescue files")
_CHUNK = 1 << 20


@blueprint.route("/rescue", methods=["POST"])
@blueprint.doc(requestBody={"required": True, "content": {"application/zip": {}}})
@blueprint.response(200, schema.Imported)
def import_rescue() -> dict[str, Any]:
    """Take a rescue file into the studies that the caller leads. Safe to repeat: nothing is ever there twice."""
    caller = require()
    with glance():
        visible = visible_spaces(caller.person_id)
    leads = {space: caller.person_id for space, role in visible.items() if role == "lead"}
    if not leads:
        raise Problem("not_found")
    with tempfile.TemporaryFile() as file:
        _receive(file)
        imported = service.take(file, files.store(), leads)
    db.session.commit()
    return report.document(imported)


def _receive(file: Any) -> None:
    """Write the body to disk, never more of it than a rescue file may have."""
    if (request.content_length or 0) > archive.MOST_BYTES:
        raise Problem("rescue_too_large")
    left = archive.MOST_BYTES
    while chunk := request.stream.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise Problem("rescue_too_large")
        file.write(chunk)
