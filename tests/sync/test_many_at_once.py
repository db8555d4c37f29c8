"""I4 under real concurrency: while many phones push, no poller's cursor ever passes a record it did not get."""

import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select

from benchmark.kernel.db import db, reading
from benchmark.sync.model import Record
from tests.factories import Someone, another_tab, make_op
from tests.sync.conftest import make_space
from tests.sync.phone import Phone

WRITERS, PUSHES, POLLERS = 6, 12, 2


def test_no_poller_misses_a_record_while_many_push(app: Flask, member: Someone) -> None:
    spaces = [make_space(app, **{member.id: "member"}) for _ in range(2)]
    is_over = threading.Event()

    def write(writer: int) -> None:
        client = another_tab(app, member).client
        order = spaces if writer % 2 else spaces[::-1]
        for _ in range(PUSHES):
            ops = [make_op(space, "observation", set={"text": "Kartta"}) for space in order]
            response = client.post(
                "/api/v1/sync", json={"proto": 1, "device": f"writer {writer}", "ops": ops}
            )
            assert response.status_code == 200, response.json

    def poll(_poller: int) -> Phone:
        client, phone = another_tab(app, member).client, Phone(member.id)
        is_last = False
        while not is_last:
            is_last = is_over.is_set()
            while phone.receive(client.post("/api/v1/sync", json=phone.request(limit=7)).json):
                pass
        return phone

    with ThreadPoolExecutor(WRITERS + POLLERS) as pool:
        polling = [pool.submit(poll, number) for number in range(POLLERS)]
        for writing in [pool.submit(write, number) for number in range(WRITERS)]:
            writing.result()
        is_over.set()
        phones = [future.result() for future in polling]

    with app.app_context(), reading():
        stored = {(row.space_id, row.id): row.rev for row in db.session.execute(select(Record.__table__))}
    assert len(stored) == WRITERS * PUSHES * len(spaces)
    for phone in phones:
        assert {key: record["rev"] for key, record in phone.base.items()} == stored
