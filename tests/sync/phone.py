"""A phone as docs/sync.md asks for: what is shown, what waits, what is set aside. Sends through any transport.

Each method is one transaction of the phone's database, so that a phone may die between any two of them. It holds no
clever thing: tests compare it with the server, so it must be simple enough to be believed.
"""

import json
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from benchmark.kernel.ids import new_id

MOST_BYTES = 900_000
Key = tuple[str, str]


@dataclass
class Phone:
    """One device of one person.

    aside     what the server could not take, until its person edits that record again
    left      of these, the ones that waited when their space was closed to the person: they may have arrived or not
    skew      years by which its clock is wrong
    """

    person: str
    device: str = field(default_factory=new_id)
    epoch: str | None = None
    base: dict[Key, dict[str, Any]] = field(default_factory=dict)
    outbox: dict[str, dict[str, Any]] = field(default_factory=dict)
    aside: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    cursors: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    stale: set[Key] = field(default_factory=set)
    answered: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    bytes: dict[Key, bytes] = field(default_factory=dict)
    sent: set[Key] = field(default_factory=set)
    skew: int = 0

    def save(self, space: str, kind: str, id_: str | None = None, **parts: Any) -> str:
        """What `change()` does: an op in the outbox, laid over what is shown. Returns the record's id.

        What was set aside of that record goes along in the new op, which has seen no more than that had.
        """
        id_ = id_ or new_id()
        rev = 0 if (space, id_) in self.stale else self.base.get((space, id_), {"rev": 0})["rev"]
        refused = [op for op in self.aside.values() if (op["space"], op["id"]) == (space, id_)]
        op = self.written({
            "op_id": new_id(), "space": space, "kind": kind, "id": id_,
            "base_rev": min([rev, *(op["base_rev"] for op in refused)]),
            "at": f"{2017 + self.skew}-10-03T10:12:09.120+03:00", **fold([*refused, parts]),
        })  # fmt: skip
        for old in refused:
            del self.aside[old["op_id"]]
            self.made.discard(old["op_id"])
            self.left.discard(old["op_id"])
        self.outbox[op["op_id"]] = op
        self.made.add(op["op_id"])
        return id_

    def written(self, op: dict[str, Any]) -> dict[str, Any]:
        """The op in the form that this version of the app gives it."""
        return op

    def known(self, change: dict[str, Any]) -> dict[str, Any]:
        """What this version of the app understands of a record."""
        return change

    def shown(self) -> dict[Key, dict[str, Any]]:
        """The screens' view: what was pulled, with the pending ops laid over it."""
        view = {key: dict(record) for key, record in self.base.items()}
        for op in self.outbox.values():
            lay_over(view, op, self.person)
        return view

    def request(self, limit: int = 1000, most: int = 500) -> dict[str, Any]:
        """The next round trip's body, with no more bytes of ops than the server takes at once."""
        waiting = list(self.outbox.values())[:most]
        sizes = accumulate(len(json.dumps(op, ensure_ascii=False).encode()) for op in waiting)
        ops = [
            op for n, (op, size) in enumerate(zip(waiting, sizes, strict=True)) if size < MOST_BYTES or not n
        ]
        return {"proto": 1, "epoch": self.epoch, "device": self.device, "ops": ops,
                "cursors": dict(self.cursors), "limit": limit}  # fmt: skip

    def requests(self, most: int) -> list[dict[str, Any]]:
        """Two batches to be on their way at a time, of different records: each is told only what it did itself."""
        waiting = list(self.outbox.values())
        first, taken = waiting[:most], {(op["space"], op["id"]) for op in waiting[:most]}
        second = [op for op in waiting[most:] if (op["space"], op["id"]) not in taken][:most]
        return [{**self.request(), "ops": ops, "own": True} for ops in (first, second) if ops]

    def receive_own(self, answer: dict[str, Any]) -> None:
        """Take the answer of one of `requests`; after a restore nothing came of it."""
        if answer["epoch"] == self.epoch:
            self.receive(answer)

    def receive(self, answer: dict[str, Any]) -> bool:
        """Take the answer of the request now in flight; returns whether to ask again at once."""
        is_new_epoch = self.epoch not in (None, answer["epoch"])
        if is_new_epoch:
            self._begin_epoch(answer)
        self.epoch = answer["epoch"]
        for outcome in answer["outcomes"]:
            self._settle(outcome)
        for space, page in answer["spaces"].items():
            self._take(space, page)
        for space in answer["gone"]:
            self._leave(space)
        return is_new_epoch or any(page["more"] for page in answer["spaces"].values())

    def _take(self, space: str, page: dict[str, Any]) -> None:
        if page.get("resync"):
            self.stale |= {key for key in self.base if key[0] == space}
        for change in page["changes"]:
            self.base[space, change["id"]] = self.known(change)
            self.stale.discard((space, change["id"]))
            if change.get("is_received") is False:
                self.sent.discard((space, change["id"]))
        if not page["more"]:
            self._drop_stale(space)
        if page["cursor"] is not None and page.get("after") in (None, self.cursors.get(space)):
            self.cursors[space] = page["cursor"]

    def unsent(self) -> dict[Key, bytes]:
        """Photos whose bytes the server has not echoed, or says it lacks."""
        return {key: content for key, content in self.bytes.items() if key not in self.sent}

    def _begin_epoch(self, answer: dict[str, Any]) -> None:
        """Pull afresh, and send again, in the old order, what the server took after the copy that it is back at.

        What any op had seen was of the old epoch, whose revs count other things.
        """
        self.cursors = {}
        self.stale = set(self.base)
        heights = {space: page["rev"] for space, page in answer["spaces"].items()}
        lost = {op_id: op for op_id, (rev, op) in self.answered.items() if rev > heights.get(op["space"], 0)}
        self.answered = {op_id: known for op_id, known in self.answered.items() if op_id not in lost}
        self.outbox, self.aside = (
            {
                op_id: {**op, "base_rev": min(op["base_rev"], heights.get(op["space"], 0))}
                for op_id, op in sorted(ops.items())
            }
            for ops in (self.outbox | lost, self.aside)
        )

    def _leave(self, space: str) -> None:
        """A space that the person may no longer see: its records go, what waits is set aside."""
        self.cursors.pop(space, None)
        self.base = {key: record for key, record in self.base.items() if key[0] != space}
        waiting = {op_id: op for op_id, op in self.outbox.items() if op["space"] == space}
        self.aside |= waiting
        self.left |= waiting.keys()
        self.outbox = {op_id: op for op_id, op in self.outbox.items() if op_id not in waiting}

    def _drop_stale(self, space: str) -> None:
        """What pages from the beginning did not mention is not there any more."""
        gone = {key for key in self.stale if key[0] == space}
        self.stale -= gone
        for key in gone:
            del self.base[key]

    def _settle(self, outcome: dict[str, Any]) -> None:
        op = self.outbox.pop(outcome["op_id"], None)
        if op is None:
            return
        if outcome["outcome"] in ("rejected", "deleted") or outcome.get("first") in ("rejected", "deleted"):
            self.aside[op["op_id"]] = op
            return
        self.answered[op["op_id"]] = (outcome["rev"], op)
        known = self.base.get((op["space"], op["id"]), {"rev": 0})["rev"]
        is_news = op["space"] in self.cursors and (outcome["rev"] or 0) >= known
        if outcome["outcome"] == "applied" or (outcome.get("first") == "applied" and is_news):
            lay_over(self.base, op, self.person)
            self.base[op["space"], op["id"]]["rev"] = outcome["rev"]


