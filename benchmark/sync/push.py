"""Push: one transaction takes a batch of ops; each succeeds or fails by itself and is remembered with its outcome.

Order of work: hold the spaces, look up what was answered before, raise the counters of spaces with something new,
fetch the records, judge and merge each op in memory, then write records and op log in bulk.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from marshmallow import ValidationError

from benchmark.kernel import clock
from benchmark.kernel.errors import name_problems
from benchmark.kernel.ids import is_id
from benchmark.kernel.words import t
from benchmark.sync import store
from benchmark.sync.kinds import Kind, Write, find
from benchmark.sync.merge import Change, Origin, State, merge
from benchmark.sync.service import complete
from benchmark.sync.store import Entry

name_problems(op_reused=409, invalid_op=400, invalid_field=422, text_too_long=422, not_allowed=403)

_PARTS = ("set", "add", "remove")


@dataclass(frozen=True)
class Sender:
    """Who pushes: the signed-in person, the device's own id, and the role in each space it may see."""

    person: str
    device: str
    roles: Mapping[str, str]


@dataclass
class Pushed:
    """What became of a batch.

    outcomes  in the order of its ops
    clean     space → id → rev of records that the device has just as they were at that rev: they need no echo then
    """

    outcomes: list[dict[str, Any]] = field(default_factory=list)
    clean: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))


class Refused(Exception):
    """This op cannot be taken; its argument is a problem code."""


def push(ops: list[dict[str, Any]], sender: Sender) -> Pushed:
    """Take a batch. Flushes, does not commit. Ops without an id of their own are answered first and not logged."""
    batch = _Batch(sender)
    batch.take([_Asked.read(op) for op in ops])
    return batch.pushed


@dataclass(slots=True)
class _Asked:
    """An op with the ids it gives, each an empty string where it is none: they are needed again and again."""

    op: dict[str, Any]
    op_id: str
    space: str
    id: str

    @classmethod
    def read(cls, op: dict[str, Any]) -> _Asked:
        return cls(op, _id(op, "op_id"), _id(op, "space"), _id(op, "id"))


class _Answer(NamedTuple):
    """What is known of an op that was answered before: by an earlier push, or earlier in this batch."""

    hash: str
    outcome: str
    rev: int | None
    problem: str | None


