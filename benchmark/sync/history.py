"""What was: records in the bin, the changes of one record, and ops that could not be taken.

Read from records and op log when a person asks. Leads see all of a space, everyone else what they may change: what
they made themselves, and what the team makes together.
To restore a record or to put an earlier value back is an op like any other; only what leads have settled is noted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from benchmark.kernel import clock
from benchmark.kernel.errors import Problem
from benchmark.kernel.words import t
from benchmark.people.service import members_ever, role_in
from benchmark.sync import store
from benchmark.sync.kinds import Fields, Write, find
from benchmark.sync.prune import BIN

MOST = 500
"""Things told at once; the newest ones."""


def in_bin(space: str, person: str) -> list[dict[str, Any]]:
    """Deleted records that can still be restored, as `schema.Deleted`, the latest first. Problem: not_found."""
    role = role_in(space, person)
    rows = [row for row in store.deleted(space, MOST) if _may_read(role, person, row)]
    deleters = _deleters(store.ops_on(space, [row.id for row in rows]))
    return [
        {
            "kind": row.kind,
            "id": row.id,
            "rev": row.rev,
            "deleted_at": row.deleted_at,
            "deleted_by": deleters.get((row.id, row.rev)),
            "until": (datetime.fromisoformat(row.deleted_at) + BIN).isoformat(timespec="milliseconds"),
            "values": orjson.loads(row.body),
        }
        for row in rows
    ]


def of_record(space: str, id_: str, person: str) -> list[dict[str, Any]]:
    """Who changed what when, as `schema.Past`, the oldest change first. Problem: not_found."""
    role = role_in(space, person)
    row = store.one(space, id_)
    if row is None or not _may_read(role, person, row):
        raise Problem("not_found")
    return [_past(op) for op in store.ops_on(space, [id_])]


def refused(space: str) -> list[dict[str, Any]]:
    """Ops of people who are or were here that could not be taken, as `schema.RefusedOp`, the latest first.

    What its person has since changed again, with success, is left out: the phone sends a mended change as a new op.
    So is what a lead has settled.
    """
    return [
        {
            "person": row.person_id,
            "received_at": row.received_at,
            "outcome": row.outcome,
            "problem": {"code": row.problem, "detail": t(f"problem.{row.problem}")} if row.problem else None,
            "op": orjson.loads(row.payload),
        }
        for row in store.refused_ops(space, members_ever(space), MOST)
    ]


def settle(space: str, person: str, op_id: str, *, is_settled: bool) -> None:
    """A lead has seen to an op that could not be taken, or takes that back. Problem: not_found."""
    at = clock.now().isoformat(timespec="milliseconds") if is_settled else None
    if not store.settle(space, person, op_id, at):
        raise Problem("not_found")


def _may_read(role: str, person: str, row: Any) -> bool:
    kind = find(row.kind)
    if kind is None or role in kind.hidden_from:
        return False
    if role == "lead" or orjson.loads(row.body).get("author") == person:
        return True
    return kind.allows(Write(role, is_own=False, is_new=False, is_delete=False, fields=kind.settable))


def _deleters(ops: Sequence[Any]) -> dict[tuple[str, int], str]:
    """(record id, rev) → who deleted it there; the first, where several did."""
    found: dict[tuple[str, int], str] = {}
    for op in ops:
        if orjson.loads(op.payload).get("deleted"):
            found.setdefault((op.record_id, op.rev), op.person_id)
    return found


def _past(op: Any) -> dict[str, Any]:
    said: Fields = orjson.loads(op.payload)
    parts = {name: said.get(name) for name in ("set", "add", "remove", "deleted", "at")}
    return {
        "op_id": op.op_id,
        "person": op.person_id,
        "received_at": op.received_at,
        "rev": op.rev,
        "outcome": op.outcome,
        **parts,
    }
