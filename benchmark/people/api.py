"""Sessions over HTTP, and two questions asked of every request: does it come from our own pages, who sends it?

The cookie is `__Host-benchmark` where the address is https; browsers refuse that name on plain http, so there
it is `benchmark`. Each device has one of its own; its session ends after 90 days without use.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, after_this_request, current_app, g, request
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy.exc import DBAPIError

from benchmark.config import Config
from benchmark.kernel.db import db, snapshot
from benchmark.kernel.errors import Problem, name_problems
from benchmark.people import rules, schema, service

log = logging.getLogger(__name__)
blueprint = Blueprint("people", __name__, url_prefix="/api/v1", description="Sessions and people")

name_problems(bad_origin=403)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def init_app(app: Flask) -> None:
    """Ask both questions before any view, and keep used devices signed in."""
    app.before_request(_refuse_foreign_pages)
    app.before_request(_recognise)
    app.after_request(_keep_signed_in)


def own_origin() -> str:
    """The address our own pages have, without a slash at the end: as configured, else as requested."""
    config: Config = current_app.extensions["config"]
    return config.origin or request.host_url.rstrip("/")


def is_https() -> bool:
    """Whether people reach us over https, where cookies may be Secure and phones work offline."""
    config: Config = current_app.extensions["config"]
    return config.origin.startswith("https:") if config.origin else request.is_secure


@contextmanager
def counting_refusals() -> Iterator[None]:
    """Commit also when the request is refused with a problem: the refusal is what the rate limits count."""
    try:
        yield
    except Problem:
        db.session.commit()
        raise


def carry_session(token: str) -> None:
    """Put the new device's token into the answer's cookie."""
    g.caller = service.recognise(token)
    g.language = g.caller and g.caller.language
    after_this_request(lambda response: _set_cookie(response, token))


def returning_person(name: str | None) -> str | None:
    """Who used this device before its session ran out, if of this name; None for a new or a signed-out device."""
    return service.returning(request.cookies.get(_cookie_name(), ""), name)


def session_document() -> dict[str, Any]:
    """Who is signed in here, as `schema.Session` has it."""
    caller = service.current()
    person = caller and {
        "id": caller.person_id,
        "name": caller.name,
        "email": caller.email,
        "language": caller.language,
    }
    return {
        "person": person,
        "device": caller.device_id if caller else None,
        "is_set_up": service.is_set_up(),
    }


@blueprint.route("/session")
class SessionView(MethodView):
    """The session of this device."""

    @blueprint.response(200, schema.Session)
    def get(self) -> dict[str, Any]:
        """Say who is signed in here."""
        return session_document()

    @blueprint.arguments(schema.SignIn)
    @blueprint.response(200, schema.Session)
    def post(self, sent: dict[str, str]) -> dict[str, Any]:
        """Sign in with e-mail and password; whoever was signed in on this device is signed out."""
        before = service.current()
        with counting_refusals():
            token = service.sign_in(sent["email"], sent["password"], request.remote_addr)
        if before:
            service.sign_out(before.device_id)
        carry_session(token)
        document = session_document()
        db.session.commit()
        return document

    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out on this device."""
        caller = service.current()
        if caller:
            service.sign_out(caller.device_id)
            db.session.commit()
            g.caller = None
        after_this_request(_drop_cookie)


def _refuse_foreign_pages() -> None:
    """Changing requests must come from our own pages and carry what no foreign form can send."""
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
    if not rules.is_own_origin(site, origin, own_origin()):
        raise Problem("bad_origin")
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if not rules.is_accepted_media_type(request.mimetype, has_body):
        raise Problem("unsupported_media_type")


def _recognise() -> None:
    token = request.cookies.get(_cookie_name())
    if token and request.path.startswith("/api/"):
        with snapshot():
            g.caller = service.recognise(token)
        g.language = g.caller and g.caller.language


def _keep_signed_in(response: Response) -> Response:
    """Note the use of a device, at most once an hour, on changing requests: phones make them to sync."""
    caller = service.current()
    if caller and request.method not in SAFE_METHODS and service.is_due(caller):
        db.session.rollback()
        try:
            service.touch(caller.device_id)
            db.session.commit()
        except (Problem, DBAPIError) as problem:
            # The answer is ready; that the disk is full or busy is no reason to keep it back.
            db.session.rollback()
            log.warning("the use of a device could not be noted: %s", problem)
        else:
            _set_cookie(response, request.cookies[_cookie_name()])
    return response


def _cookie_name() -> str:
    return "__Host-benchmark" if is_https() else "benchmark"


def _set_cookie(response: Response, token: str) -> Response:
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=rules.COOKIE_LIFETIME,
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _drop_cookie(response: Response) -> Response:
    response.delete_cookie(_cookie_name(), secure=is_https(), httponly=True, samesite="Lax")
    return response
