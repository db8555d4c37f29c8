"""Photo bytes over HTTP: sent in any order, any number of times, seen by those in the study and nobody else."""

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.photos import imaging
from benchmark.photos.model import PhotoFile
from benchmark.sync import service as sync
from benchmark.sync.prune import prune
from tests.factories import Someone, make_op
from tests.photos import pictures
from tests.sync.test_push import send


@pytest.fixture
def content() -> bytes:
    return pictures.taken_by_phone(6)


def put(someone: Someone, study: str, photo: str, content: bytes, **headers: str) -> Any:
    return someone.client.put(
        f"/api/v1/photos/{photo}/content",
        query_string={"space": study},
        data=content,
        content_type="image/jpeg",
        headers={**pictures.digest(content), **headers},
    )


def announce(someone: Someone, study: str, content: bytes, photo: str | None = None) -> str:
    """Send a photo's record, as its phone does; returns its id."""
    photo = photo or new_id()
    values = {"sha256": hashlib.sha256(content).hexdigest(), "people": "none", "caption": "Kartta ovella"}
    op = make_op(study, "photo", id=photo, set=values)
    body = {"proto": 1, "epoch": None, "device": new_id(), "ops": [op], "cursors": {}, "limit": 100}
    answer = someone.client.post("/api/v1/sync", json=body)
    assert answer.json["outcomes"][0]["outcome"] in ("applied", "merged")
    return photo


def record(app: Flask, study: str, photo: str) -> dict[str, Any]:
    with app.app_context():
        found = sync.record(study, "photo", photo)
    assert found is not None
    return found


def test_announced_bytes_are_received(app: Flask, study: str, member: Someone, content: bytes) -> None:
    photo = announce(member, study, content)
    assert record(app, study, photo)["is_received"] is False
    answer = put(member, study, photo, content)
    assert (answer.status_code, answer.json) == (200, {"sha256": hashlib.sha256(content).hexdigest()})
    assert record(app, study, photo)["is_received"] is True


def test_bytes_may_come_before_their_record(app: Flask, study: str, member: Someone, content: bytes) -> None:
    photo = new_id()
    assert put(member, study, photo, content).status_code == 200
    announce(member, study, content, photo)
    assert record(app, study, photo)["is_received"] is True


def test_receiving_is_news_for_the_others(study: str, member: Someone, lead: Someone, content: bytes) -> None:
    photo = announce(member, study, content)
    pull = {"proto": 1, "epoch": None, "device": new_id(), "ops": [], "cursors": {}, "limit": 100}
    before = lead.client.post("/api/v1/sync", json=pull).json
    put(member, study, photo, content)
    pull["epoch"], pull["cursors"] = before["epoch"], {study: before["spaces"][study]["cursor"]}
    changes = lead.client.post("/api/v1/sync", json=pull).json["spaces"][study]["changes"]
    assert [(change["id"], change["is_received"]) for change in changes] == [(photo, True)]


