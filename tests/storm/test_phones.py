"""Two to six phones of two people and an outsider's: a network that drops, repeats and reorders, a server that restarts
and is put back from an old copy, clocks that are wrong by years, tombstones that run out, apps of another year.

After every step the promises I1, I2, I4 and I5 of docs/sync.md hold; when everything is sent, I3 does too.
The phones are tests/sync/phone.py, the server and its database are real. `make storm` runs many more (RUNS, STEPS).
"""

import copy
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event

from benchmark.config import Config
from benchmark.kernel import clock
from benchmark.kernel.db import db
from benchmark.kernel.sqlite import sqlite3
from tests.databases import Databases
from tests.storm import promises
from tests.storm.conftest import number_of
from tests.storm.world import Town, World

TEXTS = st.sampled_from(["Kartta ovella", "Opasteet", "ä<&>🎨", "", "Jono", "Kassa"])
FEELINGS = st.sampled_from(["works", "does_not", "surprises", None, "works", "does_not", "loves"])
TAGS = st.sampled_from(["opasteet", "kartta", "jono"])
PHONES = st.integers(0, 6)
WHICH = st.integers(0, 9)
LIMITS, BATCHES = st.sampled_from([2, 1000]), st.sampled_from([1, 500])
CHANGES = st.one_of(
    st.builds(lambda text: {"set": {"text": text}}, st.sampled_from(["Kartta ovella", "Opasteet", "Jono"])),
    st.builds(lambda name, text: {"set": {name: text}}, st.sampled_from(["text", "thought"]), TEXTS),
    st.builds(lambda feeling: {"set": {"feeling": feeling}}, FEELINGS),
    st.builds(lambda part, tag: {part: {"tags": [tag]}}, st.sampled_from(["add", "remove"]), TAGS),
    st.builds(lambda is_deleted: {"deleted": is_deleted}, st.booleans()),
)
N_RUNS, N_STEPS = number_of("RUNS", 300), number_of("STEPS", 60)
REST = 10
"""Steps between two backups and between two restores, which take longer than a step and leave little to a story."""
BATCH = 300
"""Runs that hypothesis is given at once: it remembers all of them."""


