"""What is deleted can be restored for 30 days; afterwards nothing of it is left, and no phone keeps showing it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from benchmark.kernel.db import db, reading
from benchmark.people.service import start_device
from benchmark.sync.model import Op, Record, Space
from benchmark.sync.prune import prune
from tests.factories import Someone, make_op
from tests.sync.phone import Phone
from tests.sync.test_echo import exchange, shown
from tests.sync.test_push import outcomes, record, send

MoveTime = Callable[[timedelta], None]
SECRET = "Kartta, jota kukaan ei saa enää lukea"


def prune_now(app: Flask) -> int:
    with app.app_context():
        n_emptied = prune()
        db.session.commit()
    return n_emptied


def everything_kept(app: Flask) -> str:
    """All that the database says of records and ops, as one text."""
    with app.app_context(), reading():
        rows = [*db.session.execute(select(Record.__table__)), *db.session.execute(select(Op.__table__))]
    return str(rows)


def after_long(app: Flask, move_time: MoveTime, *people: Someone) -> None:
    """Tombstones have run out; so have the people's sessions, and they have signed in again."""
    move_time(timedelta(days=401))
    prune_now(app)
    with app.app_context():
        for someone in people:
            someone.client.set_cookie("benchmark", start_device(someone.id))
        db.session.commit()


@pytest.fixture
def deleted(member: Someone, space: str) -> str:
    """The id of an observation that was deleted just now."""
    op = make_op(space, "observation", set={"text": SECRET})
    send(member, op)
    send(member, make_op(space, "observation", id=op["id"], deleted=True))
    return str(op["id"])


def test_for_thirty_days_it_can_be_restored(
    app: Flask, member: Someone, space: str, deleted: str, move_time: MoveTime
) -> None:
    move_time(timedelta(days=29, hours=23))
    assert prune_now(app) == 0
    send(member, make_op(space, "observation", id=deleted, deleted=False))
    assert record(member, space, deleted)["text"] == SECRET


def test_afterwards_nothing_of_it_is_left_but_that_it_is_deleted(
    app: Flask, member: Someone, space: str, deleted: str, move_time: MoveTime
) -> None:
    kept = make_op(space, "observation", set={"text": "Toinen"})
    send(member, kept)
    move_time(timedelta(days=30, seconds=1))
    assert (prune_now(app), prune_now(app)) == (1, 0)
    assert SECRET not in everything_kept(app)
    assert record(member, space, deleted)["deleted"] is True
    assert record(member, space, kept["id"])["text"] == "Toinen"
    for parts in ({"deleted": False}, {"set": {"text": "Yhä"}}, {"deleted": False, "set": {"text": "Yhä"}}):
        assert outcomes(send(member, make_op(space, "observation", id=deleted, **parts))) == ["deleted"]


def test_an_op_that_comes_again_after_that_has_no_second_effect(
    app: Flask, member: Someone, space: str, move_time: MoveTime
) -> None:
    first = make_op(space, "observation", set={"text": SECRET})
    send(member, first)
    send(member, make_op(space, "observation", id=first["id"], deleted=True))
    move_time(timedelta(days=31))
    prune_now(app)
    assert outcomes(send(member, first)) == ["duplicate"]
    assert outcomes(send(member, {**first, "set": {"text": "Muu"}})) == ["rejected"]


