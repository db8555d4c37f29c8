"""A picture in pieces: what came before a cut stays, nobody meets another's, and it ends as one sent whole does."""

import base64
import hashlib
import io
import os
import socket
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from flask import Flask

from benchmark.cli import main
from benchmark.config import Config
from benchmark.kernel.db import db
from benchmark.photos import imaging, receiving
from benchmark.photos.model import PhotoFile
from tests.factories import Someone, another_tab, make_study
from tests.photos import pictures
from tests.photos.test_api import announce, put, record

PIECE = "application/offset+octet-stream"
CUT = 2_000


@pytest.fixture
def content() -> bytes:
    return pictures.taken_by_phone(6)


class Upload:
    """One person's upload of one photo, request by request."""

    def __init__(self, someone: Someone, study: str, photo: str, content: bytes) -> None:
        self.someone, self.photo, self.content = someone, photo, content
        self.path = f"/api/v1/photos/{photo}/upload?space={study}"
        self.headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Repr-Digest": digest(content),
        }

    def ask(self, **headers: str) -> Any:
        return self.someone.client.head(self.path, headers={**self.headers, **headers})

    def piece(self, offset: int, body: bytes | None, content_type: str = PIECE, **environment: Any) -> Any:
        return self.someone.client.patch(
            self.path,
            data=body,
            content_type=content_type,
            headers={**self.headers, "Upload-Offset": str(offset)},
            environ_overrides=environment,
        )

    def stream(self, offset: int, body: BinaryIO, **environment: Any) -> Any:
        """All the rest is promised; what comes is in `body`."""
        promised = {"CONTENT_LENGTH": str(len(self.content) - offset), "wsgi.input": body}
        return self.piece(offset, None, **promised, **environment)


@pytest.fixture
def upload(study: str, member: Someone, content: bytes) -> Upload:
    """The member's, of a photo that is announced."""
    return Upload(member, study, announce(member, study, content), content)


def digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def at(answer: Any) -> int:
    return int(answer.headers["Upload-Offset"])


def on_disk(config: Config) -> list[Path]:
    return list((config.data / "partial").glob("*"))


def test_a_picture_arrives_piece_by_piece(app: Flask, config: Config, study: str, upload: Upload) -> None:
    asked = upload.ask()
    assert (asked.status_code, at(asked), asked.headers["Upload-Length"]) == (
        200,
        0,
        str(len(upload.content)),
    )
    first = upload.piece(0, upload.content[:CUT])
    assert (first.status_code, at(first), at(upload.ask())) == (204, CUT, CUT)
    assert "Repr-Digest" not in first.headers
    last = upload.piece(CUT, upload.content[CUT:])
    assert (last.status_code, at(last)) == (204, len(upload.content))
    assert last.headers["Repr-Digest"] == digest(upload.content)
    with app.app_context():
        (file,) = db.session.query(PhotoFile)
    assert file.sha256 == hashlib.sha256(upload.content).hexdigest()
    assert record(app, study, upload.photo)["is_received"] is True
    assert on_disk(config) == []


class Broken(io.BytesIO):
    """A body whose connection is reset after its last byte."""

    def read(self, size: int | None = -1) -> bytes:
        if found := super().read(size):
            return found
        raise ConnectionResetError


@pytest.mark.parametrize("body", [io.BytesIO, Broken], ids=["ended", "reset"])
def test_what_came_before_a_cut_stays(upload: Upload, body: type[io.BytesIO]) -> None:
    for begin in (0, CUT):
        came = body(upload.content[begin : begin + CUT])
        answer = upload.stream(begin, came, **{"wsgi.input_terminated": True})
        assert (answer.status_code, at(answer), at(upload.ask())) == (204, begin + CUT, begin + CUT)
    assert at(upload.piece(2 * CUT, upload.content[2 * CUT :])) == len(upload.content)


def test_all_is_here_of_a_received_picture(study: str, member: Someone, content: bytes) -> None:
    photo = announce(member, study, content)
    put(member, study, photo, content)
    asked = Upload(member, study, photo, content).ask()
    assert (asked.status_code, at(asked)) == (200, len(content))
    assert asked.headers["Repr-Digest"] == digest(content)


@pytest.mark.parametrize("size", [0, 100])
@pytest.mark.parametrize("offset", [0, CUT - 1, CUT + 1])
def test_a_piece_must_begin_where_the_server_is(upload: Upload, offset: int, size: int) -> None:
    upload.piece(0, upload.content[:CUT])
    answer = upload.piece(offset, upload.content[offset : offset + size])
    assert (answer.status_code, answer.json["code"]) == (409, "upload_offset")
    assert at(upload.ask()) == CUT


