"""The envelope of a sync round trip. Ops are checked one by one in `push`, so that a bad one never spoils a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

MAX_OPS = 500
MAX_BYTES = 1_000_000
MAX_RECORDS = 1000
PROTO = 1


class Ops(fields.List[Any]):
    """A list of objects, not looked into: `push` judges each op, and a batch has up to 500."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.Dict(), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        if type(value) is not list or not all(type(op) is dict for op in value):
            raise ValidationError("Not a list of objects.")
        return value


class SyncRequest(Schema):
    """What a device sends: its ops, and how far it has seen each space."""

    class Meta:
        unknown = EXCLUDE

    proto = fields.Integer(required=True, strict=True, metadata={"description": "Version of the protocol: 1"})
    epoch = fields.String(
        load_default=None, allow_none=True, metadata={"description": "Epoch of the last answer"}
    )
    person = fields.String(
        load_default=None, metadata={"description": "Who made the ops: refused while another is signed in"}
    )
    device = fields.String(required=True, validate=validate.Length(1, 36))
    ops = Ops(load_default=list)
    cursors = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), load_default=dict)
    own = fields.Boolean(
        load_default=False,
        metadata={
            "description": "More ops are on their way: tell only what these have done, page by `after`"
        },
    )
    limit = fields.Integer(load_default=MAX_RECORDS, strict=True, validate=validate.Range(1, MAX_RECORDS))


class Outcome(Schema):
    """What the server did with one op."""

    op_id = fields.String(allow_none=True)
    outcome = fields.String(
        validate=validate.OneOf(["applied", "duplicate", "merged", "conflict", "deleted", "rejected"])
    )
    rev = fields.Integer(allow_none=True)
    first = fields.String(metadata={"description": "For a duplicate: the outcome it had at first"})
    problem = fields.Dict(metadata={"description": "For a rejected op: {code, detail}"})


class SpacePage(Schema):
    """What is new in one space."""

    after = fields.String(
        metadata={
            "description": "With `own`: the cursor that this page leads on from; for others it does not"
        }
    )
    changes = fields.List(
        fields.Dict(), metadata={"description": "Records: {kind, id, rev, …fields} or {…, deleted}"}
    )
    cursor = fields.String(allow_none=True)
    rev = fields.Integer()
    more = fields.Boolean(metadata={"description": "There is more: ask again at once"})
    resync = fields.Boolean(
        metadata={"description": "Pages begin anew: what they leave out is not there any more"}
    )


class Deleted(Schema):
    """A record in the bin. `{"deleted": false}` restores it."""

    kind = fields.String(required=True)
    id = fields.String(required=True)
    rev = fields.Integer(required=True)
    deleted_at = fields.String(required=True)
    deleted_by = fields.String(
        required=True, allow_none=True, metadata={"description": "Person id, or `server`"}
    )
    until = fields.String(required=True, metadata={"description": "When it will be gone for good"})
    values = fields.Dict(required=True)


class Past(Schema):
    """One change of a record, as it was sent. Setting a field to an earlier value puts that back."""

    op_id = fields.String(required=True)
    person = fields.String(required=True, metadata={"description": "Who made it: a person id, or `server`"})
    received_at = fields.String(required=True, metadata={"description": "When the server took it"})
    at = fields.String(allow_none=True, metadata={"description": "When it was made, by the phone's clock"})
    rev = fields.Integer(required=True, allow_none=True)
    outcome = fields.String(required=True)
    set = fields.Dict(allow_none=True)
    add = fields.Dict(allow_none=True)
    remove = fields.Dict(allow_none=True)
    deleted = fields.Boolean(allow_none=True)


class RefusedOp(Schema):
    """An op that could not be taken, so that a lead can see what was meant and write it down."""

    person = fields.String(required=True, metadata={"description": "Who made it"})
    received_at = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"description": "rejected, or deleted: it is in the bin"})
    problem = fields.Dict(allow_none=True, metadata={"description": "For a rejected op: {code, detail}"})
    op = fields.Dict(required=True, metadata={"description": "The op as it was sent, whole"})


class SyncAnswer(Schema):
    """Outcomes of the ops sent, and what the device has not seen."""

    epoch = fields.String()
    now = fields.String()
    outcomes = fields.List(fields.Nested(Outcome))
    spaces = fields.Dict(keys=fields.String(), values=fields.Nested(SpacePage))
    gone = fields.List(fields.String(), metadata={"description": "Spaces the person may no longer see"})