def test_a_phone_that_slept_longer_than_tombstones_last_forgets_what_is_gone(
    app: Flask, lead: Someone, member: Someone, space: str, move_time: MoveTime
) -> None:
    sleeper, other = Phone(member.id), Phone(lead.id)
    gone = sleeper.save(space, "observation", set={"text": "Poistuva"})
    kept = [sleeper.save(space, "observation", set={"text": str(n)}) for n in range(5)]
    exchange(member, sleeper)
    exchange(lead, other)
    other.save(space, "observation", gone, deleted=True)
    exchange(lead, other)
    after_long(app, move_time, member, lead)
    late = sleeper.save(space, "observation", kept[0], set={"thought": "Kirjoitettu ennen paluuta"})
    while sleeper.receive(member.client.post("/api/v1/sync", json=sleeper.request(limit=2)).json):
        pass
    assert {id for _, id in sleeper.shown()} == set(kept)
    assert shown(lead, space, late)["thought"] == "Kirjoitettu ennen paluuta"
    assert (sleeper.outbox, sleeper.aside) == ({}, {})
    with app.app_context(), reading():
        assert db.session.scalars(select(Space.floor).where(Space.id == space)).one() == 2
        assert gone not in everything_kept(app)


def test_only_a_cursor_below_the_floor_is_told_to_begin_anew(
    app: Flask, member: Someone, space: str, deleted: str, move_time: MoveTime
) -> None:
    after_long(app, move_time, member)
    send(member, make_op(space, "observation", set={"text": "Uusi"}))
    pages = {
        cursor: send(member, cursors={space: cursor} if cursor else {})["spaces"][space]
        for cursor in (None, "1", "2")
    }
    assert {cursor: page.get("resync") for cursor, page in pages.items()} == {
        None: None,
        "1": True,
        "2": None,
    }


def test_pages_that_began_before_a_pruning_begin_again(
    app: Flask, lead: Someone, member: Someone, space: str, deleted: str, move_time: MoveTime
) -> None:
    """Or the phone would keep a record whose tombstone went while it was fetching."""
    send(member, *[make_op(space, "observation", set={"text": str(n)}) for n in range(3)])
    phone = Phone(lead.id)
    phone.receive(lead.client.post("/api/v1/sync", json=phone.request(limit=1)).json)
    late = make_op(space, "observation", set={"text": "Myöhäinen"})
    send(member, late)
    send(member, make_op(space, "observation", id=late["id"], deleted=True))
    after_long(app, move_time, lead)
    answer = lead.client.post("/api/v1/sync", json=phone.request(limit=1)).json
    assert answer["spaces"][space]["resync"] is True
    while phone.receive(answer):
        answer = lead.client.post("/api/v1/sync", json=phone.request(limit=1)).json
    assert sorted(record["text"] for record in phone.shown().values()) == ["0", "1", "2"]


def test_pages_that_began_between_two_prunings_begin_again(
    app: Flask, lead: Someone, member: Someone, space: str, move_time: MoveTime
) -> None:
    """They say which pruning they began after, and it is not the last one."""
    first, kept, gone = (make_op(space, "observation", set={"text": text}) for text in ("a", "b", "c"))
    for op in (first, kept, gone, make_op(space, "observation", id=gone["id"], deleted=True)):
        send(member, op)
    after_long(app, move_time, lead, member)
    phone = Phone(lead.id)
    phone.receive(lead.client.post("/api/v1/sync", json=phone.request(limit=1)).json)
    assert [id for _, id in phone.base] == [first["id"]]
    send(member, make_op(space, "observation", id=first["id"], deleted=True))
    after_long(app, move_time, lead)
    while phone.receive(lead.client.post("/api/v1/sync", json=phone.request(limit=1)).json):
        pass
    assert [id for _, id in phone.shown()] == [kept["id"]]


def test_what_a_sleeper_sends_on_its_return_does_not_fall_out_of_its_list(
    app: Flask, lead: Someone, member: Someone, space: str, deleted: str, move_time: MoveTime
) -> None:
    """It pulls everything anew and drops what the pages leave out: so they may not leave out what it just sent."""
    sleeper = Phone(lead.id)
    sleeper.epoch, sleeper.cursors = send(member)["epoch"], {space: "1"}
    after_long(app, move_time, lead)
    late = sleeper.save(space, "observation", set={"text": "Matkalla", "author": lead.id})
    exchange(lead, sleeper)
    assert sleeper.shown()[space, late]["text"] == "Matkalla"