class Storm(RuleBasedStateMachine):
    town: Town
    present: World
    """That of the run under way, for the clock."""

    @initialize(
        n_phones=st.integers(2, 6),
        n_old=st.integers(0, 2),
        skews=st.lists(st.sampled_from([0, -47, 60]), min_size=1, max_size=3),
    )
    def start(self, n_phones: int, n_old: int, skews: list[int]) -> None:
        self.world = type(self).present = World(self.town)
        self.world.begin(n_phones, n_old, skews)
        self.records: list[str] = []
        self.steps, self.backed_up_at, self.put_back_at = 0, -REST, -REST
        for number in (0, 1):
            self.observe(number, "Kartta ovella", "works", "kartta", 1)
        for number in (0, 1, 0):
            self.exchange(number, 1000, 500, is_heard=True)

    # What people do

    @rule(number=PHONES, text=TEXTS, feeling=FEELINGS, tag=TAGS, times=st.integers(1, 4))
    def observe(self, number: int, text: str, feeling: str | None, tag: str, times: int) -> None:
        line = self.world.line(number)
        fields = {"text": text, "feeling": feeling, "author": line.phone.person}
        for _ in range(times):
            self.records.append(
                line.phone.save(self.world.home(line), "observation", set=fields, add={"tags": [tag]})
            )

    @rule(number=PHONES, which=WHICH, parts=CHANGES)
    def change(self, number: int, which: int, parts: dict[str, Any]) -> None:
        """Somebody edits, tags, deletes or restores an observation that their phone shows."""
        line = self.world.line(number)
        home = self.world.home(line)
        shown = [id_ for id_ in self.records if (home, id_) in line.phone.shown()]
        if shown:
            line.phone.save(home, "observation", shown[which % len(shown)], **parts)

    @rule(number=PHONES, old=TAGS, new=TAGS)
    def merge_tags(self, number: int, old: str, new: str) -> None:
        """A tag gives way to another wherever the phone shows it."""
        line = self.world.line(number)
        for (space, id_), seen in line.phone.shown().items():
            if old in (seen.get("tags") or []) and old != new:
                line.phone.save(space, "observation", id_, add={"tags": [new]}, remove={"tags": [old]})

    @rule(number=PHONES)
    def write_too_much(self, number: int) -> None:
        line = self.world.line(number)
        fields = {"text": "x" * 20_001, "author": line.phone.person}
        self.records.append(line.phone.save(self.world.home(line), "observation", set=fields))

    @rule(number=PHONES)
    def settle_conflict(self, number: int) -> None:
        phone = self.world.line(number).phone
        for (space, id_), seen in phone.base.items():
            if conflicts := seen.get("conflicts"):
                parts = {"remove": {"conflicts": [conflicts[0]["op_id"]]}, "set": {"text": "Sovittu"}}
                phone.save(space, "observation", id_, **parts)
                return

    @rule(which=WHICH)
    def intrude(self, which: int) -> None:
        """The outsider guesses an id and a space: the phone would never do this, a thief might."""
        thief = self.world.lines[-1].phone
        thief.save(self.town.space, "observation", self.records[which % len(self.records)], set={"text": "!"})

    # What the network does

    @rule(number=PHONES, limit=LIMITS, most=BATCHES, is_heard=st.booleans())
    def exchange(self, number: int, limit: int, most: int, is_heard: bool) -> None:
        """A round trip at once; only its answer may get lost."""
        line = self.world.line(number)
        line.latest = []
        answer = self.world.ask(line, line.phone.request(limit, most))
        if is_heard:
            line.phone.receive(answer)

    @rule(number=PHONES, limit=LIMITS, most=BATCHES)
    def send(self, number: int, limit: int, most: int) -> None:
        """A phone gives up on what is under way and sends anew; the old request may still arrive, late."""
        line = self.world.line(number)
        line.latest = copy.deepcopy([line.phone.request(limit, most)])
        line.under_way += line.latest

    @rule(number=PHONES, most=st.sampled_from([1, 3]))
    def send_side_by_side(self, number: int, most: int) -> None:
        """A phone that knows the epoch has two batches on their way at a time, which may arrive in any order."""
        line = self.world.line(number)
        if line.phone.epoch:
            line.latest = copy.deepcopy(line.phone.requests(most))
            line.under_way += line.latest

    @precondition(lambda self: any(line.under_way for line in self.world.lines))
    @rule(number=PHONES, which=WHICH, is_kept=st.booleans(), is_heard=st.booleans())
    def deliver(self, number: int, which: int, is_kept: bool, is_heard: bool) -> None:
        """One request arrives, out of order perhaps; it may arrive again, and its answer may get lost."""
        line = self.world.line(number)
        if not line.under_way:
            return
        request = line.under_way[which % len(line.under_way)]
        if not is_kept:
            line.under_way.remove(request)
        answer = self.world.ask(line, request)
        if is_heard and any(request is one for one in line.latest):
            line.latest = [one for one in line.latest if one is not request]
            (line.phone.receive_own if request.get("own") else line.phone.receive)(answer)

    @rule(number=PHONES)
    def lose(self, number: int) -> None:
        self.world.line(number).under_way.clear()

    @rule(number=PHONES)
    def restart_phone(self, number: int) -> None:
        """What it kept is there; of what was under way it knows nothing, and no answer will find it."""
        self.world.line(number).latest = []

    # What befalls the server

    @rule()
    def restart_server(self) -> None:
        self.world.restart()

    @rule(is_in=st.booleans())
    def let_in_or_remove(self, is_in: bool) -> None:
        """The member is removed from the study, or let in again."""
        self.world.let_in_or_remove(is_in)

    @rule(days=st.sampled_from([1, 31, 401]))
    def move_on(self, days: int) -> None:
        self.world.move_on(days)

    @precondition(lambda self: self.steps - self.backed_up_at >= REST)
    @rule()
    def back_up(self) -> None:
        self.backed_up_at = self.steps
        self.world.back_up()

    @precondition(lambda self: self.world.backup and self.steps - self.put_back_at >= REST)
    @rule()
    def put_back(self) -> None:
        assert self.world.backup is not None
        self.put_back_at = self.steps
        self.world.put_back(self.world.backup)

    # What must be true

    @invariant()
    def promises_hold(self) -> None:
        self.steps += 1
        tables = self.world.look()
        promises.every_op_has_one_effect(tables.records)
        promises.what_was_taken_is_not_refused(tables, self.world.taken - self.world.excused)
        for line in self.world.lines:
            promises.nothing_saved_is_nowhere(line.phone, tables, self.world.excused)
            promises.nothing_is_set_aside_without_reason(line.phone, self.world.outcomes)
            if line.phone.epoch == tables.epoch:
                promises.no_cursor_skips_a_record(line.phone, tables.records)
        assert all(space == self.town.far_space for space, _ in self.world.lines[-1].phone.base), "I5"

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self.world.send_all()
        self.promises_hold()
        tables = self.world.look()
        promises.every_text_is_shown_or_beside(tables)
        for line in self.world.lines:
            promises.all_are_equal(line.phone, tables.records, self.world.may_see[line.phone.person])
        self.world.end()


def do_not_wait_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def storm(app: Flask, config: Config, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> type[Storm]:
    """The storm over one app, whose database is made new for each run.

    Nobody pulls the plug here, so SQLite need not wait for the disk.
    """
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", do_not_wait_for_the_disk)
    made = type("Storm", (Storm,), {"town": Town.found(app, config.database, databases)})
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + made.present.ahead)
    return made


@pytest.mark.timeout(600 + N_RUNS * N_STEPS)  # a failure takes minutes to be made small enough to read
def test_whatever_happens_nothing_is_lost(storm: type[Storm], config: Config, random_seed: int) -> None:
    """On PostgreSQL, where all takes longer, a quarter as many."""
    n_runs = N_RUNS if config.database.startswith("sqlite") else N_RUNS // 4
    for start in range(0, n_runs, BATCH):
        run = settings(
            max_examples=min(BATCH, n_runs - start),
            stateful_step_count=N_STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(seed(random_seed + start)(storm), settings=run)
