"""Two to four phones, three people, a network that drops, repeats and reorders, a server that restarts.

After every step the promises I1, I2, I4 and I5 of docs/sync.md hold; when everything is sent, I3 does too.
The phones are tests/sync/phone.py, the server and its database are real.
"""

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

import benchmark
from benchmark.config import Config
from benchmark.kernel.db import db, reading
from benchmark.people.service import grant, revoke
from benchmark.sync.model import Op, Record
from tests.databases import Databases
from tests.factories import Someone, another_tab, make_person
from tests.sync.conftest import make_space
from tests.sync.phone import Phone

TEXTS = st.sampled_from(["Kartta ovella", "Opasteet", "ä<&>🎨", "", "x" * 20_001])
FEELINGS = st.sampled_from(["works", "does_not", "surprises", "loves", None])
TAGS = st.sampled_from(["opasteet", "kartta", "jono"])
PHONES = st.integers(0, 4)
WHICH = st.integers(0, 9)
CHANGES = st.one_of(
    st.builds(lambda text: {"set": {"text": text}}, st.sampled_from(["Kartta ovella", "Opasteet", "Jono"])),
    st.builds(lambda name, text: {"set": {name: text}}, st.sampled_from(["text", "thought"]), TEXTS),
    st.builds(lambda feeling: {"set": {"feeling": feeling}}, FEELINGS),
    st.builds(lambda part, tag: {part: {"tags": [tag]}}, st.sampled_from(["add", "remove"]), TAGS),
    st.builds(lambda is_deleted: {"deleted": is_deleted}, st.booleans()),
)


@dataclass
class Line:
    """One phone with its person and its link: requests under way, the latest of which may still be answered."""

    someone: Someone
    phone: Phone
    under_way: list[dict[str, Any]] = field(default_factory=list)
    latest: dict[str, Any] | None = None


