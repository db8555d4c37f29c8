"""The promises of docs/sync.md, read from the phones' stores and the server's tables. Pure: rows in, failures out."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Flask
from sqlalchemy import select

from benchmark.kernel import files
from benchmark.kernel.db import db, reading
from benchmark.photos.model import PhotoFile
from benchmark.sync import service
from benchmark.sync.model import Op, Record
from tests.sync.phone import OldPhone, Phone

TAKEN = ("applied", "merged", "conflict")
REFUSED = ("rejected", "deleted")
CURSOR = re.compile(r"(\d+)(?::([0-9a-f-]+))?.*")


@dataclass(frozen=True)
class Tables:
    """What the server has on disk at one moment."""

    epoch: str
    records: list[Any]
    ops: list[Any]

    @classmethod
    def read(cls, app: Flask) -> "Tables":
        with app.app_context(), reading():
            ask = db.session.connection().execute
            return cls(service.epoch(), list(ask(_RECORDS).all()), list(ask(_OPS).all()))

    def outcomes(self) -> dict[str, str]:
        return {op.op_id: op.outcome for op in self.ops}

    def taken(self) -> set[str]:
        return {op.op_id for op in self.ops if op.outcome in TAKEN}


_RECORDS = select(Record.__table__)
_OPS = select(
    Op.op_id, Op.space_id, Op.record_id, Op.device, Op.rev, Op.outcome, Op.problem, Op.payload
).order_by(Op.rev, Op.op_id)


def nothing_saved_is_nowhere(phone: Phone, tables: Tables, excused: Set[str] = frozenset()) -> None:
    """I1. What a restore took is still on the phone, as answered, until it hears of the new epoch.

    excused   ops whose records were deleted so long ago that even their tombstones are gone
    """
    here = phone.outbox.keys() | phone.aside.keys() | excused
    there = phone.answered.keys() if phone.epoch != tables.epoch else tables.outcomes().keys()
    assert phone.made <= here | there, "I1: a saved change is nowhere"


def nothing_is_set_aside_without_reason(phone: Phone, outcomes: Mapping[str, str]) -> None:
    """I1. `outcomes` are those of all times, also of before a restore."""
    for op_id, op in phone.aside.items():
        is_explained = op_id in phone.left or outcomes.get(op_id) in REFUSED
        assert is_explained, f"I1: set aside without a reason: {op}"


def what_was_taken_is_not_refused(tables: Tables, taken: Collection[str]) -> None:
    """I1, after a restore. `taken` are the ops of all times that had an effect and that the server still knows.

    Two reasons are good: the copy is of a time when the person had no access, and the record was deleted meanwhile.
    """
    for op in tables.ops:
        is_refused = op.outcome == "rejected" and op.problem != "not_found"
        assert not (is_refused and op.op_id in taken), f"I1: taken once, now {op.problem}: {op.payload}"


def every_op_has_one_effect(records: Iterable[Any]) -> None:
    """I2."""
    for record in records:
        conflicts = [item["op_id"] for item in json.loads(record.conflicts)]
        assert len(conflicts) == len(set(conflicts)), "I2: one op made two conflicts"
        revs = [rev for written in json.loads(record.stamps).values() for rev in written.values()]
        assert max(revs, default=0) <= record.rev, "I2: a record changed without its rev"


def no_cursor_skips_a_record(phone: Phone, records: Iterable[Any]) -> None:
    """I4."""
    marks = {space: position(cursor) for space, cursor in phone.cursors.items()}
    for record in records:
        mark = marks.get(record.space_id)
        if mark is None or (record.rev, record.id) > mark:
            continue
        seen = phone.base.get((record.space_id, record.id))
        assert seen is not None, "I4: the cursor is past a record the phone never got"
        assert seen["rev"] >= record.rev, "I4: the phone has an older form than its cursor says"


def all_are_equal(phone: Phone, records: Iterable[Any], allowed: Collection[str]) -> None:
    """I3 and I5, once everything has been sent."""
    assert phone.outbox == {}, "I3: something is not sent"
    stored = {(row.space_id, row.id): as_sent(row) for row in records if row.space_id in allowed}
    unknown = {OldPhone.UNKNOWN} if isinstance(phone, OldPhone) else set()
    known = {key: leave_out(record, unknown) for key, record in stored.items()}
    # What this phone deleted itself, and the server has cleared away since, shows nowhere.
    kept = {key: record for key, record in phone.shown().items() if key in known or not record.get("deleted")}
    shown = {key: leave_out(record, unknown) for key, record in kept.items()}
    differing = {key: (shown.get(key), known.get(key)) for key in shown.keys() | known.keys()}
    differing = {key: both for key, both in differing.items() if both[0] != both[1]}
    assert not differing, f"I3: a phone and the server differ: {differing}"


def every_text_is_shown_or_beside(tables: Tables) -> None:
    """I1 for free text, from the op log alone: no text gives way to one whose writer had not seen it."""
    taken = defaultdict(list)
    for op in tables.ops:
        if op.outcome in TAKEN:
            taken[op.space_id, op.record_id].append(op)
    for row in tables.records:
        if row.deleted_at and row.stamps == "{}":
            continue
        shown, beside = replay(taken[row.space_id, row.id])
        body = json.loads(row.body)
        assert {name: body[name] for name in shown} == shown, "I1: a text was lost to another"
        kept = {item["op_id"]: item["text"] for item in json.loads(row.conflicts)}
        assert kept == beside, "I1: a conflict was lost"


def replay(ops: list[Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts that should be shown, and those kept beside them (op id → text)."""
    shown: dict[str, str] = {}
    written: dict[str, tuple[int, str]] = {}
    beside: dict[str, str] = {}
    for row in ops:
        op = json.loads(row.payload)
        for name in op.get("set", {}).keys() & {"text", "thought"}:
            text = op["set"][name]
            rev, device = written.get(name, (0, row.device))
            if device != row.device and rev > op["base_rev"] and text != shown[name]:
                beside[row.op_id] = text
            else:
                shown[name], written[name] = text, (row.rev, row.device)
        for settled in op.get("remove", {}).get("conflicts", []):
            beside.pop(settled, None)
    return shown, beside


def position(cursor: str) -> tuple[int, str]:
    """How far in (rev, id) order a cursor stands."""
    found = CURSOR.fullmatch(cursor)
    assert found is not None, cursor
    return int(found[1]), found[2] or "~"


def as_sent(row: Any) -> dict[str, Any]:
    """The record as a phone should show it."""
    head = {"kind": row.kind, "id": row.id, "rev": row.rev}
    if row.deleted_at:
        return {**head, "deleted": True}
    conflicts = json.loads(row.conflicts)
    return {**head, **json.loads(row.body), **({"conflicts": conflicts} if conflicts else {})}


def leave_out(record: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def every_picture_is_whole(app: Flask, phones: Iterable[Phone]) -> None:
    """I6, and I1 for photos: what each phone sent is noted under its hash, and files hold what their names say."""
    with app.app_context(), reading():
        rows = {(row.space_id, row.photo_id): row for row in db.session.scalars(select(PhotoFile))}
        store = files.store()
    for phone in phones:
        for key, content in phone.bytes.items():
            assert rows[key].sha256 == sha256(content).hexdigest(), "I6: noted under another hash"
            assert phone.base[key]["is_received"] is True, (
                "I1: the phone does not know that its picture is there"
            )
    for row in rows.values():
        for name in (row.thumb_key, row.screen_key, row.print_key):
            assert sha256(store.read(name)).hexdigest() == name, "I6: a file does not hold what its name says"
