"""The server's disk is lost and an older copy put back: what was saved meanwhile comes back from the phones."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import benchmark
from benchmark.config import Config
from benchmark.kernel import files
from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.photos import service as photos
from benchmark.sync import service
from benchmark.sync.merge import Change
from benchmark.sync.service import start_epoch
from tests.databases import Databases
from tests.factories import Someone, another_tab
from tests.photos import pictures
from tests.sync.phone import Phone
from tests.sync.test_echo import exchange

MoveTime = Callable[[timedelta], None]
Backup = Callable[[], Callable[[], Flask]]
TEXTS = {"Kartta ovella", "Toinen", "Yöllä kirjoitettu", "Kartta ovella ja seinällä", "Matin lisäys"}


@pytest.fixture
def back_up(
    app: Flask, config: Config, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Backup]:
    """Copies database and files; what it returns starts a server on the copy."""
    copies: list[str] = []

    def make() -> Callable[[], Flask]:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        copies.append(databases.copy(config.database))
        aside = tmp_path_factory.mktemp("backup")
        shutil.copytree(config.data, aside, dirs_exist_ok=True)
        return lambda: benchmark.create_app(replace(config, data=aside, database=copies[-1]))

    yield make
    for url in copies:
        databases.drop(url)


def all_sent(someone: Someone, phone: Phone) -> None:
    """Text first, then photos, as a phone does."""
    exchange(someone, phone)
    while phone.outbox:
        exchange(someone, phone)
    for (space, photo), content in phone.unsent().items():
        answer = someone.client.put(
            f"/api/v1/photos/{photo}/content?space={space}", data=content,
            content_type="image/jpeg", headers=pictures.digest(content),
        )  # fmt: skip
        assert answer.json["sha256"] == sha256(content).hexdigest()
        phone.sent.add((space, photo))
    exchange(someone, phone)


def add_photo(phone: Phone, space: str, width: int) -> str:
    content = pictures.encoded(pictures.corners(width))
    photo = phone.save(space, "photo", set={"sha256": sha256(content).hexdigest(), "author": phone.person})
    phone.bytes[space, photo] = content
    return photo


def texts(phone: Phone) -> set[Any]:
    """All texts that the phone shows, also beside others."""
    shown = [record for record in phone.shown().values() if record["kind"] == "observation"]
    beside = {clash["text"] for record in shown for clash in record.get("conflicts", [])}
    return beside | {record["text"] for record in shown if "text" in record}


@pytest.fixture
def phones(
    lead: Someone, member: Someone, space: str, back_up: Backup
) -> tuple[Phone, Phone, Callable[[], Flask]]:
    """Phones of lead and member that are equal, and a copy of the server from before their latest work."""
    mine, theirs = Phone(member.id), Phone(lead.id)
    first = mine.save(space, "observation", set={"text": "Kartta", "author": member.id})
    gone = mine.save(space, "observation", set={"text": "Turha", "author": member.id})
    add_photo(mine, space, 320)
    all_sent(member, mine)
    all_sent(lead, theirs)
    restore = back_up()
    mine.save(space, "observation", first, set={"text": "Kartta ovella"})
    mine.save(space, "observation", set={"text": "Toinen", "author": member.id}, add={"tags": ["kartta"]})
    mine.save(space, "observation", gone, deleted=True)
    add_photo(mine, space, 400)
    theirs.save(space, "observation", set={"text": "Yöllä kirjoitettu", "author": lead.id})
    all_sent(member, mine)
    all_sent(lead, theirs)
    theirs.save(space, "observation", first, set={"text": "Kartta ovella ja seinällä"})
    all_sent(lead, theirs)
    all_sent(member, mine)
    return mine, theirs, restore


def put_back(restore: Callable[[], Flask]) -> Flask:
    """What a person does, with `benchmark restored`."""
    app = restore()
    with app.app_context():
        start_epoch()
        photos.ask_again(files.store())
        db.session.commit()
    return app


@pytest.mark.parametrize("is_lead_first", [True, False])
def test_nothing_that_was_saved_is_gone(
    lead: Someone,
    member: Someone,
    space: str,
    phones: tuple[Phone, Phone, Callable[[], Flask]],
    is_lead_first: bool,
) -> None:
    mine, theirs, restore = phones
    before = {key: record.get("deleted", False) for key, record in mine.shown().items()}
    app = put_back(restore)
    mine.save(space, "observation", set={"text": "Matin lisäys", "author": member.id})
    turns = [(another_tab(app, lead), theirs), (another_tab(app, member), mine)]
    for someone, phone in (turns if is_lead_first else turns[::-1]) * 2:
        all_sent(someone, phone)
    assert texts(mine) == texts(theirs) == TEXTS
    assert mine.shown() == theirs.shown()
    after = {key: record.get("deleted", False) for key, record in mine.shown().items()}
    assert before.items() <= after.items()
    for _, photo in mine.bytes:
        assert mine.shown()[space, photo]["is_received"] is True
        path = f"/api/v1/photos/{photo}/print?space={space}"
        assert turns[0][0].client.get(path, buffered=True).status_code == 200
    with app.app_context():
        db.engine.dispose()


def test_a_server_whose_clock_is_behind_begins_anew_all_the_same(
    lead: Someone,
    member: Someone,
    phones: tuple[Phone, Phone, Callable[[], Flask]],
    move_time: MoveTime,
) -> None:
    mine, theirs, restore = phones
    move_time(-timedelta(days=30))
    app = put_back(restore)
    for someone, phone in [(another_tab(app, member), mine), (another_tab(app, lead), theirs)] * 2:
        all_sent(someone, phone)
    assert texts(mine) == texts(theirs) == TEXTS - {"Matin lisäys"}
    with app.app_context():
        db.engine.dispose()


def test_pictures_whose_files_are_lost_are_asked_for_again(
    app: Flask, config: Config, member: Someone, space: str
) -> None:
    phone = Phone(member.id)
    photo = add_photo(phone, space, 320)
    all_sent(member, phone)
    shutil.rmtree(Path(config.data) / "files")
    with app.app_context():
        start_epoch()
        assert photos.ask_again(files.store()) == 1
        db.session.commit()
    all_sent(member, phone)
    assert phone.shown()[space, photo]["is_received"] is True
    path = f"/api/v1/photos/{photo}/thumb?space={space}"
    assert member.client.get(path, buffered=True).status_code == 200


def test_a_restore_that_nobody_told_of_is_noticed_by_a_phone_that_has_seen_more(
    lead: Someone,
    member: Someone,
    phones: tuple[Phone, Phone, Callable[[], Flask]],
    move_time: MoveTime,
) -> None:
    mine, theirs, restore = phones
    move_time(timedelta(hours=2))
    app, epoch = restore(), mine.epoch
    for someone, phone in [(another_tab(app, member), mine), (another_tab(app, lead), theirs)] * 2:
        all_sent(someone, phone)
    assert mine.epoch == theirs.epoch != epoch
    assert texts(mine) == texts(theirs) == TEXTS - {"Matin lisäys"}
    with app.app_context():
        db.engine.dispose()


def test_a_phone_that_lies_cannot_begin_epoch_after_epoch(
    member: Someone, space: str, move_time: MoveTime
) -> None:
    phone = Phone(member.id)
    exchange(member, phone)
    move_time(timedelta(hours=2))
    first = phone.epoch
    phone.cursors[space] = "999999"
    exchange(member, phone)
    assert phone.epoch != first
    phone.cursors[space] = "999999"
    # Told to fetch everything anew in the same epoch, it would drop what only another copy of the server had.
    assert member.client.post("/api/v1/sync", json=phone.request()).status_code == 503


def test_what_comes_back_while_pages_are_fetched_does_not_fall_out_of_the_list(
    lead: Someone, space: str, phones: tuple[Phone, Phone, Callable[[], Flask]]
) -> None:
    _, theirs, restore = phones
    app = put_back(restore)
    someone = another_tab(app, lead)
    assert theirs.receive(someone.client.post("/api/v1/sync", json=theirs.request(limit=2)).json)
    all_sent(someone, theirs)
    everything = Phone(lead.id)
    exchange(someone, everything)
    assert theirs.shown() == everything.shown()
    assert "Yöllä kirjoitettu" in texts(theirs)
    with app.app_context():
        db.engine.dispose()


def test_an_edit_that_comes_back_first_does_not_take_the_observation_from_its_maker(
    lead: Someone, member: Someone, space: str, back_up: Backup
) -> None:
    mine, theirs = Phone(member.id), Phone(lead.id)
    restore = back_up()
    id = mine.save(space, "observation", set={"text": "Kartta", "author": member.id})
    all_sent(member, mine)
    all_sent(lead, theirs)
    theirs.save(space, "observation", id, add={"tags": ["kartta"]})
    all_sent(lead, theirs)
    app = put_back(restore)
    all_sent(another_tab(app, lead), theirs)
    all_sent(another_tab(app, member), mine)
    all_sent(another_tab(app, lead), theirs)
    assert (mine.aside, mine.shown()) == ({}, theirs.shown())
    record = mine.shown()[space, id]
    assert (record["author"], record["text"], record["tags"]) == (member.id, "Kartta", ["kartta"])
    with app.app_context():
        db.engine.dispose()


def test_a_photo_whose_caption_comes_back_first_is_taken_whole(
    lead: Someone, space: str, back_up: Backup
) -> None:
    phone, laptop = Phone(lead.id), Phone(lead.id)
    restore = back_up()
    photo = add_photo(phone, space, 320)
    all_sent(lead, phone)
    all_sent(lead, laptop)
    laptop.save(space, "photo", photo, set={"caption": "Opaste"})
    all_sent(lead, laptop)
    app = put_back(restore)
    for one in (laptop, phone, laptop):
        all_sent(another_tab(app, lead), one)
    assert (phone.aside, phone.shown()) == ({}, laptop.shown())
    record = phone.shown()[space, photo]
    assert (record["caption"], record["is_received"]) == ("Opaste", True)
    assert record["sha256"] == sha256(phone.bytes[space, photo]).hexdigest()
    with app.app_context():
        db.engine.dispose()


def test_nobody_becomes_the_maker_of_what_another_has_made(
    member: Someone, lead: Someone, space: str
) -> None:
    mine, theirs = Phone(lead.id), Phone(member.id)
    id = mine.save(space, "observation", set={"text": "Kartta", "author": lead.id})
    exchange(lead, mine)
    exchange(member, theirs)
    theirs.save(space, "observation", id, set={"text": "Minun", "author": member.id})
    exchange(member, theirs)
    assert [op["id"] for op in theirs.aside.values()] == [id]
    assert theirs.base[space, id]["author"] == lead.id


def test_nobody_becomes_the_maker_of_what_the_server_wrote_for_another(
    app: Flask, member: Someone, lead: Someone, space: str
) -> None:
    id, phone = new_id(), Phone(member.id)
    with app.app_context():
        service.write(space, [Change("observation", id, {"text": "Kartta"})], lead.id)
        db.session.commit()
    exchange(member, phone)
    phone.save(space, "observation", id, set={"text": "Minun", "author": member.id})
    exchange(member, phone)
    assert [op["id"] for op in phone.aside.values()] == [id]
