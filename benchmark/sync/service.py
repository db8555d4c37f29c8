"""Reading and writing synced records on the server's side, outside of push and pull.

For domain folders: what a join, a template or an arriving photo changes goes through `write`, so that phones see it
as any other change. Not for what a phone sends: that is `push`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import func, select

from benchmark.kernel import clock, ids
from benchmark.kernel.db import db
from benchmark.kernel.errors import busy
from benchmark.kernel.statement import Statement
from benchmark.sync import kinds, store
from benchmark.sync.merge import Change, Origin, State, merge
from benchmark.sync.model import Epoch, Space
from benchmark.sync.store import Entry

_PRESENT = Statement("SELECT id FROM epoch ORDER BY started_at DESC LIMIT 1")
# Space by space, for records have an index by space and id.
_ANYWHERE = Statement(
    "SELECT record.id FROM space JOIN record ON record.space_id = space.id AND record.id = :id LIMIT 1"
)
CALM, TICK = timedelta(hours=1), timedelta(milliseconds=1)
SERVER = "server"
"""The name under which the server's own changes are stamped, as if it were a device."""


def epoch() -> str:
    """The id of this database's present history."""
    return str(_PRESENT.rows()[0][0])


def start_epoch() -> str:
    """Begin a new history, as after an older copy of the database was put back: phones bring what it lacks."""
    latest = db.session.scalar(select(func.max(Epoch.started_at)))
    # The clock of the machine that the copy was put back on may be behind.
    begin = max(clock.now(), latest + TICK) if latest else clock.now()
    row = Epoch(id=ids.new_id(), started_at=begin)
    db.session.add(row)
    db.session.flush()
    return row.id


def notice_restore(known: str) -> str:
    """A phone of the epoch `known` has seen more than there is: begin a new one and return it, once an hour at most.

    A phone that lies could otherwise keep everybody fetching everything anew. Problem: busy, until the hour is over.
    """
    newest = db.session.scalars(select(Epoch).order_by(Epoch.started_at.desc()).limit(1)).one()
    if newest.id != known:
        return newest.id
    if abs(clock.now() - newest.started_at) < CALM:
        raise busy()
    return start_epoch()


def create_space(space: str) -> None:
    """A new, empty space."""
    db.session.add(Space(id=space, rev=0))
    db.session.flush()


def records(space: str, *wanted: str) -> list[dict[str, Any]]:
    """The live records of these kinds (of all, when none is named): {"kind", "id", "rev", **fields}, oldest first."""
    return [
        {"kind": row.kind, "id": row.id, "rev": row.rev, **orjson.loads(row.body)}
        for row in store.live(space, wanted)
    ]


def record(space: str, kind: str, id_: str) -> dict[str, Any] | None:
    """One live record, or None."""
    state = store.states(space, [id_]).get(id_)
    if state is None or state.kind != kind or state.deleted_at:
        return None
    return {"kind": kind, "id": id_, "rev": state.rev, **state.fields}


def is_anywhere(id_: str) -> bool:
    """Whether any space has a record of this id, deleted ones too."""
    return bool(_ANYWHERE.rows(id=id_))


def write(space: str, changes: Iterable[Change], person: str = SERVER) -> int:
    """Change records as the server, also fields that only it may write; returns the space's new rev.

    person   becomes the author of records that are new and have none
    """
    wanted = list(changes)
    rev = store.lock([space])[space]
    states = store.states(space, {change.id for change in wanted})
    now = clock.now().isoformat(timespec="milliseconds")
    fresh: dict[str, State] = {}
    entries = []
    for said in wanted:
        kind = kinds.find(said.kind)
        if kind is None:
            raise ValueError(f"no such kind: {said.kind}")
        is_new = said.id not in states
        if is_new:
            states[said.id] = fresh[said.id] = State(said.kind)
        # As phones do, so that nobody else can come to say that they made it.
        change = replace(said, set={"author": person, **said.set}) if is_new and kind.has_author else said
        state = states[change.id]
        origin = Origin(SERVER, person, ids.new_id(), state.rev, now)
        outcome = merge(kind, state, change, origin, rev, now)
        entries.append(_entry(space, change, origin, outcome, rev))
    complete(space, fresh)
    store.save(space, states)
    store.log(entries)
    return rev


def _entry(space: str, change: Change, origin: Origin, outcome: str, rev: int) -> Entry:
    """The server's own change as an op of its history. Nobody sends it, so it needs no hash."""
    said = {name: getattr(change, name) for name in ("kind", "id", "set", "add", "remove", "deleted")}
    return Entry(
        person_id=origin.person,
        op_id=origin.op_id,
        space_id=space,
        record_id=change.id,
        rev=rev,
        device=SERVER,
        hash="",
        outcome=outcome,
        problem=None,
        payload=orjson.dumps({**said, "at": origin.at}).decode(),
        received_at=origin.at,
    )


def complete(space: str, fresh: dict[str, State]) -> set[str]:
    """Let kinds fill new records with what only the server knows; returns the ids it changed."""
    changed = set()
    for name in {state.kind for state in fresh.values()}:
        kind = kinds.find(name)
        if kind is None or kind.complete is None:
            continue
        values = {id_: dict(state.fields) for id_, state in fresh.items() if state.kind == name}
        kind.complete(space, values)
        for id_, after in values.items():
            if after != fresh[id_].fields:
                fresh[id_].fields = after
                changed.add(id_)
    return changed
