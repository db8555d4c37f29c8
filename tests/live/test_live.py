"""Server-Sent Events: who hears what, how soon, and what happens when all places are taken."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from benchmark.kernel.db import db
from benchmark.live.hub import LIFE, Full, Hub
from benchmark.live.line import Line
from benchmark.people.service import grant, revoke
from tests.factories import Someone, make_op
from tests.sync.conftest import make_space

SOON = 1.0
"""Seconds within which the other screens show what one did."""


@contextmanager
def listening(someone: Someone) -> Iterator[Iterator[bytes]]:
    """The lines of an open stream, past its greeting."""
    response: TestResponse = someone.client.get("/api/v1/live", buffered=False)
    assert response.status_code == 200
    assert response.mimetype == "text/event-stream"
    try:
        parts = iter(response.response)
        assert [next(parts), next(parts)] == [b"retry: 3000\n", b"\n"]
        yield parts
    finally:
        response.close()


@pytest.fixture
def space(app: Flask, lead: Someone, member: Someone) -> str:
    return make_space(app, **{lead.id: "lead", member.id: "member"})


def observe(someone: Someone, space: str) -> int:
    """Push one observation; returns the space's rev."""
    body = {"proto": 1, "device": "phone", "ops": [make_op(space, "observation", set={"text": "Kartta"})]}
    rev: int = someone.client.post("/api/v1/sync", json=body).json["spaces"][space]["rev"]
    return rev


def next_rev(parts: Iterator[bytes], space: str, rev: int) -> float:
    """Read until the stream says that `space` is at `rev`; returns the seconds waited."""
    began = time.perf_counter()
    for part in parts:
        if part.startswith(b"data:") and orjson.loads(part[5:]) == {"space": space, "rev": rev}:
            return time.perf_counter() - began
    raise AssertionError("the stream ended without the news")


def test_another_screen_hears_of_a_change_within_a_second(
    monkeypatch: pytest.MonkeyPatch, lead: Someone, member: Someone, space: str
) -> None:
    """By being told: the look that is taken now and then in any case comes too late here."""
    monkeypatch.setattr("benchmark.live.watch.AGAIN", 60.0)
    with listening(lead) as parts:
        for _ in range(20):
            assert next_rev(parts, space, observe(member, space)) < SOON


def test_an_outsider_hears_nothing_of_it(
    app: Flask, lead: Someone, member: Someone, outsider: Someone, space: str
) -> None:
    far_space = make_space(app, **{outsider.id: "lead"})
    with listening(outsider) as parts:
        observe(member, space)
        rev = observe(outsider, far_space)
        heard: list[dict[str, object]] = []
        while {"space": far_space, "rev": rev} not in heard:
            heard += [orjson.loads(part[5:]) for part in [next(parts)] if part.startswith(b"data:")]
    assert {news["space"] for news in heard} == {far_space}


def test_a_stream_ends_for_someone_who_was_removed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, member: Someone, space: str
) -> None:
    monkeypatch.setattr("benchmark.live.service.TICK", 0.02)
    with listening(member) as parts:
        with app.app_context():
            revoke(member.id, space)
            db.session.commit()
        assert all(b"data" not in part or space.encode() in part for part in parts)


def test_someone_let_in_later_gets_a_stream_that_knows_the_new_study(
    app: Flask, monkeypatch: pytest.MonkeyPatch, outsider: Someone, lead: Someone, space: str
) -> None:
    monkeypatch.setattr("benchmark.live.service.TICK", 0.02)
    with listening(outsider) as parts:
        with app.app_context():
            grant(outsider.id, space, "member")
            db.session.commit()
        heard = b"".join(parts)
    assert space.encode() not in heard, (
        "the stream must end, so that the browser opens one with the new study"
    )
    with listening(outsider) as parts:
        next_rev(parts, space, observe(lead, space))


def test_when_all_places_are_taken_the_next_is_told_to_poll(app: Flask, member: Someone, space: str) -> None:
    app.extensions["live"].hub.places = 1
    with listening(member):
        response = member.client.get("/api/v1/live")
        assert (response.status_code, response.json["code"]) == (503, "live_full")
    with listening(member):
        pass


def test_streams_end_when_the_server_stops(app: Flask, member: Someone, space: str) -> None:
    with listening(member) as parts:
        app.extensions["live"].close()
        assert [part for part in parts if b"still here" in part] == []


@pytest.fixture
def ears() -> Iterator[tuple[Line, socket.socket]]:
    """A line, and the device at its other end."""
    here, there = socket.socketpair()
    there.settimeout(10)
    with here, there:
        yield Line(here, is_chunked=False), there


def test_a_listener_hears_of_its_own_spaces_only(ears: tuple[Line, socket.socket]) -> None:
    line, device = ears
    hub = Hub(places=1)
    hub.connect(hub.join("Aino", ["a"], 0), line)
    hub.tell({"b": 1})
    hub.tell({"a": 2, "b": 2})
    assert device.recv(1000) == b'retry: 3000\n\ndata: {"space":"a","rev":2}\n\n'


def test_who_does_not_read_is_let_go_and_holds_up_nobody(ears: tuple[Line, socket.socket]) -> None:
    line, device = ears
    hub = Hub(places=1)
    hub.connect(hub.join("Aino", ["a"], 0), line)
    rev = 0
    while hub.people():
        rev += 1
        hub.tell({"a": rev})
        assert rev < 1_000_000
    heard = b"".join(iter(lambda: device.recv(1 << 20), b""))
    assert b'"rev":1}' in heard
    assert b'"rev":%d}\n\n' % rev not in heard


def test_a_place_is_free_again_when_its_device_hangs_up(ears: tuple[Line, socket.socket]) -> None:
    line, device = ears
    hub = Hub(places=1)
    hub.connect(hub.join("Aino", ["a"], 0), line)
    with pytest.raises(Full):
        hub.join("Matti", ["a"], 0)
    device.close()
    hub.give_up(hub.join("Matti", ["a"], 0))
    hub.join("Liisa", ["a"], 0)


def test_a_stream_ends_after_a_while_so_that_the_browser_signs_in_anew(
    ears: tuple[Line, socket.socket],
) -> None:
    line, device = ears
    hub = Hub(places=1)
    hub.connect(hub.join("Aino", ["a"], 0), line)
    hub.look(LIFE - 1)
    assert hub.people() == {"Aino"}
    hub.look(LIFE)
    assert hub.people() == set()
    assert device.makefile("rb").read() == b"retry: 3000\n\n"