def test_more_than_was_announced_is_refused(upload: Upload) -> None:
    upload.piece(0, upload.content[:CUT])
    answer = upload.piece(CUT, upload.content[CUT:] + b"x")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert at(upload.ask()) == CUT


def test_more_than_was_announced_is_not_even_read(upload: Upload) -> None:
    """Without a Content-Length, as programs may send, only what was announced is taken."""
    more = io.BytesIO(upload.content + b"x" * 100)
    answer = upload.piece(
        0, None, **{"wsgi.input": more, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    )
    assert (answer.status_code, more.tell()) == (204, len(upload.content))


def test_too_much_may_not_be_announced(config: Config, upload: Upload) -> None:
    upload.headers["Upload-Length"] = str(imaging.MOST_BYTES + 1)
    answer = upload.piece(0, b"x")
    assert (answer.status_code, answer.json["code"]) == (413, "photo_too_large")
    assert on_disk(config) == []


@pytest.mark.parametrize("length", ["0", "-1", "many", ""])
def test_a_length_is_a_number(upload: Upload, length: str) -> None:
    upload.headers["Upload-Length"] = length
    answer = upload.piece(0, b"x")
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")


def test_a_picture_is_named_by_its_hash(upload: Upload) -> None:
    upload.headers["Repr-Digest"] = "sha-256=:../../../etc/passwd:"
    answer = upload.piece(0, b"x")
    assert (answer.status_code, answer.json["code"]) == (422, "photo_digest")


def test_other_bytes_than_announced_are_refused_and_forgotten(config: Config, upload: Upload) -> None:
    upload.piece(0, upload.content[:CUT])
    answer = upload.piece(CUT, bytes(len(upload.content) - CUT))
    assert (answer.status_code, answer.json["code"]) == (422, "photo_digest")
    assert on_disk(config) == []
    assert at(upload.piece(0, upload.content)) == len(upload.content)


def test_another_picture_under_the_same_id_is_refused(
    config: Config, study: str, member: Someone, upload: Upload
) -> None:
    other = Upload(member, study, upload.photo, pictures.taken_by_phone(1))
    assert other.ask().status_code == 409
    answer = other.piece(0, other.content)
    assert (answer.status_code, answer.json["code"]) == (409, "photo_conflict")
    assert on_disk(config) == []


def test_what_is_no_picture_is_refused_and_forgotten(config: Config, study: str, member: Someone) -> None:
    diary = b"Dear diary, this is not a picture." * 100
    answer = Upload(member, study, announce(member, study, diary), diary).piece(0, diary)
    assert (answer.status_code, answer.json["code"]) == (415, "photo_not_a_picture")
    assert on_disk(config) == []


def test_the_last_byte_counts_only_when_the_picture_is_accepted(upload: Upload, config: Config) -> None:
    """However the end fails, with a full disk or a killed server, sending on mends it."""
    files = config.data / "files"
    files.write_text("in the way")
    assert upload.piece(0, upload.content).status_code >= 500
    files.unlink()
    last = len(upload.content) - 1
    assert at(upload.ask()) == last
    assert at(upload.piece(last, upload.content[last:])) == len(upload.content)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_pieces_stay_while_others_write_for_long(
    app: Flask, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmark.kernel.db.BUSY_SECONDS", 0.1)
    upload.piece(0, upload.content[:CUT])
    with app.app_context(), db.engine.begin():
        assert upload.piece(CUT, upload.content[CUT:]).status_code == 503
    whole = len(upload.content)
    assert at(upload.ask()) == whole - 1
    assert at(upload.piece(whole - 1, upload.content[-1:])) == whole


def test_people_do_not_meet_in_one_upload(config: Config, study: str, upload: Upload, lead: Someone) -> None:
    upload.piece(0, upload.content[:CUT])
    theirs = Upload(lead, study, upload.photo, upload.content)
    assert at(theirs.ask()) == 0
    assert theirs.piece(CUT, upload.content[CUT:]).json["code"] == "upload_offset"
    theirs.piece(0, upload.content[:10])
    assert (at(upload.ask()), len(on_disk(config))) == (CUT, 2)
    assert at(theirs.piece(10, upload.content[10:])) == len(upload.content)
    assert at(upload.ask()) == len(upload.content)


def test_one_photo_in_two_studies_is_two_uploads(
    app: Flask, lead: Someone, member: Someone, upload: Upload
) -> None:
    upload.piece(0, upload.content[:CUT])
    elsewhere = Upload(member, make_study(app, lead, member), upload.photo, upload.content)
    assert at(elsewhere.ask()) == 0


def test_outsiders_and_strangers_have_no_upload(upload: Upload, outsider: Someone, client: Any) -> None:
    upload.piece(0, upload.content[:CUT])
    mine = upload.someone
    for someone, status in ((outsider, 404), (Someone("", "", client), 401)):
        upload.someone = someone
        answers = [upload.ask(), upload.piece(0, b"x"), upload.piece(CUT, b"x")]
        assert [answer.status_code for answer in answers] == [status] * 3
    upload.someone = mine
    assert at(upload.ask()) == CUT


def test_a_removed_member_goes_no_further(study: str, lead: Someone, upload: Upload) -> None:
    upload.piece(0, upload.content[:CUT])
    lead.client.delete(f"/api/v1/studies/{study}/people/{upload.someone.id}")
    assert upload.ask().status_code == 404
    assert upload.piece(CUT, upload.content[CUT:]).json["code"] == "not_found"


def test_a_member_removed_while_bytes_flow_does_not_finish(
    app: Flask, config: Config, study: str, lead: Someone, upload: Upload
) -> None:
    class Flowing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            lead.client.delete(f"/api/v1/studies/{study}/people/{upload.someone.id}")
            return super().read(size)

    answer = upload.stream(0, Flowing(upload.content), **{"wsgi.input_terminated": True})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    with app.app_context():
        assert db.session.query(PhotoFile).count() == 0
    assert on_disk(config) == []


def test_a_sender_that_is_overtaken_gives_way(
    app: Flask, study: str, member: Someone, upload: Upload
) -> None:
    quicker = Upload(another_tab(app, member), study, upload.photo, upload.content)

    class Overtaken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            quicker.piece(0, upload.content[: 2 * CUT])
            return super().read(CUT)

    answer = upload.stream(0, Overtaken(upload.content), **{"wsgi.input_terminated": True})
    assert (answer.status_code, answer.json["code"]) == (409, "upload_offset")
    assert at(upload.ask()) == 2 * CUT


def test_two_senders_at_once_leave_one_whole_picture(app: Flask, study: str, member: Someone) -> None:
    content = pictures.encoded(pictures.corners(1200, 1200).effect_spread(200), quality=95)
    assert len(content) > 10 * receiving.STEP
    photo = announce(member, study, content)

    def go_on() -> None:
        upload = Upload(another_tab(app, member), study, photo, content)
        while (here := at(upload.ask())) < len(content):
            upload.piece(here, content[here:])

    threads = [threading.Thread(target=go_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert record(app, study, photo)["is_received"] is True
    with app.app_context():
        assert [file.sha256 for file in db.session.query(PhotoFile)] == [hashlib.sha256(content).hexdigest()]


def test_a_slow_sender_is_let_go_with_what_came(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "LONGEST", 0.2)
    here, there = socket.socketpair()
    with here, there, here.makefile("rb") as body:
        there.sendall(upload.content[:CUT])
        upload.stream(0, body, **{"gunicorn.socket": here, "wsgi.input_terminated": True})
    assert at(upload.ask()) == CUT


def test_a_whole_picture_makes_its_pieces_needless(
    config: Config, study: str, member: Someone, content: bytes
) -> None:
    photo = announce(member, study, content)
    Upload(member, study, photo, content).piece(0, content[:CUT])
    assert put(member, study, photo, content).status_code == 200
    assert on_disk(config) == []


@pytest.mark.parametrize(("days", "n_left"), [(6, 1), (8, 0)])
def test_pieces_are_pruned_after_a_week(
    config: Config, upload: Upload, monkeypatch: pytest.MonkeyPatch, days: int, n_left: int
) -> None:
    upload.piece(0, upload.content[:CUT])
    (path,) = on_disk(config)
    then = path.stat().st_mtime - timedelta(days=days).total_seconds()
    os.utime(path, (then, then))
    monkeypatch.setenv("BENCHMARK_DATABASE", config.database)
    assert main(["prune", "--data", str(config.data)]) == 0
    assert len(on_disk(config)) == n_left


def test_another_version_is_refused_with_ours(upload: Upload) -> None:
    answer = upload.ask(**{"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_pieces_have_their_own_type(upload: Upload) -> None:
    answer = upload.piece(0, b"x", "image/jpeg")
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_another_site_may_not_send(upload: Upload) -> None:
    answer = upload.piece(0, b"x", HTTP_SEC_FETCH_SITE="cross-site")
    assert (answer.status_code, answer.json["code"]) == (403, "bad_origin")
