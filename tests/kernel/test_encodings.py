"""Bodies on the wire: compressed where the client takes it and it pays, and never unpacked beyond the limit."""

import gzip
import json
from collections.abc import Callable

import pytest

from benchmark.kernel.encodings import zstd
from benchmark.sync.schema import MAX_BYTES
from tests.factories import Someone, make_op

UNPACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstd.decompress}
GZIPPED = {"Content-Encoding": "gzip"}


def body(**parts: object) -> bytes:
    return json.dumps({"proto": 1, "device": "d", **parts}).encode()


@pytest.mark.parametrize(
    ("accepted", "used"),
    [("gzip, deflate, br, zstd", "zstd"), ("gzip, deflate", "gzip"), ("zstd;q=0, gzip", "gzip"), ("", None)],
)
def test_a_large_answer_is_compressed_as_the_client_takes_it(
    member: Someone, study: str, accepted: str, used: str | None
) -> None:
    op = make_op(study, "observation", set={"text": "Kartta ovella. " * 200})
    member.client.post("/api/v1/sync", json={"proto": 1, "device": "d", "ops": [op]})
    answer = member.client.post(
        "/api/v1/sync", data=body(), content_type="application/json", headers={"Accept-Encoding": accepted}
    )
    assert (answer.headers.get("Content-Encoding"), "Accept-Encoding" in answer.headers["Vary"]) == (
        used,
        True,
    )
    content = UNPACK[used](answer.data) if used else answer.data
    assert op["id"] in content.decode()


def test_a_small_answer_stays_as_it_is(member: Someone) -> None:
    answer = member.client.get("/api/v1/session", headers={"Accept-Encoding": "gzip, zstd"})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (gzip.compress(body()), (200, None)),
        (gzip.compress(b'"' + b"x" * 50 * MAX_BYTES + b'"'), (413, "too_large")),
        (gzip.compress(body())[:-9], (400, "invalid_request")),
        (b"not gzip", (400, "invalid_request")),
    ],
    ids=("whole", "far too large", "cut", "something else"),
)
def test_a_gzipped_request_is_read_within_its_bounds(
    member: Someone, content: bytes, expected: tuple[int, str | None]
) -> None:
    answer = member.client.post(
        "/api/v1/sync", data=content, content_type="application/json", headers=GZIPPED
    )
    assert (answer.status_code, (answer.json or {}).get("code")) == expected
