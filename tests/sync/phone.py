"""A phone as docs/sync.md asks for: what is shown, what waits, what is set aside. Sends through any transport.

It holds no clever thing: tests compare it with the server, so it must be simple enough to be believed.
"""

from dataclasses import dataclass, field
from typing import Any

from benchmark.kernel.ids import new_id

Key = tuple[str, str]


@dataclass
class Phone:
    """One device of one person."""

    person: str
    device: str = field(default_factory=new_id)
    epoch: str | None = None
    base: dict[Key, dict[str, Any]] = field(default_factory=dict)
    outbox: dict[str, dict[str, Any]] = field(default_factory=dict)
    aside: dict[str, dict[str, Any]] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    stale: set[Key] = field(default_factory=set)
    answered: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    bytes: dict[Key, bytes] = field(default_factory=dict)
    sent: set[Key] = field(default_factory=set)

    def save(self, space: str, kind: str, id_: str | None = None, **parts: Any) -> str:
        """What `change()` does: an op in the outbox, laid over what is shown. Returns the record's id."""
        id_ = id_ or new_id()
        seen = self.base.get((space, id_), {"rev": 0})
        op = {
            "op_id": new_id(), "space": space, "kind": kind, "id": id_, "base_rev": seen["rev"],
            "set": {}, "add": {}, "remove": {}, "at": "2017-10-03T10:12:09.120+03:00", **parts,
        }  # fmt: skip
        self.outbox[op["op_id"]] = op
        self.made.add(op["op_id"])
        return id_

    def shown(self) -> dict[Key, dict[str, Any]]:
        """The screens' view: what was pulled, with the pending ops laid over it."""
        view = {key: dict(record) for key, record in self.base.items()}
        for op in self.outbox.values():
            lay_over(view, op, self.person)
        return view

    def request(self, limit: int = 1000, most: int = 500) -> dict[str, Any]:
        """The next round trip's body."""
        ops = list(self.outbox.values())[:most]
        return {"proto": 1, "epoch": self.epoch, "device": self.device, "ops": ops,
                "cursors": dict(self.cursors), "limit": limit}  # fmt: skip

    def receive(self, answer: dict[str, Any]) -> bool:
        """Take the answer of the request now in flight; returns whether to ask again at once."""
        is_new_epoch = self.epoch not in (None, answer["epoch"])
        if is_new_epoch:
            self._begin_epoch(answer)
        self.epoch = answer["epoch"]
        for outcome in answer["outcomes"]:
            self._settle(outcome)
        for space, page in answer["spaces"].items():
            if page.get("resync"):
                self.stale |= {key for key in self.base if key[0] == space}
            for change in page["changes"]:
                self.base[space, change["id"]] = change
                self.stale.discard((space, change["id"]))
                if change.get("is_received") is False:
                    self.sent.discard((space, change["id"]))
            if not page["more"]:
                self._drop_stale(space)
            if page["cursor"] is not None:
                self.cursors[space] = page["cursor"]
        for space in answer["gone"]:
            self.cursors.pop(space, None)
            self.base = {key: record for key, record in self.base.items() if key[0] != space}
        return is_new_epoch or any(page["more"] for page in answer["spaces"].values())

    def unsent(self) -> dict[Key, bytes]:
        """Photos whose bytes the server has not echoed, or says it lacks."""
        return {key: content for key, content in self.bytes.items() if key not in self.sent}

    def _begin_epoch(self, answer: dict[str, Any]) -> None:
        """Pull afresh, and send again, in the old order, what the server took after the copy that it is back at."""
        self.cursors = {}
        self.stale = set(self.base)
        for op_id, (rev, op) in list(self.answered.items()):
            height = answer["spaces"].get(op["space"], {"rev": 0})["rev"]
            if rev > height:
                self.outbox[op_id] = {**op, "base_rev": min(op["base_rev"], height)}
                del self.answered[op_id]
        self.outbox = dict(sorted(self.outbox.items()))

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
        if outcome["outcome"] == "applied":
            lay_over(self.base, op, self.person)
            self.base[op["space"], op["id"]]["rev"] = outcome["rev"]


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
    for name in {*op["add"], *op["remove"]} - {"conflicts"}:
        left = set(record.get(name) or []) - set(op["remove"].get(name, []))
        members = left | set(op["add"].get(name, []))
        record[name] = sorted(members)
    settled = op["remove"].get("conflicts", [])
    if settled:
        left = [item for item in record.pop("conflicts", []) if item["op_id"] not in settled]
        if left:
            record["conflicts"] = left
