"""The merge: what one op makes of one record. Pure; the order is the server's and no clock is read.

A field clashes only if another device wrote it after the op's base_rev. Not for access or validity: `push` has
decided those before it merges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from benchmark.sync.kinds import Fields, Kind

Outcome = Literal["applied", "duplicate", "merged", "conflict", "deleted", "rejected"]
Stamps = dict[str, dict[str, int]]
DELETED = "deleted"
"""The name under which deleting and restoring are stamped, as if it were a field."""


@dataclass(slots=True)
class State:
    """One record during a push; see model.Record for the parts."""

    kind: str
    rev: int = 0
    fields: Fields = field(default_factory=dict)
    stamps: Stamps = field(default_factory=dict)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    deleted_at: str | None = None

    @property
    def is_emptied(self) -> bool:
        """Whether only the tombstone is left, of which nothing can be restored; see `prune`."""
        return self.deleted_at is not None and not self.stamps


@dataclass(slots=True)
class Change:
    """What an op or the server itself does to a record: valid values only.

    deleted   True deletes, False restores, None leaves as it is
    """

    kind: str
    id: str
    set: Fields = field(default_factory=dict)
    add: dict[str, list[str]] = field(default_factory=dict)
    remove: dict[str, list[str]] = field(default_factory=dict)
    deleted: bool | None = None

    @property
    def is_bare(self) -> bool:
        """Whether it says nothing of the record's content."""
        return not (self.set or self.add or self.remove)


class Origin(NamedTuple):
    """Where and when a change was made: base_rev is the record's rev as the device saw it."""

    device: str
    person: str
    op_id: str
    base_rev: int
    at: str


def merge(kind: Kind, state: State, change: Change, origin: Origin, rev: int, now: str) -> Outcome:
    """Apply `change` to `state` in place and say what became of it.

    `applied` means that the phone's own copy with the change laid over it equals the record now; every other
    outcome asks the phone to take the record from the server.
    """
    if state.deleted_at and change.deleted and (state.is_emptied or change.is_bare):
        return "applied"
    if state.deleted_at and (change.deleted is None or state.is_emptied):
        return "deleted"
    if not state.rev and change.deleted is None and not change.remove:
        _make(state, change, origin.device, rev)
        return "applied"
    is_alone = _latest_of_others(state.stamps, origin.device) <= origin.base_rev
    was_deleted = state.deleted_at is not None
    if change.deleted is not None and change.deleted is not was_deleted:
        state.deleted_at = now if change.deleted else None
        _stamp(state, DELETED, origin.device, rev)
    has_conflict = _set_fields(kind, state, change, origin, rev)
    _change_sets(kind, state, change, origin.device, rev)
    state.rev = rev
    if has_conflict:
        return "conflict"
    return "applied" if is_alone and not was_deleted else "merged"


def _make(state: State, change: Change, device: str, rev: int) -> None:
    """A record begins: there is nothing to clash with."""
    sets = {name: sorted({*members}) for name, members in change.add.items() if members}
    state.fields, state.rev = {**change.set, **sets}, rev
    state.stamps[device] = dict.fromkeys(state.fields, rev)


def _set_fields(kind: Kind, state: State, change: Change, origin: Origin, rev: int) -> bool:
    has_conflict = False
    for name, value in change.set.items():
        is_clash = _latest_of_others(state.stamps, origin.device, name) > origin.base_rev
        if is_clash and name in kind.free_texts and value != state.fields.get(name):
            beside = {"op_id": origin.op_id, "field": name, "text": value}
            state.conflicts.append({**beside, "person": origin.person, "at": origin.at})
            _stamp(state, "conflicts", origin.device, rev)
            has_conflict = True
            continue
        state.fields[name] = value
        _stamp(state, name, origin.device, rev)
    return has_conflict


def _change_sets(kind: Kind, state: State, change: Change, device: str, rev: int) -> None:
    for name in kind.sets:
        added, removed = change.add.get(name, []), change.remove.get(name, [])
        if added or removed:
            members = (set(state.fields.get(name) or []) - set(removed)) | set(added)
            state.fields[name] = sorted(members)
            _stamp(state, name, device, rev)
    settled = change.remove.get("conflicts", [])
    if settled:
        state.conflicts = [item for item in state.conflicts if item["op_id"] not in settled]
        _stamp(state, "conflicts", device, rev)


def _latest_of_others(stamps: Stamps, device: str, name: str | None = None) -> int:
    """The last rev at which another device wrote the field `name`, or any field; 0 if none did."""
    latest = 0
    for other, written in stamps.items():
        if other == device:
            continue
        seen = max(written.values(), default=0) if name is None else written.get(name, 0)
        latest = max(latest, seen)
    return latest


def _stamp(state: State, name: str, device: str, rev: int) -> None:
    for other in list(state.stamps):
        state.stamps[other].pop(name, None)
        if not state.stamps[other]:
            del state.stamps[other]
    state.stamps.setdefault(device, {})[name] = rev
