"""What a phone asks: its ops read, checked and hashed. Pure, and done before `push` takes its turn among the writers.

Whether an op may be made, and what it makes of a record, is for `push` to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from marshmallow import ValidationError

from benchmark.kernel.errors import name_problems
from benchmark.kernel.ids import is_id
from benchmark.sync.kinds import Kind, find
from benchmark.sync.merge import Change

name_problems(invalid_op=400, invalid_field=422, text_too_long=422)

_PARTS = ("set", "add", "remove")


class Refused(Exception):
    """This op cannot be taken; its argument is a problem code."""


@dataclass(slots=True)
class Asked:
    """One op.

    op_id, space, id    as the op gives them, each an empty string where it is no id
    payload     the op as it was sent, for the op log
    digest      SHA-256 of what it says; base_rev is left out, since a phone counts it anew in a new epoch
    said        what it wants, or the code of the problem with it
    """

    op: dict[str, Any]
    op_id: str
    space: str
    id: str
    payload: str
    digest: str
    said: Said | str

    @classmethod
    def read(cls, op: dict[str, Any]) -> Asked:
        """Look at one op, whatever it is."""
        try:
            payload, digest = orjson.dumps(op).decode(), _digest(op)
        except orjson.JSONEncodeError:
            # Nested deeper than anybody writes: only what it is about is kept.
            return cls.read({name: value for name, value in op.items() if type(value) is str})
        id_ = _id(op, "id")
        try:
            said: Said | str = Said.read(op, id_)
        except Refused as refusal:
            said = str(refusal)
        return cls(op, _id(op, "op_id"), _id(op, "space"), id_, payload, digest, said)


@dataclass(slots=True)
class Said:
    """The valid change that an op asks for, and whether something harmless had to be mended."""

    kind: Kind
    change: Change
    is_mended: bool

    @classmethod
    def read(cls, op: dict[str, Any], id_: str) -> Said:
        """Raises Refused: invalid_op, invalid_field, text_too_long."""
        kind = find(op.get("kind"))
        is_whole = id_ and isinstance(op.get("at"), str) and type(op.get("base_rev")) is int
        said, added, removed = [{} if part is None else part for part in map(op.get, _PARTS)]
        deleted = op.get("deleted")
        is_formed = type(said) is type(added) is type(removed) is dict and type(deleted) in (type(None), bool)
        if kind is None or not is_whole or not is_formed:
            raise Refused("invalid_op")
        try:
            valid, joins, leaves = kind.load(said), kind.members(added), kind.members(removed)
        except ValidationError as error:
            raise Refused(_code(error)) from error
        settled = removed.get("conflicts")
        if isinstance(settled, list):
            leaves["conflicts"] = [item for item in settled if isinstance(item, str)]
        is_all_set = valid.items() <= said.items() and len(said) - len(valid) == ("author" in said)
        is_mended = not is_all_set or joins != added or leaves != removed
        return cls(kind, Change(kind.name, id_, valid, joins, leaves, deleted), is_mended)


def read(ops: Iterable[dict[str, Any]]) -> list[Asked]:
    """A batch of ops as `push` takes it."""
    return [Asked.read(op) for op in ops]


def claimed_author(op: dict[str, Any]) -> object:
    """Who an op says has made the record: phones say it in the op that makes one, and in no other."""
    given = op.get("set")
    return given.get("author") if isinstance(given, dict) else None


def _code(error: ValidationError) -> str:
    return "text_too_long" if "text_too_long" in str(error.messages) else "invalid_field"


def _digest(op: dict[str, Any]) -> str:
    said = op.copy()
    said.pop("base_rev", None)
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _id(op: dict[str, Any], name: str) -> str:
    value = op.get(name)
    return value if is_id(value) else ""
