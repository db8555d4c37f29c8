"""Whatever is handed in as a rescue file gets a clear answer, and changes nothing."""

import io
import json
import struct
import zipfile
from typing import Any

import pytest
from flask import Flask

from benchmark.kernel.ids import new_id
from benchmark.rescue import archive
from benchmark.sync import service as sync
from tests.factories import Someone
from tests.rescue.files import contents, observed, rescue, send, zipped


def of_other_kind() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as other:
        other.writestr("loma.txt", "Terveisiä")
    return file.getvalue()


def with_lying_directory() -> bytes:
    """An end record that claims a list of 100 megabytes."""
    file = bytearray(of_other_kind())
    struct.pack_into("<I", file, len(file) - 22 + 12, 100 << 20)
    return bytes(file)


def bomb() -> bytes:
    """A hundred kilobytes that unpack to far more text than a rescue file has."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("benchmark.json", b" " * (archive.MOST_TEXT + 1))
    return file.getvalue()


def locked() -> bytes:
    """Marked as encrypted."""
    file = bytearray(zipped({}))
    struct.pack_into("<H", file, 6, 1)
    struct.pack_into("<H", file, file.index(b"PK\x01\x02") + 8, 1)
    return bytes(file)


BAD = {
    "nothing": (b"", "rescue_not_a_zip"),
    "text": (b"Hei, tassa havaintoni", "rescue_not_a_zip"),
    "another ZIP": (of_other_kind(), "rescue_not_ours"),
    "lying directory": (with_lying_directory(), "rescue_too_large"),
    "bomb": (bomb(), "rescue_too_large"),
    "locked": (locked(), "rescue_damaged"),
    "no JSON": (zipped("{"), "rescue_damaged"),
    "other JSON": (zipped([1, 2]), "rescue_not_ours"),
    "other format": (zipped({"format": "loma"}), "rescue_not_ours"),
    "newer": (zipped({"format": "benchmark-rescue", "version": 2}), "rescue_too_new"),
    "no parts": (zipped({"format": "benchmark-rescue", "version": 1}), "rescue_damaged"),
}


@pytest.mark.parametrize(("file", "code"), BAD.values(), ids=BAD.keys())
def test_bad_files_are_refused_by_name(study: str, lead: Someone, file: bytes, code: str) -> None:
    answer = send(lead, file)
    assert (answer.json["code"], answer.mimetype) == (code, "application/problem+json")
    assert answer.status_code in (413, 422)
    assert "Mitään ei muutettu" in answer.json["detail"]


def test_a_cut_file_is_damaged(app: Flask, study: str, lead: Someone, member: Someone) -> None:
    file = rescue(member, [observed(study, member)])
    for length in (40, len(file) // 2, len(file) - 30, len(file) - 1):
        assert send(lead, file[:length]).json["code"] == "rescue_damaged"
    with app.app_context():
        assert not sync.records(study, "observation")


def test_an_empty_rescue_file_says_so(study: str, lead: Someone, member: Someone) -> None:
    assert send(lead, rescue(member, [])).json["code"] == "rescue_empty"


def test_too_many_bytes_are_refused_before_they_are_read(
    study: str, lead: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    assert send(lead, bytes(1001)).json["code"] == "rescue_too_large"


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, {"op_id": 1}, {"set": []}, {"op_id": "x\u0000y"}])
def test_odd_ops_are_refused_one_by_one(study: str, lead: Someone, member: Someone, odd: Any) -> None:
    file = zipped(json.dumps(contents(member, [odd, observed(study, member)])))
    answer = send(lead, file)
    assert (answer.status_code, answer.json["observations"]) == (200, 1)


@pytest.mark.parametrize("odd", [None, 7, {}, {"id": "x"}, {"id": new_id(), "space": new_id(), "sha256": 1}])
def test_odd_pictures_are_left_out(study: str, lead: Someone, member: Someone, odd: Any) -> None:
    file = zipped(contents(member, [observed(study, member)], photos=[odd]))
    assert send(lead, file).json["observations"] == 1


@pytest.mark.parametrize("person", [{}, {"id": "x"}, {"id": 5, "name": 5}])
def test_without_a_known_person_the_lead_stands_in(
    app: Flask, study: str, lead: Someone, member: Someone, person: dict[str, Any]
) -> None:
    send(lead, zipped(contents(member, [observed(study, member)], person=person)))
    with app.app_context():
        assert sync.records(study, "observation")[0]["author"] == lead.id


def test_a_foreign_page_cannot_send_one(study: str, lead: Someone, member: Someone) -> None:
    file = rescue(member, [observed(study, member)])
    answer = lead.client.post("/api/v1/rescue", data=file, content_type="multipart/form-data")
    assert answer.json["code"] == "unsupported_media_type"
