"""I4 under real concurrency: sixteen write with pauses before each commit, four poll, and no cursor passes a record
that its phone did not get. With revs from a plain sequence instead, the same storm skips records: so the test can fail.

`make storm` writes twenty times as many records (ROWS).
"""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import Connection, event, select

from benchmark.kernel.db import db, reading
from benchmark.sync import store
from benchmark.sync.model import Record
from tests.factories import Someone, another_tab, make_op
from tests.storm.conftest import number_of
from tests.sync.conftest import make_space
from tests.sync.phone import Phone

N_ROWS = number_of("ROWS", 10_000)
WRITERS, POLLERS, BATCH = 16, 4, 25
LONGEST_PAUSE = 0.02
Stored = dict[tuple[str, str], int]


@pytest.fixture
def pauses(app: Flask, random_seed: int) -> Iterator[random.Random]:
    """Every commit waits a moment in which others may overtake it."""
    chance = random.Random(random_seed)

    def pause(_connection: Connection) -> None:
        time.sleep(chance.uniform(0, LONGEST_PAUSE))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", pause)
    yield chance
    event.remove(engine, "commit", pause)


@pytest.mark.timeout(120 + N_ROWS // 50)
def test_no_poller_misses_a_record_while_many_push(
    app: Flask, member: Someone, pauses: random.Random
) -> None:
    """On SQLite, where whoever writes is alone, a tenth as many."""
    with app.app_context():
        n_rows = N_ROWS if db.engine.dialect.name == "postgresql" else N_ROWS // 10
    phones, stored = write_and_poll(app, member, pauses, n_rows)
    assert len(stored) >= n_rows
    for phone in phones:
        assert {key: record["rev"] for key, record in phone.base.items()} == stored


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_plain_sequence_would_skip_records(
    app: Flask, member: Someone, pauses: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "hold", lambda _spaces: None)
    monkeypatch.setattr(store, "lock", lambda spaces: {space: next_of_sequence(space) for space in spaces})
    phones, stored = write_and_poll(app, member, pauses, min(N_ROWS, 10_000) // 5)
    assert any(len(phone.base) < len(stored) for phone in phones)


def next_of_sequence(space: str) -> int:
    """A rev that nobody waits for: given out at once, whenever its transaction may commit."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
        rev: int = store._RAISE.rows_on(alone, space=space)[0][0]
        return rev


def write_and_poll(
    app: Flask, member: Someone, chance: random.Random, n_rows: int
) -> tuple[list[Phone], Stored]:
    """The pollers' phones at the end, and what was to be seen."""
    spaces = [make_space(app, **{member.id: "member"}) for _ in range(2)]
    is_over = threading.Event()
    pushes = [chance.sample(spaces, 2) for _ in range(-(-n_rows // BATCH))]

    def write(writer: int) -> None:
        client = another_tab(app, member).client
        for order in pushes[writer::WRITERS]:
            ops = [make_op(order[n % 2], "observation", set={"text": "Kartta"}) for n in range(BATCH)]
            response = client.post(
                "/api/v1/sync", json={"proto": 1, "device": f"writer {writer}", "ops": ops}
            )
            assert response.status_code == 200, response.json

    with ThreadPoolExecutor(WRITERS + POLLERS) as pool:
        polling = [pool.submit(poll, app, member, is_over) for _ in range(POLLERS)]
        for writing in [pool.submit(write, number) for number in range(WRITERS)]:
            writing.result()
        is_over.set()
        phones = [future.result() for future in polling]
    with app.app_context(), reading():
        rows = db.session.execute(select(Record.space_id, Record.id, Record.rev))
        return phones, {(row.space_id, row.id): row.rev for row in rows}


def poll(app: Flask, member: Someone, is_over: threading.Event) -> Phone:
    client, phone = another_tab(app, member).client, Phone(member.id)
    is_last = False
    while not is_last:
        is_last = is_over.wait(2 * LONGEST_PAUSE)
        while phone.receive(client.post("/api/v1/sync", json=phone.request()).json):
            pass
    return phone