def test_sending_again_is_harmless(app: Flask, study: str, member: Someone, content: bytes) -> None:
    photo = announce(member, study, content)
    answers = [put(member, study, photo, content) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    with app.app_context():
        assert db.session.query(PhotoFile).count() == 1


def test_two_phones_may_send_at_once(app: Flask, study: str, member: Someone, content: bytes) -> None:
    photo, codes = announce(member, study, content), []
    threads = [
        threading.Thread(target=lambda: codes.append(put(member, study, photo, content).status_code))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [200] * 4
    assert record(app, study, photo)["is_received"] is True


def test_bytes_and_record_may_come_at_the_same_moment(
    app: Flask, study: str, member: Someone, lead: Someone
) -> None:
    """Neither may miss the other, or the photo would be shown as missing for ever."""
    for width in range(40, 52):
        content, photo = pictures.encoded(pictures.corners(width, 40)), new_id()
        threads = [
            threading.Thread(target=announce, args=(member, study, content, photo)),
            threading.Thread(target=put, args=(lead, study, photo, content)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert record(app, study, photo)["is_received"] is True


def test_other_bytes_for_the_same_photo_are_refused(study: str, member: Someone, content: bytes) -> None:
    photo, other = announce(member, study, content), pictures.taken_by_phone(1)
    answer = put(member, study, photo, other)
    assert (answer.status_code, answer.json["code"]) == (409, "photo_conflict")
    put(member, study, photo, content)
    assert put(member, study, photo, other).json["code"] == "photo_conflict"


def test_other_bytes_are_refused_also_before_the_record_comes(
    study: str, member: Someone, content: bytes
) -> None:
    photo = new_id()
    put(member, study, photo, content)
    assert put(member, study, photo, pictures.taken_by_phone(1)).status_code == 409


def test_a_photos_hash_never_changes(study: str, member: Someone, content: bytes) -> None:
    photo = announce(member, study, content)
    op = make_op(study, "photo", id=photo, base_rev=9, set={"sha256": "0" * 64})
    body = {"proto": 1, "epoch": None, "device": new_id(), "ops": [op], "cursors": {}, "limit": 100}
    assert member.client.post("/api/v1/sync", json=body).json["outcomes"][0]["outcome"] == "rejected"


@pytest.mark.parametrize("header", ["", "sha-256=:AAAA:", "sha-256=nonsense", "md5=:AAAA:"])
def test_bytes_need_their_digest(study: str, member: Someone, content: bytes, header: str) -> None:
    answer = put(member, study, new_id(), content, **{"Content-Digest": header})
    assert (answer.status_code, answer.json["code"]) == (422, "photo_digest")


def test_bytes_that_changed_on_the_way_are_refused(
    app: Flask, study: str, member: Someone, content: bytes
) -> None:
    photo = announce(member, study, content)
    flipped = content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
    answer = put(member, study, photo, flipped, **pictures.digest(content))
    assert answer.json["code"] == "photo_digest"
    assert record(app, study, photo)["is_received"] is False


@pytest.mark.parametrize(
    ("bad", "status", "code"),
    [
        (b"", 422, "photo_empty"),
        (b"Dear diary, this is not a picture.", 415, "photo_not_a_picture"),
        (pictures.taken_by_phone(1)[:4000], 422, "photo_damaged"),
        (pictures.encoded(Image.new("L", (8200, 6100)), "PNG"), 413, "photo_too_many_pixels"),
        (b"\xff\xd8\xff" + bytes(imaging.MOST_BYTES), 413, "photo_too_large"),
    ],
    ids=["empty", "text", "cut", "50 megapixels", "too many bytes"],
)
def test_bad_bytes_are_refused_by_name(
    study: str, member: Someone, content: bytes, bad: bytes, status: int, code: str
) -> None:
    photo = announce(member, study, bad)
    answer = put(member, study, photo, bad)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["code"] == code
    assert "tallessa" in answer.json["detail"]


@pytest.mark.parametrize("size", ["thumb", "screen", "print"])
def test_a_rendition_is_private_and_harmless(study: str, member: Someone, content: bytes, size: str) -> None:
    photo = announce(member, study, content)
    put(member, study, photo, content)
    url = f"/api/v1/photos/{photo}/{size}?space={study}"
    answer = member.client.get(url, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert pictures.seen_corners(answer.data) == [
        pictures.RED,
        pictures.GREEN,
        pictures.BLUE,
        pictures.WHITE,
    ]
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    caching = answer.cache_control
    assert (caching.private, caching.public, caching.max_age) == (True, False, 31_536_000)
    again = member.client.get(url, buffered=True, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_not_received_is_not_found(study: str, member: Someone, content: bytes) -> None:
    photo = announce(member, study, content)
    assert member.client.get(f"/api/v1/photos/{photo}/thumb?space={study}").status_code == 404


def test_outsiders_find_nothing(
    study: str, member: Someone, outsider: Someone, app: Flask, content: bytes
) -> None:
    photo = announce(member, study, content)
    put(member, study, photo, content)
    for answer in (
        outsider.client.get(f"/api/v1/photos/{photo}/screen?space={study}"),
        put(outsider, study, photo, content),
        put(outsider, study, new_id(), content),
        put(outsider, new_id(), photo, content),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    with app.app_context():
        assert db.session.query(PhotoFile).count() == 1


def test_strangers_must_sign_in(client: Any, study: str, content: bytes) -> None:
    assert client.get(f"/api/v1/photos/{new_id()}/screen?space={study}").status_code == 401
    answer = client.put(
        f"/api/v1/photos/{new_id()}/content?space={study}", data=content, content_type="image/jpeg"
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("photo", ["x", "../../etc/passwd", "%2e%2e%2fa"])
def test_a_photo_is_named_by_an_id(study: str, member: Someone, content: bytes, photo: str) -> None:
    assert put(member, study, photo, content).status_code == 404


def test_a_space_is_needed(member: Someone) -> None:
    assert member.client.get(f"/api/v1/photos/{new_id()}/screen").status_code == 400


def test_only_pictures_may_be_sent(study: str, member: Someone, content: bytes) -> None:
    photo = announce(member, study, content)
    answer = member.client.put(
        f"/api/v1/photos/{photo}/content?space={study}",
        data=content,
        content_type="text/html",
        headers=pictures.digest(content),
    )
    assert answer.status_code == 415


def test_another_site_may_not_send(study: str, member: Someone, content: bytes) -> None:
    photo = announce(member, study, content)
    answer = put(member, study, photo, content, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_bytes_that_come_while_their_photo_is_in_the_bin_are_there_when_it_is_restored(
    app: Flask, study: str, member: Someone, content: bytes
) -> None:
    photo = announce(member, study, content)
    send(member, make_op(study, "photo", id=photo, deleted=True))
    assert put(member, study, photo, content).status_code == 200
    send(member, make_op(study, "photo", id=photo, deleted=False))
    assert record(app, study, photo)["is_received"] is True


def test_a_photo_that_left_the_bin_leaves_the_server(
    app: Flask, study: str, member: Someone, content: bytes, move_time: Callable[[timedelta], None]
) -> None:
    gone, kept = (announce(member, study, content) for _ in range(2))
    for photo in (gone, kept):
        put(member, study, photo, content)
    send(member, make_op(study, "photo", id=gone, deleted=True))
    move_time(timedelta(days=31))
    with app.app_context():
        prune()
        db.session.commit()
    paths = [f"/api/v1/photos/{photo}/thumb?space={study}" for photo in (gone, kept)]
    assert [member.client.get(path, buffered=True).status_code for path in paths] == [404, 200]
    assert put(member, study, gone, content).json["code"] == "not_found"