class _Batch:
    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self.pushed = Pushed()
        self.now = clock.now().isoformat(timespec="milliseconds")
        self.known: dict[str, _Answer] = {}
        self.revs: dict[str, int] = {}
        self.states: dict[str, dict[str, State]] = {}
        self.fresh: dict[str, dict[str, State]] = defaultdict(dict)
        self.touched: dict[str, set[str]] = defaultdict(set)
        self.entries: list[Entry] = []

    def take(self, batch: list[_Asked]) -> None:
        named = [asked for asked in batch if asked.op_id]
        store.hold({asked.space for asked in named} & self.sender.roles.keys())
        answered = store.answered(self.sender.person, [asked.op_id for asked in named])
        self.known = {op_id: _Answer(*answer) for op_id, *answer in answered}
        new = {asked.space for asked in named if asked.op_id not in self.known}
        self.revs = store.lock(new & self.sender.roles.keys())
        for space in self.revs:
            self.states[space] = store.states(space, {asked.id for asked in batch if asked.space == space})
        for asked in batch:
            self._answer(asked)
        self._finish()

    def _answer(self, asked: _Asked) -> None:
        if not asked.op_id:
            self.pushed.outcomes.append(_outcome(asked.op.get("op_id"), "rejected", None, "invalid_op"))
            return
        digest = _digest(asked.op)
        before = self.known.get(asked.op_id)
        if before is not None:
            self._repeat(asked, before, digest)
            return
        try:
            outcome, rev, problem = *self._apply(asked), None
        except Refused as refusal:
            outcome, rev, problem = "rejected", None, str(refusal)
        self._remember(asked, _Answer(digest, outcome, rev, problem))

    def _repeat(self, asked: _Asked, before: _Answer, digest: str) -> None:
        if before.hash != digest:
            self.pushed.outcomes.append(_outcome(asked.op_id, "rejected", None, "op_reused"))
            return
        again = _outcome(asked.op_id, "duplicate", before.rev, before.problem)
        self.pushed.outcomes.append({**again, "first": before.outcome})
        self._touch(asked.space, asked.id, None)

    def _apply(self, asked: _Asked) -> tuple[str, int]:
        op, space, id_ = asked.op, asked.space, asked.id
        kind = self._kind(asked)
        change, is_mended = _read(op, kind)
        state = self.states[space].get(id_)
        is_new = state is None
        state = state or State(kind.name)
        if state.kind != kind.name:
            raise Refused("invalid_op")
        is_made_here = is_new or self._is_late_maker(asked, kind)
        if not state.is_emptied:
            self._judge(kind, change, state, self.sender.roles[space], is_new=is_made_here)
        rev = self.revs[space]
        origin = Origin(self.sender.device, self.sender.person, op["op_id"], op["base_rev"], op["at"])
        outcome = merge(kind, state, change, origin, rev, self.now)
        if is_made_here and kind.has_author:
            is_mended |= _claimed_author(op) != self.sender.person
            state.fields["author"] = self.sender.person
        if is_new:
            self.states[space][id_] = self.fresh[space][id_] = state
        if outcome == "applied" and is_mended:
            outcome = "merged"
        self._touch(space, id_, state.rev if outcome == "applied" else None)
        return outcome, state.rev

    def _kind(self, asked: _Asked) -> Kind:
        if asked.space not in self.sender.roles:
            raise Refused("not_found")
        op, kind = asked.op, find(asked.op.get("kind"))
        is_whole = asked.id and isinstance(op.get("at"), str) and type(op.get("base_rev")) is int
        if kind is None or not is_whole:
            raise Refused("invalid_op")
        return kind

    def _is_late_maker(self, asked: _Asked, kind: Kind) -> bool:
        """Whether this op makes a record that is here because an edit of it came first, as after a restore."""
        is_maker = kind.has_author and _claimed_author(asked.op) == self.sender.person
        return is_maker and not any(map(_claimed_author, store.payloads(asked.space, asked.id)))

    def _judge(self, kind: Kind, change: Change, state: State, role: str, *, is_new: bool) -> None:
        is_own = is_new or state.fields.get("author") == self.sender.person
        changed = {*change.set, *change.add, *change.remove}
        if not kind.allows(Write(role, is_own, is_new, change.deleted is True, changed)):
            raise Refused("not_allowed")

    def _touch(self, space: str, id_: str, clean_at: int | None) -> None:
        """Note that a record is as the device has it at this rev, or with None that it is not."""
        clean, touched = self.pushed.clean[space], self.touched[space]
        if clean_at is None:
            clean.pop(id_, None)
        elif id_ in clean or id_ not in touched:
            clean[id_] = clean_at
        touched.add(id_)

    def _remember(self, asked: _Asked, answer: _Answer) -> None:
        self.pushed.outcomes.append(_outcome(asked.op_id, answer.outcome, answer.rev, answer.problem))
        self.known[asked.op_id] = answer
        entry = Entry(
            person_id=self.sender.person,
            op_id=asked.op_id,
            space_id=asked.space or None,
            record_id=asked.id or None,
            rev=answer.rev,
            device=self.sender.device,
            hash=answer.hash,
            outcome=answer.outcome,
            problem=answer.problem,
            payload=orjson.dumps(asked.op).decode(),
            received_at=self.now,
        )
        self.entries.append(entry)

    def _finish(self) -> None:
        for space, fresh in self.fresh.items():
            for id_ in complete(space, fresh):
                self.pushed.clean[space].pop(id_, None)
        for space, rev in self.revs.items():
            states = self.states[space]
            store.save(space, {id_: state for id_, state in states.items() if state.rev == rev})
        store.log(self.entries)


def _read(op: dict[str, Any], kind: Kind) -> tuple[Change, bool]:
    """The op's valid change, and whether something harmless had to be mended; raises Refused."""
    said, added, removed = [{} if part is None else part for part in map(op.get, _PARTS)]
    deleted = op.get("deleted")
    is_formed = type(said) is type(added) is type(removed) is dict
    if not is_formed or deleted not in (None, True, False):
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
    return Change(kind.name, op["id"], valid, joins, leaves, deleted), is_mended


def _claimed_author(op: dict[str, Any]) -> object:
    """Who an op says has made the record: phones say it in the op that makes one, and in no other."""
    given = op.get("set")
    return given.get("author") if isinstance(given, dict) else None


def _code(error: ValidationError) -> str:
    return "text_too_long" if "text_too_long" in str(error.messages) else "invalid_field"


def _outcome(op_id: object, outcome: str, rev: int | None, problem: str | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"op_id": op_id, "outcome": outcome, "rev": rev}
    if problem:
        answer["problem"] = {"code": problem, "detail": t(f"problem.{problem}")}
    return answer


def _digest(op: dict[str, Any]) -> str:
    """SHA-256 of what the op says; base_rev is left out, since a phone counts it anew in a new epoch."""
    said = op.copy()
    said.pop("base_rev", None)
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _id(op: dict[str, Any], name: str) -> str:
    value = op.get(name)
    return value if is_id(value) else ""
