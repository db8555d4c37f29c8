"""POST /api/v1/sync: one round trip pushes and pulls. Beside it, what was: bin, history, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint
from marshmallow import ValidationError

from benchmark.kernel import clock
from benchmark.kernel.db import db, snapshot
from benchmark.kernel.encodings import read_json, request_body
from benchmark.kernel.errors import Problem
from benchmark.kernel.precedence import going_first
from benchmark.kernel.together import commit_together
from benchmark.kernel.words import t
from benchmark.people.service import require, require_role
from benchmark.sync import history, service, store
from benchmark.sync.asked import Asked, read
from benchmark.sync.pull import is_ahead, own, pull, pull_afresh
from benchmark.sync.push import Pushed, Sender, push
from benchmark.sync.schema import MAX_BYTES, MAX_OPS, PROTO, Deleted, Past, RefusedOp, SyncAnswer, SyncRequest

blueprint = Blueprint("sync", __name__, url_prefix="/api/v1", description="Phones and server become equal")
_envelope = SyncRequest()


@blueprint.post("/sync")
@blueprint.doc(requestBody={"required": True, "content": {"application/json": {"schema": SyncRequest}}})
@blueprint.alt_response(200, schema=SyncAnswer, description="Outcomes and changes")
def sync() -> Response:
    """Push a device's ops and pull what it has not seen. Who only pulls takes no turn among the writers."""
    person_id = require().person_id
    asked = _read()
    if asked["person"] not in (None, person_id):
        raise Problem("not_signed_in")
    with going_first():
        return _exchange(person_id, asked)


def _exchange(person_id: str, asked: dict[str, Any]) -> Response:
    ops = read(asked["ops"])
    if not ops:
        with snapshot():
            epoch, spaces = service.epoch(), store.seen(person_id)
            if asked["epoch"] != epoch or not is_ahead(spaces, asked["cursors"]):
                return _answer(asked, epoch, spaces, Pushed())
    epoch, pushed = commit_together(lambda: _push(person_id, asked, ops))
    with snapshot():
        return _answer(asked, epoch, store.seen(person_id), pushed)


def _push(person_id: str, asked: dict[str, Any], ops: list[Asked]) -> tuple[str, Pushed]:
    """The epoch, and what became of the ops: they are taken only in the epoch that the device knows."""
    epoch, spaces = service.epoch(), store.seen(person_id)
    if asked["epoch"] == epoch and is_ahead(spaces, asked["cursors"]):
        epoch = service.notice_restore(epoch)
    if asked["epoch"] not in (None, epoch):
        return epoch, Pushed()
    return epoch, push(ops, Sender(person_id, asked["device"], {row.id: row.role for row in spaces}))


def _answer(asked: dict[str, Any], epoch: str, spaces: Sequence[store.Seen], pushed: Pushed) -> Response:
    if asked["epoch"] in (None, epoch) and asked["own"]:
        news = own(spaces, pushed)
    elif asked["epoch"] in (None, epoch):
        news = pull(spaces, asked["cursors"], asked["limit"], pushed)
    else:
        news = pull_afresh(spaces, asked["cursors"], asked["limit"])
    answer = {
        "epoch": epoch,
        "now": clock.now().isoformat(timespec="milliseconds"),
        "outcomes": [_in_words(outcome) for outcome in pushed.outcomes],
        **news,
    }
    return Response(orjson.dumps(answer), mimetype="application/json")


def _in_words(outcome: dict[str, Any]) -> dict[str, Any]:
    """With the sentence about its problem, in the language of the request."""
    code = outcome.get("problem")
    return {**outcome, "problem": {"code": code, "detail": t(f"problem.{code}")}} if code else outcome


@blueprint.get("/spaces/<space>/bin")
@blueprint.response(200, Deleted(many=True))
def get_bin(space: str) -> list[dict[str, Any]]:
    """What was deleted within 30 days, the latest first: for leads all, for others what they may change."""
    return history.in_bin(space, require().person_id)


@blueprint.get("/spaces/<space>/records/<id>/history")
@blueprint.response(200, Past(many=True))
def get_history(space: str, id: str) -> list[dict[str, Any]]:
    """Who changed what when, the oldest first: for leads of all, for others of what they may change."""
    return history.of_record(space, id, require().person_id)


@blueprint.get("/spaces/<space>/refused")
@blueprint.response(200, RefusedOp(many=True))
def get_refused(space: str) -> list[dict[str, Any]]:
    """Changes that could not be taken and that phones set aside, the latest first; for leads."""
    require_role(space, "lead")
    return history.refused(space)


@blueprint.put("/spaces/<space>/refused/<person>/<op_id>/settled")
@blueprint.response(204)
def put_settled(space: str, person: str, op_id: str) -> None:
    """A lead has seen to a refused change: it leaves the list. Doing it again is welcome."""
    _settle(space, person, op_id, is_settled=True)


@blueprint.delete("/spaces/<space>/refused/<person>/<op_id>/settled")
@blueprint.response(204)
def delete_settled(space: str, person: str, op_id: str) -> None:
    """Take that back: the change is in the list again."""
    _settle(space, person, op_id, is_settled=False)


def _settle(space: str, person: str, op_id: str, *, is_settled: bool) -> None:
    require_role(space, "lead")
    history.settle(space, person, op_id, is_settled=is_settled)
    db.session.commit()


def _read() -> dict[str, Any]:
    try:
        body = read_json(request_body(MAX_BYTES))
        # Before anything else is looked at: another version may have another form altogether.
        if isinstance(body, dict) and body.get("proto", PROTO) != PROTO:
            raise Problem("unknown_protocol")
        asked: dict[str, Any] = _envelope.load(body)
    except ValueError as error:
        raise Problem("invalid_request") from error
    except ValidationError as error:
        raise Problem("invalid_request", members={"fields": error.messages}) from error
    if len(asked["ops"]) > MAX_OPS:
        raise Problem("too_large")
    return asked
