"""Rows of records and ops, read and written in bulk as plain values: the hot path makes no ORM objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import aliased

from benchmark.kernel.db import db, is_postgresql
from benchmark.kernel.statement import Insert, Row, Statement
from benchmark.people.service import VISIBLE
from benchmark.sync.merge import State
from benchmark.sync.model import Op, Record, Space


class Seen(NamedTuple):
    """A space that a person may see; see model.Space."""

    id: str
    rev: int
    floor: int
    role: str


class Found(NamedTuple):
    """What a pull needs of a record; see model.Record. The body stays bytes, for it is most of what a pull sends."""

    id: str
    kind: str
    rev: int
    body: bytes
    conflicts: str
    deleted_at: str | None


class Entry(NamedTuple):
    """A row of the op log; see model.Op."""

    person_id: str
    op_id: str
    space_id: str | None
    record_id: str | None
    rev: int | None
    device: str
    hash: str
    outcome: str
    problem: str | None
    payload: str
    received_at: str


_STATES = Statement(
    "SELECT id, kind, rev, body, stamps, conflicts, deleted_at FROM record"
    " WHERE space_id = :space AND id = ANY(:ids)"
)
_ANSWERED = Statement(
    "SELECT op_id, hash, outcome, rev, problem FROM op WHERE person_id = :person AND op_id = ANY(:ids)"
)
_SEEN = Statement(
    f"SELECT id, rev, floor, role FROM space JOIN ({VISIBLE}) AS seen ON seen.space_id = space.id ORDER BY id"
)
_HOLD = Statement("SELECT id FROM space WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_RAISE = Statement("UPDATE space SET rev = rev + 1 WHERE id = :space RETURNING rev")
_NOTIFY = Statement("SELECT pg_notify('space', :news)")
_PAGE = Statement(
    "SELECT id, kind, rev, convert_to(body, 'UTF8'), conflicts, deleted_at FROM record WHERE space_id = :space"
    " AND (rev, id) > (:rev, :id) AND rev <= :until AND kind <> ALL(:hidden) ORDER BY rev, id LIMIT :limit"
)
_KEPT = ("rev", "body", "stamps", "conflicts", "deleted_at")
_PUT_RECORDS = Insert(
    "record",
    {"space_id": "text", "id": "text", "kind": "text", **dict.fromkeys(_KEPT, "text"), "rev": "bigint"},
    "ON CONFLICT (space_id, id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in _KEPT),
)
_PUT_OPS = Insert("op", {**dict.fromkeys(Entry._fields, "text"), "rev": "bigint"})
_RECORDS = select(Record.id, Record.kind, Record.rev, Record.body, Record.deleted_at)
_OPS = select(
    Op.op_id, Op.person_id, Op.record_id, Op.rev, Op.outcome, Op.problem, Op.payload, Op.received_at
)
_TAKEN = ("applied", "merged", "conflict")
_REFUSED = ("rejected", "deleted")


def hold(space_ids: Collection[str]) -> None:
    """Keep all other writers out of these spaces until commit; on SQLite whoever writes is alone anyway."""
    if space_ids and is_postgresql():
        _HOLD.rows(ids=list(space_ids))


def lock(space_ids: Iterable[str]) -> dict[str, int]:
    """Raise the counter of each space, in order of ids, and hold its row until commit. Space id → new rev."""
    raised = {space: _RAISE.rows(space=space)[0][0] for space in sorted(space_ids)}
    if is_postgresql():
        for space, rev in raised.items():
            _NOTIFY.rows(news=f"{space} {rev}")
    return raised


def seen(person: str) -> list[Seen]:
    """What the person may see, in order of ids."""
    return [Seen(*row) for row in _SEEN.rows(person=person)]


def states(space: str, ids: Collection[str]) -> dict[str, State]:
    """The records with these ids, for merging."""
    return {
        id_: State(kind, rev, orjson.loads(body), orjson.loads(stamps), orjson.loads(conflicts), deleted_at)
        for id_, kind, rev, body, stamps, conflicts, deleted_at in _STATES.rows(space=space, ids=list(ids))
    }


def save(space: str, changed: dict[str, State]) -> None:
    """Write records back, new or changed."""
    rows = [
        (
            space,
            id_,
            state.kind,
            state.rev,
            _json(state.fields),
            _json(state.stamps),
            _json(state.conflicts),
            state.deleted_at,
        )
        for id_, state in changed.items()
    ]
    _PUT_RECORDS.put(rows)


def answered(person: str, op_ids: list[str]) -> list[Row]:
    """Of these ops, the ones this person sent before: rows of (op_id, hash, outcome, rev, problem)."""
    return _ANSWERED.rows(person=person, ids=op_ids)


def first_senders(op_ids: Sequence[str]) -> dict[str, str]:
    """Of these ops, the ones that were answered before, for whomever: op_id → the person they first came from."""
    found: dict[str, str] = {}
    query = select(Op.op_id, Op.person_id).order_by(Op.received_at.desc())
    for start in range(0, len(op_ids), 500):
        rows = db.session.execute(query.where(Op.op_id.in_(op_ids[start : start + 500])))
        found.update({row.op_id: row.person_id for row in rows})
    return found


def log(entries: list[Entry]) -> None:
    """Add entries to the op log."""
    _PUT_OPS.put(entries)


def page(space: str, after: tuple[int, str], until: int, limit: int, hidden: Collection[str]) -> list[Found]:
    """Records in (rev, id) order behind `after`, up to the rev `until`, at most `limit`, but of no hidden kind."""
    rev, id_ = after
    rows = _PAGE.rows(space=space, rev=rev, id=id_, until=until, hidden=list(hidden), limit=limit)
    return [*map(Found._make, rows)]


def live(space: str, kinds: Collection[str]) -> Sequence[Any]:
    """Records that are not deleted, of these kinds (all when empty), in order of ids."""
    wanted = [Record.space_id == space, Record.deleted_at.is_(None)]
    if kinds:
        wanted.append(Record.kind.in_(kinds))
    return db.session.execute(
        select(Record.id, Record.kind, Record.rev, Record.body).where(*wanted).order_by(Record.id)
    ).all()


def one(space: str, id_: str) -> Any:
    """One record, deleted or not: a row of (id, kind, rev, body, deleted_at), or None."""
    return db.session.execute(_RECORDS.where(Record.space_id == space, Record.id == id_)).one_or_none()


def deleted(space: str, limit: int) -> Sequence[Any]:
    """Rows as those of `one` of what is in the bin, the latest first."""
    in_bin = _RECORDS.where(Record.space_id == space, Record.deleted_at.is_not(None), Record.stamps != "{}")
    return db.session.execute(in_bin.order_by(Record.deleted_at.desc(), Record.id).limit(limit)).all()


def ops_on(space: str, record_ids: Collection[str]) -> Sequence[Any]:
    """The ops that had an effect on these records, in the order they were taken."""
    taken = _OPS.where(Op.space_id == space, Op.record_id.in_(record_ids), Op.outcome.in_(_TAKEN))
    return db.session.execute(taken.order_by(Op.received_at, Op.rev, Op.op_id)).all()


def payloads(space: str, record_id: str) -> list[dict[str, Any]]:
    """What the ops said that had an effect on a record."""
    taken = select(Op.payload).where(Op.space_id == space, Op.record_id == record_id, Op.outcome.in_(_TAKEN))
    return [orjson.loads(payload) for payload in db.session.scalars(taken)]


def refused_ops(space: str, people: Collection[str], limit: int) -> Sequence[Any]:
    """Ops of these people that had no effect, unless the same person changed the same record later; latest first.

    Those that a lead has settled are left out.
    """
    later = aliased(Op)
    again = select(later.op_id).where(
        later.space_id == Op.space_id,
        later.record_id == Op.record_id,
        later.person_id == Op.person_id,
        later.outcome.in_(_TAKEN),
        later.received_at > Op.received_at,
    )
    refused = _OPS.where(Op.space_id == space, Op.outcome.in_(_REFUSED), Op.payload != "{}")
    mine = refused.where(Op.person_id.in_(people), Op.settled_at.is_(None), ~again.exists())
    return db.session.execute(mine.order_by(Op.received_at.desc(), Op.op_id).limit(limit)).all()


def settle(space: str, person: str, op_id: str, at: str | None) -> bool:
    """Note when an op without effect was settled, or with None that it is not; False where there is no such op."""
    meant = update(Op).where(Op.space_id == space, Op.person_id == person, Op.op_id == op_id)
    noted = meant.where(Op.outcome.in_(_REFUSED)).values(settled_at=at).returning(Op.op_id)
    return db.session.execute(noted).first() is not None


def spaces_with_deleted(before: str) -> Sequence[str]:
    """Spaces that hold something deleted before this time, in order of ids."""
    found = select(Record.space_id).where(Record.deleted_at < before).distinct()
    return db.session.scalars(found.order_by(Record.space_id)).all()


def empty(space: str, before: str) -> Sequence[tuple[str, str]]:
    """Let go of content and history of what was deleted before this time: (kind, id) of each."""
    due = (Record.space_id == space, Record.deleted_at < before, Record.stamps != "{}")
    emptied = update(Record).where(*due).values(body="{}", stamps="{}", conflicts="[]")
    found = [(row.kind, row.id) for row in db.session.execute(emptied.returning(Record.kind, Record.id))]
    _alter_ops(update(Op).values(payload="{}"), space, [id_ for _, id_ in found])
    return found


def remove(space: str, before: str) -> None:
    """Take away the tombstones of what was deleted before this time, and raise the floor to the highest of them."""
    due = delete(Record).where(Record.space_id == space, Record.deleted_at < before)
    gone = db.session.execute(due.returning(Record.id, Record.rev)).all()
    if gone:
        highest = max(row.rev for row in gone)
        raised = update(Space).where(Space.id == space, Space.floor < highest)
        db.session.execute(raised.values(floor=highest))
        _alter_ops(delete(Op), space, [row.id for row in gone])


def _alter_ops(statement: Any, space: str, record_ids: Sequence[str]) -> None:
    for start in range(0, len(record_ids), 500):
        some = record_ids[start : start + 500]
        db.session.execute(statement.where(Op.space_id == space, Op.record_id.in_(some)))


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