class Storm(RuleBasedStateMachine):
    databases: Databases
    folder: Path

    @initialize(n_phones=st.integers(2, 4))
    def start(self, n_phones: int) -> None:
        self.url = self.databases.fresh()
        self.app = self.make_app()
        people = [make_person(self.app, name) for name in ("Liisa", "Matti", "Ulla")]
        lead, self.member, outsider = people
        self.space = make_space(self.app, **{lead.id: "lead", self.member.id: "member"})
        self.far_space = make_space(self.app, **{outsider.id: "lead"})
        self.may_see = {lead.id: {self.space}, self.member.id: {self.space}, outsider.id: {self.far_space}}
        owners = [lead, lead, self.member, lead][:n_phones]
        self.lines = [Line(owner, Phone(owner.id)) for owner in owners] + [Line(outsider, Phone(outsider.id))]
        self.records: list[str] = []
        for line in self.lines * 2:
            if len(self.records) < 2:
                self.observe(self.lines.index(line), "Kartta ovella", "works", "kartta", 1)
            self.exchange(self.lines.index(line), 1000, 500, is_heard=True)

    def make_app(self) -> Flask:
        return benchmark.create_app(Config(data=self.folder, database=self.url))

    def line(self, number: int) -> Line:
        return self.lines[number % len(self.lines)]

    def home(self, line: Line) -> str:
        return self.far_space if line is self.lines[-1] else self.space

    # What people do

    @rule(number=PHONES, text=TEXTS, feeling=FEELINGS, tag=TAGS, times=st.integers(1, 4))
    def observe(self, number: int, text: str, feeling: str | None, tag: str, times: int) -> None:
        line = self.line(number)
        fields = {"text": text, "feeling": feeling, "author": line.phone.person}
        for _ in range(times):
            self.records.append(
                line.phone.save(self.home(line), "observation", set=fields, add={"tags": [tag]})
            )

    @rule(number=PHONES, which=WHICH, parts=CHANGES)
    def change(self, number: int, which: int, parts: dict[str, Any]) -> None:
        """Somebody edits, tags, deletes or restores an observation that their phone shows."""
        line = self.line(number)
        shown = [id_ for id_ in self.records if (self.home(line), id_) in line.phone.shown()]
        if shown:
            line.phone.save(self.home(line), "observation", shown[which % len(shown)], **parts)

    @rule(number=PHONES)
    def settle_conflict(self, number: int) -> None:
        phone = self.line(number).phone
        for (space, id_), seen in phone.base.items():
            if conflicts := seen.get("conflicts"):
                parts = {"remove": {"conflicts": [conflicts[0]["op_id"]]}, "set": {"text": "Sovittu"}}
                phone.save(space, "observation", id_, **parts)
                return

    @rule(which=WHICH)
    def intrude(self, which: int) -> None:
        """The outsider guesses an id and a space: the phone would never do this, a thief might."""
        self.lines[-1].phone.save(
            self.space, "observation", self.records[which % len(self.records)], set={"text": "!"}
        )

    # What the network does

    @rule(
        number=PHONES,
        limit=st.sampled_from([2, 1000]),
        most=st.sampled_from([1, 500]),
        is_heard=st.booleans(),
    )
    def exchange(self, number: int, limit: int, most: int, is_heard: bool) -> None:
        """A round trip at once; only its answer may get lost."""
        line = self.line(number)
        line.latest = None
        answer = self.ask(line, line.phone.request(limit, most))
        if is_heard:
            line.phone.receive(answer)

    @rule(number=PHONES, limit=st.sampled_from([2, 1000]), most=st.sampled_from([1, 500]))
    def send(self, number: int, limit: int, most: int) -> None:
        """A phone gives up on what is under way and sends anew; the old request may still arrive, late."""
        line = self.line(number)
        line.latest = copy.deepcopy(line.phone.request(limit, most))
        line.under_way.append(line.latest)

    @precondition(lambda self: any(line.under_way for line in self.lines))
    @rule(number=PHONES, which=WHICH, is_kept=st.booleans(), is_heard=st.booleans())
    def deliver(self, number: int, which: int, is_kept: bool, is_heard: bool) -> None:
        """One request arrives, out of order perhaps; it may arrive again, and its answer may get lost."""
        line = self.line(number)
        if not line.under_way:
            return
        request = line.under_way[which % len(line.under_way)]
        if not is_kept:
            line.under_way.remove(request)
        answer = self.ask(line, request)
        if is_heard and request is line.latest:
            line.latest = None
            line.phone.receive(answer)

    @rule(number=PHONES)
    def lose(self, number: int) -> None:
        self.line(number).under_way.clear()

    @rule()
    def restart_server(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
        self.app = self.make_app()
        for line in self.lines:
            line.someone = another_tab(self.app, line.someone)

    @rule(is_in=st.booleans())
    def let_in_or_remove(self, is_in: bool) -> None:
        """The member is removed from the study, or let in again."""
        allowed = self.may_see[self.member.id]
        with self.app.app_context():
            if is_in:
                grant(self.member.id, self.space, "member")
                allowed.add(self.space)
            elif allowed:
                revoke(self.member.id, self.space)
                allowed.discard(self.space)
            db.session.commit()

    def ask(self, line: Line, request: dict[str, Any]) -> dict[str, Any]:
        response = line.someone.client.post("/api/v1/sync", json=request)
        assert response.status_code == 200, response.json
        answer: dict[str, Any] = response.json
        for space in answer["spaces"]:
            assert space in self.may_see[line.phone.person], "I5: a space of others was sent"
        return answer

    # What must be true

    @invariant()
    def nothing_saved_is_nowhere(self) -> None:
        logged = self.logged()
        for line in self.lines:
            known = line.phone.outbox.keys() | line.phone.aside.keys() | logged.keys()
            assert line.phone.made <= known, "I1: a saved change is nowhere"
            for op_id, op in line.phone.aside.items():
                assert logged[op_id] in ("rejected", "deleted"), f"I1: set aside without a reason: {op}"

    @invariant()
    def every_op_has_one_effect(self) -> None:
        for record in self.stored():
            conflicts = [item["op_id"] for item in json.loads(record.conflicts)]
            assert len(conflicts) == len(set(conflicts)), "I2: one op made two conflicts"
            revs = [rev for written in json.loads(record.stamps).values() for rev in written.values()]
            assert max(revs) <= record.rev, "I2: a record changed without its rev"

    @invariant()
    def no_cursor_skips_a_record(self) -> None:
        stored = self.stored()
        for line in self.lines:
            for record in stored:
                cursor = line.phone.cursors.get(record.space_id)
                if cursor is None or (record.rev, record.id) > position(cursor):
                    continue
                seen = line.phone.base.get((record.space_id, record.id))
                assert seen is not None, "I4: the cursor is past a record the phone never got"
                assert seen["rev"] >= record.rev, "I4: the phone has an older form than its cursor says"

    @invariant()
    def nobody_holds_what_they_may_not_see(self) -> None:
        outsider = self.lines[-1]
        assert all(space == self.far_space for space, _ in outsider.phone.base), "I5"

    def teardown(self) -> None:
        if not hasattr(self, "lines"):
            return
        try:
            self.everything_is_sent_and_equal()
        finally:
            with self.app.app_context():
                db.engine.dispose()
            self.databases.drop(self.url)

    def everything_is_sent_and_equal(self) -> None:
        for _ in range(2):
            for line in self.lines:
                while line.phone.receive(self.ask(line, line.phone.request())):
                    pass
        rows = self.stored()
        self.every_text_is_shown_or_beside(rows)
        stored = {(row.space_id, row.id): as_sent(row) for row in rows}
        for line in self.lines:
            assert line.phone.outbox == {}
            allowed = self.may_see[line.phone.person]
            visible = {key: record for key, record in stored.items() if key[0] in allowed}
            assert line.phone.shown() == visible, "I3: a phone and the server differ"

    def every_text_is_shown_or_beside(self, rows: list[Any]) -> None:
        """I1 for free text, from the op log alone: no text gives way to one whose writer had not seen it."""
        for row in rows:
            shown, beside = replay(self.ops_of(row.space_id, row.id))
            body = json.loads(row.body)
            assert {name: body[name] for name in shown} == shown, "I1: a text was lost to another"
            assert {item["op_id"]: item["text"] for item in json.loads(row.conflicts)} == beside, (
                "I1: a conflict"
            )

    def ops_of(self, space: str, id_: str) -> list[Any]:
        """Ops that had an effect on a record, in the order the server took them."""
        taken = Op.outcome.in_(["applied", "merged", "conflict"])
        query = select(Op.op_id, Op.device, Op.rev, Op.payload).where(
            Op.space_id == space, Op.record_id == id_, taken
        )
        with self.app.app_context(), reading():
            return list(db.session.execute(query.order_by(Op.rev, Op.op_id)).all())

    def stored(self) -> list[Any]:
        with self.app.app_context(), reading():
            return list(db.session.execute(select(Record.__table__)).all())

    def logged(self) -> dict[str, str]:
        with self.app.app_context(), reading():
            return {row.op_id: row.outcome for row in db.session.execute(select(Op.op_id, Op.outcome))}


def replay(ops: list[Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts that should be shown, and those kept beside them (op id → text)."""
    shown: dict[str, str] = {}
    written: dict[str, tuple[int, str]] = {}
    beside: dict[str, str] = {}
    for row in ops:
        op = json.loads(row.payload)
        for name in op["set"].keys() & {"text", "thought"}:
            text = op["set"][name]
            rev, device = written.get(name, (0, row.device))
            if device != row.device and rev > op["base_rev"] and text != shown[name]:
                beside[row.op_id] = text
            else:
                shown[name], written[name] = text, (row.rev, row.device)
        for settled in op["remove"].get("conflicts", []):
            beside.pop(settled, None)
    return shown, beside


def position(cursor: str) -> tuple[int, str]:
    rev, _, id_ = cursor.partition(":")
    return int(rev), id_ or "~"


def as_sent(row: Any) -> dict[str, Any]:
    """The record as a phone should show it."""
    head = {"kind": row.kind, "id": row.id, "rev": row.rev}
    if row.deleted_at:
        return {**head, "deleted": True}
    conflicts = json.loads(row.conflicts)
    return {**head, **json.loads(row.body), **({"conflicts": conflicts} if conflicts else {})}


@pytest.mark.timeout(900)  # a failure takes minutes to be made small enough to read
def test_whatever_the_network_does_nothing_is_lost(databases: Databases, tmp_path: Path) -> None:
    storm = type("Storm", (Storm,), {"databases": databases, "folder": tmp_path})
    run_state_machine_as_test(
        storm,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            derandomize=False,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
