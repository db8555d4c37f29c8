"""Slow work begins when no quick work is at hand, and in the end it begins in any case."""

import threading
import time
from contextlib import suppress

import pytest
from flask import Flask

from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.kernel.precedence import give_way, going_first
from benchmark.photos import service as photos
from benchmark.sync import store
from tests.factories import Someone, another_tab, make_op
from tests.photos import pictures
from tests.photos.test_api import put
from tests.sync.test_push import send

FOR_EVER = 60.0


def test_slow_work_begins_at_once_when_there_is_no_other() -> None:
    assert give_way(0)


def test_slow_work_waits_until_all_quick_work_is_done() -> None:
    done: list[str] = []

    def slow() -> None:
        give_way(FOR_EVER)
        done.append("slow")

    waiting = threading.Thread(target=slow)
    with going_first():
        with going_first():
            waiting.start()
            waiting.join(0.2)
        waiting.join(0.2)
        done.append("quick")
    waiting.join()
    assert done == ["quick", "slow"]


def test_slow_work_does_not_wait_for_ever() -> None:
    with going_first():
        assert not give_way(0.1)


def test_quick_work_that_fails_holds_nobody_up() -> None:
    with suppress(ValueError), going_first():
        raise ValueError
    assert give_way(0)


def test_a_push_at_hand_goes_first(app: Flask, member: Someone, study: str) -> None:
    op = make_op(study, "observation", set={"text": "Kartta"})
    pushing = threading.Thread(target=send, args=(member, op))
    with app.app_context():
        store.lock([study])
        pushing.start()
        deadline = time.monotonic() + FOR_EVER
        while give_way(0.05):
            assert time.monotonic() < deadline
        db.session.rollback()
    pushing.join()
    assert give_way(0)


def test_a_picture_is_made_after_what_goes_first(
    monkeypatch: pytest.MonkeyPatch, app: Flask, member: Someone, study: str
) -> None:
    monkeypatch.setattr(photos, "GIVING_WAY", FOR_EVER)
    status: list[int] = []
    tab, content = another_tab(app, member), pictures.taken_by_phone(6)
    sending = threading.Thread(target=lambda: status.append(put(tab, study, new_id(), content).status_code))
    with going_first():
        sending.start()
        sending.join(0.5)
        assert status == []
    sending.join(FOR_EVER)
    assert status == [200]
