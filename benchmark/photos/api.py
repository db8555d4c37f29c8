"""Photo bytes over HTTP: whole by PUT, or in pieces by the core of tus 1.0 (tus.io/protocols/resumable-upload).

A photo is named by its id and its space, for ids are made on phones. So the address of its upload needs no creating:
each request announces how long the picture is (`Upload-Length`) and which (`Repr-Digest: sha-256=:…:`).
"""

import base64
import binascii
import re
from functools import partial

from flask import Response, request, send_file
from flask_smorest import Blueprint

from benchmark.kernel import files
from benchmark.kernel.errors import Problem
from benchmark.kernel.ids import is_id
from benchmark.kernel.together import commit_together
from benchmark.people.service import Caller, glance, require, role_in
from benchmark.photos import imaging, service
from benchmark.photos.partial import Partial, partials
from benchmark.photos.receiving import receive, within
from benchmark.photos.schema import PhotoReceived, PhotoSpace, UploadAnnounced, UploadPiece

blueprint = Blueprint("photos", __name__, url_prefix="/api/v1", description="Bytes of photos")
TYPES = ("image/jpeg", "image/png", "image/webp")
PIECE = "application/offset+octet-stream"
TUS = "1.0.0"
WHOLE = 120.0
"""Seconds for a picture sent whole; by then its phone has given up."""
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
@blueprint.arguments(UploadAnnounced, location="headers")
@blueprint.response(200, headers={"Upload-Offset": {}, "Upload-Length": {}, "Repr-Digest": {}})
def ask_offset(query: dict[str, str], announced: dict[str, int], photo_id: str) -> Response:
    """Ask how many bytes are here of what is announced: all of them, with `Repr-Digest`, once it is received.

    As every request of this address it carries `Tus-Resumable: 1.0.0` and `Repr-Digest: sha-256=:…:`.
    """
    _, partial = _upload(query["space"], photo_id, announced["length"])
    with glance():
        is_received = service.received(query["space"], photo_id, partial.sha256) is not None
    return _arrived(200, partial, partial.length if is_received else partial.offset())


@blueprint.patch("/photos/<photo_id>/upload")
@blueprint.arguments(PhotoSpace, location="query")
@blueprint.arguments(UploadPiece, location="headers")
@blueprint.doc(requestBody={"required": True, "content": {PIECE: {}}})
@blueprint.response(204, headers={"Upload-Offset": {}, "Upload-Length": {}, "Repr-Digest": {}})
def send_piece(query: dict[str, str], piece: dict[str, int], photo_id: str) -> Response:
    """Send a piece that begins where the server is. What arrives stays, also when the connection breaks.

    `Repr-Digest` in the answer says that the picture is received.
    """
    space, offset = query["space"], piece["offset"]
    caller, partial = _upload(space, photo_id, piece["length"])
    if request.mimetype != PIECE:
        raise Problem("unsupported_media_type")
    if partial.offset() != offset:
        raise Problem("upload_offset")
    offset = receive(partial, offset)
    if offset == partial.length:
        _accept(caller, space, photo_id, partial.read(), partial.sha256)
    return _arrived(204, partial, offset)


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


def _upload(space: str, photo_id: str, length: int) -> tuple[Caller, Partial]:
    """Who sends which picture in pieces. Problems: upload_version, photo_too_large, photo_digest, those of `_admit`."""
    if request.headers.get("Tus-Resumable") != TUS:
        raise Problem("upload_version", headers={"Tus-Version": TUS})
    caller = _admit(space, photo_id)
    if length > imaging.MOST_BYTES:
        raise Problem("photo_too_large")
    return caller, partials().of(space, photo_id, caller.person_id, length, _digest("Repr-Digest"))


def _arrived(status: int, partial: Partial, offset: int) -> Response:
    """How far a picture has come, in tus's words; with its hash once it is received."""
    headers = {"Tus-Resumable": TUS, "Upload-Offset": str(offset), "Upload-Length": str(partial.length)}
    if offset == partial.length:
        echo = base64.b64encode(bytes.fromhex(partial.sha256)).decode()
        headers["Repr-Digest"] = f"sha-256=:{echo}:"
    return Response(status=status, headers=headers)


def _accept(caller: Caller, space: str, photo_id: str, content: bytes, sha256: str) -> None:
    """Check, develop and note a whole picture, and let go of its pieces, also when it is refused for good.

    It is decoded with no transaction open, so that nobody's writing waits for it.
    """
    pieces = partials().of(space, photo_id, caller.person_id, len(content), sha256)
    try:
        with glance():
            role_in(space, caller.person_id)
            known = service.check(space, photo_id, content, sha256)
            renditions = service.renditions_of(known) if known else None
        renditions = renditions or service.develop(files.store(), content)
        commit_together(partial(service.accept, space, photo_id, sha256=sha256, renditions=renditions))
    except Problem as problem:
        if problem.status < 500:
            pieces.drop()
        raise
    pieces.drop()


def _body() -> bytes:
    """The request's bytes, never more of them than a photo may have."""
    if (request.content_length or 0) > imaging.MOST_BYTES:
        raise Problem("photo_too_large")
    with within(WHOLE):
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
