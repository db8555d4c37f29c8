"""Every failure has a name. A Problem travels as RFC 9457 problem+json; clients branch on `code`, never on text.

The person-facing sentence of a code is `problem.<code>` in the catalogue: what happened, that nothing is
lost, and what to do. A code that is not listed here cannot be raised.
"""

from __future__ import annotations

import errno
import logging
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import ClientDisconnected, HTTPException, MethodNotAllowed

from benchmark.kernel.words import t

log = logging.getLogger(__name__)

PROBLEMS: dict[str, int] = {
    "invalid_request": 400,
    "not_signed_in": 401,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_large": 413,
    "unsupported_media_type": 415,
    "unknown_protocol": 426,
    "server_error": 500,
    "busy": 503,
    "disk_full": 507,
}
"""Code → HTTP status. Folders add their own with `name_problems`."""

HEARD_OUT = 64 << 20
"""Bytes of a refused body that are read all the same."""

_BY_STATUS = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
}


def name_problems(**codes: int) -> None:
    """Add a folder's own problem codes with their HTTP status; called once, at import."""
    for code, status in codes.items():
        if PROBLEMS.setdefault(code, status) != status:
            raise ValueError(f"problem {code} already has status {PROBLEMS[code]}")


class Problem(Exception):
    """A failure with a name, to be shown to a person.

    code     a key of PROBLEMS
    values   fill the placeholders of the sentence `problem.<code>`
    members  further members of the problem document, for programs
    headers  HTTP headers, such as Retry-After
    """

    def __init__(
        self,
        code: str,
        *,
        values: dict[str, Any] | None = None,
        members: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.status = code, PROBLEMS[code]
        self.values, self.members, self.headers = values or {}, members or {}, headers or {}

    def document(self) -> dict[str, Any]:
        """The problem document (RFC 9457) in the language of the request."""
        return {
            "type": f"/api/docs#{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": t(f"problem.{self.code}", **self.values),
            "code": self.code,
            **self.members,
        }

    def response(self) -> Response:
        """The problem document as an HTTP response."""
        return Response(
            orjson.dumps(self.document(), option=orjson.OPT_NON_STR_KEYS),
            self.status,
            self.headers,
            mimetype="application/problem+json",
        )


def busy() -> Problem:
    """Others are writing, or keep the database locked: trying again is all it takes."""
    return Problem("busy", headers={"Retry-After": "2"})


def init_app(app: Flask) -> None:
    """Answer every failure as a problem document."""
    app.register_error_handler(Problem, Problem.response)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ClientDisconnected, _fallen_silent)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(IntegrityError, _database_error)
    app.register_error_handler(OSError, _disk_error)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_hear_out)


def _hear_out(response: Response) -> Response:
    """Read what is left of a body that was refused for its size: a browser still sending would never see the answer."""
    if response.status_code == 413:
        left = HEARD_OUT
        while left > 0 and (chunk := request.environ["wsgi.input"].read(min(left, 1 << 16))):
            left -= len(chunk)
    return response


def _http_error(error: HTTPException) -> Response | HTTPException:
    if not request.path.startswith("/api/") and error.code == 404:
        return error
    code = _BY_STATUS.get(error.code or 500, "server_error")
    fields = getattr(error, "data", {}).get("messages")
    headers = {"Allow": ", ".join(error.valid_methods or ())} if isinstance(error, MethodNotAllowed) else None
    return Problem(code, members={"fields": fields} if fields else None, headers=headers).response()


def _fallen_silent(_error: ClientDisconnected) -> Response:
    """The body never came whole. Nothing is wrong with the request: whose network is back may try again."""
    return busy().response()


def _database_error(error: OperationalError | IntegrityError) -> Response:
    """Too busy, or two who did the same thing at once: in both cases trying again is all it takes."""
    log.warning("database: %s", error.orig)
    return (_full() if "full" in str(error.orig) else busy()).response()


def _disk_error(error: OSError) -> Response:
    """No room (or no more of it for us), or nothing can be written for now, as when a disk was remounted read-only."""
    log.error("disk: %s", error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _full().response()
    return (busy() if error.errno in (errno.EROFS, errno.EIO) else Problem("server_error")).response()


def _full() -> Problem:
    return Problem("disk_full", headers={"Retry-After": "60"})


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected", exc_info=error)
    return Problem("server_error").response()