class OldPhone(Phone):
    """One whose app is of another year: it leaves out what is empty, says more than is asked, knows fewer fields."""

    UNKNOWN = "thought"

    def written(self, op: dict[str, Any]) -> dict[str, Any]:
        filled = {name: value for name, value in op.items() if name not in ("set", "add", "remove") or value}
        return {**filled, "set": {**op["set"], "weather": "sade"}, "mood": 5}

    def known(self, change: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in change.items() if name != self.UNKNOWN}


def fold(ops: list[dict[str, Any]]) -> dict[str, Any]:
    """Several changes of one record as one."""
    whole: dict[str, Any] = {"set": {}, "add": {}, "remove": {}}
    for op in ops:
        whole["set"] |= op.get("set", {})
        for part, other in (("add", "remove"), ("remove", "add")):
            for name, members in op.get(part, {}).items():
                whole[part][name] = sorted({*whole[part].get(name, []), *members})
                undone = whole[other].get(name, [])
                whole[other][name] = [member for member in undone if member not in members]
        if "deleted" in op:
            whole["deleted"] = op["deleted"]
    return whole


def lay_over(view: dict[Key, dict[str, Any]], op: dict[str, Any], person: str) -> None:
    """What one op makes of a record as the phone sees it."""
    key = (op["space"], op["id"])
    record = view.get(key)
    if record is None:
        record = view[key] = {"kind": op["kind"], "id": op["id"], "rev": 0}
        if op["kind"] in ("observation", "photo"):
            record["author"] = person
    if "deleted" in op:
        record.pop("deleted", None)
        if op["deleted"]:
            view[key] = {"kind": op["kind"], "id": op["id"], "rev": record["rev"], "deleted": True}
            return
    record.update(op["set"])
    added, removed = op.get("add", {}), op.get("remove", {})
    for name in {*added, *removed} - {"conflicts"}:
        members = (set(record.get(name) or []) - set(removed.get(name, []))) | set(added.get(name, []))
        record[name] = sorted(members)
    settled = removed.get("conflicts", [])
    if settled:
        left = [item for item in record.pop("conflicts", []) if item["op_id"] not in settled]
        if left:
            record["conflicts"] = left
