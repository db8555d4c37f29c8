"""Push: one transaction takes a batch of ops; each succeeds or fails by itself and is remembered with its outcome.

Order of work: hold the spaces, look up what was answered before, raise the counters of spaces with something new,
fetch the records, judge and merge each op in memory, then write records and op log in bulk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from benchmark.kernel import clock
from benchmark.kernel.errors import name_problems
from benchmark.sync import store
from benchmark.sync.asked import Asked, Refused, claimed_author
from benchmark.sync.kinds import Kind, Write
from benchmark.sync.merge import Change, Origin, State, merge
from benchmark.sync.service import complete
from benchmark.sync.store import Entry

name_problems(op_reused=409, not_allowed=403)


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
    revs      space → its new rev
    whole     the same, where all that the push changed is clean: a device that had seen everything up to
              the rev before, and a space that nobody has raised further, leave nothing to read
    """

    outcomes: list[dict[str, Any]] = field(default_factory=list)
    clean: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    revs: dict[str, int] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)


def push(ops: Sequence[Asked], sender: Sender) -> Pushed:
    """Take a batch as `asked.read` has it. Flushes, does not commit. Ops without an id of their own are not logged."""
    batch = _Batch(sender)
    batch.take(ops)
    return batch.pushed


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
        self.states: dict[str, dict[str, State]] = {}
        self.fresh: dict[str, dict[str, State]] = defaultdict(dict)
        self.touched: dict[str, set[str]] = defaultdict(set)
        self.entries: list[Entry] = []

    def take(self, batch: Sequence[Asked]) -> None:
        named = [asked for asked in batch if asked.op_id]
        store.hold({asked.space for asked in named} & self.sender.roles.keys())
        answered = store.answered(self.sender.person, [asked.op_id for asked in named])
        self.known = {op_id: _Answer(*answer) for op_id, *answer in answered}
        new = {asked.space for asked in named if asked.op_id not in self.known}
        self.pushed.revs = store.lock(new & self.sender.roles.keys())
        for space in self.pushed.revs:
            self.states[space] = store.states(space, {asked.id for asked in batch if asked.space == space})
        for asked in batch:
            self._answer(asked)
        self._finish()

    def _answer(self, asked: Asked) -> None:
        if not asked.op_id:
            self.pushed.outcomes.append(_outcome(asked.op.get("op_id"), "rejected", None, "invalid_op"))
            return
        before = self.known.get(asked.op_id)
        if before is not None:
            self._repeat(asked, before)
            return
        try:
            outcome, rev, problem = *self._apply(asked), None
        except Refused as refusal:
            outcome, rev, problem = "rejected", None, str(refusal)
        self._remember(asked, _Answer(asked.digest, outcome, rev, problem))

    def _repeat(self, asked: Asked, before: _Answer) -> None:
        if before.hash != asked.digest:
            self.pushed.outcomes.append(_outcome(asked.op_id, "rejected", None, "op_reused"))
            return
        again = _outcome(asked.op_id, "duplicate", before.rev, before.problem)
        self.pushed.outcomes.append({**again, "first": before.outcome})
        self._touch(asked.space, asked.id, None)

    def _apply(self, asked: Asked) -> tuple[str, int]:
        op, space, id_ = asked.op, asked.space, asked.id
        if space not in self.sender.roles:
            raise Refused("not_found")
        if isinstance(asked.said, str):
            raise Refused(asked.said)
        kind, change, is_mended = asked.said.kind, asked.said.change, asked.said.is_mended
        state = self.states[space].get(id_)
        is_new = state is None
        state = state or State(kind.name)
        if state.kind != kind.name:
            raise Refused("invalid_op")
        is_made_here = is_new or self._is_late_maker(asked, kind)
        if not state.is_emptied:
            self._judge(kind, change, state, self.sender.roles[space], is_new=is_made_here)
        rev = self.pushed.revs[space]
        was_deleted = state.deleted_at is not None
        origin = Origin(self.sender.device, self.sender.person, op["op_id"], op["base_rev"], op["at"])
        outcome = merge(kind, state, change, origin, rev, self.now)
        if is_made_here and kind.has_author:
            is_mended |= claimed_author(op) != self.sender.person
            state.fields["author"] = self.sender.person
        if is_new:
            self.states[space][id_] = state
        if is_new or (was_deleted and state.deleted_at is None):
            self.fresh[space][id_] = state
        if outcome == "applied" and is_mended:
            outcome = "merged"
        self._touch(space, id_, state.rev if outcome == "applied" else None)
        return outcome, state.rev

    def _is_late_maker(self, asked: Asked, kind: Kind) -> bool:
        """Whether this op makes a record that is here because an edit of it came first, as after a restore."""
        is_maker = kind.has_author and claimed_author(asked.op) == self.sender.person
        return is_maker and not any(map(claimed_author, store.payloads(asked.space, asked.id)))

    def _judge(self, kind: Kind, change: Change, state: State, role: str, *, is_new: bool) -> None:
        is_own = is_new or state.fields.get("author") == self.sender.person
        changed = {*change.set, *change.add, *change.remove}
        if not kind.allows(Write(role, is_own, is_new, change.deleted is not None, changed)):
            raise Refused("not_allowed")

    def _touch(self, space: str, id_: str, clean_at: int | None) -> None:
        """Note that a record is as the device has it at this rev, or with None that it is not."""
        clean, touched = self.pushed.clean[space], self.touched[space]
        if clean_at is None:
            clean.pop(id_, None)
        elif id_ in clean or id_ not in touched:
            clean[id_] = clean_at
        touched.add(id_)

    def _remember(self, asked: Asked, answer: _Answer) -> None:
        self.known[asked.op_id] = answer
        hash_, outcome, rev, problem = answer
        self.pushed.outcomes.append(_outcome(asked.op_id, outcome, rev, problem))
        who, place = (self.sender.person, asked.op_id), (asked.space or None, asked.id or None)
        entry = Entry(*who, *place, rev, self.sender.device, hash_, outcome, problem, asked.payload, self.now)
        self.entries.append(entry)

    def _finish(self) -> None:
        for space, fresh in self.fresh.items():
            for id_ in complete(space, fresh):
                self.pushed.clean[space].pop(id_, None)
        for space, rev in self.pushed.revs.items():
            states = self.states[space]
            store.save(space, {id_: state for id_, state in states.items() if state.rev == rev})
            if self.pushed.clean[space].keys() == self.touched[space]:
                self.pushed.whole[space] = rev
        store.log(self.entries)


def _outcome(op_id: object, outcome: str, rev: int | None, problem: str | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"op_id": op_id, "outcome": outcome, "rev": rev}
    if problem:
        answer["problem"] = problem
    return answer
