"""PUT and GET of photo bytes. A photo is named by its id and its space, for ids are made on phones."""

import base64
import binascii
import re

from flask import Response, request, send_file
from flask_smorest import Blueprint

from benchmark.kernel import files
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem
from benchmark.kernel.ids import is_id
from benchmark.people.service import glance, require, role_in
from benchmark.photos import imaging, service
from benchmark.photos.schema import PhotoReceived, PhotoSpace

blueprint = Blueprint("photos", __name__, url_prefix="/api/v1", description="Bytes of photos")
TYPES = ("image/jpeg", "image/png", "image/webp")
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):")


@blueprint.put("/photos/<photo_id>/content")
@blueprint.arguments(PhotoSpace, location="query")
@blueprint.doc(requestBody={"required": True, "content": {type: {} for type in TYPES}})
@blueprint.response(200, PhotoReceived)
def put_content(query: dict[str, str], photo_id: str) -> dict[str, str]:
    """Send a photo's bytes, with `Content-Digest: sha-256=:…:`. Safe to repeat; other bytes are refused.

    The picture is decoded with no transaction open, so that nobody's writing waits for it.
    """
    caller, space = require(), query["space"]
    if not is_id(photo_id):
        raise Problem("not_found")
    with glance():
        role_in(space, caller.person_id)
    content, sha256 = _body(), _digest()
    with glance():
        known = service.check(space, photo_id, content, sha256)
        renditions = service.renditions_of(known) if known else None
    renditions = renditions or service.develop(files.store(), content)
    service.accept(
        space, photo_id, sha256=sha256, size=len(content), renditions=renditions, device=caller.device_id
    )
    db.session.commit()
    return {"sha256": sha256}


@blueprint.get("/photos/<photo_id>/<any(thumb, screen, print):size>")
@blueprint.arguments(PhotoSpace, location="query")
@blueprint.alt_response(200, description="A JPEG", content_type="image/jpeg")
def get_rendition(query: dict[str, str], photo_id: str, size: str) -> Response:
    """A received photo in one of its sizes. It never changes, so browsers may keep it for themselves."""
    role_in(query["space"], require().person_id)
    key = service.key_of(service.find(query["space"], photo_id), size)
    answer = send_file(files.store().path(key), mimetype="image/jpeg", etag=key, max_age=365 * 86_400)
    answer.cache_control.public = False
    answer.cache_control.private = True
    answer.cache_control.immutable = True
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _body() -> bytes:
    """The request's bytes, never more of them than a photo may have."""
    if (request.content_length or 0) > imaging.MOST_BYTES:
        raise Problem("photo_too_large")
    content = request.stream.read(imaging.MOST_BYTES + 1)
    if len(content) > imaging.MOST_BYTES:
        raise Problem("photo_too_large")
    return content


def _digest() -> str:
    """The SHA-256 of the Content-Digest header (RFC 9530), as hex."""
    found = _DIGEST.search(request.headers.get("Content-Digest", ""))
    try:
        return base64.b64decode(found[1], validate=True).hex() if found else _refuse()
    except binascii.Error:
        return _refuse()


def _refuse() -> str:
    raise Problem("photo_digest")
