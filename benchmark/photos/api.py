"""Photo bytes over HTTP: whole by PUT, or in pieces by tus 1.0 (https://tus.io/protocols/resumable-upload).

A photo is named by its id and its space, for ids are made on phones; so the address of its upload needs no memory.
"""

import base64
import binascii
import re

from flask import Response, request, send_file
from flask_smorest import Blueprint

from benchmark.kernel import files
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem
from benchmark.kernel.ids import is_id
from benchmark.people.service import Caller, glance, require, role_in
from benchmark.photos import imaging, service
from benchmark.photos.partial import Partial, partials
from benchmark.photos.receiving import receive
from benchmark.photos.schema import PhotoReceived, PhotoSpace, UploadLength, UploadOffset

blueprint = Blueprint("photos", __name__, url_prefix="/api/v1", description="Bytes of photos")
TYPES = ("image/jpeg", "image/png", "image/webp")
PIECES = "application/offset+octet-stream"
TUS = "1.0.0"
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):")


@blueprint.put("/photos/<photo_id>/content")
@blueprint.arguments(PhotoSpace, location="query")
@blueprint.doc(requestBody={"required": True, "content": {type: {} for type in TYPES}})
@blueprint.response(200, PhotoReceived)
def put_content(query: dict[str, str], photo_id: str) -> dict[str, str]:
    """Send a photo's bytes, with `Content-Digest: sha-256=:…:`. Safe to repeat; other bytes are refused."""
    caller = _admit(query["space"], photo_id)
    content, sha256 = _body(), _digest("Content-Digest")
    _accept(caller, query["space"], photo_id, content, sha256)
    return {"sha256": sha256}


@blueprint.route("/photos/<photo_id>/upload", methods=["HEAD"])
@blueprint.arguments(PhotoSpace, location="query")
@blueprint.response(200, headers={"Upload-Offset": {}, "Upload-Length": {}, "Repr-Digest": {}})
def ask_offset(query: dict[str, str], photo_id: str) -> Response:
    """Ask how many bytes are here: all of them, with `Repr-Digest`, once the picture is received."""
    space, caller = query["space"], _sender(query["space"], photo_id)
    partial = partials().find(space, photo_id, caller.person_id)
    sha256 = partial.sha256 if partial else _digest("Repr-Digest")
    with glance():
        file = service.received(space, photo_id, sha256)
    if file:
        return _uploaded(200, file.size, file.size, sha256)
    if partial:
        return _uploaded(200, partial.offset(), partial.length)
    raise Problem("not_found")


@blueprint.post("/photos/<photo_id>/upload")
@blueprint.arguments(PhotoSpace, location="query")
@blueprint.arguments(UploadLength, location="headers")
@blueprint.doc(requestBody={"content": {PIECES: {}}})
@blueprint.response(201, headers={"Location": {}, "Upload-Offset": {}, "Repr-Digest": {}})
def begin_upload(query: dict[str, str], announced: dict[str, int], photo_id: str) -> Response:
    """Announce a picture with `Repr-Digest: sha-256=:…:`, and send its first piece unless it is here already."""
    space, length, caller = query["space"], announced["length"], _sender(query["space"], photo_id)
    sha256 = _digest("Repr-Digest")
    if length > imaging.MOST_BYTES:
        raise Problem("photo_too_large")
    with glance():
        service.received(space, photo_id, sha256)
    partial = partials().begin(space, photo_id, caller.person_id, length, sha256)
    known = partial.offset()
    answer = _uploaded(204, known, length) if known else _take(caller, space, photo_id, partial, 0)
    answer.status_code = 201
    answer.headers["Location"] = request.full_path
    return answer


@blueprint.patch("/photos/<photo_id>/upload")
@blueprint.arguments(PhotoSpace, location="query")
@blueprint.arguments(UploadOffset, location="headers")
@blueprint.doc(requestBody={"required": True, "content": {PIECES: {}}})
@blueprint.response(204, headers={"Upload-Offset": {}, "Repr-Digest": {}})
def send_piece(query: dict[str, str], begins: dict[str, int], photo_id: str) -> Response:
    """Send a piece that begins where the server is; `Repr-Digest` in the answer says that the picture is received."""
    space, caller = query["space"], _sender(query["space"], photo_id)
    if request.mimetype != PIECES:
        raise Problem("unsupported_media_type")
    partial = partials().find(space, photo_id, caller.person_id)
    if partial is None or partial.offset() != begins["offset"]:
        raise Problem("upload_offset")
    return _take(caller, space, photo_id, partial, begins["offset"])


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


def _admit(space: str, photo_id: str) -> Caller:
    """Who sends this photo, if they may. Problems: not_signed_in, not_found."""
    caller = require()
    if not is_id(photo_id):
        raise Problem("not_found")
    with glance():
        role_in(space, caller.person_id)
    return caller


def _sender(space: str, photo_id: str) -> Caller:
    """Who sends this photo in pieces. Problems: upload_version and those of `_admit`."""
    if request.headers.get("Tus-Resumable") != TUS:
        raise Problem("upload_version", headers={"Tus-Version": TUS})
    return _admit(space, photo_id)


def _take(caller: Caller, space: str, photo_id: str, partial: Partial, offset: int) -> Response:
    """Take a piece to disk; after the last one the picture goes the way of a whole one."""
    offset = receive(partial, offset)
    if offset < partial.length:
        return _uploaded(204, offset, partial.length)
    _accept(caller, space, photo_id, partial.read(), partial.sha256)
    return _uploaded(204, offset, partial.length, partial.sha256)


def _accept(caller: Caller, space: str, photo_id: str, content: bytes, sha256: str) -> None:
    """Check, develop and note a whole picture, and let go of its pieces, also when it is refused for good.

    It is decoded with no transaction open, so that nobody's writing waits for it.
    """
    try:
        with glance():
            role_in(space, caller.person_id)
            known = service.check(space, photo_id, content, sha256)
            renditions = service.renditions_of(known) if known else None
        renditions = renditions or service.develop(files.store(), content)
        service.accept(
            space, photo_id, sha256=sha256, size=len(content), renditions=renditions, device=caller.device_id
        )
        db.session.commit()
    except Problem:
        partials().drop(space, photo_id, caller.person_id)
        raise
    partials().drop(space, photo_id, caller.person_id)


def _uploaded(status: int, offset: int, length: int, sha256: str | None = None) -> Response:
    """How far an upload has come, in tus's words; with the hash once its picture is received."""
    answer = Response(status=status)
    answer.headers.update({"Tus-Resumable": TUS, "Upload-Offset": str(offset), "Upload-Length": str(length)})
    if sha256:
        answer.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
    return answer


def _body() -> bytes:
    """The request's bytes, never more of them than a photo may have."""
    if (request.content_length or 0) > imaging.MOST_BYTES:
        raise Problem("photo_too_large")
    content = request.stream.read(imaging.MOST_BYTES + 1)
    if len(content) > imaging.MOST_BYTES:
        raise Problem("photo_too_large")
    return content


def _digest(header: str) -> str:
    """The SHA-256 in Content-Digest or Repr-Digest (RFC 9530), as hex."""
    found = _DIGEST.search(request.headers.get(header, ""))
    try:
        return base64.b64decode(found[1], validate=True).hex() if found else _refuse()
    except binascii.Error:
        return _refuse()


def _refuse() -> str:
    raise Problem("photo_digest")
